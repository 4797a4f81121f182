"""The short syntax of ports: whether Compose can read one (go-connections nat.ParsePortSpec)."""

from __future__ import annotations

from shipworthy.text.numbers import number
from shipworthy.text.patterns import regex

_PROTOCOLS = ("tcp", "udp", "sctp")
_RANGE = regex(r"([0-9]{1,5})(?:-([0-9]{1,5}))?\Z")


def port_error(spec: str) -> str | None:
    """Why Compose refuses a port, or None."""
    body, slash, protocol = spec.partition("/")
    if slash and protocol.lower() not in _PROTOCOLS:
        return f"invalid proto: {protocol}"
    host, _, container = body.rpartition(":")
    address, _, published = host.rpartition(":")
    if not container:
        return f"no port specified: {spec}<empty>"
    inside = _ports(container)
    if inside is None:
        return f"invalid containerPort: {container}"
    if address and not _is_address(address.removeprefix("[").removesuffix("]")):
        return f"invalid IP address: {address}"
    if not published:
        return None
    outside = _ports(published)
    if outside is None:
        return f"invalid hostPort: {published}"
    if inside != outside and inside > 1:
        return f"invalid ranges specified for container and host Ports: {container} and {published}"
    return None


def _ports(text: str) -> int | None:
    """How many ports a range names."""
    match = _RANGE.match(text)
    if match is None:
        return None
    first, last = number(match[1]), number(match[2] or match[1])
    return last - first + 1 if first <= last <= 65535 else None


def _is_address(text: str) -> bool:
    from ipaddress import ip_address  # noqa: PLC0415  (slow to import, for few ports)

    try:
        ip_address(text)
    except ValueError:
        return False
    return True
