"""What is known of a base image from its reference alone.

Facts of the official images (docker-library: python, node, debian, buildpack-deps, alpine), of
the uv images (uv's Docker guide and its image build matrix), of the Dev Containers Python image
and of distroless. Everything else is unknown: every fact is None.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final, Literal

from shipworthy.syntax.image_reference import ImageReference
from shipworthy.text.numbers import number
from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple

Libc = Literal["glibc", "musl"]


class PythonVersion(NamedTuple):
    """`micro` is None for a tag that follows the newest micro release."""

    major: int
    minor: int
    micro: int | None


class BaseImage(NamedTuple):
    """Facts of an image; None is "not known", never "no"."""

    known: bool = False
    """Whether this is one of the images the table has facts for."""
    python: PythonVersion | None = None
    has_python: bool | None = None
    python_prefix: str | None = None
    """`sys.prefix` of the image's own interpreter: `/usr/local` or `/usr`."""
    distribution_python: tuple[int, int] | None = None
    """The minor version that `apt install python3` or `apk add python3` gives."""
    libc: Libc | None = None
    distribution: str | None = None
    """`debian`, `ubuntu` or `alpine`."""
    release: str | None = None
    """The release the tag names: `bookworm`, `noble`, `3.20` (Alpine)."""
    release_floats: bool | None = None
    """True where the tag names no release, so that a new one can arrive under the same tag."""
    has_git: bool | None = None
    has_compiler: bool | None = None
    has_curl: bool | None = None
    has_wget: bool | None = None
    has_shell: bool | None = None
    uv: str | None = None
    """The version in a uv image's tag as written (`0.11`, `0.11.3`); None without one."""
    uv_variant: str | None = None
    """A uv image's tag without the version: `python3.13-trixie-slim`; '' for the bare image."""
    is_uv: bool = False
    distroless_uv: bool = False
    """The uv image that holds nothing but the uv binaries."""
    node: tuple[int, ...] | None = None
    user: str | None = None
    """The user its containers run as; None where it is not known."""


UNKNOWN_IMAGE: Final = BaseImage()

DEBIAN_PYTHON: Final = {
    "buster": (3, 7), "bullseye": (3, 9), "bookworm": (3, 11), "trixie": (3, 13),
}  # fmt: skip
UBUNTU_PYTHON: Final = {
    "bionic": (3, 6), "focal": (3, 8), "jammy": (3, 10), "noble": (3, 12), "plucky": (3, 13),
    "questing": (3, 13),
}  # fmt: skip
ALPINE_PYTHON: Final = {
    "3.16": (3, 10), "3.17": (3, 10), "3.18": (3, 11), "3.19": (3, 11), "3.20": (3, 12),
    "3.21": (3, 12), "3.22": (3, 12),
}  # fmt: skip
_DEBIAN_NUMBERS: Final = {
    "10": "buster", "11": "bullseye", "12": "bookworm", "13": "trixie", "14": "forky",
}  # fmt: skip
_UBUNTU_NUMBERS: Final = {
    "18.04": "bionic", "20.04": "focal", "22.04": "jammy", "24.04": "noble", "25.04": "plucky",
    "25.10": "questing",
}  # fmt: skip
_DEBIAN_RELEASES: Final = frozenset({*_DEBIAN_NUMBERS.values(), "stretch", "sid"})
_UBUNTU_RELEASES: Final = frozenset(_UBUNTU_NUMBERS.values())

_VERSION: Final = regex(r"(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:(?:a|b|rc)\d+)?\Z")
_UV_VERSION: Final = regex(r"\d+(?:\.\d+){0,2}\Z")
_ALPINE: Final = regex(r"alpine(\d+\.\d+)?\Z")
_UBUNTU_IN_TAG: Final = regex(r"(?:\A|-)ubuntu(\d\d\.\d\d)(?:-|\Z)")
_UV_PYTHON: Final = regex(r"python(\d+)\.(\d+)\Z")
_DISTROLESS: Final = regex(r"(python3|static|base|base-nossl|cc|nodejs\d*|java[\w-]*)"
                                r"(?:-debian(\d+))?\Z")  # fmt: skip


class _System(NamedTuple):
    """The system part of a tag: what is left of it between version and qualifiers."""

    alpine: bool
    slim: bool
    release: str | None
    understood: bool


@lru_cache(maxsize=1_024)
def understand(reference: ImageReference | None) -> BaseImage:
    """The facts of the image; all unknown for an image that is not in the table, or for None."""
    if reference is None:
        return UNKNOWN_IMAGE
    official = reference.official
    if official is not None:
        reader = _OFFICIAL.get(official)
        return reader(reference.effective_tag) if reader else UNKNOWN_IMAGE
    place = (reference.registry, reference.repository)
    if place in {("ghcr.io", "astral-sh/uv"), ("docker.io", "astral/uv")}:
        return _uv(reference.effective_tag)
    if place in {
        ("mcr.microsoft.com", "devcontainers/python"),
        ("mcr.microsoft.com", "vscode/devcontainers/python"),
    }:
        return _dev_container(reference.effective_tag)
    if reference.registry == "gcr.io" and reference.repository.startswith("distroless/"):
        return _distroless(reference.name, reference.effective_tag)
    if place == ("docker.io", "nvidia/cuda"):
        return _cuda(reference.effective_tag)
    return UNKNOWN_IMAGE


def _python(tag: str | None) -> BaseImage:
    if tag is None:
        return _installed(BaseImage(known=True))
    version, system = _split_tag(tag)
    if not system.understood:
        return UNKNOWN_IMAGE
    python = None
    if version is not None and version[1] is not None:
        python = PythonVersion(version[0], version[1], version[2])
    return _installed(_built_on(system))._replace(python=python)


def _installed(image: BaseImage) -> BaseImage:
    return image._replace(has_python=True, python_prefix="/usr/local", user="root")


def _node(tag: str | None) -> BaseImage:
    if tag is None:
        return BaseImage(known=True, user="root")
    version, system = _split_tag(tag)
    if not system.understood:
        return UNKNOWN_IMAGE
    node = None if version is None else tuple(n for n in version if n is not None)
    return _built_on(system)._replace(node=node)


def _built_on(system: _System) -> BaseImage:
    """An official language image: on buildpack-deps, on Debian slim, or on Alpine."""
    if system.alpine:
        return _alpine_release(system.release)
    if system.slim:
        return _debian_release(system.release)
    return _buildpack(_debian_release(system.release))


def _buildpack(image: BaseImage) -> BaseImage:
    """What buildpack-deps adds: version control, compilers, and Python through Mercurial."""
    python = image.distribution_python
    return image._replace(
        has_git=True,
        has_compiler=True,
        has_curl=True,
        has_wget=True,
        has_python=True,
        python=None if python is None else PythonVersion(*python, None),
        python_prefix="/usr",
    )


def _debian_release(release: str | None) -> BaseImage:
    ubuntu = release in _UBUNTU_RELEASES
    table = UBUNTU_PYTHON if ubuntu else DEBIAN_PYTHON
    return BaseImage(
        known=True,
        has_python=False,
        distribution_python=table.get(release) if release else None,
        libc="glibc",
        distribution="ubuntu" if ubuntu else "debian",
        release=release,
        release_floats=release is None,
        has_git=False,
        has_compiler=False,
        has_curl=False,
        has_wget=False,
        has_shell=True,
        user="root",
    )


def _alpine_release(release: str | None) -> BaseImage:
    return BaseImage(
        known=True,
        has_python=False,
        distribution_python=ALPINE_PYTHON.get(release) if release else None,
        libc="musl",
        distribution="alpine",
        release=release,
        release_floats=release is None,
        has_git=False,
        has_compiler=False,
        has_curl=False,
        has_wget=True,
        has_shell=True,
        user="root",
    )


def _debian(tag: str | None) -> BaseImage:
    if tag is None:
        return _debian_release(None)._replace(release_floats=False)
    head = tag.split("-", 1)[0]
    release = _DEBIAN_NUMBERS.get(head.split(".", 1)[0], head)
    return _debian_release(release if release in _DEBIAN_RELEASES else None)


def _ubuntu(tag: str | None) -> BaseImage:
    head = (tag or "").split("-", 1)[0]
    release = _UBUNTU_NUMBERS.get(head, head)
    image = _debian_release(release if release in _UBUNTU_RELEASES else None)
    # Since 23.04 the image has a user `ubuntu`, but still runs as root.
    return image._replace(distribution="ubuntu", release_floats=tag == "latest")


def _alpine(tag: str | None) -> BaseImage:
    found = re.match(r"(\d+\.\d+)(?:\.\d+)?\Z", tag or "")
    return _alpine_release(found.group(1) if found else None)._replace(
        release_floats=tag is not None and found is None
    )


def _buildpack_deps(tag: str | None) -> BaseImage:
    parts = (tag or "").split("-")
    release = next((p for p in parts if p in _DEBIAN_RELEASES | _UBUNTU_RELEASES), None)
    image = _debian_release(release)._replace(release_floats=tag is not None and release is None)
    if parts[-1] == "curl":
        return image._replace(has_curl=True, has_wget=True)
    full = _buildpack(image)
    return full._replace(has_compiler=False) if parts[-1] == "scm" else full


def _scratch(_tag: str | None) -> BaseImage:
    return BaseImage(
        known=True, has_python=False, has_git=False, has_compiler=False, has_curl=False,
        has_wget=False, has_shell=False, user="root",
    )  # fmt: skip


def _uv(tag: str | None) -> BaseImage:
    if tag is None:
        return BaseImage(known=True, is_uv=True, user="root")
    first, _, rest = tag.partition("-")
    version: str | None = None
    variant = tag
    if _UV_VERSION.match(first):
        version, variant = first, rest
    elif tag == "latest":
        variant = ""
    if not variant:
        return _scratch(None)._replace(is_uv=True, distroless_uv=True, uv=version, uv_variant="")
    head, _, system_text = variant.partition("-")
    found = _UV_PYTHON.match(head)
    system = _system(system_text if found else variant)
    if not system.understood:
        return BaseImage(known=True, is_uv=True, uv=version, uv_variant=variant, user="root")
    image = _built_on(system)
    if found:
        python = PythonVersion(number(found.group(1)), number(found.group(2)), None)
        image = _installed(image)._replace(python=python)
    return image._replace(is_uv=True, uv=version, uv_variant=variant)


def _dev_container(tag: str | None) -> BaseImage:
    parts = (tag or "").split("-")
    if parts[0] == "dev":
        parts = parts[1:]
    # `1-3.12-bookworm`: the image's own version comes before Python's.
    if len(parts) > 1 and _VERSION.match(parts[1]):
        parts = parts[1:]
    version, system = _split_tag("-".join(parts))
    python = None
    if version is not None and version[1] is not None:
        python = PythonVersion(version[0], version[1], version[2])
    image = _buildpack(_debian_release(system.release))
    return _installed(image)._replace(python=python)


def _distroless(name: str, tag: str | None) -> BaseImage:
    found = _DISTROLESS.match(name)
    if not found:
        return UNKNOWN_IMAGE
    release = _DEBIAN_NUMBERS.get(found.group(2) or "")
    image = _scratch(None)._replace(distribution="debian", release=release)
    if found.group(1) != "static":
        image = image._replace(libc="glibc")
    if found.group(1) == "python3":
        python = DEBIAN_PYTHON.get(release) if release else None
        image = image._replace(
            has_python=True,
            python_prefix="/usr",
            python=None if python is None else PythonVersion(*python, None),
        )
    parts = (tag or "").split("-")
    return image._replace(
        user="nonroot" if "nonroot" in parts else "root",
        has_shell="debug" in parts,
        has_wget=None if "debug" in parts else False,
    )


def _cuda(tag: str | None) -> BaseImage:
    found = _UBUNTU_IN_TAG.search(tag or "")
    release = _UBUNTU_NUMBERS.get(found.group(1)) if found else None
    if release is None:
        return UNKNOWN_IMAGE
    return _debian_release(release)._replace(has_compiler="devel" in (tag or "").split("-"))


def _split_tag(tag: str) -> tuple[tuple[int, int | None, int | None] | None, _System]:
    """`3.12.4-slim-bookworm` into version and system; the version is None in `slim`, `latest`."""
    head, _, rest = tag.partition("-")
    found = _VERSION.match(head)
    if not found:
        return None, _system("" if tag == "latest" else tag)
    major, minor, micro = (None if n is None else number(n) for n in found.groups())
    if rest == "rc" or rest.startswith("rc-"):
        rest = rest[3:]
    return (major or 0, minor, micro), _system(rest)


def _system(text: str) -> _System:
    alpine = slim = False
    release: str | None = None
    understood = True
    for part in text.split("-") if text else ():
        found = _ALPINE.match(part)
        if found:
            alpine, release = True, found.group(1)
        elif part == "slim":
            slim = True
        elif part in _DEBIAN_RELEASES or part in _UBUNTU_RELEASES:
            release = part
        elif part not in {"debian", "lts", "current"}:
            understood = False
    return _System(alpine, slim, release, understood)


_OFFICIAL: Final[dict[str, Callable[[str | None], BaseImage]]] = {
    "alpine": _alpine,
    "buildpack-deps": _buildpack_deps,
    "debian": _debian,
    "node": _node,
    "python": _python,
    "scratch": _scratch,
    "ubuntu": _ubuntu,
}
