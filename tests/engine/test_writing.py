"""Writing when the system refuses, and what of a file is kept: it is either old or new."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from shipworthy.cli.main import main
from shipworthy.engine.writing import WriteRefused, write_atomically

ROOT = os.name == "posix" and os.geteuid() == 0
NOBODY = 65534
ARTICLE = Path(__file__).parents[1] / "projects" / "article" / "faulty"
CHANGED = ("docker-compose.dev.yml", "backend/Dockerfile.dev")
FAILED = 2


def refused(path: Path, old: str | None, root: Path) -> WriteRefused:
    with pytest.raises(WriteRefused) as caught:
        write_atomically(str(path), old, "new", [str(root)])
    return caught.value


@pytest.fixture
def project() -> Iterator[Path]:
    """A project in a folder that other users can reach, with CRLF, a mark and no last line end."""
    with TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        root = Path(folder) / "shop"
        shutil.copytree(ARTICLE, root, symlinks=True)
        (root / ".git").mkdir()
        compose, dockerfile = (root / "deploy" / name for name in CHANGED)
        compose.write_bytes(b"\xef\xbb\xbf" + compose.read_bytes().replace(b"\n", b"\r\n"))
        dockerfile.write_bytes(dockerfile.read_bytes().rstrip(b"\n"))
        yield root


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink()
    }


def refuse(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("call", ["fsync", "replace", "chmod"])
def test_a_full_disk_leaves_the_old_file(
    call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a"
    file.write_text("old")
    monkeypatch.setattr(os, call, refuse)
    error = refused(file, "old", tmp_path)
    assert (error.reason, error.detail) == ("failed", os.strerror(errno.ENOSPC))
    assert contents(tmp_path) == {"a": b"old"}


def test_a_disk_that_fills_up_between_two_files(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(project)
    real, calls = os.fsync, []

    def first_only(descriptor: int) -> None:
        calls.append(descriptor)
        real(descriptor) if len(calls) == 1 else refuse()

    monkeypatch.setattr(os, "fsync", first_only)
    assert main(["check", "--fix", "--exit-zero", "--lang", "en", str(project)]) == FAILED
    assert len(calls) > 1
    after = contents(project)
    assert len([name for name in after if after[name] != before.get(name)]) == 1
    assert os.strerror(errno.ENOSPC) in capsys.readouterr().err


def test_another_hard_link_keeps_the_old_text(tmp_path: Path) -> None:
    root = tmp_path / "ws"
    root.mkdir()
    (tmp_path / "outside").write_text("old")
    os.link(tmp_path / "outside", root / "a")
    write_atomically(str(root / "a"), "old", "new", [str(root)])
    assert (root / "a").read_text() == "new"
    assert (tmp_path / "outside").read_text() == "old"


@pytest.mark.skipif(sys.platform != "linux", reason="extended attributes of Linux")
def test_extended_attributes_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_text("old")
    try:
        os.setxattr(file, "user.origin", b"here")
    except OSError:
        pytest.skip("the file system has none")
    write_atomically(str(file), "old", "new", [str(tmp_path)])
    assert os.getxattr(file, "user.origin") == b"here"


@pytest.mark.skipif(not ROOT, reason="only root gives files away")
def test_the_owner_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_text("old")
    os.chown(file, 1234, 4321)
    file.chmod(0o2750)
    write_atomically(str(file), "old", "new", [str(tmp_path)])
    status = file.stat()
    assert (status.st_uid, status.st_gid, status.st_mode & 0o7777) == (1234, 4321, 0o2750)


def test_another_owner_that_cannot_be_kept_gives_no_rights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a"
    file.write_text("old")
    file.chmod(0o4755)
    monkeypatch.setattr(os, "chown", refuse)
    write_atomically(str(file), "old", "new", [str(tmp_path)])
    assert file.stat().st_mode & 0o7777 == 0o755


def test_names_at_the_limit_and_beyond(tmp_path: Path) -> None:
    longest = tmp_path / ("n" * 255)
    longest.write_text("old")
    write_atomically(str(longest), "old", "new", [str(tmp_path)])
    assert longest.read_text() == "new"
    assert refused(tmp_path / "a\0b", None, tmp_path).reason == "failed"


@contextmanager
def without_rights() -> Iterator[None]:
    """Root may write everywhere; who runs the tests as root does not for a while."""
    user = os.geteuid()
    os.seteuid(NOBODY if ROOT else user)
    try:
        yield
    finally:
        os.seteuid(user)


@pytest.mark.skipif(os.name != "posix", reason="users of POSIX")
def test_a_user_without_the_right_to_write_is_told(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    twin = project.parent / "twin"
    shutil.copytree(project, twin, symlinks=True)
    # Nobody may not read every interpreter: what is imported late is imported here.
    assert main(["check", "--fix", "--exit-zero", "--lang", "en", str(twin)]) == 0
    assert contents(twin) != contents(project)
    capsys.readouterr()
    before = contents(project)
    folders = [project, *(path for path in project.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    with without_rights():
        status = main(["check", "--fix", "--exit-zero", "--lang", "en", str(project)])
    for folder in folders:
        folder.chmod(0o755)
    told = capsys.readouterr()
    assert status == FAILED
    assert contents(project) == before
    assert "it is read-only" in told.err
    assert "fixed[" not in told.out


def test_who_writes_in_the_meantime_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, new = tmp_path / "a", tmp_path / "b"
    file.write_text("old")
    real = os.fsync

    def meanwhile(descriptor: int) -> None:
        real(descriptor)
        file.write_text("theirs")
        new.write_text("theirs")

    monkeypatch.setattr(os, "fsync", meanwhile)
    assert refused(file, "old", tmp_path).reason == "changed"
    new.unlink()
    assert refused(new, None, tmp_path).reason == "exists"
    assert contents(tmp_path) == {"a": b"theirs", "b": b"theirs"}
