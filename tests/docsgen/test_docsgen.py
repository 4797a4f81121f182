"""The generated files are current, and every rule is listed, named and documented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shipworthy.docsgen.__main__ import generated, main
from shipworthy.docsgen.markdown import sections
from shipworthy.docsgen.rule_index import (
    FOLDER,
    Documented,
    documented_rules,
    promised_safety,
    rule_files,
)
from shipworthy.docsgen.rule_pages import (
    ENGINE_PAGES,
    JAPANESE,
    PROSE,
    SECTIONS,
    explain,
    page_of,
    render_page,
)
from shipworthy.findings.finding import Safety
from shipworthy.findings.message import Text
from shipworthy.rules.index import RULES

DOCUMENTED = list(documented_rules())
_JAPANESE_LETTER = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")

each_rule = pytest.mark.parametrize("item", DOCUMENTED, ids=lambda item: item.listed.name)


@pytest.mark.parametrize("path", sorted(generated()), ids=lambda path: path.name)
def test_generated_files_are_current(path: Path) -> None:
    assert path.read_bytes().decode() == generated()[path], (
        "run `python -m shipworthy.docsgen --write`"
    )


def test_the_command_checks(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0
    assert main([]) == 2


def test_every_rule_file_is_listed() -> None:
    listed = {rule.module.replace(".", "/") for rule in RULES}
    assert {f"shipworthy/rules/{path.parent.name}/{path.stem}" for path in rule_files()} == listed
    names = [rule.name for rule in RULES]
    assert len(set(names)) == len(names)
    assert not set(names) & set(ENGINE_PAGES)


def test_superseded_rules_exist() -> None:
    names = {rule.name for rule in RULES}
    assert {other for rule in RULES for other in rule.supersedes} <= names


def test_rule_packages_have_a_docstring_and_nothing_else() -> None:
    for path in FOLDER.glob("*/__init__.py"):
        assert path.read_text().startswith('"""'), path


@each_rule
def test_a_rule_is_fully_documented(item: Documented) -> None:
    page = page_of(item)
    assert tuple(page.parts) == SECTIONS, "the sections of the page, in order"
    assert "\n" not in page.summary.en, "the summary is one line"
    assert page.summary.en.endswith(".")
    assert _JAPANESE_LETTER.search(page.summary.ja), "`JA` begins with the summary"
    for name in PROSE:
        assert page.parts[name].body.strip()
        assert _JAPANESE_LETTER.search(page.japanese.get(name, "")), f"`JA` lacks {JAPANESE[name]}"
    assert any(fence.get("file") for fence in page.parts["Example"].fences)
    assert page.symptoms, "SYMPTOMS says what users see"
    for symptom in page.symptoms:
        assert symptom.en
        assert _JAPANESE_LETTER.search(symptom.ja)


@each_rule
def test_a_rules_texts_have_the_same_fields_in_both_languages(item: Documented) -> None:
    texts = {name: value for name, value in vars(item.module).items() if isinstance(value, Text)}
    assert texts, "messages are module constants"
    for name, text in texts.items():
        assert Text(text.ja, "").fields() == text.fields(), name
        assert _JAPANESE_LETTER.search(text.ja), name


@pytest.mark.parametrize("name", [*(rule.name for rule in RULES), *ENGINE_PAGES])
def test_explain_in_both_languages(name: str) -> None:
    english, japanese = explain(name), explain(name, "ja")
    assert english.startswith(f"# {name}\n")
    assert japanese.startswith(f"# {name}\n")
    assert english != japanese


def test_explain_knows_no_other_rule() -> None:
    with pytest.raises(KeyError):
        explain("no-such-rule")


def test_the_best_promise_of_a_page_counts() -> None:
    assert promised_safety("x\n\n## Fix safety\n\nUnsafe, or safe where ...") is Safety.SAFE
    assert promised_safety("x\n\n## Fix safety\n\nShown only: manual.") is Safety.MANUAL
    assert promised_safety("x\n\n## Fix safety\n\nThere is no fix.") is None
    assert promised_safety("x") is None


def test_sections_and_fences() -> None:
    found = sections(
        "top\n# One\ntext\n````md file=a.md 'x=y z' word\n# no heading\n```\n````\n## Two\n~~~\nx\n"
    )
    assert [(part.level, part.title) for part in found] == [(0, ""), (1, "One"), (2, "Two")]
    (fence,) = found[1].fences
    assert fence.text == "# no heading\n```\n"
    assert (fence.get("file"), fence.get("x"), fence.words) == ("a.md", "y z", ("word",))
    assert fence.line == 4
    assert found[2].fences[0].text == "x\n\n"


@each_rule
def test_pages_show_the_names_of_files(item: Documented) -> None:
    assert "file=" not in render_page(page_of(item), "en", 1)
