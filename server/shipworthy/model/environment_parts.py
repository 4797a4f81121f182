"""Parts of a host's environment that a wildcard of a COPY reaches, without the environment."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from shipworthy.db.database import Database
from shipworthy.model.context import ignore_rules, survey, walk
from shipworthy.model.host_environments import HostEnvironment
from shipworthy.model.ignoring import Visible, visible
from shipworthy.model.image.steps import Copy, Source
from shipworthy.syntax.gopath import match
from shipworthy.text.records import NamedTuple

PART_BUDGET = 50_000
"""Files of one environment that are compared with the wildcards."""


class EnvironmentPart(NamedTuple):
    """One file of an environment that a COPY brings where the environment would be."""

    environment: HostEnvironment
    file: str
    """The first such file, relative to the context."""


def environment_parts(db: Database, copy: Copy) -> tuple[EnvironmentPart, ...]:
    """The environments of this disk of which a COPY takes single files, by a wildcard.

    `COPY --parents ./**/pyproject.toml /app/` also takes the `pyproject.toml` that some package
    has below `.venv/lib`, and makes a folder `/app/.venv` that is no environment.
    """
    wild = [source for source in copy.sources if source.wildcard and source.path]
    if not wild or not copy.parents or copy.origin != "context" or copy.context is None:
        return ()
    rules = ignore_rules(db, copy.ignore)
    found = []
    for item in survey(db, copy.context, copy.ignore).of("environment"):
        whole = f"{item.path}/pyvenv.cfg"
        if isinstance(visible(rules, whole), Visible) and copy.lands(whole) is not None:
            continue
        part = next(_parts(db, copy, copy.context, item.path, wild), None)
        if part is not None:
            found.append(part)
    return tuple(found)


def _parts(
    db: Database, copy: Copy, context: str, path: str, wild: list[Source]
) -> Iterator[EnvironmentPart]:
    names = [(source, (source.path or "").rpartition("/")[2]) for source in wild]
    for sent in islice(walk(db, context, copy.ignore, path), PART_BUDGET):
        if sent.kind == "dir":
            continue
        name = sent.path.rpartition("/")[2]
        for source, pattern in names:
            if not match(pattern, name):
                continue
            lands = copy._replace(sources=(source,)).lands(sent.path)
            inner = sent.path[len(path) :]
            if lands is not None and lands.endswith(inner):
                target = lands.removesuffix(inner)
                environment = HostEnvironment(
                    "venv", path, f"{context}/{path}", True, target, source
                )
                yield EnvironmentPart(environment, sent.path)
