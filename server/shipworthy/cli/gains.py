"""What a change of the files saves: what is no longer sent to a build."""

from __future__ import annotations

from collections.abc import Mapping

from shipworthy.db.database import Database
from shipworthy.engine.fixing import what_if
from shipworthy.engine.host import Host
from shipworthy.findings.finding import BuildName
from shipworthy.model.builds import all_units
from shipworthy.model.context import ignore_path_of, walk
from shipworthy.model.files import kind_of
from shipworthy.text.records import NamedTuple


class Gain(NamedTuple):
    """Files and bytes that the builds of one context no longer receive."""

    builds: tuple[BuildName, ...]
    files: int
    bytes: int


class _Total(NamedTuple):
    files: int
    bytes: int


def gains(host: Host, texts: Mapping[str, str]) -> tuple[Gain, ...]:
    """Compares what is sent now with what would be sent with the new texts.

    Walks every context whose ignore file is among them, twice; nothing when there is none.
    """
    if not any(kind_of(path) == "ignore" for path in texts):
        return ()
    before = _ignore_files(host.db)
    with what_if(host, texts):
        after = _ignore_files(host.db)
        touched = {
            unit
            for unit, (_, ignore) in after.items()
            if ignore in texts or before.get(unit, (None, None))[1] in texts
        }
        totals = _totals(host.db, {after[unit] for unit in touched})
        sent_after = {unit: totals[after[unit]] for unit in touched}
    totals = _totals(host.db, {before[unit] for unit in touched if unit in before})
    names = {unit.id: BuildName(*unit.name) for unit in all_units(host.db)}
    found: dict[tuple[str, int, int], list[BuildName]] = {}
    for unit in sorted(touched & before.keys()):
        files = totals[before[unit]].files - sent_after[unit].files
        size = totals[before[unit]].bytes - sent_after[unit].bytes
        if files > 0:
            found.setdefault((before[unit][0], files, size), []).append(names[unit])
    return tuple(
        Gain(tuple(builds), files, size) for (_, files, size), builds in sorted(found.items())
    )


_Context = tuple[str, str | None]
"""A context's folder and the ignore file in force there."""


def _ignore_files(db: Database) -> dict[str, _Context]:
    found: dict[str, _Context] = {}
    for unit in all_units(db):
        ignore = ignore_path_of(db, unit)
        if isinstance(unit.context, str) and (ignore is None or isinstance(ignore, str)):
            found[unit.id] = (unit.context, ignore)
    return found


def _totals(db: Database, contexts: set[_Context]) -> dict[_Context, _Total]:
    totals = {}
    for context, ignore in contexts:
        files = size = 0
        for entry in walk(db, context, ignore):
            if entry.kind != "dir":
                files += 1
                size += entry.size
        totals[context, ignore] = _Total(files, size)
    return totals
