"""What is never done: no process, no socket, no read outside, no write without being asked."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, TypedDict

import pytest

ARTICLE = Path(__file__).parents[1] / "projects" / "article" / "faulty"

WRITING = {"write", "os.rename", "os.remove", "os.chmod", "os.chown", "os.mkdir"}
# Runs the command line in a process whose audit hook notes what must not happen. `open` events
# with a write mode are noted, too; the interpreter's own files are read only.
HOOKED = """
import json, os, socket, sys
seen = []
def hook(event, arguments):
    if event == 'socket.__new__' and arguments[1] == socket.AF_UNIX:
        return  # asyncio wakes itself up through a pair of them; `socket.connect` is an event, too
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
try:
    status = main(sys.argv[2:])
except SystemExit as ended:
    status = ended.code
sys.stdout.flush()
report = json.dumps({'status': status, 'seen': seen, 'read': read}).encode()
os.write(os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT), report)
"""


class Noted(TypedDict):
    """What a run did that the hook knows: events with their arguments, and paths read."""

    status: int
    seen: list[list[str]]
    read: list[str]


def hooked(tmp_path: Path, *arguments: str, given: bytes = b"") -> Noted:
    """What a run of the command line, started in the project, did."""
    cwd = tmp_path / "shop"
    log = tmp_path / "log.json"
    subprocess.run(
        [sys.executable, "-I", "-B", "-c", HOOKED, str(log), *arguments],
        check=True,
        input=given,
        capture_output=True,
        timeout=60,
        cwd=cwd,
    )
    result: Noted = json.loads(log.read_text())
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
        ("report",),
        ("init", "--dry-run"),
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


def written(noted: Noted, folder: Path) -> set[str]:
    """The files of the folder that came to be; fails on any event but a write that asks for it."""
    targets = set()
    for event, arguments in noted["seen"]:
        assert event in WRITING, (event, arguments)
        for path in [arguments] if event == "write" else re.findall(r"'(/[^']*)'", arguments):
            assert path.startswith(f"{folder}/"), (event, arguments)
            if not Path(path).name.startswith(".shipworthy-") and event != "os.mkdir":
                targets.add(Path(path).relative_to(folder).as_posix())
    return targets


def test_init_writes_its_files_alone(project: Path, tmp_path: Path) -> None:
    new = project / "new"
    new.mkdir()
    (new / "pyproject.toml").write_text('[project]\nname = "a"\nversion = "1"\n')
    before = {path.name for path in new.iterdir()}
    noted = hooked(tmp_path, "init", str(new))
    assert noted["status"] == 0
    assert written(noted, project) <= {f"new/{path.name}" for path in new.iterdir()}
    assert {path.name for path in new.iterdir()} - before == {
        ".dockerignore",
        "Dockerfile",
        "compose.yaml",
    }


def framed(*messages: dict[str, Any]) -> bytes:
    bodies = [json.dumps({"jsonrpc": "2.0", **message}).encode() for message in messages]
    return b"".join(b"Content-Length: %d\r\n\r\n%b" % (len(body), body) for body in bodies)


def test_a_session_of_an_editor_starts_fetches_and_writes_nothing(
    project: Path, tmp_path: Path
) -> None:
    file = project / "deploy" / "backend" / "Dockerfile.dev"
    document = {"uri": file.as_uri()}
    opened = {**document, "languageId": "dockerfile", "version": 1, "text": file.read_text()}
    start = {"line": 0, "character": 0}
    place = {"textDocument": document, "position": {"line": 1, "character": 8}}
    whole = {"start": start, "end": {"line": 20, "character": 0}}
    asked = (
        ("hover", place),
        ("completion", place),
        ("definition", place),
        ("documentLink", {"textDocument": document}),
        ("codeLens", {"textDocument": document}),
        ("codeAction", {"textDocument": document, "range": whole, "context": {"diagnostics": []}}),
        ("diagnostic", {"textDocument": document}),
        ("formatting", {"textDocument": document, "options": {"tabSize": 2}}),
    )
    session = framed(
        {
            "id": 0,
            "method": "initialize",
            "params": {"processId": None, "rootUri": project.as_uri(), "capabilities": {}},
        },
        {"method": "initialized", "params": {}},
        {"method": "textDocument/didOpen", "params": {"textDocument": opened}},
        *(
            {"id": number, "method": f"textDocument/{name}", "params": params}
            for number, (name, params) in enumerate(asked, 1)
        ),
    )
    end = framed({"id": 99, "method": "shutdown"}, {"method": "exit"})
    noted = hooked(tmp_path, "lsp", "--stdio", given=session + end)
    assert noted["seen"] == []
    assert noted["status"] in {0, None}
    assert os.fspath(project / "pyproject.toml") in noted["read"]


def test_fix_writes_only_what_it_names(project: Path, tmp_path: Path) -> None:
    before = {
        path: path.read_bytes()
        for path in project.rglob("*")
        if path.is_file() and not path.is_symlink()
    }
    noted = hooked(tmp_path, "check", "--fix", "--exit-zero", str(project))
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
    assert written(noted, project) <= changed
