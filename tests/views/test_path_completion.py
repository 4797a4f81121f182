"""Paths that completion offers: all that the build sees, written so that the build finds them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from shipworthy.engine.host import Host
from shipworthy.model.builds import all_units
from shipworthy.model.ignoring import Hidden, compile_patterns, visible
from shipworthy.model.image.build import image
from shipworthy.model.image.steps import Copy, Run
from shipworthy.syntax.dockerignore import parse as parse_ignore_file
from shipworthy.views.candidates import Candidate, Offer
from shipworthy.views.completion import completion
from shipworthy.views.path_writing import ignore_pattern
from support.workspaces import ROOT
from views.cursors import Asked, asked

COMPOSE = "services:\n  web:\n    build: .\n"
NAMES = (
    "plain.txt",
    "my file.txt",
    "my-file.txt",
    "my]file.txt",
    "two  blanks",
    "tab\tname",
    "it's.txt",
    'say "hi".txt',
    "a$b",
    "${x}",
    "star*.txt",
    "q?.txt",
    "[x].txt",
    "back\\slash",
    "both [ and \\",
    "--flag",
    "<<doc",
    "3<<doc",
    "#hash",
    "!bang",
    "~tilde",
    ".hidden",
    "日本語.txt",
    "🐳.py",
    "e\u0301.txt",
    "no-break\u00a0blank",
    "`tick`",
    "comma,name",
    "bytes\udcff.bin",
)
FOLDERS = ("dir", "dir with blank", "[odd] 日本")
TREE: Mapping[str, str] = {
    "compose.yaml": COMPOSE,
    ".dockerignore": "hidden*\n",
    "hidden one": "",
    **dict.fromkeys(NAMES, ""),
    **{f"{folder}/{name}": "" for folder in FOLDERS for name in ("x y.py", "z.py")},
}
VISIBLE = {*NAMES, *FOLDERS, "compose.yaml", ".dockerignore", "Dockerfile"}


def offered(place: Asked) -> Offer:
    found = completion(place.host.db, place.path, place.offset)
    assert found is not None
    return found


def with_text(place: Asked, text: str) -> Host:
    place.host.db.open(place.path, text)
    return place.host


def chosen(place: Asked, offer: Offer, item: Candidate) -> Host:
    """The workspace after a candidate was taken."""
    before = place.host.db.text(place.path) or ""
    return with_text(place, before[: offer.span.start] + item.text + before[offer.span.end :])


def taken(host: Host, names: frozenset[str]) -> set[str]:
    """Which of the names, files or folders, the COPY of the only build brings."""
    made = image(host.db, all_units(host.db)[0].id)
    assert made is not None
    (copy,) = (step for stage in made.stages for step in stage.steps if isinstance(step, Copy))
    assert copy.instruction.error is None
    return {name for name in names if copy.lands(name) or copy.lands(f"{name}/in")}


@pytest.mark.parametrize(
    ("head", "tail", "unsayable"),
    [
        ("FROM a\nCOPY ▮", " /x/\n", set()),
        ("FROM a\nADD --chmod=644 \\\n  ▮", " /x/\n", set()),
        ("# escape=`\nFROM a\nCOPY ▮", " /x/\n", set()),
        ('FROM a\nCOPY ["▮', '", "/x/"]\n', {"bytes\udcff.bin"}),
        ("# escape=`\nFROM a\nCOPY [▮", ', "/x/"]\n', {"bytes\udcff.bin"}),
    ],
)
def test_every_file_is_offered_and_means_itself(head: str, tail: str, unsayable: set[str]) -> None:
    place = asked({**TREE, "Dockerfile": head + tail})
    offer = offered(place)
    by_name = {item.label.removesuffix("/"): item for item in offer.candidates}
    assert "hidden one" in by_name
    assert {name for name, item in by_name.items() if not item.last} == VISIBLE - unsayable
    before = place.host.db.text(place.path) or ""
    names = frozenset(VISIBLE)
    for name, item in by_name.items():
        if not item.last:
            host = chosen(place, offer, item)
            assert taken(host, names) == {name}, (name, item.text)
            with_text(place, before)


@pytest.mark.parametrize("head", ["FROM a\nCOPY ▮ /x\n", 'FROM a\nCOPY ["▮", "/x"]\n'])
@pytest.mark.parametrize("folder", FOLDERS)
def test_folders_are_walked_into_as_they_are_written(head: str, folder: str) -> None:
    place = asked({**TREE, "Dockerfile": head})
    offer = offered(place)
    item = next(item for item in offer.candidates if item.label == f"{folder}/")
    host = chosen(place, offer, item)
    inner = completion(host.db, place.path, offer.span.start + len(item.text))
    assert inner is not None
    assert [item.label for item in inner.candidates] == ["x y.py", "z.py"]
    text = host.db.text(place.path) or ""
    blank = inner.candidates[0].text
    place.host.db.open(place.path, text[: inner.span.start] + blank + text[inner.span.end :])
    names = frozenset({f"{folder}/x y.py", f"{folder}/z.py"})
    assert taken(place.host, names) == {f"{folder}/x y.py"}


@pytest.mark.parametrize("escape", ["", "# escape=`\n"])
def test_sources_of_bind_mounts(escape: str) -> None:
    text = f"{escape}FROM a\nRUN --mount=type=bind,source=▮,target=/t true\n"
    place = asked({**TREE, "Dockerfile": text})
    offer = offered(place)
    by_name = {item.label.removesuffix("/"): item for item in offer.candidates if not item.last}
    unsayable = {'say "hi".txt', "comma,name", "bytes\udcff.bin"}
    assert set(by_name) == VISIBLE - unsayable
    before = place.host.db.text(place.path) or ""
    for name, item in by_name.items():
        host = chosen(place, offer, item)
        made = image(host.db, all_units(host.db)[0].id)
        assert made is not None
        (run,) = (step for stage in made.stages for step in stage.steps if isinstance(step, Run))
        assert run.mounts[0].source is not None
        assert run.mounts[0].source.path == name, item.text
        with_text(place, before)


def labels(text: str, **more: str) -> list[str]:
    files = {path.replace("__", "/"): content for path, content in more.items()}
    place = asked({"compose.yaml": COMPOSE, **files, "Dockerfile": text})
    found = completion(place.host.db, place.path, place.offset)
    return [item.label for item in found.candidates] if found is not None else []


STAGES = (
    "FROM a AS one\nWORKDIR /srv/app\nCOPY src lib/\nCOPY src/one.py /etc/\n"
    "COPY --from=img:1 /bin/tool /bin/\n"
    "FROM one AS two\nCOPY --from=one /srv/app/lib /data/lib\n"
)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("COPY --from=one /▮ /x", ["bin/", "etc/", "srv/"]),
        ("COPY --from=one ▮ /x", ["bin/", "etc/", "srv/"]),
        ("COPY --from=0 /srv/app/▮ /x", ["lib/"]),
        ("COPY --from=one /srv/app/lib/▮ /x", ["deep/", "one.py"]),
        ("COPY --from=one /srv/app/lib/deep/▮ /x", ["x.py"]),
        ("COPY --from=one /bin/▮ /x", ["tool"]),
        ("COPY --from=one /etc/▮ /x", ["one.py"]),
        ("COPY --from=two /data/lib/▮ /x", ["deep/", "one.py"]),
        ("COPY --from=two /srv/▮ /x", ["app/"]),
        ('COPY --from=two ["/data/▮", "/x"]', ["lib/"]),
        ("RUN --mount=type=bind,from=two,source=/data/▮", ["lib/"]),
        ("COPY --from=img:1 /▮ /x", []),
        ("WORKDIR /v\nRUN python -m venv env\nCOPY src /v/▮", ["env/"]),
        ("WORKDIR /w\nCOPY src /▮", ["w/"]),
        ("WORKDIR /w/deep\nVOLUME /w/▮", ["deep/"]),
    ],
)
def test_what_files_tell_of_an_image(line: str, expected: list[str]) -> None:
    tree = {"src__one.py": "", "src__deep__x.py": "", "src__secret.log": ""}
    assert labels(f"{STAGES}FROM b\n{line}\n", **{".dockerignore": "src/*.log\n"}, **tree) == (
        expected
    )


def test_the_destination_can_be_the_folder_itself() -> None:
    found = labels("FROM a\nCOPY x ▮\n", x="")
    assert found == ["Dockerfile", "compose.yaml", "x", "./"]
    assert "./" not in labels("FROM a\nCOPY ▮\n", x="")


def test_variables_in_a_path_are_read() -> None:
    text = "FROM a\nARG DIR=src\nCOPY ${DIR}/▮ /x\n"
    assert labels(text, src__one="") == ["one"]
    assert labels("FROM a\nARG DIR\nCOPY ${DIR}/▮ /x\n", src__one="") == []


def test_the_root_stays_what_it_is() -> None:
    assert ROOT not in "".join(labels("FROM a\nCOPY ../▮ /x\n", x=""))


IGNORED = (*NAMES, " lead", "trail ", "new\nline", "dir with blank", "[odd] 日本")


@pytest.mark.parametrize("mark", ["", "!"])
@pytest.mark.parametrize("folder", ["", "dir with blank/", "[odd]*/"])
def test_patterns_of_an_ignore_file_match_what_they_are_listed_for(mark: str, folder: str) -> None:
    files = {f"{folder}{name}": "" for name in IGNORED}
    prefix = "/".join(ignore_pattern(part) for part in folder.split("/"))
    text = f"{mark}{prefix}▮\n"
    place = asked(
        {"compose.yaml": COMPOSE, "Dockerfile": "FROM a\n", **files, ".dockerignore": text}
    )
    offer = offered(place)
    by_name = {item.label.removesuffix("/"): item for item in offer.candidates}
    assert set(IGNORED) <= set(by_name)
    for name in IGNORED:
        tree = parse_ignore_file(f"{prefix}{by_name[name].text}\n").tree
        assert not tree.patterns[0].negated
        rules = compile_patterns(tree.cleaned)
        hidden = {other for other in files if isinstance(visible(rules, other), Hidden)}
        assert hidden == {f"{folder}{name}"}, (name, by_name[name].text)
