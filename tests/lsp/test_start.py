"""What the start of the server leaves out."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import attrs
from shipworthy.lsp.server import _import_records

define = attrs.define
_import_records()
from lsprotocol import types

records = [item for item in vars(types).values() if attrs.has(item)]
bare = [item for item in records if item.__repr__ is object.__repr__]
print(len(bare) > len(records) * 0.9 > 400)
print(attrs.define is define, types.Position(1, 2) == types.Position(1, 2))
"""


def test_records_come_without_methods_that_nothing_calls() -> None:
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.split("\n")[:2] == ["True", "True True"], done.stderr
