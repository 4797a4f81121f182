"""A Dockerfile inside a compose file is one like any other, at the places of the compose file."""

from __future__ import annotations

import pytest

from shipworthy.db.inputs import MemoryFiles
from shipworthy.engine.host import Host
from shipworthy.model.inline_dockerfiles import inline_dockerfiles
from shipworthy.text.edits import apply
from shipworthy.text.spans import Span
from shipworthy.views.completion import completion
from shipworthy.views.hover import hover
from shipworthy.views.lenses import hints
from shipworthy.views.links import links
from shipworthy.views.navigation import definitions, references
from shipworthy.views.page import markdown
from shipworthy.views.renaming import Refused, rename
from shipworthy.views.structure import folds, selections
from shipworthy.views.tokens import tokens

PATH = "/ws/compose.yaml"
TEXT = """\
services:
  web:
    build:
      context: .
      target: base
      args: {V: "2"}
      dockerfile_inline: |
        # syntax=docker/dockerfile:1
        ARG V=1
        FROM python:3.12 AS base
        ARG V
        RUN echo $$V && \\
            true
        COPY app.py /srv/

        FROM base
        COPY --from=base /srv /x
        ENV A=$$V
        WORKDIR app
"""


def host(text: str, **files: str) -> Host:
    tree = {f"/ws/{name.replace('__', '/')}": content for name, content in files.items()}
    return Host(["/ws"], MemoryFiles({PATH: text, "/ws/app.py": "print()\n", **tree}))


def said(at: Host, text: str, part: str, shift: int = 0) -> tuple[str, str]:
    page = hover(at.db, PATH, text.index(part) + shift)
    return (page.span.of(text), markdown(at.db, page.parts, "en")) if page else ("", "")


@pytest.mark.parametrize("eol", ["\n", "\r\n"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
@pytest.mark.parametrize("header", ["|", "|-", "|+", "|8"])
def test_hovers_of_a_block(eol: str, start: str, header: str) -> None:
    head = TEXT.replace(": |", f": {header}").replace("|8", "|2")
    text = start + head.replace("\n", eol)
    at = host(text)
    assert said(at, text, "app.py") == (
        "app.py",
        "`app.py` brings 1 file, 8 B from `.` to `/srv/app.py`.",
    )
    assert said(at, text, "$$V", 2) == ("V", "`V` = `2`, passed by compose.yaml:6")
    assert said(at, text, "base /srv", 1)[1].startswith(
        "`/srv` comes from stage `base` (compose.yaml:10) to `/x`."
    )
    assert said(at, text, "WORKDIR app", 9) == ("app", "The folder from here on is `/app`.")


@pytest.mark.parametrize(
    "value",
    [
        '"FROM python:3.12 AS base\\nCOPY app.py /srv/\\nFROM base\\n"',
        "'FROM python:3.12 AS base'",
        "FROM python:3.12 AS base",
    ],
)
def test_other_scalars(value: str) -> None:
    text = f"services:\n  web:\n    build:\n      dockerfile_inline: {value}\n"
    at = host(text)
    assert said(at, text, "python:3.12")[0] == "python:3.12"
    if "app.py" in text:
        assert said(at, text, "app.py")[0] == "app.py"
        place = definitions(at.db, PATH, text.rindex("base"))
        assert [found.span.of(text) for found in place] == ["base"]


def test_folded_scalars_have_no_places() -> None:
    text = (
        "services:\n  web:\n    build:\n      dockerfile_inline: >\n        FROM a\n\n        RUN b"
    )
    at = host(text)
    assert inline_dockerfiles(at.db, PATH) == ()


def renamed(text: str, part: str, shift: int, new: str) -> str | None:
    at = host(text)
    done = rename(at.db, PATH, text.index(part) + shift, new)
    return None if isinstance(done, Refused) else apply(text, done.edits[PATH])


def test_names_lead_through_the_whole_file() -> None:
    at = host(TEXT)
    stage = definitions(at.db, PATH, TEXT.index("base"))
    assert [(found.path, found.span.start) for found in stage] == [
        (PATH, TEXT.index("base\n        ARG"))
    ]
    uses = references(at.db, PATH, TEXT.index("--from=base") + 8, declaration=True)
    assert [found.span.start for found in uses] == [
        n for n in range(len(TEXT)) if TEXT.startswith("base", n)
    ]
    assert renamed(TEXT, "AS base", 4, "first") == TEXT.replace("base", "first")
    other = renamed(TEXT, "ARG V", 4, "W")
    assert other is not None
    assert "ENV A=$$V" in other, "the second stage does not see the argument"
    assert 'args: {W: "2"}' in other
    assert "echo $$W" in other


def test_what_a_variable_of_the_project_stands_for_is_not_rewritten() -> None:
    text = TEXT.replace("--from=base", "--from=${STAGE:-base}")
    assert renamed(text, "AS base", 4, "first") is None
    text = TEXT.replace("print", "p").replace("python:3.12", "python:${PY:-3.12}")
    done = renamed(text, "AS base", 4, "first")
    assert done == text.replace("base", "first")
    at = host(text)
    assert said(at, text, "app.py")[0] == "app.py"
    assert said(at, text, "python:$")[1].startswith("Image `docker.io/library/python:3.12`")


def test_completion_writes_what_the_scalar_needs() -> None:
    text = TEXT.replace("echo $$V", "echo $$").replace("COPY app.py", "COPY ")
    at = host(text)
    offer = completion(at.db, PATH, text.index("COPY ") + 5)
    assert offer is not None
    assert [item.text for item in offer.candidates] == ["app.py", "compose.yaml"]
    offer = completion(at.db, PATH, text.index("echo $$") + 7)
    assert offer is not None
    assert offer.span == Span(text.index("echo $$") + 7, text.index("echo $$") + 7)
    assert "V" in [item.text for item in offer.candidates]
    offer = completion(at.db, PATH, text.index("WORKDIR") + 2)
    assert offer is not None
    assert offer.span.of(text) == "WO"
    snippets = [item.text for item in offer.candidates if item.sort == "snippet"]
    assert any("\\$\\$" in text for text in snippets)
    text = TEXT.replace("FROM python", "FROM --platform= python")
    offer = completion(host(text).db, PATH, text.index("--platform=") + 11)
    assert offer is not None
    assert "$$BUILDPLATFORM" in [item.text for item in offer.candidates]


def test_structure() -> None:
    at = host(TEXT)
    assert [link.span.of(TEXT) for link in links(at.db, PATH)] == [
        "docker/dockerfile:1",
        "python:3.12",
        "app.py",
    ]
    lines = TEXT.split("\n")
    first = next(n for n, line in enumerate(lines) if "FROM python" in line)
    assert any(fold.first == first and fold.last == first + 4 for fold in folds(at.db, PATH))
    nest = selections(at.db, PATH, TEXT.index("app.py") + 2)
    assert [span.of(TEXT) for span in nest][:3] == ["app.py", "app.py /srv/", "COPY app.py /srv/"]
    colours = {(token.span.of(TEXT), token.kind) for token in tokens(at.db, PATH)}
    assert {("RUN", "keyword"), ("echo", "function"), ("python:3.12", "type")} <= colours
    assert (TEXT.index("$$V") + 3, "= 2") in hints(at.db, PATH, Span(0, len(TEXT)))


def test_findings_stand_where_the_text_is_and_fixes_keep_the_block() -> None:
    text = TEXT.replace("COPY app.py /srv/", "WORKDIR /srv\n        COPY . .\n        RUN uv sync")
    at = host(text, pyproject__toml="", **{".venv__pyvenv.cfg": ""})
    analysis = at.analyse()
    found = {finding.rule: finding for finding in analysis.findings}
    where = analysis.locate(found["copy-includes-host-venv"].at)
    assert (where.path, where.span.of(text)) == (PATH, ".")
    assert text[: where.span.start].endswith("COPY ")
    for finding in analysis.findings:
        for fix in finding.fixes:
            for change in fix.changes:
                assert ":dockerfile_inline:" not in str(change)


def test_a_text_that_two_services_share_is_one_dockerfile() -> None:
    text = (
        "x-b: &b\n  dockerfile_inline: |\n    FROM a AS one\n    FROM one\n"
        "services:\n  a:\n    build: *b\n  b:\n    build: *b\n"
    )
    assert renamed(text, "AS one", 4, "two") == text.replace("one", "two")
    assert len(inline_dockerfiles(host(text).db, PATH)) == 1


@pytest.mark.parametrize("cut", range(0, len(TEXT), 9))
def test_half_typed_files_are_answered(cut: int) -> None:
    for text in (TEXT[:cut], TEXT[:cut] + TEXT[cut + 7 :], TEXT[:cut] + "${\t" + TEXT[cut:]):
        at = host(text)
        at.analyse()
        for offset in range(max(0, cut - 3), min(len(text), cut + 3) + 1):
            hover(at.db, PATH, offset)
            completion(at.db, PATH, offset)
            definitions(at.db, PATH, offset)
            rename(at.db, PATH, offset, "fresh")
            for span in selections(at.db, PATH, offset):
                assert 0 <= span.start <= span.end <= len(text)
        for token in tokens(at.db, PATH):
            assert token.span.of(text)
