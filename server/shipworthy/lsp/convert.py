"""Between the model's paths and code points and the protocol's URIs and positions."""

from __future__ import annotations

import os
import posixpath
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from shipworthy.text.lines import Encoding, LineIndex
from shipworthy.text.spans import Span

UNTITLED = "/.shipworthy-untitled"
"""The folder, on no disk, in which buffers without a file of their own are judged."""
_NAMES = {
    "dockerfile": "Dockerfile",
    "dockercompose": "compose.yaml",
    "yaml": "compose.yaml",
    "dockerignore": ".dockerignore",
    "toml": "pyproject.toml",
}


def path_of(uri: str, language_id: str = "") -> str | None:
    """The absolute path with `/` of a URI; None for what is no file and no unsaved buffer.

    An unsaved buffer that has no path yet gets one in a folder of its own, named by its language.
    """
    try:
        parts = urlsplit(uri)
        path = unquote(parts.path, errors="surrogateescape")
        path.encode("utf-8", "surrogateescape")
    except ValueError:
        # No URI, or one with surrogates that stand for no byte of a file's name.
        return None
    if parts.scheme == "untitled":
        if path.startswith("/"):
            return posixpath.normpath(path)
        name = path if "." in path else _NAMES.get(language_id, path)
        # One folder deeper than its root, so that no context is inferred: none is known.
        folder = f"{UNTITLED}/{quote(path, safe='')}/unsaved"
        return f"{folder}/{posixpath.basename(name) or 'untitled'}"
    if parts.scheme != "file" or path in ("", "/") or "\0" in path:
        return None
    if parts.netloc and parts.netloc.lower() != "localhost":
        path = f"//{parts.netloc}{path}"
    if os.sep != "/" and len(path) > 2 and path[0] == "/" and path[2] == ":":
        path = path[1].upper() + path[2:]
    return posixpath.normpath(path)


def uri_of(path: str) -> str:
    """The file URI of an absolute path."""
    quoted = quote(path.encode("utf-8", "surrogateescape"), safe="/")
    return f"file://{quoted}" if path.startswith("/") else f"file:///{quoted}"


def printable(text: str) -> str:
    """Text without lone surrogates: undecodable bytes are escaped."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return text


def range_of(lines: LineIndex, span: Span, encoding: Encoding) -> dict[str, Any]:
    """A protocol range for absolute code points."""
    return {
        "start": _position(lines, span.start, encoding),
        "end": _position(lines, span.end, encoding),
    }


def _position(lines: LineIndex, offset: int, encoding: Encoding) -> dict[str, int]:
    line, column = lines.place(offset, encoding)
    return {"line": line, "character": column}
