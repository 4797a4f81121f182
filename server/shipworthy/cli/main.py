"""`shipworthy`: finds the sub-command and turns what happens into an exit code.

Nothing is imported here that `--version` does not need: start-up is a large part of a short run.
"""

from __future__ import annotations

import sys
from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

OK, FOUND, FAILED, INTERRUPTED, PIPE_CLOSED = 0, 1, 2, 130, 141

COMMANDS = {
    "check": "find (and with --fix repair) what breaks builds and their reproducibility",
    "context": "show what each build sends and copies, with counts and sizes",
    "why": "tell for a path: is it sent, by which build copied where, hidden by which mount",
    "report": "show per service what holds and what fails: build, run, reproduction, development",
    "init": "write an ignore file, a Dockerfile and a compose file for a uv project",
    "explain": "print the documentation of a rule",
    "rules": "list the rules",
    "lsp": "run the language server on stdin and stdout",
}

_WHAT = "Tells whether a Python project builds and runs the same in Docker everywhere."
_OPTIONS = {
    "--version": "print the version",
    "--help": "print this, or with a command its options",
}
_EXIT_CODES = "exit code: 0 nothing found at the fail level, 1 findings, 2 usage or internal error"


def main(argv: list[str] | None = None) -> int:
    """Run one command; 0 nothing at the fail level, 1 findings, 2 usage or internal error."""
    arguments = sys.argv[1:] if argv is None else argv
    short = argv is None and arguments[:1] != ["lsp"]
    _open_streams()
    if short:
        _hurry()
    try:
        code = _dispatch(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        _write_error("shipworthy: interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        _discard_output()
        return PIPE_CLOSED
    except OSError as error:
        # The output's disk is full, or the like: no defect, and nothing that was found.
        _discard_output()
        _write_error(f"shipworthy: error: {error.strerror or error}")
        return FAILED
    except Exception as error:  # noqa: BLE001  (a defect must not look like exit code 1, findings)
        _write_error(_defect(error))
        return FAILED
    if short:
        _leave(code)
    return code


def _hurry() -> None:
    # The model is built once and hardly anything of it dies: looking for garbage is wasted time.
    import gc  # noqa: PLC0415

    gc.disable()


def _leave(code: int) -> NoReturn:
    """End the process without taking every object apart, a tenth of a short run."""
    import os  # noqa: PLC0415

    sys.stderr.flush()
    os._exit(code)


def _defect(error: Exception) -> str:
    """One line about a defect, or with SHIPWORTHY_DEBUG the whole traceback."""
    import os  # noqa: PLC0415
    import traceback  # noqa: PLC0415

    if os.environ.get("SHIPWORTHY_DEBUG"):
        return "".join(traceback.format_exception(error)).rstrip("\n")
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{os.path.basename(frame.filename)}:{frame.lineno}"
    said = f"{type(error).__name__}: {error}".split("\n", 1)[0]
    said = said.encode("ascii", "backslashreplace").decode()
    hint = "set SHIPWORTHY_DEBUG=1 for details"
    return f"shipworthy: internal error at {place}: {said} ({hint})"


def _dispatch(arguments: list[str]) -> int:
    first = arguments[0] if arguments else ""
    if first in ("--version", "-V"):
        from shipworthy import __version__  # noqa: PLC0415

        sys.stdout.write(f"shipworthy {__version__}\n")
        return OK
    if first in ("", "--help", "-h", "help"):
        (sys.stdout if first else sys.stderr).write(_help(arguments))
        return OK if first else FAILED
    if first not in COMMANDS:
        return _unknown_command(first)
    command = import_module(f"shipworthy.cli.{first}")
    from shipworthy.cli.stop import Stop, language_of, stopped  # noqa: PLC0415

    try:
        code: int = command.run(arguments[1:])
    except Stop as stop:
        sys.stdout.flush()
        _write_error(stopped(stop, language_of(arguments)))
        return FAILED
    return code


def _help(arguments: list[str]) -> str:
    from shipworthy.cli.stop import language_of  # noqa: PLC0415

    lines = ["usage: shipworthy COMMAND [OPTION...]", "", _WHAT, "", "commands:"]
    lines += [f"  {name:<9}  {what}" for name, what in COMMANDS.items()]
    lines += ["", "options:"]
    lines += [f"  {name:<9}  {what}" for name, what in _OPTIONS.items()]
    lines += ["", _EXIT_CODES, ""]
    if language_of(arguments) == "ja":
        from shipworthy.cli.japanese import HELP  # noqa: PLC0415

        said = {*COMMANDS.values(), *_OPTIONS.values()}
        lines = [
            next((line.replace(text, HELP[text]) for text in said if line.endswith(text)), line)
            for line in (HELP.get(line, line) for line in lines)
        ]
    return "\n".join(lines)


def _unknown_command(name: str) -> int:
    from difflib import get_close_matches  # noqa: PLC0415

    near = get_close_matches(name, COMMANDS, 1)
    hint = f"did you mean `{near[0]}`?" if near else f"expected {', '.join(COMMANDS)}"
    shown = name.encode("ascii", "backslashreplace").decode()
    _write_error(f"shipworthy: error: unknown command `{shown}`: {hint}")
    return FAILED


def _write_error(line: str) -> None:
    try:
        sys.stderr.write(line + "\n")
    except OSError:
        return


def _open_streams() -> None:
    """A stream that the caller closed (`>&-`) takes what is written and keeps none of it."""
    import os  # noqa: PLC0415

    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            # Open as long as the process lives.
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115


def _discard_output() -> None:
    """Keep the interpreter from complaining about the closed pipe when it flushes at its end."""
    import os  # noqa: PLC0415

    try:
        sink = os.open(os.devnull, os.O_WRONLY)
        os.dup2(sink, sys.stdout.fileno())
    except (OSError, ValueError):
        return


if __name__ == "__main__":
    sys.exit(main())
