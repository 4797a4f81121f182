"""Reads image references: `registry/repository:tag@digest`.

Grammar and Docker Hub defaults after distribution/reference (`docker.io`, `library/`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple

DOCKER_HUB: Final = "docker.io"

_DOMAIN: Final = regex(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)"
    r"(?:\.(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?))*(?::[0-9]+)?\Z|\[[0-9A-Fa-f:]+\](?::[0-9]+)?\Z"
)
_COMPONENT: Final = regex(r"[a-z0-9]+(?:(?:[.]|__?|-+)[a-z0-9]+)*\Z")
_TAG: Final = regex(r"\w[\w.-]{0,127}\Z", re.ASCII)
_DIGEST: Final = regex(r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9A-Fa-f]{32,}\Z")
_MAX_LENGTH: Final = 1024
_MAX_NAME: Final = 255


class ImageReference(NamedTuple):
    """An image's name in full; `tag` and `digest` are None where they are not written."""

    registry: str
    repository: str
    """The path within the registry; official images have `library/`."""
    tag: str | None
    digest: str | None

    @property
    def name(self) -> str:
        """The last component of the repository."""
        return self.repository.rsplit("/", 1)[-1]

    @property
    def effective_tag(self) -> str | None:
        """The tag that is pulled: `latest` without tag and digest, None with a digest alone."""
        if self.tag is not None:
            return self.tag
        return "latest" if self.digest is None else None

    @property
    def official(self) -> str | None:
        """The name of a Docker official image (also from its mirrors), else None."""
        path = self.repository
        if self.registry == "public.ecr.aws" and path.startswith("docker/"):
            path = path[len("docker/") :]
        elif self.registry not in _OFFICIAL_REGISTRIES:
            return None
        head, _, name = path.partition("/")
        return name if head == "library" and name and "/" not in name else None


_OFFICIAL_REGISTRIES: Final = frozenset({DOCKER_HUB, "mirror.gcr.io"})


@lru_cache(maxsize=1_024)
def parse(text: str) -> ImageReference | None:
    """The reference, or None where Docker would call it an invalid reference format."""
    if not text or len(text) > _MAX_LENGTH:
        return None
    rest, at, digest_text = text.partition("@")
    digest = digest_text if at else None
    if digest is not None and not _DIGEST.match(digest):
        return None
    tag = None
    slash = rest.rfind("/")
    colon = rest.rfind(":")
    if colon > slash:
        rest, tag = rest[:colon], rest[colon + 1 :]
        if not _TAG.match(tag):
            return None
    registry, path = _split_registry(rest)
    if not _DOMAIN.match(registry) or len(registry) + len(path) > _MAX_NAME:
        return None
    if not all(_COMPONENT.match(component) for component in path.split("/")):
        return None
    return ImageReference(registry, path, tag, digest)


def _split_registry(name: str) -> tuple[str, str]:
    first, slash, rest = name.partition("/")
    is_host = slash and (
        "." in first or ":" in first or first == "localhost" or first != first.lower()
    )
    registry, path = (first, rest) if is_host else (DOCKER_HUB, name)
    if registry == "index.docker.io":
        registry = DOCKER_HUB
    if registry == DOCKER_HUB and "/" not in path:
        path = f"library/{path}"
    return registry, path
