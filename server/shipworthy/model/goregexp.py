"""The subset of Go's regular expressions that ignore patterns turn into.

patternmatcher writes a regular expression for every pattern that is not a plain string, and
leaves some of the pattern's own characters alone in it: brackets, `^` and whatever follows a
backslash. So `[*]`, `\\d`, `\\Q`, `[[:alpha:]]` and `[l-O]` mean what Go's regexp/syntax says
(parse.go), not what a shell says. Python's `re` differs in all of these and is exponential where
Go is linear; hence a parser and a simulation of their own. Matching costs at most the length of
the text times the number of steps.
"""

from __future__ import annotations

from shipworthy.text.records import NamedTuple

_GAP = "(.*/)?"
_DIGIT = ((48, 57),)
_SPACE = ((9, 10), (12, 13), (32, 32))
_WORD = ((48, 57), (65, 90), (95, 95), (97, 122))
_PERL = {"d": _DIGIT, "s": _SPACE, "w": _WORD}
_POSIX: dict[str, tuple[tuple[int, int], ...]] = {
    "alnum": ((48, 57), (65, 90), (97, 122)),
    "alpha": ((65, 90), (97, 122)),
    "ascii": ((0, 127),),
    "blank": ((9, 9), (32, 32)),
    "cntrl": ((0, 31), (127, 127)),
    "digit": _DIGIT,
    "graph": ((33, 126),),
    "lower": ((97, 122),),
    "print": ((32, 126),),
    "punct": ((33, 47), (58, 64), (91, 96), (123, 126)),
    "space": ((9, 13), (32, 32)),
    "upper": ((65, 90),),
    "word": _WORD,
    "xdigit": ((48, 57), (65, 70), (97, 102)),
}
_CONTROL = {"a": 7, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11}
_OCTAL = "01234567"
_MAX_MOVES = 512
_START = frozenset({0})
_BEGIN, _WORD_BEHIND, _OTHER_BEHIND = "begin", "word", "other"

_Ranges = tuple[tuple[int, int], ...]


class _Part(NamedTuple):
    """One piece of a class: ranges or a Unicode category, perhaps negated."""

    ranges: _Ranges
    category: str
    negated: bool

    def has(self, code: int) -> bool:
        if self.category:
            from unicodedata import category  # noqa: PLC0415  (hardly ever needed)

            inside = category(chr(code))[0] == self.category
        else:
            inside = any(lo <= code <= hi for lo, hi in self.ranges)
        return inside != self.negated


class _Class(NamedTuple):
    parts: tuple[_Part, ...]
    negated: bool

    def has(self, code: int) -> bool:
        return any(part.has(code) for part in self.parts) != self.negated


class _Step(NamedTuple):
    """What has to be met to go from one state to the next.

    kind: `one` character of the class, `star` any number of them, `gap` nothing or text that ends
    with `/`, or an assertion (`begin`, `end`, `word`, `inside`).
    """

    kind: str
    of: _Class | None


class _Move(NamedTuple):
    accepted: bool
    states: frozenset[int]
    behind: str


class GoRegexp(NamedTuple):
    """A compiled expression."""

    steps: tuple[_Step, ...]
    moves: dict[tuple[frozenset[int], str, str], _Move]
    """What came out for states, what stands behind and the next character: a walk asks the same of
    thousands of paths."""

    def matches(self, text: str) -> bool:
        """`MatchString` for an expression that begins with `^`."""
        moves = self.moves
        states, behind = _START, _BEGIN
        for char in (*text, ""):
            move = moves.get((states, behind, char))
            if move is None:
                if len(moves) >= _MAX_MOVES:
                    moves.clear()
                move = moves[states, behind, char] = _move(self.steps, states, behind, char)
            accepted, states, behind = move
            if accepted or not states:
                return accepted
        return False


class RegexpError(ValueError):
    """Go's regexp.Compile refuses the expression."""


def compile_glob(pattern: str) -> GoRegexp:
    """Compiles an ignore pattern the way patternmatcher's `Pattern.compile` does.

    Raises RegexpError when Go refuses the expression that comes out.
    """
    return compile_expression("^" + glob_expression(pattern) + "$")


def glob_expression(pattern: str) -> str:
    """The body of the expression that patternmatcher writes for a cleaned pattern."""
    out: list[str] = []
    i = 0
    # text/scanner, which reads the pattern, drops a leading byte order mark.
    pattern = pattern[1:] if pattern.startswith("\ufeff") else pattern
    while i < len(pattern):
        char = pattern[i]
        i += 1
        if char == "*" and pattern.startswith("*", i):
            i += 1
            if pattern.startswith("/", i):
                i += 1
            out.append(".*" if i >= len(pattern) else _GAP)
        elif char == "*":
            out.append("[^/]*")
        elif char == "?":
            out.append("[^/]")
        elif char in ".+()|{}$":
            out.append("\\" + char)
        elif char == "\\":
            out.append(pattern[i - 1 : i + 1])
            i += 1
        else:
            out.append(char)
    return "".join(out)


def compile_expression(text: str) -> GoRegexp:
    """Compiles an expression made by `glob_expression`."""
    steps: list[_Step] = []
    i = 0
    while i < len(text):
        char = text[i]
        if text.startswith(_GAP, i):
            steps.append(_Step("gap", None))
            i += len(_GAP)
        elif char == "^":
            steps.append(_Step("begin", None))
            i += 1
        elif char == "$":
            steps.append(_Step("end", None))
            i += 1
        elif char == "\\":
            i = _escape(text, i, steps)
        else:
            if char == "[":
                chars, i = _class(text, i)
            elif char == ".":
                chars, i = _Class((_Part(((10, 10),), "", False),), True), i + 1
            else:
                chars, i = _single(ord(char)), i + 1
            starred = text.startswith("*", i)
            steps.append(_Step("star" if starred else "one", chars))
            i += 1 if starred else 0
    return GoRegexp(tuple(steps), {})


def _single(code: int) -> _Class:
    return _Class((_Part(((code, code),), "", False),), False)


def _escape(text: str, i: int, steps: list[_Step]) -> int:
    char = text[i + 1 : i + 2]
    assertion = {"A": "begin", "b": "word", "B": "inside", "z": "end"}.get(char)
    if assertion is not None:
        steps.append(_Step(assertion, None))
        return i + 2
    if char == "Q":
        end = text.find("\\E", i + 2)
        literal = text[i + 2 :] if end < 0 else text[i + 2 : end]
        steps.extend(_Step("one", _single(ord(literally))) for literally in literal)
        return len(text) if end < 0 else end + 2
    part = _named_part(text, i)
    if part is not None:
        found, after = part
        steps.append(_Step("one", _Class((found,), False)))
        return after
    code, after = _escaped_char(text, i)
    steps.append(_Step("one", _single(code)))
    return after


def _named_part(text: str, i: int) -> tuple[_Part, int] | None:
    """`\\pL`, `\\PL`, `\\d`, `\\W` ... at `i`, or None."""
    if text[i] != "\\" or i + 1 >= len(text):
        return None
    letter = text[i + 1]
    if letter in "pP":
        name = text[i + 2 : i + 3]
        if not name or name not in "CLMNPSZ":
            raise RegexpError("invalid character class range")
        return _Part((), name, letter == "P"), i + 3
    ranges = _PERL.get(letter.lower()) if letter.isascii() else None
    return (_Part(ranges, "", letter.isupper()), i + 2) if ranges is not None else None


def _escaped_char(text: str, i: int) -> tuple[int, int]:
    char = text[i + 1 : i + 2]
    i += 2
    if not char:
        raise RegexpError("trailing backslash")
    if char in _OCTAL:
        if char != "0" and not (i < len(text) and text[i] in _OCTAL):
            raise RegexpError("invalid escape sequence")
        end = i
        while end < i + 2 and end < len(text) and text[end] in _OCTAL:
            end += 1
        return int(text[i - 1 : end], 8), end
    if char == "x":
        digits = text[i : i + 2]
        if len(digits) < 2 or any(digit not in "0123456789abcdefABCDEF" for digit in digits):
            raise RegexpError("invalid escape sequence")
        return int(digits, 16), i + 2
    if char in _CONTROL:
        return _CONTROL[char], i
    if char.isascii() and not char.isalnum():
        return ord(char), i
    raise RegexpError("invalid escape sequence")


def _class(text: str, i: int) -> tuple[_Class, int]:
    i += 1
    negated = text.startswith("^", i)
    if negated:
        i += 1
    parts: list[_Part] = []
    ranges: list[tuple[int, int]] = []
    first = True
    while first or not text.startswith("]", i):
        first = False
        named = _posix_part(text, i) or (_named_part(text, i) if i < len(text) else None)
        if named is not None:
            parts.append(named[0])
            i = named[1]
            continue
        low, i = _class_char(text, i)
        high = low
        if text.startswith("-", i) and i + 1 < len(text) and text[i + 1] != "]":
            high, i = _class_char(text, i + 1)
            if high < low:
                raise RegexpError("invalid character class range")
        ranges.append((low, high))
    if ranges:
        parts.append(_Part(tuple(ranges), "", False))
    return _Class(tuple(parts), negated), i + 1


def _posix_part(text: str, i: int) -> tuple[_Part, int] | None:
    if not text.startswith("[:", i):
        return None
    end = text.find(":]", i + 2)
    if end < 0:
        return None
    name = text[i + 2 : end]
    negated = name.startswith("^")
    ranges = _POSIX.get(name[1:] if negated else name)
    if ranges is None:
        raise RegexpError("invalid character class range")
    return _Part(ranges, "", negated), end + 2


def _class_char(text: str, i: int) -> tuple[int, int]:
    if i >= len(text):
        raise RegexpError("missing closing ]")
    if text[i] == "\\":
        return _escaped_char(text, i)
    return ord(text[i]), i + 1


def _move(steps: tuple[_Step, ...], states: frozenset[int], behind: str, char: str) -> _Move:
    """Whether the end is reached before the character ("" behind the last), and what follows."""
    reached, gaps = _closure(steps, states, behind, char)
    if len(steps) in reached or not char:
        return _Move(len(steps) in reached, frozenset(), behind)
    after = _advance(steps, reached, gaps, ord(char))
    return _Move(False, after, _WORD_BEHIND if _is_word(char) else _OTHER_BEHIND)


def _closure(
    steps: tuple[_Step, ...], states: frozenset[int], behind: str, char: str
) -> tuple[set[int], set[int]]:
    """The states reachable without a character, and the gaps that have been entered.

    A gap that is being read is written as the negative of its state, less one.
    """
    reached: set[int] = set()
    gaps = {state for state in states if state < 0}
    todo = [state for state in states if state >= 0]
    while todo:
        state = todo.pop()
        if state in reached:
            continue
        reached.add(state)
        if state == len(steps):
            continue
        kind = steps[state].kind
        if kind == "gap":
            gaps.add(-1 - state)
            todo.append(state + 1)
        elif kind == "star" or (kind != "one" and _holds(kind, behind, char)):
            todo.append(state + 1)
    return reached, gaps


def _holds(kind: str, behind: str, char: str) -> bool:
    if kind == "begin":
        return behind == _BEGIN
    if kind == "end":
        return not char
    return ((behind == _WORD_BEHIND) != _is_word(char)) == (kind == "word")


def _is_word(char: str) -> bool:
    return char.isascii() and (char.isalnum() or char == "_")


def _advance(
    steps: tuple[_Step, ...], states: set[int], gaps: set[int], code: int
) -> frozenset[int]:
    after: set[int] = set()
    for state in states:
        of = steps[state].of
        if of is not None and of.has(code):
            after.add(state if steps[state].kind == "star" else state + 1)
    if code != 10:
        after |= gaps
    if code == 47:
        after.update(-gap for gap in gaps)
    return frozenset(after)
