"""The same guided by coverage, where `atheris` is installed. See README.md beside this."""

from __future__ import annotations

import importlib
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

atheris = importlib.import_module("atheris")

with atheris.instrument_imports(include=["shipworthy"]):
    from shipworthy.db.inputs import MemoryFiles, decode, encode
    from shipworthy.engine.host import Host
    from support.every_kind import FILES
    from support.looks import internal_errors, said
    from support.workspaces import ROOT

    # Rules are imported when they are first asked.
    Host(
        ["/ws"], MemoryFiles({"/ws/Dockerfile": "FROM scratch\nCOPY . .\nRUN uv sync\n"})
    ).analyse()

NAMES = sorted(FILES)


def one_input(data: bytes) -> None:
    """The first byte names the file, the others are its text; the other files are as they were."""
    if not data:
        return
    files = dict(FILES)
    files[NAMES[data[0] % len(NAMES)]] = decode(data[1:])
    disk = MemoryFiles({f"{ROOT}/{path}": text for path, text in files.items()})
    analysis = Host([ROOT], disk).analyse()
    said(analysis)
    crashes = internal_errors(analysis)
    assert not crashes, "\n".join(crashes)


def main() -> None:
    """Options are libFuzzer's, such as `-max_total_time=600`."""
    with tempfile.TemporaryDirectory() as corpus:
        for number, name in enumerate(NAMES):
            seed = Path(corpus) / f"seed{number}"
            seed.write_bytes(bytes([number]) + encode(FILES[name]))
        atheris.Setup([*sys.argv, "-len_control=0", corpus], one_input)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
