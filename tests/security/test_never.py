"""What is never done: no process, no socket, no read outside, no write without being asked."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ARTICLE = Path(__file__).parents[1] / "projects" / "article" / "faulty"

# Runs the command line in a process whose audit hook notes what must not happen. `open` events
# with a write mode are noted, too; the interpreter's own files are read only.
HOOKED = """
import json, os, sys
seen = []
def hook(event, arguments):
    if event.split('.')[0] in ('subprocess', 'socket', 'ftplib', 'smtplib', 'urllib', 'webbrowser'):
        seen.append([event, repr(arguments)[:200]])
    elif event in ('os.system', 'os.exec', 'os.fork', 'os.forkpty', 'os.posix_spawn', 'os.spawn',
                   'pty.spawn', 'exec') and event != 'exec':
        seen.append([event, repr(arguments)[:200]])
    elif event == 'open':
        path, mode, flags = arguments
        writes = flags is not None and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        if writes and isinstance(path, str) and path != os.devnull:
            seen.append(['write', path])
        elif isinstance(path, (str, bytes)):
            read.append(os.fsdecode(path))
    elif event in ('os.remove', 'os.rename', 'os.mkdir', 'os.rmdir', 'os.chmod', 'os.truncate',
                   'shutil.rmtree'):
        seen.append([event, repr(arguments)[:200]])
read = []
sys.addaudithook(hook)
from shipworthy.cli.main import main
status = main(sys.argv[2:])
sys.stdout.flush()
report = json.dumps({'status': status, 'seen': seen, 'read': read}).encode()
os.write(os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT), report)
"""


def hooked(tmp_path: Path, *arguments: str) -> dict[str, list[str]]:
    """What a run of the command line, started in the project, did that the hook knows."""
    cwd = tmp_path / "shop"
    log = tmp_path / "log.json"
    subprocess.run(
        [sys.executable, "-I", "-B", "-c", HOOKED, str(log), *arguments],
        check=True,
        capture_output=True,
        timeout=60,
        cwd=cwd,
    )
    result: dict[str, list[str]] = json.loads(log.read_text())
    log.unlink()
    return result


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "shop"
    shutil.copytree(ARTICLE, root, symlinks=True)
    (root / ".git").mkdir()
    # Whoever imports these in place of the library would have executed the workspace.
    for name in ("logging.py", "tomllib.py", "sitecustomize.py", "packaging.py"):
        (root / name).write_text("raise SystemExit('the workspace was executed')\n")
    return root


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "--exit-zero"),
        ("check", "--exit-zero", "--diff"),
        ("context",),
        ("why", "backend"),
    ],
)
def test_nothing_is_started_fetched_or_written(
    arguments: tuple[str, ...], project: Path, tmp_path: Path
) -> None:
    (command, *rest) = arguments
    target = rest if command == "why" else [*rest, str(project)]
    if command == "why":
        target = [str(project / rest[0])]
    assert hooked(tmp_path, command, *target)["seen"] == []


def test_nothing_outside_the_workspace_is_read(project: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "Dockerfile").write_text("FROM secret\n")
    (project / "link").symlink_to(outside)
    (project / "Dockerfile").symlink_to(outside / "Dockerfile")
    read = hooked(tmp_path, "check", "--exit-zero", str(project))["read"]
    inside = str(project)
    interpreters = (sys.prefix, sys.base_prefix, str(Path(__file__).parents[2]), "/proc", "/usr")
    foreign = [
        path
        for path in read
        if path.startswith(str(tmp_path)) and not path.startswith((inside, *interpreters))
    ]
    assert foreign == []


def test_fix_writes_only_what_it_names(project: Path, tmp_path: Path) -> None:
    before = {
        path: path.read_bytes()
        for path in project.rglob("*")
        if path.is_file() and not path.is_symlink()
    }
    hooked(tmp_path, "check", "--fix", "--exit-zero", str(project))
    after = {
        path: path.read_bytes()
        for path in project.rglob("*")
        if path.is_file() and not path.is_symlink()
    }
    changed = {
        path.relative_to(project).as_posix() for path in after if after[path] != before.get(path)
    }
    assert changed <= {
        ".dockerignore",
        "deploy/docker-compose.dev.yml",
        "deploy/backend/Dockerfile.dev",
    }
    assert ".dockerignore" in changed
