"""Splitting a command line, after go-shellwords as compose-go calls it."""

from __future__ import annotations

_SPACE = " \t\r\n"
_ESCAPES = {"t": "\t", "n": "\n"}


def split(line: str) -> list[str] | None:
    """The words of a command line, or None where Compose refuses it.

    An unquoted `;`, `&`, `|`, `<` or `>` ends the command: the rest is silently dropped. `(` is
    refused unless it follows `$`, and `)` unless it closes such a one.
    """
    words: list[str] = []
    word: list[str] = []
    started = escaped = double = single = backtick = dollar = False
    for char in line:
        if escaped:
            word.append(_ESCAPES.get(char, char))
            escaped = False
            started = True
            continue
        if char == "\\":
            if single:
                word.append(char)
            else:
                escaped = True
            continue
        if char in _SPACE:
            if single or double or backtick or dollar:
                word.append(char)
            elif started:
                words.append("".join(word))
                word = []
                started = False
            continue
        if char == "`":
            if not (single or double or dollar):
                backtick = not backtick
        elif char == ")":
            if not (single or double or backtick):
                if not dollar:
                    return None
                dollar = False
        elif char == "(":
            if not (single or double or backtick):
                if dollar or not (word and word[-1] == "$"):
                    return None
                dollar = True
        elif char == '"':
            if not (single or dollar):
                started = started or double
                double = not double
                continue
        elif char == "'":
            if not (double or dollar):
                started = started or single
                single = not single
                continue
        elif char in ";&|<>" and not (single or double or backtick or dollar):
            if char == ">" and word and "0" <= word[0] <= "9":
                started = False  # `2>` belongs to the redirection
            break
        started = True
        word.append(char)
    if started:
        words.append("".join(word))
    if escaped or single or double or backtick or dollar:
        return None
    return words
