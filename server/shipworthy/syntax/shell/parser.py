"""Reads the commands of a shell script: lists, pipelines, compound commands, here-documents.

Follows POSIX.1-2017 XCU 2.10 (grammar) with the bash forms seen in Dockerfiles and entrypoints
(`[[ ]]`, `function`, `<<<`, `&>`, `|&`, `for (( ))`, `$'...'`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from shipworthy.syntax.shell.commands import FUNCTION_PARENTHESES, CommandReader, Context
from shipworthy.syntax.shell.nodes import Assignment, Command, Opaque, Script, ShellWord
from shipworthy.text.patterns import regex
from shipworthy.text.spans import Span

_RESERVED: Final = regex(
    r"(?:if|then|elif|else|fi|for|select|while|until|do|done|case|esac|function|\{|\}|!|\[\[)"
    r"(?=[ \t\r\n;&|<>()]|\Z)"
)
_CLOSERS: Final = frozenset({"then", "elif", "else", "fi", "do", "done", "esac", "}"})
_NAME: Final = regex(r"[A-Za-z_][A-Za-z0-9_.:-]*")
_IN: Final = regex(r"in(?=[ \t\r\n;]|\Z)")
_REST_IS_BLANK: Final = regex(r"[ \t\r\n;]*\Z")
_TEST_COMMANDS: Final = frozenset({"[", "[[", "test"})


@lru_cache(maxsize=1_024)
def parse(text: str) -> Script:
    """The commands of `text`, which may be any text; spans are code points in it.

    A dialect other than sh or bash gives few commands and `complete` False, never an error.
    """
    return parse_placed(text, Span, 0)


def parse_placed(text: str, place: Callable[[int, int], Span], depth: int) -> Script:
    """`parse` for a text that is itself part of another: `place` says where its ranges lie."""
    parser = _Parser(text, place, depth)
    parser.script()
    return Script(tuple(parser.commands), parser.complete)


class _Parser(CommandReader):
    def __init__(self, text: str, place: Callable[[int, int], Span], depth: int) -> None:
        super().__init__(text, place, depth)
        self.base_depth = depth

    def script(self) -> None:
        while self.pos < self.end:
            stop = self._list(self.context, frozenset(), "")
            if stop:
                self.complete = False
                self.pos += len(stop)

    # -- substitutions (called while a word is read) -------------------------------------------

    def substitution(self) -> None:
        outer = self.context
        pending, self.pending = self.pending, []
        if self._enter():
            inside = outer._replace(subshell=True, substitution=True)
            stop = self._list(inside, frozenset(), "")
            while stop == ";;":
                self.complete = False
                self.pos += 2
                stop = self._list(inside, frozenset(), "")
            self._close(")")
            self.depth -= 1
        self.context = outer
        self.pending = pending

    def nested_text(self, text: str, start: int, end: int, verbatim: bool) -> None:
        if not self._enter():
            return
        whole = self.place(start, end)
        place = _shifted(whole.start) if verbatim else _always(whole)
        nested = _Parser(text, place, self.depth)
        nested.context = self.context._replace(subshell=True, substitution=True)
        nested.script()
        self.commands.extend(nested.commands)
        self.complete = self.complete and nested.complete
        self.depth -= 1

    # -- lists -----------------------------------------------------------------------------------

    def _list(self, context: Context, stops: frozenset[str], connector: str) -> str:
        """Read commands up to a stop: one of `stops` (consumed), `)` or `;;` (not), or ''."""
        while True:
            self.skip_lines()
            if self.pos >= self.end:
                return ""
            stop = self._separator_stop()
            if stop:
                return stop
            if self.text[self.pos] in ";&|":
                self.complete = False
                self.pos += 1
                continue
            stop = self._and_or(context, stops, connector)
            if stop:
                return stop
            self.blanks()
            if self.pos >= self.end:
                return ""
            stop = self._separator_stop()
            if stop:
                return stop
            char = self.text[self.pos]
            connector = "&" if char == "&" else ";"
            if char in ";&":
                self.pos += 1
            elif char not in "\r\n#":
                self.complete = False
                self.pos += 1

    def _separator_stop(self) -> str:
        if self.text.startswith(")", self.pos):
            return ")"
        return ";;" if self.text.startswith((";;", ";&"), self.pos) else ""

    def _and_or(self, context: Context, stops: frozenset[str], connector: str) -> str:
        after_test: int | None = None
        while True:
            # `a || b && c`: only b may be left out of a run that succeeds.
            conditional = context.conditional or connector == "||"
            stop = self._pipeline(context._replace(conditional=conditional), stops, connector)
            if stop:
                return stop
            if after_test is None and self._ends_in_test():
                after_test = len(self.commands)
            self.blanks()
            connector = self.text[self.pos : self.pos + 2]
            if connector not in ("&&", "||"):
                break
            self.pos += 2
            self.skip_lines()
            if connector == "||":
                self._mark_conditional(after_test)
                after_test = None
        if not (self.depth == self.base_depth and _REST_IS_BLANK.match(self.text, self.pos)):
            self._mark_conditional(after_test)
        return ""

    def _ends_in_test(self) -> bool:
        words = self.commands[-1].words if self.commands else ()
        return bool(words) and words[0].literal() in _TEST_COMMANDS

    def _mark_conditional(self, since: int | None) -> None:
        if since is not None:
            changed = [command._replace(conditional=True) for command in self.commands[since:]]
            self.commands[since:] = changed

    def _pipeline(self, context: Context, stops: frozenset[str], connector: str) -> str:
        first = len(self.commands)
        piped = False
        while True:
            stop = self._command(context, stops, connector)
            if stop:
                return stop
            self.blanks()
            if not self.text.startswith("|", self.pos) or self.text.startswith("||", self.pos):
                break
            self.pos += 2 if self.text.startswith("|&", self.pos) else 1
            self.skip_lines()
            connector = "|"
            piped = True
        if piped:
            members = [command._replace(subshell=True) for command in self.commands[first:]]
            self.commands[first:] = members
        return ""

    # -- commands --------------------------------------------------------------------------------

    def _command(self, context: Context, stops: frozenset[str], connector: str) -> str:
        self.blanks()
        found = _RESERVED.match(self.text, self.pos)
        while found and found.group() == "!":
            self.pos = found.end()
            self.blanks()
            found = _RESERVED.match(self.text, self.pos)
        if self.pos >= self.end:
            self.complete = False
            return ""
        if found is None:
            if self.text[self.pos] == "(":
                self._parenthesis(context, connector)
            else:
                function = self.simple(context, connector)
                if function:
                    self._function(function, context)
                    self.trailing_redirects()
            return ""
        keyword = found.group()
        if keyword == "[[":
            self.double_bracket(context, connector)
            return ""
        self.pos = found.end()
        if keyword in stops:
            return keyword
        if keyword in _CLOSERS:
            self.complete = False
            return ""
        if not self._enter():
            return ""
        self._compound(keyword, context, connector)
        self.depth -= 1
        self.trailing_redirects()
        return ""

    def _compound(self, keyword: str, context: Context, connector: str) -> None:
        if keyword == "if":
            self._if(context, connector)
        elif keyword in ("for", "select"):
            self._for(context, connector)
        elif keyword in ("while", "until"):
            if self._expect_stop(context, frozenset({"do"}), connector):
                self._expect_stop(context._replace(conditional=True), frozenset({"done"}), ";")
        elif keyword == "case":
            self._case(context)
        elif keyword == "function":
            self.blanks()
            name = _NAME.match(self.text, self.pos)
            if name is None:
                self.complete = False
                return
            self.pos = name.end()
            self._function(name.group(), context)
        else:
            self._expect_stop(context, frozenset({"}"}), connector)

    def _expect_stop(self, context: Context, stops: frozenset[str], connector: str) -> str:
        stop = self._list(context, stops, connector)
        if stop in stops:
            return stop
        self.complete = False
        return ""

    def _if(self, context: Context, connector: str) -> None:
        branch = context._replace(conditional=True)
        test = context
        while True:
            if not self._expect_stop(test, frozenset({"then"}), connector):
                return
            stop = self._expect_stop(branch, frozenset({"elif", "else", "fi"}), ";")
            if stop == "else":
                self._expect_stop(branch, frozenset({"fi"}), ";")
            if stop != "elif":
                return
            test, connector = branch, ";"

    def _for(self, context: Context, connector: str) -> None:
        self.blanks()
        start = self.pos
        self.context = context
        if self.text.startswith("((", self.pos):
            self.pos += 2
            self.arithmetic()
        else:
            name = _NAME.match(self.text, self.pos)
            if name is None:
                self.complete = False
                return
            self.pos = name.end()
            self.skip_lines()
            if _IN.match(self.text, self.pos):
                self.pos += 2
                self._words_to_separator()
            # The loop's variable: what it holds is not known in the body.
            value = ShellWord((Opaque(self.text[start : self.pos]),), self.place(start, self.pos))
            self.emit(Command((), (Assignment(name.group(), value),)), connector, start, self.pos)
        self.blanks()
        if self.text.startswith(";", self.pos):
            self.pos += 1
        self.skip_lines()
        opener = _RESERVED.match(self.text, self.pos)
        if opener is None or opener.group() not in ("do", "{"):
            self.complete = False
            return
        self.pos = opener.end()
        closer = "done" if opener.group() == "do" else "}"
        self._expect_stop(context._replace(conditional=True), frozenset({closer}), ";")

    def _words_to_separator(self) -> None:
        while True:
            self.blanks()
            if self.word() is None:
                return

    def _case(self, context: Context) -> None:
        self.context = context
        branch = context._replace(conditional=True)
        self.blanks()
        self.word()
        self.skip_lines()
        if not _IN.match(self.text, self.pos):
            self.complete = False
            return
        self.pos += 2
        while True:
            self.skip_lines()
            if self.pos >= self.end:
                self.complete = False
                return
            found = _RESERVED.match(self.text, self.pos)
            if found and found.group() == "esac":
                self.pos = found.end()
                return
            if not self._case_pattern():
                self.complete = False
                self.pos += 1
                continue
            stop = self._list(branch, frozenset({"esac"}), ";")
            if stop == "esac":
                return
            if stop == ";;":
                self.pos += 3 if self.text.startswith(";;&", self.pos) else 2
            else:
                self.complete = False
                return

    def _case_pattern(self) -> bool:
        if self.text.startswith("(", self.pos):
            self.pos += 1
        while True:
            self.blanks()
            self.word()
            self.blanks()
            if self.text.startswith(")", self.pos):
                self.pos += 1
                return True
            if not self.text.startswith("|", self.pos):
                return False
            self.pos += 1

    def _function(self, name: str, context: Context) -> None:
        parentheses = FUNCTION_PARENTHESES.match(self.text, self.pos)
        if parentheses:
            self.pos = parentheses.end()
        self.skip_lines()
        body = context._replace(conditional=True, function=name)
        if self._enter():
            self._command(body, frozenset(), ";")
            self.depth -= 1

    def _parenthesis(self, context: Context, connector: str) -> None:
        if not self._is_arithmetic():
            self.pos += 1
            if not self._enter():
                return
            self._list(context._replace(subshell=True), frozenset(), connector)
            self._close(")")
            self.depth -= 1
        self.trailing_redirects()

    def _is_arithmetic(self) -> bool:
        """Skip `((...))`; `((a) b)` is a subshell in a subshell and left for the caller."""
        if not self.text.startswith("((", self.pos):
            return False
        start, complete = self.pos, self.complete
        self.pos += 2
        if self.arithmetic() is not False:
            return True
        self.pos, self.complete = start, complete
        return False


def _shifted(by: int) -> Callable[[int, int], Span]:
    return lambda start, end: Span(start + by, end + by)


def _always(span: Span) -> Callable[[int, int], Span]:
    return lambda _start, _end: span
