"""Durations and sizes: values Compose decodes after the schema has let them through."""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.model.compose.tree import MARK, Leaf, Path, Problem, Record, Value, dotted
from shipworthy.text.patterns import regex

_DURATION = regex(r"[-+]?(?:0|(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h|d|w))+)\Z")
_SIZE = regex(r"[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?(?: ?[kKmMgGtTpP]?[iI]?[bB]?)\Z")
_DURATIONS: tuple[Path, ...] = (
    ("healthcheck", "interval"),
    ("healthcheck", "timeout"),
    ("healthcheck", "start_period"),
    ("healthcheck", "start_interval"),
    ("stop_grace_period",),
)
_SIZES: tuple[Path, ...] = (
    ("mem_limit",),
    ("mem_reservation",),
    ("memswap_limit",),
    ("shm_size",),
    ("deploy", "resources", "limits", "memory"),
    ("deploy", "resources", "reservations", "memory"),
)


def check_units(name: str, service: Record) -> Iterator[Problem]:
    """What is no duration or no size where one is wanted."""
    for places, form, kind in ((_DURATIONS, _DURATION, "duration"), (_SIZES, _SIZE, "size")):
        for place in places:
            value = _at(service, place)
            text = value.value if isinstance(value, Leaf) else None
            if value is None or not isinstance(text, str) or MARK in text:
                continue
            if text == "-1" and kind == "size":
                continue
            if len(text) > 100 or not form.match(text):
                message = f"'services[{name}].{dotted(place)}' invalid {kind} \"{text}\""
                yield Problem("other", message, value.at)


def _at(record: Value | None, place: Path) -> Value | None:
    for key in place:
        record = record.get(key) if isinstance(record, Record) else None
    return record
