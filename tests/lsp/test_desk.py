"""What is published, when, and what is kept while a file is half-typed."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pytest

from shipworthy.lsp.capabilities import Client
from shipworthy.lsp.desk import Desk

LEAK = "copy-includes-host-venv"


class Change(NamedTuple):
    text: str
    range: None = None


class Told:
    """A desk and what it told the client."""

    def __init__(self, root: Path, client: Client | None = None) -> None:
        self.root = root
        self.messages: list[tuple[str, Any]] = []
        self.desk = Desk(
            client or Client(related=True, data=True),
            [root.as_posix()],
            lambda method, params: self.messages.append((method, params)),
        )
        self._version = 0

    def look(self) -> list[str]:
        """The names of the files that were published by a look."""
        self.messages.clear()
        self.desk.look(lambda: False)
        return sorted(
            params["uri"].rpartition("/")[2]
            for method, params in self.messages
            if method == "textDocument/publishDiagnostics"
        )

    def open(self, name: str) -> None:
        path = self.root / name
        self.desk.opened(path.as_uri(), "", 0, path.read_text())

    def type(self, name: str, text: str) -> None:
        self._version += 1
        self.desk.edited((self.root / name).as_uri(), self._version, [Change(text)])

    def rules(self, name: str) -> list[str]:
        return sorted(
            item["code"] for item in self.desk.publisher.report((self.root / name).as_posix())
        )


FILES = {
    "Dockerfile": "FROM python:3.13-slim\nWORKDIR /app\nRUN uv sync --frozen\nCOPY . .\n",
    ".dockerignore": ".git\n",
    "compose.yaml": "services:\n  web:\n    build: .\n",
    "pyproject.toml": '[project]\nname = "web"\nversion = "1"\nrequires-python = ">=3.13"\n',
    ".venv/pyvenv.cfg": "home = /opt/homebrew/bin\nversion_info = 3.13.1\n",
}


@pytest.fixture
def told(tmp_path: Path) -> Told:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    told = Told(tmp_path)
    assert "Dockerfile" in told.look()
    assert LEAK in told.rules("Dockerfile")
    return told


def test_only_what_changed_is_told(told: Told) -> None:
    assert told.look() == []
    told.open("Dockerfile")
    assert told.look() == ["Dockerfile"]
    assert told.messages[0][1]["version"] == 0
    told.type("Dockerfile", "# a comment\n" + FILES["Dockerfile"])
    published = told.look()
    assert "Dockerfile" in published
    lines = {
        item["range"]["start"]["line"]
        for item in told.desk.publisher.report((told.root / "Dockerfile").as_posix())
        if item["code"] == LEAK
    }
    assert lines == {4}


def test_earlier_findings_stay_while_compose_is_half_typed(told: Told) -> None:
    told.open("compose.yaml")
    told.look()
    before = told.rules("Dockerfile")
    for half in (
        "services:\n  web:\n    build: {\n",
        "services:\n  web:\n    build:\n",
        "serv [\n",
    ):
        told.type("compose.yaml", half)
        assert "Dockerfile" not in told.look()
        assert told.rules("Dockerfile") == before
    told.type("compose.yaml", FILES["compose.yaml"])
    told.look()
    assert told.rules("Dockerfile") == before


def test_a_fix_elsewhere_counts_also_while_compose_is_half_typed(told: Told) -> None:
    told.open("compose.yaml")
    told.open(".dockerignore")
    told.look()
    told.type("compose.yaml", "services:\n  web:\n    build: {\n")
    told.look()
    assert LEAK in told.rules("Dockerfile")
    told.type(".dockerignore", ".git\n.venv\n**/.venv\n")
    told.look()
    assert LEAK not in told.rules("Dockerfile")


def test_deleted_files_show_nothing(told: Told) -> None:
    dockerfile = told.root / "Dockerfile"
    dockerfile.unlink()
    told.desk.touched({dockerfile.as_uri(): True})
    assert "Dockerfile" in told.look()
    assert told.rules("Dockerfile") == []


def test_a_client_without_related_places_reads_them_in_the_message(tmp_path: Path) -> None:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    told = Told(tmp_path, Client(encoding="utf-32"))
    told.look()
    [leak] = [
        item
        for item in told.desk.publisher.report((tmp_path / "Dockerfile").as_posix())
        if item["code"] == LEAK
    ]
    assert "relatedInformation" not in leak
    assert "data" not in leak
    assert "\ncompose.yaml:3: " in leak["message"]


def test_unusable_settings_are_shown_where_they_stand(told: Told) -> None:
    (told.root / "shipworthy.toml").write_text("profile = 3\n")
    told.desk.touched({(told.root / "shipworthy.toml").as_uri(): True})
    assert "shipworthy.toml" in told.look()
    assert told.rules("shipworthy.toml") == ["invalid-setting"]
    told.desk.configured({"profil": 1})
    told.look()
    told.look()
    told.desk.configured({"profil": 2})
    told.look()
    logs = [params["message"] for method, params in told.messages if method.endswith("logMessage")]
    assert logs == []


def test_a_changed_file_costs_no_search(told: Told) -> None:
    runs = told.desk.host.db.runs
    before = runs["inventory"]
    ignore = told.root / ".dockerignore"
    ignore.write_text(".git\n**/.venv\n")
    told.desk.touched({ignore.as_uri(): False})
    told.look()
    assert LEAK not in told.rules("Dockerfile")
    assert runs["inventory"] == before


def test_the_language_follows_the_settings(told: Told) -> None:
    told.desk.configured({}, "ja")
    assert "Dockerfile" in told.look()
    path = (told.root / "Dockerfile").as_posix()
    [leak] = [item for item in told.desk.publisher.report(path) if item["code"] == LEAK]
    assert "コピー" in leak["message"]


def test_an_unsaved_buffer_has_no_known_context(tmp_path: Path) -> None:
    told = Told(tmp_path)
    uri = "untitled:Untitled-1"
    text = "FROM python:3.13-slim\nCOPY pyproject.toml uv.lock ./\nRUN uv sync --frozen\nCOPY . .\n"
    told.desk.opened(uri, "dockerfile", 1, text)
    assert told.look() == ["untitled:Untitled-1"]
    [(_, params)] = told.messages
    severe = [item["code"] for item in params["diagnostics"] if item["severity"] <= 2]
    assert severe == []
    told.desk.edited(uri, 2, [Change("FROM python:3.13-slim\n# shipworthy: ignore[]\nRUN true\n")])
    told.look()
    [(_, params)] = told.messages
    assert [item["code"] for item in params["diagnostics"]] == ["malformed-suppression"]
