"""What a uv command line does.

Precedence of flags over variables as tried with uv 0.13.9: a flag decides before a variable, and
`--locked` also sets aside `UV_FROZEN` (with a warning), and the other way round.
"""

from __future__ import annotations

from typing import Final

from shipworthy.model.commands.options import Environment, Options, Words, read_options
from shipworthy.model.commands.uv_environment import (
    OFF,
    Switch,
    environment_switch,
    invalid_booleans,
)
from shipworthy.model.commands.uv_flags import ANY, FAMILIES, GLOBAL, SUBCOMMANDS
from shipworthy.model.unknown import UNKNOWN, Unknown
from shipworthy.text.records import NamedTuple

Text = str | Unknown | None
"""A value: None where it is not given, UNKNOWN where it is given and not known."""

DEV: Final = "dev"


class Groups(NamedTuple):
    """Which extras and dependency groups are asked for, as written."""

    extras: tuple[str, ...]
    no_extras: tuple[str, ...]
    all_extras: bool
    groups: tuple[str, ...]
    no_groups: tuple[str, ...]
    only_groups: tuple[str, ...]
    all_groups: bool
    dev: Switch
    no_dev: Switch
    only_dev: bool
    no_default_groups: Switch

    @property
    def omits_project(self) -> bool:
        """`--only-group` and `--only-dev` leave out the project and its dependencies."""
        return self.only_dev or bool(self.only_groups)

    def effective(self, defaults: frozenset[str], declared: frozenset[str]) -> frozenset[str]:
        """The groups that are installed; `defaults` = tool.uv.default-groups, resolved.

        An exclusion wins over every inclusion, except that `--dev` sets aside UV_NO_DEV.
        """
        if self.omits_project:
            chosen = set(self.only_groups) | set(self.groups)
            chosen |= {DEV} if self.only_dev else set()
        elif self.all_groups:
            chosen = set(declared)
        else:
            chosen = set(self.groups)
            chosen |= set() if self.no_default_groups else set(defaults)
            chosen |= {DEV} if self.dev else set()
        excluded = set(self.no_groups) | ({DEV} if self.no_dev else set())
        return frozenset(chosen - excluded)


class Scope(NamedTuple):
    """What of the selection is installed, and how."""

    no_project: Switch
    no_workspace: Switch
    no_local: Switch
    no_packages: tuple[str, ...]
    only_project: bool
    only_workspace: bool
    only_local: bool
    no_editable: Switch
    inexact: bool
    """Packages that do not belong there stay; for `run` that is the default."""


class UvRun(NamedTuple):
    """What `uv run` (or `uvx`) starts."""

    words: tuple[str | None, ...]
    """The command and its arguments; for `-m` the module and its arguments."""
    module: bool
    script: str | None
    """The file, URL or `-` that is run by Python: after `--script`, or named `*.py`."""
    no_project: Switch
    isolated: Switch
    with_packages: tuple[str, ...]
    with_editable: tuple[str, ...]
    with_requirements: tuple[str, ...]
    env_files: tuple[str, ...]


class UvCommand(NamedTuple):
    """A uv command line with the variables that take part in it.

    `known` is False where a word or a list in a variable is not known or a flag is new to the
    table: then the absence of a flag proves nothing. Lists hold the known values only.
    """

    command: tuple[str, ...]
    """`('sync',)`, `('pip', 'install')`; empty for `uv` alone or an unknown sub-command."""
    known: bool
    unknown_flags: tuple[str, ...]
    invalid_environment: tuple[str, ...]
    """Boolean variables with a value that makes uv stop with an error."""
    project: Text
    directory: Text
    locked: Switch
    frozen: Switch
    no_sync: Switch
    check: Switch
    groups: Groups
    scope: Scope
    active: Switch
    packages: tuple[str, ...]
    """`--package`."""
    all_packages: bool
    python: Text
    compile_bytecode: Switch
    link_mode: Text
    no_cache: Switch
    cache_dir: Text
    offline: Switch
    system: Switch
    """`--system`, for `uv pip`."""
    break_system_packages: Switch
    managed_python: bool | None
    """True: only uv's own interpreters; False: never those; None: uv prefers its own."""
    python_downloads: str | Unknown
    """`automatic`, `manual` or `never`."""
    run: UvRun | None
    requirements: tuple[str, ...]
    constraints: tuple[str, ...]
    editables: tuple[str, ...]
    """`-r`, `-c` and `-e` of `uv pip`, `uv add` and `uv tool`."""
    arguments: tuple[str | None, ...]
    """The positional words: packages, a directory, a Python request."""
    options: Options


def understand_uv(words: Words, env: Environment) -> UvCommand:
    """The meaning of the words after `uv`."""
    head = read_options(words, GLOBAL, stop_at_positional=True)
    heads = [head]
    command: list[str] = []
    rest = head.rest
    while rest and rest[0] is not None:
        command.append(rest[0])
        rest = rest[1:]
        if len(command) > 1 or command[0] not in FAMILIES:
            break
        middle = read_options(rest, GLOBAL, stop_at_positional=True)
        heads.append(middle)
        rest = middle.rest
    name = tuple(command)
    starts = name in {("run",), ("tool", "run")}
    flags = SUBCOMMANDS.get(" ".join(name), ANY)
    tail = read_options(rest, flags, stop_at_positional=starts)
    parts = [*heads, tail]
    options = Options(
        tuple(item for part in parts for item in part.items),
        tail.positionals,
        tuple(flag for part in parts for flag in part.unknown_flags),
        all(part.known for part in parts) and bool(name),
        tail.rest,
    )
    return _command(name, options, starts, env)


def _command(name: tuple[str, ...], options: Options, starts: bool, env: Environment) -> UvCommand:
    locked, frozen = _lock_switches(name, options, env)
    lists_known = env.get("UV_NO_GROUP", "") is not None
    return UvCommand(
        command=name,
        known=options.known and lists_known,
        unknown_flags=options.unknown_flags,
        invalid_environment=invalid_booleans(env, SUBCOMMANDS.get(" ".join(name), ANY)),
        project=_text(options, env, "--project", "UV_PROJECT"),
        directory=_text(options, env, "--directory", "UV_WORKING_DIR", "UV_WORKING_DIRECTORY"),
        locked=locked,
        frozen=frozen,
        no_sync=_switch(options, env, "--no-sync", "UV_NO_SYNC"),
        check=_switch(options, env, "--check", None, "--no-check"),
        groups=_groups(options, env),
        scope=_scope(name, options, env),
        active=_switch(options, env, "--active", "UV_ACTIVE", "--no-active"),
        packages=options.values("--package"),
        all_packages=options.has("--all-packages"),
        python=_text(options, env, "--python", "UV_PYTHON"),
        compile_bytecode=_switch(
            options, env, "--compile-bytecode", "UV_COMPILE_BYTECODE", "--no-compile-bytecode"
        ),
        link_mode=_text(options, env, "--link-mode", "UV_LINK_MODE"),
        no_cache=_switch(options, env, "--no-cache", "UV_NO_CACHE"),
        cache_dir=_text(options, env, "--cache-dir", "UV_CACHE_DIR"),
        offline=_switch(options, env, "--offline", "UV_OFFLINE", "--no-offline"),
        system=_switch(options, env, "--system", "UV_SYSTEM_PYTHON", "--no-system"),
        break_system_packages=_switch(
            options,
            env,
            "--break-system-packages",
            "UV_BREAK_SYSTEM_PACKAGES",
            "--no-break-system-packages",
        ),
        managed_python=_managed(options, env),
        python_downloads=_downloads(options, env),
        run=_run(options, env) if starts else None,
        requirements=options.values("--requirements"),
        constraints=options.values("--constraints"),
        editables=tuple(value for value in options.values("--editable") if value),
        arguments=() if starts else options.positionals,
        options=options,
    )


def _switch(
    options: Options, env: Environment, flag: str, variable: str | None, opposite: str = ""
) -> Switch:
    found = options.last(flag, opposite)
    if found is not None:
        return Switch(found == flag, found)
    return environment_switch(variable, env) if variable else OFF


def _text(options: Options, env: Environment, flag: str, *variables: str) -> Text:
    for item in reversed(options.items):
        if item.name == flag:
            return UNKNOWN if item.value is None else item.value
    for variable in variables:
        if variable in env:
            value = env[variable]
            if value is None:
                return UNKNOWN
            if value:
                return value
    return None


def _lock_switches(
    name: tuple[str, ...], options: Options, env: Environment
) -> tuple[Switch, Switch]:
    """`--locked` and `--frozen`; `uv lock` calls them `--check` and `--check-exists` too."""
    lock = name == ("lock",)
    locked = options.last("--locked", *(("--check",) if lock else ()))
    frozen = options.last("--frozen", *(("--check-exists",) if lock else ()))
    if locked is None and frozen is None:
        return (
            Switch(False, "--no-locked")
            if options.has("--no-locked")
            else environment_switch("UV_LOCKED", env),
            Switch(False, "--no-frozen")
            if options.has("--no-frozen")
            else environment_switch("UV_FROZEN", env),
        )
    deciding = locked or frozen or ""
    return (
        Switch(locked is not None, locked or deciding),
        Switch(frozen is not None, frozen or deciding),
    )


def _groups(options: Options, env: Environment) -> Groups:
    flag = options.last("--dev", "--no-dev")
    if flag is None:
        dev = environment_switch("UV_DEV", env)
        no_dev = environment_switch("UV_NO_DEV", env)
    else:
        dev, no_dev = Switch(flag == "--dev", flag), Switch(flag == "--no-dev", flag)
    no_groups = options.values("--no-group") or tuple((env.get("UV_NO_GROUP") or "").split())
    return Groups(
        extras=options.values("--extra"),
        no_extras=options.values("--no-extra"),
        all_extras=options.last("--all-extras", "--no-all-extras") == "--all-extras",
        groups=options.values("--group"),
        no_groups=no_groups,
        only_groups=options.values("--only-group"),
        all_groups=options.has("--all-groups"),
        dev=dev,
        no_dev=no_dev,
        only_dev=options.has("--only-dev"),
        no_default_groups=_switch(options, env, "--no-default-groups", "UV_NO_DEFAULT_GROUPS"),
    )


def _scope(name: tuple[str, ...], options: Options, env: Environment) -> Scope:
    exactness = options.last("--inexact", "--exact", "--no-exact")
    return Scope(
        no_project=_switch(options, env, "--no-install-project", "UV_NO_INSTALL_PROJECT"),
        no_workspace=_switch(options, env, "--no-install-workspace", "UV_NO_INSTALL_WORKSPACE"),
        no_local=_switch(options, env, "--no-install-local", "UV_NO_INSTALL_LOCAL"),
        no_packages=options.values("--no-install-package"),
        only_project=options.has("--only-install-project"),
        only_workspace=options.has("--only-install-workspace"),
        only_local=options.has("--only-install-local"),
        no_editable=_switch(options, env, "--no-editable", "UV_NO_EDITABLE", "--editable"),
        inexact=exactness != "--exact" if name == ("run",) else exactness == "--inexact",
    )


def _managed(options: Options, env: Environment) -> bool | None:
    flag = options.last("--managed-python", "--no-managed-python")
    if flag is not None:
        return flag == "--managed-python"
    if environment_switch("UV_MANAGED_PYTHON", env):
        return True
    if environment_switch("UV_NO_MANAGED_PYTHON", env):
        return False
    preference = _text(options, env, "--python-preference", "UV_PYTHON_PREFERENCE")
    return {"only-managed": True, "only-system": False}.get(str(preference))


def _downloads(options: Options, env: Environment) -> str | Unknown:
    if options.has("--no-python-downloads"):
        return "never"
    value = _text(options, env, "--python-fetch", "UV_PYTHON_DOWNLOADS")
    if isinstance(value, Unknown):
        return value
    # Booleans are taken here as well, but only these two spellings of each.
    lowered = (value or "").lower()
    if lowered in {"never", "false", "0"}:
        return "never"
    return "manual" if lowered == "manual" else "automatic"


def _run(options: Options, env: Environment) -> UvRun:
    words = options.rest
    first = words[0] if words else None
    script = None
    module = options.has("--module")
    if first is not None and not module:
        named = first.endswith((".py", ".pyw")) or first == "-"
        remote = first.startswith(("http://", "https://"))
        if named or remote or options.has("--script", "--gui-script"):
            script = first
    env_files = options.values("--env-file") or tuple((env.get("UV_ENV_FILE") or "").split())
    if options.has("--no-env-file") or environment_switch("UV_NO_ENV_FILE", env):
        env_files = ()
    return UvRun(
        words=words,
        module=module,
        script=script,
        no_project=_switch(options, env, "--no-project", "UV_NO_PROJECT"),
        isolated=_switch(options, env, "--isolated", "UV_ISOLATED"),
        with_packages=options.listed("--with"),
        with_editable=options.listed("--with-editable"),
        with_requirements=options.listed("--with-requirements"),
        env_files=env_files,
    )
