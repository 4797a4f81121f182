"""What a pip command line, a requirement and the making of a virtual environment mean."""

from __future__ import annotations

import re
from typing import Final

from shipworthy.model.commands.options import (
    Environment,
    Options,
    Words,
    flag_table,
    read_options,
)
from shipworthy.model.commands.uv_environment import OFF, Switch
from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple

_FLAGS: Final = flag_table(
    """
    --break-system-packages --check-build-dependencies --compile --debug
    --disable-pip-version-check --dry-run --force-reinstall -I/--ignore-installed
    --ignore-requires-python --isolated --no-build-isolation --no-cache-dir --no-clean --no-color
    --no-compile --no-deps --no-index --no-input --no-python-version-warning --no-use-pep517
    --no-warn-conflicts --no-warn-script-location --pre --prefer-binary --require-hashes
    --require-virtualenv -U/--upgrade --use-pep517 --user -y/--yes -q/--quiet -v/--verbose
    -h/--help -V/--version
    """,
    """
    --abi --cache-dir --cert --client-cert -C/--config-settings -c/--constraint
    --build-constraint -e/--editable --exists-action --extra-index-url -f/--find-links
    --global-option --group --implementation -i/--pypi-url/--index-url --install-option
    --keyring-provider --log --no-binary --only-binary --platform --prefix --progress-bar --proxy
    --python --python-version --report -r/--requirement --resume-retries --retries --root
    --root-user-action --src -t/--target --timeout --trusted-host --upgrade-strategy
    --use-deprecated --use-feature -d/--dest -w/--wheel-dir
    """,
)
_NAME: Final = regex(
    r"([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\])?\s*(.*)\Z", re.DOTALL
)
_REMOTE: Final = regex(r"(?:git|hg|svn|bzr)\+|https?://|ftp://", re.IGNORECASE)
_ARCHIVES: Final = (".whl", ".tar.gz", ".zip", ".tar.bz2", ".tgz")


class Wanted(NamedTuple):
    """One thing that is asked for: a name, a local path or a URL (`name @ URL` has two).

    `version` is the text of the specifiers, '' without any.
    """

    text: str
    name: str | None = None
    extras: tuple[str, ...] = ()
    version: str = ""
    path: str | None = None
    url: str | None = None

    @property
    def pinned(self) -> str | None:
        """The version after `==`, where it names one release."""
        found = re.match(r"===?\s*([^\s,*]+)\Z", self.version)
        return found.group(1) if found else None


class PipCommand(NamedTuple):
    """A pip command line. Lists hold the known values; see `UvCommand` for `known`."""

    command: str
    """`install`, `wheel`, `download`, `uninstall`...; '' where it is not known."""
    program: tuple[str, ...]
    """How pip was called: `('pip',)`, `('python3', '-m', 'pip')`."""
    known: bool
    unknown_flags: tuple[str, ...]
    requirements: tuple[str, ...]
    constraints: tuple[str, ...]
    editables: tuple[str, ...]
    packages: tuple[Wanted, ...]
    no_cache: Switch
    """On for `PIP_NO_CACHE_DIR` set to anything, `0` and `off` included (tried with pip)."""
    cache_dir: str | None
    break_system_packages: Switch
    user: bool
    target: str | None
    prefix: str | None
    index_url: str | None
    extra_index_urls: tuple[str, ...]
    no_deps: bool
    upgrade: bool
    require_hashes: bool
    options: Options


class MakeEnvironment(NamedTuple):
    """`python -m venv DIR` or `virtualenv DIR`."""

    directory: str | None
    """None where it is not known."""
    program: str
    """The interpreter that makes it (`python3`), or `virtualenv`."""
    system_site_packages: bool
    clear: bool
    known: bool


class PythonCommand(NamedTuple):
    """`python FILE ...`, `python -m MODULE ...`, `python -c TEXT` (neither is set)."""

    program: str
    script: str | None
    module: str | None
    arguments: tuple[str | None, ...]
    known: bool


def wanted(text: str) -> Wanted:
    """A requirement as it is written on a command line (PEP 508, a path or a URL)."""
    stripped = text.strip()
    if _REMOTE.match(stripped):
        return Wanted(text, url=stripped)
    if stripped.startswith("file:"):
        return Wanted(text, path=stripped[5:].removeprefix("//"))
    head = stripped.split(";", 1)[0].strip()
    named, at, url = head.partition(" @ ")
    path, bracket, listed = head.partition("[")
    local = path.startswith((".", "/", "~")) or "/" in path or path.lower().endswith(_ARCHIVES)
    if local and not at:
        return Wanted(text, extras=_extras(listed) if bracket else (), path=path)
    found = _NAME.match(named.strip())
    if not found:
        return Wanted(text)
    extras = _extras(found.group(2) or "")
    return Wanted(
        text, found.group(1), extras, found.group(3).strip().strip("()"), None,
        url.strip() if at else None,
    )  # fmt: skip


def _extras(listed: str) -> tuple[str, ...]:
    names = (name.strip() for name in listed.rstrip("] ").split(","))
    return tuple(name for name in names if name)


def understand_pip(program: tuple[str, ...], words: Words, env: Environment) -> PipCommand:
    """The meaning of the words after `pip`."""
    head = read_options(words, _FLAGS, stop_at_positional=True)
    command = head.rest[0] if head.rest else None
    tail = read_options(head.rest[1:], _FLAGS)
    options = Options(
        head.items + tail.items,
        tail.positionals,
        head.unknown_flags + tail.unknown_flags,
        head.known and tail.known and command is not None,
    )
    no_cache = _last_switch(options, "--no-cache-dir")
    if not no_cache and env.get("PIP_NO_CACHE_DIR", "") != "":
        no_cache = Switch(True, "PIP_NO_CACHE_DIR")
    breaks = _last_switch(options, "--break-system-packages")
    if not breaks and "PIP_BREAK_SYSTEM_PACKAGES" in env:
        value = env["PIP_BREAK_SYSTEM_PACKAGES"]
        on = None if value is None else value.lower() in {"1", "true", "yes", "on", "y", "t"}
        breaks = Switch(on, "PIP_BREAK_SYSTEM_PACKAGES")
    return PipCommand(
        command=command or "",
        program=program,
        known=options.known,
        unknown_flags=options.unknown_flags,
        requirements=options.values("--requirement"),
        constraints=options.values("--constraint")
        + tuple((env.get("PIP_CONSTRAINT") or "").split()),
        editables=options.values("--editable"),
        packages=tuple(wanted(word) for word in options.positionals if word is not None),
        no_cache=no_cache,
        cache_dir=_last(options, "--cache-dir") or env.get("PIP_CACHE_DIR"),
        break_system_packages=breaks,
        user=options.has("--user"),
        target=_last(options, "--target"),
        prefix=_last(options, "--prefix"),
        index_url=_last(options, "--index-url") or env.get("PIP_INDEX_URL"),
        extra_index_urls=options.values("--extra-index-url")
        + tuple((env.get("PIP_EXTRA_INDEX_URL") or "").split()),
        no_deps=options.has("--no-deps"),
        upgrade=options.has("--upgrade"),
        require_hashes=options.has("--require-hashes"),
        options=options,
    )


_VENV_FLAGS: Final = flag_table(
    """
    --system-site-packages --symlinks --copies --clear --upgrade --without-pip --upgrade-deps
    --without-scm-ignore-files --always-copy --no-download --download --no-pip --no-setuptools
    --no-wheel --no-vcs-ignore -q/--quiet -v/--verbose
    """,
    "--prompt -p/--python --seeder --pip --setuptools --wheel --activators",
)
_PYTHON_FLAGS: Final = frozenset("bBdEhiIOPqRsSuvVx?")


def understand_venv(program: str, words: Words) -> MakeEnvironment:
    """The meaning of the words after `python -m venv` or `virtualenv`."""
    options = read_options(words, _VENV_FLAGS)
    directories = options.positionals
    return MakeEnvironment(
        directory=directories[0] if directories else None,
        program=_last(options, "--python") or program,
        system_site_packages=options.has("--system-site-packages"),
        clear=options.has("--clear"),
        known=options.known and bool(directories),
    )


def understand_python(program: str, words: Words) -> PythonCommand:
    """What an interpreter is told to run."""
    at = 0
    while at < len(words):
        word = words[at]
        if word is None:
            return PythonCommand(program, None, None, tuple(words[at:]), False)
        if not word.startswith("-") or word == "-":
            arguments = tuple(words[at + 1 :])
            return PythonCommand(program, word, None, arguments, None not in arguments)
        cluster = word[1:].lstrip("".join(_PYTHON_FLAGS))
        if cluster[:1] == "m":
            module = cluster[1:] or (words[at + 1] if at + 1 < len(words) else None)
            arguments = tuple(words[at + (1 if cluster[1:] else 2) :])
            known = module is not None and None not in arguments
            return PythonCommand(program, None, module, arguments, known)
        if cluster[:1] == "c":
            return PythonCommand(program, None, None, tuple(words[at + 1 :]), True)
        at += 2 if cluster in {"W", "X"} or word == "--check-hash-based-pycs" else 1
    return PythonCommand(program, None, None, (), True)


def _last(options: Options, name: str) -> str | None:
    values = options.values(name)
    return values[-1] if values else None


def _last_switch(options: Options, name: str) -> Switch:
    return Switch(True, name) if options.has(name) else OFF
