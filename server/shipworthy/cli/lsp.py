"""`shipworthy lsp`: the language server on stdin and stdout."""

from __future__ import annotations

from shipworthy.cli.stop import Parser


def run(argv: list[str]) -> int:
    """Serve until the client says exit; the exit code."""
    parser = Parser("lsp", "Run the language server on stdin and stdout.")
    parser.add_argument("--stdio", action="store_true", help="the only transport; accepted as such")
    parser.read(argv)
    from shipworthy.lsp.server import serve  # noqa: PLC0415  (pygls is slow to import)

    return serve()
