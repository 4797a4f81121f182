"""Reads one simple command at a time, with its redirections and here-documents."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from shipworthy.syntax.shell.nodes import Assignment, Command, Opaque, Redirect, ShellWord
from shipworthy.syntax.shell.scanner import Scanner
from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span

_BLANKS: Final = regex(r"(?:[ \t]|\\\r?\n)+")
_NEWLINE: Final = regex(r"\r?\n")
_REDIRECT: Final = regex(r"(\d*|\{[A-Za-z_]\w*\})(<<<|<<-|<<|<>|<&|>>|>&|>\||<|>)|&>>|&>")
_ASSIGNED: Final = regex(r"([A-Za-z_][A-Za-z0-9_]*)(\[[^\]\s]*\])?\+?=")
FUNCTION_PARENTHESES: Final = regex(r"[ \t]*\([ \t]*\)")
_DECLARING: Final = frozenset({"declare", "export", "local", "readonly", "typeset"})
_TEST_OPERATOR: Final = regex(r"&&|\|\||[<>()|&]")
_LEADING_TABS: Final = regex(r"^\t+", re.MULTILINE)


class Context(NamedTuple):
    """Where a command stands."""

    conditional: bool = False
    subshell: bool = False
    substitution: bool = False
    function: str = ""


class Pending(NamedTuple):
    """A here-document whose body comes after the line."""

    command: int
    redirect: int
    delimiter: str
    strip_tabs: bool


class CommandReader(Scanner):
    """Appends what it reads to `commands`; `context` is where the word being read stands."""

    def __init__(self, text: str, place: Callable[[int, int], Span], depth: int) -> None:
        super().__init__(text, place, depth)
        self.commands: list[Command] = []
        self.pending: list[Pending] = []
        self.context = Context()

    def double_bracket(self, context: Context, connector: str) -> None:
        """`[[ ... ]]`: operators inside are words of the test, not of the shell."""
        self.context = context
        start = self.pos
        words = []
        while True:
            self.skip_lines()
            at = self.pos
            operator = _TEST_OPERATOR.match(self.text, at)
            if operator:
                self.pos = operator.end()
                words.append(ShellWord((Opaque(operator.group()),), self.place(at, self.pos)))
                continue
            word = self.word()
            if word is None:
                self.complete = False
                break
            words.append(word)
            if word.literal() == "]]":
                break
        self.emit(Command(tuple(words)), connector, start, self.pos)
        self.trailing_redirects()

    def simple(self, context: Context, connector: str) -> str:
        """Read a simple command; where it turns out to define a function, return that name."""
        self.context = context
        start = last = self.pos
        words: list[ShellWord] = []
        assignments: list[Assignment] = []
        redirects: list[Redirect] = []
        heredocs: list[Pending] = []
        while True:
            self.blanks()
            redirect = _REDIRECT.match(self.text, self.pos)
            if redirect and not (
                redirect.group() in "<>" and self.text.startswith("(", redirect.end())
            ):
                self.redirect(redirect, redirects, heredocs)
                last = self.pos
                continue
            if redirect:
                words.append(self.process_substitution())
                last = self.pos
                continue
            assigned = _ASSIGNED.match(self.text, self.pos)
            if assigned and not words:
                assignments.append(self._assignment(assigned))
                last = self.pos
                continue
            if assigned and self._is_array(words[0], assigned.end()):
                value = self._assignment(assigned).word
                words.append(value._replace(span=self.place(assigned.start(), self.pos)))
                last = self.pos
                continue
            word = self.word()
            if word is None:
                break
            last = self.pos
            words.append(word)
            if len(words) == 1 and not assignments and not redirects:
                name = word.literal()
                if name and FUNCTION_PARENTHESES.match(self.text, self.pos):
                    return name
        if last == start:
            # Nothing that can begin a command stands here.
            self.complete = False
            self.pos += 1 if self.pos < self.end else 0
            return ""
        command = Command(tuple(words), tuple(assignments), redirects=tuple(redirects))
        self.emit(command, connector, start, last)
        index = len(self.commands) - 1
        self.pending.extend(heredoc._replace(command=index) for heredoc in heredocs)
        return ""

    def emit(self, command: Command, connector: str, start: int, end: int) -> None:
        """Append the command as one of the current context."""
        self.commands.append(
            command._replace(
                connector=connector,
                conditional=self.context.conditional,
                subshell=self.context.subshell,
                substitution=self.context.substitution,
                function=self.context.function,
                span=self.place(start, end),
            )
        )

    def _is_array(self, program: ShellWord, at: int) -> bool:
        """`local NAME=(...)`: only these builtins of bash take an array as an argument."""
        return self.text.startswith("(", at) and program.literal() in _DECLARING

    def _assignment(self, found: re.Match[str]) -> Assignment:
        start = found.end()
        self.pos = start
        if self.text.startswith("(", start):
            self.pos += 1
            self.skip_lines()
            while self.word() is not None:
                self.skip_lines()
            self._close(")")
            opaque = True
        else:
            word = self.word() or ShellWord((), self.place(start, start))
            opaque = found.group(2) is not None or found.group().endswith("+=")
            if not opaque:
                return Assignment(found.group(1), word)
        value = ShellWord((Opaque(self.text[start : self.pos]),), self.place(start, self.pos))
        return Assignment(found.group(1), value)

    # -- redirections ----------------------------------------------------------------------------

    def redirect(
        self, found: re.Match[str], redirects: list[Redirect], heredocs: list[Pending]
    ) -> None:
        start = self.pos
        self.pos = found.end()
        op = found.group(2) or found.group()
        number = found.group(1)
        self.blanks()
        if op in ("<", ">") and self.text.startswith(("<(", ">("), self.pos):
            target = self.process_substitution()
        else:
            target = self.word() or ShellWord((), self.place(self.pos, self.pos))
        if not target.parts:
            self.complete = False
        expand = not any(part.quoted for part in target.parts)
        if op in ("<<", "<<-"):
            heredocs.append(Pending(-1, len(redirects), target.source(), op == "<<-"))
        fd = int(number) if number and number.isdigit() and len(number) < 5 else None
        redirects.append(Redirect(op, fd, target, None, expand, self.place(start, self.pos)))

    def trailing_redirects(self) -> None:
        """Redirections of a compound command: read, not kept."""
        while True:
            self.blanks()
            found = _REDIRECT.match(self.text, self.pos)
            if not found:
                return
            self.redirect(found, [], self.pending)

    def _read_heredocs(self) -> None:
        pending, self.pending = self.pending, []
        bodies: dict[int, dict[int, str]] = {}
        for heredoc in pending:
            body = self._heredoc_body(heredoc)
            if heredoc.command >= 0:
                bodies.setdefault(heredoc.command, {})[heredoc.redirect] = body
        for index, found in bodies.items():
            command = self.commands[index]
            redirects = tuple(
                redirect._replace(body=found.get(i, redirect.body))
                for i, redirect in enumerate(command.redirects)
            )
            self.commands[index] = command._replace(redirects=redirects)

    def _heredoc_body(self, heredoc: Pending) -> str:
        start = self.pos
        while self.pos < self.end:
            line_start = self.pos
            newline = self.text.find("\n", line_start)
            self.pos = self.end if newline < 0 else newline + 1
            line = self.text[line_start : self.pos].rstrip("\r\n")
            if (line.lstrip("\t") if heredoc.strip_tabs else line) == heredoc.delimiter:
                body = self.text[start:line_start]
                break
        else:
            body = self.text[start:]
        return _LEADING_TABS.sub("", body) if heredoc.strip_tabs else body

    # -- blanks ----------------------------------------------------------------------------------

    def blanks(self) -> None:
        """Skip blanks, joined lines and a comment, up to the line's end."""
        found = _BLANKS.match(self.text, self.pos)
        if found:
            self.pos = found.end()
        if self.text.startswith("#", self.pos):
            newline = self.text.find("\n", self.pos)
            self.pos = self.end if newline < 0 else newline

    def skip_lines(self) -> None:
        """Skip blanks, comments and line ends, reading the here-documents that are due."""
        while True:
            self.blanks()
            found = _NEWLINE.match(self.text, self.pos)
            if not found:
                return
            self.pos = found.end()
            if self.pending:
                self._read_heredocs()
