"""Command lines of pip, the other managers and system tools."""

from __future__ import annotations

import shlex
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shipworthy.model.commands import (
    ManagerCommand,
    PipCommand,
    ToolCommand,
    understand,
    uv_installer,
    wanted,
)


def command(text: str) -> ToolCommand | None:
    """`?` stands for a word that is not known."""
    return understand([None if word == "?" else word for word in shlex.split(text)], {})


FACTS: list[tuple[str, str, dict[str, Any]]] = [
    ("pip install --no-cache-dir -r a.txt -c b.txt -e .[x] uv==0.5", "PipCommand", {
        "command": "install", "requirements": ("a.txt",), "constraints": ("b.txt",),
        "editables": (".[x]",), "known": True}),
    ("python3 -m pip install --break-system-packages -U --prefix=/i x", "PipCommand", {
        "program": ("python3", "-m", "pip"), "prefix": "/i", "upgrade": True}),
    ("/opt/v/bin/pip3.12 install -qr req.txt --require-hashes", "PipCommand", {
        "requirements": ("req.txt",), "require_hashes": True}),
    ("pip install -i https://index.example/simple --user --target t x ?", "PipCommand", {
        "index_url": "https://index.example/simple", "user": True, "target": "t",
        "known": False}),
    ("python -m venv --system-site-packages /v", "MakeEnvironment", {
        "directory": "/v", "program": "python", "system_site_packages": True, "known": True}),
    ("virtualenv -p python3.11 /v", "MakeEnvironment", {
        "directory": "/v", "program": "python3.11"}),
    ("python -u -W ignore manage.py migrate", "PythonCommand", {
        "script": "manage.py", "module": None, "arguments": ("migrate",)}),
    ("python -um uvicorn a:b --port ?", "PythonCommand", {
        "module": "uvicorn", "known": False}),
    ("python -c 'import x'", "PythonCommand", {"script": None, "module": None}),
    ("poetry install --only main,docs --without=x --no-root -n", "ManagerCommand", {
        "manager": "poetry", "command": "install", "known": True}),
    ("poetry -C backend run gunicorn -b :80", "ManagerCommand", {
        "directory": "backend", "run": ("gunicorn", "-b", ":80")}),
    ("poetry config virtualenvs.create false", "ManagerCommand", {
        "command": "config", "arguments": ("virtualenvs.create", "false")}),
    ("pdm install --prod --no-lock --no-editable", "ManagerCommand", {"known": True}),
    ("pipenv install --system --deploy --dev", "ManagerCommand", {"known": True}),
    ("python -m pipenv sync", "ManagerCommand", {"manager": "pipenv", "command": "sync"}),
    ("npm i --omit=dev", "ManagerCommand", {"command": "install", "known": True}),
    ("npm --prefix web ci", "ManagerCommand", {"command": "ci", "directory": "web"}),
    ("npm run build -- --x", "ManagerCommand", {"run": ("build", "--", "--x")}),
    ("npx vite build", "ManagerCommand", {"command": "exec", "run": ("vite", "build")}),
    ("yarn --frozen-lockfile", "ManagerCommand", {"command": "install"}),
    ("corepack enable", "ManagerCommand", {"manager": "corepack", "command": "enable"}),
    ("apt-get install -yqq --no-install-recommends -t sid git=1:2 gcc", "SystemPackages", {
        "action": "install", "packages": ("git", "gcc"), "pinned": ("git",), "known": True}),
    ("apt-get update", "SystemPackages", {"action": "update", "packages": ()}),
    ("apt-get purge -y gcc", "SystemPackages", {"action": "remove", "packages": ("gcc",)}),
    ("apk add --no-cache --virtual .deps gcc musl-dev~=1", "SystemPackages", {
        "action": "install", "packages": ("gcc", "musl-dev"), "pinned": ("musl-dev",)}),
    ("dnf -y install python3.12 gcc-c++", "SystemPackages", {
        "packages": ("python3.12", "gcc-c++")}),
    ("apt-get install -y ?", "SystemPackages", {"known": False, "packages": ()}),
    ("useradd -r -u 1000 -g app app", "AddUser", {
        "name": "app", "uid": "1000", "group": "app", "system": True, "home": "/home/app",
        "creates_home": False}),
    ("useradd --create-home --home-dir /srv app", "AddUser", {
        "home": "/srv", "creates_home": True}),
    ("adduser -D -u 1000 app", "AddUser", {"home": "/home/app", "creates_home": True}),
    ("adduser --system --group app", "AddUser", {"home": None, "creates_home": None}),
    ("adduser -S -H app", "AddUser", {"creates_home": False, "name": "app"}),
    ("adduser --disabled-password --gecos '' --no-create-home --uid 5 app", "AddUser", {
        "name": "app", "uid": "5", "creates_home": False, "known": True}),
    ("groupadd -g 1000 app", "AddGroup", {"name": "app", "gid": "1000"}),
    ("chown -R app:app /app /data", "ChangeOwner", {
        "recursive": True, "to": "app:app", "paths": ("/app", "/data")}),
    ("chmod -x a", "ChangeOwner", {"to": "a-x", "paths": ("a",), "recursive": False}),
    ("chmod -R 755 /app", "ChangeOwner", {"to": "755", "recursive": True}),
    ("curl -LsSf --proto =https https://astral.sh/uv/install.sh -o /i.sh", "Download", {
        "urls": ("https://astral.sh/uv/install.sh",), "outputs": ("/i.sh",), "known": True}),
    ("wget -qO- https://example.com/x", "Download", {
        "urls": ("https://example.com/x",), "outputs": ("-",)}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "facts"), FACTS, ids=[text for text, *_ in FACTS])
def test_facts(text: str, kind: str, facts: dict[str, Any]) -> None:
    found = command(text)
    assert type(found).__name__ == kind
    assert {name: getattr(found, name) for name in facts} == facts


@pytest.mark.parametrize("text", ["make", "?", "? sync", "echo uv", "$X"])
def test_other_programs(text: str) -> None:
    assert command(text) is None
    assert understand([], {}) is None


def test_manager_flags() -> None:
    poetry = command("poetry install --only main,docs --no-root")
    assert isinstance(poetry, ManagerCommand)
    assert poetry.has("--no-root")
    assert poetry.listed("--only") == ("main", "docs")
    unknown = command("poetry install --brand-new")
    assert isinstance(unknown, ManagerCommand)
    assert unknown.unknown_flags == ("--brand-new",)
    assert not unknown.known


@pytest.mark.parametrize(
    ("text", "env", "on", "by"),
    [
        ("pip install x", {}, False, ""),
        ("pip install --no-cache-dir x", {}, True, "--no-cache-dir"),
        ("pip install x", {"PIP_NO_CACHE_DIR": "off"}, True, "PIP_NO_CACHE_DIR"),
        ("pip install x", {"PIP_NO_CACHE_DIR": ""}, False, ""),
    ],
)
def test_pip_cache(text: str, env: dict[str, str | None], on: bool, by: str) -> None:
    found = understand(shlex.split(text), env)
    assert isinstance(found, PipCommand)
    assert found.no_cache == (on, by)


@pytest.mark.parametrize(
    ("text", "name", "version", "path", "url", "pinned"),
    [
        ("uv", "uv", "", None, None, None),
        ("uv==0.5.1", "uv", "==0.5.1", None, None, "0.5.1"),
        ("uv == 0.5.1", "uv", "== 0.5.1", None, None, "0.5.1"),
        ("uv==0.5.*", "uv", "==0.5.*", None, None, None),
        ("a[b,c]>=1,<2; python_version<'3'", "a", ">=1,<2", None, None, None),
        (".", None, "", ".", None, None),
        (".[dev]", None, "", ".", None, None),
        ("./a", None, "", "./a", None, None),
        ("dist/a.whl", None, "", "dist/a.whl", None, None),
        ("a.tar.gz", None, "", "a.tar.gz", None, None),
        ("file:///x", None, "", "/x", None, None),
        ("git+https://example.com/a", None, "", None, "git+https://example.com/a", None),
        ("a @ https://example.com/a.whl", "a", "", None, "https://example.com/a.whl", None),
    ],
)
def test_wanted(
    text: str, name: str | None, version: str, path: str | None, url: str | None,
    pinned: str | None,
) -> None:  # fmt: skip
    found = wanted(text)
    assert (found.name, found.version, found.path, found.url) == (name, version, path, url)
    assert found.pinned == pinned


@pytest.mark.parametrize(
    ("url", "version"),
    [
        ("https://astral.sh/uv/install.sh", ""),
        ("https://astral.sh/uv/0.5.1/install.sh", "0.5.1"),
        ("https://github.com/astral-sh/uv/releases/download/0.4.9/uv-installer.sh", "0.4.9"),
        ("https://github.com/astral-sh/uv/releases/latest/download/uv-installer.sh", ""),
        ("https://example.com/install.sh", None),
    ],
)
def test_uv_installer(url: str, version: str | None) -> None:
    assert uv_installer(url) == version


WORD = st.one_of(
    st.none(),
    st.sampled_from(["-", "--", "-r", "--group", "--group=x", "-", "-Uqp", "x", "", "--no-dev", "=",
                     "pip", "run", "install", "-m", "chmod", "-x", "--=", "-é"]),
    st.text(max_size=6),
)  # fmt: skip
PROGRAM = st.sampled_from(
    ["uv", "uvx", "pip", "python", "poetry", "pdm", "pipenv", "npm", "yarn", "apt-get", "apk",
     "useradd", "adduser", "groupadd", "chown", "chmod", "curl", "wget", "virtualenv", "npx"]
)  # fmt: skip


NAME = st.sampled_from(
    ["UV_FROZEN", "UV_NO_DEV", "UV_NO_GROUP", "PIP_NO_CACHE_DIR", "UV_ENV_FILE", "UV_PYTHON"]
)


@given(PROGRAM, st.lists(WORD, max_size=8), st.dictionaries(NAME, WORD))
def test_any_words(program: str, words: list[str | None], env: dict[str, str | None]) -> None:
    found = understand([program, *words], env)
    assert found is not None
    assert isinstance(found.known if hasattr(found, "known") else True, bool)


def test_extras_of_paths_and_names() -> None:
    assert wanted(".[a, b]").extras == ("a", "b")
    assert wanted("x[a,b]==1").extras == ("a", "b")
