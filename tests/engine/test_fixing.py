"""Fixes: planned, proven, applied to a fixed point, and written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from shipworthy.db.database import Cancelled, Database
from shipworthy.db.inputs import MemoryFiles
from shipworthy.engine.fixing import Refusal, fix_to_fixed_point, plan, verified
from shipworthy.engine.host import Host
from shipworthy.engine.writing import WriteRefused, write_atomically
from shipworthy.findings.finding import CreateFile, Edit, Finding, Fix, Safety, Severity
from shipworthy.findings.message import Text, say
from shipworthy.rules.rule import Report, rule
from shipworthy.text.anchors import Anchor
from shipworthy.text.spans import Span
from support.fakes import Line, YamlFile, source

SAYS = Text(en="`{what}`.", ja="`{what}`。")


def replace(line: Line, old: str, new: str, safety: Safety = Safety.SAFE) -> Iterator[Report]:
    at = line.source.find(old)
    if at >= 0:
        place = line.at.narrow(at, at + len(old))
        fix = Fix(say(SAYS, what=new), (Edit(place, new),), safety, (f"run {new}",))
        yield Report(place, say(SAYS, what=old), fixes=(fix,))


@rule(severity=Severity.WARNING)
def good_fix(line: Line, db: Database) -> Iterator[Report]:
    """one -> two"""
    return replace(line, "one", "two")


@rule(severity=Severity.WARNING)
def next_fix(line: Line, db: Database) -> Iterator[Report]:
    """two -> three, unsafe"""
    return replace(line, "two", "three", Safety.UNSAFE)


@rule(severity=Severity.HINT)
def ping(line: Line, db: Database) -> Iterator[Report]:
    """ping -> pong"""
    return replace(line, "ping", "pong")


@rule(severity=Severity.HINT)
def pong(line: Line, db: Database) -> Iterator[Report]:
    """pong -> ping"""
    return replace(line, "pong", "ping")


@rule(severity=Severity.WARNING)
def useless(line: Line, db: Database) -> Iterator[Report]:
    """stays -> stays2, which is reported again"""
    return replace(line, "stays", "stays2")


@rule(severity=Severity.HINT)
def harmful(line: Line, db: Database) -> Iterator[Report]:
    """harm -> one, which another rule reports"""
    return replace(line, "harm", "one")


@rule(severity=Severity.WARNING)
def breaks(line: Line, db: Database) -> Iterator[Report]:
    """FROM -> NONSENSE"""
    if line.source == "FROM broken":
        fix = Fix(say(SAYS, what="x"), (Edit(line.at, "RUN <<EOF\nx"),), Safety.SAFE)
        yield Report(line.at, say(SAYS, what="x"), fixes=(fix,))


@rule(severity=Severity.WARNING)
def creates(line: Line, db: Database) -> Iterator[Report]:
    """Wants a file beside it."""
    if line.source == "FROM create" and db.text("/ws/.dockerignore") is None:
        fix = Fix(say(SAYS, what="x"), (CreateFile("/ws/.dockerignore", "a\n"),), Safety.SAFE)
        yield Report(line.at, say(SAYS, what="x"), fixes=(fix,))


@rule(severity=Severity.WARNING)
def per_file(file: YamlFile, db: Database) -> Iterator[Report]:
    """Removes a whole line."""
    text = db.text(file.path) or ""
    at = text.find("gone: 1\n")
    if at >= 0:
        place = Anchor(file.path, -1, Span(at, at + 8))
        yield Report(
            place,
            say(SAYS, what="x"),
            fixes=(Fix(say(SAYS, what="x"), (Edit(place, ""),), Safety.SAFE),),
        )


RULES = (
    *(("Line", one) for one in (good_fix, next_fix, ping, pong, useless, harmful, breaks, creates)),
    ("YamlFile", per_file),
)


def host_of(**files: str) -> Host:
    tree = {f"/ws/{name.replace('__', '.')}": text for name, text in files.items()}
    return Host(["/ws"], MemoryFiles(tree), source=source(RULES))


def only(host: Host) -> tuple[Finding, Fix]:
    (finding,) = host.analyse().findings
    return finding, finding.fixes[0]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("FROM stays\n", "stays"),
        ("FROM harm\n", "adds-findings"),
        ("FROM broken\n", "does-not-parse"),
    ],
)
def test_a_fix_that_does_not_hold_is_withheld(text: str, why: str) -> None:
    host = host_of(Dockerfile=text)
    finding, fix = only(host)
    refusal = verified(host, fix, finding)
    assert isinstance(refusal, Refusal)
    assert refusal.why == why
    assert host.db.text("/ws/Dockerfile") == text
    assert host.analyse().findings == (finding,)
    outcome = fix_to_fixed_point(host)
    assert not outcome.files
    assert [item.refusal.why for item in outcome.withheld] == [why]


def test_a_fix_that_holds() -> None:
    host = host_of(Dockerfile="FROM create\n")
    finding, fix = only(host)
    assert verified(host, fix, finding) is True
    assert host.db.text("/ws/.dockerignore") is None


def test_an_open_buffer_is_open_again_after_the_what_if() -> None:
    host = host_of(Dockerfile="FROM x\n")
    host.open("/ws/Dockerfile", "FROM create one\n")
    finding, fix = only(host)
    verified(host, fix, finding)
    assert host.db.overlay("/ws/Dockerfile") == "FROM create one\n"


def test_fixing_goes_on_until_nothing_is_left() -> None:
    host = host_of(Dockerfile="FROM one\nRUN one\n", compose__yaml="a: 1\ngone: 1\n")
    safe = fix_to_fixed_point(host)
    assert {path: new for path, (_, new) in safe.files.items()} == {"/ws/compose.yaml": "a: 1\n"}
    assert {item.refusal.why for item in safe.withheld} == {"adds-findings"}


def test_unsafe_fixes_when_asked() -> None:
    host = host_of(Dockerfile="FROM two\r\nRUN two\r\n")
    safe = fix_to_fixed_point(host)
    assert [item.refusal.why for item in safe.withheld] == ["unsafe", "unsafe"]
    outcome = fix_to_fixed_point(host, Safety.UNSAFE)
    assert outcome.files == {
        "/ws/Dockerfile": ("FROM two\r\nRUN two\r\n", "FROM three\r\nRUN three\r\n")
    }
    assert outcome.afterwards == ("run three",)
    assert [item.line for item in outcome.applied] == [1, 2]
    assert outcome.rounds == 1


def test_fixes_that_undo_each_other_end() -> None:
    host = host_of(Dockerfile="FROM ping\n")
    outcome = fix_to_fixed_point(host)
    assert outcome.rounds <= 2
    assert len(outcome.withheld) == 1


def test_only_some_findings() -> None:
    host = host_of(Dockerfile="FROM create\n", compose__yaml="gone: 1\n")
    outcome = fix_to_fixed_point(host, only=lambda finding: finding.rule == "creates")
    assert outcome.files == {"/ws/.dockerignore": (None, "a\n")}


def test_a_file_is_created_only_where_none_is() -> None:
    host = host_of(Dockerfile="FROM create\n")
    fix = Fix(say(SAYS, what="x"), (CreateFile("/ws/Dockerfile", "x"),), Safety.SAFE)
    assert plan(host.analyse(), fix) == Refusal("exists", "/ws/Dockerfile")
    outside = Fix(say(SAYS, what="x"), (CreateFile("/etc/x", "x"),), Safety.SAFE)
    assert plan(host.analyse(), outside) == Refusal("outside", "/etc/x")
    climbing = Fix(say(SAYS, what="x"), (CreateFile("/ws/../x", "x"),), Safety.SAFE)
    assert plan(host.analyse(), climbing) == Refusal("outside", "/ws/../x")


def test_overlapping_edits_of_one_fix_are_refused() -> None:
    host = host_of(Dockerfile="FROM one\n")
    place = Anchor("/ws/Dockerfile", 0, Span(0, 4))
    fix = Fix(say(SAYS, what="x"), (Edit(place, "a"), Edit(place.narrow(1, 2), "b")), Safety.SAFE)
    assert plan(host.analyse(), fix) == Refusal("overlap", "/ws/Dockerfile")


# Writing


def test_writing_keeps_permissions_and_bytes(tmp_path: Path) -> None:
    file = tmp_path / "run.sh"
    file.write_bytes(b"\xff old\r\n")
    file.chmod(0o750)
    write_atomically(str(file), "\udcff old\r\n", "\udcff new\r\n", [str(tmp_path)])
    assert file.read_bytes() == b"\xff new\r\n"
    assert file.stat().st_mode & 0o777 == 0o750
    assert os.listdir(tmp_path) == ["run.sh"]


def refused(path: Path, old: str | None, root: Path) -> str:
    with pytest.raises(WriteRefused) as caught:
        write_atomically(str(path), old, "new", [str(root)])
    return caught.value.reason


def test_a_changed_file_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_text("theirs")
    assert refused(file, "mine", tmp_path) == "changed"
    assert refused(file, "their", tmp_path) == "changed"
    assert refused(file, None, tmp_path) == "exists"
    assert refused(tmp_path / "gone", "mine", tmp_path) == "changed"
    assert file.read_text() == "theirs"
    assert os.listdir(tmp_path) == ["a"]


def test_read_only_and_special_files_are_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_text("old")
    file.chmod(0o444)
    assert refused(file, "old", tmp_path) == "read-only"
    assert refused(tmp_path, "old", tmp_path.parent) == "special"


def test_a_link_is_followed_inside_the_workspace_only(tmp_path: Path) -> None:
    root = tmp_path / "ws"
    root.mkdir()
    inside, outside = root / "real", tmp_path / "outside"
    inside.write_text("old")
    outside.write_text("old")
    (root / "link").symlink_to(inside)
    (root / "out").symlink_to(outside)
    write_atomically(str(root / "link"), "old", "new", [str(root)])
    assert (root / "link").is_symlink()
    assert inside.read_text() == "new"
    assert refused(root / "out", "old", root) == "outside"
    assert outside.read_text() == "old"


def test_a_new_file_with_its_folder(tmp_path: Path) -> None:
    file = tmp_path / "sub" / "new"
    write_atomically(str(file), None, "text\n", [str(tmp_path)])
    assert file.read_text() == "text\n"
    assert os.listdir(file.parent) == ["new"]
    dangling = tmp_path / "dangling"
    dangling.symlink_to(tmp_path / "nowhere")
    assert refused(dangling, None, tmp_path) == "exists"


def test_a_cancelled_what_if_leaves_nothing_behind() -> None:
    host = host_of(Dockerfile="FROM create\n")
    finding, fix = only(host)
    asked: list[None] = []

    def later() -> bool:
        asked.append(None)
        return len(asked) > 1

    host.db.cancelled = later
    with pytest.raises(Cancelled):
        verified(host, fix, finding)
    host.db.cancelled = None
    assert host.db.overlay("/ws/.dockerignore") is None
    assert host.analyse().findings == (finding,)
