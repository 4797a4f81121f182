"""Which private index a uv command needs and has no credentials for.

Sources: uv's documentation of indexes and authentication; the services' own pages.
"""

from __future__ import annotations

from shipworthy.db.database import Database, query
from shipworthy.model.image.build import image
from shipworthy.model.image.lineage import until
from shipworthy.model.image.steps import Image, Step
from shipworthy.model.installed import UvInstall
from shipworthy.model.python.uv_settings import UvIndex
from shipworthy.text.patterns import regex

_PRIVATE_HOST = regex(
    r"https?://(?:[\w.-]+\.)?(?:pkg\.dev|pkgs\.dev\.azure\.com|pkgs\.visualstudio\.com"
    r"|d\.codeartifact\.[\w-]+\.amazonaws\.com|codeartifact\.[\w-]+\.amazonaws\.com)/"
)
_CREDENTIALS = regex(
    r"UV_INDEX_\w+_(?:USERNAME|PASSWORD)\Z|UV_KEYRING_PROVIDER\Z|NETRC\Z|UV_INDEX(?:_URL)?\Z"
    r"|UV_DEFAULT_INDEX\Z|UV_EXTRA_INDEX_URL\Z"
)
_LOGINS = ("netrc", "keyring", "uv auth", "credentials")


def private_index(db: Database, install: UvInstall) -> UvIndex | None:
    """The first such index that the lock takes packages from; None where credentials may be."""
    made = image(db, install.run.unit.id)
    if made is None or install.lock is None or not install.certain or _may_log_in(made, install):
        return None
    used = {item.source.value for item in install.lock.packages if item.source.kind == "registry"}
    for index in install.facts.uv.indexes:
        private = index.authenticate == "always" or _PRIVATE_HOST.match(index.url) is not None
        if (
            private
            and "@" not in index.url
            and index.url.rstrip("/") in {url.rstrip("/") for url in used}
        ):
            return index
    return None


def _may_log_in(made: Image, install: UvInstall) -> bool:
    run, command = install.run, install.command
    if any(mount.type in ("secret", "ssh") for mount in run.mounts):
        return True
    if any(_CREDENTIALS.match(name) for name in command.env):
        return True
    if install.tool.options.has("--index", "--default-index", "--keyring-provider", "--offline"):
        return True
    base = made.base(run.stage).image
    return base is None or not base.known or any(until(made, run, _logins))


@query
def _logins(db: Database, unit_id: str, stage: int) -> tuple[Step, ...]:
    """The instructions of a stage that deal with credentials in some other way."""
    made = image(db, unit_id)
    return tuple(
        step
        for step in (made.stage(stage).steps if made is not None else ())
        if any(word in step.instruction.source for word in _LOGINS)
    )
