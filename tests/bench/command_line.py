"""The command line: seconds of the wall clock and of the processor, on one core."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from typing import NamedTuple

WALK = """
import sys, time
from shipworthy.db.database import Database
from shipworthy.db.inputs import DiskFiles
from shipworthy.model import context
db = Database(DiskFiles())
begun = time.process_time()
if sys.argv[2] == "survey":
    context.survey(db, sys.argv[1], sys.argv[3] or None)
else:
    sum(item.size for item in context.walk(db, sys.argv[1], sys.argv[3] or None))
print(time.process_time() - begun)
"""


class Run(NamedTuple):
    """What one or several runs took: seconds."""

    name: str
    wall: float
    processor: float


def timed(name: str, *commands: Sequence[str], repeat: int = 1) -> Run:
    """Run the commands one after the other; of several repetitions the fastest counts."""
    best: Run | None = None
    for _ in range(repeat):
        before, begun = getrusage(RUSAGE_CHILDREN), time.perf_counter()
        for command in commands:
            _run(command)
        wall, after = time.perf_counter() - begun, getrusage(RUSAGE_CHILDREN)
        processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        if best is None or processor < best.processor:
            best = Run(name, wall, processor)
    assert best is not None
    return best


def _run(command: Sequence[str]) -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    environment["PYTHONPYCACHEPREFIX"] = str(Path(sys.prefix) / "bench-cache")
    subprocess.run(
        command,
        check=False,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        preexec_fn=_one_core,
    )


def _one_core() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def shipworthy(*arguments: str) -> tuple[str, ...]:
    """The command as it is installed."""
    return (str(Path(sys.executable).parent / "shipworthy"), *arguments)


def walked(folder: Path, what: str, ignore_file: str = "") -> float:
    """Processor seconds of a survey or a full walk of a context, without the start."""
    done = subprocess.run(
        [sys.executable, "-c", WALK, str(folder), what, ignore_file],
        check=True,
        capture_output=True,
        text=True,
    )
    return float(done.stdout)
