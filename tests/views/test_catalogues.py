"""What views say exists in both languages, with the same fields."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest

from shipworthy import views
from shipworthy.findings.message import Text, template_fields
from shipworthy.model.compose.schema_table import ROOT
from shipworthy.views.compose_docs import compose_doc, value_doc
from shipworthy.views.compose_docs_more import VALUES
from shipworthy.views.compose_schema_places import keys_at, rules_at
from shipworthy.views.instruction_docs import INSTRUCTIONS, instruction_doc

MODULES = sorted(module.name for module in iter_modules(views.__path__))


def texts(value: Any) -> Iterator[Text]:
    if isinstance(value, Text):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)


@pytest.mark.parametrize("name", MODULES)
def test_both_languages_have_the_same_fields(name: str) -> None:
    module = import_module(f"shipworthy.views.{name}")
    for value in vars(module).values():
        for text in texts(value):
            assert template_fields(text.en) == template_fields(text.ja), text


def test_every_instruction_is_documented() -> None:
    known = (
        "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN"
        " SHELL STOPSIGNAL USER VOLUME WORKDIR"
    )
    assert set(INSTRUCTIONS) == set(known.split())
    assert instruction_doc("NOPE") is None


@pytest.mark.parametrize("key", sorted(ROOT.properties))
def test_top_level_keys_are_documented(key: str) -> None:
    assert key == "jobs" or compose_doc((key,)) is not None


def all_keys() -> Iterator[tuple[str, ...]]:
    """Every key path of the schema, a name standing for any name."""
    seen: set[tuple[str, ...]] = set()
    todo: list[tuple[str, ...]] = [()]
    while todo:
        path = todo.pop()
        below = [(*path, key) for key in keys_at(path) if (*path, key) != ("jobs",)]
        yield from below
        for rule in rules_at(path):
            if any(pattern != "^x-" for pattern in rule.patterns):
                below.append((*path, "name"))
            if rule.items is not None:
                below.append((*path, "[]"))
        todo += [found for found in below if found not in seen]
        seen.update(below)


def test_every_key_is_documented() -> None:
    keys = set(all_keys())
    assert len(keys) > 400
    assert [key for key in keys if compose_doc(key) is None] == []
    assert compose_doc(("services", "web", "nope")) is None
    assert compose_doc(("services", "web", "build", "nope")) is None


def test_fixed_values_are_documented() -> None:
    for place in VALUES:
        key, _, value = place.partition("=")
        tops = {
            "condition": ("services", "web", "depends_on", "db"),
            "action": ("services", "web", "develop", "watch", "[]"),
            "type": ("services", "web", "volumes", "[]"),
        }
        path = (*tops.get(key, ("services", "web")), *key.split("."))
        if value != "if_not_present":
            assert value_doc(path, value) is not None, place
    assert value_doc(("services", "web", "image"), "no") is None
