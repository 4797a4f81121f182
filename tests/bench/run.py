"""`uv run python tests/bench/run.py`: figures, as a table and as JSON; see README.md."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench import growth, workspaces
from bench.command_line import Run, shipworthy, timed, walked
from bench.peers import Peers, install, own_server
from bench.servers import measure, measure_views
from bench.workspaces import Edit


class Figure(NamedTuple):
    """One number of the table."""

    scenario: str
    subject: str
    what: str
    value: float | None
    unit: str


SCENARIOS: dict[str, Callable[[Path], Edit]] = {
    "Dockerfile, 14 lines": lambda folder: workspaces.dockerfile(folder, big=False),
    "Dockerfile, 1,100 lines": lambda folder: workspaces.dockerfile(folder, big=True),
    "compose, 18 lines": lambda folder: workspaces.compose(folder, big=False),
    "compose, 2,100 lines": lambda folder: workspaces.compose(folder, big=True),
    "50 services, 50 Dockerfiles": workspaces.monorepo,
}
SAMPLE = 10
"""Processes that are started for the figures of one process a file; the rest is scaled."""

LEAST = 0.05
"""Seconds above the start below which growth is not told: they are noise."""

PARTS = ("editor", "command-line", "walk", "growth")


def main() -> int:
    """Measure what was asked for."""
    options = _options()
    found: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="shipworthy-bench-") as name:
        folder = Path(name)
        peers = install(Path(options.peers_folder)) if options.peers else Peers((), None, None)
        if "editor" in options.parts:
            _editor(folder, peers, options, found)
        if "command-line" in options.parts:
            _command_line(folder, peers, options, found)
        if "walk" in options.parts:
            _walk(folder, options, found)
        if "growth" in options.parts:
            _growth(folder, options, found)
    data = {
        "machine": {"cores": os.cpu_count(), "python": platform.python_version()},
        "figures": [figure._asdict() for figure in found],
    }
    Path(options.json).write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure shipworthy, and its peers if asked to.")
    add = parser.add_argument
    add("parts", nargs="*", default=PARTS, choices=(*PARTS, PARTS), metavar="PART")
    add("--peers", action="store_true", help="install the peers by name (network) and measure them")
    add("--peers-folder", default=str(Path(tempfile.gettempdir()) / "shipworthy-bench-peers"))
    add("--projects", type=int, default=200, help="complete projects for the command line (200)")
    add("--files", type=int, nargs="+", default=[10_000, 100_000], help="files of the walks")
    add("--size", type=int, default=300, help="of the smaller inputs of growth (300)")
    add("--keystrokes", type=int, default=60)
    add("--edits", type=int, default=1000, help="edits before memory is read (1,000)")
    add("--json", default="bench.json", help="where the figures go (bench.json)")
    return parser.parse_args()


def _tell(found: list[Figure], figure: Figure) -> None:
    found.append(figure)
    value = "-" if figure.value is None else f"{figure.value:,.2f}"
    sys.stdout.write(
        f"{figure.scenario:<28} {figure.subject:<30} {figure.what:<34} {value:>10} {figure.unit}\n"
    )
    sys.stdout.flush()


def _editor(folder: Path, peers: Peers, options: argparse.Namespace, found: list[Figure]) -> None:
    for number, (scenario, make) in enumerate(SCENARIOS.items()):
        home = folder / f"editor-{number}"
        edit = make(home)
        for server in (own_server(), *peers.servers):
            if edit.language not in server.languages:
                continue
            figures = measure(server, home, edit, options.keystrokes, options.edits)
            for what, value, unit in (
                ("start to initialize", figures.start, "ms"),
                ("open to first publish", figures.open, "ms"),
                ("keystroke to publish, median", figures.median, "ms"),
                ("keystroke to publish, p95", figures.p95, "ms"),
                ("publishes of a burst of 20", figures.burst_publishes, ""),
                ("last edit of it to last publish", figures.burst, "ms"),
                ("memory at half the edits", figures.memory_half, "MiB"),
                (f"memory after {options.edits:,} edits", figures.memory, "MiB"),
            ):
                _tell(found, Figure(scenario, server.name, what, value, unit))
    edit = workspaces.article(folder / "article")
    for server in (own_server(), *peers.servers):
        if edit.language not in server.languages:
            continue
        for name, (median, p95) in measure_views(server, folder / "article", edit).items():
            _tell(found, Figure("article", server.name, f"{name}, median", median, "ms"))
            _tell(found, Figure("article", server.name, f"{name}, p95", p95, "ms"))


def _command_line(
    folder: Path, peers: Peers, options: argparse.Namespace, found: list[Figure]
) -> None:
    def tell(scenario: str, run: Run) -> None:
        _tell(found, Figure(scenario, run.name, "wall", run.wall, "s"))
        _tell(found, Figure(scenario, run.name, "processor", run.processor, "s"))

    one = folder / "one"
    workspaces.project(one, "one")
    article = Path(__file__).parent.parent / "projects" / "article" / "faulty"
    timed("warm", shipworthy("check", str(one)))
    tell("start-up", timed("python -I -c pass", (sys.executable, "-I", "-c", "pass"), repeat=9))
    tell("start-up", timed("shipworthy --version", shipworthy("--version"), repeat=9))
    tell(
        "start-up", timed("shipworthy check, article", shipworthy("check", str(article)), repeat=9)
    )
    _against(one, "one project", peers, tell)
    mono = folder / "mono"
    workspaces.monorepo(mono)
    _against(mono, "50 services", peers, tell)
    many = folder / "many"
    workspaces.projects(many, options.projects)
    _against(many, f"{options.projects:,} projects", peers, tell)


def _against(folder: Path, scenario: str, peers: Peers, tell: Callable[[str, Run], None]) -> None:
    files = [str(path) for path in sorted(folder.rglob("Dockerfile"))]
    tell(scenario, timed("shipworthy, everything", shipworthy("check", str(folder)), repeat=2))
    for name, tool in (("hadolint", peers.hadolint), ("tally", peers.tally)):
        if tool is None:
            continue
        command = (tool,) if name == "hadolint" else (tool, "lint")
        tell(scenario, timed(f"{name}, Dockerfiles only", (*command, *files)))
        if len(files) > 1:
            some = files[:SAMPLE]
            run = timed("", *([*command, file] for file in some))
            share = len(files) / len(some)
            label = f"{name}, a process a file (scaled)"
            tell(scenario, Run(label, run.wall * share, run.processor * share))


def _walk(folder: Path, options: argparse.Namespace, found: list[Figure]) -> None:
    for count in options.files:
        home = folder / f"tree-{count}"
        workspaces.tree(home, count)
        ignore = home / ".dockerignore"
        ignore.write_text("**/__pycache__\n**/.cache\n", encoding="utf-8")
        scenario = f"{count:,} files"
        for _ in range(2):
            plain = timed("find", ("find", str(home)))
            sizes = timed("find -printf %s", ("find", str(home), "-printf", "%s\\n"))
        for run in (plain, sizes):
            _tell(found, Figure(scenario, run.name, "processor", run.processor, "s"))
        for what, file in (
            ("survey", ""),
            ("survey", str(ignore)),
            ("walk", ""),
            ("walk", str(ignore)),
        ):
            pruned = ", pruned" if file else ""
            seconds = min(walked(home, what, file) for _ in range(3))
            _tell(found, Figure(scenario, f"shipworthy {what}{pruned}", "processor", seconds, "s"))


def _growth(folder: Path, options: argparse.Namespace, found: list[Figure]) -> None:
    size: int = options.size
    least = growth.processor(folder / "growth", {})
    for number, (kind, files) in enumerate(growth.kinds().items()):
        home = folder / f"growth-{number}"
        once, twice = (
            growth.processor(home / str(count), files(count)) - least for count in (size, 2 * size)
        )
        _tell(found, Figure(f"{size:,} and {2 * size:,}", kind, "processor, more", once, "s"))
        growth_of = twice / once if once >= LEAST else None
        _tell(found, Figure(f"{size:,} and {2 * size:,}", kind, "growth", growth_of, "times"))


if __name__ == "__main__":
    sys.exit(main())
