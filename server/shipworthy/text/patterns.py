"""Regular expressions that are compiled when they are first used.

A run uses half of the expressions of the modules it imports; compiling all of them was a tenth of
its start-up.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, AnyStr, cast

if TYPE_CHECKING:
    from re import Pattern


def regex(text: AnyStr, flags: int = 0) -> Pattern[AnyStr]:
    """What `re.compile` gives, but an error in the expression shows when it is used."""
    return cast("Pattern[AnyStr]", _Regex(text, flags))


class _Regex:
    def __init__(self, *expression: Any) -> None:
        self._expression = expression

    def __getattr__(self, name: str) -> Any:
        # Kept on the object, so that the next use finds the method of the pattern directly.
        value = getattr(re.compile(*self._expression), name)
        setattr(self, name, value)
        return value
