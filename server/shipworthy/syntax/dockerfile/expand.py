"""BuildKit's word expansion (shell/lex.go): quotes, escapes, `$name` and `${name...}`.

It looks like a shell's, but is its own: modifiers nest, `$(` is text, and what is not understood
is an error that fails the build.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from shipworthy.syntax.dockerfile.lines import GO_SPACE
from shipworthy.syntax.dockerfile.pattern import PatternError, replace, trim_prefix, trim_suffix
from shipworthy.text.records import NamedTuple

Lookup = Callable[[str], "str | None"]

_MAX_DEPTH = 64
_MAX_RESULT = 1_000_000
_SPECIAL_PARAMETERS = frozenset("@*#?-$!0")
_UNKNOWN = "\U0010ffff"  # a noncharacter: stands for a value nobody knows


class Expansion(NamedTuple):
    """What a word becomes.

    `result` is the expanded word, `words` the same split at white space that is not quoted;
    `matched` and `unmatched` are the names looked up and found, or not, in alphabetical order.
    After an error `result` is None and `words` is empty; `error` is one of `unterminated-quote`,
    `missing-brace`, `bad-substitution`, `unsupported-modifier`, `missing-slash`,
    `invalid-pattern`, `required: NAME: message`, and `too-large` for what this implementation
    refuses to expand.
    """

    result: str | None
    words: tuple[str, ...]
    matched: tuple[str, ...]
    unmatched: tuple[str, ...]
    error: str | None


def expand(
    word: str,
    lookup: Lookup,
    escape: str,
    raw_quotes: bool = False,
    skip_unset: bool = False,
    *,
    raw_escapes: bool = False,
) -> Expansion:
    """The word with its variables expanded.

    `raw_quotes` and `raw_escapes` keep quotes and escape characters in the result; with
    `skip_unset` variables that `lookup` does not know stay as they are written.
    """
    lexer = _Lexer(
        word,
        lookup,
        escape,
        raw_quotes=raw_quotes,
        skip_unset=skip_unset,
        raw_escapes=raw_escapes,
    )
    try:
        result = lexer.read("", words := _Words())
    except _ExpansionError as problem:
        return Expansion(None, (), *lexer.names(), str(problem))
    return Expansion(result, words.finish(), *lexer.names(), None)


def expand_words(word: str, lookup: Lookup, escape: str) -> tuple[str, ...]:
    """The word expanded and split, as instructions take it that accept several words.

    Empty if the expansion fails.
    """
    return expand(word, lookup, escape).words


def expand_known(word: str, env: Mapping[str, str | None], escape: str) -> str | None:
    """The expanded word, or None if it fails or depends on a value that is unknown.

    In `env` None means a value that is unknown; a name that is missing is unset.
    """
    if not ("$" in word or escape in word or '"' in word or "'" in word):
        return word

    def lookup(name: str) -> str | None:
        if name not in env:
            return None
        value = env[name]
        return _UNKNOWN if value is None else value

    result = expand(word, lookup, escape).result
    return None if result is None or _UNKNOWN in result else result


class _ExpansionError(Exception):
    pass


class _Words:
    """Collects a word list the way BuildKit does: quoted parts never split.

    BuildKit keeps the word it is in the middle of in a buffer that the text of a modifier
    overwrites, so what stands directly before `${name:-text}` is missing from the list
    (`a${B:-b}` gives `b`), though not from the expanded word.
    """

    def __init__(self) -> None:
        self._done: list[str] = []
        self._word: list[str] = []

    def raw(self, text: str) -> None:
        if text:
            self._word.append(text)

    def split(self, text: str) -> None:
        for char in text:
            if char not in GO_SPACE:
                self._word.append(char)
            elif self._word:
                self._end()

    def lose(self) -> None:
        self._word = []

    def finish(self) -> tuple[str, ...]:
        if self._word:
            self._end()
        return tuple(self._done)

    def _end(self) -> None:
        self._done.append("".join(self._word))
        self._word = []


class _Lexer:
    def __init__(
        self,
        source: str,
        lookup: Lookup,
        escape: str,
        *,
        raw_quotes: bool,
        skip_unset: bool,
        raw_escapes: bool,
    ) -> None:
        # Go's text scanner drops a byte order mark at the start.
        self._text = source[1:] if source.startswith("\ufeff") else source
        self._pos = 0
        self._lookup = lookup
        self._escape = escape
        self._raw_quotes = raw_quotes
        self._skip_unset = skip_unset
        self._raw_escapes = raw_escapes
        self._matched: set[str] = set()
        self._unmatched: set[str] = set()
        self._depth = 0
        self._nested_count = 0
        self._size = 0

    def names(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return tuple(sorted(self._matched)), tuple(sorted(self._unmatched))

    def read(self, stop: str, words: _Words) -> str:
        """Everything up to `stop`, which is consumed, or to the end if `stop` is empty."""
        out: list[str] = []
        nested = self._nested_count
        while (char := self._peek()) != "":
            if char == stop:
                self._pos += 1
                return "".join(out)
            if char == "$":
                text = self._dollar()
                nested = self._forget(nested, words)
                words.split(text)
            elif char == "'":
                text = self._single_quoted()
                words.raw(text)
            elif char == '"':
                text = self._double_quoted()
                nested = self._forget(nested, words)
                words.raw(text)
            elif char == "<":
                text = self._heredoc_operator()
                words.raw(text)
            elif char == self._escape:
                self._pos += 1
                escaped = self._next()
                text = (char if self._raw_escapes else "") + escaped
                words.raw(text)
            else:
                text = self._plain(stop)
                words.split(text)
            out.append(text)
        if stop:
            raise _ExpansionError("missing-" + ("brace" if stop == "}" else "slash"))
        return "".join(out)

    def _forget(self, nested: int, words: _Words) -> int:
        if nested != self._nested_count:
            words.lose()
        return self._nested_count

    def _nested(self, stop: str, raw_escapes: bool) -> str:
        """The word inside `${...}`; any failure that reaches the end is a missing `stop`."""
        before = self._raw_escapes
        self._raw_escapes = raw_escapes
        self._depth += 1
        self._nested_count += 1
        try:
            if self._depth > _MAX_DEPTH:
                raise _ExpansionError("too-large")
            return self.read(stop, _Words())
        except _ExpansionError:
            if self._pos < len(self._text):
                raise
            raise _ExpansionError("missing-" + ("brace" if stop == "}" else "slash")) from None
        finally:
            self._depth -= 1
            self._raw_escapes = before

    def _peek(self) -> str:
        return self._text[self._pos : self._pos + 1]

    def _next(self) -> str:
        char = self._peek()
        self._pos += len(char)
        return char

    def _plain(self, stop: str) -> str:
        start = self._pos
        special = "$'\"<" + self._escape + stop
        while self._pos < len(self._text) and self._text[self._pos] not in special:
            self._pos += 1
        return self._text[start : self._pos]

    def _heredoc_operator(self) -> str:
        # The white space after `<<` stays in the word, so that `<< EOF` is one.
        start = self._pos
        self._pos += 1
        if self._peek() == "<":
            self._pos += 1
            while (char := self._peek()) != "" and char in GO_SPACE:
                self._pos += 1
        return self._text[start : self._pos]

    def _single_quoted(self) -> str:
        start = self._pos
        end = self._text.find("'", start + 1)
        if end < 0:
            self._pos = len(self._text)
            raise _ExpansionError("unterminated-quote")
        self._pos = end + 1
        return self._text[start : end + 1] if self._raw_quotes else self._text[start + 1 : end]

    def _double_quoted(self) -> str:
        quote = self._next() if self._raw_quotes else self._next()[:0]
        out = [quote]
        while (char := self._next()) != "":
            if char == '"':
                out.append(quote)
                return "".join(out)
            if char == "$":
                self._pos -= 1
                out.append(self._dollar())
            elif char == self._escape:
                if self._raw_escapes:
                    out.append(char)
                following = self._peek()
                if following == "":
                    break
                if following in ('"', "$", self._escape):
                    self._pos += 1
                    char = following
                out.append(char)
            else:
                out.append(char)
        raise _ExpansionError("unterminated-quote")

    def _dollar(self) -> str:
        text = self._substitution()
        self._size += len(text)
        if self._size > _MAX_RESULT:
            raise _ExpansionError("too-large")
        return text

    def _substitution(self) -> str:
        self._pos += 1
        if self._peek() != "{":
            name = self._name()
            if not name:
                return "$"
            value = self._value(name)
            if value is None:
                return "$" + name if self._skip_unset else ""
            return value
        self._pos += 1
        first = self._peek()
        if first == "":
            raise _ExpansionError("missing-brace")
        if first in "{}:":
            raise _ExpansionError("bad-substitution")
        name = self._name()
        modifier = self._next()
        if modifier == "}":
            value = self._value(name)
            if value is None:
                return "${" + name + "}" if self._skip_unset else ""
            return value
        if modifier == "/":
            return self._replacement(name)
        if modifier == ":":
            return self._modified(name, ":", self._next())
        if modifier != "" and modifier in "+-?#%":
            return self._modified(name, "", modifier)
        raise _ExpansionError("unsupported-modifier")

    def _modified(self, name: str, colon: str, modifier: str) -> str:
        word = self._nested("}", modifier in ("#", "%"))
        value = self._value(name)
        if value is None and self._skip_unset:
            return "${" + name + colon + modifier + word + "}"
        if modifier in ("#", "%"):
            return self._trimmed(value or "", modifier, word)
        if modifier not in ("-", "+", "?"):
            raise _ExpansionError("unsupported-modifier")
        if value == _UNKNOWN:
            return _UNKNOWN
        missing = value is None or (colon != "" and value == "")
        if modifier == "+":
            return "" if missing else word
        if not missing:
            return value or ""
        if modifier == "-":
            return word
        reason = "is not allowed to be " + ("unset" if value is None else "empty")
        raise _ExpansionError(f"required: {name}: {word or reason}")

    def _trimmed(self, value: str, modifier: str, word: str) -> str:
        longest = word.startswith(modifier)
        pattern = word[1:] if longest else word
        if _UNKNOWN in value or _UNKNOWN in pattern:
            return _UNKNOWN
        trim = trim_prefix if modifier == "#" else trim_suffix
        try:
            return trim(pattern, value, longest=longest)
        except PatternError:
            raise _ExpansionError("invalid-pattern") from None

    def _replacement(self, name: str) -> str:
        every = self._peek() == "/"
        if every:
            self._pos += 1
        pattern = self._nested("/", True)
        replacement = self._nested("}", True)
        value = self._value(name)
        if value is None and self._skip_unset:
            return "${" + name + "/" + pattern + "/" + replacement + "}"
        if _UNKNOWN in (value or "") + pattern + replacement:
            return _UNKNOWN
        try:
            return replace(pattern, value or "", replacement, every=every)
        except PatternError:
            raise _ExpansionError("invalid-pattern") from None

    def _name(self) -> str:
        first = self._peek()
        start = self._pos
        if first.isdecimal():
            while self._peek().isdecimal():
                self._pos += 1
        elif first in _SPECIAL_PARAMETERS:
            self._pos += 1
        else:
            while (char := self._peek()).isalpha() or char.isdecimal() or char == "_":
                self._pos += 1
        return self._text[start : self._pos]

    def _value(self, name: str) -> str | None:
        value = self._lookup(name)
        (self._unmatched if value is None else self._matched).add(name)
        return value
