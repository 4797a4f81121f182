from __future__ import annotations

import io
import json
import os
import shlex
import subprocess
from pathlib import Path

import pytest

from cli.conftest import Shell
from shipworthy.report.screen import Paint, clipped, width
from shipworthy.report.tree import Canvas, Row, drawn

COMPOSE = """\
services:
  web:
    build:
      context: .
    volumes:
      - ./src:/app/src
      - /app/.venv
"""


@pytest.fixture
def composed(project: Path) -> Path:
    (project / "compose.yaml").write_text(COMPOSE)
    (project / ".dockerignore").write_text("*.log\n**/.venv\n!keep.log\n")
    (project / "Dockerfile").write_text("FROM python\nWORKDIR /app\nCOPY . .\n")
    (project / "src").mkdir()
    (project / "src" / "a.py").write_bytes(b"x" * 3000)
    (project / "src" / "b.py").write_bytes(b"x" * 1000)
    (project / "big.log").write_bytes(b"x" * 9000)
    (project / "keep.log").write_bytes(b"x" * 10)
    return project


class Screen(io.StringIO):
    """A terminal as far as `context` asks; its width is that of COLUMNS."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def test_context(shell: Shell, composed: Path) -> None:
    ran = shell("context")
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0] == "`web` (compose.yaml)"
    assert lines[1] == "  context `.`, ignore file `.dockerignore`"
    assert lines[2].startswith("  sent: 6 files, 4.2 kB")
    assert lines[3] == "     4.0 kB  95%  |-- src/  2 files"
    assert lines[4] == "     3.0 kB  71%  |   |-- a.py"
    assert lines[5] == "     1.0 kB  23%  |   `-- b.py"
    assert "big.log" not in ran.out
    assert "Dockerfile:3: COPY takes 6 files, 4.2 kB (100%) to `/app`" in ran.out


def test_context_json(shell: Shell, composed: Path) -> None:
    report = json.loads(shell("context", "src", "--output-format", "json").out)
    (build,) = report["builds"]
    assert (build["service"], build["dockerfile"], build["context"]) == ("web", "Dockerfile", ".")
    assert build["ignore_file"] == ".dockerignore"
    assert build["sent"]["files"] == 6
    assert build["left_behind"] == {"files": 0, "bytes": 0}
    assert build["entries"][0] == {"path": "src", "files": 2, "bytes": 4000}
    assert build["copies"][0]["destination"] == "/app"
    assert build["copies"][0]["files"] == 6
    deep = json.loads(shell("context", "--depth", "2", "--output-format", "json").out)
    assert [entry["path"] for entry in deep["builds"][0]["entries"]][:3] == [
        "src", "src/a.py", "src/b.py",
    ]  # fmt: skip


def test_context_of_nothing(shell: Shell, project: Path) -> None:
    assert shell("context", "nowhere").code == 2
    (project / "Dockerfile").unlink()
    assert shell("context") == (0, "", "shipworthy: no build found here\n")


def test_builds_that_send_the_same_are_shown_once(shell: Shell, composed: Path) -> None:
    (composed / "compose.yaml").write_text(COMPOSE + "  worker:\n    build: .\n")
    out = shell("context").out
    assert out.startswith("`web` (compose.yaml), `worker` (compose.yaml)\n")
    assert out.count("sent:") == out.count("COPY takes") == 1


def test_what_no_instruction_takes_is_left_behind(shell: Shell, composed: Path) -> None:
    (composed / "Dockerfile").write_text(
        "FROM python AS unused\nCOPY . .\nFROM python\nCOPY src/a.py /\n"
        "RUN --mount=type=bind,source=keep.log,target=/k cat /k\n"
    )
    out = shell("context").out
    assert "Dockerfile:4: COPY takes 1 file, 3.0 kB (" in out
    assert "Dockerfile:2: COPY takes 6 files" in out
    assert "(its stage is not built)" in out
    assert "  no instruction takes 4 files, 1.2 kB of it: BuildKit leaves that behind\n" in out


def test_depth_and_top(shell: Shell, composed: Path) -> None:
    for number in range(12):
        (composed / f"n{number:02}").write_text("x")
    assert "9 more" in shell("context").out
    out = shell("context", "--depth", "1", "--top", "2").out
    assert "a.py" not in out
    assert "15 more" in out
    assert "more" not in shell("context", "--top", "0").out
    wrong = shell("context", "--depth", "two")
    assert (wrong.code, wrong.err) == (
        2, "shipworthy: error: argument --depth: expected a number, not 'two'\n",
    )  # fmt: skip


def test_what_should_not_be_sent_is_remarked(shell: Shell, composed: Path) -> None:
    (composed / ".dockerignore").write_text("")
    (composed / "env").mkdir()
    (composed / "env/pyvenv.cfg").write_text("home = /usr\n")
    (composed / ".env").write_text("A=1\n")
    out = shell("context").out
    assert "env/  1 file  (environment of the host)" in out
    assert ".env  (secret)" in out


def test_a_folder_that_cannot_be_read(
    shell: Shell, composed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (composed / "locked").mkdir()
    real = os.scandir

    def scandir(path: str) -> object:
        if path.endswith("/locked"):
            raise PermissionError(path)
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    ran = shell("context")
    assert ran.code == 0
    assert (
        "`locked/` cannot be read: a build that sends it stops with `permission denied`" in ran.out
    )
    report = json.loads(shell("context", "--output-format", "json").out)
    assert report["builds"][0]["unreadable"] == ["locked"]


@pytest.mark.parametrize("columns", [20, 40, 64, 80, 200])
@pytest.mark.parametrize("no_colour", ["", "1"])
def test_no_line_of_the_tree_is_wider_than_the_terminal(
    composed: Path, monkeypatch: pytest.MonkeyPatch, columns: int, no_colour: str
) -> None:
    from shipworthy.cli.main import main

    (composed / "日本語のとても長い名前のフォルダー").mkdir()
    (composed / "日本語のとても長い名前のフォルダー/設定ファイル.py").write_bytes(b"x" * 99)
    (composed / ("long" * 30)).write_text("x")
    screen = Screen()
    monkeypatch.setattr("sys.stdout", screen)
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("NO_COLOR", no_colour)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    assert main(["context", "--lang", "en"]) == 0
    out = screen.getvalue()
    assert ("\x1b[" in out) == (not no_colour)
    if no_colour:
        tree = [line for line in out.splitlines() if "── " in line]
        assert len(tree) >= 8
        # Below 40 columns at least 8 of each name are kept.
        assert max(map(width, tree)) <= max(columns, 40)
        assert ("█" in out) == (columns >= 64)


def test_bars_stand_in_line_whatever_the_names_are() -> None:
    canvas = Canvas(Paint(False), 80, fancy=True)
    rows = [
        Row((False,), "日本語/", 500, 0.5, True, "2 files", ""),
        Row((True,), "ascii", 500, 0.5, False, "", "secret"),
    ]
    lines = [drawn(canvas, row) for row in rows]
    assert [line.index("█" * 10) for line in lines] == [16, 16]
    assert [line.index("──") for line in lines] == [38, 38]
    assert drawn(Canvas(Paint(False), 80), rows[0])[16:37] == "#" * 10 + " " * 11


def test_clipping_keeps_both_ends() -> None:
    assert clipped("abcdefghij.py", 10) == "abcd....py"
    assert clipped("日本語の名前.py", 10) == "日本....py"
    assert clipped("short", 10) == "short"


def test_prove_lists_what_the_model_says(shell: Shell, composed: Path, tmp_path: Path) -> None:
    """The RUN of the printed Dockerfile, over a folder with just the files that are sent."""
    (composed / ".dockerignore").write_text("*.log\n**/.venv\nsrc/b.py\n")
    (composed / "link").symlink_to("src")
    (composed / "with space").write_text("12345")
    out = shell("context", "--prove").out
    (expected,) = (line for line in out.splitlines() if "expected: " in line)
    assert "docker build --no-cache -f prove.Dockerfile -o - . | tar -xO" in out
    received = composed / "received"
    received.mkdir()
    for name in ("Dockerfile", ".dockerignore", "compose.yaml", "with space"):
        (received / name).write_bytes((composed / name).read_bytes())
    (received / "src").mkdir()
    (received / "src/a.py").write_bytes(b"x" * 3000)
    (received / "link").symlink_to("src")
    # What a user saved is not a part of the context that is asked about.
    (received / "prove.Dockerfile").write_text(out)
    (received / ".git").mkdir()
    script = out.partition("target=/context ")[2].partition("FROM scratch")[0]
    script = script.replace("/context", shlex.quote(str(received)))
    for name in ("received", "sizes"):
        script = script.replace(f" /{name}", " " + shlex.quote(f"{composed}/out-{name}"))
    subprocess.run(["sh", "-ec", script], check=True)
    listed = (composed / "out-received").read_text().splitlines()
    assert listed[:-1] == sorted(
        ["./.dockerignore", "./Dockerfile", "./compose.yaml", "./link", "./src/a.py",
         "./with space"]
    )  # fmt: skip
    assert expected.endswith(f"expected: {listed[-1]}")


def test_prove_takes_the_ignore_file_of_the_dockerfile_along(shell: Shell, composed: Path) -> None:
    (composed / "Dockerfile.dockerignore").write_text("src\n")
    out = shell("context", "--prove", "--lang", "ja").out
    assert "#   cp Dockerfile.dockerignore prove.Dockerfile.dockerignore && docker build " in out
    (composed / "compose.yaml").write_text("services:\n  web:\n    build: ${OUTSIDE}\n")
    assert (
        "(コンテキストはこれらのファイルの外で決まります)"
        in shell("context", "--prove", "--lang", "ja").out
    )


def test_why_hidden(shell: Shell, composed: Path) -> None:
    out = shell("why", "big.log").out
    assert "  not sent: `*.log` (.dockerignore:1)\n" in out
    assert "  sent: `!keep.log` (.dockerignore:3) includes it again\n" in (
        shell("why", "keep.log").out
    )


def test_why_copied_and_mounted(shell: Shell, composed: Path) -> None:
    out = shell("why", "src/a.py").out
    assert "  sent\n  copied to `/app/src/a.py` by COPY (Dockerfile:3)\n" in out
    assert (
        "  in `web`, shown at `/app/src/a.py` by the bind mount on `/app/src` (compose.yaml:6)\n"
        in out
    )


def test_why_of_a_folder_tells_what_it_holds(shell: Shell, composed: Path) -> None:
    (composed / ".dockerignore").write_text("src/b.py\ndocs\n!docs/a.md\n")
    (composed / "docs").mkdir()
    (composed / "docs/a.md").write_text("x")
    (composed / "docs/b.md").write_text("x")
    out = shell("why", "src").out
    assert "  sent\n  what it holds is sent: 1 file, 3.0 kB\n" in out
    assert "  not sent of it: `b.py` by `src/b.py` (.dockerignore:1)\n" in out
    out = shell("why", "docs").out
    assert "  not sent: `docs` (.dockerignore:2)\n  what it holds is sent: 1 file, 1 B\n" in out


def test_why_of_a_folder_that_is_a_source_names_where_its_contents_land(
    shell: Shell, composed: Path
) -> None:
    (composed / "Dockerfile").write_text("FROM python\nWORKDIR /app\nCOPY src/ ./\n")
    assert "copied to `/app` by COPY" in shell("why", "src").out
    assert "copied to `/app/a.py` by COPY" in shell("why", "src/a.py").out


def test_why_of_several_paths(
    shell: Shell, composed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = shell("why", "big.log", "src").out
    assert out.startswith("big.log:\n`web` (compose.yaml)\n  not sent: `*.log`")
    assert "\nsrc:\n`web`" in out
    monkeypatch.setattr("sys.stdin", io.StringIO("big.log\n\nsrc\n"))
    assert shell("why", "--stdin").out == out
    monkeypatch.setattr("sys.stdin", io.StringIO("src\n"))
    report = json.loads(shell("why", "big.log", "--stdin", "--output-format", "json").out)
    assert [item["path"] for item in report["paths"]] == ["big.log", "src"]
    assert report["paths"][1]["builds"][0]["holds"]["files"] == 2
    assert "expected a path, or --stdin" in shell("why").err


def test_why_of_a_folder_searches_nothing_around_it(
    shell: Shell, composed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside = composed.parent / f"{composed.name}-beside"
    beside.mkdir()
    (beside / "Dockerfile").write_text("FROM x\n")
    assert shell("why", ".").out.startswith("`web` (compose.yaml)\n  sent\n")
    (composed / ".git").rmdir()
    for path in (".", "src", composed):
        out = shell("why", path).out
        assert out.startswith("`web` (compose.yaml)\n  sent\n"), out
        assert "beside" not in out


def test_why_of_no_path_at_all(
    shell: Shell, composed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for arguments, code in (((), 0), (("-q",), 1)):
        monkeypatch.setattr("sys.stdin", io.StringIO(""))
        assert shell("why", "--stdin", *arguments) == (code, "", "")


def test_why_says_once_what_several_builds_agree_on(shell: Shell, composed: Path) -> None:
    (composed / "compose.yaml").write_text(
        "services:\n  one:\n    build: .\n  two:\n    build: .\n"
    )
    out = shell("why", "big.log").out
    assert out.startswith("`one` (compose.yaml), `two` (compose.yaml)\n  not sent:")
    assert out.count("not sent") == 1


def test_why_answers_a_script_by_its_exit_code(shell: Shell, composed: Path) -> None:
    assert shell("why", "-q", "src") == (0, "", "")
    assert shell("why", "--quiet", "big.log", "/elsewhere") == (1, "", "")
    assert shell("why", "-q", "big.log", "src").code == 0
    assert shell("why", "big.log").code == 0
    (composed / "compose.yaml").write_text("services:\n  web:\n    build: ${OUTSIDE}\n")
    (composed / "Dockerfile").unlink()
    assert shell("why", "-q", "big.log").code == 0


def test_why_json(shell: Shell, composed: Path) -> None:
    report = json.loads(shell("why", ".venv/x", "--output-format", "json").out)
    (build,) = report["builds"]
    assert build["state"] == "hidden"
    assert build["by"] == {"pattern": "**/.venv", "file": ".dockerignore", "line": 2}
    assert build["copied"] == []


def test_why_absent(shell: Shell, composed: Path) -> None:
    assert "`x.log` does not exist here" in shell("why", "x.log").err


def test_japanese(shell: Shell, composed: Path) -> None:
    assert "送られません: `*.log`（.dockerignore:1）" in shell("why", "x.log", "--lang", "ja").out
    assert (
        "中身のうち送られるもの: ファイル 2 個、4.0 kB" in shell("why", "src", "--lang", "ja").out
    )
    out = shell("context", "--lang", "ja").out
    assert "送信: ファイル 6 個、4.2 kB" in out
    assert "COPY ファイル 6 個、4.2 kB（100%） を `/app` へ" in out


def test_a_file_in_a_folder_without_git_belongs_to_the_working_directory(
    shell: Shell, composed: Path
) -> None:
    (composed / ".git").rmdir()
    assert "copied to `/app/src/a.py`" in shell("why", "src/a.py").out
