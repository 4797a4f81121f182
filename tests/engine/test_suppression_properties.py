"""Suppression on any text: it never raises, and a written comment says what was asked."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from shipworthy.db.inputs import MemoryFiles
from shipworthy.engine.fixing import plan
from shipworthy.engine.host import Host
from shipworthy.findings.finding import Fix, Safety
from shipworthy.findings.message import Text, say
from shipworthy.findings.suppression import home, suppressions
from shipworthy.findings.suppression_edits import suppression_edit
from shipworthy.text.anchors import Anchor
from shipworthy.text.spans import Span
from support.fakes import source

PATHS = st.sampled_from(["Dockerfile", ".dockerignore", "a.yaml", "a.toml", "a.json", "x.txt"])
PIECES = st.sampled_from(
    [
        "# shipworthy: ignore[a]", "#shipworthy:ignore-file[b, c] -- x", "# shipworthy: ignore",
        "# hadolint ignore=DL1", "# check=skip=all", "# escape=`", "FROM x", "RUN a \\", "a: |",
        "  b", "- 'c", "k = '''", "'''", '"', "\n", "\r\n", "\n", " ", "\t", "\ufeff", "\U0001d54f",
        "[", "]", "{", "\udc80", "\x0c",
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=14).map("".join)


def host_of(path: str, text: str) -> Host:
    return Host(["/ws"], MemoryFiles({f"/ws/{path}": text}), source=source([]))


@settings(max_examples=400, deadline=None)
@given(PATHS, TEXTS, st.integers(0, 60))
def test_any_text(path: str, text: str, offset: int) -> None:
    host = host_of(path, text)
    analysis = host.analyse()
    full = f"/ws/{path}"
    for found in suppressions(host.db, full).valid:
        assert 0 <= found.span.start < found.span.end <= len(text)
    at = Anchor(full, -1, Span(min(offset, len(text)), min(offset, len(text))))
    assert 0 <= home(host.db, at) <= len(text)
    edit = suppression_edit(host.db, at, ("some-rule",), "why")
    if edit is None:
        return
    planned = plan(analysis, Fix(say(Text("x", "x")), (edit,), Safety.SAFE))
    assert isinstance(planned, dict), planned
    after = host_of(path, planned[full])
    names = {n.text for s in suppressions(after.db, full).valid for n in s.names if s.own}
    old = {n.text for s in suppressions(host.db, full).valid for n in s.names if s.own}
    if path in ("Dockerfile", ".dockerignore"):
        assert names >= old | {"some-rule"}
