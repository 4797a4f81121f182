"""The documentation of the rules: one page by `explain`, all of them as two references."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from shipworthy.docsgen.markdown import Section, sections
from shipworthy.docsgen.rule_index import Documented, docstring, documented, documented_rules
from shipworthy.engine.visits import INTERNAL_ERROR
from shipworthy.findings.finding import Safety, Severity
from shipworthy.findings.message import Language, Text
from shipworthy.findings.suppression import MALFORMED, UNUSED
from shipworthy.model.files import kind_of
from shipworthy.rules.index import RULES
from shipworthy.rules.rule import Listed
from shipworthy.text.records import NamedTuple

SECTIONS = ("Why", "Example", "Use instead", "Fix safety", "Sources")
"""The headings of a page, in this order."""
JAPANESE = {
    "Why": "なぜ",
    "Example": "例",
    "Use instead": "代わりに",
    "Fix safety": "修正の安全性",
    "Sources": "出典",
}
PROSE = ("Why", "Use instead", "Fix safety")
"""The sections whose words stand in `JA`."""

ENGINE_PAGES: dict[str, Text] = {
    INTERNAL_ERROR: Text(
        en="A rule of shipworthy failed, so the place was not judged by it. The other rules are"
        " not affected. This is a defect of shipworthy: please report it.",
        ja="shipworthy のルールが失敗したため、この箇所はそのルールでは判定されていません。"
        "ほかのルールには影響しません。shipworthy の不具合なので、報告してください。",
    ),
    UNUSED: Text(
        en="A `# shipworthy: ignore[...]` comment names a rule that reports nothing there any"
        " more. The fix removes the name, or the comment when no other name is left.",
        ja="`# shipworthy: ignore[...]` のコメントが、もう何も報告しないルールを指しています。"
        "修正すると、その名前（ほかに名前がなければコメント全体）を削除します。",
    ),
    MALFORMED: Text(
        en="A comment looks like a suppression but suppresses nothing: it lists no rule, or a rule"
        " that does not exist. Write `# shipworthy: ignore[rule-name] -- reason`.",
        ja="抑制のためのコメントに見えますが、何も抑制していません。ルール名がないか、"
        "存在しないルールです。`# shipworthy: ignore[rule-name] -- 理由` と書きます。",
    ),
}

_KINDS: tuple[tuple[str, Text], ...] = (
    ("dockerfile", Text(en="Dockerfile", ja="Dockerfile")),
    ("ignore", Text(en="Ignore files", ja="ignore ファイル")),
    ("yaml", Text(en="Compose files", ja="Compose ファイル")),
    ("toml", Text(en="pyproject.toml and lock files", ja="pyproject.toml とロックファイル")),
    ("json", Text(en="JSON files", ja="JSON ファイル")),
    ("other", Text(en="Other files", ja="その他のファイル")),
)
_FIX_WORDS: dict[Safety | None, Text] = {
    None: Text(en="no fix", ja="修正なし"),
    Safety.MANUAL: Text(en="fix shown, not applied", ja="修正は表示のみ"),
    Safety.UNSAFE: Text(en="unsafe fix", ja="安全でない修正"),
    Safety.SAFE: Text(en="safe fix", ja="安全な修正"),
}
_SEVERITY_WORDS = {
    Severity.ERROR: Text(en="error", ja="エラー"),
    Severity.WARNING: Text(en="warning", ja="警告"),
    Severity.INFO: Text(en="info", ja="情報"),
    Severity.HINT: Text(en="hint", ja="ヒント"),
}
_STRICT_ONLY = Text(en="strict profile only", ja="strict プロファイルのみ")


class Page(NamedTuple):
    """A rule's page, in both languages."""

    listed: Listed
    summary: Text
    parts: dict[str, Section]
    """The sections of the docstring by their English headings."""
    japanese: dict[str, str]
    """The Japanese prose by the same headings."""
    symptoms: tuple[Text, ...]


def page_of(item: Documented) -> Page:
    """The page that a rule's module holds; missing parts are empty."""
    english = sections(docstring(item.module).strip("\n"))
    japanese = sections(str(getattr(item.module, "JA", "")).strip("\n"))
    back = {title: name for name, title in JAPANESE.items()}
    summary = Text(english[0].body.strip(), japanese[0].body.strip())
    return Page(
        item.listed,
        summary,
        {part.title: part for part in english[1:]},
        {back.get(part.title, part.title): part.body for part in japanese[1:]},
        tuple(getattr(item.module, "SYMPTOMS", ())),
    )


def explain(name: str, language: Language = "en") -> str:
    """A rule's page as Markdown; raises KeyError when there is no such rule."""
    if name in ENGINE_PAGES:
        return f"# {name}\n\n{_in(ENGINE_PAGES[name], language)}\n"
    listed = {rule.name: rule for rule in RULES}[name]
    return render_page(page_of(documented(listed.module)), language, 1)


def render_page(page: Page, language: Language, level: int) -> str:
    """A page as Markdown whose title has the given heading level."""
    mark = "#" * level
    lines = [f"{mark} {page.listed.name}", "", _traits(page.listed, language), ""]
    lines += [_in(page.summary, language), ""]
    for name in SECTIONS:
        part = page.parts.get(name)
        if part is None:
            continue
        body = _shown_files(part.body)
        if language == "ja" and name in PROSE:
            body = "\n\n".join(
                text for text in (page.japanese.get(name, ""), _only_fences(part)) if text
            )
        title = JAPANESE[name] if language == "ja" else name
        lines += [f"{mark}# {title}", "", body, ""]
    return "\n".join(lines)


def _traits(listed: Listed, language: Language) -> str:
    words = [_SEVERITY_WORDS[listed.severity], _FIX_WORDS[listed.fix]]
    if not listed.on:
        words.append(_STRICT_ONLY)
    return " · ".join(_in(word, language) for word in words)


def _shown_files(body: str) -> str:
    """Fences with a file's name get it as a line above, which readers see."""
    shown: list[str] = []
    inside = ""
    for line in body.split("\n"):
        mark = line[: len(line) - len(line.lstrip("`~"))]
        if inside:
            inside = "" if mark == inside and line == mark else inside
        elif len(mark) >= 3:
            inside = mark
            if shown and shown[-1]:
                shown.append("")
            (fence,) = sections(line)[0].fences
            name = fence.get("file")
            if name is not None:
                shown += [f"`{name}`", ""]
                line = mark + fence.language
        shown.append(line)
    return "\n".join(shown)


def _only_fences(part: Section) -> str:
    blocks = []
    for fence in part.fences:
        name = fence.get("file")
        above = f"`{name}`\n\n" if name is not None else ""
        marks = "````" if "```" in fence.text else "```"
        blocks.append(f"{above}{marks}{fence.language}\n{fence.text}{marks}")
    return "\n\n".join(blocks)


def _in(text: Text, language: Language) -> str:
    return text.ja if language == "ja" else text.en


# The references


def reference(language: Language) -> str:
    """The text of `rules/README.md` or `rules/README.ja.md`."""
    pages = sorted((page_of(item) for item in documented_rules()), key=lambda p: p.listed.name)
    if language == "ja":
        head = "# ルール\n\nこのファイルは `python -m shipworthy.docsgen --write` が生成します。\n"
        titles = ("ファイル別", "症状別", "すべてのルール")
    else:
        head = "# Rules\n\nThis file is written by `python -m shipworthy.docsgen --write`.\n"
        titles = ("By file", "By symptom", "All rules")
    parts = [head, f"## {titles[0]}\n", *_by_kind(pages, language)]
    parts += [f"## {titles[1]}\n", _by_symptom(pages, language), f"## {titles[2]}\n"]
    parts += [render_page(page, language, 3) for page in pages]
    return "\n".join(parts).rstrip("\n") + "\n"


def _by_kind(pages: Sequence[Page], language: Language) -> Iterable[str]:
    for kind, title in _KINDS:
        rows = [
            f"- {_link(page)}: {_in(page.summary, language)}"
            for page in pages
            if kind in reported_kinds(page)
        ]
        if rows:
            yield f"### {_in(title, language)}\n\n" + "\n".join(rows) + "\n"


def reported_kinds(page: Page) -> set[str]:
    """The kinds of files that the page's example reports findings in."""
    kinds: set[str] = set()
    for part in page.parts.values():
        for fence in part.fences:
            if fence.language == "diagnostics":
                paths = (line.partition(":")[0] for line in fence.text.split("\n") if line)
                kinds.update(str(kind_of(path)) for path in paths)
    return kinds


def _by_symptom(pages: Sequence[Page], language: Language) -> str:
    found: dict[str, list[Page]] = {}
    for page in pages:
        for symptom in page.symptoms:
            found.setdefault(_in(symptom, language), []).append(page)
    rows = (f"- {text}: {', '.join(_link(page) for page in found[text])}" for text in sorted(found))
    return "".join(row + "\n" for row in rows)


def _link(page: Page) -> str:
    return f"[{page.listed.name}](#{page.listed.name})"
