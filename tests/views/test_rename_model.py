"""A rename changes names only: the model of the renamed workspace is the same but for them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from shipworthy.db.database import Database
from shipworthy.model.builds import all_units, compose
from shipworthy.model.files import home_of
from shipworthy.model.image.build import image
from shipworthy.model.image.steps import Copy, Run, Setting
from shipworthy.model.run import run_ids, run_unit
from shipworthy.model.unknown import is_unknown
from shipworthy.text.edits import apply
from shipworthy.views.compose_files import cluster_of, groups
from shipworthy.views.compose_symbols import defined, extending
from shipworthy.views.renaming import Refused, Renamed, prepare, rename
from shipworthy.views.symbols import Symbol, files_with_symbols, occurrences
from support.documents import cases_of
from support.workspaces import ROOT, Workspace
from views.test_rename import TREE

TESTS = Path(__file__).parent.parent
VECTORS = TESTS / "vectors"
PROJECTS = TESTS / "projects"


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
        own = (symbol.kind, symbol.name) in defined(db, path)
        owners = files[:1] if own else (*files[:1], *extending(db, path))
        return self if symbol.scope in owners else Names(None, "")

    def of(self, dockerfile: Any) -> Names:
        """The names as a build of a Dockerfile means them."""
        other = self.symbol is not None and self.symbol.scope != dockerfile
        return Names(None, "") if other else self

    def keys(self, kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
        return {self(kind, name): value for name, value in values.items()}


def canonical(db: Database, names: Names) -> Any:
    """Everything the model knows but places and texts, with names mapped."""
    builds = []
    for unit in all_units(db):
        made = image(db, unit.id)
        inner = names.of(unit.dockerfile)
        builds.append(
            (
                unit.origin_file,
                names.within(db, unit.origin_file)("service", unit.service),
                _file(unit.dockerfile),
                _plain(unit.context),
                sorted((inner("variable", n), _plain(v)) for n, v, _ in unit.args),
                made.target if made else None,
                [_stage(stage, inner) for stage in made.stages] if made else None,
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


def _file(value: Any) -> str:
    """A path, without the place that a Dockerfile has inside of a compose file."""
    return home_of(_plain(value))


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


def test_a_tree_with_every_kind_of_name() -> None:
    assert check_renames(TREE) >= 10


def test_compose_vectors_keep_their_model() -> None:
    done = 0
    for case in scenarios("compose_model")[::2]:
        done += check_renames(case["files"], 12)
    assert done > 100


def test_image_scenarios_keep_their_model() -> None:
    done = 0
    for case in scenarios("image_tree_scenarios"):
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


def test_incidents_keep_their_model() -> None:
    cases = json.loads((TESTS / "incidents" / "cases.json").read_text(encoding="utf-8"))
    assert sum(check_renames(case["files"], 12) for case in cases.values()) >= 25


def test_dockerfiles_as_people_write_them_keep_their_model() -> None:
    done = 0
    compose = {"services": {"web": {"build": {"context": ".", "args": {"VERSION": "1"}}}}}
    for case in scenarios("dockerfile_ast"):
        files = {"Dockerfile": case["dockerfile"], "compose.yaml": json.dumps(compose)}
        done += check_renames(files, 8)
        inline = {"services": {"web": {"build": {"dockerfile_inline": case["dockerfile"]}}}}
        done += check_renames({"compose.yaml": json.dumps(inline)}, 8)
        done += check_renames({"compose.yaml": in_block(case["dockerfile"])}, 8)
    assert done > 100


def in_block(dockerfile: str) -> str:
    """A compose file that holds a Dockerfile in a block scalar."""
    head = "services:\n  web:\n    build:\n      dockerfile_inline: |2\n"
    lines = dockerfile.replace("$", "$$").split("\n")
    return head + "".join(f"        {line}\n" for line in lines)


def test_the_examples_of_the_rules_keep_their_model() -> None:
    done = 0
    for page in sorted((TESTS / "rules").glob("*.md")):
        for case in cases_of(page.read_text(encoding="utf-8"), page.stem):
            done += check_renames(case.workspace.files, 6)
    assert done > 400
