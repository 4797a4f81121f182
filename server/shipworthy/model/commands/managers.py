"""Poetry, PDM, Pipenv and the Node package managers: sub-command, options, what they run."""

from __future__ import annotations

from typing import Final

from shipworthy.model.commands.options import (
    Flags,
    Options,
    Words,
    flag_table,
    read_options,
)
from shipworthy.text.records import NamedTuple


class ManagerCommand(NamedTuple):
    """A command line of a package manager; ask `options` for flags by their long names."""

    manager: str
    """`poetry`, `pdm`, `pipenv`, `npm`, `pnpm`, `yarn`, `corepack`."""
    command: str
    """The sub-command in its long form (`npm i` is `install`); '' where it is not known."""
    known: bool
    unknown_flags: tuple[str, ...]
    arguments: tuple[str | None, ...]
    """Positional words; for `config` the key and the value."""
    run: tuple[str | None, ...]
    """The command behind `poetry run`, `npm exec`, or the script's name and its arguments."""
    directory: str | None
    """Where it works instead of the current directory (`poetry -C`, `npm --prefix`)."""
    options: Options

    def has(self, *names: str) -> bool:
        """Whether one of the flags is given."""
        return self.options.has(*names)

    def listed(self, *names: str) -> tuple[str, ...]:
        """The known values of list flags (`--only main,docs`), split."""
        return self.options.listed(*names)


class _Manager(NamedTuple):
    flags: Flags
    directory: tuple[str, ...]
    runs: frozenset[str]
    synonyms: dict[str, str]
    default: str


_POETRY: Final = flag_table(
    """
    -q/--quiet -v/--verbose -n/--no-interaction --no-ansi --ansi --no-plugins --no-cache
    --no-root --no-dev --sync --no-directory --dry-run --all-extras --all-groups --only-root
    --compile --remove-untracked --no-update --regenerate --without-hashes --without-urls
    --with-credentials --dev --lock --list --unset --local --all -h/--help -V/--version --check
    --editable --allow-prereleases --migrate
    """,
    """
    -C/--directory -P/--project --without --with --only -E/--extras -f/--format -o/--output
    --default --group -G/--group --source --optional --python --platform
    """,
)
_PDM: Final = flag_table(
    """
    -q/--quiet -v/--verbose --no-self --no-editable --check --no-lock/--frozen-lockfile
    -d/--dev --prod/--production --no-default --clean --only-keep --clean-unselected --no-clean
    --no-isolation --dry-run -x/--fail-fast -r/--reinstall -g/--global --plugins --refresh
    --update-reuse --without-hashes --no-hashes --pyproject --self -s/--site-packages
    -I/--ignore-python --no-markers --no-extras --expandvars -n/--non-interactive -h/--help
    """,
    """
    -p/--project -G/--group --without -L/--lockfile --venv -k/--skip -c/--config -o/--output
    -f/--format --override -S/--strategy --config-setting -C/--config-setting
    """,
)
_PIPENV: Final = flag_table(
    """
    --system --deploy --dev -d/--dev --dev-only --ignore-pipfile --skip-lock --keep-outdated --pre
    --clear --verbose -v/--verbose --quiet -q/--quiet --site-packages --three --two
    --sequential --selective-upgrade --hash --exclude-markers --rm --venv
    --where --py --bare -h/--help
    """,
    """
    -r/--requirements -e/--editable -i/--index --categories --extra-pip-args --python
    --pypi-mirror -c/--code
    """,
)
_NODE: Final = flag_table(
    """
    --frozen-lockfile --no-frozen-lockfile --immutable --immutable-cache --check-cache
    --production --prod -P/--prod --dev -D/--save-dev --save-dev --save -S/--save --no-save
    --save-exact -E/--save-exact --ignore-scripts --legacy-peer-deps --force -f/--force --offline
    --prefer-offline --no-audit --no-fund --no-optional --no-progress --silent -s/--silent
    --quiet --verbose --global -g/--global --recursive -r/--recursive --workspaces -w
    --include-workspace-root --ci --inline-builds --non-interactive --no-lockfile
    --pure-lockfile --no-package-lock --if-present --yes -y/--yes --no-bin-links --help -h/--help
    --version -v/--version --strict-peer-dependencies --no-strict-peer-dependencies
    --shamefully-hoist --enable --disable --activate
    """,
    """
    --prefix -C --cwd --dir --omit --include --only --loglevel --registry --cache --workspace
    --filter -F/--filter --cache-folder --network-timeout --modules-folder --store-dir
    --install-strategy --package -p/--package -c/--call --mutex --userconfig
    """,
)
_NODE_SYNONYMS: Final = {
    "i": "install", "in": "install", "add": "add", "clean-install": "ci", "ic": "ci",
    "install-clean": "ci", "run-script": "run", "rum": "run", "x": "exec", "rm": "uninstall",
    "remove": "uninstall", "un": "uninstall", "t": "test",
}  # fmt: skip
_NO_SYNONYMS: Final[dict[str, str]] = {}
_NODE_RUNS: Final = frozenset({"run", "exec", "dlx"})
_NODE_DIRECTORY: Final = ("--prefix", "-C", "--cwd", "--dir")

_MANAGERS: Final[dict[str, _Manager]] = {
    "poetry": _Manager(_POETRY, ("--directory", "--project"), frozenset({"run"}), _NO_SYNONYMS, ""),
    "pdm": _Manager(_PDM, ("--project",), frozenset({"run"}), {"i": "install"}, ""),
    "pipenv": _Manager(_PIPENV, (), frozenset({"run"}), _NO_SYNONYMS, ""),
    "npm": _Manager(_NODE, _NODE_DIRECTORY, _NODE_RUNS, _NODE_SYNONYMS, ""),
    "pnpm": _Manager(_NODE, _NODE_DIRECTORY, _NODE_RUNS, _NODE_SYNONYMS, ""),
    "yarn": _Manager(_NODE, _NODE_DIRECTORY, _NODE_RUNS, _NODE_SYNONYMS, "install"),
    "corepack": _Manager(_NODE, (), frozenset(), _NO_SYNONYMS, ""),
}

MANAGERS: Final = frozenset(_MANAGERS)


def understand_manager(name: str, words: Words) -> ManagerCommand:
    """The meaning of the words after the manager's name, which is one of `MANAGERS`."""
    manager = _MANAGERS[name]
    head = read_options(words, manager.flags, stop_at_positional=True)
    first = head.rest[0] if head.rest else manager.default
    command = manager.synonyms.get(first, first) if first is not None else ""
    runs = command in manager.runs
    tail = read_options(head.rest[1:], manager.flags, stop_at_positional=runs)
    options = Options(
        head.items + tail.items,
        tail.positionals,
        head.unknown_flags + tail.unknown_flags,
        head.known and tail.known and first is not None,
        tail.rest,
    )
    directories = options.values(*manager.directory)
    return ManagerCommand(
        manager=name,
        command=command,
        known=options.known,
        unknown_flags=options.unknown_flags,
        arguments=options.positionals,
        run=options.rest,
        directory=directories[-1] if directories else None,
        options=options,
    )
