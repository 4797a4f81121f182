"""Definitions, references, links, outlines, folds, selections, tokens, lenses and hints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise

import pytest

from shipworthy.findings.message import render
from shipworthy.model.files import Location, line_of, locate
from shipworthy.text.anchors import Anchor
from shipworthy.text.lines import LineIndex
from shipworthy.text.spans import Span
from shipworthy.views.lenses import hints, lenses
from shipworthy.views.links import image_page, links
from shipworthy.views.navigation import definitions, highlights, references
from shipworthy.views.outline import Part, named, outline
from shipworthy.views.page import places
from shipworthy.views.structure import folds, selections
from shipworthy.views.tokens import tokens
from support.workspaces import ROOT, Workspace
from views.cursors import Asked, asked


def places_of(place: Asked, found: Iterable[Location]) -> list[str]:
    """Locations as `path:line:text of the line from there on`."""
    shown = []
    for path, span in found:
        text = place.host.db.text(path) or ""
        line = LineIndex(text).line_of(span.start) + 1
        shown.append(f"{path.removeprefix(ROOT + '/')}:{line}:{span.of(text)}")
    return shown


def defined(files: Mapping[str, str]) -> list[str]:
    place = asked(files)
    return places_of(place, definitions(place.host.db, place.path, place.offset))


def used(files: Mapping[str, str], *, declaration: bool = False) -> list[str]:
    place = asked(files)
    found = references(place.host.db, place.path, place.offset, declaration=declaration)
    return places_of(place, found)


COMPOSE = "services:\n  web:\n    build: {context: ., target: b}\n"


@pytest.mark.parametrize(
    ("dockerfile", "expected"),
    [
        ("FROM x AS a\nFROM ▮a\n", ["Dockerfile:1:a"]),
        ("FROM x AS a\nFROM x\nCOPY --from=▮a . .\n", ["Dockerfile:1:a"]),
        ("FROM x AS a\nFROM x\nCOPY --from=▮0 . .\n", ["Dockerfile:1:a"]),
        ("FROM x AS a\nFROM x\nRUN --mount=type=bind,from=▮a ls\n", ["Dockerfile:1:a"]),
        ("FROM x\nARG A=1\nENV A=2\nRUN echo $▮A\n", ["Dockerfile:3:A"]),
        ("FROM x\nARG A=1\nARG A=2\nRUN echo $▮A\nARG A=3\n", ["Dockerfile:3:A"]),
        ("FROM x\nCOPY ▮app.py /x\n", ["app.py:1:"]),
        ("FROM x\nCOPY ▮secret /x\n", [".dockerignore:2:sec*", "secret:1:"]),
        ("FROM x\nRUN ▮ls\n", []),
    ],
)
def test_definitions_in_a_dockerfile(dockerfile: str, expected: list[str]) -> None:
    files = {"Dockerfile": dockerfile, ".dockerignore": "*.log\nsec*\n", "app.py": "", "secret": ""}
    assert defined(files) == expected


@pytest.mark.parametrize(
    ("compose", "expected"),
    [
        ("services:\n  web:\n    build: {context: ., target: ▮b}\n", ["Dockerfile:2:b"]),
        ("services:\n  web:\n    build: ▮.\n", ["Dockerfile:1:"]),
        ("services:\n  a: {image: x, depends_on: [▮b]}\n  b: {image: y}\n", ["compose.yaml:3:b"]),
        ("x: &q {image: x}\nservices:\n  a: *▮q\n", ["compose.yaml:1:q"]),
        ("services:\n  a: {image: 'x:${▮T}'}\n", [".env:1:T"]),
        (
            "services:\n  web:\n    build:\n      context: .\n      args: {▮V: 1}\n",
            ["Dockerfile:3:V"],
        ),
        ("services:\n  a:\n    image: x\n    env_file: ▮.env\n", [".env:1:"]),
    ],
)
def test_definitions_in_compose(compose: str, expected: list[str]) -> None:
    files = {
        "compose.yaml": compose,
        "Dockerfile": "FROM x AS a\nFROM a AS b\nARG V\n",
        ".env": "T=1\n",
    }
    assert defined(files) == expected


def test_references_across_files() -> None:
    files = {"Dockerfile": "FROM x AS a\nFROM ▮a AS b\n", "compose.yaml": COMPOSE}
    assert used(files) == ["Dockerfile:2:a"]
    assert used(files, declaration=True) == ["Dockerfile:1:a", "Dockerfile:2:a"]
    last = {"Dockerfile": "FROM x AS a\nFROM a AS ▮b\n", "compose.yaml": COMPOSE}
    assert used(last) == ["compose.yaml:3:b"]


def test_references_of_a_pattern_are_the_sources_it_hides() -> None:
    files = {"Dockerfile": "FROM x\nCOPY a.log b.txt /x/\n", ".dockerignore": "▮*.log\n"}
    assert used(files) == ["Dockerfile:2:a.log"]


def test_highlights() -> None:
    place = asked({"Dockerfile": "FROM x\nARG A=1\nRUN echo $▮A ${A}\n"})
    found = highlights(place.host.db, place.path, place.offset)
    assert [item.role for item in found] == ["definition", "reference", "reference"]


@pytest.mark.parametrize(
    ("reference", "page"),
    [
        ("python:3.13", "https://hub.docker.com/_/python"),
        ("astral/uv:0.9", "https://hub.docker.com/r/astral/uv"),
        ("ghcr.io/astral-sh/uv:latest", "https://ghcr.io/astral-sh/uv"),
        (
            "mcr.microsoft.com/devcontainers/python:3",
            "https://mcr.microsoft.com/artifact/mar/devcontainers/python",
        ),
        ("registry.example/x:1", None),
        ("not an image", None),
    ],
)
def test_pages_of_images(reference: str, page: str | None) -> None:
    assert image_page(reference) == page


def test_links_in_all_three_kinds() -> None:
    files = {
        "compose.yaml": "include: [other.yaml]\nservices:\n  web:\n    build:\n"
        "      context: .\n      dockerfile: Dockerfile\n    env_file: [a.env, none.env]\n"
        "    volumes:\n      - ./a.env:/x\n      - data:/y\n  db: {image: postgres:17}\n"
        "  own: {image: mine, build: .}\nsecrets: {s: {file: ./a.env}}\nvolumes: {data: }\n",
        "other.yaml": "services: {x: {image: y}}\n",
        "a.env": "A=1\n",
        "Dockerfile": "# syntax=docker/dockerfile:1\nARG T=3.13\nFROM python:${T} AS a\n"
        "COPY a.env none .\nCOPY --from=busybox /x /y\nFROM a\n"
        "RUN --mount=type=bind,source=a.env,target=/z true\n",
        ".dockerignore": "a.env\n*.x\nnone\n",
    }
    host = Workspace(files).host()

    def shown(name: str) -> list[str]:
        text = files[name]
        return [
            f"{link.span.of(text)} {(link.path or link.url or '').removeprefix(ROOT + '/')}"
            for link in links(host.db, f"{ROOT}/{name}")
        ]

    assert shown("Dockerfile") == [
        "docker/dockerfile:1 https://hub.docker.com/r/docker/dockerfile",
        "python:${T} https://hub.docker.com/_/python",
        "a.env a.env",
        "busybox https://hub.docker.com/_/busybox",
        "a.env a.env",
    ]
    assert shown(".dockerignore") == ["a.env a.env"]
    assert shown("compose.yaml") == [
        "other.yaml other.yaml",
        ". Dockerfile",
        "Dockerfile Dockerfile",
        "a.env a.env",
        "./a.env a.env",
        "postgres:17 https://hub.docker.com/_/postgres",
        ". Dockerfile",
        "./a.env a.env",
    ]


def names(parts: tuple[Part, ...]) -> list[object]:
    return [(part.name, names(part.children)) if part.children else part.name for part in parts]


def test_outlines() -> None:
    files = {
        "Dockerfile": "ARG A\nFROM x AS one\nRUN a\nFROM y\nCOPY . .\n",
        ".dockerignore": "# c\na\n!b\n",
        "compose.yaml": "services:\n  web:\n    image: x\nvolumes:\n  data: {}\n",
    }
    host = Workspace(files).host()
    assert names(outline(host.db, f"{ROOT}/Dockerfile")) == [
        "ARG",
        ("one", ["RUN"]),
        ("y", ["COPY"]),
    ]
    assert names(outline(host.db, f"{ROOT}/.dockerignore")) == ["a", "!b"]
    assert names(outline(host.db, f"{ROOT}/compose.yaml")) == [
        ("services", [("web", ["image"])]),
        ("volumes", ["data"]),
    ]
    assert [item.symbol.name for item in named(host.db, "we")] == ["web"]
    assert {item.symbol.name for item in named(host.db, "")} == {"A", "one", "web", "data"}


def check_outline(text: str, parts: tuple[Part, ...], outer: Span) -> None:
    for part in parts:
        assert outer.start <= part.span.start <= part.selection.start
        assert part.selection.end <= part.span.end <= outer.end
        check_outline(text, part.children, part.span)


def test_folds() -> None:
    files = {
        "Dockerfile": "# a\n# b\nFROM x\nRUN a \\\n  b\nRUN <<E\nx\nE\n",
        "compose.yaml": "services:\n  web:\n    image: x\n",
        ".dockerignore": "# one\na\nb\n# two\nc\n",
    }
    host = Workspace(files).host()
    docker = folds(host.db, f"{ROOT}/Dockerfile")
    assert [(f.first, f.last, f.kind) for f in docker] == [
        (0, 1, "comment"),
        (2, 7, "region"),
        (3, 4, "region"),
        (5, 6, "region"),
        (5, 7, "region"),
    ]
    compose = folds(host.db, f"{ROOT}/compose.yaml")
    assert [(f.first, f.last) for f in compose] == [(0, 2), (1, 2)]
    ignore = folds(host.db, f"{ROOT}/.dockerignore")
    assert [(f.first, f.last) for f in ignore] == [(0, 2), (3, 4)]


@pytest.mark.parametrize(
    "files",
    [
        {"Dockerfile": "FROM x AS a\nRUN --mount=type=bind,from=a l▮s -l \\\n  /x\n"},
        {"compose.yaml": "services:\n  web:\n    volumes:\n      - a▮b:/x\n"},
        {".dockerignore": "a/▮b\n"},
    ],
)
def test_selections_grow(files: Mapping[str, str]) -> None:
    place = asked(files)
    found = selections(place.host.db, place.path, place.offset)
    assert len(found) > 2
    for inner, outer in pairwise(found):
        assert outer.start <= inner.start <= inner.end <= outer.end
        assert outer != inner
    assert found[-1] == Span(0, len(place.host.db.text(place.path) or ""))


def coloured(files: Mapping[str, str], path: str) -> list[tuple[str, str]]:
    host = Workspace(files).host()
    text = files[path]
    return [(token.span.of(text), token.kind) for token in tokens(host.db, f"{ROOT}/{path}")]


def test_tokens_of_a_dockerfile() -> None:
    text = (
        "# syntax=docker/dockerfile:1\n# note\nARG V=1\nFROM x:$V AS a\nENV A=b\n"
        'RUN --mount=type=cache,target=/c pip install \\\n  # why\n  -q "$A" && ls\n'
        "RUN <<E\necho $A # x\nE\nCOPY --from=a x y\n"
    )
    found = coloured({"Dockerfile": text}, "Dockerfile")
    for expected in [
        ("# syntax=docker/dockerfile:1", "macro"),
        ("# note", "comment"),
        ("ARG", "keyword"),
        ("V", "variable"),
        ("AS", "keyword"),
        ("a", "class"),
        ("--mount", "parameter"),
        ("pip", "function"),
        ("# why", "comment"),
        ("-q", "parameter"),
        ("A", "variable"),
        ("&&", "operator"),
        ("ls", "function"),
        ("echo", "function"),
        ("# x", "comment"),
        ("E", "label"),
    ]:
        assert expected in found, (expected, found)


def test_tokens_of_the_other_kinds() -> None:
    assert coloured(
        {".dockerignore": "# c\n!a/*.py\n", "Dockerfile": "FROM x\n"}, ".dockerignore"
    ) == [
        ("# c", "comment"),
        ("!", "operator"),
        ("a/", "string"),
        ("*", "regexp"),
        (".py", "string"),
    ]
    compose = "services:\n  web: {image: 'x:${T}', volumes: ['dd:/x']}\nvolumes: {dd: }\n"
    assert coloured({"compose.yaml": compose}, "compose.yaml") == [
        ("web", "class"),
        ("T", "variable"),
        ("dd", "type"),
        ("dd", "type"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "FROM",
        "RUN <<E\n",
        "RUN a \\",
        "RUN a \\\r\n  b\r\n",
        "ENV",
        "\ufeffFROM x\n",
        "FROM 🐍 AS 🐍\nCOPY --from=🐍 a b\n",
        "RUN echo \"$(ls 'x' | $Y)\" > /x 2>&1; for i in a b; do echo $i; done\n",
        "HEALTHCHECK CMD curl x || exit 1\n",
        'CMD ["sh", "-c", "echo $HOME"]\n',
        "ONBUILD RUN echo $X\n",
    ],
)
def test_structure_of_any_text(text: str) -> None:
    host = Workspace({"Dockerfile": text, "compose.yaml": COMPOSE}).host()
    path = f"{ROOT}/Dockerfile"
    check_outline(text, outline(host.db, path), Span(0, len(text)))
    assert all(fold.first < fold.last for fold in folds(host.db, path))
    end = 0
    for token in tokens(host.db, path):
        assert end <= token.span.start < token.span.end <= len(text)
        assert "\n" not in token.span.of(text)
        end = token.span.end
    for offset in range(len(text) + 1):
        selections(host.db, path, offset)
        definitions(host.db, path, offset)


def lens_titles(files: Mapping[str, str], path: str) -> list[str]:
    host = Workspace(files).host()
    at = places(host.db)
    return [render(lens.message, "en", at) for lens in lenses(host.db, f"{ROOT}/{path}")]


LENS = {
    "compose.yaml": "services:\n  web: {build: {context: ., target: a}}\n"
    "  worker: {build: {context: ., target: a}}\n",
    "Dockerfile": "FROM x AS a\nFROM y AS b\n",
    ".dockerignore": "compose.yaml\n",
}


def test_lenses() -> None:
    assert lens_titles(LENS, "Dockerfile") == [
        "built by `web`, `worker`",
        "context: 2 files, 37 B (.)",
        "built for `web`, `worker`",
        "not built",
    ]
    assert lens_titles(LENS, ".dockerignore") == [
        "read by the builds of `web`, `worker`",
        "context: 2 files, 37 B (.)",
    ]
    assert lens_titles(LENS, "compose.yaml") == ["context: 2 files, 37 B (.)"] * 2


def test_lenses_lead_to_the_builds_that_they_name() -> None:
    host = Workspace(LENS).host()
    found = lenses(host.db, f"{ROOT}/Dockerfile")
    assert [lens.leads == "context" for lens in found] == [False, True, False, False]
    for lens in (found[0], found[2]):
        places = [locate(host.db, at) for at in lens.leads if isinstance(at, Anchor)]
        assert [place.span.of(LENS["compose.yaml"]) for place in places] == ["web", "worker"]
        assert [line_of(host.db, at) for at in lens.leads if isinstance(at, Anchor)] == [2, 3]
    assert found[3].leads == ()


def test_hints() -> None:
    text = "ARG V=1\nFROM x:$V\nARG W\nARG V\nWORKDIR /app\nWORKDIR src\nCOPY . ./\n"
    host = Workspace({"Dockerfile": text}).host()
    found = hints(host.db, f"{ROOT}/Dockerfile", Span(0, len(text)))
    assert [(text[: hint.offset].rsplit("\n", maxsplit=1)[-1], hint.text) for hint in found] == [
        ("FROM x:$V", "= 1"),
        ("ARG V", "= 1"),
        ("WORKDIR src", "→ /app/src"),
        ("COPY . ./", "→ /app/src"),
    ]
