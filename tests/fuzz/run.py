"""The long run: damaged workspaces and sequences of steps for hours. See README.md beside this."""

from __future__ import annotations

import argparse
import random
import sys
import time
import traceback
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from shipworthy.db.inputs import MemoryFiles
from shipworthy.engine.host import Host
from support.damage import mutated, trees
from support.looks import Bench, internal_errors, said
from support.workspaces import ROOT

SLOW = 5.0
"""Seconds of processor time beyond which one input counts as a fault."""


def bytes_of_any_file(dice: random.Random) -> None:
    """One fresh look at a damaged workspace."""
    files = dict(trees()[0] if dice.random() < 0.3 else dice.choice(trees()))
    names = sorted(files)
    for _ in range(dice.randint(1, 8)):
        name = dice.choice(names)
        numbers = [dice.randrange(1_000_000) for _ in range(3)]
        files[name] = mutated(files[name], *numbers)
    if dice.random() < 0.05:
        files[dice.choice(names)] = dice.randbytes(300).decode("utf-8", "surrogateescape")
    disk = MemoryFiles({f"{ROOT}/{path}": text for path, text in files.items()})
    analysis = Host([ROOT], disk).analyse()
    said(analysis)
    crashes = internal_errors(analysis)
    assert not crashes, "\n".join(crashes)


def steps_of_a_session(dice: random.Random) -> None:
    """A sequence of edits, saves, renames, creations and deletions, compared with fresh starts."""
    bench = Bench(0 if dice.random() < 0.2 else dice.randrange(1_000_000))
    for _ in range(dice.randint(1, 15)):
        numbers = [dice.randrange(1_000_000) for _ in range(4)]
        bench.step((numbers[0], numbers[1], numbers[2], numbers[3]))
        if dice.random() < 0.5:
            bench.check()
    bench.check()


TARGETS = {"bytes": bytes_of_any_file, "steps": steps_of_a_session}


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=0, help="of the first input; one more each")
    parser.add_argument("--once", action="store_true", help="only that input, errors not caught")
    options = parser.parse_args()
    target = TARGETS[options.target]
    if options.once:
        target(random.Random(options.seed))
        return 0
    began, seed, faults = time.monotonic(), options.seed, Counter[str]()
    while time.monotonic() - began < options.minutes * 60:
        used = time.process_time()
        try:
            target(random.Random(seed))
        except Exception as error:  # noqa: BLE001  (every fault is counted, by its place)
            place = traceback.extract_tb(error.__traceback__)[-1]
            key = f"{type(error).__name__} {Path(place.filename).name}:{place.lineno} {error}"[:300]
            if not faults[key]:
                _say(f"seed {seed}: {key}")
            faults[key] += 1
        used = time.process_time() - used
        if used > SLOW:
            _say(f"seed {seed}: slow, {used:.1f} s")
            faults["slow"] += 1
        seed += 1
    hours = (time.monotonic() - began) / 3600
    _say(f"{options.target}: {seed - options.seed} inputs, {hours:.2f} hours, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
