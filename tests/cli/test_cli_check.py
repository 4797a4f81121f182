from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from cli.conftest import Shell

EXPECTED = """\
warning[image-moves]: `python` moves.
 --> Dockerfile:1:6
  |
1 | FROM python
  |      ^^^^^^
  |
  = help: Pin it (changes behaviour: `--unsafe-fixes` applies it)

error[copies-venv]: `COPY . .` copies `.venv`, which `.dockerignore` does not exclude.
 --> Dockerfile:3:1
  |
3 | COPY . .
  | ^^^^^^^^
  |
 ::: .dockerignore:1:1
  |
1 | foo
  | --- Nothing here excludes `.venv`.
  |
  = help: Add `**/.venv` to `.dockerignore` (safe: `--fix` applies it)
  = run next: docker build .

1 error, 1 warning, 1 hint (not shown without `--verbose`); 1 fixable with `--fix` \
(1 more with `--unsafe-fixes`)
"""


def test_text(shell: Shell, project: Path) -> None:
    ran = shell("check")
    assert ran.out == EXPECTED
    assert ran == (1, EXPECTED, "")


def test_exit_codes(shell: Shell, project: Path) -> None:
    assert shell("check", "--exit-zero").code == 0
    assert shell("check", "--select", "image-moves", "--fail-level", "error").code == 0
    assert shell("check", "--select", "lacks-label").code == 0
    assert shell("check", "--select", "lacks-label", "--fail-level=hint").code == 1
    (project / "Dockerfile").write_text("FROM scratch:1\n# CRASH\n")
    assert shell("check").code == 2


def test_quiet_says_findings_only(shell: Shell, project: Path) -> None:
    assert shell("check", "--quiet").out == EXPECTED.rpartition("\n1 error")[0] + "\n"


def test_select_and_ignore(shell: Shell, project: Path) -> None:
    assert "copies-venv" not in shell("check", "--ignore", "copies-venv").out
    assert "image-moves" not in shell("check", "--select", "copies-venv,lacks-label").out
    assert "hint[lacks-label]" in shell("check", "--verbose").out


def test_json(shell: Shell, project: Path) -> None:
    report = json.loads(shell("check", "--output-format", "json", "--lang", "ja").out)
    assert list(report) == ["version", "root", "findings", "unresolved", "summary"]
    assert report["version"] == 1
    assert report["root"] == str(project)
    assert report["summary"] == {
        "files": 2,
        "builds": 1,
        "error": 1,
        "warning": 1,
        "info": 0,
        "hint": 1,
    }
    last = report["findings"][-1]
    assert last == {
        "rule": "copies-venv",
        "severity": "error",
        "message": "`COPY . .` copies `.venv`, which `.dockerignore` does not exclude.",
        "fields": {"copy": "COPY . ."},
        "url": None,
        "file": "Dockerfile",
        "range": {"start": {"line": 3, "column": 1}, "end": {"line": 3, "column": 9}},
        "related": [
            {
                "file": ".dockerignore",
                "range": {"start": {"line": 1, "column": 1}, "end": {"line": 1, "column": 4}},
                "message": "Nothing here excludes `.venv`.",
            }
        ],
        "builds": [],
        "fixes": [
            {
                "title": "Add `**/.venv` to `.dockerignore`",
                "safety": "safe",
                "afterwards": ["docker build ."],
                "edits": [
                    {
                        "file": ".dockerignore",
                        "range": {
                            "start": {"line": 2, "column": 1},
                            "end": {"line": 2, "column": 1},
                        },
                        "text": "**/.venv\n",
                    }
                ],
            }
        ],
    }


def test_japanese(shell: Shell, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "ja_JP.UTF-8")
    out = shell("check").out
    assert "エラー[copies-venv]: `COPY . .` は、" in out
    assert "エラー 1、警告 1" in out
    assert "error[copies-venv]" in shell("check", "--lang", "en").out


def test_paths_choose_what_is_shown(shell: Shell, project: Path) -> None:
    (project / "other").mkdir()
    (project / "other" / "Dockerfile").write_text("FROM alpine\n")
    out = shell("check", "other").out
    assert "other/Dockerfile:1:6" in out
    assert "copies-venv" not in out
    assert "2 at warning or above elsewhere in this workspace, not shown" in out
    # A finding concerns the file that it relates to.
    assert "copies-venv" in shell("check", ".dockerignore").out
    assert shell("check", "other/Dockerfile").code == 1


def test_unknown(shell: Shell, project: Path) -> None:
    (project / "Dockerfile").write_text("FROM a:${TAG}\n")
    assert "1 not judged (`--show-unknown`" in shell("check").out
    out = shell("check", "--show-unknown").out
    assert "not judged: Dockerfile: " in out


def test_baseline(shell: Shell, project: Path) -> None:
    ran = shell("check", "--baseline", "base.json")
    assert ran.code == 1
    assert "`base.json` does not exist yet" in ran.err
    assert shell("check", "--baseline", "base.json", "--write-baseline").code == 0
    ran = shell("check", "--baseline", "base.json")
    assert ran.code == 0
    assert "3 known from the baseline, not shown" in ran.out
    (project / "Dockerfile").write_text("# above\nFROM python\nCOPY . .\nCOPY . /x\n")
    ran = shell("check", "--baseline", "base.json")
    assert ran.code == 1
    assert "COPY . /x" in ran.out
    assert "image-moves" not in ran.out


def test_broken_baseline(shell: Shell, project: Path) -> None:
    (project / "base.json").write_text('{"findings": [3]}')
    ran = shell("check", "--baseline", "base.json")
    assert ran.code == 2
    assert "argument --baseline: `base.json` is not a baseline file" in ran.err


def test_statistics(shell: Shell, project: Path) -> None:
    lines = shell("check", "--statistics").out.splitlines()
    assert lines[:2] == ["1  error  copies-venv", "1  warning  image-moves"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["nowhere"], "argument PATH: `nowhere` does not exist"),
        (["--select", "copy-venv"], "no rule `copy-venv` (did you mean `copies-venv`?)"),
        (["--profile", "loose"], "argument --profile: invalid choice: 'loose'"),
        (["--fixx"], "unknown option `--fixx` (did you mean `--fix`?)"),
        (["--config", "missing.toml"], "argument --config: `missing.toml` does not exist"),
        (["--config", "."], "argument --config: expected a file, but `.` is a directory"),
        (["--baseline"], "argument --baseline: expected one argument"),
        (["--write-baseline"], "argument --write-baseline: expected --baseline FILE"),
        (["-"], "argument -: expected --stdin-filename NAME"),
        (["--quiet", "--verbose"], "argument --quiet: cannot be combined with --verbose"),
    ],
)
def test_usage(shell: Shell, project: Path, arguments: list[str], expected: str) -> None:
    ran = shell("check", *arguments)
    assert ran.code == 2
    assert ran.out == ""
    assert expected in ran.err
    assert ran.err.count("\n") == 1
    assert ran.err.startswith("shipworthy: error: ")


def test_usage_in_japanese(shell: Shell, project: Path) -> None:
    ran = shell("check", "--lang", "ja", "nowhere")
    assert ran == (2, "", "shipworthy: エラー: PATH: `nowhere` は存在しません\n")


def test_bad_setting_is_one_line_and_the_rest_goes_on(shell: Shell, project: Path) -> None:
    (project / "shipworthy.toml").write_text('profile = "loose"\n')
    ran = shell("check")
    assert ran.code == 2
    assert "copies-venv" in ran.out
    expected = "shipworthy.toml:1: setting `profile`: expected one of minimal, default, strict"
    assert ran.err == f"shipworthy: {expected}\n"


def test_broken_config(shell: Shell, project: Path) -> None:
    (project / "own.toml").write_text("= 3\n")
    ran = shell("check", "--config", "own.toml")
    assert ran.code == 2
    assert ran.err == "shipworthy: own.toml: expected valid TOML\n"


def test_invalid_utf8_is_noted_and_never_printed_raw(shell: Shell, project: Path) -> None:
    (project / "Dockerfile").write_bytes(b"FROM p\xffthon\x1b[31m\n")
    ran = shell("check", "--show-unknown")
    assert "FROM p\\xffthon\\x1b[31m" in ran.out
    assert "\x1b" not in ran.out
    assert "not judged: Dockerfile: Line 1 is not valid UTF-8" in ran.out
    report = json.loads(shell("check", "--output-format", "json").out)
    assert report["findings"][-1]["fields"] == {"image": "p\\xffthon\x1b[31m"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_unreadable_file(shell: Shell, project: Path) -> None:
    (project / ".dockerignore").chmod(0)
    assert "argument PATH: `.dockerignore` cannot be read" in shell("check", ".dockerignore").err
    assert "This file cannot be read" in shell("check", "--show-unknown").out


def test_symlink_loop(shell: Shell, project: Path) -> None:
    (project / "Dockerfile.loop").symlink_to("Dockerfile.loop")
    ran = shell("check", "--show-unknown")
    assert ran.code == 1
    assert "not judged: Dockerfile.loop: This file cannot be read" in ran.out
    assert "`Dockerfile.loop` cannot be read" in shell("check", "Dockerfile.loop").err


def test_config_and_exclude(shell: Shell, project: Path) -> None:
    (project / "own.toml").write_text('ignore = ["copies-venv"]\n')
    assert "copies-venv" not in shell("check", "--config", "own.toml").out
    assert shell("check", "--exclude", "Dockerfile*").code == 0


def test_options_after_paths(shell: Shell, project: Path) -> None:
    assert shell("check", "Dockerfile", "--exit-zero", ".dockerignore").code == 0


def test_colour(shell: Shell, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[1;31merror[copies-venv]\x1b[0m" in shell("check").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in shell("check").out


def test_github(shell: Shell, project: Path) -> None:
    lines = shell("check", "--output-format", "github").out.splitlines()
    assert lines == [
        (
            "::warning file=Dockerfile,line=1,col=6,endLine=1,endColumn=11,"
            "title=shipworthy%3A image-moves::`python` moves.%0Ahelp: Pin it"
        ),
        (
            "::error file=Dockerfile,line=3,col=1,endLine=3,endColumn=8,"
            "title=shipworthy%3A copies-venv::`COPY . .` copies `.venv`, which `.dockerignore` does"
            " not exclude.%0Asee .dockerignore:1: Nothing here excludes `.venv`."
            "%0Ahelp: Add `**/.venv` to `.dockerignore`%0Arun next: docker build ."
        ),
    ]


def test_markdown(shell: Shell, project: Path) -> None:
    out = shell("check", "--output-format", "markdown").out
    assert out.startswith("### shipworthy: 1 error, 1 warning, 1 hint\n\n| | place | finding |\n")
    assert "| error | `Dockerfile:3` | **copies-venv**: `COPY . .` copies `.venv`, which" in out
    assert "- run next: `docker build .`" in out


def test_stdin(shell: Shell, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"FROM busybox\n")))
    ran = shell("check", "--stdin-filename", "Dockerfile", "-")
    assert ran.code == 1
    assert "1 | FROM busybox" in ran.out
    assert "copies-venv" not in ran.out


def test_the_same_report_twice(shell: Shell, project: Path) -> None:
    for kind in ("text", "json", "github", "markdown"):
        assert shell("check", "--output-format", kind) == shell("check", "--output-format", kind)


@pytest.mark.parametrize(
    ("setting", "key", "near"),
    [
        ('select = ["image-moves", "copies-vnv"]', "select", "copies-venv"),
        ('ignore = ["copies-vnv"]', "ignore", "copies-venv"),
        ('[severity]\nimage-move = "error"', "severity", "image-moves"),
        ('[per-file-ignores]\n"x" = ["image-move"]', "per-file-ignores", "image-moves"),
    ],
)
def test_a_rule_that_does_not_exist_is_no_setting(
    shell: Shell, project: Path, setting: str, key: str, near: str
) -> None:
    """A misspelt rule in `select` would switch everything off unnoticed."""
    (project / "shipworthy.toml").write_text(f"{setting}\n")
    ran = shell("check")
    assert ran.code == 2
    line = setting.count("\n") + 1
    assert f"shipworthy.toml:{line}: setting `{key}`: expected the name of a rule; " in ran.err
    assert f"(did you mean `{near}`?)" in ran.err
    assert "実在するルールの名前" in shell("check", "--lang", "ja").err


@pytest.mark.parametrize(
    "setting",
    ['x = 1', 'selct = []', 'select = 1', 'profile = "hard"', 'exclude = [1]', 'lenses = "on"',
     'contexts = 1', '[per-file-ignores]\n"x" = 1', '[severity]\nimage-moves = "bad"', 'x = ['],
)  # fmt: skip
def test_every_wrong_setting_is_told_in_japanese(shell: Shell, project: Path, setting: str) -> None:
    (project / "shipworthy.toml").write_text(f"{setting}\n")
    ran = shell("check", "--lang", "ja")
    assert ran.code == 2
    for english in (" of ", "list", "table", "valid", "true or"):
        assert english not in ran.err
