"""What plain scalars mean by the rules of Go's yaml v3, which mix YAML 1.1 and 1.2.

`yes` is a string, `010` is eight, `1_000` is a thousand.
"""

from __future__ import annotations

import re

from shipworthy.model.compose.tree import Plain, Timestamp
from shipworthy.text.patterns import regex

_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_BOOL = {
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_SPECIAL = {
    **{text: float("inf") for text in (".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF")},
    **{text: float("-inf") for text in ("-.inf", "-.Inf", "-.INF")},
    **{text: float("nan") for text in (".nan", ".NaN", ".NAN")},
}
_INTEGER = regex(r"[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)$")
_FLOAT = regex(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$")
_DATE = regex(
    r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"
    r"(?:(?:[Tt]| )([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(\.[0-9]{1,9})?"
    r"(Z|[-+][0-9]{2}:[0-9]{2})?)?$"
)


def typed(text: str) -> Plain:
    """What a plain scalar means."""
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if text in _SPECIAL:
        return _SPECIAL[text]
    if text[0] not in "+-.0123456789":
        return text
    date = _DATE.match(text)
    if date is not None and (stamp := _timestamp(date)) is not None:
        return stamp
    if text[0] == ".":
        return float(text) if _FLOAT.match(text) else text
    plain = text.replace("_", "")
    if plain == "-0":
        return -0.0
    if len(plain) < 400 and _INTEGER.match(plain):
        number = _integer(plain)
        if -(2**63) <= number < 2**64:
            return number
    return float(plain) if _FLOAT.match(plain) else text


def decoded(text: str) -> str:
    """The text of a `!!binary`; what is no base64 stays as it is."""
    from base64 import b64decode  # noqa: PLC0415  (slow to import, for `!!binary` only)

    try:
        return b64decode("".join(text.split()), validate=True).decode(errors="replace")
    except ValueError:
        return text


def _timestamp(date: re.Match[str]) -> Timestamp | None:
    year, month, day, hour, minute, second, fraction, zone = date.groups()
    from datetime import datetime  # noqa: PLC0415  (slow to import, for timestamps only)

    try:
        time = datetime(
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0)
        )
    except ValueError:
        return None
    fraction = (fraction or "").rstrip("0").rstrip(".")
    shift = "+0000 UTC"
    if zone and zone != "Z":
        shift = " ".join([zone.replace(":", "")] * 2)
    return Timestamp(f"{time:%Y-%m-%d %H:%M:%S}{fraction} {shift}")


def _integer(text: str) -> int:
    sign = -1 if text[0] == "-" else 1
    digits = text.lstrip("+-")
    prefix = digits[:2].lower()
    if prefix in ("0x", "0b", "0o"):
        return sign * int(digits[2:], {"0x": 16, "0b": 2, "0o": 8}[prefix])
    return sign * int(digits, 8 if digits[0] == "0" and len(digits) > 1 else 10)
