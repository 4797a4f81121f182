"""One difference between a manifest and uv.lock in words, with its places."""

from __future__ import annotations

from shipworthy.db.database import Database
from shipworthy.findings.finding import Related
from shipworthy.findings.message import Field, File, Inner, Text, clause, say
from shipworthy.model.projects import key_anchor, uv_lock
from shipworthy.model.python.staleness import Drift, DriftKind
from shipworthy.model.python.uv_lock import UvLock
from shipworthy.text.anchors import Anchor, whole_file

_MISSING = Text(
    en="`{name}` is in `{manifest}` but not in `{lock}`",
    ja="`{name}` は `{manifest}` にありますが `{lock}` にはありません",
)
_REMOVED = Text(
    en="`{name}` is in `{lock}` but no longer in `{manifest}`",
    ja="`{name}` は `{lock}` にありますが `{manifest}` にはもうありません",
)
_CHANGED = Text(
    en="`{manifest}` asks for `{declared}`, `{lock}` was made for `{locked}`",
    ja="`{manifest}` の指定は `{declared}` ですが、`{lock}` は `{locked}` に対して作られています",
)
_VERSION = Text(
    en="`{name}` is {declared} in `{manifest}` and {locked} in `{lock}`",
    ja="`{name}` のバージョンは `{manifest}` では {declared}、`{lock}` では {locked} です",
)
_SETTING = Text(
    en="`{name}` in `{manifest}` changed after `{lock}` was made",
    ja="`{lock}` を作った後に `{manifest}` の `{name}` が変わっています",
)
_HERE = Text(en="This is not in `{lock}`.", ja="この内容は `{lock}` にありません。")

_TEXTS: dict[DriftKind, Text] = {
    "dependency-missing": _MISSING,
    "extra-missing": _MISSING,
    "group-missing": _MISSING,
    "member-missing": _MISSING,
    "dependency-removed": _REMOVED,
    "extra-removed": _REMOVED,
    "group-removed": _REMOVED,
    "member-removed": _REMOVED,
    "version": _VERSION,
}
_WEIGHT: dict[DriftKind, int] = {
    "dependency-missing": 0,
    "extra-missing": 1,
    "group-missing": 1,
    "specifier": 2,
    "version": 3,
}
_MAX_RELATED = 5


def worst_first(drifts: tuple[Drift, ...]) -> tuple[Drift, ...]:
    """The differences, what is missing from the lock first."""
    return tuple(
        sorted(drifts, key=lambda item: (_WEIGHT.get(item.kind, 4), item.where != "dependencies"))
    )


def drift_clause(drift: Drift, folder: str) -> Inner:
    """What differs, as a clause; `folder` holds the lock."""
    fields: dict[str, Field] = {
        "manifest": File(_manifest(drift, folder)),
        "lock": File(f"{folder}/uv.lock"),
    }
    text = _TEXTS.get(drift.kind)
    if text is None and drift.declared and drift.locked:
        return clause(_CHANGED, declared=drift.declared, locked=drift.locked, **fields)
    if text is None:
        return clause(_SETTING, name=drift.name, **fields)
    if text is _VERSION:
        fields |= {"declared": drift.declared, "locked": drift.locked}
    return clause(text, name=drift.name, **fields)


def drift_related(db: Database, drifts: tuple[Drift, ...], folder: str) -> tuple[Related, ...]:
    """The places in the manifests that the lock does not know, five at most."""
    note = say(_HERE, lock=File(f"{folder}/uv.lock"))
    found: dict[Anchor, Related] = {}
    for drift in drifts:
        if drift.key and not drift.kind.endswith("-removed"):
            at = key_anchor(db, _manifest(drift, folder), drift.key)
            found.setdefault(at, Related(at, note))
    return tuple(found.values())[:_MAX_RELATED]


def locked_at(db: Database, drift: Drift, folder: str) -> Anchor:
    """The place in uv.lock: the version that differs, else the local package that is compared."""
    path = f"{folder}/uv.lock"
    lock = uv_lock(db, path)
    if not isinstance(lock, UvLock):
        return whole_file(path)
    place = drift.manifest
    for package in lock.packages:
        if package.source.local and package.source.value == place:
            span = package.version_span if drift.kind == "version" else package.span
            span = span or package.span
            return whole_file(path) if span is None else Anchor(path, 0, span)
    return whole_file(path)


def _manifest(drift: Drift, folder: str) -> str:
    inside = "" if drift.manifest in ("", ".") else f"/{drift.manifest}"
    return f"{folder}{inside}/pyproject.toml"
