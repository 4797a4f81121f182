"""`shipworthy lsp`: starts the language server on stdin and stdout, and ends it.

How the package works, and how to add to it:

- The main thread reads frames and hands them to the protocol (`transport`, `protocol`). It never
  looks at a file and never blocks on the model or on a client that does not read.
- One daemon thread, the worker (`worker`), owns everything that knows the workspace (`desk`: the
  host, the open documents, the publisher). Notifications reach it as changes, requests as jobs;
  jobs run before diagnostics, at the next query boundary.
- One daemon thread writes to stdout (`transport`).

A feature is a module in `features/` with a tuple `FEATURES` of `features.Feature`: the method, a
handler `(Snapshot, params) -> result` that runs on the worker thread, and the options that the
server capabilities show for it. It is found by its place; nothing else has to be edited. See
`snapshot.Snapshot` for what a handler can ask.
"""

from __future__ import annotations

import gc
import os
import sys
from functools import partial
from typing import BinaryIO

SWITCH_INTERVAL = 0.0005
"""Seconds. The default of 5 ms is how long a keystroke would wait for a busy model thread."""


def serve() -> int:
    """Serve until the client says exit or is gone; 0 when it had asked for the shutdown, else 1."""
    stdin, stdout = _take_streams()
    sys.setswitchinterval(SWITCH_INTERVAL)
    # Importing lsprotocol allocates much and frees nothing; the collector only costs time there.
    gc.disable()
    _import_records()
    from shipworthy.lsp.session import Session  # noqa: PLC0415  (pygls is slow to import)

    session = Session(stdout)
    gc.enable()
    return session.run(stdin)


def _import_records() -> None:
    """Import lsprotocol's 550 classes without methods that nothing here calls.

    Writing and compiling `__repr__` and `__eq__` for each of them is half of the import, which is
    the longest part of the start. Without them records compare by identity.
    """
    import attrs  # noqa: PLC0415

    define = attrs.define
    attrs.define = partial(define, repr=False, eq=False)
    try:
        import lsprotocol.types  # noqa: F401, PLC0415
    finally:
        attrs.define = define


def _take_streams() -> tuple[BinaryIO, BinaryIO]:
    """The protocol's streams; what else is written to stdout goes to stderr from now on."""
    stdin = os.fdopen(os.dup(sys.stdin.fileno()), "rb")
    stdout = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
    sys.stdout.flush()
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return stdin, stdout
