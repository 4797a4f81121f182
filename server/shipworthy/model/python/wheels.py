"""Whether a locked package installs from a wheel in an image, and what building it would need.

Sources: the wheel tag specifications (PEP 425, 427, 600, 656, 703) and the documentation of the
listed packages.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from typing import Literal, TypeAlias

from shipworthy.model.python.uv_package import Package
from shipworthy.text.numbers import number
from shipworthy.text.records import NamedTuple

Libc: TypeAlias = Literal["glibc", "musl"]


class Tag(NamedTuple):
    """What a wheel was built for, in lower case."""

    interpreter: str
    abi: str
    platform: str


class Target(NamedTuple):
    """The CPython and system that wheels are chosen for.

    `machine` is the kernel's name (`x86_64`, `aarch64`). `libc_version` may be `None`: then every
    wheel for that libc counts as fitting.
    """

    python: tuple[int, int]
    libc: Libc = "glibc"
    libc_version: tuple[int, int] | None = None
    machine: str = "x86_64"
    freethreaded: bool = False


class NativeSource(NamedTuple):
    """What the source distribution of a package needs to be built: Debian package names."""

    packages: tuple[str, ...]
    """Libraries with their headers."""
    compiler: str = "build-essential"


NATIVE_SOURCES: dict[str, NativeSource] = {
    "cx-oracle": NativeSource(()),
    "dbus-python": NativeSource(("libdbus-1-dev", "libglib2.0-dev", "pkg-config")),
    "gssapi": NativeSource(("libkrb5-dev",)),
    "h5py": NativeSource(("libhdf5-dev", "pkg-config")),
    "hiredis": NativeSource(()),
    "kerberos": NativeSource(("libkrb5-dev",)),
    "krb5": NativeSource(("libkrb5-dev",)),
    "levenshtein": NativeSource(()),
    "lxml": NativeSource(("libxml2-dev", "libxslt1-dev")),
    "m2crypto": NativeSource(("libssl-dev", "swig")),
    "mariadb": NativeSource(("libmariadb-dev",)),
    "mpi4py": NativeSource(("libopenmpi-dev",)),
    "mysqlclient": NativeSource(("default-libmysqlclient-dev", "pkg-config")),
    "netifaces": NativeSource(()),
    "pillow": NativeSource(("libjpeg-dev", "zlib1g-dev")),
    "psycopg-c": NativeSource(("libpq-dev",)),
    "psycopg2": NativeSource(("libpq-dev",)),
    "pyaudio": NativeSource(("portaudio19-dev",)),
    "pycairo": NativeSource(("libcairo2-dev", "pkg-config")),
    "pycurl": NativeSource(("libcurl4-openssl-dev", "libssl-dev")),
    "pygobject": NativeSource(
        ("libgirepository1.0-dev", "libcairo2-dev", "pkg-config"),
    ),
    "pygraphviz": NativeSource(("libgraphviz-dev", "pkg-config")),
    "pymssql": NativeSource(("freetds-dev",)),
    "pyodbc": NativeSource(("unixodbc-dev",)),
    "pysqlcipher3": NativeSource(("libsqlcipher-dev",)),
    "python-ldap": NativeSource(("libldap2-dev", "libsasl2-dev")),
    "python-levenshtein": NativeSource(()),
    "python-snappy": NativeSource(("libsnappy-dev",)),
    "pyuwsgi": NativeSource(()),
    "pywatchman": NativeSource(()),
    "rcssmin": NativeSource(()),
    "rjsmin": NativeSource(()),
    "ruamel-yaml-clib": NativeSource(()),
    "spidev": NativeSource(()),
    "systemd-python": NativeSource(("libsystemd-dev", "pkg-config")),
    "uwsgi": NativeSource(()),
    "xmlsec": NativeSource(("libxml2-dev", "libxmlsec1-dev", "libxmlsec1-openssl", "pkg-config")),
}
"""Packages whose source distribution holds code for a C compiler, by normalised name."""

WITHOUT_LINUX_WHEELS = frozenset(
    {
        "dbus-python", "gssapi", "kerberos", "krb5", "m2crypto", "mysqlclient", "psycopg-c",
        "psycopg2", "pyaudio", "pycairo", "pygobject", "pygraphviz", "pysqlcipher3",
        "python-ldap", "spidev", "systemd-python", "uwsgi",
    }
)  # fmt: skip
"""Those of them that are published without any wheel for Linux."""

_MANYLINUX_ALIASES = {"manylinux1": (2, 5), "manylinux2010": (2, 12), "manylinux2014": (2, 17)}
_FIRST_ABI3 = (3, 2)


def best_wheel(package: Package, target: Target) -> str | None:
    """The first locked wheel that fits the target; `None` where none does."""
    for wheel in package.wheels:
        if any(_fits(tag, target) for tag in _tags(wheel.filename)):
            return wheel.filename
    return None


def fits(filename: str, target: Target) -> bool:
    """Whether a wheel of that name installs on the target; not for names that are no wheel's."""
    return any(_fits(tag, target) for tag in _tags(filename))


def native_source(package: Package) -> NativeSource | None:
    """What building the package from source needs, for the packages known to need a compiler."""
    return NATIVE_SOURCES.get(package.name)


@lru_cache(maxsize=16384)
def _tags(filename: str) -> frozenset[Tag]:
    # A name, a version, perhaps a build number, and three sets joined by dots (PEP 427).
    parts = filename.lower().removesuffix(".whl").split("-")
    if not filename.endswith(".whl") or len(parts) not in (5, 6):
        return frozenset()
    if len(parts) == 6 and not parts[2][:1].isdigit():
        return frozenset()
    return frozenset(Tag(*tag) for tag in product(*(part.split(".") for part in parts[-3:])))


def _fits(tag: Tag, target: Target) -> bool:
    if tag.platform == "any" and tag.abi != "none":
        return False
    return _python_fits(tag, target) and _platform_fits(tag.platform, target)


def _python_fits(tag: Tag, target: Target) -> bool:
    major, minor = target.python
    interpreter = _interpreter(tag.interpreter)
    if interpreter is None:
        return False
    kind, version = interpreter
    own_abi = f"cp{major}{minor}{'t' if target.freethreaded else ''}"
    if tag.abi == "none":
        if kind == "py":
            return version == (major, None) or (version[0] == major and _at_most(version, minor))
        return version == (major, minor)
    if kind != "cp":
        return False
    if tag.abi == ("abi3t" if target.freethreaded else "abi3"):
        return version[0] == major and _at_most(version, minor) and (major, minor) >= _FIRST_ABI3
    return tag.abi == own_abi and version == (major, minor)


def _at_most(version: tuple[int, int | None], minor: int) -> bool:
    return version[1] is not None and version[1] <= minor


def _interpreter(text: str) -> tuple[str, tuple[int, int | None]] | None:
    kind, digits = text[:2], text[2:]
    if kind not in ("py", "cp") or not digits.isascii() or not digits.isdigit():
        return None
    return kind, (int(digits[0]), number(digits[1:]) if len(digits) > 1 else None)


def _platform_fits(platform: str, target: Target) -> bool:
    if platform == "any":
        return True
    if not platform.endswith(f"_{target.machine}"):
        return False
    system = platform.removesuffix(f"_{target.machine}")
    if system == "linux":
        return True
    needed = _libc(system)
    if needed is None or needed[0] != target.libc:
        return False
    return target.libc_version is None or needed[1] <= target.libc_version


def _libc(system: str) -> tuple[Libc, tuple[int, int]] | None:
    if system in _MANYLINUX_ALIASES:
        return "glibc", _MANYLINUX_ALIASES[system]
    name, _, version = system.partition("_")
    major, _, minor = version.partition("_")
    if not (major.isdecimal() and minor.isdecimal()):
        return None
    if name == "manylinux":
        return "glibc", (number(major), number(minor))
    if name == "musllinux":
        return "musl", (number(major), number(minor))
    return None
