"""Folders that mean no good: an answer about the healthy rest, never a hang or a crash."""

from __future__ import annotations

import faulthandler
import os
import shutil
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

import pytest

from shipworthy.engine.analysis import Analysis
from shipworthy.engine.host import Host

ARTICLE = Path(__file__).parents[1] / "projects" / "article" / "faulty"
LEAK = "copy-includes-host-venv"
HANG = 60
"""Seconds after which a run counts as hanging; ordinary runs take well under one."""


class Hang(BaseException):
    """Not an Exception: the engine reports those as findings and goes on."""


@pytest.fixture(autouse=True)
def _no_hang() -> Iterator[None]:
    def stop(_: int, __: FrameType | None) -> None:
        raise Hang

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(HANG)
    # A signal waits for the end of a call into C, such as a regular expression.
    faulthandler.dump_traceback_later(3 * HANG, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    shutil.copytree(ARTICLE, root, symlinks=True)
    (root / ".git").mkdir()
    return root


def analyse(root: Path) -> Analysis:
    analysis = Host((os.fsdecode(os.fsencode(root)),)).analyse()
    for finding in analysis.findings:
        analysis.render(finding.message, "en")
        analysis.render(finding.message, "ja")
        analysis.locate(finding.at)
    return analysis


def rules(root: Path) -> set[str]:
    return {finding.rule for finding in analyse(root).findings}


def links(root: Path) -> None:
    (root / "loop").symlink_to(root / "loop")
    (root / "up").symlink_to("..")
    (root / "backend" / "self").symlink_to(".")
    (root / "outside").symlink_to("/etc")
    (root / "compose.yaml").symlink_to("compose.yaml")
    (root / "nowhere.Dockerfile").symlink_to("/does/not/exist")


def special_files(root: Path) -> None:
    os.mkfifo(root / "Dockerfile")
    os.mkfifo(root / "compose.yaml")
    os.mkfifo(root / "backend" / ".env")
    os.mkfifo(root / "pyproject.toml")
    with socket.socket(socket.AF_UNIX) as server:
        here = Path.cwd()
        os.chdir(root)  # socket paths are short
        server.bind("s.Dockerfile")
        os.chdir(here)


def folders_as_files(root: Path) -> None:
    for name in ("pyproject.toml", "compose.yaml", "Dockerfile", ".env", "uv.lock"):
        (root / name).mkdir()
    (root / "frontend" / ".dockerignore").mkdir()
    (root / ".gitignore").unlink()
    (root / ".gitignore").mkdir()


def odd_names(root: Path) -> None:
    base = os.fsencode(root)
    for name in (
        b"\xff\xfe.Dockerfile",
        b"caf\xe9",
        b"a\nb.yaml",
        b"-rf",
        b"\x1b[31m.dockerignore",
    ):
        with open(base + b"/" + name, "wb") as file:
            file.write(b"FROM scratch\nCOPY . .\n")
    os.makedirs(base + b"/\xff\xff/.venv")
    with open(base + b"/\xff\xff/pyproject.toml", "wb") as file:
        file.write(b"[project]\nname = 'x'\n")


def binary_files(root: Path) -> None:
    noise = bytes(range(256)) * 40
    for name in (
        "a.Dockerfile",
        "docker-compose.yml",
        "b/.dockerignore",
        "b/pyproject.toml",
        "b/uv.lock",
        "b/package.json",
        ".devcontainer/devcontainer.json",
        "docker-bake.hcl",
        "Makefile",
        ".github/workflows/ci.yml",
        "b/requirements.txt",
    ):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(noise)


def yaml_bombs(root: Path) -> None:
    lines = ["services:", "  a: &a0 {image: x}"]
    lines += [f"x{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12)]
    (root / "compose.yaml").write_text("\n".join(lines) + "\n")
    (root / "deep.compose.yaml").write_text("services:\n  a: " + "[" * 10_000 + "\n")
    merges = ["services:", "  s0: &s0 {image: x}"]
    merges += [f"  s{i}: &s{i} {{<<: [*s{i - 1}, *s{i - 1}]}}" for i in range(1, 40)]
    (root / "merge.compose.yaml").write_text("\n".join(merges) + "\n")


def deep_nesting(root: Path) -> None:
    (root / "x").mkdir()
    (root / "x" / "pyproject.toml").write_text("a = " + "[" * 10_000 + "\n")
    (root / "x" / "package.json").write_text("[" * 10_000)
    (root / "x" / "Dockerfile").write_text("FROM scratch\nRUN " + "$(" * 10_000 + "\n")
    folder = os.fspath(root / "d")
    for _ in range(300):
        folder += "/d"
    os.makedirs(folder[:3500])


def slow_patterns(root: Path) -> None:
    patterns = ["**/a*a*a*a*a*a*a*b", "a**b" * 20, "**/" * 40 + "x", "*" * 200, "[a-z]*" * 40]
    (root / ".dockerignore").write_text("\n".join(patterns * 50) + "\n")
    (root / ".gitignore").write_text("\n".join(["**/a*a*a*a*a*b/**", "!**/x"] * 50) + "\n")
    for i in range(200):
        (root / "backend" / ("a" * 60 + str(i))).write_text("")


def huge_lock(root: Path) -> None:
    lock = root / "backend" / "uv.lock"
    with lock.open("a") as file:
        for i in range(1000):
            file.write(f'\n[[package]]\nname = "p{i}"\nversion = "1"\n')
    with lock.open("r+b") as file:
        file.truncate(50_000_000)


def huge_dockerfile(root: Path) -> None:
    (root / "big.Dockerfile").write_text("FROM python:3.13\n" + "RUN echo x\n" * 20_000)


def huge_varied_dockerfile(root: Path) -> None:
    lines = ["FROM python:3.13"]
    for i in range(1_000):
        lines += [f"WORKDIR /a{i}", "COPY . .", "COPY pyproject.toml uv.lock ./"]
        lines += [f"RUN apt-get install -y p{i} && uv sync && pip install -r r{i}.txt && npm ci"]
        lines += ["RUN rm -rf x", f"COPY --from=uv /uv{i} /bin/", "RUN poetry install"]
    (root / "varied.Dockerfile").write_text("\n".join(lines) + "\n")


def huge_yaml(root: Path) -> None:
    (root / "big.yaml").write_text("services:\n" + "  s: {image: x}\n" * 20_000)


def huge_ignore_file(root: Path) -> None:
    lines = [f"folder{i}/**/x*\n!folder{i}/y\n" for i in range(10_000)]
    (root / ".dockerignore").write_text("".join(lines))


def unknown_tools(root: Path) -> None:
    (root / "Dockerfile").write_text(
        "FROM {{ image }}\nRUN uv --future flag sync --shiny=1 && UV_NEW_THING=1 uv frobnicate\n"
        "COPY {{ source }} /x\nHEALTHCHECK {% if x %}\n"
    )
    (root / "compose.yaml").write_text("services:\n  {{ name }}:\n    build: {{ context }}\n")


def giant_numbers(root: Path) -> None:
    """Python converts at most 4300 digits, and none too many fast."""
    nines, sevens = "9" * 5_000, "7" * 5_000
    (root / "Dockerfile").write_text(
        f"FROM python:3.{nines} AS a\nFROM mcr.microsoft.com/devcontainers/python:{nines}\n"
        f"FROM ghcr.io/astral-sh/uv:{nines}-python3.{nines}-bookworm\nEXPOSE {nines}\n"
        f"USER {nines}\nCOPY --chmod={sevens} . .\nCOPY --from={nines} /a /b\n"
        f"COPY --from=a /usr/lib/python3.{nines} /b\nHEALTHCHECK --interval={nines}s CMD true\n"
        f"RUN pip install uv=={nines} && uv python install 3.{nines} && chmod {sevens} x\n"
        f"RUN pip install poetry=={nines} && poetry install\n"
    )
    (root / "docker-compose.yml").write_text(
        f"services:\n  a:\n    build: {{context: ., target: '{nines}'}}\n    ports: ['{nines}:80',"
        f" '1-{nines}:2', {nines}]\n    mem_limit: {nines}\n    deploy: {{replicas: {nines}}}\n"
    )
    (root / "pyproject.toml").write_text(
        f"[project]\nname = 'x'\nversion = '{nines}'\nrequires-python = '>=3.{nines}'\n"
        f"dependencies = ['a>={nines}', \"b; python_version < '{nines}'\"]\n"
        f"[tool.uv]\nrequired-version = '>={nines}'\n"
    )
    (root / "uv.lock").write_text(
        f"version = 1\nrequires-python = '>=3.{nines}.0'\n[[package]]\nname = 'x'\n"
        f"version = '{nines}.0'\nsource = {{ virtual = '.' }}\nwheels = [{{ url = "
        f"'https://index.example/a-1-cp{nines}-none-manylinux_{nines}_{nines}_x86_64.whl',"
        f" hash = 'sha256:0', size = {nines} }}]\n"
    )
    (root / ".python-version").write_text(f"3.{nines}\n")
    (root / "package.json").write_text(f'{{"a": {nines}, "engines": {{"node": ">={nines}"}}}}')
    (root / "requirements.txt").write_text(f"a=={nines}\n")


HARMLESS: list[Callable[[Path], None]] = [
    links,
    special_files,
    folders_as_files,
    odd_names,
    binary_files,
    yaml_bombs,
    deep_nesting,
    unknown_tools,
    giant_numbers,
]


@pytest.mark.parametrize("spoil", HARMLESS, ids=lambda spoil: spoil.__name__)
def test_the_healthy_rest_is_judged(spoil: Callable[[Path], None], project: Path) -> None:
    spoil(project)
    found = rules(project)
    assert LEAK in found
    assert "internal-error" not in found


ENDING: list[Callable[[Path], None]] = [
    slow_patterns,
    huge_lock,
    huge_dockerfile,
    huge_varied_dockerfile,
    huge_yaml,
    huge_ignore_file,
]


@pytest.mark.parametrize("spoil", ENDING, ids=lambda spoil: spoil.__name__)
def test_it_ends(spoil: Callable[[Path], None], project: Path) -> None:
    spoil(project)
    assert "internal-error" not in rules(project)


def test_many_entries_in_one_folder(project: Path) -> None:
    folder = project / "backend" / "data"
    folder.mkdir()
    for i in range(20_000):
        os.close(os.open(folder / f"f{i}", os.O_CREAT | os.O_WRONLY))
    assert LEAK in rules(project)


def test_an_empty_folder_and_a_vanished_one(tmp_path: Path) -> None:
    assert rules(tmp_path) == set()
    assert rules(tmp_path / "gone") == set()


def test_a_folder_that_vanishes_between_two_looks(project: Path) -> None:
    host = Host((str(project),))
    assert LEAK in {finding.rule for finding in host.analyse().findings}
    shutil.rmtree(project)
    host.touch_all()
    assert host.analyse().findings == ()
