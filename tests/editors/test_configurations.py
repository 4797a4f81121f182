"""The configurations that people paste are the ones that are driven."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.mark.parametrize(
    "config", ["neovim/config-0.11.lua", "neovim/config-0.7.lua", "emacs/config.el"]
)
def test_the_readme_shows_the_tested_configuration(config: str) -> None:
    shown = (HERE / "README.md").read_text(encoding="utf-8")
    assert (HERE / config).read_text(encoding="utf-8") in shown
