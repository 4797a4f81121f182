"""Who may import whom, and who may touch the disk."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import shipworthy

PACKAGE = Path(shipworthy.__path__[0])
ORDER = ("text", "syntax", "db", "model", "findings", "rules", "engine", "views")
ABOVE = {
    "docsgen": {*ORDER},
    "report": {*ORDER},
    "cli": {*ORDER, "report", "docsgen"},
    "lsp": {*ORDER, "docsgen"},
}
"""The packages above the engine: what each may import besides itself. `docsgen` holds the pages
that `explain` and the editor show."""
SYNTAX_MAY = {"text"}

MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "__pycache__" not in path.parts)


def layer(path: Path) -> str:
    parts = path.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else ""


def allowed(name: str) -> set[str]:
    if name == "syntax":
        return {"syntax", *SYNTAX_MAY}
    if name in ORDER:
        return {*ORDER[: ORDER.index(name) + 1]}
    return {*ABOVE.get(name, ORDER), name}


def imports(path: Path) -> Iterator[tuple[str, int, bool]]:
    """Dotted names, their lines, and whether only type checkers see them."""
    tree = ast.parse(path.read_bytes(), str(path))
    hidden = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno, id(node) in hidden
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import"
            for alias in node.names:
                yield f"{node.module}.{alias.name}", node.lineno, id(node) in hidden


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_one_way(path: Path) -> None:
    own = layer(path)
    for name, line, _ in imports(path):
        parts = name.split(".")
        if parts[0] != "shipworthy" or len(parts) < 2 or not (PACKAGE / parts[1]).is_dir():
            continue
        if own in ("", parts[1]) or parts[1] in allowed(own):
            continue
        is_lsp_command = own == "cli" and path.name == "lsp.py" and parts[1] == "lsp"
        assert is_lsp_command, f"{path}:{line}: {own} imports {parts[1]}"


@pytest.mark.parametrize(
    ("library", "home"),
    [
        ("pygls", "lsp"),
        ("lsprotocol", "lsp"),
        ("cattrs", "lsp"),
        ("asyncio", "lsp"),
        ("ruamel", "syntax/yaml"),
    ],
)
def test_a_library_is_used_in_one_place(library: str, home: str) -> None:
    for path in MODULES:
        if path.relative_to(PACKAGE).as_posix().startswith(home + "/"):
            continue
        for name, line, _ in imports(path):
            assert name.split(".")[0] != library, f"{path}:{line} imports {library}"


NETWORK = ("socket", "ssl", "http", "urllib", "requests", "ftplib", "subprocess", "multiprocessing")
DISK_MODULES = ("os", "pathlib", "shutil", "tempfile", "glob", "io")
MAY_TOUCH_THE_DISK = ("db/inputs.py", "engine/writing.py", "cli/", "docsgen/", "lsp/")


def test_nothing_is_fetched_and_no_process_is_started() -> None:
    for path in MODULES:
        if layer(path) in ("lsp", "docsgen"):
            continue
        for name, line, _ in imports(path):
            fetches = name.split(".")[0] in NETWORK and not name.startswith("urllib.parse")
            assert not fetches, f"{path}:{line} imports {name}"


def test_files_are_read_in_one_place() -> None:
    for path in MODULES:
        if path.relative_to(PACKAGE).as_posix().startswith(MAY_TOUCH_THE_DISK):
            continue
        for name, line, _ in imports(path):
            touches = name.split(".")[0] in DISK_MODULES and not name.startswith("os.path")
            assert not touches, f"{path}:{line} imports {name}"
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id != "open", f"{path}:{node.lineno} opens a file"


def test_the_command_line_does_not_load_the_editor_stack() -> None:
    if not (PACKAGE / "cli" / "main.py").is_file():
        pytest.skip("there is no command line yet")
    program = (
        "import sys, shipworthy.cli.main\n"
        "print(sorted({'pygls', 'lsprotocol', 'cattrs', 'asyncio'} & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert run.stdout.strip() == "[]"
