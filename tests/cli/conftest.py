"""Runs `main` over small trees with the fake rules."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from cli import cli_fakes
from shipworthy.cli import check, workspace
from shipworthy.cli.main import main
from shipworthy.engine.host import Host


class Ran(NamedTuple):
    code: int
    out: str
    err: str


Shell = Callable[..., Ran]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A faulty project; the working directory."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "Dockerfile").write_text("FROM python\nWORKDIR /app\nCOPY . .\n")
    (tmp_path / ".dockerignore").write_text("foo\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    """`main` with the fake rules and no locale of the machine."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    names = frozenset({*(rule.name for rule in cli_fakes.RULES), "unused-suppression"})

    def make_host(folders: tuple[str, ...]) -> Host:
        return Host(folders, source=cli_fakes.fake_source())

    monkeypatch.setattr(check, "make_host", make_host)
    monkeypatch.setattr(workspace, "rule_names", lambda: names)
    monkeypatch.setattr(check, "rule_names", lambda: names)

    def run(*arguments: str | os.PathLike[str]) -> Ran:
        code = main([os.fspath(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return run
