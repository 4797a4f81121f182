"""Modules in `features/` are found by their place and answered from the worker."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from shipworthy.lsp import features

MODULE = """
from shipworthy.lsp.features import Feature

def answer(snapshot, params):
    return snapshot.language

FEATURES = (Feature("textDocument/hover", answer),)
"""


def test_a_module_is_found_by_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "zz_example.py").write_text(MODULE)
    monkeypatch.setattr(features, "__path__", [*features.__path__, str(tmp_path)])
    try:
        found = list(features.features())
    finally:
        sys.modules.pop("shipworthy.lsp.features.zz_example", None)
    assert found[-1].method == "textDocument/hover"
    methods = [feature.method for feature in found[:-1]]
    assert len(methods) == len(set(methods))
