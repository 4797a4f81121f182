"""requirements.txt files, line by line, with places.

Source: pip's requirements file format and the options uv shares with it. Nothing is followed:
includes are reported, and whoever has the files reads them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, TypeAlias

from shipworthy.model.python.declared import parse_requirement
from shipworthy.model.python.values import normalise
from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span

if TYPE_CHECKING:
    from packaging.requirements import Requirement

LineKind: TypeAlias = Literal[
    "requirement", "include", "constraint", "editable", "path", "url", "option", "invalid"
]
Generator: TypeAlias = Literal["uv-export", "uv-compile", "pip-compile", "poetry", "pdm", "pipenv"]


class RequirementLine(NamedTuple):
    """One logical line.

    `text` has continuations joined and the comment cut off; `value` is the included file, the
    path, the address or the option's name. `span` is the line in the file and `value_span` the
    value in it, both in code points from the file's start.
    """

    kind: LineKind
    text: str
    value: str
    span: Span
    value_span: Span
    name: str | None = None
    """Normalised, where the line names a package."""
    requirement: Requirement | None = None
    marker: str = ""
    hashed: bool = False

    @property
    def is_loose(self) -> bool:
        """Whether it names a package of an index and neither a version nor a hash."""
        if self.kind != "requirement" or self.requirement is None or self.requirement.url:
            return False
        return self.pin is None and not self.hashed

    @property
    def pin(self) -> str | None:
        """The version of `name==version`; `None` for everything looser."""
        if self.requirement is None:
            return None
        pins = [item for item in self.requirement.specifier if item.operator in ("==", "===")]
        exact = [item.version for item in pins if not item.version.endswith(".*")]
        return exact[0] if exact else None

    @property
    def vcs(self) -> bool:
        """Whether git (or another version control system) is needed to install it."""
        address = self.value if self.kind in ("url", "editable") else ""
        if self.requirement is not None and self.requirement.url:
            address = self.requirement.url
        return re.match(r"(?:git|hg|svn|bzr)\+", address) is not None


class RequirementsFile(NamedTuple):
    """A file's lines; `generator` is the tool its header names, `command` the header's command."""

    lines: tuple[RequirementLine, ...]
    generator: Generator | None
    command: str | None

    @property
    def pins(self) -> dict[str, str]:
        """Pinned versions by normalised name; of several lines for a name the last counts."""
        return {
            line.name: pin
            for line in self.lines
            if line.name is not None and (pin := line.pin) is not None
        }


_INCLUDES = {"-r": "include", "--requirement": "include", "-c": "constraint"}
_OPTION = regex(r"(?P<flag>--?[A-Za-z][A-Za-z-]*)(?:[ \t]*=[ \t]*|[ \t]*)(?P<value>.*)")
_COMMENT = regex(r"(?:^|(?<=[ \t]))#.*$")
_HASH = regex(r"(?:^|\s)--(?:hash|global-option|config-settings?|install-option)[= ].*$")
_SCHEME = regex(r"[A-Za-z][A-Za-z0-9.-]*(?:\+[A-Za-z]+)?:")
_EGG = regex(r"[#&]egg=([A-Za-z0-9][\w.-]*)")
_ARCHIVES = (".whl", ".zip", ".tar.gz", ".tar.bz2", ".tgz")


def parse_requirements(text: str) -> RequirementsFile:
    """Every line of a requirements file that says something. Total."""
    lines = tuple(
        line
        for logical, start, end in _logical_lines(text)
        if (line := _line(logical, start, end, text)) is not None
    )
    generator, command = _header(text)
    return RequirementsFile(lines, generator, command)


def _logical_lines(text: str) -> Iterator[tuple[str, int, int]]:
    # Joined text, start of the first and end of the last physical line.
    parts: list[str] = []
    start = at = 0
    for raw in text.splitlines(keepends=True):
        body = raw.rstrip("\r\n")
        end = at + len(body)
        if not parts:
            start = at
        at += len(raw)
        # A comment line inside a continuation ends nothing for pip: it is read before joining.
        if body.endswith("\\") and not body.lstrip().startswith("#"):
            parts.append(body[:-1])
            continue
        parts.append(body)
        yield "".join(parts), start, end
        parts = []
    if parts:
        yield "".join(parts), start, at


def _line(logical: str, start: int, end: int, text: str) -> RequirementLine | None:
    body = _COMMENT.sub("", logical.removeprefix("\ufeff")).strip()
    if not body:
        return None
    found = _OPTION.fullmatch(body)
    if found is None:
        return _requirement(body, start, end, text)
    flag, value = found["flag"], found["value"].strip().strip("\"'")
    if flag.startswith("-") and not flag.startswith("--") and len(flag) > 2:
        # `-rbase.txt`: a short option and its value in one word.
        flag, value = flag[:2], f"{flag[2:]}{found['value']}"
    span = _trimmed(start, end, text)
    if flag in ("-e", "--editable"):
        name = _EGG.search(value)
        value = _without_extras(value)
        return RequirementLine(
            "editable",
            body,
            value,
            span,
            _find(value, span, text),
            None if name is None else normalise(name[1]),
        )
    kind = "constraint" if flag == "--constraint" else _INCLUDES.get(flag, "option")
    known: LineKind = (
        "include" if kind == "include" else "constraint" if kind == "constraint" else "option"
    )
    shown = flag if known == "option" else value
    return RequirementLine(known, body, shown, span, _find(shown, span, text))


def _requirement(body: str, start: int, end: int, text: str) -> RequirementLine:
    span = _trimmed(start, end, text)
    hashed = "--hash" in body
    stripped = _HASH.sub("", body).strip()
    address, _, marker = stripped.partition(" ; ")
    parsed = parse_requirement(stripped)
    if parsed is not None and not address.lower().endswith(_ARCHIVES):
        # `name @ ./folder` is a path; the specification knows addresses alone.
        url = parsed.url or ""
        local = url.startswith("file:") or (bool(url) and not _SCHEME.match(url))
        return RequirementLine(
            "path" if local else "requirement",
            stripped,
            url if local else stripped,
            span,
            _find(url if local else parsed.name, span, text),
            normalise(parsed.name),
            parsed,
            "" if parsed.marker is None else str(parsed.marker),
            hashed,
        )
    kind: LineKind = "invalid"
    if _SCHEME.match(address) and not re.match(r"[A-Za-z]:[\\/]", address):
        kind = "path" if address.startswith("file:") else "url"
    elif _is_path(address):
        kind = "path"
    name = _EGG.search(address)
    value = _without_extras(address)
    return RequirementLine(
        kind,
        stripped,
        value,
        span,
        _find(value, span, text),
        None if name is None else normalise(name[1]),
        None,
        marker.strip(),
        hashed,
    )


def _is_path(text: str) -> bool:
    if text.startswith((".", "/", "~")) or "\\" in text:
        return True
    return "/" in text or text.lower().endswith(_ARCHIVES)


def _without_extras(text: str) -> str:
    return re.sub(r"\[[^\[\]]*\]$", "", text)


def _trimmed(start: int, end: int, text: str) -> Span:
    line = text[start:end]
    return Span(start + len(line) - len(line.lstrip()), start + len(line.rstrip()))


def _find(value: str, span: Span, text: str) -> Span:
    at = text.find(value, span.start, span.end) if value else -1
    return span if at < 0 else Span(at, at + len(value))


_COMMAND = regex(r"^#\s+((?:uv|pip-compile|python -m piptools|poetry|pdm|pipenv)\b.*)$")


def _header(text: str) -> tuple[Generator | None, str | None]:
    generator: Generator | None = None
    for line in text.removeprefix("\ufeff").splitlines()[:12]:
        if line.strip() and not line.startswith(("#", "-")):
            break
        found = _COMMAND.match(line)
        if found is not None:
            return _generator(found[1]) or generator, found[1].strip()
        lowered = line.lower()
        if "autogenerated by pip-compile" in lowered:
            generator = "pip-compile"
        elif "autogenerated by uv" in lowered:
            generator = "uv-compile"
        elif "generated by pdm" in lowered:
            generator = "pdm"
    return generator, None


def _generator(command: str) -> Generator | None:
    if re.match(r"uv\b.*\bexport\b", command):
        return "uv-export"
    if re.match(r"uv\b.*\bpip\b.*\bcompile\b", command):
        return "uv-compile"
    if command.startswith(("pip-compile", "python -m piptools")):
        return "pip-compile"
    return next((tool for tool in _TOOLS if command.startswith(tool)), None)


_TOOLS: tuple[Generator, ...] = ("poetry", "pdm", "pipenv")
