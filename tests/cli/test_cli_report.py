"""`report` fills in the four layers of each service, with evidence."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from shipworthy.cli.main import main
from shipworthy.report.screen import width

FAULTY = Path(__file__).parent.parent / "projects/article/faulty"


def ran(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(list(arguments)) == 0
    return capsys.readouterr().out


def test_the_article_s_project_fails_with_evidence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    found = json.loads(ran(capsys, "report", str(FAULTY), "--output-format", "json"))
    service = next(item for item in found["services"] if item["build"]["service"] == "backend")
    assert list(service["layers"]) == ["build", "run", "reproduction", "development"]
    build = service["layers"]["build"]
    assert build["state"] == "fail"
    assert "copy-includes-host-venv" in {item["rule"] for item in build["findings"]}
    assert service["layers"]["reproduction"]["facts"]
    text = ran(capsys, "report", str(FAULTY))
    assert "  build: FAIL" in text
    assert "error[copy-includes-host-venv]" in text or "warning[copy-includes-host-venv]" in text


def test_a_good_project_passes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    (tmp_path / ".git").mkdir()
    (tmp_path / "main.py").write_text("")
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.12"\n'
    )
    (tmp_path / "uv.lock").write_text(
        'version = 1\nrequires-python = ">=3.12"\n\n[[package]]\nname = "shop"\nversion = "1"\n'
        'source = { virtual = "." }\n'
    )
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv/pyvenv.cfg").write_text("home = /usr\n")
    ran(capsys, "init", str(tmp_path))
    text = ran(capsys, "report", str(tmp_path))
    assert text.count(": pass") == 4, text
    assert "Environments of the host that are kept out: `.venv`." in text
    assert "Starts `python main.py`" in text
    assert "The container sees the environment `/opt/venv` of the image." in text
    assert "The lock is uv.lock." in text
    table = ran(capsys, "report", str(tmp_path), "--output-format", "markdown", "--lang", "ja")
    assert "| 層 | 判定 | 根拠 |" in table
    assert "| 環境の再現 | 合格 |" in table


def test_what_is_not_known_is_not_judged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    (tmp_path / "compose.yaml").write_text("services:\n  web:\n    build: ${OUTSIDE}\n")
    text = ran(capsys, "report", str(tmp_path))
    assert "  build: not judged" in text
    assert main(["report", str(tmp_path / "nowhere")]) == 2


def test_the_overview_stands_in_columns_in_both_languages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    for name in ("web", "サービス"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "compose.yaml").write_text("services:\n  web:\n    build: ${OUT}\n")
    for language in ("en", "ja"):
        text = ran(capsys, "report", str(tmp_path), "--lang", language)
        table = text.rstrip("\n").rpartition("\n\n")[2].splitlines()
        assert len(table) == 3
        starts = [
            [width(line[: at.start()]) for at in re.finditer(r"(?<=  )\S", line)] for line in table
        ]
        assert starts[0][-4:] == starts[1][-4:] == starts[2][-4:]


def test_markdown_keeps_names_as_they_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    folder = tmp_path / "__my__"
    folder.mkdir()
    (folder / "Dockerfile").write_text("FROM python:3.13\nCOPY . .\n")
    (tmp_path / "compose.yaml").write_text("services:\n  web:\n    build: __my__\n")
    (tmp_path / ".git").mkdir()
    assert "The context is \\_\\_my\\_\\_" in ran(
        capsys, "report", str(tmp_path), "--output-format", "markdown"
    )
