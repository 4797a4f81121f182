from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli.conftest import Shell
from shipworthy import __version__
from shipworthy.cli import check
from shipworthy.cli.japanese import HELP
from shipworthy.cli.main import COMMANDS, main
from shipworthy.cli.stop import language_of

FAULTY = Path(__file__).parent.parent / "projects/article/faulty"
COMMAND = [sys.executable, "-m", "shipworthy"]


def test_version(shell: Shell) -> None:
    assert shell("--version") == (0, f"shipworthy {__version__}\n", "")


def test_help(shell: Shell) -> None:
    assert shell("--help").out.startswith("usage: shipworthy COMMAND")
    ran = shell()
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("usage: shipworthy COMMAND")


@pytest.mark.parametrize("command", ["check", "context", "why", "explain", "rules", "lsp"])
def test_help_of_a_command(shell: Shell, command: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        shell(command, "--help")
    assert stopped.value.code == 0


def test_unknown_command(shell: Shell) -> None:
    ran = shell("chekc")
    expected = "shipworthy: error: unknown command `chekc`: did you mean `check`?\n"
    assert ran == (2, "", expected)
    assert "expected check, context, why" in shell("Dockerfile").err


def test_interrupt(shell: Shell, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(folders: tuple[str, ...]) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(check, "make_host", interrupted)
    assert shell("check") == (130, "", "shipworthy: interrupted\n")


def test_a_defect_is_one_line_and_no_finding(
    shell: Shell, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(folders: tuple[str, ...]) -> None:
        raise ValueError("on purpose\nsecond line")

    monkeypatch.setattr(check, "make_host", broken)
    ran = shell("check")
    assert ran.code == 2
    assert ran.err.startswith("shipworthy: internal error at test_cli_main.py:")
    assert ran.err.count("\n") == 1


def test_language() -> None:
    assert language_of([], {"LANG": "ja_JP.UTF-8"}) == "ja"
    assert language_of([], {"LC_ALL": "C", "LANG": "ja_JP.UTF-8"}) == "en"
    assert language_of([], {"LC_ALL": "", "LC_MESSAGES": "ja", "LANG": "C"}) == "ja"
    assert language_of(["--lang", "ja"], {"LANG": "C"}) == "ja"
    assert language_of(["--lang=en"], {"LANG": "ja"}) == "en"
    assert language_of([], {}) == "en"


def test_version_imports_almost_nothing() -> None:
    code = (
        "import sys; before = set(sys.modules); from shipworthy.cli.main import main;"
        " main(['--version']); print(sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True
    )
    loaded = set(eval(done.stdout.splitlines()[1]))
    assert {name for name in loaded if not name.startswith("importlib")} <= {
        "__future__",
        "_weakrefset",
        "shipworthy",
        "shipworthy.cli",
        "shipworthy.cli.main",
        "warnings",
        "weakref",
    }


def test_check_imports_no_server() -> None:
    code = "import sys, shipworthy.cli.check, shipworthy.report.text; print(list(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True
    )
    loaded = set(eval(done.stdout))
    slow = {"pygls", "lsprotocol", "cattrs", "asyncio", "ruamel", "dataclasses", "inspect"}
    assert not loaded & slow


def test_closed_pipe_is_quiet(tmp_path: Path) -> None:
    python = shlex.quote(sys.executable)
    done = subprocess.run(
        f"{python} -m shipworthy check --help | true; "
        f"{python} -m shipworthy rules --output-format json | true",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.stderr == ""


def test_bytes_that_are_no_utf8_survive_a_run(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "Dockerfile").write_bytes(b"FROM \xff\x1b[0m AS \xfe\n")
    environment = {**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    for kind in ("text", "json", "sarif", "github", "markdown"):
        done = subprocess.run(
            [*COMMAND, "check", "--output-format", kind, "--show-unknown"],
            capture_output=True,
            cwd=tmp_path,
            env=environment,
            check=False,
        )
        assert done.returncode in (0, 1), done.stderr
        assert b"\x1b" not in done.stdout
        done.stdout.decode("ascii")


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_an_interrupted_run_says_one_line(tmp_path: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "check", "--stdin-filename", "Dockerfile", "-"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
    ) as process:
        assert process.stderr is not None
        # It waits for its input; the signal may only arrive once `main` runs.
        time.sleep(1.5)
        process.send_signal(signal.SIGINT)
        errors = process.stderr.read()
        assert process.stdin is not None
        process.stdin.close()
    assert (process.returncode, errors) == (130, b"shipworthy: interrupted\n")


def test_every_help_text_is_there_in_japanese(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "400")

    def helped(command: str, language: str) -> str:
        with contextlib.suppress(SystemExit):
            main([*([command] if command else []), "--help", "--lang", language])
        return capsys.readouterr().out

    for command in ("", *COMMANDS):
        english, japanese = helped(command, "en"), helped(command, "ja")
        said = re.findall(r"(?m)^  \S.*?  +(\S.*)$", english)
        said += [line for line in english.split("\n\n") if re.fullmatch(r"[A-Z].*[.]", line)]
        assert len(said) > 2
        assert [text for text in said if text not in HELP] == []
        assert [text for text in said if HELP[text] not in japanese] == []


@pytest.mark.parametrize(
    ("arguments", "english", "japanese"),
    [
        (["init", "a", "b"], "unexpected argument `b`", "余分な引数 `b` です"),
        (["explain"], "arguments are required: RULE", "次の引数が必要です: RULE"),
        (["check", "--fail-level", "bad"], "invalid choice: 'bad'", "'bad' は指定できません"),
        (["check", "--baseline"], "expected one argument", "--baseline には値が必要です"),
        (["check", "--fix=1"], "ignored explicit argument '1'", "値 '1' は指定できません"),
        (["context", "--top", "x"], "expected a number, not 'x'", "数値が必要ですが、'x'"),
        (["explain", "nope"], "`shipworthy rules` lists them", "一覧は `shipworthy rules`"),
    ],
)
def test_wrong_usage_in_both_languages(
    shell: Shell, arguments: list[str], english: str, japanese: str
) -> None:
    ran = shell(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert english in ran.err
    assert ran.err.count("\n") == 1
    assert japanese in shell(*arguments, "--lang", "ja").err


README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
LINES = [
    line.strip().partition(" #")[0].partition(" &&")[0]
    for line in README.splitlines()
    if line.startswith("    shipworthy ")
]


@pytest.mark.parametrize("line", LINES)
def test_every_command_of_the_readme_runs(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "shop"
    shutil.copytree(FAULTY, folder, symlinks=True)
    (folder / ".git").mkdir()
    monkeypatch.chdir(folder / "backend" if " init" in line else folder)
    assert main(shlex.split(line)[1:]) in (0, 1)
    assert capsys.readouterr().err == "" or " init" in line or " --diff" in line


def test_every_option_that_the_readme_names_exists(capsys: pytest.CaptureFixture[str]) -> None:
    section = README.partition("## On the command line")[2].partition("\n## ")[0]
    with contextlib.suppress(SystemExit):
        main(["check", "--help"])
    known = set(re.findall(r"--[a-z-]+(?: [A-Z]+)?", capsys.readouterr().out))
    named = re.findall(r"--[a-z-]+(?: [A-Z]+)?", "\n".join(re.findall(r"`([^`\n]+)`", section)))
    assert len(named) > 4
    assert [option for option in named if option not in known] == []
