"""What a rule is: a documented generator over one kind of node of the model.

    WARN = Text(en="...", ja="...")

    @rule(severity=Severity.WARNING)
    def copy_includes_host_venv(copy: Copy, db: Database) -> Iterator[Report]:
        ...
        yield Report(at, say(WARN, copy=...))

The function's name is the rule's name in snake case, its module is named like it, and the type of
its first parameter says what it visits. The module's docstring is the rule's page; `JA` in the
module is the page's prose in Japanese.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

from shipworthy.findings.finding import Fix, Related, Safety, Severity
from shipworthy.findings.message import Message
from shipworthy.text.anchors import Anchor
from shipworthy.text.records import NamedTuple

if TYPE_CHECKING:
    from shipworthy.db.database import Database


class Report(NamedTuple):
    """What a rule yields; the engine adds the rule's name and the builds."""

    at: Anchor
    message: Message
    related: tuple[Related, ...] = ()
    fixes: tuple[Fix, ...] = ()
    severity: Severity | None = None
    """None means the rule's own severity."""


Check: TypeAlias = "Callable[[Any, Database], Iterator[Report]]"


class Rule(NamedTuple):
    """A rule as data."""

    name: str
    """Kebab case, the bad thing."""
    severity: Severity
    check: Check
    supersedes: tuple[str, ...]
    """Rules whose finding at the same place says less than this one's."""
    on: bool
    """False: only the strict profile runs it."""
    same_as: tuple[str, ...] = ()
    """Codes of other tools that mean the same (`DL3006`, `FromAsCasing`): suppressing those
    suppresses this rule."""


class Listed(NamedTuple):
    """What the generated index says of a rule, so that its module loads only when needed."""

    name: str
    module: str
    """The dotted name of the module; its attribute of the last part's name is the Rule."""
    nodes: tuple[str, ...]
    """The class names of the nodes it visits."""
    severity: Severity
    on: bool
    fix: Safety | None
    """The best safety that its page promises for a fix; None when it offers none."""
    supersedes: tuple[str, ...] = ()
    same_as: tuple[str, ...] = ()


def rule(
    *,
    severity: Severity,
    supersedes: tuple[str, ...] = (),
    on: bool = True,
    same_as: tuple[str, ...] = (),
) -> Callable[[Check], Rule]:
    """Declare the decorated generator a rule."""

    def declare(check: Check) -> Rule:
        name = check.__name__.replace("_", "-")
        return Rule(name, severity, check, supersedes, on, same_as)

    return declare
