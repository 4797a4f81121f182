"""All rules, listed by `python -m shipworthy.docsgen --write`; not edited by hand."""

from __future__ import annotations

from shipworthy.rules.rule import Listed

RULES: tuple[Listed, ...] = ()
