"""Valid workspaces, and small steps that damage their texts as typing, tools and accidents do.

A step is a tuple of numbers, so that hypothesis can shrink it and a long run can draw it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from shipworthy.db.inputs import decode, encode
from support.documents import cases_of
from support.every_kind import FILES

TESTS = Path(__file__).parents[1]
LIMIT = 200_000
"""Texts are not grown beyond this many code points."""

_PIECES = (
    "${", "}", "$", "'", '"', "\\", "\\\n", "\n", "\r\n", "\r", "\t", " ", "#", "[", "]", "{", "}",
    "<<EOF\n", "EOF\n", "<<-'X'\n", "$(", "`", "|", "&&", ";", ":", ": ", "- ", "? ", "&a ", "*a",
    "<<: *a\n", "!!binary ", "!reset ", "!override null", "%YAML 1.2\n---\n", "---\n", "...\n",
    "|\n", ">-\n", "\x00", "\ufeff", "\u2028", "\x85", "\u00e9", "\U0001d54f", "\udcff",
    "\udce9", "\ud800",
    "FROM ", "FROM x AS y\n", "COPY --from=0 ", "RUN --mount=type=bind,", "ARG A=${A}\n",
    "ENV A=${A:-", "# escape=`\n", "ONBUILD ", "**/", "[a-", "!", "../", "/", "//", "*", "?", "~",
    "[[package]]\n", '"""', "'''", "= ", ",", "1e999999", "-1", "0x", "nan", "1979-05-27T07:32:00Z",
    "9" * 400, "uv sync --", "uv run ", "pip install -r ", "\\u", "\\ud800", "//", "/*", "*/",
    "if ", "fi\n", "case x in\n", "extends: {service: web, file: compose.yaml}\n",
    "include: [compose.yaml]\n", "-r requirements.txt\n", '{include-group = "dev"}', "((", "$((1/",
)  # fmt: skip


def mutated(text: str, kind: int, first: int, second: int) -> str:
    """The text after one damage; the numbers choose what and where."""
    size = len(text)
    at = first % (size + 1)
    until = min(size, at + 1 + second % 40)
    lines = text.split("\n")
    one, other = first % len(lines), second % len(lines)
    choice = kind % 10
    if choice <= 2:
        result = text[:at] + _PIECES[second % len(_PIECES)] + text[at:]
    elif choice == 3:
        result = text[:at]
    elif choice == 4:
        result = text[:at] + text[until:]
    elif choice == 5:
        result = text[:at] + text[at:until] * 2 + text[until:]
    elif choice == 6:
        lines[one], lines[other] = lines[other], lines[one]
        result = "\n".join(lines)
    elif choice == 7:
        result = "\n".join([*lines[:one], lines[other], *lines[one:]])
    elif choice == 8:
        data = bytearray(encode(text))
        if data:
            data[first % len(data)] = second % 256
        result = decode(bytes(data))
    else:
        result = text[:at] + chr(33 + second % 94) + text[at:]
    return result if len(result) <= LIMIT else text


@cache
def trees() -> tuple[Mapping[str, str], ...]:
    """Workspaces to start from: every kind of file, real incidents, the rules' tests."""
    found: list[Mapping[str, str]] = [FILES, _folder(TESTS / "projects" / "article" / "faulty")]
    cases = json.loads((TESTS / "incidents" / "cases.json").read_text(encoding="utf-8"))
    found += [case["files"] for case in cases.values()]
    for path in sorted((TESTS / "rules").glob("*.md")):
        made = [case.workspace.files for case in cases_of(path.read_bytes().decode(), path.stem)]
        found += made[:4]
    return tuple(tree for tree in found if tree)


def _folder(root: Path) -> dict[str, str]:
    files = (path for path in sorted(root.rglob("*")) if path.is_file())
    return {path.relative_to(root).as_posix(): decode(path.read_bytes()) for path in files}
