"""What is loaded when: rules only with the first node that they visit."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import sys
from shipworthy.db.inputs import MemoryFiles
from shipworthy.engine.host import Host
Host(["/ws"], MemoryFiles({files!r})).analyse()
print(sum(name.startswith("shipworthy.rules.") and name.count(".") == 3 for name in sys.modules))
"""


@pytest.mark.parametrize(
    ("files", "loads"),
    [
        ({"/ws/a.txt": ""}, False),
        ({"/ws/Dockerfile": "FROM a\nCOPY . .\n"}, True),
    ],
)
def test_rules_load_with_the_nodes_they_visit(files: dict[str, str], loads: bool) -> None:
    program = PROGRAM.format(files=files)
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert (int(run.stdout) > 0) == loads
