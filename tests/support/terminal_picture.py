"""The README's picture of the terminal: what the README's first command prints, as SVG.

`python tests/support/terminal_picture.py` writes it anew; a test asserts that it is current.
"""

from __future__ import annotations

import contextlib
import html
import io
import os
import re
import sys
from pathlib import Path

from shipworthy.cli.main import main
from shipworthy.report.screen import width

ROOT = Path(__file__).resolve().parents[2]
PICTURE = ROOT / "vscode-client" / "images" / "terminal.svg"
PROJECT = "tests/projects/article/faulty"
COMMAND = ["check", "--exit-zero", "--lang", "en", "--select", "copy-includes-host-venv"]

_COLUMNS = 118
_ADVANCE = 8.4
_LINE = 19
_PADDING = 18
_ANSI = re.compile(r"\x1b\[([0-9;]*)m")
_COLOURS = {"31": "#ff7b72", "33": "#e3b341", "34": "#79c0ff", "36": "#76e3ea", "32": "#7ee787",
            "35": "#d2a8ff", "90": "#8b949e", "94": "#79c0ff", "91": "#ff7b72"}  # fmt: skip


def picture() -> str:
    """The SVG as it must be now."""
    lines = ["$ shipworthy check", "", *_printed().rstrip("\n").split("\n")]
    rows = [row for line in lines for row in _wrapped(line)]
    height = _LINE * len(rows) + 2 * _PADDING
    wide = round(_COLUMNS * _ADVANCE) + 2 * _PADDING
    body = "\n".join(
        f'<text x="{_PADDING}" y="{_PADDING + _LINE * number + 14}">{_spans(row)}</text>'
        for number, row in enumerate(rows)
        if row
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{height}"'
        ' font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14"'
        ' fill="#e6edf3">\n'
        f'<rect width="{wide}" height="{height}" rx="8" fill="#0d1117"/>\n{body}\n</svg>\n'
    )


def _printed() -> str:
    out = io.StringIO()
    before = {name: os.environ.get(name) for name in ("FORCE_COLOR", "NO_COLOR")}
    here = Path.cwd()
    os.environ["FORCE_COLOR"] = "1"
    os.environ.pop("NO_COLOR", None)
    os.chdir(ROOT)
    try:
        with contextlib.redirect_stdout(out):
            main([*COMMAND, PROJECT])
    finally:
        os.chdir(here)
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
    # Colour state per line, and the fixture's own folder left out of the paths.
    return out.getvalue().replace(f"{PROJECT}/", "").split("\n\n1 at warning", 1)[0]


def _wrapped(line: str) -> list[str]:
    """The line in rows of at most `_COLUMNS`, broken at blanks, colours carried over."""
    rows, row, used, colour = [], "", 0, ""
    for piece in re.split(r"(\x1b\[[0-9;]*m| )", line):
        if _ANSI.fullmatch(piece):
            colour = "" if piece in ("\x1b[0m", "\x1b[m") else colour + piece
            row += piece
            continue
        columns = width(piece)
        if used + columns > _COLUMNS and row.strip():
            rows.append(row)
            row, used = colour, 0
            piece = piece.lstrip(" ")
            columns = width(piece)
        row += piece
        used += columns
    rows.append(row)
    return rows


def _spans(row: str) -> str:
    parts, style, position = [], "", 0
    for match in _ANSI.finditer(row):
        parts.append(_span(row[position : match.start()], style))
        position = match.end()
        style = _style(style, match[1])
    parts.append(_span(row[position:], style))
    return "".join(parts)


def _style(before: str, codes: str) -> str:
    style = before
    for code in codes.split(";"):
        if code in ("", "0"):
            style = ""
        elif code == "1":
            style += ' font-weight="bold"'
        elif code in _COLOURS:
            style += f' fill="{_COLOURS[code]}"'
    return style


def _span(text: str, style: str) -> str:
    if not text:
        return ""
    # Non-breaking blanks: what shows the picture may collapse ordinary ones.
    return f"<tspan{style}>{html.escape(text, quote=False).replace(' ', chr(0xA0))}</tspan>"


if __name__ == "__main__":
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text(picture(), encoding="utf-8")
    sys.stdout.write(f"wrote {PICTURE}\n")
