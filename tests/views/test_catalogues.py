"""What views say exists in both languages, with the same fields."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest

from shipworthy import views
from shipworthy.findings.message import Text, template_fields
from shipworthy.model.compose.schema_table import DEFINITIONS, ROOT
from shipworthy.views.compose_docs import compose_doc
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


def test_keys_of_build_mounts_and_volumes_are_documented() -> None:
    service = DEFINITIONS["service"].properties
    build = next(rule for rule in service["build"].one_of if rule.properties)
    for key in build.properties:
        assert compose_doc(("services", "web", "build", key)) is not None, key
    for key in DEFINITIONS["volume"].properties:
        assert compose_doc(("volumes", "data", key)) is not None, key
