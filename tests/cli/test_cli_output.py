from __future__ import annotations

import io
import json
import sys

import pytest

from shipworthy.cli import output
from shipworthy.cli.main import main
from shipworthy.report.screen import width
from shipworthy.rules.index import RULES


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_only_after_a_while_and_only_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    tick, wipe = output.progress(False)
    assert tick() is False
    wipe()
    assert terminal.getvalue() == ""
    monkeypatch.setattr(output, "PROGRESS_AFTER", -1.0)
    tick, wipe = output.progress(False)
    assert tick() is False
    assert terminal.getvalue() == "\rshipworthy: reading the workspace, 0 s"
    wipe()
    assert terminal.getvalue().endswith("\r\x1b[K")
    for stream, silent in ((terminal, True), (io.StringIO(), False)):
        monkeypatch.setattr(sys, "stderr", stream)
        before = stream.getvalue()
        tick, wipe = output.progress(silent)
        tick()
        wipe()
        assert stream.getvalue() == before


def test_exact_text_is_escaped_on_a_terminal_only() -> None:
    terminal = _Terminal()
    output.write_exact("+a\x1b[0m\n+\udcff\n", terminal)
    assert terminal.getvalue() == "+a\\x1b[0m\n+\\xff\n"
    pipe = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    output.write_exact("+a\x1b[0m\r\n+\udcff\n", pipe)
    pipe.seek(0)
    assert pipe.buffer.read() == b"+a\x1b[0m\r\n+\xff\n"


def test_a_diff_is_coloured_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")

    styles = {"+++": "bold", "+": "green"}
    screen, pipe = _Terminal(), io.StringIO()
    for stream in (screen, pipe):
        output.write_exact("+++ b/x\n+a\x1b[1m\n b\n", stream, styles=styles)
    assert screen.getvalue() == "\x1b[1m+++ b/x\x1b[0m\n\x1b[32m+a\\x1b[1m\x1b[0m\n b\n"
    assert pipe.getvalue() == "+++ b/x\n+a\x1b[1m\n b\n"


def test_rules_tell_what_they_find_in_columns(capsys: pytest.CaptureFixture[str]) -> None:
    for language in ("en", "ja"):
        assert main(["rules", "--lang", language]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert len(lines) == len(RULES)
        names = max(len(rule.name) for rule in RULES)
        for line in lines:
            severity = line[names + 2 :].split()[0]
            assert line[:names].rstrip() in {rule.name for rule in RULES}
            # Three columns, then a sentence.
            assert width(severity) <= 8
            assert line.rstrip(")）").endswith((".", "。", "strict", "プロファイル")), line
    assert main(["rules", "--output-format", "json"]) == 0
    items = json.loads(capsys.readouterr().out)["rules"]
    assert all(item["summary"].endswith(".") for item in items)
