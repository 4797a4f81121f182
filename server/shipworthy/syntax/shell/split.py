"""Splits a compose-style command string into words."""

from __future__ import annotations

_OPERATORS = ";&|<>"


def split_words(text: str) -> tuple[str, ...] | None:
    """The words of a command string as compose-go reads them (mattn/go-shellwords).

    Quotes and backslashes are honoured, variables are not expanded; an unquoted `;`, `&`, `|`,
    `<` or `>` ends the command there: the rest is dropped. None for an open quote or a final
    backslash, which Compose rejects.
    """
    words: list[str] = []
    word: list[str] = []
    started = False
    quote = ""
    chars = iter(text)
    for char in chars:
        if char == "\\" and quote != "'":
            following = next(chars, None)
            if following is None:
                return None
            word.append(following)
            started = True
        elif quote:
            if char == quote:
                quote = ""
            else:
                word.append(char)
        elif char in "'\"":
            quote = char
            started = True
        elif char in " \t\r\n":
            if started:
                words.append("".join(word))
            word, started = [], False
        elif char in _OPERATORS:
            if char == ">" and word and word[0].isdigit():
                started = False
            break
        else:
            word.append(char)
            started = True
    if quote:
        return None
    if started:
        words.append("".join(word))
    return tuple(words)
