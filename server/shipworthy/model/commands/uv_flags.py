"""Which flags each uv sub-command takes, and which of them take a value.

Found by asking uv 0.13.9 itself, flag by flag and hidden ones included, whether it accepts the
flag and wants a value. Flags that only older releases had are listed where they are known.
"""

from __future__ import annotations

from typing import Final

from shipworthy.model.commands.options import Flags, flag_table, joined_tables

GLOBAL: Final = flag_table(
    """
    --allow-python-downloads --isolated --managed-python --native-tls/--system-certs
    --no-cache-dir/-n/--no-cache --no-color --no-config --no-managed-python --no-native-tls
    --no-offline --no-preview --no-progress --no-python-downloads --no-system-certs
    --offline --preview --show-settings -h/--help -q/--quiet -v/--verbose
    """,
    """
    --cache-dir --color --config-file --directory --preview-features --project
    --python-fetch --python-preference --trusted-host/--allow-insecure-host
    """,
)
_RESOLVING: Final = flag_table(
    """
    --build --build-isolation --no-build --no-build-isolation --no-index --no-refresh
    --no-require-build-hashes --no-sources --no-upgrade --pre --refresh
    --require-build-hashes -U/--upgrade
    """,
    """
    --config-settings-package --config-settings/-C/--config-setting --default-index
    --exclude-newer --exclude-newer-package --extra-index-url --fork-strategy --index
    --index-strategy --keyring-provider --link-mode --no-build-isolation-package
    --no-sources-package --prerelease --prerelease-package --refresh-package --resolution
    --upgrade-group -P/--upgrade-package -f/--find-links -i/--index-url -p/--python
    """,
)
# What `sync` and `run` share: groups, extras, lock flags, installation.
_PROJECT: Final = flag_table(
    """
    --active --all-extras --all-groups --all-packages --binary --compile/--compile-bytecode
    --dev --editable --exact --force-reinstall/--reinstall --frozen --inexact --locked
    --no-active --no-all-extras --no-binary --no-compile/--no-compile-bytecode
    --no-default-groups --no-dev --no-editable --no-exact --no-frozen --no-locked
    --no-reinstall --only-dev
    """,
    """
    --extra --group --no-binary-package --no-build-package --no-editable-package --no-extra
    --no-group --only-group --package --python-platform --reinstall-package
    """,
)

SUBCOMMANDS: Final[dict[str, Flags]] = {
    "sync": joined_tables(
        (
            GLOBAL,
            _RESOLVING,
            _PROJECT,
            flag_table(
                """
            --check --dry-run --no-check --no-install-local --no-install-project
            --no-install-workspace --only-install-local --only-install-project
            --only-install-workspace
            """,
                """
            --no-install-package --only-install-package --output-format --script
            """,
            ),
        )
    ),
    "run": joined_tables(
        (
            GLOBAL,
            _RESOLVING,
            _PROJECT,
            flag_table(
                """
            --gui-script --no-env-file --no-project --no-sync --show-resolution -m/--module
            -s/--script
            """,
                """
            --env-file --max-recursion-depth --with-editable --with-requirements -w/--with
            """,
            ),
        )
    ),
    "lock": joined_tables(
        (
            GLOBAL,
            _RESOLVING,
            flag_table(
                """
            --binary --check --check-exists --dry-run --frozen --locked --no-binary --no-frozen
            --no-locked
            """,
                """
            --no-binary-package --no-build-package --script
            """,
            ),
        )
    ),
    "export": joined_tables(
        (
            GLOBAL,
            _RESOLVING,
            flag_table(
                """
            --all-extras --all-groups --all-packages --annotate --binary --dev --editable
            --emit-find-links --emit-index-url --frozen --hashes --header --locked --no-all-extras
            --no-annotate --no-binary --no-default-groups --no-dev --no-editable
            --no-emit-find-links --no-emit-index-url --no-emit-local --no-emit-project
            --no-emit-workspace --no-frozen --no-hashes --no-header --no-install-local
            --no-install-project --no-install-workspace --no-locked --only-dev --only-emit-local
            --only-emit-project --only-emit-workspace --only-install-local --only-install-project
            --only-install-workspace
            """,
                """
            --extra --format --group --no-binary-package --no-build-package --no-editable-package
            --no-emit-package --no-extra --no-group --no-install-package --only-group
            --only-install-package --package --prune --script -o/--output-file
            """,
            ),
        )
    ),
    "add": joined_tables(
        (
            GLOBAL,
            _RESOLVING,
            flag_table(
                """
            --active --binary --compile/--compile-bytecode --dev --editable
            --force-reinstall/--reinstall --frozen --lfs --locked --no-active --no-binary
            --no-compile/--no-compile-bytecode --no-editable --no-frozen --no-install-local
            --no-install-project --no-install-workspace --no-locked --no-reinstall --no-sync
            --no-workspace --only-install-local --only-install-project --only-install-workspace
            --raw-sources/--raw --workspace
            """,
                """
            --bounds --branch --constraint/-c/--constraints --extra --group --no-binary-package
            --no-build-package --no-editable-package --no-install-package --only-install-package
            --optional --package --reinstall-package --requirement/-r/--requirements --rev --script
            --tag -m/--marker
            """,
            ),
        )
    ),
    "remove": joined_tables(
        (
            GLOBAL,
            _RESOLVING,
            flag_table(
                """
            --active --binary --compile/--compile-bytecode --dev --force-reinstall/--reinstall
            --frozen --locked --no-active --no-binary --no-compile/--no-compile-bytecode --no-frozen
            --no-locked --no-reinstall --no-sync
            """,
                """
            --group --no-binary-package --no-build-package --optional --package --reinstall-package
            --script
            """,
            ),
        )
    ),
    "venv": joined_tables(
        (
            GLOBAL,
            _RESOLVING,
            flag_table(
                """
            --allow-existing --force --no-clear --no-project --no-relocatable --no-seed --no-system
            --no-wheel --no-workspace --relocatable --seed --system --system-site-packages
            -c/--clear
            """,
                """
            --prompt
            """,
            ),
        )
    ),
    "build": joined_tables(
        (
            GLOBAL,
            _RESOLVING,
            flag_table(
                """
            --all --all-packages --binary --build-logs --clear --create-gitignore --force-pep517
            --no-binary --no-build-logs --no-create-gitignore --no-require-hashes --no-verify-hashes
            --require-hashes --sdist --verify-hashes --wheel
            """,
                """
            --build-constraint/-b/--build-constraints --no-binary-package --no-build-package
            --package -o/--out-dir
            """,
            ),
        )
    ),
    "tree": joined_tables(
        (
            GLOBAL,
            _RESOLVING,
            flag_table(
                """
            --all-groups --binary --dev --frozen --invert --locked --no-binary --no-dedupe
            --no-default-groups --no-dev --no-frozen --no-locked --only-dev --outdated --show-sizes
            --universal
            """,
                """
            --format --group --no-binary-package --no-build-package --no-group --only-group
            --package --prune --python-platform --python-version --script -d/--depth
            """,
            ),
        )
    ),
    "pip install": joined_tables(
        (
            GLOBAL,
            _RESOLVING,
            flag_table(
                """
            --all-extras --break-system-packages --check --compile/--compile-bytecode --deps
            --disable-pip-version-check --dry-run --exact --force-reinstall/--reinstall --inexact
            --no-all-extras --no-break-system-packages --no-compile/--no-compile-bytecode --no-deps
            --no-editable --no-exact --no-reinstall --no-require-hashes --no-strict --no-system
            --no-verify-hashes --require-hashes --strict --system --user --verify-hashes
            """,
                """
            --build-constraint/-b/--build-constraints --cert --constraint/-c/--constraints
            --exclude/--excludes --extra --group --no-binary --no-editable-package --only-binary
            --output-format --override/--overrides --prefix --python-platform --python-version
            --reinstall-package --requirement/-r/--requirements --torch-backend -e/--editable
            -t/--target
            """,
            ),
        )
    ),
    "pip sync": joined_tables(
        (
            GLOBAL,
            _RESOLVING,
            flag_table(
                """
            --all-extras --allow-empty-requirements --break-system-packages --check
            --compile/--compile-bytecode --dry-run --force-reinstall/--reinstall --no-all-extras
            --no-allow-empty-requirements --no-break-system-packages
            --no-compile/--no-compile-bytecode --no-reinstall --no-require-hashes --no-strict
            --no-system --no-verify-hashes --require-hashes --strict --system --user --verify-hashes
            -a/--all
            """,
                """
            --build-constraint/-b/--build-constraints --cert --client-cert --config
            --constraint/-c/--constraints --extra --group --no-binary --only-binary --output-format
            --prefix --python-platform --python-version --reinstall-package --torch-backend
            -t/--target
            """,
            ),
        )
    ),
    "pip compile": joined_tables(
        (
            GLOBAL,
            _RESOLVING,
            flag_table(
                """
            --all-extras --annotate --deps --emit-build-options --emit-find-links
            --emit-index-annotation --emit-index-url --generate-hashes --header --no-all-extras
            --no-annotate --no-deps --no-emit-build-options --no-emit-find-links
            --no-emit-index-annotation --no-emit-index-url --no-generate-hashes --no-header
            --no-strip-extras --no-strip-markers --no-system --no-universal --strip-extras
            --strip-markers --system --universal
            """,
                """
            --annotation-style --build-constraint/-b/--build-constraints --cert --client-cert
            --config --constraint/-c/--constraints --custom-compile-command --exclude/--excludes
            --extra --format --group --no-binary --no-emit-package --only-binary
            --override/--overrides --python-platform --python-version --torch-backend
            -o/--output-file
            """,
            ),
        )
    ),
    "pip uninstall": joined_tables(
        (
            GLOBAL,
            flag_table(
                """
            --break-system-packages --disable-pip-version-check --dry-run --no-break-system-packages
            --no-system --system -y/--yes
            """,
                """
            --cert --keyring-provider --prefix --requirement/-r/--requirements -p/--python
            -t/--target
            """,
            ),
        )
    ),
    "tool install": joined_tables(
        (
            GLOBAL,
            _RESOLVING,
            flag_table(
                """
            --binary --compile/--compile-bytecode --force --force-reinstall/--reinstall --lfs
            --no-binary --no-compile/--no-compile-bytecode --no-reinstall -e/--editable
            """,
                """
            --build-constraint/-b/--build-constraints --constraint/-c/--constraints
            --exclude/--excludes --from --no-binary-package --no-build-package
            --override/--overrides --python-platform --reinstall-package --torch-backend
            --with-editable --with-executables-from --with-requirements -w/--with
            """,
            ),
        )
    ),
    "tool run": joined_tables(
        (
            GLOBAL,
            _RESOLVING,
            flag_table(
                """
            --binary --compile/--compile-bytecode --force-reinstall/--reinstall --lfs --no-binary
            --no-compile/--no-compile-bytecode --no-env-file --no-reinstall --show-resolution
            """,
                """
            --build-constraint/-b/--build-constraints --constraint/-c/--constraints --env-file
            --from --generate-shell-completion --no-binary-package --no-build-package
            --override/--overrides --python-platform --reinstall-package --torch-backend
            --with-editable --with-requirements -w/--with
            """,
            ),
        )
    ),
    "python install": joined_tables(
        (
            GLOBAL,
            flag_table(
                """
            --bin --compile/--compile-bytecode --default --no-bin --no-compile/--no-compile-bytecode
            --no-registry --registry -U/--upgrade -f/--force -r/--reinstall
            """,
                """
            --graalpy-mirror --mirror --pyodide-mirror --pypy-mirror --python-downloads-json-url
            -i/--install-dir
            """,
            ),
        )
    ),
    "python pin": joined_tables(
        (
            GLOBAL,
            flag_table(
                """
            --global --no-project --no-resolved --no-workspace --resolved --rm
            """,
                """
            --python-downloads-json-url
            """,
            ),
        )
    ),
    "python find": joined_tables(
        (
            GLOBAL,
            flag_table(
                """
            --no-project --no-system --resolve-links --show-version --system
            """,
                """
            --python-downloads-json-url --script
            """,
            ),
        )
    ),
    "cache clean": joined_tables(
        (
            GLOBAL,
            flag_table(
                """
            --force
            """,
                "",
            ),
        )
    ),
    "cache prune": joined_tables(
        (
            GLOBAL,
            flag_table(
                """
            --ci --force
            """,
                "",
            ),
        )
    ),
    "version": joined_tables(
        (
            GLOBAL,
            _RESOLVING,
            flag_table(
                """
            --active --binary --compile/--compile-bytecode --dry-run --force-reinstall/--reinstall
            --frozen --locked --no-active --no-binary --no-compile/--no-compile-bytecode --no-frozen
            --no-locked --no-reinstall --no-sync --short
            """,
                """
            --bump --no-binary-package --no-build-package --output-format --package
            --reinstall-package
            """,
            ),
        )
    ),
    "init": joined_tables(
        (
            GLOBAL,
            flag_table(
                """
            --app --bare --lib --no-description --no-package --no-pin-python --no-project
            --no-readme --no-workspace --package --pin-python --script --virtual
            """,
                """
            --author-from --build-backend --description --name --vcs -p/--python
            """,
            ),
        )
    ),
    "publish": joined_tables(
        (
            GLOBAL,
            flag_table(
                """
            --dry-run --no-attestations
            """,
                """
            --check-url --index --keyring-provider --publish-url --trusted-publishing -p/--password
            -t/--token -u/--username
            """,
            ),
        )
    ),
}
"""By sub-command, the two words of `pip install` joined by a blank."""

ANY: Final = joined_tables((*SUBCOMMANDS.values(), SUBCOMMANDS["sync"]))
"""For sub-commands that have no table of their own."""

FAMILIES: Final = frozenset({"auth", "cache", "pip", "python", "self", "tool", "workspace"})
"""Sub-commands that have sub-commands."""
