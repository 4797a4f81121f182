"""Renames in made-up projects of several files: every use follows, and the model stays the same."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from shipworthy.findings.message import render
from shipworthy.text.edits import apply
from shipworthy.views.navigation import references
from shipworthy.views.page import places
from shipworthy.views.renaming import Refused, Renamed, prepare, rename
from shipworthy.views.symbols import Symbol, files_with_symbols, occurrences
from support.workspaces import ROOT, Workspace
from views.test_rename_model import Names, canonical, check_renames

INCIDENTS = Path(__file__).parent.parent / "incidents" / "cases.json"


class Maker:
    """A project whose names all differ, each in a form chosen by chance.

    With `alike`, things of different kinds and of different projects have the same names.
    """

    def __init__(self, seed: int, *, alike: bool = False) -> None:
        self.chance = random.Random(seed)
        self.alike = alike
        self.count = 0
        self.counts: dict[str, int] = {}

    def name(self, kind: str) -> str:
        self.count += 1
        if self.alike:
            self.counts[kind] = self.counts.get(kind, 0) + 1
            return f"app{self.counts[kind]}"
        return f"{kind}{self.chance.choice(['-', '_', '.'])}n{self.count:02}"

    def pick(self, *forms: Any) -> Any:
        return self.chance.choice(forms)

    def some(self, values: list[str]) -> list[str]:
        return self.chance.sample(values, self.chance.randint(0, len(values)))

    def scalar(self, value: str) -> str:
        plain = value[:1].isalpha() and ": " not in value and not value.endswith(":")
        forms = [f'"{value}"', f"'{value}'"]
        return self.chance.choice([*forms, *([value] * 3 if plain else [])])

    def written(self, value: Any, indent: int, *, flow: bool = False) -> str:
        """A value after its key or dash: on the same line, or on deeper lines."""
        if isinstance(value, str):
            return " " + (value if value[:1] in "*&" else self.scalar(value))
        if not value:
            return " {}" if isinstance(value, dict) else " []"
        if flow or self.chance.random() < 0.3:
            if isinstance(value, dict):
                pairs = (f"{k}:{self.written(v, 0, flow=True)}" for k, v in value.items())
                return " {" + ", ".join(pairs) + "}"
            return " [" + ", ".join(self.written(v, 0, flow=True).strip() for v in value) + "]"
        pad = " " * indent
        if isinstance(value, dict):
            lines = [f"{pad}{k}:{self.written(v, indent + 2)}" for k, v in value.items()]
            return "\n" + "\n".join(lines)
        return "\n" + "\n".join(f"{pad}-{self.written(v, indent + 2, flow=True)}" for v in value)

    def file(self, value: dict[str, Any]) -> str:
        lines = []
        for key, inner in value.items():
            if key.startswith("x-"):
                lines.append(f"{key}: &{inner['anchor']}{self.written(inner['value'], 2)}")
            else:
                lines.append(f"{key}:{self.written(inner, 2)}")
        return "# made up\n" + "\n".join(lines) + "\n"

    def resources(self) -> dict[str, list[str]]:
        return {
            kind: [self.name(kind.rstrip("s")) for _ in range(2)]
            for kind in ("volumes", "networks", "configs", "secrets")
        }

    def tops(self, names: dict[str, list[str]]) -> dict[str, Any]:
        files = {"configs", "secrets"}
        return {
            kind: {name: ({"file": "./f"} if kind in files else {}) for name in found}
            for kind, found in names.items()
        }

    def service(self, others: list[str], names: dict[str, list[str]]) -> dict[str, Any]:
        made: dict[str, Any] = self.pick({"image": "x"}, {"build": {"context": "."}})
        depended = self.some(others)
        if depended:
            listed = {name: {"condition": "service_started"} for name in depended}
            made["depends_on"] = self.pick(depended, listed)
        if others and self.chance.random() < 0.3:
            made["network_mode"] = f"service:{self.pick(*others)}"
        else:
            joined = self.some(names["networks"])
            if joined:
                made["networks"] = self.pick(joined, {name: {"priority": "1"} for name in joined})
        mounts: list[Any] = []
        for number, name in enumerate(self.some(names["volumes"])):
            long = {"type": "volume", "source": name, "target": f"/m{number}"}
            mounts.append(self.pick(f"{name}:/m{number}", f"{name}:/m{number}:ro", long))
        if mounts:
            made["volumes"] = mounts
        for kind in ("configs", "secrets"):
            used = self.some(names[kind])
            if used:
                made[kind] = [self.pick(name, {"source": name, "target": "t"}) for name in used]
        lent = self.some(names["secrets"])
        if lent and isinstance(made.get("build"), dict):
            made["build"]["secrets"] = lent
        if others and isinstance(made.get("build"), dict) and self.chance.random() < 0.4:
            made["build"]["additional_contexts"] = {"ctx": f"service:{self.pick(*others)}"}
        if others and self.chance.random() < 0.3:
            made["links"] = [f"{self.pick(*others)}:alias"]
        if others and self.chance.random() < 0.3:
            made["pid"] = f"service:{self.pick(*others)}"
        return made

    def project(self) -> dict[str, str]:
        names = self.resources()
        services: dict[str, Any] = {}
        for _ in range(3):
            services[self.name("svc")] = self.service(list(services), names)
        base, anchor = self.name("base"), self.name("anchor").replace(".", "-")
        main: dict[str, Any] = {"x-common": {"anchor": anchor, "value": {"restart": "always"}}}
        files = {"f": "", "Dockerfile": "FROM x\n"}
        folder = self.pick("", "deploy/")
        own = self.resources()
        inside = self.name("svc")
        more = {"services": {inside: self.service([], own)}, **self.tops(own)}
        form = self.pick("more.yaml", {"path": ["more.yaml"]}, {"path": "./more.yaml"})
        if self.chance.random() < 0.7:
            main["include"] = [form]
            files[f"{folder}more.yaml"] = self.file(more)
            services[self.name("svc")] = {"image": "x", "depends_on": [inside]}
        files[f"{folder}lib/base.yaml"] = self.file({"services": {base: {"image": "x"}}})
        services[self.name("svc")] = {"extends": {"file": "lib/base.yaml", "service": base}}
        services[self.name("svc")] = {"<<": f"*{anchor}", "image": "x"}
        main["services"] = services
        main.update(self.tops(names))
        files[f"{folder}compose.yaml"] = self.file(main)
        if self.chance.random() < 0.7:
            changed = self.pick(*(name for name in services if "extends" not in services[name]))
            over: dict[str, Any] = {"services": {changed: {"depends_on": [self.pick(*services)]}}}
            over["services"][self.pick(*services)] = {"networks": names["networks"][:1]}
            over["networks"] = {names["networks"][0]: {"driver": "bridge"}}
            files[f"{folder}compose.override.yaml"] = self.file(over)
        return files


def check(files: dict[str, str]) -> int:
    """Rename everything; the old name must be gone from all files, and the model the same."""
    host = Workspace(files).host()
    first: dict[Symbol, tuple[str, int]] = {}
    for path in files_with_symbols(host.db):
        for item in occurrences(host.db, path):
            first.setdefault(item.symbol, (path, item.span.start))
    done = 0
    for symbol, (path, offset) in first.items():
        if isinstance(prepare(host.db, path, offset), Refused):
            continue
        result = rename(host.db, path, offset, "zz_new")
        assert isinstance(result, Renamed), symbol
        changed = dict(files)
        for file, edits in result.edits.items():
            name = file.removeprefix(f"{ROOT}/")
            changed[name] = apply(files[name], edits)
        for name, text in changed.items():
            assert symbol.name not in text, (symbol, name, text)
        found = references(host.db, path, offset, declaration=True)
        assert {place.path for place in found} == set(result.edits)
        before = canonical(host.db, Names(symbol, "zz_new"))
        assert canonical(Workspace(changed).host().db, Names(None, "")) == before, symbol
        done += 1
    return done


@pytest.mark.parametrize("seed", range(12))
def test_made_up_projects(seed: int) -> None:
    assert check(Maker(seed).project()) >= 12


@pytest.mark.parametrize("seed", range(8))
def test_names_that_mean_several_things(seed: int) -> None:
    assert check_renames(Maker(seed, alike=True).project()) >= 12


def test_incidents_keep_their_model() -> None:
    cases = json.loads(INCIDENTS.read_text(encoding="utf-8"))
    assert sum(check_renames(case["files"], 12) for case in cases.values()) >= 15


TEAM = {
    "deploy/compose.yaml": "services:\n  web: {image: x}\n  db: {image: x}\n",
    ".devcontainer/devcontainer.json": '{"dockerComposeFile": ["../deploy/compose.yaml"],\n'
    ' "service": "web", "runServices": ["web", "db"] /* web */}\n',
    "Makefile": "web:\n\tdocker compose -f deploy/compose.yaml -p web exec web sh\n",
    "run.sh": "docker-compose --profile db up website\n",
}


def renamed(files: dict[str, str], path: str, old: str) -> Renamed:
    host = Workspace(files).host()
    done = rename(host.db, f"{ROOT}/{path}", files[path].index(old), "zz_new")
    assert isinstance(done, Renamed), render(done.message, "en", places(host.db))
    return done


def test_a_service_of_a_dev_container() -> None:
    done = renamed(TEAM, "deploy/compose.yaml", "web")
    path = f"{ROOT}/.devcontainer/devcontainer.json"
    text = TEAM[".devcontainer/devcontainer.json"]
    assert apply(text, done.edits[path]) == text.replace('"web"', '"zz_new"')
    host = Workspace(TEAM).host()
    found = references(host.db, path, text.index("web"), declaration=True)
    assert [place.path.rpartition("/")[2] for place in found] == [
        "compose.yaml",
        "devcontainer.json",
        "devcontainer.json",
    ]


def test_the_command_that_names_a_service_is_told() -> None:
    caution = renamed(TEAM, "deploy/compose.yaml", "web").caution
    assert caution is not None
    assert "Makefile:2" in render(caution, "en", places(Workspace(TEAM).host().db))
    caution = renamed(TEAM, "deploy/compose.yaml", "db").caution
    assert caution is not None
    assert "command" not in render(caution, "en", places(Workspace(TEAM).host().db))
