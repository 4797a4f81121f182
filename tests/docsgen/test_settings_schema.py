"""The settings block of the VS Code client."""

from __future__ import annotations

import json
import re

import pytest

from shipworthy.docsgen.settings_schema import CLIENT, client_files, settings
from shipworthy.lsp.settings import usable
from shipworthy.model.settings import Settings

FILES = client_files()


def test_every_setting_of_the_server_can_be_set_in_the_editor() -> None:
    named = {setting.name.partition(".")[0]: True for setting in settings()}
    names = {name.replace("-", "_") for name in usable(named)}
    assert names == set(Settings._fields) - {"problems"}


@pytest.mark.parametrize("name", ["package.nls.json", "package.nls.ja.json"])
def test_every_setting_has_a_text_and_the_other_texts_are_kept(name: str) -> None:
    texts = json.loads(FILES[CLIENT / name])
    properties = json.loads(FILES[CLIENT / "package.json"])["contributes"]["configuration"]
    for value in properties["properties"].values():
        key = re.fullmatch("%(.*)%", value["markdownDescription"])
        assert key is not None
        assert texts[key[1]]
    known = json.loads((CLIENT / name).read_text(encoding="utf-8"))
    hand_written = {key for key in known if not key.startswith("settings.")}
    assert hand_written
    assert hand_written <= set(texts)


def test_nothing_is_generated_without_a_repository(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setattr("shipworthy.docsgen.settings_schema.CLIENT", tmp_path)
    assert client_files() == {}
