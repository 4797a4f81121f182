"""Every rule's page and every `tests/rules/*.md`, run as tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from shipworthy.docsgen.rule_index import Documented, documented_rules
from support.documents import Case, cases_of, cases_of_page, check

HERE = Path(__file__).parent
RULES = {item.listed.name: item for item in documented_rules()}


def _all_cases() -> list[object]:
    found: list[tuple[str, Case]] = []
    for name, item in RULES.items():
        found += [(name, case) for case in cases_of_page(_page(item), name)]
    for path in sorted(HERE.glob("*.md")):
        found += [(path.name, case) for case in cases_of(path.read_bytes().decode(), path.stem)]
    return [pytest.param(case, id=f"{where}: {case.name}") for where, case in found]


def _page(item: Documented) -> str:
    return item.module.__doc__ or ""


@pytest.mark.parametrize("case", _all_cases())
def test_document(case: Case) -> None:
    check(case)


def test_documents_are_named_like_rules() -> None:
    assert {path.stem for path in HERE.glob("*.md")} <= set(RULES)


@pytest.mark.parametrize("path", sorted(HERE.glob("*.md")), ids=lambda path: path.name)
def test_every_document_has_tests(path: Path) -> None:
    assert cases_of(path.read_bytes().decode(), path.stem)
