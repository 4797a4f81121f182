"""The writer: at once while the client reads, never waiting for one that does not, in order."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from typing import BinaryIO

import pytest

from shipworthy.lsp.transport import AT_ONCE, Writer


def _never() -> None:
    raise AssertionError("the stream is not broken")


@pytest.fixture
def ends() -> Iterator[tuple[int, BinaryIO]]:
    read, write = os.pipe()
    with os.fdopen(write, "wb", buffering=0) as stream:
        yield read, stream
    os.close(read)


@pytest.mark.skipif(os.name == "nt", reason="nothing says there whether a pipe has room")
def test_a_short_frame_is_there_at_once(ends: tuple[int, BinaryIO]) -> None:
    read, stream = ends
    writer = Writer(stream, _never)
    writer.write(b"frame")
    assert writer.backlog == 0
    os.set_blocking(read, False)
    assert os.read(read, 100) == b"frame"


def test_a_client_that_does_not_read_blocks_nobody(ends: tuple[int, BinaryIO]) -> None:
    read, stream = ends
    writer = Writer(stream, _never)
    frames = [bytes([65 + number % 26]) * (AT_ONCE - number % 7) for number in range(300)]
    frames.insert(5, b"#" * (20 * AT_ONCE))
    for frame in frames:
        writer.write(frame)
    assert writer.backlog > 0
    expected = b"".join(frames)
    found = b""
    while len(found) < len(expected):
        found += os.read(read, len(expected))
    assert found == expected
    writer.flush(5)
    assert writer.backlog == 0


def test_a_stream_without_a_descriptor_is_written_all_the_same() -> None:
    stream = io.BytesIO()
    writer = Writer(stream, _never)
    writer.write(b"frame")
    writer.flush(5)
    assert stream.getvalue() == b"frame"
