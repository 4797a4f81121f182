"""Features that others add: each module here names its handlers in a tuple `FEATURES`.

def hover(snapshot: Snapshot, params: types.HoverParams) -> types.Hover | None: ...

FEATURES = (Feature(types.TEXT_DOCUMENT_HOVER, hover),)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

from shipworthy.text.records import NamedTuple

if TYPE_CHECKING:
    from shipworthy.lsp.snapshot import Snapshot


class Feature(NamedTuple):
    """A request that is answered from the model."""

    method: str
    handler: Callable[[Snapshot, Any], Any]
    """Runs on the worker thread; may raise Cancelled, which the database does for it."""
    options: Any = None
    """The options that the server's capabilities show, as pygls wants them (`HoverOptions()`)."""
    slow: bool = False
    """Edits and other requests may call it off and go first; it is begun again after them."""
    setting: str = ""
    """Offered only while this setting is on, to clients that can be told later."""


def features() -> Iterator[Feature]:
    """All features, by the order of their modules' names."""
    for name in sorted(module.name for module in iter_modules(__path__)):
        yield from import_module(f"{__name__}.{name}").FEATURES
