"""Renames reach every place, change nothing but the name, or are refused with a reason."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from shipworthy.db.database import Database
from shipworthy.engine.host import Host
from shipworthy.findings.message import render
from shipworthy.model.builds import all_units, compose
from shipworthy.model.image.build import image
from shipworthy.model.image.steps import Copy, Run, Setting
from shipworthy.model.run import run_ids, run_unit
from shipworthy.model.unknown import is_unknown
from shipworthy.text.edits import apply
from shipworthy.views.compose_files import cluster_of, groups
from shipworthy.views.compose_symbols import extending
from shipworthy.views.page import places
from shipworthy.views.renaming import Refused, Renamed, prepare, rename
from shipworthy.views.symbols import Symbol, files_with_symbols, occurrences
from support.workspaces import ROOT, Workspace
from views.cursors import asked

VECTORS = Path(__file__).parent.parent / "vectors"
PROJECTS = Path(__file__).parent.parent / "projects"

TREE = {
    "compose.yaml": """\
x-build: &common
  context: .
  target: final
  args:
    VERSION: "1"
services:
  web:
    build: *common
    depends_on: [db]
    networks: [inner]
    volumes: ["data:/data", ".:/app"]
    secrets: [token]
    environment:
      TOKEN_FILE: /run/secrets/token
  job:
    extends: {service: web}
    build:
      context: .
      target: base
      args: ["VERSION=2"]
      secrets: [token]
    depends_on:
      db: {condition: service_started}
    network_mode: service:db
  db:
    image: postgres
    volumes:
      - {type: volume, source: data, target: /var/lib}
volumes:
  data: {}
networks:
  inner: {}
secrets:
  token: {file: token.txt}
""",
    "compose.override.yaml": """\
services:
  db:
    networks: {inner: {}}
  web:
    build:
      args:
        VERSION: "3"
""",
    "Dockerfile": """\
ARG VERSION=0
FROM python:${VERSION} AS base
ARG VERSION
ENV MODE=dev FLAG=$VERSION
RUN --mount=type=secret,id=token echo "$VERSION" '$VERSION' \\
    # about $VERSION
    && if [ $MODE = dev ]; then VERSION=x; echo ${VERSION:-y}; fi
FROM base AS Final
COPY --from=base /x /y
COPY --from=0 /x /z
RUN --mount=type=bind,from=base,source=/x,target=/w echo $MODE $VERSION
RUN <<EOF
echo $MODE
EOF
CMD echo $MODE
""",
    "token.txt": "x",
}


def at(files: Mapping[str, str], path: str, text: str, which: int = 0) -> tuple[Host, str, int]:
    """A host and the place where a text stands, the first time or a later one."""
    offset = -1
    for _ in range(which + 1):
        offset = files[path].index(text, offset + 1)
    return Workspace(files).host(), f"{ROOT}/{path}", offset


def renamed(files: Mapping[str, str], path: str, text: str, new: str, which: int = 0) -> list[str]:
    """The lines that a rename changes, as `path: line`."""
    host, where, offset = at(files, path, text, which)
    done = rename(host.db, where, offset, new)
    assert isinstance(done, Renamed), render(done.message, "en", places(host.db))
    lines = []
    for file, edits in sorted(done.edits.items()):
        before = (host.db.text(file) or "").split("\n")
        after = apply(host.db.text(file) or "", edits).split("\n")
        name = file.removeprefix(f"{ROOT}/")
        lines += [f"{name}: {b.strip()}" for a, b in zip(before, after, strict=True) if a != b]
    return lines


def refused(files: Mapping[str, str], path: str, text: str, new: str, which: int = 0) -> str:
    """Why a rename is refused."""
    host, where, offset = at(files, path, text, which)
    done = rename(host.db, where, offset, new)
    assert isinstance(done, Refused), done
    return render(done.message, "en", places(host.db))


@pytest.mark.parametrize(
    ("path", "text", "which"),
    [
        ("Dockerfile", "base", 0),
        ("Dockerfile", "base AS Final", 0),
        ("Dockerfile", "base /x", 0),
        ("Dockerfile", "base,source", 0),
        ("compose.yaml", "base", 0),
    ],
)
def test_a_stage_from_any_of_its_places(path: str, text: str, which: int) -> None:
    assert renamed(TREE, path, text, "first", which) == [
        "Dockerfile: FROM python:${VERSION} AS first",
        "Dockerfile: FROM first AS Final",
        "Dockerfile: COPY --from=first /x /y",
        "Dockerfile: RUN --mount=type=bind,from=first,source=/x,target=/w echo $MODE $VERSION",
        "compose.yaml: target: first",
    ]


def test_a_target_behind_a_yaml_alias() -> None:
    assert renamed(TREE, "Dockerfile", "Final", "last") == [
        "Dockerfile: FROM base AS last",
        "compose.yaml: target: last",
    ]


def test_an_argument_in_all_files() -> None:
    assert renamed(TREE, "Dockerfile", "VERSION", "TAG") == [
        "Dockerfile: ARG TAG=0",
        "Dockerfile: FROM python:${TAG} AS base",
        "Dockerfile: ARG TAG",
        "Dockerfile: ENV MODE=dev FLAG=$TAG",
        "Dockerfile: RUN --mount=type=secret,id=token echo \"$TAG\" '$VERSION' \\",
        "Dockerfile: && if [ $MODE = dev ]; then TAG=x; echo ${TAG:-y}; fi",
        'compose.override.yaml: TAG: "3"',
        'compose.yaml: TAG: "1"',
        'compose.yaml: args: ["TAG=2"]',
    ]


def test_a_variable_is_followed_into_here_documents_and_commands() -> None:
    assert renamed(TREE, "Dockerfile", "MODE", "KIND") == [
        "Dockerfile: ENV KIND=dev FLAG=$VERSION",
        "Dockerfile: && if [ $KIND = dev ]; then VERSION=x; echo ${VERSION:-y}; fi",
        "Dockerfile: RUN --mount=type=bind,from=base,source=/x,target=/w echo $KIND $VERSION",
        "Dockerfile: echo $KIND",
        "Dockerfile: CMD echo $KIND",
    ]


def test_a_service_in_all_files() -> None:
    assert renamed(TREE, "compose.yaml", "db]", "store") == [
        "compose.override.yaml: store:",
        "compose.yaml: depends_on: [store]",
        "compose.yaml: store: {condition: service_started}",
        "compose.yaml: network_mode: service:store",
        "compose.yaml: store:",
    ]


def test_volume_network_secret_and_anchor() -> None:
    assert renamed(TREE, "compose.yaml", "data", "files") == [
        'compose.yaml: volumes: ["files:/data", ".:/app"]',
        "compose.yaml: - {type: volume, source: files, target: /var/lib}",
        "compose.yaml: files: {}",
    ]
    assert renamed(TREE, "compose.yaml", "inner", "lan") == [
        "compose.override.yaml: networks: {lan: {}}",
        "compose.yaml: networks: [lan]",
        "compose.yaml: lan: {}",
    ]
    assert renamed(TREE, "compose.yaml", "token", "key") == [
        "Dockerfile: RUN --mount=type=secret,id=key echo \"$VERSION\" '$VERSION' \\",
        "compose.yaml: secrets: [key]",
        "compose.yaml: TOKEN_FILE: /run/secrets/key",
        "compose.yaml: secrets: [key]",
        "compose.yaml: key: {file: token.txt}",
    ]
    assert renamed(TREE, "compose.yaml", "common", "shared") == [
        "compose.yaml: x-build: &shared",
        "compose.yaml: build: *shared",
    ]


@pytest.mark.parametrize(
    ("dockerfile", "text", "new", "reason"),
    [
        ("FROM x AS a\nFROM a AS b\n", "a", "b", "already"),
        ("FROM x AS a\nFROM python\n", "a", "python", "already"),
        ("FROM x AS a\n", "a", "1st", "not a valid name"),
        ("FROM x AS a\n", "a", "scratch", "not a valid name"),
        ("FROM x\nENV PATH=/x:$PATH\n", "PATH", "WAY", "by this very name"),
        ("FROM x\nENV UV_CACHE_DIR=/x\n", "UV_CACHE_DIR", "C", "by this very name"),
        ("FROM x\nARG A\nARG B\n", "A\n", "B", "already"),
        ("FROM x\nARG A\nRUN echo $B\n", "A\n", "B", "already"),
        ("FROM x\nARG A\n", "A\n", "B-C", "not a valid name"),
        ("FROM x\nRUN echo $A\n", "A", "B", "no name here"),
        ("FROM x\nRUN true\n", "true", "B", "no name here"),
        ("ARG S=a\nFROM x AS a\nFROM $S\n", "a\nFROM $", "b", "cannot be rewritten"),
    ],
)
def test_refusals_in_a_dockerfile(dockerfile: str, text: str, new: str, reason: str) -> None:
    assert reason in refused({"Dockerfile": dockerfile}, "Dockerfile", text, new)


@pytest.mark.parametrize(
    ("compose_text", "text", "new", "reason"),
    [
        ("services:\n  a: {image: x}\n  b: {image: x}\n", "a:", "b", "already"),
        ("services:\n  a: {image: x}\n", "a:", "true", "not a valid name"),
        ("services:\n  a: {image: x}\n", "a:", "a b", "not a valid name"),
        (
            "services:\n  a: {image: x, volumes: ['v1:/x']}\nvolumes: {v1: {external: true}}\n",
            "v1",
            "v2",
            "external",
        ),
        (
            "services:\n  a: {image: x, volumes: ['${V:-v1}:/x']}\nvolumes: {v1: {}}\n",
            "v1: ",
            "v2",
            "cannot be rewritten",
        ),
        (
            "services:\n  a: {image: x}\nnetworks: {default: {}}\n",
            "default",
            "other",
            "not renamed",
        ),
        ("services:\n  a: {image: x, depends_on: [zz]}\n", "zz", "yy", "not declared"),
    ],
)
def test_refusals_in_compose(compose_text: str, text: str, new: str, reason: str) -> None:
    assert reason in refused({"compose.yaml": compose_text}, "compose.yaml", text, new)


def test_an_argument_from_the_environment_is_not_renamed() -> None:
    files = {
        "compose.yaml": "services:\n  a:\n    build:\n      context: .\n      args: [A]\n",
        "Dockerfile": "FROM x\nARG A\n",
    }
    assert "environment" in refused(files, "Dockerfile", "A\n", "B")


def test_a_variable_of_the_base_image_is_left_alone() -> None:
    files = {
        "Dockerfile": "ARG TAG=1\nFROM x:$TAG AS a\nRUN echo $TAG\nFROM y\nARG TAG\nRUN echo $TAG\n"
    }
    assert renamed(files, "Dockerfile", "TAG", "T") == [
        "Dockerfile: ARG T=1",
        "Dockerfile: FROM x:$T AS a",
        "Dockerfile: ARG T",
        "Dockerfile: RUN echo $T",
    ]


def test_same_names_in_separate_projects_are_separate() -> None:
    files = {
        "a/compose.yaml": "services:\n  web: {image: x}\n",
        "b/compose.yaml": "services:\n  web:\n"
        "    extends: {file: ../a/compose.yaml, service: web}\n",
    }
    assert renamed(files, "a/compose.yaml", "web", "base") == [
        "a/compose.yaml: base: {image: x}",
        "b/compose.yaml: extends: {file: ../a/compose.yaml, service: base}",
    ]


def test_the_caution_for_a_volume() -> None:
    place = asked(
        {
            "compose.yaml": "services:\n  a: {image: x, volumes: ['data:/x']}\n"
            "volumes:\n  da▮ta: {}\n"
        }
    )
    done = rename(place.host.db, place.path, place.offset, "files")
    assert isinstance(done, Renamed)
    assert done.caution is not None


# What a rename must not change


class Names:
    """The names of a model with the renamed one replaced."""

    def __init__(self, symbol: Symbol | None, new: str) -> None:
        self.symbol = symbol
        self.new = new

    def __call__(self, kind: str, name: Any) -> Any:
        symbol = self.symbol
        if symbol is None or symbol.kind != kind or not isinstance(name, str):
            return name
        same = name.lower() == symbol.name if kind == "stage" else name == symbol.name
        return self.new if same else name

    def within(self, db: Database, path: str) -> Names:
        """The names as a file means them: those of a project count in its own files only."""
        symbol = self.symbol
        if symbol is None or symbol.kind in ("stage", "variable"):
            return self
        files = cluster_of(db, path)
        owners = (*files[:1], *extending(db, path))
        return self if symbol.scope in owners else Names(None, "")

    def keys(self, kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
        return {self(kind, name): value for name, value in values.items()}


def canonical(db: Database, names: Names) -> Any:
    """Everything the model knows but places and texts, with names mapped."""
    builds = []
    for unit in all_units(db):
        made = image(db, unit.id)
        builds.append(
            (
                unit.origin_file,
                names.within(db, unit.origin_file)("service", unit.service),
                _plain(unit.dockerfile),
                _plain(unit.context),
                sorted((names("variable", n), _plain(v)) for n, v, _ in unit.args),
                made.target if made else None,
                [_stage(stage, names) for stage in made.stages] if made else None,
            )
        )
    projects = [_project(db, group, names.within(db, group.files[0])) for group in groups(db)]
    builds.sort(key=lambda build: build[:2])
    return _bare((builds, projects, sorted(map(repr, _runs(db, names)))))


def _bare(value: Any) -> Any:
    """Nested values without the places that UNKNOWN carries."""
    if is_unknown(value):
        return "?"
    if isinstance(value, dict):
        return {key: _bare(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_bare(item) for item in value]
    return value


def _stage(stage: Any, names: Names) -> Any:
    shape = stage.shape
    steps = [_step(step, names) for step in stage.steps]
    reference = shape.reference if shape.parent is None else None
    return (names("stage", shape.name), reference, shape.parent, stage.reachable, steps)


def _step(step: Any, names: Names) -> Any:
    state = _state(step.state, names)
    if isinstance(step, Copy):
        sources = [(s.path, s.kind) for s in step.sources]
        return (sources, step.destination, step.origin, step.from_stage, step.exclude, state)
    if isinstance(step, Run):
        commands = [(c.words, c.cwd, c.user, c.conditional) for c in step.commands]
        return (commands, [(m.type, m.target, m.from_stage) for m in step.mounts], state)
    assert isinstance(step, Setting)
    return (step.instruction.keyword, _state(step.after, names))


def _state(state: Any, names: Names) -> Any:
    env = names.keys("variable", {n: v.text for n, v in state.env.items()})
    args = names.keys("variable", {n: v.text for n, v in state.args.items()})
    return (sorted(env.items(), key=repr), sorted(args.items(), key=repr), state.workdir)


def _project(db: Database, group: Any, names: Names) -> Any:
    loaded = compose(db, group)
    project = loaded.project
    tops: dict[str, tuple[Any, ...]] = {
        "volume": project.volumes,
        "network": project.networks,
        "config": project.configs,
        "secret": project.secrets,
    }
    services = {}
    for service in project.services:
        mounts = []
        for mount in service.volumes:
            kind = "volume" if mount.type == "volume" else "-"
            mounts.append((mount.type, names(kind, mount.source), _plain(mount.target)))
        services[names("service", service.name)] = (
            mounts,
            sorted(names("service", d.service) for d in service.depends_on),
            _plain(service.image),
            sorted(key for key, _ in service.keys),
            _plain(service.command.words if service.command else None),
        )
    named = {k: sorted(names(k, item.name) for item in items) for k, items in tops.items()}
    return sorted(services.items()), named, len(loaded.problems)


def _runs(db: Database, names: Names) -> Iterator[Any]:
    for group, name in run_ids(db):
        run = run_unit(db, group, name)
        if run is not None and group is not None:
            words = [command.words for command in run.commands]
            yield names.within(db, group.files[0])("service", name), run.workdir, run.user, words


def _plain(value: Any) -> str:
    return "?" if is_unknown(value) else str(value)


NEW = {"stage": "zz-renamed", "variable": "ZZ_RENAMED"}


def check_renames(files: Mapping[str, str], most: int = 200) -> int:
    """Rename every symbol of a workspace, one after the other; how many could be."""
    host = Workspace(files).host()
    seen: dict[Symbol, tuple[str, int]] = {}
    for path in files_with_symbols(host.db):
        for item in occurrences(host.db, path):
            seen.setdefault(item.symbol, (path, item.span.start))
            assert 0 <= item.span.start <= item.span.end <= len(host.db.text(path) or "")
    done = 0
    for symbol, (path, offset) in list(seen.items())[:most]:
        if isinstance(prepare(host.db, path, offset), Refused):
            continue
        new = NEW.get(symbol.kind, "zz_renamed")
        result = rename(host.db, path, offset, new)
        assert isinstance(result, Renamed), (symbol, result)
        changed = dict(files)
        for file, edits in result.edits.items():
            name = file.removeprefix(f"{ROOT}/")
            changed[name] = apply(files[name], edits)
        after = Workspace(changed).host()
        before_model = canonical(host.db, Names(symbol, new))
        after_model = canonical(after.db, Names(None, ""))
        assert after_model == before_model, (symbol, changed)
        done += 1
    return done


def scenarios(name: str) -> list[dict[str, Any]]:
    lines = (VECTORS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_the_tree_above() -> None:
    assert check_renames(TREE) >= 10


def test_compose_vectors_keep_their_model() -> None:
    done = 0
    for case in scenarios("compose_model")[::4]:
        done += check_renames(case["files"], 12)
    assert done > 100


def test_image_scenarios_keep_their_model() -> None:
    done = 0
    for case in scenarios("image_tree_scenarios")[::2]:
        files = dict.fromkeys(case["tree"]["files"], "")
        files[case["dockerfile_path"]] = case["dockerfile"]
        if case.get("compose"):
            build = json.dumps(case["compose"]["build"])
            files[case["compose"]["path"]] = f"services:\n  web:\n    build: {build}\n"
        done += check_renames(files, 12)
    assert done > 20


@pytest.mark.parametrize("name", ["faulty", "recommended"])
def test_the_articles_projects(name: str) -> None:
    folder = PROJECTS / "article" / name
    files = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8", errors="replace")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.stat().st_size < 100_000 and ".venv" not in path.parts
    }
    assert check_renames(files) >= 1
