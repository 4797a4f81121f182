"""Checks on the merged tree before names are resolved, after compose-go validation/*.go."""

from __future__ import annotations

from shipworthy.model.compose.tree import Items, Leaf, Problem, Record, Report

_FILE_SOURCES = {"configs": ("file", "environment", "content"), "secrets": ("file", "environment")}


def validate_values(project: Record, report: Report, hurt: set[str]) -> None:
    """Report what contradicts itself."""
    for name, record in _records(project, "volumes"):
        if _is_true(record, "external"):
            others = [k for k in record.entries if k not in ("external", "name")]
            for key in (key for key in others if not key.startswith("x-")):
                message = f'volumes.{name}: conflicting parameters "external" and "{key}" specified'
                report(Problem("exclusive", message, record.entries[key].key_at))
    for kind, sources in _FILE_SOURCES.items():
        for name, record in _records(project, kind):
            given = [key for key in sources if key in record.entries]
            if len(given) > 1:
                message = f"{kind}.{name}: {'|'.join(given)} attributes are mutually exclusive"
                report(Problem("exclusive", message, record.entries[given[1]].key_at))
            elif not given and not _is_external(record):
                message = f"{kind}.{name}: one of {'|'.join(sources)} must be set"
                report(Problem("other", message, record.at))
    for name, record in _records(project, "services"):
        _check_watch(name, record, report, hurt)


def _records(project: Record, kind: str) -> list[tuple[str, Record]]:
    found = project.get(kind)
    if not isinstance(found, Record):
        return []
    return [(k, e.value) for k, e in found.entries.items() if isinstance(e.value, Record)]


def _is_true(record: Record, key: str) -> bool:
    value = record.get(key)
    return isinstance(value, Leaf) and value.value is True


def _is_external(record: Record) -> bool:
    value = record.get("external")
    return value is not None and not (isinstance(value, Leaf) and value.value is False)


def _check_watch(name: str, service: Record, report: Report, hurt: set[str]) -> None:
    develop = service.get("develop")
    watch = develop.get("watch") if isinstance(develop, Record) else None
    for item in watch.items if isinstance(watch, Items) else ():
        if isinstance(item, Record) and item.text("path") == "":
            hurt.add(name)
            report(
                Problem("other", f"services.{name}.develop.watch: value can't be blank", item.at)
            )
