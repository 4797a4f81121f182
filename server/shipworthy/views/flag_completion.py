"""Completion of an instruction's flags and of their values, `--mount` option by option."""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.model.builds import units_of_dockerfile
from shipworthy.syntax.dockerfile.nodes import Instruction
from shipworthy.views.candidates import Candidate, Offer
from shipworthy.views.compose_symbols import lent_secrets
from shipworthy.views.docker_cursor import At
from shipworthy.views.docker_names import image_names, stages_before, users
from shipworthy.views.docker_paths import image_offer, mount_source_offer, pattern_offer
from shipworthy.views.docker_symbols import mount_values

FLAGS: dict[str, tuple[str, ...]] = {
    "FROM": ("platform",),
    "COPY": ("from", "chown", "chmod", "link", "parents", "exclude"),
    "ADD": ("checksum", "chown", "chmod", "link", "exclude", "keep-git-dir", "unpack"),
    "RUN": ("mount", "network", "security"),
    "HEALTHCHECK": ("interval", "timeout", "start-period", "start-interval", "retries"),
}
_BARE = frozenset({"link", "parents", "keep-git-dir"})
_VALUES: dict[tuple[str, str], tuple[str, ...]] = {
    ("FROM", "platform"): ("$BUILDPLATFORM", "$TARGETPLATFORM", "linux/amd64", "linux/arm64"),
    ("RUN", "network"): ("default", "none", "host"),
    ("RUN", "security"): ("sandbox", "insecure"),
    ("COPY", "link"): ("true", "false"),
    ("COPY", "parents"): ("true", "false"),
    ("ADD", "link"): ("true", "false"),
    ("ADD", "unpack"): ("true", "false"),
    ("ADD", "keep-git-dir"): ("true", "false"),
    ("COPY", "chmod"): ("644", "755"),
    ("ADD", "chmod"): ("644", "755"),
    ("ADD", "checksum"): ("sha256:",),
    ("HEALTHCHECK", "interval"): ("30s",),
    ("HEALTHCHECK", "timeout"): ("5s",),
    ("HEALTHCHECK", "start-period"): ("10s",),
    ("HEALTHCHECK", "start-interval"): ("1s",),
    ("HEALTHCHECK", "retries"): ("3",),
}
MOUNT_OPTIONS: dict[str, tuple[str, ...]] = {
    "bind": ("source", "target", "from", "rw"),
    "cache": ("target", "id", "sharing", "from", "source", "mode", "uid", "gid", "ro"),
    "secret": ("id", "target", "env", "required", "mode", "uid", "gid"),
    "ssh": ("id", "target", "required", "mode", "uid", "gid"),
    "tmpfs": ("target", "size"),
}
_MOUNT_VALUES: dict[str, tuple[str, ...]] = {
    "type": tuple(MOUNT_OPTIONS),
    "sharing": ("shared", "private", "locked"),
    "required": ("true", "false"),
    "rw": ("true", "false"),
    "ro": ("true", "false"),
}
_CACHES = ("/root/.cache/uv", "/root/.cache/pip", "/var/cache/apt", "/var/lib/apt", "/root/.npm")


def flag_candidates(keyword: str, *, last: bool = False) -> Iterator[Candidate]:
    """The flags of an instruction."""
    for flag in FLAGS.get(keyword, ()):
        insert = f"--{flag}" if flag in _BARE else f"--{flag}="
        yield Candidate(f"--{flag}", "flag", insert, doc=("flag", keyword, flag), last=last)


def flag_offer(at: At) -> Offer | None:
    """A flag's name, or its value, at the cursor."""
    name, equals, value = at.typed.lstrip("-").partition("=")
    if not equals:
        return at.offer(at.typed, flag_candidates(at.keyword))
    name = name.lower()
    if at.keyword == "RUN" and name == "mount":
        return _mount(at, value)
    if name == "from":
        return at.offer(value, origins(at))
    if name == "chown":
        return at.offer(value, users(at.db, at.path, at.tree, at.ordinal))
    if name == "exclude":
        return pattern_offer(at, value)
    values = _VALUES.get((at.keyword, name), ())
    return at.offer(value, (Candidate(item, "value") for item in values))


def origins(at: At) -> Iterator[Candidate]:
    """What `--from` can name: stages above, named contexts, images used elsewhere."""
    yield from stages_before(at.path, at.tree, at.ordinal)
    for unit in units_of_dockerfile(at.db, at.path):
        for name, _ in unit.named_contexts:
            yield Candidate(name, "name")
    yield from image_names(at.db, at.path, sources=True)


def _mount(at: At, value: str) -> Offer | None:
    *done, typed = value.split(",")
    options = dict(part.partition("=")[::2] for part in done)
    name, equals, given = typed.partition("=")
    kind = options.get("type", "bind")
    if not equals:
        names = MOUNT_OPTIONS.get(kind, MOUNT_OPTIONS["bind"])
        wanted = (*(() if "type" in options else ("type",)), *names)
        found = (
            Candidate(item, "value", insert=f"{item}=", doc=("mount", item))
            for item in wanted
            if item not in options
        )
        return at.offer(typed, found)
    if name == "from":
        return at.offer(given, origins(at))
    if name in ("source", "src"):
        return mount_source_offer(at, given, options.get("from")) if kind == "bind" else None
    if name in ("target", "dst", "destination"):
        return _target(at, kind, options, given)
    if name == "id":
        return at.offer(given, _ids(at, kind))
    values = _MOUNT_VALUES.get(name, ())
    return at.offer(given, (Candidate(item, "value") for item in values))


def _target(at: At, kind: str, options: dict[str, str], given: str) -> Offer | None:
    values: tuple[str, ...] = _CACHES if kind == "cache" else ()
    if kind == "bind":
        values = tuple(item for key, item in options.items() if key in ("source", "src") and item)
    if kind == "secret" and options.get("id"):
        values = (f"/run/secrets/{options['id']}",)
    listed = image_offer(at, given, "mount") if given.startswith("/") else None
    folder = given[: given.rfind("/") + 1]
    usual = (Candidate(item, "value") for item in values)
    below = (
        item._replace(label=folder + item.label, insert=folder + item.text)
        for item in (listed.candidates if listed is not None else ())
    )
    return at.offer(given, (*usual, *below))


def _ids(at: At, kind: str) -> Iterator[Candidate]:
    """The secrets that compose files lend to this build; the names that this file uses."""
    if kind == "secret":
        for name in lent_secrets(at.db, at.path):
            yield Candidate(name, "name")
    for number, instruction in enumerate(at.tree.instructions):
        if number != at.ordinal and instruction.keyword == "RUN":
            yield from (Candidate(item, "name") for item in _used_ids(instruction, kind))


def _used_ids(instruction: Instruction, kind: str) -> Iterator[str]:
    for flag in instruction.flags:
        if flag.name == "mount" and f"type={kind}" in (flag.value or "").split(","):
            yield from (text for text, _ in mount_values(instruction, flag, "id"))
