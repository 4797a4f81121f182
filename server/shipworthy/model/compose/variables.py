"""Interpolating a whole tree, after compose-go interpolation.go and loader/interpolate.go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import is_
from typing import TypeAlias

from shipworthy.model.compose.interpolate import (
    InvalidTemplate,
    Lookup,
    RequiredVariable,
    substitute,
)
from shipworthy.model.compose.tree import (
    MARK,
    Items,
    Leaf,
    Path,
    Places,
    Plain,
    Problem,
    Record,
    Report,
    Value,
    dotted,
)
from shipworthy.model.unknown import UNKNOWN
from shipworthy.text.records import NamedTuple

_Cast: TypeAlias = Callable[[str], Plain]
_Casts: TypeAlias = Places[_Cast]


class Environment(NamedTuple):
    """Known variables; `closed` when any other is certainly unset."""

    values: Mapping[str, str]
    closed: bool

    def lookup(self, name: str) -> str | None:
        """A variable's value, None when unset, MARK when not known."""
        return self.values.get(name, None if self.closed else MARK)

    def over(self, values: Mapping[str, str]) -> Environment:
        """The same environment with further variables that do not replace its own."""
        return self._replace(values={**values, **self.values})


def interpolate(tree: Value, lookup: Lookup, report: Report) -> Value:
    """A project with the variables of its values replaced; a value that fails is UNKNOWN."""
    return _interpolated(tree, _CASTS, (), lookup, report)


def _interpolated(
    value: Value, casts: _Casts | None, path: Path, lookup: Lookup, report: Report
) -> Value:
    if isinstance(value, Leaf):
        return _leaf(value, casts.thing if casts is not None else None, path, lookup, report)
    if isinstance(value, Items):
        below = casts.below("[]") if casts is not None else None
        items = [_interpolated(item, below, (*path, "[]"), lookup, report) for item in value.items]
        return value if all(map(is_, items, value.items)) else value._replace(items=tuple(items))
    if isinstance(value, Record):
        changed: dict[str, Value] = {}
        for key, entry in value.entries.items():
            below = casts.below(key) if casts is not None else None
            inner = _interpolated(entry.value, below, (*path, key), lookup, report)
            if inner is not entry.value:
                changed[key] = inner
        return value.with_values(changed)
    return value


def _leaf(leaf: Leaf, cast: _Cast | None, path: Path, lookup: Lookup, report: Report) -> Leaf:
    text = leaf.value
    if not isinstance(text, str):
        return leaf
    try:
        result = substitute(text, lookup)
    except RequiredVariable as error:
        message = f"error while interpolating {dotted(path)}: {error}"
        report(Problem("required-variable", message, leaf.at))
        return leaf._replace(value=UNKNOWN)
    except InvalidTemplate:
        message = f"invalid interpolation format for {dotted(path)}: {text}"
        report(Problem("invalid-interpolation", message, leaf.at))
        return leaf._replace(value=UNKNOWN)
    literal = leaf.literal and result == text
    if cast is None:
        return leaf if literal else leaf._replace(value=result, literal=literal)
    if MARK in result:
        return leaf._replace(value=UNKNOWN, literal=False)
    try:
        return leaf._replace(value=cast(result), literal=literal)
    except ValueError:
        message = f"error while interpolating {dotted(path)}: failed to cast to expected type"
        report(Problem("other", message, leaf.at))
        return leaf._replace(value=UNKNOWN)


def _boolean(text: str) -> Plain:
    lowered = text.lower()
    if lowered in ("true", "y", "yes", "on"):
        return True
    if lowered in ("false", "n", "no", "off"):
        return False
    raise ValueError(text)


def _integer(text: str) -> Plain:
    if not text.isascii() or "_" in text or text != text.strip() or len(text) > 20:
        raise ValueError(text)
    return int(text)


def _number(text: str) -> Plain:
    if "_" in text or text != text.strip() or len(text) > 400:
        raise ValueError(text)
    return float(text)


_SERVICE_CASTS: Mapping[_Cast, tuple[str, ...]] = {
    _integer: (
        "configs.[].mode",
        "cpu_count",
        "cpu_period",
        "cpu_quota",
        "cpu_rt_period",
        "cpu_rt_runtime",
        "cpu_shares",
        "deploy.replicas",
        "deploy.update_config.parallelism",
        "deploy.rollback_config.parallelism",
        "deploy.restart_policy.max_attempts",
        "deploy.placement.max_replicas_per_node",
        "healthcheck.retries",
        "oom_score_adj",
        "pids_limit",
        "ports.[].target",
        "scale",
        "secrets.[].mode",
        "ulimits.*",
        "ulimits.*.hard",
        "ulimits.*.soft",
    ),
    _number: (
        "cpu_percent",
        "cpus",
        "deploy.update_config.max_failure_ratio",
        "deploy.rollback_config.max_failure_ratio",
    ),
    _boolean: (
        "healthcheck.disable",
        "init",
        "oom_kill_disable",
        "privileged",
        "read_only",
        "stdin_open",
        "tty",
        "volumes.[].read_only",
        "volumes.[].volume.nocopy",
    ),
}
_TOP_BOOLEANS = (
    "networks.*.external",
    "networks.*.internal",
    "networks.*.attachable",
    "networks.*.enable_ipv4",
    "networks.*.enable_ipv6",
    "volumes.*.external",
    "secrets.*.external",
    "configs.*.external",
)
_CASTS: _Casts = Places(
    {
        **{
            ("services", "*", *place.split(".")): cast
            for cast, places in _SERVICE_CASTS.items()
            for place in places
        },
        **{tuple(place.split(".")): _boolean for place in _TOP_BOOLEANS},
    }
)
