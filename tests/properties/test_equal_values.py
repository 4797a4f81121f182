"""A memo that came out equal keeps its old value: no verdict may ask which of two equals it has."""

from __future__ import annotations

from typing import Any

import pytest

from shipworthy.db.database import Database, Query
from shipworthy.db.inputs import Files, MemoryFiles
from shipworthy.engine.host import Host
from support.damage import trees
from support.looks import internal_errors, said
from support.workspaces import ROOT


def _copy(value: Any, made: dict[int, Any]) -> Any:
    """An equal value of new records; what is neither tuple nor dict stays the object it is."""
    if type(value) is dict:
        return {key: _copy(item, made) for key, item in value.items()}
    if not isinstance(value, tuple):
        return value
    if id(value) not in made:
        made[id(value)] = tuple.__new__(type(value), [_copy(item, made) for item in value])
    return made[id(value)]


class _Copies(Database):
    """Each query's value is a copy of its own: it shares no record with another query's."""

    def __init__(self, files: Files) -> None:
        super().__init__(files)
        self._copies: dict[tuple[Any, ...], tuple[Any, Any]] = {}

    def fetch(self, asked: Query[Any, Any], args: tuple[Any, ...]) -> Any:
        value = super().fetch(asked, args)
        key = (asked, *args)
        kept = self._copies.get(key)
        if kept is None or kept[0] is not value:
            kept = self._copies[key] = (value, _copy(value, {}))
        return kept[1]


def test_no_verdict_asks_which_of_two_equal_values_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    for tree in trees():
        files = {f"{ROOT}/{path}": text for path, text in tree.items()}
        plain = said(Host([ROOT], MemoryFiles(files)).analyse())
        with monkeypatch.context() as patch:
            patch.setattr("shipworthy.engine.host.Database", _Copies)
            copies = Host([ROOT], MemoryFiles(files)).analyse()
        assert not internal_errors(copies)
        assert said(copies) == plain


def test_a_volume_names_the_program_also_when_its_container_was_made_anew() -> None:
    ignore = f"{ROOT}/.dockerignore"
    disk = MemoryFiles(
        {
            f"{ROOT}/Dockerfile": "FROM python:3.12\nWORKDIR /app\nRUN uv venv\nCOPY app app\n"
            'ENV PATH="/app/.venv/bin:$PATH"\nCMD ["python", "-m", "app"]\n',
            f"{ROOT}/app/__init__.py": "",
            f"{ROOT}/compose.yaml": "services:\n  web:\n    build: .\n    volumes:\n"
            "      - .:/app\n      - /app/.venv\n",
            ignore: "app\n",
        }
    )
    host = Host([ROOT], disk)
    host.analyse()
    del disk.files[ignore]
    host.touch(ignore)
    now = said(host.analyse())
    assert "`python` starts with them" in str(now["findings"])
    assert now == said(Host([ROOT], disk).analyse())
