"""Comments that suppress findings.

    # shipworthy: ignore[rule, other-rule] -- reason      the next instruction, pattern or line
    # shipworthy: ignore-file[rule] -- reason             the whole file

In YAML and TOML the comment may also stand behind the line it is about. What other tools' comments
mean the same is honoured: `# hadolint ignore=CODE`, `# hadolint global ignore=CODE`, and
BuildKit's `# check=skip=Name;...` directive.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable

from shipworthy.db.database import Database, query
from shipworthy.findings.finding import Edit, Finding, Fix, Safety, Severity
from shipworthy.findings.message import Names, Text, say
from shipworthy.model.files import (
    comments,
    kind_of,
    line_index,
    locate,
    parsed_dockerfile,
    parsed_ignore_file,
    parsed_toml,
    parsed_yaml,
)
from shipworthy.syntax.yaml.nodes import Alias, Mapping, Node, Scalar
from shipworthy.text.anchors import Anchor
from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span

UNUSED = "unused-suppression"
MALFORMED = "malformed-suppression"

_OURS = regex(r"#\s*shipworthy:\s*(ignore(?:-file)?)(?![\w-])([^\n]*)")
_LIST = regex(r"\s*\[([^\[\]]*)\]\s*(?:--.*)?$")
_HADOLINT = regex(r"#\s*hadolint\s+(global\s+)?ignore\s*=\s*([\w\s,]+)")
_NAME = regex(r"[^\s,]+")
_HADOLINT_CODE = regex(r"(?:DL|SC)\d+$")


class Name(NamedTuple):
    """One rule name of a suppression; `span` is absolute."""

    text: str
    span: Span


class Suppression(NamedTuple):
    """One suppressing comment."""

    names: tuple[Name, ...]
    target: Span | None
    """Absolute range of the instruction, pattern or line it is about; None: the whole file."""
    span: Span
    """Absolute, from the `#` to the end of the comment."""
    own: bool
    """True for this tool's comments, False for those of others."""
    everything: bool = False
    """`# check=skip=all`: every rule that has a BuildKit check of the same meaning."""


class Suppressions(NamedTuple):
    """The suppressing comments of one file, in the order of the file."""

    valid: tuple[Suppression, ...]
    malformed: tuple[Span, ...]


NONE = Suppressions((), ())


class _Reading(NamedTuple):
    """What was read so far, while it is collected."""

    valid: list[Suppression]
    malformed: list[Span]


@query
def suppressions(db: Database, path: str) -> Suppressions:
    """The suppressing comments of a file."""
    text = db.text(path) or ""
    reading = _Reading([], [])
    if "shipworthy:" in text or "hadolint" in text:
        for span in _comment_spans(db, path, text):
            _read(db, path, span, reading)
    skipped = _skipped_checks(db, path)
    return Suppressions((*skipped, *reading.valid), tuple(reading.malformed))


def _read(db: Database, path: str, span: Span, reading: _Reading) -> None:
    text = db.text(path) or ""
    raw = span.of(text)
    found = _OURS.search(raw)
    if found is not None:
        place = Span(span.start + found.start(), span.start + len(raw.rstrip()))
        listed = _LIST.match(found.group(2).rstrip())
        names = (
            _names(listed.group(1), span.start + found.start(2) + listed.start(1)) if listed else ()
        )
        if not names:
            reading.malformed.append(place)
            return
        whole = found.group(1) == "ignore-file"
        target = None if whole else _target(db, path, text, span)
        reading.valid.append(Suppression(names, target, place, True))
        return
    other = _HADOLINT.search(raw)
    if other is not None:
        names = _names(other.group(2), span.start + other.start(2))
        target = None if other.group(1) else _target(db, path, text, span)
        reading.valid.append(Suppression(names, target, span, False))


def _names(text: str, base: int) -> tuple[Name, ...]:
    return tuple(
        Name(found.group(), Span(base + found.start(), base + found.end()))
        for found in _NAME.finditer(text)
    )


def _skipped_checks(db: Database, path: str) -> tuple[Suppression, ...]:
    if kind_of(path) != "dockerfile":
        return ()
    parsed = parsed_dockerfile(db, path)
    result = []
    for directive in parsed.directives if parsed else ():
        if directive.name != "check":
            continue
        for part in directive.value.split(";"):
            key, _, value = part.partition("=")
            if key.strip() == "skip":
                names = tuple(Name(name.strip(), directive.span) for name in value.split(","))
                everything = any(name.text == "all" for name in names)
                result.append(Suppression(names, None, directive.span, False, everything))
    return tuple(result)


def _comment_spans(db: Database, path: str, text: str) -> Iterable[Span]:
    if kind_of(path) != "toml":
        return (comment.span for comment in comments(db, path))
    return _toml_comment_spans(text)


def _toml_comment_spans(text: str) -> Iterable[Span]:
    """Comments with a suppression; a `#` behind an open quote of its line is no comment."""
    for found in _OURS.finditer(text):
        line = text[text.rfind("\n", 0, found.start()) + 1 : found.start()]
        if line.count('"') % 2 == 0 and line.count("'") % 2 == 0:
            yield Span(found.start(), len(text[: found.end()].rstrip()))


def _target(db: Database, path: str, text: str, comment: Span) -> Span:
    """What a comment is about: the node or line that follows, or the line it trails."""
    kind = kind_of(path)
    if kind in ("dockerfile", "ignore"):
        nodes = node_spans(db, path)
        following = bisect_right(nodes, comment.start, key=lambda span: span.end)
        return nodes[following] if following < len(nodes) else Span(comment.end, comment.end)
    lines = line_index(db, path)
    line = lines.line_of(comment.start)
    if text[lines.line_start(line) : comment.start].strip():
        return Span(lines.line_start(line), lines.line_end(line))
    for below in range(line + 1, lines.line_count):
        span = Span(lines.line_start(below), lines.line_end(below))
        content = span.of(text).strip()
        if content and not content.startswith("#"):
            return span
    return Span(comment.end, comment.end)


@query
def node_spans(db: Database, path: str) -> tuple[Span, ...]:
    """The absolute ranges of the instructions of a Dockerfile or the patterns of an ignore file."""
    kind = kind_of(path)
    if kind == "dockerfile":
        docker = parsed_dockerfile(db, path)
        if docker is None:
            return ()
        return tuple(
            Span(start, start + len(instruction.source))
            for start, instruction in zip(docker.starts, docker.tree.instructions, strict=True)
        )
    ignore = parsed_ignore_file(db, path)
    if ignore is None:
        return ()
    lines = line_index(db, path)
    return tuple(Span(start, lines.line_end(lines.line_of(start))) for start in ignore.starts)


@query
def _multi_line_values(db: Database, path: str) -> tuple[Span, ...]:
    """Absolute ranges of values over several lines, inside which no comment can stand."""
    text = db.text(path) or ""
    found: list[Span] = []
    if kind_of(path) == "yaml":
        parsed = parsed_yaml(db, path)
        todo: list[Node] = [*parsed.documents] if parsed else []
        if parsed is not None and parsed.root is not None:
            todo.append(parsed.root)
        while parsed is not None and todo:
            node = todo.pop()
            if isinstance(node, Scalar):
                span = node.span.shift(parsed.starts[node.block])
                if "\n" in span.of(text).rstrip():
                    found.append(span)
            elif isinstance(node, Mapping):
                for entry in node.entries:
                    todo += entry
            elif not isinstance(node, Alias):
                todo += node.items
    elif kind_of(path) == "toml":
        toml = parsed_toml(db, path)
        found += [
            spans.value
            for spans in (toml.spans.values() if toml else ())
            if text.startswith(('"""', "'''"), spans.value.start)
        ]
    return tuple(sorted(set(found)))


def home(db: Database, at: Anchor) -> int:
    """The absolute offset at which a comment about a finding is looked for.

    A finding about a whole file lives at its first instruction, pattern or line; one inside a text
    of several lines lives where that text begins, because no comment can stand inside it.
    """
    span = locate(db, at).span
    kind = kind_of(at.path)
    if kind in ("dockerfile", "ignore"):
        nodes = node_spans(db, at.path)
        return nodes[0].start if nodes and span.start < nodes[0].start else span.start
    if at.node < 0 and span == (0, 0):
        text = db.text(at.path) or ""
        for found in re.finditer(r"[^\n]+", text):
            content = found.group().strip().lstrip("\ufeff")
            if content and not content.startswith("#"):
                return found.start()
    values = _multi_line_values(db, at.path)
    before = bisect_right(values, (span.start, len(db.text(at.path) or ""))) - 1
    if before >= 0 and values[before].start <= span.start < values[before].end:
        return values[before].start
    return span.start


class Applied(NamedTuple):
    """Which findings are suppressed, and which names of which comments had something to do."""

    suppressed: frozenset[int]
    """Positions in the list of findings."""
    used: frozenset[tuple[str, Span]]
    """Path and absolute span of each used name."""


def apply(
    db: Database, findings: tuple[Finding, ...], same_as: dict[str, tuple[str, ...]]
) -> Applied:
    """Hold findings against the comments of their files.

    `same_as` are the codes of other tools that mean the same as a rule.
    """
    suppressed: set[int] = set()
    used: set[tuple[str, Span]] = set()
    by_path: dict[str, tuple[Suppression, ...]] = {}
    for position, finding in enumerate(findings):
        path = finding.at.path
        listed = by_path.get(path)
        if listed is None:
            listed = by_path[path] = suppressions(db, path).valid
        if not listed:
            continue
        offset = home(db, finding.at)
        others = same_as.get(finding.rule, ())
        for suppression in listed:
            target = suppression.target
            if target is not None and not target.start <= offset <= target.end:
                continue
            for name in suppression.names:
                if _means(suppression, name.text, finding.rule, others):
                    suppressed.add(position)
                    used.add((path, name.span))
    return Applied(frozenset(suppressed), frozenset(used))


def _means(suppression: Suppression, name: str, rule: str, others: tuple[str, ...]) -> bool:
    if suppression.own:
        return name == rule
    if suppression.everything:
        return any(not _HADOLINT_CODE.match(other) for other in others)
    return name in others


# Findings about suppressions

UNKNOWN_RULE = Text(
    en="There is no rule {names}, so this comment suppresses nothing by that name.",
    ja="{names} というルールはないため、この名前では何も抑制されません。",
)
NO_LIST = Text(
    en="This comment suppresses nothing: write `# shipworthy: ignore[rule-name] -- reason`.",
    ja="このコメントは何も抑制しません。`# shipworthy: ignore[rule-name] -- 理由` と書きます。",
)
UNUSED_NAMES = Text(
    en="Nothing is left here for {names} to suppress.",
    ja="{names} で抑制するものはもうここにありません。",
)
REMOVE_COMMENT = Text(en="Remove the comment", ja="コメントを削除する")
REMOVE_NAMES = Text(en="Remove {names} from the comment", ja="コメントから {names} を削除する")


class _Kind(NamedTuple):
    rule: str
    severity: Severity
    text: Text


_STRANGE = _Kind(MALFORMED, Severity.WARNING, UNKNOWN_RULE)
_IDLE = _Kind(UNUSED, Severity.HINT, UNUSED_NAMES)


def comment_findings(
    db: Database,
    path: str,
    used: frozenset[tuple[str, Span]],
    known: frozenset[str],
    judged: frozenset[str],
) -> list[Finding]:
    """Malformed comments, unknown names and names without work in one file.

    `known` are all rule names; a name counts as unused only when it is in `judged`, the rules that
    really ran.
    """
    found = suppressions(db, path)
    if found == NONE:
        return []
    text = db.text(path) or ""
    result = [
        Finding(
            MALFORMED,
            Severity.WARNING,
            _at(path, span),
            say(NO_LIST),
            fixes=(_removal(text, path, span),),
        )
        for span in found.malformed
    ]
    for suppression in found.valid:
        if not suppression.own:
            continue
        strange = [name for name in suppression.names if name.text not in known]
        idle = [
            name
            for name in suppression.names
            if name.text in judged and (path, name.span) not in used
        ]
        if strange:
            result.append(_about(_STRANGE, text, path, suppression, strange))
        if idle:
            result.append(_about(_IDLE, text, path, suppression, idle))
    return result


def _about(
    kind: _Kind, source: str, path: str, suppression: Suppression, names: list[Name]
) -> Finding:
    shown = Names(tuple(name.text for name in names))
    if len(names) == len(suppression.names):
        fix = _removal(source, path, suppression.span)
        at = suppression.span
    else:
        kept = [name.text for name in suppression.names if name not in names]
        inside = Span(suppression.names[0].span.start, suppression.names[-1].span.end)
        edit = Edit(_at(path, inside), ", ".join(kept))
        fix = Fix(say(REMOVE_NAMES, names=shown), (edit,), Safety.SAFE)
        at = names[0].span
    return Finding(
        kind.rule, kind.severity, _at(path, at), say(kind.text, names=shown), fixes=(fix,)
    )


def _removal(text: str, path: str, span: Span) -> Fix:
    """Take the comment away, with its line when nothing else stands there."""
    start = text.rfind("\n", 0, span.start) + 1
    end = text.find("\n", span.end)
    line_end = len(text) if end < 0 else end + 1
    before = text[start : span.start]
    whole = before.strip(" \t") == "" and text[span.end : line_end].strip() == ""
    gone = Span(start, line_end) if whole else Span(start + len(before.rstrip(" \t")), span.end)
    return Fix(say(REMOVE_COMMENT), (Edit(_at(path, gone), ""),), Safety.SAFE)


def _at(path: str, span: Span) -> Anchor:
    return Anchor(path, -1, span)
