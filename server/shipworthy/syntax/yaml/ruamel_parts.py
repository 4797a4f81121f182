"""The parts of ruamel.yaml that are used, without the rest of it.

`import ruamel.yaml` runs a package initialiser that loads every loader, dumper, constructor and
representer: 32 ms where these six modules need 8. So they are imported below a stand-in for the
package that has the package's path and nothing else. Afterwards the stand-in and what was imported
below it are forgotten: whoever imports ruamel.yaml later gets a whole one of their own.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec, module_from_spec

_PACKAGE = "ruamel.yaml"


@contextmanager
def _stand_in() -> Iterator[None]:
    spec = None if _PACKAGE in sys.modules else find_spec(_PACKAGE)
    if spec is None:
        yield
        return
    sys.modules[_PACKAGE] = module_from_spec(spec)
    try:
        yield
    finally:
        for name in [name for name in sys.modules if name.startswith(_PACKAGE)]:
            del sys.modules[name]


with _stand_in():
    from ruamel.yaml.error import YAMLError
    from ruamel.yaml.events import (
        AliasEvent,
        CollectionEndEvent,
        CollectionStartEvent,
        DocumentEndEvent,
        DocumentStartEvent,
        MappingStartEvent,
        ScalarEvent,
    )
    from ruamel.yaml.parser import Parser
    from ruamel.yaml.scanner import Scanner
    from ruamel.yaml.tokens import BlockEntryToken, FlowMappingStartToken, ScalarToken

__all__ = [
    "AliasEvent",
    "BlockEntryToken",
    "CollectionEndEvent",
    "CollectionStartEvent",
    "DocumentEndEvent",
    "DocumentStartEvent",
    "FlowMappingStartToken",
    "MappingStartEvent",
    "Parser",
    "ScalarEvent",
    "ScalarToken",
    "Scanner",
    "YAMLError",
]
