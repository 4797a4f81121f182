"""A compose project as the rest of the model reads it. Every value knows where it is written.

Paths are absolute with `/`. UNKNOWN stands where a variable nobody can know, or a broken place,
decides; None where the file says nothing. Anchors are relative to YAML blocks, so a project stays
equal while only comments or blank lines above its parts change.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, TypeAlias

from shipworthy.model.compose.tree import Problem
from shipworthy.model.unknown import Unknown
from shipworthy.syntax.yaml.nodes import ParsedYaml
from shipworthy.text.anchors import Anchor
from shipworthy.text.records import NamedTuple

Text: TypeAlias = str | Unknown
Flag: TypeAlias = bool | Unknown


class Reader(Protocol):
    """The files a project may name, by absolute path; None = absent or unreadable."""

    def text(self, path: str) -> str | None:
        """A file's text."""

    def yaml(self, path: str) -> ParsedYaml | None:
        """A file's YAML tree."""


class LoadRequest(NamedTuple):
    """What to load: absolute paths of the `-f` files in order, and the directory they work in.

    `environment` None: the environment outside is not known, only `.env` files decide, and a
    variable without value and default makes its value UNKNOWN. `profiles` None: all are on.
    """

    config_files: tuple[str, ...]
    project_directory: str
    environment: Mapping[str, str] | None = None
    profiles: tuple[str, ...] | None = None


class RemoteContext(NamedTuple):
    """A build context that is no directory: a URL, a git repository, an image or `service:`."""

    reference: str


class Pair(NamedTuple):
    """`NAME=value` of environment or args; `value` None: left to the outside."""

    name: str
    value: Text | None
    at: Anchor


class NamedContext(NamedTuple):
    """An entry of `additional_contexts`: an absolute directory or a remote context."""

    name: str
    value: Text | RemoteContext
    at: Anchor


class Word(NamedTuple):
    """A string and its place."""

    value: Text
    at: Anchor


class Build(NamedTuple):
    """A service's `build`; `context` None when it is empty (an unset `${CTX}` gives that)."""

    at: Anchor
    context: str | Unknown | RemoteContext | None
    context_at: Anchor
    dockerfile: Text | None
    dockerfile_at: Anchor | None
    dockerfile_inline: Text | None
    dockerfile_inline_at: Anchor | None
    target: Text | None
    target_at: Anchor | None
    args: tuple[Pair, ...] = ()
    additional_contexts: tuple[NamedContext, ...] = ()
    platforms: tuple[Word, ...] = ()
    secrets: tuple[Word, ...] = ()
    ssh: tuple[Word, ...] = ()
    network: Text | None = None
    via: Anchor | None = None


class Mount(NamedTuple):
    """One mount, in the order of the merged list.

    `type` is `bind`, `volume`, `tmpfs`, ...; `source` an absolute host path for a bind, a volume's
    name for a volume, None for an anonymous one. `at` is the whole item; `origin` the service it
    was inherited from by `extends`, `via` the YAML alias it came through.
    """

    type: Text
    source: Text | None
    target: Text
    read_only: Flag
    nocopy: Flag
    at: Anchor
    source_at: Anchor
    target_at: Anchor
    short: bool
    origin: str | None = None
    via: Anchor | None = None


class EnvFile(NamedTuple):
    """An entry of `env_file`."""

    path: Text
    required: Flag
    format: Text | None
    at: Anchor


class Command(NamedTuple):
    """A `command` or `entrypoint` that is set; `words` is empty where it is reset to nothing."""

    words: tuple[str, ...] | Unknown
    at: Anchor
    string: bool
    """Given as one string, which Compose splits into words without a shell."""


class Watch(NamedTuple):
    """An entry of `develop.watch`; `path` is absolute."""

    path: Text
    action: Text
    target: Text | None
    ignore: tuple[Word, ...]
    include: tuple[Word, ...]
    initial_sync: Flag
    at: Anchor
    path_at: Anchor
    action_at: Anchor
    target_at: Anchor | None


class Dependency(NamedTuple):
    """An entry of `depends_on`, or one that links, namespaces and volumes_from imply."""

    service: str
    condition: Text
    required: Flag
    at: Anchor


class Healthcheck(NamedTuple):
    """A service's healthcheck; `test` None when only other keys are given."""

    test: tuple[str, ...] | Unknown | None
    disabled: Flag
    at: Anchor


class Service(NamedTuple):
    """One enabled service after extends, includes and overrides.

    `environment` has the env files merged in, as the container gets it. `complete` is False when a
    reported problem left some of it out, so that absence means nothing.
    """

    name: str
    at: Anchor
    build: Build | None
    image: Text | None
    image_at: Anchor | None
    volumes: tuple[Mount, ...]
    env_file: tuple[EnvFile, ...]
    environment: tuple[Pair, ...]
    user: Text | None
    user_at: Anchor | None
    working_dir: Text | None
    working_dir_at: Anchor | None
    command: Command | None
    entrypoint: Command | None
    profiles: tuple[str, ...]
    watch: tuple[Watch, ...]
    depends_on: tuple[Dependency, ...]
    platform: Text | None
    platform_at: Anchor | None
    read_only: Flag
    healthcheck: Healthcheck | None
    pull_policy: Text | None
    gpus: bool
    """Whether it asks for GPUs or other devices."""
    extensions: tuple[str, ...]
    keys: tuple[tuple[str, Anchor], ...]
    """Every key of the merged service with its place."""
    complete: bool


class Volume(NamedTuple):
    """A top-level volume; `device` is the host directory of a local bind volume, if it is one."""

    name: str
    at: Anchor
    external: Flag
    device: Text | None
    device_at: Anchor | None


class Resource(NamedTuple):
    """A top-level network, config or secret."""

    name: str
    at: Anchor
    external: Flag
    file: Text | None


class Project(NamedTuple):
    """A loaded project; `files` are all compose files it was read from, in order of reading."""

    name: str
    directory: str
    files: tuple[str, ...]
    services: tuple[Service, ...]
    disabled: tuple[str, ...]
    """Services whose profiles are off."""
    volumes: tuple[Volume, ...]
    networks: tuple[Resource, ...]
    configs: tuple[Resource, ...]
    secrets: tuple[Resource, ...]

    def service(self, name: str) -> Service | None:
        """The enabled service of that name."""
        return next((service for service in self.services if service.name == name), None)


class LoadResult(NamedTuple):
    """What could be loaded, and in the order Compose would meet them, why it would refuse."""

    project: Project
    problems: tuple[Problem, ...]
