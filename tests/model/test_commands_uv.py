"""uv command lines and the variables that take part in them."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

import pytest

from shipworthy.model.commands import (
    UV_ENVIRONMENT,
    UvCommand,
    boolean,
    environment_switch,
    is_uv_variable,
    understand,
)
from shipworthy.model.unknown import UNKNOWN


def uv(text: str, env: Mapping[str, str | None] | None = None) -> UvCommand:
    """`?` stands for a word that is not known."""
    words = [None if word == "?" else word for word in shlex.split(text)]
    command = understand(words, env or {})
    assert isinstance(command, UvCommand)
    return command


def looked_up(command: UvCommand, path: str) -> Any:
    value: Any = command
    for name in path.split("."):
        value = getattr(value, name)
    return value


FACTS: list[tuple[str, dict[str, Any]]] = [
    ("uv sync", {"command": ("sync",), "known": True, "arguments": (), "run": None,
                 "scope.inexact": False, "python_downloads": "automatic"}),
    ("/usr/local/bin/uv sync", {"command": ("sync",)}),
    ("python3.12 -m uv sync", {"command": ("sync",)}),
    ("uv -q --project=backend sync", {"project": "backend", "command": ("sync",)}),
    ("uv sync --directory /app", {"directory": "/app"}),
    ("uv sync --extra a --extra=b --no-extra c", {"groups.extras": ("a", "b"),
                                                  "groups.no_extras": ("c",)}),
    ("uv sync --all-extras --all-groups", {"groups.all_extras": True, "groups.all_groups": True}),
    ("uv sync --group x --no-group y", {"groups.groups": ("x",), "groups.no_groups": ("y",)}),
    ("uv sync --only-group x", {"groups.only_groups": ("x",), "groups.omits_project": True}),
    ("uv sync --no-install-package a --no-install-package b", {"scope.no_packages": ("a", "b")}),
    ("uv sync --inexact", {"scope.inexact": True}),
    ("uv sync --package a --package b", {"packages": ("a", "b")}),
    ("uv sync -p 3.12 -Uq", {"python": "3.12", "known": True}),
    ("uv sync -p3.12", {"python": "3.12"}),
    ("uv sync --no-cache-dir --compile", {"no_cache.on": True, "compile_bytecode.on": True}),
    ("uv sync --link-mode copy", {"link_mode": "copy"}),
    ("uv sync --future", {"known": False, "unknown_flags": ("--future",), "command": ("sync",)}),
    ("uv sync --future=1 --frozen", {"known": False, "frozen.on": True}),
    ("uv sync ?", {"known": False}),
    ("uv sync --group ?", {"known": False, "groups.groups": ()}),
    ("uv ? --frozen", {"known": False, "command": ()}),
    ("uv", {"known": False, "command": ()}),
    ("uv lock --check", {"locked.on": True, "frozen.on": False}),
    ("uv lock --check-exists", {"frozen.on": True}),
    ("uv sync --check", {"check.on": True, "locked.on": False}),
    ("uv sync --no-managed-python", {"managed_python": False}),
    ("uv sync --python-preference only-managed", {"managed_python": True}),
    ("uv pip install --system -r a.txt -c b.txt -e ./c 'd==1' .", {
        "command": ("pip", "install"), "system.on": True, "requirements": ("a.txt",),
        "constraints": ("b.txt",), "editables": ("./c",), "arguments": ("d==1", ".")}),
    ("uv pip install --no-binary numpy x", {"arguments": ("x",)}),
    ("uv sync --no-binary", {"known": True}),
    ("uv -v pip -q sync req.txt", {"command": ("pip", "sync"), "arguments": ("req.txt",)}),
    ("uv venv /opt/venv --seed --clear", {"command": ("venv",), "arguments": ("/opt/venv",)}),
    ("uv python install 3.12 3.13", {"command": ("python", "install"),
                                     "arguments": ("3.12", "3.13")}),
    ("uv tool install ruff==0.8 -w x", {"command": ("tool", "install"),
                                        "arguments": ("ruff==0.8",)}),
    ("uv add -r requirements.txt --dev", {"requirements": ("requirements.txt",)}),
    ("uv add --editable ./x", {"editables": (), "arguments": ("./x",), "known": True}),
    ("uv export --no-hashes -o r.txt --frozen", {"command": ("export",), "frozen.on": True,
                                                 "known": True}),
    ("uv cache clean", {"command": ("cache", "clean")}),
    ("uv cache prune --ci", {"command": ("cache", "prune"), "known": True}),
    ("uv run app --frozen", {"run.words": ("app", "--frozen"), "frozen.on": False,
                             "run.script": None, "scope.inexact": True, "arguments": ()}),
    ("uv run --frozen --no-dev -- app -x", {"run.words": ("app", "-x"), "frozen.on": True}),
    ("uv run main.py", {"run.script": "main.py", "run.words": ("main.py",)}),
    ("uv run -s tool arg", {"run.script": "tool"}),
    ("uv run -m gunicorn app:app", {"run.module": True, "run.script": None,
                                    "run.words": ("gunicorn", "app:app")}),
    ("uv run --with a,b --with c x", {"run.with_packages": ("a", "b", "c")}),
    ("uv run --no-project --isolated x", {"run.no_project.on": True, "run.isolated.on": True}),
    ("uv run --env-file .env x", {"run.env_files": (".env",)}),
    ("uv run gunicorn --bind ?", {"known": True, "run.words": ("gunicorn", "--bind", None)}),
    ("uv run ? gunicorn", {"known": False}),
    ("uv run --exact x", {"scope.inexact": False}),
    ("uvx ruff check", {"command": ("tool", "run"), "run.words": ("ruff", "check")}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "facts"), FACTS, ids=[text for text, _ in FACTS])
def test_facts(text: str, facts: dict[str, Any]) -> None:
    command = uv(text)
    assert {path: looked_up(command, path) for path in facts} == facts


SWITCHES: list[tuple[str, dict[str, str | None], str, bool | None, str]] = [
    ("uv sync", {}, "frozen", False, ""),
    ("uv sync", {"UV_FROZEN": "1"}, "frozen", True, "UV_FROZEN"),
    ("uv sync", {"UV_FROZEN": "0"}, "frozen", False, "UV_FROZEN"),
    ("uv sync", {"UV_FROZEN": None}, "frozen", None, "UV_FROZEN"),
    ("uv sync", {"UV_FROZEN": ""}, "frozen", None, "UV_FROZEN"),
    ("uv sync --locked", {"UV_FROZEN": "1"}, "frozen", False, "--locked"),
    ("uv sync --locked", {"UV_FROZEN": "1"}, "locked", True, "--locked"),
    ("uv sync --frozen", {"UV_LOCKED": "1"}, "locked", False, "--frozen"),
    ("uv sync --no-frozen", {"UV_FROZEN": "1"}, "frozen", False, "--no-frozen"),
    ("uv sync --frozen --locked", {}, "locked", True, "--locked"),
    ("uv sync --frozen --locked", {}, "frozen", True, "--frozen"),
    ("uv lock --check", {"UV_FROZEN": "1"}, "frozen", False, "--check"),
    ("uv run x", {"UV_NO_SYNC": "yes"}, "no_sync", True, "UV_NO_SYNC"),
    ("uv run --no-sync x", {"UV_NO_SYNC": "0"}, "no_sync", True, "--no-sync"),
    ("uv sync", {"UV_NO_DEV": "1"}, "groups.no_dev", True, "UV_NO_DEV"),
    ("uv sync --dev", {"UV_NO_DEV": "1"}, "groups.no_dev", False, "--dev"),
    ("uv sync --dev --no-dev", {}, "groups.no_dev", True, "--no-dev"),
    ("uv sync --no-dev --dev", {}, "groups.dev", True, "--dev"),
    ("uv sync", {"UV_NO_EDITABLE": "true"}, "scope.no_editable", True, "UV_NO_EDITABLE"),
    ("uv sync --editable", {"UV_NO_EDITABLE": "1"}, "scope.no_editable", False, "--editable"),
    ("uv sync --no-cache", {}, "no_cache", True, "--no-cache"),
    ("uv sync", {"UV_COMPILE_BYTECODE": "1"}, "compile_bytecode", True, "UV_COMPILE_BYTECODE"),
    ("uv sync --no-compile-bytecode", {"UV_COMPILE_BYTECODE": "1"}, "compile_bytecode", False,
     "--no-compile-bytecode"),
    ("uv pip install x", {"UV_SYSTEM_PYTHON": "1"}, "system", True, "UV_SYSTEM_PYTHON"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "env", "path", "on", "by"), SWITCHES)
def test_switches(
    text: str, env: dict[str, str | None], path: str, on: bool | None, by: str
) -> None:
    switch = looked_up(uv(text, env), path)
    assert (switch.on, switch.by) == (on, by)
    assert bool(switch) is (on is True)


GROUPS: list[tuple[str, dict[str, str | None], set[str]]] = [
    ("", {}, {"dev", "lint"}),
    ("--no-dev", {}, {"lint"}),
    ("--no-default-groups", {}, set()),
    ("--no-default-groups --group docs", {}, {"docs"}),
    ("--group docs", {}, {"dev", "lint", "docs"}),
    ("--all-groups --no-dev", {}, {"lint", "docs"}),
    ("--only-group docs", {}, {"docs"}),
    ("--only-dev", {}, {"dev"}),
    ("--group dev", {"UV_NO_DEV": "1"}, {"lint"}),
    ("--dev", {"UV_NO_DEV": "1"}, {"dev", "lint"}),
    ("--all-groups", {"UV_NO_DEV": "1"}, {"lint", "docs"}),
    ("", {"UV_NO_GROUP": "lint dev"}, set()),
    ("", {"UV_NO_DEFAULT_GROUPS": "1"}, set()),
]


@pytest.mark.parametrize(("flags", "env", "installed"), GROUPS)
def test_effective_groups(flags: str, env: dict[str, str | None], installed: set[str]) -> None:
    groups = uv(f"uv sync {flags}", env).groups
    effective = groups.effective(frozenset({"dev", "lint"}), frozenset({"dev", "lint", "docs"}))
    assert effective == installed


def test_values_from_variables() -> None:
    env = {"UV_PROJECT": "/app", "UV_PYTHON": None, "UV_LINK_MODE": "copy", "UV_CACHE_DIR": ""}
    command = uv("uv sync", env)
    assert command.project == "/app"
    assert command.python is UNKNOWN
    assert command.link_mode == "copy"
    assert command.cache_dir is None
    assert uv("uv sync --project b", env).project == "b"


@pytest.mark.parametrize(
    ("value", "downloads"),
    [("never", "never"), ("0", "never"), ("FALSE", "never"), ("manual", "manual"),
     ("1", "automatic"), ("automatic", "automatic")],
)  # fmt: skip
def test_python_downloads(value: str, downloads: str) -> None:
    assert uv("uv sync", {"UV_PYTHON_DOWNLOADS": value}).python_downloads == downloads
    assert uv("uv sync --no-python-downloads", {}).python_downloads == "never"


@pytest.mark.parametrize(
    ("value", "meaning"),
    [("1", True), ("true", True), ("TRUE", True), ("t", True), ("yes", True), ("Y", True),
     ("on", True), ("0", False), ("false", False), ("f", False), ("no", False), ("n", False),
     ("off", False), ("", None), ("2", None), ("enable", None), (" 1", None)],
)  # fmt: skip
def test_booleans(value: str, meaning: bool | None) -> None:
    assert boolean(value) is meaning
    assert environment_switch("UV_X", {"UV_X": value}).on is meaning


def test_invalid_environment() -> None:
    env: dict[str, str | None] = {
        "UV_NO_DEV": "",
        "UV_FROZEN": "maybe",
        "UV_OFFLINE": "1",
        "UV_LOCKED": None,
        "UV_PYTHON": "",
        "UV_SYSTEM_PYTHON": "",
        "OTHER": "",
    }
    assert uv("uv sync", env).invalid_environment == ("UV_FROZEN", "UV_NO_DEV")
    of_pip = uv("uv pip install x", env).invalid_environment
    assert of_pip == ("UV_FROZEN", "UV_NO_DEV", "UV_SYSTEM_PYTHON")


def test_variables() -> None:
    assert UV_ENVIRONMENT["UV_NO_DEV"] == "0.8.7"
    assert UV_ENVIRONMENT["UV_NO_INSTALL_PROJECT"] == "0.11.20"
    assert is_uv_variable("UV_INDEX_INTERNAL_PASSWORD")
    assert not is_uv_variable("UV_NO_DEVS")
    assert "?" not in UV_ENVIRONMENT
