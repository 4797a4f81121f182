"""The environment variables uv reads, since when, and how it reads a boolean one.

Names and first versions: uv's own declaration of its variables (crates/uv-static); variables
that came after the stored state of it have no version here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from shipworthy.model.commands.options import Flags
from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple

_SINCE: Final = """
0.0.5 UV_CACHE_DIR UV_INDEX_URL UV_NO_WRAP UV_STACK_SIZE
0.1.2 UV_NO_CACHE
0.1.3 UV_EXTRA_INDEX_URL
0.1.6 UV_REQUEST_TIMEOUT
0.1.7 UV_HTTP_TIMEOUT
0.1.16 UV_PRERELEASE
0.1.18 UV_SYSTEM_PYTHON
0.1.19 UV_KEYRING_PROVIDER UV_NATIVE_TLS
0.1.23 UV_CUSTOM_COMPILE_COMMAND
0.1.27 UV_RESOLUTION
0.1.29 UV_INDEX_STRATEGY
0.1.32 UV_BREAK_SYSTEM_PACKAGES
0.1.34 UV_CONFIG_FILE UV_REQUIRE_HASHES
0.1.36 UV_CONSTRAINT
0.1.37 UV_PREVIEW
0.1.40 UV_LINK_MODE UV_NO_BUILD UV_NO_BUILD_ISOLATION UV_PYTHON
0.1.43 UV_CONCURRENT_BUILDS UV_CONCURRENT_DOWNLOADS
0.1.45 UV_CONCURRENT_INSTALLS
0.2.12 UV_EXCLUDE_NEWER
0.2.16 UV_TOOL_DIR
0.2.22 UV_OVERRIDE UV_PYTHON_INSTALL_DIR
0.2.28 UV_NO_PROGRESS
0.2.30 UV_NO_CONFIG
0.2.32 UV_SHOW_RESOLUTION
0.2.34 UV_BUILD_CONSTRAINT
0.2.35 UV_PYPY_INSTALL_MIRROR UV_PYTHON_INSTALL_MIRROR
0.3.0 UV_TOOL_BIN_DIR
0.3.2 UV_PYTHON_DOWNLOADS UV_PYTHON_PREFERENCE
0.3.3 UV_COMPILE_BYTECODE
0.3.5 UV_INSECURE_HOST
0.4.4 UV_PROJECT UV_PROJECT_ENVIRONMENT
0.4.10 UV_GITHUB_TOKEN
0.4.16 UV_PUBLISH_PASSWORD UV_PUBLISH_TOKEN UV_PUBLISH_URL UV_PUBLISH_USERNAME
0.4.18 UV_NO_SYNC
0.4.19 UV_FIND_LINKS
0.4.23 UV_DEFAULT_INDEX UV_INDEX
0.4.25 UV_FROZEN UV_LOCKED
0.4.29 UV_PYTHON_BIN_DIR
0.4.30 UV_ENV_FILE UV_NO_ENV_FILE UV_PUBLISH_CHECK_URL
0.5.0 UV_INSTALLER_GHE_BASE_URL UV_INSTALLER_GITHUB_BASE_URL UV_INSTALL_DIR UV_UNMANAGED_INSTALL
0.5.3 UV_NO_VERIFY_HASHES
0.5.7 UV_NO_INSTALLER_METADATA
0.5.8 UV_PUBLISH_INDEX
0.5.9 UV_FORK_STRATEGY UV_OFFLINE
0.5.19 UV_GIT_LFS
0.5.21 UV_VENV_SEED
0.5.30 UV_NO_BINARY UV_NO_BINARY_PACKAGE
0.5.31 UV_RUN_MAX_RECURSION_DEPTH UV_RUN_RECURSION_DEPTH
0.6.0 UV
0.6.4 UV_LOG_CONTEXT
0.6.5 UV_NO_BUILD_PACKAGE
0.6.8 UV_MANAGED_PYTHON UV_NO_MANAGED_PYTHON
0.6.9 UV_CUDA_DRIVER_VERSION UV_TORCH_BACKEND
0.6.13 UV_PYTHON_DOWNLOADS_JSON_URL
0.6.15 UV_NO_EDITABLE
0.7.0 UV_PYTHON_CACHE_DIR
0.7.13 UV_NO_GITHUB_FAST_PATH
0.7.14 UV_AMD_GPU_ARCHITECTURE
0.7.15 UV_GITHUB_FAST_PATH_URL
0.7.21 UV_HTTP_RETRIES
0.7.22 UV_COMPILE_BYTECODE_TIMEOUT UV_LIBC
0.8.0 UV_PYTHON_INSTALL_BIN UV_PYTHON_INSTALL_REGISTRY UV_VENV_CLEAR
0.8.1 UV_NO_HF_TOKEN
0.8.2 UV_INIT_BUILD_BACKEND
0.8.4 UV_DOWNLOAD_URL UV_NO_MODIFY_PATH UV_PREVIEW_FEATURES
0.8.6 UV_INSECURE_NO_ZIP_VALIDATION
0.8.7 UV_DEV UV_NO_DEV
0.8.14 UV_ISOLATED UV_PYTHON_CPYTHON_BUILD UV_PYTHON_GRAALPY_BUILD UV_PYTHON_PYODIDE_BUILD
0.8.14 UV_PYTHON_PYPY_BUILD
0.8.15 UV_API_KEY UV_AUTH_TOKEN UV_CREDENTIALS_DIR
0.8.21 UV_S3_ENDPOINT_URL
0.8.23 UV_SKIP_WHEEL_FILENAME_CHECK
0.9.1 UV_UPLOAD_HTTP_TIMEOUT UV_WORKING_DIRECTORY
0.9.4 UV_LOCK_TIMEOUT
0.9.8 UV_EXCLUDE UV_NO_GROUP UV_NO_SOURCES
0.9.9 UV_NO_DEFAULT_GROUPS
0.9.12 UV_PUBLISH_NO_ATTESTATIONS
0.9.14 UV_WORKING_DIR
0.9.15 UV_HIDE_BUILD_OUTPUT
0.9.26 UV_GCS_ENDPOINT_URL UV_NO_SOURCES_PACKAGE
0.9.31 UV_ACTIVE
0.10.0 UV_HTTP_CONNECT_TIMEOUT
0.10.7 UV_INIT_BARE
0.10.8 UV_VENV_RELOCATABLE
0.11.0 UV_SYSTEM_CERTS
0.11.8 UV_NO_PROJECT UV_PYTHON_NO_REGISTRY UV_PYTHON_SEARCH_PATH
0.11.20 UV_NO_INSTALL_LOCAL UV_NO_INSTALL_PROJECT UV_NO_INSTALL_WORKSPACE
? UV_ASTRAL_MIRROR_URL UV_AZURE_ENDPOINT_URL UV_GRAALPY_INSTALL_MIRROR UV_LEGACY_TAR_BACKEND
? UV_MALWARE_CHECK UV_MALWARE_CHECK_URL UV_NO_SYSTEM_CONFIG UV_ONLY_INSTALL_LOCAL
? UV_ONLY_INSTALL_PROJECT UV_PYODIDE_INSTALL_MIRROR UV_REQUIRE_BUILD_HASHES
"""


def _read_since() -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for line in _SINCE.split("\n"):
        version, *names = line.split() or ["?"]
        found.update((name, None if version == "?" else version) for name in names)
    return found


UV_ENVIRONMENT: Final[Mapping[str, str | None]] = _read_since()
"""Name to the first version that reads it; None where only "recent" is known."""

_PATTERNS: Final = regex(r"UV_INDEX_[A-Z0-9_]+_(?:USERNAME|PASSWORD)\Z")

_BOOLEANS: Final = """
UV_DEV UV_FROZEN UV_GIT_LFS UV_HIDE_BUILD_OUTPUT UV_INIT_BARE UV_ISOLATED UV_LOCKED UV_LOG_CONTEXT
UV_MALWARE_CHECK UV_MANAGED_PYTHON UV_NATIVE_TLS UV_NO_CACHE UV_NO_CONFIG UV_NO_DEV UV_NO_EDITABLE
UV_NO_ENV_FILE UV_NO_INSTALLER_METADATA UV_NO_INSTALL_LOCAL UV_NO_INSTALL_PROJECT
UV_NO_INSTALL_WORKSPACE UV_NO_MANAGED_PYTHON UV_NO_PROGRESS UV_NO_SYNC UV_NO_SYSTEM_CONFIG
UV_OFFLINE UV_ONLY_INSTALL_LOCAL UV_ONLY_INSTALL_PROJECT UV_PREVIEW UV_PYTHON_INSTALL_BIN
UV_PYTHON_INSTALL_REGISTRY UV_PYTHON_NO_REGISTRY UV_REQUIRE_BUILD_HASHES UV_SHOW_RESOLUTION
UV_SKIP_WHEEL_FILENAME_CHECK UV_SYSTEM_CERTS UV_VENV_CLEAR UV_VENV_RELOCATABLE UV_VENV_SEED
"""

UV_BOOLEANS: Final = frozenset(_BOOLEANS.split())
"""The variables that must be boolish for any sub-command to start (tried with uv 0.13.9)."""

UV_COMMAND_BOOLEANS: Final[Mapping[str, str]] = {
    "UV_BREAK_SYSTEM_PACKAGES": "--break-system-packages",
    "UV_COMPILE_BYTECODE": "--compile-bytecode",
    "UV_NO_BINARY": "--no-binary",
    "UV_NO_BUILD": "--no-build",
    "UV_NO_BUILD_ISOLATION": "--no-build-isolation",
    "UV_NO_DEFAULT_GROUPS": "--no-default-groups",
    "UV_NO_PROJECT": "--no-project",
    "UV_NO_SOURCES": "--no-sources",
    "UV_NO_VERIFY_HASHES": "--no-verify-hashes",
    "UV_REQUIRE_HASHES": "--require-hashes",
    "UV_SYSTEM_PYTHON": "--system",
}
"""Variables that must be boolish only for the sub-commands that have the flag (the same)."""

_TRUE: Final = frozenset({"1", "true", "t", "yes", "y", "on"})
_FALSE: Final = frozenset({"0", "false", "f", "no", "n", "off"})


class Switch(NamedTuple):
    """A boolean setting and what decided it: a flag, a variable, or '' for uv's default.

    `on` is None where a variable's value is not known, or is one that uv rejects. In a condition
    a switch counts as true only when it is known to be on.
    """

    on: bool | None = False
    by: str = ""

    def __bool__(self) -> bool:
        return self.on is True


OFF: Final = Switch()


def is_uv_variable(name: str) -> bool:
    """Whether uv of any version reads the variable."""
    return name in UV_ENVIRONMENT or _PATTERNS.match(name) is not None


def boolean(value: str) -> bool | None:
    """The value as uv reads it, without regard to case; None where it stops with an error.

    An empty value and one with blanks around it are errors too (tried with uv 0.13.9).
    """
    lowered = value.lower()
    if lowered in _TRUE:
        return True
    return False if lowered in _FALSE else None


def environment_switch(name: str, env: Mapping[str, str | None]) -> Switch:
    """What the variable says; off and undecided where it is not set."""
    if name not in env:
        return OFF
    value = env[name]
    return Switch(None if value is None else boolean(value), name)


def invalid_booleans(env: Mapping[str, str | None], flags: Flags) -> tuple[str, ...]:
    """The boolean variables whose values uv rejects ("expected a boolish value"), sorted.

    `flags` are those of the sub-command that runs.
    """
    return tuple(
        sorted(
            name
            for name, value in env.items()
            if value is not None
            and boolean(value) is None
            and (name in UV_BOOLEANS or UV_COMMAND_BOOLEANS.get(name) in flags.booleans)
        )
    )
