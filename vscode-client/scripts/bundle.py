"""Put the server and its libraries, as uv.lock pins them, into `bundled/`.

The libraries are pure Python and the same for every supported Python and platform: a marker counts
as met when it is met anywhere. Runs with uv, pip and packaging:

    uv run --no-project --with pip --with packaging python scripts/bundle.py
"""

from __future__ import annotations

import itertools
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

from packaging.requirements import Requirement

CLIENT = Path(__file__).resolve().parents[1]
ROOT = CLIENT.parent
BUNDLE = CLIENT / "bundled"
PYTHONS = ("3.10", "3.11", "3.12", "3.13", "3.14")
"""The oldest comes first: where the lock forks, its pin is the one that all can use."""
PLATFORMS = (("linux", "Linux", "posix"), ("darwin", "Darwin", "posix"), ("win32", "Windows", "nt"))
COMPILED = {".so", ".pyd", ".dylib", ".dll"}
NOT_NEEDED = {"RECORD", "INSTALLER", "REQUESTED", "WHEEL", "direct_url.json", "top_level.txt"}

MAIN = '''"""The server that the editor starts: `python -I bundled lsp --stdio`."""

import sys

from shipworthy.cli.main import main

sys.exit(main())
'''


def fail(message: str) -> NoReturn:
    """Stop with a message."""
    sys.exit(f"bundle: {message}")


def export() -> list[str]:
    """The pinned requirements, one a line with its hashes."""
    command = ["uv", "export", "--frozen", "--no-dev", "--no-emit-project", "--no-annotate"]
    done = subprocess.run(
        [*command, "--no-header"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        fail(done.stderr)
    return done.stdout.replace("\\\n", " ").splitlines()


def is_met(requirement: Requirement) -> bool:
    """Whether a requirement holds for any supported Python on any platform."""
    if requirement.marker is None:
        return True
    return any(
        requirement.marker.evaluate(
            {
                "python_version": python,
                "python_full_version": f"{python}.0",
                "sys_platform": system,
                "platform_system": name,
                "os_name": os_name,
            }
        )
        for python, (system, name, os_name) in itertools.product(PYTHONS, PLATFORMS)
    )


def chosen(lines: list[str]) -> dict[str, str]:
    """Name -> pin with hashes, without the marker, of every library that may be needed."""
    pins: dict[str, str] = {}
    for line in filter(None, map(str.strip, lines)):
        text, *hashes = re.split(r"\s+(?=--hash=)", line)
        requirement = Requirement(text)
        if is_met(requirement):
            pin = f"{requirement.name}{requirement.specifier}"
            pins.setdefault(requirement.name, " ".join([pin, *hashes]))
    return pins


def install(pins: dict[str, str]) -> None:
    """Install wheels that run everywhere, and nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "requirements.txt"
        listed.write_text("".join(f"{pin}\n" for pin in pins.values()), encoding="utf-8")
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        where = ["--target", str(BUNDLE), "--no-deps", "--no-compile"]
        only = ["--only-binary", ":all:", "--platform", "any", "--implementation", "py"]
        only += ["--abi", "none", "--python-version", PYTHONS[0], "--require-hashes"]
        subprocess.run(
            [*pip, *where, *only, "--requirement", str(listed)],
            check=True,
        )


def prune() -> None:
    """Leave out what no start reads; the licences stay."""
    shutil.rmtree(BUNDLE / "bin", ignore_errors=True)
    for path in sorted(BUNDLE.rglob("*"), reverse=True):
        if path.is_dir() and path.name in ("__pycache__", "tests"):
            shutil.rmtree(path)
        elif path.suffix == ".pyi" or (
            path.parent.suffix == ".dist-info" and path.name in NOT_NEEDED
        ):
            path.unlink()


def main() -> None:
    """Build the folder anew."""
    shutil.rmtree(BUNDLE, ignore_errors=True)
    pins = chosen(export())
    install(pins)
    prune()
    shutil.copytree(
        ROOT / "server" / "shipworthy",
        BUNDLE / "shipworthy",
        ignore=shutil.ignore_patterns("__pycache__", "*.md"),
    )
    (BUNDLE / "__main__.py").write_text(MAIN, encoding="utf-8")
    compiled = [str(path) for path in BUNDLE.rglob("*") if path.suffix in COMPILED]
    if compiled:
        fail(f"compiled for one platform: {compiled}")
    files = [path for path in BUNDLE.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files)
    for name, pin in sorted(pins.items()):
        sys.stdout.write(f"  {name} {pin.split()[0].partition('==')[2]}\n")
    sys.stdout.write(f"bundled {len(files)} files, {size / 1e6:.2f} MB\n")


main()
