"""The pages about the article's claims link to rules that exist, in both languages alike."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shipworthy.rules.index import RULES

PAGES = Path(__file__).parents[2] / "server" / "shipworthy" / "rules"
LINK = re.compile(r"\[([a-z0-9-]+)\]\(README(?:\.ja)?\.md#([a-z0-9-]+)\)")


@pytest.mark.parametrize("name", ["ARTICLE.md", "ARTICLE.ja.md"])
def test_links_lead_to_rules(name: str) -> None:
    links = LINK.findall((PAGES / name).read_text(encoding="utf-8"))
    assert links
    assert all(text == target for text, target in links)
    assert {target for _, target in links} <= {rule.name for rule in RULES}


def test_both_languages_say_the_same_in_the_same_order() -> None:
    pages = [(PAGES / name).read_text(encoding="utf-8") for name in ("ARTICLE.md", "ARTICLE.ja.md")]
    first, second = ([LINK.findall(line) for line in page.split("\n")] for page in pages)
    assert [row for row in first if row] == [
        [(text, target) for text, target in row] for row in second if row
    ]
