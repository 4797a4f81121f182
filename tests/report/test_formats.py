from __future__ import annotations

import json

from shipworthy.findings.finding import (
    BuildName,
    CreateFile,
    Edit,
    Finding,
    Fix,
    Related,
    Safety,
    Severity,
    Unresolved,
)
from shipworthy.findings.message import Inner, Language, Message, Places, Text, render, say
from shipworthy.model.files import Location
from shipworthy.report import github, json_report, markdown, sarif, text, words
from shipworthy.report.results import Results, fixable
from shipworthy.text.anchors import Anchor, whole_file
from shipworthy.text.lines import LineColumn, LineIndex
from shipworthy.text.spans import Span

FILES = {
    "/w/Dockerfile": "FROM a\r\nRUN one \\\r\n  two\r\n",
    "/w/d r/compose.yaml": "services:\n\tweb: 日本 x\n",
}
PLAIN = Text(en="`a` is 50% [wrong](1), see <b> | @me:\nnow", ja="`a` は誤りです")
NOTE = Text(en="From here, you see.", ja="ここからです。")
TITLE = Text(en="Change it", ja="変更する")


class _Source:
    root = "/w"

    def locate(self, anchor: Anchor) -> Location:
        return Location(anchor.path, anchor.span)

    def line_column(self, path: str, offset: int) -> LineColumn:
        return LineIndex(FILES.get(path, "")).place(offset)

    def relative(self, path: str) -> str:
        return path.removeprefix("/w/") if path != "/w" else "."

    def render(self, message: Message | Inner, language: Language) -> str:
        return render(message, language, Places(lambda _: 7, self.relative))


def _results(*findings: Finding, language: Language = "en", **changes: object) -> Results:
    results = Results(_Source(), FILES.get, language, findings, (), 2, 1)
    return results._replace(**changes)  # type: ignore[arg-type]


RUN = Anchor("/w/Dockerfile", -1, Span(8, 24))
WEB = Anchor("/w/d r/compose.yaml", -1, Span(16, 18))
FINDING = Finding(
    "bad-thing",
    Severity.ERROR,
    RUN,
    say(PLAIN),
    related=(Related(WEB, say(NOTE)),),
    fixes=(
        Fix(
            say(TITLE),
            (Edit(Anchor("/w/Dockerfile", -1, Span(8, 8)), "X\n"), CreateFile("/w/new", "y\n")),
            Safety.SAFE,
            ("docker compose up -V",),
        ),
        Fix(say(TITLE), (Edit(RUN, ""),), Safety.UNSAFE),
        Fix(say(TITLE), (), Safety.MANUAL),
    ),
    builds=(
        BuildName("/w/d r/compose.yaml", "web", "/w/Dockerfile", "/w"),
        BuildName("", "", "/w/Dockerfile", ""),
    ),
)


def test_text() -> None:
    out = "\n".join(text.lines(_results(FINDING), text.Style()))
    assert out == (
        "error[bad-thing]: `a` is 50% [wrong](1), see <b> | @me:\\x0anow\n"
        " --> Dockerfile:2:1\n"
        "  |\n"
        "2 | RUN one \\\n"
        "  | ^^^^^^^^^...\n"
        "  |\n"
        " ::: d r/compose.yaml:2:7\n"
        "  |\n"
        "2 |     web: 日本 x\n"
        "  |          ---- From here, you see.\n"
        "  |\n"
        "  = in the builds: `web` (d r/compose.yaml), `Dockerfile`\n"
        "  = help: Change it (safe: `--fix` applies it)\n"
        "  = help: Change it (an alternative, in an editor)\n"
        "  = help: Change it (by hand)\n"
        "  = run next: docker compose up -V\n"
        "\n"
        "1 error; 1 fixable with `--fix`"
    )


def test_text_of_a_whole_file() -> None:
    finding = Finding("x", Severity.WARNING, whole_file("/w/Dockerfile"), say(NOTE))
    out = list(text.lines(_results(finding), text.Style()))
    assert out[:3] == ["warning[x]: From here, you see.", " --> Dockerfile", ""]


def test_summary_says_what_was_left_out() -> None:
    unknown = (Unresolved(RUN, say(NOTE)),)
    results = _results(unresolved=unknown, builds=0, known=3, elsewhere=2)
    assert list(text.summary(results, text.Style())) == [
        "no findings",
        "1 not judged (`--show-unknown` says what and why)",
        "3 known from the baseline, not shown",
        "2 at warning or above elsewhere in this workspace, not shown",
        "no Docker build was found here",
    ]
    listed = list(text.lines(results, text.Style(unknown=True)))
    assert listed[0] == "not judged: Dockerfile:2:1: From here, you see."


def test_json() -> None:
    value = json_report.report(_results(FINDING, language="ja"))
    (found,) = value["findings"]
    assert found["message"].startswith("`a` is 50%")
    assert found["builds"] == [
        {
            "compose": "d r/compose.yaml",
            "service": "web",
            "dockerfile": "Dockerfile",
            "context": ".",
        },
        {"compose": "", "service": "", "dockerfile": "Dockerfile", "context": ""},
    ]
    # Texts to insert carry the line ends of their file.
    assert found["fixes"][0]["edits"] == [
        {
            "file": "Dockerfile",
            "range": {"start": {"line": 2, "column": 1}, "end": {"line": 2, "column": 1}},
            "text": "X\r\n",
        },
        {"create": "new", "text": "y\n"},
    ]
    assert json_report.dump(value).isascii()


def test_sarif() -> None:
    def describe(name: str) -> sarif.Described:
        return sarif.Described("A summary.", "# page", Severity.WARNING)

    results = _results(FINDING, unresolved=(Unresolved(RUN, say(NOTE)),))
    log = json.loads(sarif.dump(results, describe))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["originalUriBaseIds"] == {"ROOT": {"uri": "file:///w/"}}
    (rule,) = run["tool"]["driver"]["rules"]
    assert (rule["id"], rule["defaultConfiguration"]) == ("bad-thing", {"level": "warning"})
    (result,) = run["results"]
    assert result["message"]["text"].startswith("`a` is 50% \\[wrong\\](1)")
    location = result["relatedLocations"][0]["physicalLocation"]
    assert location == {
        "artifactLocation": {"uri": "d%20r/compose.yaml", "uriBaseId": "ROOT"},
        "region": {"startLine": 2, "startColumn": 7, "endLine": 2, "endColumn": 9},
    }
    assert len(result["fixes"]) == 2
    assert [
        change["artifactLocation"]["uri"] for change in result["fixes"][0]["artifactChanges"]
    ] == [
        "Dockerfile",
        "new",
    ]
    assert len(run["invocations"][0]["toolExecutionNotifications"]) == 1


def test_github_escapes_what_would_end_a_command() -> None:
    (line,) = github.lines(_results(FINDING))
    assert line.startswith(
        "::error file=Dockerfile,line=2,col=1,endLine=3,title=shipworthy%3A bad-thing::"
        "`a` is 50%25 [wrong](1), see <b> | @me:%0Anow%0A"
    )
    hint = FINDING._replace(severity=Severity.HINT)
    assert not list(github.lines(_results(hint)))
    (line,) = github.lines(_results(hint._replace(at=WEB)), hints=True)
    assert line.startswith("::notice file=d r/compose.yaml,line=2,col=7,endLine=2,endColumn=8,")


def test_github_lets_nothing_act_on_the_terminal_that_shows_the_log() -> None:
    message = say(Text(en="\x1b[31m`{name}`\r\n", ja=""), name="\x07\x9b\u202e\udcff")
    (line,) = github.lines(_results(FINDING._replace(message=message, related=(), fixes=())))
    assert line.endswith("::\\x1b[31m`\\x07\\x9b\\u202e\\xff`%0D%0A")


def test_markdown_escapes_what_would_be_markup() -> None:
    lines = list(markdown.lines(_results(FINDING)))
    assert lines[0] == "### shipworthy: 1 error"
    assert lines[4] == (
        "| error | `Dockerfile:2` | **bad-thing**: `a` is 50% \\[wrong\\](1), see &lt;b&gt; \\| "
        "@\u200bme:\\\\x0anow |"
    )
    assert markdown.code("a`b``c") == "```a`b``c```"
    assert markdown.prose("odd ` tick *x*") == "odd \\` tick \\*x\\*"


def test_only_the_first_fix_counts_as_fixable() -> None:
    assert fixable((FINDING,)) == (1, 0)
    assert fixable((FINDING._replace(fixes=FINDING.fixes[1:]),)) == (0, 1)
    assert fixable((FINDING._replace(fixes=FINDING.fixes[2:]),)) == (0, 0)


def test_both_languages_have_the_same_fields() -> None:
    texts = [value for value in vars(words).values() if isinstance(value, Text)]
    assert len(texts) > 20
    for item in texts:
        assert item._replace(en=item.ja).fields() == item.fields()


def test_japanese() -> None:
    out = "\n".join(text.lines(_results(FINDING, language="ja"), text.Style()))
    assert out.startswith("エラー[bad-thing]: `a` は誤りです\n")
    assert "= 対処: 変更する（安全: `--fix` で適用）" in out
    assert out.endswith("エラー 1。`--fix` で 1 件を修正できます")
