"""`explain --demo` writes what fails; `context --prove` shows what Docker receives."""

from __future__ import annotations

from pathlib import Path

import pytest

from shipworthy.cli.main import main
from shipworthy.docsgen.rule_index import documented
from shipworthy.docsgen.rule_pages import page_of
from shipworthy.engine.host import Host
from shipworthy.model.builds import all_units
from shipworthy.model.files import dockerfile
from shipworthy.rules.index import RULES
from shipworthy.syntax.dockerfile.parse import parse


@pytest.mark.parametrize("rule", [rule.name for rule in RULES])
def test_every_rule_s_example_can_be_written(
    tmp_path: Path, rule: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.chdir(tmp_path)
    assert main(["explain", rule, "--demo", "demo"]) == 0
    out = capsys.readouterr().out
    assert "wrote the example to `demo`" in out
    assert "shipworthy check demo" in out
    listed = next(item for item in RULES if item.name == rule)
    files = {
        fence.get("file") for fence in page_of(documented(listed.module)).parts["Example"].fences
    }
    for path in files - {None}:
        assert (tmp_path / "demo" / str(path)).is_symlink() or (
            tmp_path / "demo" / str(path)
        ).exists()


def test_the_commands_build_and_start(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "ja_JP.UTF-8")
    folder = tmp_path / "de mo"
    assert main(["explain", "bind-mount-hides-venv", "--demo", str(folder)]) == 0
    out = capsys.readouterr().out
    assert f"  cd '{folder}'" in out
    assert "up --build" in out
    assert "起こること:" in out
    host = Host((str(folder),))
    assert "bind-mount-hides-venv" in {item.rule for item in host.analyse().findings}
    assert main(["explain", "bind-mount-hides-venv", "--demo", str(folder)]) == 2
    assert main(["explain", "internal-error", "--demo", str(tmp_path / "x")]) == 2


def test_the_proof_is_a_dockerfile_with_the_real_ignore_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / "compose.yaml").write_text(
        "services:\n  a:\n    build: .\n  b:\n    build: {context: sub, dockerfile: D.dockerfile}\n"
        "  c:\n    build: ${OUTSIDE}\n"
    )
    (tmp_path / "Dockerfile").write_text("FROM x\n")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/D.dockerfile").write_text("FROM x\n")
    (tmp_path / "sub/D.dockerfile.dockerignore").write_text("x\n")
    assert main(["context", "--prove"]) == 0
    out = capsys.readouterr().out
    assert "#   docker build --no-cache -f prove.Dockerfile -o - . | tar -xO\n" in out
    assert (
        "#   cp sub/D.dockerfile.dockerignore prove.Dockerfile.dockerignore && docker build" in out
    )
    assert "decided outside of these files" in out
    parsed = parse(out)
    assert not parsed.problems
    assert parsed.tree.syntax == "docker/dockerfile:1"
    assert [item.keyword for item in parsed.tree.instructions] == ["FROM", "RUN", "FROM", "COPY"]
    (tmp_path / "prove.Dockerfile").write_text(out)
    host = Host((str(tmp_path),))
    assert dockerfile(host.db, str(tmp_path / "prove.Dockerfile")) is not None
    assert len(all_units(host.db)) >= 3
