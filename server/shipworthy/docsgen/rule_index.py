"""The list of all rules as Python source: read at start-up instead of importing every rule."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

from shipworthy import rules as rules_package
from shipworthy.docsgen.markdown import sections
from shipworthy.findings.finding import Safety
from shipworthy.rules.rule import Listed, Rule
from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple

FOLDER = Path(rules_package.__path__[0])
"""The folder of the rules' package."""

_HEADER = '''"""All rules, listed by `python -m shipworthy.docsgen --write`; not edited by hand."""

from __future__ import annotations

'''
_SAFETY_WORD = regex(r"\b(safe|unsafe|manual)\b", re.IGNORECASE)


class Documented(NamedTuple):
    """A rule with the module that documents it."""

    listed: Listed
    rule: Rule
    module: ModuleType


class BrokenRule(ValueError):
    """A rule module that is not what a rule module must be."""


def rule_files() -> list[Path]:
    """The modules that hold one rule each: `rules/SUBJECT/NAME.py` without a leading underscore."""
    return sorted(path for path in FOLDER.glob("*/*.py") if not path.name.startswith("_"))


def documented_rules() -> Iterator[Documented]:
    """Every rule, imported, in the order of subjects and names; raises BrokenRule."""
    for path in rule_files():
        yield documented(f"{rules_package.__name__}.{path.parent.name}.{path.stem}")


def documented(module_name: str) -> Documented:
    """The rule of one module; raises BrokenRule when the module does not hold its namesake."""
    module = import_module(module_name)
    stem = module_name.rpartition(".")[2]
    rule = getattr(module, stem, None)
    if not isinstance(rule, Rule):
        raise BrokenRule(f"{module_name} has no rule named `{stem}`")
    if rule.name != stem.replace("_", "-"):
        raise BrokenRule(f"{module_name} names its rule `{rule.name}`")
    listed = Listed(
        rule.name,
        module_name,
        _visited(rule, module_name),
        rule.severity,
        rule.on,
        promised_safety(docstring(module)),
        rule.supersedes,
        rule.same_as,
    )
    return Documented(listed, rule, module)


def docstring(module: ModuleType) -> str:
    """A module's docstring, read from its source where Python was told to drop it (`-OO`)."""
    if module.__doc__ is not None:
        return module.__doc__
    import ast  # noqa: PLC0415  (for few runs only)
    import inspect  # noqa: PLC0415

    return ast.get_docstring(ast.parse(inspect.getsource(module)), clean=False) or ""


def _visited(rule: Rule, module_name: str) -> tuple[str, ...]:
    annotations = getattr(rule.check, "__annotations__", {})
    parameters = [name for name in annotations if name != "return"]
    if not parameters:
        raise BrokenRule(f"{module_name}: the first parameter says nothing of what is visited")
    annotation = annotations[parameters[0]]
    written = annotation if isinstance(annotation, str) else annotation.__name__
    return tuple(part.strip().rpartition(".")[2] for part in written.split("|"))


def promised_safety(page: str) -> Safety | None:
    """The best safety that the page's section on fixes names; None when it names none."""
    for section in sections(page):
        if section.title == "Fix safety":
            named = [Safety[word.upper()] for word in _SAFETY_WORD.findall(section.body)]
            return max(named, default=None)
    return None


def index_source() -> str:
    """The text of `rules/index.py`."""
    listed = [item.listed for item in documented_rules()]
    names = "Safety, Severity" if any(item.fix is not None for item in listed) else "Severity"
    imports = f"from shipworthy.findings.finding import {names}\n" if listed else ""
    imports += "from shipworthy.rules.rule import Listed\n\n"
    if not listed:
        return f"{_HEADER}{imports}RULES: tuple[Listed, ...] = ()\n"
    entries = "".join(_entry(item) for item in listed)
    return f"{_HEADER}{imports}RULES: tuple[Listed, ...] = (\n{entries})\n"


def _entry(item: Listed) -> str:
    fix = "None" if item.fix is None else f"Safety.{item.fix.name}"
    fields = [
        _string("name", item.name),
        _string("module", item.module),
        _strings("nodes", item.nodes),
        f"severity=Severity.{item.severity.name}",
        f"on={item.on}",
        f"fix={fix}",
    ]
    if item.supersedes:
        fields.append(_strings("supersedes", item.supersedes))
    if item.same_as:
        fields.append(_strings("same_as", item.same_as))
    inside = "".join(f"        {field},\n" for field in fields)
    return f"    Listed(\n{inside}    ),\n"


def _string(field: str, value: str) -> str:
    return f'{field}="{value}"'


def _strings(field: str, values: tuple[str, ...]) -> str:
    """A tuple as the formatter writes it: on one line, else one item a line."""
    quoted = [f'"{value}"' for value in values]
    line = f"{field}=({', '.join(quoted)}{',' if len(quoted) == 1 else ''})"
    if len(line) <= 91:
        return line
    return f"{field}=(\n" + "".join(f"            {item},\n" for item in quoted) + "        )"
