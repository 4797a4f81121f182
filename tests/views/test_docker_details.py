"""What single parts of a Dockerfile say: mounts, directives, flags, forms, words without a name."""

from __future__ import annotations

import pytest

from shipworthy.text.edits import apply
from shipworthy.views.completion import completion
from shipworthy.views.navigation import definitions, highlights
from shipworthy.views.outline import named
from shipworthy.views.renaming import Refused, rename
from shipworthy.views.signatures import signatures
from views.cursors import Asked, asked

COMPOSE = """\
services:
  web:
    build:
      context: .
      args: {VERSION: "1"}
      secrets: [token]
secrets:
  token: {file: ./token}
"""
TREE = {
    "compose.yaml": COMPOSE,
    ".dockerignore": "*.lock\n",
    "pyproject.toml": "[project]\n",
    "uv.lock": "",
    "src/app.py": "print()\n",
}


def place(text: str) -> Asked:
    return asked({**TREE, "Dockerfile": text})


@pytest.mark.parametrize(
    ("mount", "said"),
    [
        (
            "type=bind,source=src,target=/app/src",
            "`src` of `.` is at `/app/src`: 1 file, 8 B.\n\n- it cannot be written to",
        ),
        ("type=bind,target=/x,rw", "- what the command writes there is thrown away"),
        ("type=bind,source=uv.lock,target=uv.lock", "pattern `*.lock` (.dockerignore:1) excludes"),
        ("source=none,target=/x", "`none` does not exist in `.`: the build fails here."),
        ("from=made,source=/out,target=/x", "`/out` of stage `made` (Dockerfile:1) is at `/x`."),
        ("from=busybox,target=/x", "`/` of image `busybox` is at `/x`; its contents are not"),
        ("type=cache,target=/c", "`/c` is a folder that stays from build to build, under the id"),
        ("type=cache,target=/c,id=pip,sharing=locked", "the id `pip`. It gets into no layer"),
        ("type=cache,target=/c,sharing=locked", "a build that finds it in use waits"),
        ("type=cache,target=/c", "made for uid 0, gid 0: another user cannot write to it"),
        ("type=secret,id=token", "the secret `token` is the file `/run/secrets/token`."),
        ("type=secret,id=token", "- a compose file lends it to this build"),
        ("type=secret,id=other,env=T,required=true", "`other` is in the variable `T`."),
        ("type=secret,id=other,env=T,required=true", "- the build fails when nobody gives it"),
        ("type=ssh", "the SSH agent `default` of the caller"),
        ("type=tmpfs,target=/app", "`/app` is an empty folder in memory"),
        ("type=tmpfs,target=/app", "hides what the image has there: `lib/`, `pyproject.toml`"),
    ],
)
def test_mounts(mount: str, said: str) -> None:
    text = (
        "FROM scratch AS made\nFROM python:3.13-slim\nWORKDIR /app/lib\nWORKDIR /app\n"
        f"COPY pyproject.toml ./\nUSER app\nRUN --mount=▮{mount} true\n"
    )
    at = place(text)
    assert said in at.hover()
    assert at.hover("ja")
    assert at.hovered() == f"--mount={mount}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# syn▮tax=docker/dockerfile:1\nFROM a\n", "names the frontend"),
        ("# escape=▮`\nFROM a\n", "continues a line"),
        ("# check=skip=al▮l\nFROM a\n", "build checks"),
        ("FROM a\nHEALTHCHECK --inter▮val=3s CMD true\n", "between checks"),
        ("FROM a\nHEALTHCHECK --start-interval=▮3s CMD true\n", "starts up"),
        ("FROM a\nARG TARGET▮ARCH\n", "set by BuildKit"),
        ("FROM a\nARG TARGETARCH\nRUN echo $TARGET▮ARCH\n", "set by BuildKit"),
    ],
)
def test_directives_flags_and_platforms(text: str, said: str) -> None:
    assert said in place(text).hover()


def labels(text: str) -> list[str]:
    at = place(text)
    found = completion(at.host.db, at.path, at.offset)
    return [item.text for item in found.candidates] if found is not None else []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#▮", ["syntax=", "escape=", "check="]),
        ("# sy▮\nFROM a", ["syntax=", "escape=", "check="]),
        ("# syntax=x\n# ▮\nFROM a", ["escape=", "check="]),
        ("# syntax=▮", ["docker/dockerfile:1", "docker/dockerfile:1-labs"]),
        ("# escape = ▮", ["\\", "`"]),
        ("# check=▮", ["skip=", "error=true"]),
        ("# check=skip=all;▮", ["error=true"]),
        ("# check=skip=all;error=▮", ["true"]),
        ("FROM a\n# ▮", []),
        ("\n# ▮", []),
        ("# a comment\n# ▮", []),
        ("FROM a\nEXPOSE 80/▮", ["tcp", "udp"]),
        ("FROM a\nRUN --mount=type=secret,id=▮", ["token"]),
        ("FROM a\nRUN --mount=type=cache,id=one,target=/a\nRUN --mount=type=cache,id=▮", ["one"]),
        ("FROM a\nRUN --mount=type=secret,id=s,target=▮", ["/run/secrets/s"]),
    ],
)
def test_values(text: str, expected: list[str]) -> None:
    assert labels(text) == expected


def test_rules_of_a_check_are_offered_once() -> None:
    found = labels("# check=skip=UndefinedVar,▮")
    assert "JSONArgsRecommended" in found
    assert "UndefinedVar" not in found


def test_arguments_that_could_be_declared() -> None:
    found = labels("ARG BASE=a\nARG KNOWN\nFROM a\nARG KNOWN\nARG ▮\n")
    assert found[:2] == ["VERSION", "BASE"]
    assert "TARGETARCH" in found
    assert "KNOWN" not in found
    assert "TARGETARCH" not in labels("ARG ▮\nFROM a\n")
    assert "org.opencontainers.image.source=" in labels("FROM a\nLABEL org▮")


@pytest.mark.parametrize(
    ("text", "label", "part"),
    [
        ("FROM ▮a AS b", "FROM [--FLAG...] IMAGE [AS NAME]", "IMAGE"),
        ("FROM --plat▮form=x a", "FROM [--FLAG...] IMAGE [AS NAME]", "[--FLAG...]"),
        ("FROM a AS b▮", "FROM [--FLAG...] IMAGE [AS NAME]", "[AS NAME]"),
        ("FROM a\nCOPY ▮", "COPY [--FLAG...] SOURCE... DESTINATION", "SOURCE..."),
        ("FROM a\nCOPY x y▮ z", "COPY [--FLAG...] SOURCE... DESTINATION", "SOURCE..."),
        ("FROM a\nCOPY x y z▮", "COPY [--FLAG...] SOURCE... DESTINATION", "DESTINATION"),
        ('FROM a\nCMD ["x", ▮"y"]', 'CMD ["PROGRAM", "ARGUMENT"...]', '["PROGRAM", "ARGUMENT"...]'),
        ("FROM a\nCMD x▮ y", "CMD COMMAND", "COMMAND"),
        ("FROM a\nENV A=1 \\\n  B=▮2", "ENV NAME=VALUE...", "NAME=VALUE..."),
        ("FROM a\nONBUILD COPY ▮x y", "COPY [--FLAG...] SOURCE... DESTINATION", "SOURCE..."),
        ("FROM a\nHEALTHCHECK CMD tr▮ue", "HEALTHCHECK [--FLAG...] CMD COMMAND", "COMMAND"),
        ("FROM a\nRUN --mount=type=cache ▮x", "RUN [--FLAG...] COMMAND", "COMMAND"),
    ],
)
def test_forms_of_an_instruction(text: str, label: str, part: str) -> None:
    at = place(text)
    found = signatures(at.host.db, at.path, at.offset)
    assert found is not None
    form = found.forms[found.form]
    assert (form.label, form.parts[found.part]) == (label, part)
    assert found.doc is not None
    assert all(piece in item.label for item in found.forms for piece in item.parts)


@pytest.mark.parametrize("text", ["FR▮OM a", "FROM a\nRUN <<E\nec▮ho\nE\n", "# ▮\nFROM a", "X ▮y"])
def test_no_forms_where_there_are_no_arguments(text: str) -> None:
    at = place(text)
    assert signatures(at.host.db, at.path, at.offset) is None


@pytest.mark.parametrize(
    ("text", "word", "times"),
    [
        ("FROM a\nRUN <<E▮OF cat <<X\na EOF\nEOF\nb\nX\n", "EOF", 2),
        ("FROM a\nRUN <<'EOF'\nx\nE▮OF\n", "EOF", 2),
        ("FROM a\nENV P=/x:$PA▮TH\nRUN echo ${PATH} PATH\n", "PATH", 2),
        ("FROM im▮g:1 AS b\nFROM b\nCOPY --from=img:1 /x /y\n", "img:1", 2),
    ],
)
def test_highlights_of_what_is_not_declared(text: str, word: str, times: int) -> None:
    at = place(text)
    content = at.host.db.text(at.path) or ""
    found = highlights(at.host.db, at.path, at.offset)
    assert [item.span.of(content) for item in found] == [word] * times


def test_words_of_here_documents_are_names() -> None:
    text = "FROM a\nRUN <<-▮'E' cat && cat <<X\n$E\n\tE\nE X\nX\n"
    at = place(text.replace("▮'E'", "'▮E'"))
    content = at.host.db.text(at.path) or ""
    (found,) = definitions(at.host.db, at.path, content.index("\tE") + 1)
    assert found.span.start == content.index("E' cat")
    done = rename(at.host.db, at.path, at.offset, "DONE")
    assert not isinstance(done, Refused)
    assert apply(content, done.edits[at.path]) == (
        "FROM a\nRUN <<-'DONE' cat && cat <<X\n$E\n\tDONE\nE X\nX\n"
    )
    assert all(item.symbol.kind != "heredoc" for item in named(at.host.db, "E"))


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("FROM a\nRUN <<▮E\nb\nEND\nE\n", "END"),
        ("FROM a\nCOPY <<▮robots.txt /x/\nb\nrobots.txt\n", "other"),
        ("FROM a\nRUN <<▮E\nb\n", "END"),
    ],
)
def test_here_documents_that_are_not_renamed(text: str, new: str) -> None:
    at = place(text)
    assert isinstance(rename(at.host.db, at.path, at.offset, new), Refused)
