"""A tiny source of nodes and rules: the command line is tested without the real model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from shipworthy.db.database import Database
from shipworthy.engine.source import Source
from shipworthy.findings.finding import Edit, Fix, Related, Safety, Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.files import parsed_dockerfile
from shipworthy.model.settings import Settings, settings
from shipworthy.model.unknown import Unknown
from shipworthy.model.workspace import inventory, roots
from shipworthy.rules.rule import Listed, Report, Rule
from shipworthy.text.anchors import Anchor, whole_file
from shipworthy.text.spans import Span

COPY_ALL = Text(
    en="`{copy}` copies `.venv`, which `.dockerignore` does not exclude.",
    ja="`{copy}` は、`.dockerignore` で除外されていない `.venv` をコピーします。",
)
ADD_PATTERN = Text(
    en="Add `**/.venv` to `.dockerignore`", ja="`.dockerignore` に `**/.venv` を追加する"
)
NOT_HERE = Text(en="Nothing here excludes `.venv`.", ja="ここでは `.venv` を除外していません。")
LATEST = Text(en="`{image}` moves.", ja="`{image}` は動きます。")
PIN = Text(en="Pin it", ja="固定する")
ADVICE = Text(en="Say who maintains this.", ja="保守者を書けます。")


class Scope(NamedTuple):
    kind: str
    key: str


class Node(NamedTuple):
    path: str
    units: tuple[Any, ...] = ()


def scopes(db: Database) -> tuple[Scope, ...]:
    found: list[Scope] = []
    for root in roots(db):
        for path in inventory(db, root).dockerfiles:
            found += [Scope("build", path), Scope("file", path)]
        found += [Scope("file", path) for path in inventory(db, root).ignore_files]
    return tuple(found)


def nodes(db: Database, scope: Scope) -> Iterable[tuple[str, Any]]:
    if scope.kind == "build":
        yield "Dockerfile", Node(scope.key)


def unresolved(db: Database) -> tuple[tuple[Anchor, Unknown], ...]:
    return tuple(
        (whole_file(scope.key), Unknown("unset-variable", "TAG"))
        for scope in scopes(db)
        if scope.kind == "build" and "${TAG}" in (db.text(scope.key) or "")
    )


def first_settings(db: Database) -> Settings:
    found = roots(db)
    return settings(db, found[0]) if found else Settings()


def copies_venv(node: Node, db: Database) -> Iterator[Report]:
    folder = node.path.rpartition("/")[0]
    ignore = f"{folder}/.dockerignore"
    text = db.text(ignore)
    if text is None or ".venv" in text:
        return
    for number, line in _instructions(db, node.path):
        if line.startswith("COPY . "):
            end = Anchor(ignore, -1, Span(len(text), len(text)))
            fix = Fix(
                say(ADD_PATTERN), (Edit(end, "**/.venv\n"),), Safety.SAFE, ("docker build .",)
            )
            yield Report(
                Anchor(node.path, number, Span(0, len(line))),
                say(COPY_ALL, copy=line),
                related=(Related(Anchor(ignore, -1, Span(0, 3)), say(NOT_HERE)),),
                fixes=(fix,),
            )


def image_moves(node: Node, db: Database) -> Iterator[Report]:
    for number, line in _instructions(db, node.path):
        if line.startswith("FROM ") and ":" not in line:
            at = Anchor(node.path, number, Span(5, len(line)))
            after = Anchor(node.path, number, Span(len(line), len(line)))
            fix = Fix(say(PIN), (Edit(after, ":1"),), Safety.UNSAFE)
            yield Report(at, say(LATEST, image=line[5:]), fixes=(fix,))


def lacks_label(node: Node, db: Database) -> Iterator[Report]:
    if "LABEL" not in (db.text(node.path) or ""):
        yield Report(whole_file(node.path), say(ADVICE))


def crashes(node: Node, db: Database) -> Iterator[Report]:
    if "CRASH" in (db.text(node.path) or ""):
        raise ZeroDivisionError("on purpose")
    yield from ()


def _instructions(db: Database, path: str) -> list[tuple[int, str]]:
    parsed = parsed_dockerfile(db, path)
    text = db.text(path) or ""
    starts = parsed.starts if parsed else ()
    return [(n, text[start:].split("\n", 1)[0].rstrip("\r")) for n, start in enumerate(starts)]


RULES = (
    Rule("copies-venv", Severity.ERROR, copies_venv, (), True),
    Rule("image-moves", Severity.WARNING, image_moves, (), True),
    Rule("lacks-label", Severity.HINT, lacks_label, (), True),
    Rule("crashes", Severity.WARNING, crashes, (), True),
)
LISTED = tuple(
    Listed(rule.name, rule.name, ("Dockerfile",), rule.severity, rule.on, Safety.SAFE)
    for rule in RULES
)


def fake_source() -> Source:
    by_name = {rule.name: rule for rule in RULES}
    return Source(
        roots,
        scopes,
        nodes,
        unresolved,
        first_settings,
        LISTED,
        lambda listed: by_name[listed.name],
    )
