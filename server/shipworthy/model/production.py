"""Whether a build makes an image for production or for development, as far as the files show."""

from __future__ import annotations

from typing import Literal, TypeAlias

from shipworthy.db.database import Database, query
from shipworthy.model.builds import unit
from shipworthy.model.image.build import image
from shipworthy.model.run import RunUnit, runs_of
from shipworthy.text.patterns import regex

Purpose: TypeAlias = Literal["production", "development", "unknown"]

_DEVELOPMENT = regex(
    r"(?:\A|[^a-z0-9])(?:dev|devel|development|develop|test|tests|testing|local|ci|devcontainer"
    r"|debug|lint|linting|linters|typing|typecheck|docs?|e2e|playground|example|examples)(?:\Z|[^a-z0-9])"
)
_RELOADING = frozenset({"runserver", "--reload", "--debug", "watchmedo", "watchfiles", "jurigged"})


def develops_by_name(name: str) -> bool:
    """Whether a stage, file or dependency group is named like something for development."""
    return _DEVELOPMENT.search(name.lower()) is not None


@query
def purpose(db: Database, unit_id: str) -> Purpose:
    """What a build is for.

    Development: the Dockerfile, the target or the compose file is named so, or every service that
    runs the image mounts or watches its source. Production: no service does any of that, and none
    starts a reloading server. Unknown: some do and some do not.
    """
    known = unit(db, unit_id)
    made = image(db, unit_id)
    if known is None or made is None:
        return "unknown"
    final = made.final()
    names = [known.dockerfile if isinstance(known.dockerfile, str) else "", known.origin_file]
    stage = final.shape.name if final is not None else None
    shown = [name.rpartition("/")[2].lower() for name in names]
    if any(develops_by_name(name) for name in (*shown, stage or "", known.service)):
        return "development"
    folder = names[0].rpartition("/")[0].rpartition("/")[2].lower()
    if folder == ".devcontainer":
        return "development"
    runs = runs_of(db, unit_id)
    develops = [_develops(db, run) for run in runs]
    if develops and all(develops):
        return "development"
    return "unknown" if any(develops) else "production"


def _develops(db: Database, run: RunUnit) -> bool:
    if run.service is not None and run.service.watch:
        return True
    if any(_mounts_source(db, mount.source) for mount in run.mounts if mount.type == "bind"):
        return True
    words = {word for command in run.commands for word in command.words}
    if not words.isdisjoint(_RELOADING):
        return True
    return "fastapi" in words and "dev" in words


def _mounts_source(db: Database, source: str | None) -> bool:
    entries = db.entries(source) if source is not None else None
    return any(
        name.endswith(".py") or name in ("pyproject.toml", "src") for name, _ in entries or ()
    )
