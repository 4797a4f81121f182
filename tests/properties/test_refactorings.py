"""Every offered refactoring, applied to real projects, keeps its promise and harms nothing.

The projects are the incidents, those of `init` and the article's two; each line is asked.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from cli.init_projects import PROJECTS, locked
from shipworthy.engine.fixing import what_if
from shipworthy.engine.host import Host
from shipworthy.findings.finding import Severity
from shipworthy.model.builds import all_units
from shipworthy.model.context import ignore_path_of
from shipworthy.model.files import kind_of, parsed_dockerfile, parsed_ignore_file, parsed_yaml
from shipworthy.model.image.environments import final_environments
from shipworthy.model.reinstalls import reinstalls
from shipworthy.model.run import RunUnit, runs_of
from shipworthy.text.spans import Span
from shipworthy.views.refactorings import KINDS, Refactoring, offered
from support.workspaces import ROOT, Workspace

TESTS = Path(__file__).parent.parent


def _trees() -> Iterator[tuple[str, dict[str, str]]]:
    cases = json.loads((TESTS / "incidents/cases.json").read_text(encoding="utf-8"))
    for name, case in cases.items():
        yield name, case["files"]
    for name, (files, _, _) in PROJECTS.items():
        yield name, locked(files)
    for folder in sorted((TESTS / "projects/article").iterdir()):
        paths = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
        yield (
            f"article {folder.name}",
            {
                path.relative_to(folder).as_posix(): path.read_text("utf-8", "surrogateescape")
                for path in paths
            },
        )


TREES = dict(_trees())


def all_offered(host: Host) -> Iterator[tuple[Refactoring, Mapping[str, str], str]]:
    """Each distinct change that is offered at the start of some line, and the file of the line."""
    seen = set()
    for path in sorted(host.db.known_paths()):
        text = host.db.text(path)
        if text is None or (kind_of(path) == "toml" and not path.endswith("/pyproject.toml")):
            continue
        at = 0
        for line in text.splitlines(keepends=True):
            for found, plan in offered(host, path, Span(at, at)):
                key = (found.kind, found.fix.title, tuple(sorted(plan.texts.items())))
                if key not in seen:
                    seen.add(key)
                    yield found, plan.texts, path
            at += len(line)


def problems(host: Host, path: str) -> int:
    """How many places the file's parser rejects."""
    db, kind = host.db, kind_of(path)
    if kind == "dockerfile":
        parsed = parsed_dockerfile(db, path)
        return len(parsed.problems) if parsed else 0
    other = parsed_yaml(db, path) if kind == "yaml" else parsed_ignore_file(db, path)
    assert other is not None
    return len(other.problems)


def serious(host: Host) -> Counter[str]:
    """How often each rule finds something at warning or above."""
    findings = host.analyse().findings
    return Counter(item.rule for item in findings if item.severity >= Severity.WARNING)


def runs(host: Host) -> list[RunUnit]:
    return [run for unit in all_units(host.db) for run in runs_of(host.db, unit.id)]


def environments(host: Host) -> set[str]:
    return {
        item.path
        for unit in all_units(host.db)
        for item in final_environments(host.db, unit.id)
        if item.kind != "system"
    }


class Seen:
    """The facts that refactorings promise to change."""

    def __init__(self, host: Host) -> None:
        db = host.db
        units = all_units(db)
        self.environments = environments(host)
        self.covered = {
            mount.target
            for run in runs(host)
            for path in self.environments
            if (mount := run.mount_over(path)) is not None and mount.type == "bind"
        }
        self.volumes = sum(mount.type == "volume" for run in runs(host) for mount in run.mounts)
        self.binds = sum(mount.type == "bind" for run in runs(host) for mount in run.mounts)
        self.watches = sum(len(run.service.watch) for run in runs(host) if run.service)
        self.unignored = sum(ignore_path_of(db, unit) is None for unit in units)
        self.reinstalls = sum(len(tuple(reinstalls(db, unit.id))) for unit in units)


def promised(title: str, before: Seen, after: Seen) -> bool:
    """Whether the model shows what the title says."""
    if title.startswith("Move the environment"):
        return before.environments != after.environments and "/opt/venv" in after.environments
    if title.startswith("Add an anonymous volume"):
        return after.volumes > before.volumes and after.environments == before.environments
    if title.startswith("Replace"):
        return after.watches > before.watches and after.binds < before.binds
    if title.startswith("Create"):
        return after.unignored < before.unignored
    if title.startswith("Write a Dockerfile"):
        return "/opt/venv" in after.environments
    return after.reinstalls < before.reinstalls


@pytest.mark.parametrize("name", TREES)
def test_what_is_offered_keeps_its_promise(name: str) -> None:
    host = Workspace(TREES[name]).host()
    host.analyse()
    before = Seen(host)
    for found, texts, _ in tuple(all_offered(host)):
        title = host.analyse().render(found.fix.title, "en")
        known = serious(host)
        broken = {path: problems(host, path) for path in texts if host.db.text(path) is not None}
        with what_if(host, texts):
            new = serious(host) - known
            assert set(new) <= found.brings, title
            assert not new or found.fix.afterwards, title
            for path in texts:
                assert problems(host, path) <= broken.get(path, 0), title
            assert promised(title, before, Seen(host)), title


def test_every_kind_is_offered_somewhere() -> None:
    """The property above is not empty."""
    kinds: Counter[str] = Counter()
    for name in ("84-copy-all-before-install", "article faulty", "article recommended"):
        host = Workspace(TREES[name]).host()
        host.analyse()
        kinds.update(found.kind for found, _, _ in all_offered(host))
    assert set(kinds) == set(KINDS)


def test_what_would_do_harm_is_not_offered() -> None:
    """`uv venv` makes its environment where it did: moving the paths would lose it."""
    host = Workspace(TREES["02-copy-all-then-uv-venv"]).host()
    assert [found.kind for found, _, _ in all_offered(host)] == []
    assert host.db.text(f"{ROOT}/Dockerfile")
