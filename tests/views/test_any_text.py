"""No view raises or takes long, whatever stands in the files."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping

import pytest

from shipworthy.engine.host import Host
from shipworthy.text.spans import Span
from shipworthy.views.completion import completion
from shipworthy.views.hover import hover
from shipworthy.views.lenses import hints, lenses
from shipworthy.views.links import links
from shipworthy.views.navigation import definitions, highlights, references
from shipworthy.views.outline import named, outline
from shipworthy.views.page import markdown
from shipworthy.views.renaming import prepare, rename
from shipworthy.views.structure import folds, selections
from shipworthy.views.symbols import occurrences
from shipworthy.views.tokens import tokens
from support.workspaces import ROOT, Workspace
from views.test_rename import TREE

FILES = {**TREE, ".dockerignore": "# c\n**/*.log\n!keep\n", ".env": "A=1\n"}
PIECES = ("$", "{", "}", "<<E\n", "\\\n", '"', "'", "&a ", "*a", ": ", "- ", "\n", "#", "--from=",
          "🐍", "\r\n", "\0", "\udc80", "FROM ", "RUN ", "services:\n", "!", "[", "\t")  # fmt: skip


def ask_everything(host: Host, path: str, offsets: list[int]) -> None:
    db = host.db
    text = db.text(path) or ""
    for item in occurrences(db, path):
        assert 0 <= item.span.start <= item.span.end <= len(text)
    outline(db, path)
    folds(db, path)
    links(db, path)
    lenses(db, path)
    hints(db, path, Span(0, len(text)))
    end = 0
    for token in tokens(db, path):
        assert end <= token.span.start < token.span.end
        end = token.span.end
    named(db, "a")
    for offset in offsets:
        page = hover(db, path, offset)
        if page is not None:
            assert 0 <= page.span.start <= page.span.end <= len(text)
            assert markdown(db, page.parts, "ja")
        definitions(db, path, offset)
        references(db, path, offset, declaration=True)
        highlights(db, path, offset)
        offer = completion(db, path, min(offset, len(text)))
        if offer is not None:
            kept = max(len(candidate.kept) for candidate in offer.candidates)
            start, stop = offer.span.start - kept, offer.span.end
            assert 0 <= start <= min(offset, len(text)) <= stop <= len(text)
            assert "\n" not in text[start:stop]
        selections(db, path, offset)
        prepare(db, path, offset)
        rename(db, path, offset, "zz")


@pytest.mark.parametrize("seed", range(40))
def test_broken_texts(seed: int) -> None:
    chance = random.Random(seed)
    name = chance.choice(["compose.yaml", "Dockerfile", ".dockerignore", "compose.override.yaml"])
    text = FILES[name]
    for _ in range(chance.randint(1, 6)):
        at = chance.randint(0, len(text))
        cut = chance.choice([0, 0, 3, 30])
        text = text[:at] + chance.choice(PIECES) + text[at + cut :]
    host = Workspace({**FILES, name: text}).host()
    offsets = [chance.randint(0, len(text)) for _ in range(12)]
    ask_everything(host, f"{ROOT}/{name}", offsets)
    for other, whole in FILES.items():
        ask_everything(host, f"{ROOT}/{other}", [len(whole) // 2])


def test_the_indentation_of_an_inline_dockerfile() -> None:
    text = "services:\n  web:\n    build:\n      dockerfile_inline: |\n        FROM a\n        CO\n"
    host = Workspace({"compose.yaml": text}).host()
    ask_everything(host, f"{ROOT}/compose.yaml", list(range(len(text) + 1)))


def test_half_typed_texts() -> None:
    for name in ("compose.yaml", "Dockerfile"):
        text = FILES[name]
        host = Workspace(FILES).host()
        for end in range(0, len(text), 17):
            host.open(f"{ROOT}/{name}", text[:end])
            ask_everything(host, f"{ROOT}/{name}", [end])


BIG: Mapping[str, Mapping[str, str]] = {
    "uses": {"Dockerfile": "FROM x AS a\nARG A=1\nRUN echo " + "$A " * 40_000 + "\n"},
    "lines": {"Dockerfile": "FROM x\n" + "ENV A=$A\nCOPY a b\n" * 3_000},
    "quotes": {"Dockerfile": "FROM x\nRUN " + "'\"$((" * 30_000 + "\n"},
    "patterns": {"Dockerfile": "FROM x\nCOPY a /b\n", ".dockerignore": "a/*.x\n!b\n" * 5_000},
    "anchors": {
        "compose.yaml": "x0: &a0 [1, 2]\n"
        + "".join(f"x{i}: &a{i} [*a{i - 1}, *a{i - 1}, *a{i - 1}]\n" for i in range(1, 40))
        + "services:\n  web: {image: x, volumes: *a39}\n"
    },
    "brackets": {"compose.yaml": "services: {web: {command: " + "[" * 30_000},
    "dashes": {"compose.yaml": "services:\n  web:\n    command:\n      " + "- " * 30_000},
    "services": {
        "compose.yaml": "services:\n"
        + "".join(f"  s{i}: {{image: x, depends_on: [s0]}}\n" for i in range(1_500))
    },
}


@pytest.mark.parametrize("name", sorted(BIG))
def test_big_texts(name: str) -> None:
    host = Workspace(BIG[name]).host()
    start = time.process_time()
    for file, text in BIG[name].items():
        ask_everything(host, f"{ROOT}/{file}", [len(text) // 2])
    # Far above what it takes: only what grows with the square of the text gets there.
    assert time.process_time() - start < 60
