"""Go's `filepath.Clean`, `filepath.Match` and `strings.TrimSpace`, as they behave on Linux.

BuildKit and its matcher read every path and pattern through these, so their corner cases
(`a/../b`, a class without an end, bytes instead of characters after a `*`) decide what a build
sees. Paths are `str`; bytes that are not UTF-8 are lone surrogates (`surrogateescape`).
"""

from __future__ import annotations

_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
_SLASH = ord("/")
_STAR = ord("*")
_QUESTION = ord("?")
_OPEN = ord("[")
_CLOSE = ord("]")
_ESCAPE = ord("\\")
_CARET = ord("^")
_DASH = ord("-")


def trim_space(text: str) -> str:
    """`strings.TrimSpace`: Unicode's white space; the separators U+001C..U+001F stay."""
    return text.strip(_SPACE)


def clean(path: str) -> str:
    """`filepath.Clean`: the shortest equal path by text alone; `""` becomes `"."`."""
    if not path:
        return "."
    rooted = path[0] == "/"
    parts: list[str] = []
    for part in path.split("/"):
        if part in {"", "."}:
            continue
        if part != "..":
            parts.append(part)
        elif parts and parts[-1] != "..":
            parts.pop()
        elif not rooted:
            parts.append(part)
    joined = "/".join(parts)
    if rooted:
        return "/" + joined
    return joined or "."


def join(*parts: str) -> str:
    """`filepath.Join`: the non-empty parts joined by `/` and cleaned; `""` when all are empty."""
    kept = [part for part in parts if part]
    return clean("/".join(kept)) if kept else ""


def is_bad_pattern(pattern: str) -> bool:
    """Whether `filepath.Match` answers ErrBadPattern for this pattern."""
    rest = _encode(pattern)
    while rest:
        _, chunk, rest = _scan_chunk(rest)
        if _match_chunk(chunk, b"") is None:
            return True
    return False


def match(pattern: str, name: str) -> bool:
    """`filepath.Match`; a bad pattern matches nothing (see `is_bad_pattern`).

    `*` and `?` stop at `/`, a class does not. The time is bounded by the product of the lengths.
    """
    rest, left = _encode(pattern), _encode(name)
    while rest:
        star, chunk, rest = _scan_chunk(rest)
        if star and not chunk:
            return b"/" not in left
        found = _match_chunk(chunk, left)
        if isinstance(found, bytes) and (not found or rest):
            left = found
            continue
        if not star:
            return False
        after = _skip_to_match(chunk, left, last=not rest)
        if after is None:
            return False
        left = after
    return not left


def has_wildcard(name: str) -> bool:
    """Whether BuildKit takes the text for a pattern: an unescaped `*`, `?` or `[`."""
    i = 0
    while i < len(name):
        char = name[i]
        if char == "\\":
            i += 1
        elif char in "*?[":
            return True
        i += 1
    return False


def _encode(text: str) -> bytes:
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def _skip_to_match(chunk: bytes, left: bytes, *, last: bool) -> bytes | None:
    for i in range(len(left)):
        if left[i] == _SLASH:
            return None
        found = _match_chunk(chunk, left[i + 1 :])
        if isinstance(found, bytes) and not (last and found):
            return found
    return None


def _scan_chunk(pattern: bytes) -> tuple[bool, bytes, bytes]:
    """The leading stars as one flag, the text up to the next star outside a class, the rest."""
    start = 0
    while start < len(pattern) and pattern[start] == _STAR:
        start += 1
    in_class = False
    i = start
    while i < len(pattern):
        char = pattern[i]
        if char == _ESCAPE:
            i += 1
        elif char == _OPEN:
            in_class = True
        elif char == _CLOSE:
            in_class = False
        elif char == _STAR and not in_class:
            break
        i += 1
    i = min(i, len(pattern))
    return start > 0, pattern[start:i], pattern[i:]


def _match_chunk(chunk: bytes, text: bytes) -> bytes | bool | None:
    """What is left of the text after the chunk, False when it does not match, None when bad."""
    i = at = 0
    failed = False
    while i < len(chunk):
        failed = failed or at >= len(text)
        char = chunk[i]
        if char == _OPEN:
            rune = -1
            if not failed:
                rune, width = _rune(text, at)
                at += width
            ended = _match_class(chunk, i + 1, rune)
            if ended is None:
                return None
            inside, i = ended
            failed = failed or not inside
            continue
        if char == _QUESTION:
            if not failed:
                failed = text[at] == _SLASH
                at += _rune(text, at)[1]
            i += 1
            continue
        if char == _ESCAPE:
            i += 1
            if i >= len(chunk):
                return None
        if not failed:
            failed = chunk[i] != text[at]
            at += 1
        i += 1
    return False if failed else text[at:]


def _match_class(chunk: bytes, i: int, rune: int) -> tuple[bool, int] | None:
    """Whether the rune is in the class whose text begins at `i`, and where the class ends."""
    negated = i < len(chunk) and chunk[i] == _CARET
    if negated:
        i += 1
    found = False
    first = True
    while first or i >= len(chunk) or chunk[i] != _CLOSE:
        low = _class_rune(chunk, i)
        if low is None:
            return None
        lo, i = low
        hi = lo
        if chunk[i] == _DASH:
            high = _class_rune(chunk, i + 1)
            if high is None:
                return None
            hi, i = high
        found = found or lo <= rune <= hi
        first = False
    return found != negated, i + 1


def _class_rune(chunk: bytes, i: int) -> tuple[int, int] | None:
    if i >= len(chunk) or chunk[i] in (_DASH, _CLOSE):
        return None
    if chunk[i] == _ESCAPE:
        i += 1
        if i >= len(chunk):
            return None
    rune, width = _rune(chunk, i)
    i += width
    if (rune == 0xFFFD and width == 1) or i >= len(chunk):
        return None
    return rune, i


def _rune(data: bytes, i: int) -> tuple[int, int]:
    """`utf8.DecodeRune`: the code point at `i` and its width; U+FFFD, 1 for a bad byte."""
    lead = data[i]
    if lead < 0x80:
        return lead, 1
    width = 2 if 0xC2 <= lead < 0xE0 else 3 if 0xE0 <= lead < 0xF0 else 4 if lead < 0xF5 else 1
    try:
        return ord(data[i : i + width].decode("utf-8")), width
    except (UnicodeDecodeError, TypeError):
        return 0xFFFD, 1
