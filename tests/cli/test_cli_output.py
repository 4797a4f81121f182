from __future__ import annotations

import io
import sys

import pytest

from shipworthy.cli import output


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
