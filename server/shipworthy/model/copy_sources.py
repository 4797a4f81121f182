"""Whether the build finds what its COPY instructions and bind mounts name in their context."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import Literal, TypeAlias

from shipworthy.db.database import Database, query
from shipworthy.model.builds import BuildUnit
from shipworthy.model.context import ignore_rules, walk
from shipworthy.model.ignoring import Hidden, IgnoreRules, visible
from shipworthy.model.image.build import image
from shipworthy.model.image.steps import Copy, Run, Source, Step
from shipworthy.model.withheld import pattern_anchor
from shipworthy.syntax.gopath import match
from shipworthy.text.anchors import Anchor
from shipworthy.text.records import NamedTuple

Status: TypeAlias = Literal["present", "hidden", "missing", "hidden-matches", "no-match"]

_MAX_MATCHES = 200


class SourceState(NamedTuple):
    """One source of a COPY or ADD, or of a bind mount, that is taken from a folder of this disk.

    `hidden`: an ignore file keeps it out, so that the build fails whether it exists or not.
    `missing`: not hidden, and not on this disk. For wildcards `hidden-matches` (it matches files,
    all of them hidden) and `no-match`; neither makes the build fail (BuildKit
    `AllowEmptyWildcard`).
    """

    step: Copy | Run
    source: Source
    path: str
    """Relative to the context."""
    context: str
    ignore: str | None
    status: Status
    on_disk: bool
    pattern: Anchor | None
    """The pattern that hides it (the first match, for wildcards)."""
    matches: tuple[str, ...]
    """What a wildcard matches on this disk, hidden or not."""

    @property
    def unit(self) -> BuildUnit:
        """The build."""
        return self.step.unit


@query
def source_states(db: Database, unit_id: str) -> tuple[SourceState, ...]:
    """The sources of a build's needed stages, in order; those that cannot be known are left out.

    Also left out: COPY with `--exclude` and sources with a `/./` pivot, whose absence BuildKit
    does not check.
    """
    made = image(db, unit_id)
    return tuple(
        state
        for stage in (made.judged_stages() if made is not None else ())
        if stage.reachable
        for step in stage.steps
        for state in _of_step(db, step)
    )


def _of_step(db: Database, step: Step) -> Iterator[SourceState]:
    if isinstance(step, Copy):
        if step.origin != "context" or step.context is None or step.exclude:
            return
        for source in step.sources:
            if not (step.parents and "/./" in (source.original or "")):
                yield from _state(db, step, source, step.context, step.ignore)
    elif isinstance(step, Run):
        for mount in step.mounts:
            usable = mount.type == "bind" and mount.origin == "context"
            if usable and mount.context is not None and mount.source is not None:
                yield from _state(db, step, mount.source, mount.context, mount.ignore)


def _state(
    db: Database, step: Copy | Run, source: Source, context: str, ignore: str | None
) -> Iterator[SourceState]:
    rules = ignore_rules(db, ignore)
    if source.kind != "path" or not source.path or rules.error is not None:
        return
    if db.entries(context) is None:
        return
    on_disk = not source.wildcard and exists(db, context, source.path)
    base = SourceState(step, source, source.path, context, ignore, "present", on_disk, None, ())
    if source.wildcard:
        yield _glob(db, base, rules)
        return
    verdict = visible(rules, source.path)
    if not isinstance(verdict, Hidden) or ignore is None:
        yield base if on_disk else base._replace(status="missing")
    elif _nothing_below(db, base, rules):
        yield base._replace(status="hidden", pattern=pattern_anchor(db, ignore, verdict.by))
    else:
        yield base


def exists(db: Database, context: str, path: str) -> bool:
    """Whether a context has the path, letter by letter (also where the disk does not care)."""
    if db.stat(f"{context}/{path}") is None:
        return False
    folder, _, name = path.rpartition("/")
    listed = db.entries(f"{context}/{folder}" if folder else context)
    if listed is None:
        return True
    at = bisect_left(listed, name, key=lambda entry: entry.name)
    return at < len(listed) and listed[at].name == name


def _nothing_below(db: Database, state: SourceState, rules: IgnoreRules) -> bool:
    status = db.stat(f"{state.context}/{state.path}")
    if rules.at(state.path).prunable:
        return True
    if status is None or status.kind != "dir":
        return status is not None
    return next(walk(db, state.context, state.ignore, state.path), None) is None


def _glob(db: Database, base: SourceState, rules: IgnoreRules) -> SourceState:
    found = _matches(db, base.context, base.path)
    if not found:
        return base._replace(status="no-match", on_disk=False)
    hidden = [path for path in found if isinstance(visible(rules, path), Hidden)]
    first = visible(rules, found[0])
    base = base._replace(on_disk=True, matches=tuple(found))
    if len(hidden) < len(found) or not isinstance(first, Hidden) or base.ignore is None:
        return base
    if not all(_nothing_below(db, base._replace(path=path), rules) for path in found):
        return base
    pattern = pattern_anchor(db, base.ignore, first.by)
    return base._replace(status="hidden-matches", pattern=pattern)


def _matches(db: Database, context: str, pattern: str) -> list[str]:
    found = [""]
    for part in pattern.split("/"):
        step: list[str] = []
        for folder in found:
            names = db.entries(f"{context}/{folder}" if folder else context) or ()
            step.extend(
                f"{folder}/{name}" if folder else name for name, _ in names if match(part, name)
            )
        found = step[:_MAX_MATCHES]
    return found
