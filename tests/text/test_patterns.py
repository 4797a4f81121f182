"""Expressions that are compiled at their first use."""

from __future__ import annotations

import pkgutil
import re
from importlib import import_module

import pytest

import shipworthy
from shipworthy.text import patterns
from shipworthy.text.patterns import regex


def test_it_answers_as_the_compiled_expression() -> None:
    lazy, compiled = regex("(?P<a>x)y", re.IGNORECASE), re.compile("(?P<a>x)y", re.IGNORECASE)
    assert lazy.sub("-", "XYxyz") == compiled.sub("-", "XYxyz") == "--z"
    assert (lazy.pattern, lazy.flags, lazy.groupindex) == ("(?P<a>x)y", compiled.flags, {"a": 1})
    assert regex(b"x").fullmatch(b"x")


def test_an_error_shows_at_the_first_use() -> None:
    wrong = regex("(")
    with pytest.raises(re.error):
        wrong.match("")


def test_all_expressions_of_the_project_compile() -> None:
    seen = 0
    for module in pkgutil.walk_packages(shipworthy.__path__, "shipworthy."):
        if module.name.endswith("__main__"):
            continue
        for value in vars(import_module(module.name)).values():
            for item in value.values() if isinstance(value, dict) else (value,):
                if isinstance(item, patterns._Regex):
                    assert re.compile(item.pattern, item.flags)
                    seen += 1
    assert seen > 150
