"""The short syntax of volumes, after compose-go format/volume.go."""

from __future__ import annotations

from shipworthy.model.compose.tree import MARK
from shipworthy.text.records import NamedTuple


class InvalidSpec(ValueError):
    """A volume string that Compose refuses."""


class Part(NamedTuple):
    """One field of the string, `[start, end)` within it."""

    text: str
    start: int
    end: int


class VolumeSpec(NamedTuple):
    """`SOURCE:TARGET:OPTIONS`; `kind` is `bind` or `volume`, None when the source is unknown."""

    kind: str | None
    source: Part | None
    target: Part
    options: tuple[str, ...]

    @property
    def read_only(self) -> bool:
        """The last of `ro` and `rw` decides."""
        modes = [option for option in self.options if option in ("ro", "rw")]
        return bool(modes) and modes[-1] == "ro"


def parse(spec: str) -> VolumeSpec:
    """The fields of a short volume; raises InvalidSpec.

    A lone field is the target of an anonymous volume. `x:` with a single letter is a drive and
    never ends a field. Unknown options mean nothing.
    """
    if not spec:
        raise InvalidSpec("invalid empty volume spec")
    if len(spec.encode(errors="surrogatepass")) <= 2:
        return VolumeSpec("volume", None, Part(spec, 0, len(spec)), ())
    fields = _fields(spec)
    if any(not field.text for field in fields):
        raise InvalidSpec(f"invalid spec: {spec}: empty section between colons")
    if len(fields) > 3:
        raise InvalidSpec(f"invalid spec: {spec}: too many colons")
    if len(fields) == 1:
        return VolumeSpec("volume", None, fields[0], ())
    options = tuple(fields[2].text.split(",")) if len(fields) == 3 else ()
    return VolumeSpec(_kind(fields[0].text), fields[0], fields[1], options)


def _fields(spec: str) -> list[Part]:
    fields: list[Part] = []
    start = 0
    for i, char in enumerate(spec):
        if char == ":" and not (i - start == 1 and spec[start].isalpha()):
            fields.append(Part(spec[start:i], start, i))
            start = i + 1
    fields.append(Part(spec[start:], start, len(spec)))
    return fields


def _kind(source: str) -> str | None:
    if source[0] in "./~" or source.startswith("\\\\"):
        return "bind"
    if source[1:2] == ":" and source[0].isalpha():
        return "bind"
    return None if source[0] == MARK else "volume"
