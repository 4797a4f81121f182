"""Draw `images/icon.png`: a ship with three containers, as shapes sampled 4 x 4 a pixel.

python scripts/icon.py
"""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import NamedTuple, TypeAlias

SIZE = 256
SAMPLES = 4
Point: TypeAlias = tuple[float, float]
Colour: TypeAlias = tuple[int, int, int, int]

SEA: Colour = (18, 52, 77, 255)
HULL: Colour = (238, 244, 248, 255)
WAVE: Colour = (43, 140, 196, 255)
CONTAINERS: tuple[Colour, ...] = ((255, 212, 59, 255), (75, 180, 230, 255), (86, 196, 130, 255))
CLEAR: Colour = (0, 0, 0, 0)


class Polygon(NamedTuple):
    """A convex polygon; its corners run clockwise on the screen."""

    corners: tuple[Point, ...]
    colour: Colour

    def covers(self, x: float, y: float) -> bool:
        """Whether a point lies inside."""
        pairs = zip(self.corners, (*self.corners[1:], self.corners[0]), strict=True)
        return all((bx - ax) * (y - ay) - (by - ay) * (x - ax) >= 0 for (ax, ay), (bx, by) in pairs)


def box(left: float, top: float, width: float, height: float, colour: Colour) -> Polygon:
    """A rectangle."""
    right, bottom = left + width, top + height
    return Polygon(((left, top), (right, top), (right, bottom), (left, bottom)), colour)


def stroke(start: Point, end: Point, width: float, colour: Colour) -> Polygon:
    """A line with a width."""
    (ax, ay), (bx, by) = start, end
    length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5
    dx, dy = (by - ay) / length * width / 2, (ax - bx) / length * width / 2
    return Polygon(
        ((ax + dx, ay + dy), (bx + dx, by + dy), (bx - dx, by - dy), (ax - dx, ay - dy)), colour
    )


SHAPES: tuple[Polygon, ...] = (
    stroke((98, 172), (120, 193), 13, SEA),
    stroke((115, 193), (159, 150), 13, SEA),
    Polygon(((30, 138), (226, 138), (196, 212), (60, 212)), HULL),
    box(58, 84, 64, 46, CONTAINERS[1]),
    box(130, 84, 64, 46, CONTAINERS[2]),
    box(94, 32, 64, 46, CONTAINERS[0]),
    box(0, 212, 256, 14, WAVE),
)
"""The first that covers a point is on top."""


def colour_at(x: float, y: float) -> Colour:
    """The colour of a point of the picture."""
    radius = 48.0
    dx, dy = max(radius - x, x - (SIZE - radius), 0), max(radius - y, y - (SIZE - radius), 0)
    if dx * dx + dy * dy > radius * radius:
        return CLEAR
    return next((shape.colour for shape in SHAPES if shape.covers(x, y)), SEA)


def pixel(column: int, row: int) -> bytes:
    """One pixel: the mean of its samples, weighted by what they cover."""
    steps = [(step + 0.5) / SAMPLES for step in range(SAMPLES)]
    samples = [colour_at(column + dx, row + dy) for dy in steps for dx in steps]
    alpha = sum(sample[3] for sample in samples)
    if alpha == 0:
        return bytes(4)
    channels = (sum(sample[i] * sample[3] for sample in samples) // alpha for i in range(3))
    return bytes([*channels, alpha // len(samples)])


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG file."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def main() -> None:
    """Write the icon."""
    rows = (b"\0" + b"".join(pixel(x, y) for x in range(SIZE)) for y in range(SIZE))
    header = struct.pack(">IIBBBBB", SIZE, SIZE, 8, 6, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"".join(rows), 9))
    target = Path(__file__).resolve().parents[1] / "images" / "icon.png"
    target.write_bytes(b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND", b""))


main()
