"""Our verdict on a lock against `uv lock --check`, on random edits of random local projects."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from integration.uv_projects import MARKERS, run_uv, write_project, write_wheel
from shipworthy.model.python._toml import read_toml
from shipworthy.model.python.pyproject import ProjectFacts, project_facts
from shipworthy.model.python.staleness import staleness
from shipworthy.model.python.uv_lock import scan

LIST = re.compile(r"^(?P<key>dependencies|[a-z]+) = (?P<items>\[.*\])$", re.MULTILINE)
SPECIFIERS = ("", ">=1", ">=1.0", "==1.0", "==1", ">=1,<2", "<2,>=1", "==1.*", "~=1.0", "~=1.0.0")
SAME_MARKERS = (
    ("python_version < '3.12'", "python_full_version < '3.12'"),
    ("python_version < '3.12'", "'3.12' > python_version"),
    ("sys_platform == 'linux'", "sys_platform == 'linux' and python_version >= '3.8'"),
)


def reorder(text: str, dice: random.Random) -> str:
    return change_list(text, dice, lambda items: items[::-1])


def drop(text: str, dice: random.Random) -> str:
    return change_list(text, dice, lambda items: items[1:])


def add(text: str, dice: random.Random) -> str:
    return change_list(text, dice, lambda items: [*items, f"wheel-b{dice.choice(SPECIFIERS)}"])


def extra(text: str, dice: random.Random) -> str:
    return change_list(
        text, dice, lambda items: [re.sub(r"^([\w-]+)(\[\w\])?", r"\1[b]", items[0])]
    )


def respecify(text: str, dice: random.Random) -> str:
    return re.sub(r"wheel-a[^\";]*", f"wheel-a{dice.choice(SPECIFIERS)} ", text, count=1)


def remark(text: str, dice: random.Random) -> str:
    marker = dice.choice(MARKERS)
    return change_list(text, dice, lambda items: [f"{items[0].split(';')[0]} ; {marker}"])


def same_marker(text: str, dice: random.Random) -> str:
    for one, other in SAME_MARKERS:
        text = text.replace(one, other)
    return text


def respell(text: str, dice: random.Random) -> str:
    return text.replace("wheel-a", "Wheel_A").replace('"pkg-', '"PKG.')


def version(text: str, dice: random.Random) -> str:
    return text.replace('version = "1"', f'version = "{dice.choice(("1.0", "1.1", "2"))}"', 1)


def python(text: str, dice: random.Random) -> str:
    chosen = dice.choice((">=3.10.0", "!=3.9.2,>=3.10", ">=3.11", ">=3.10,<4", "~=3.10"))
    return text.replace(">=3.10", chosen, 1)


def group(text: str, dice: random.Random) -> str:
    return text.replace("[dependency-groups]", '[dependency-groups]\nlint = ["pkg-0"]')


def empty_group(text: str, dice: random.Random) -> str:
    return text.replace("[dependency-groups]", "[dependency-groups]\nlint = []")


def new_extra(text: str, dice: random.Random) -> str:
    items = dice.choice(("[]", '["pkg-0"]'))
    return text.replace("optional-dependencies]", f"optional-dependencies]\nnew = {items}")


def drop_extra(text: str, dice: random.Random) -> str:
    return re.sub(r"^c = .*\n", "", text, flags=re.MULTILINE)


def drop_group(text: str, dice: random.Random) -> str:
    return re.sub(r"^docs = .*\n", "", text, flags=re.MULTILINE)


def drop_member(text: str, dice: random.Random) -> str:
    return re.sub(r"workspace.members = .*", "workspace.members = []", text)


def comment(text: str, dice: random.Random) -> str:
    return f"# note\n{text}"


def environments(text: str, dice: random.Random) -> str:
    return text.replace("[tool.uv]", "[tool.uv]\nenvironments = [\"sys_platform == 'linux'\"]")


EDITS = (
    reorder,
    drop,
    add,
    extra,
    respecify,
    remark,
    same_marker,
    respell,
    version,
    python,
    group,
    empty_group,
    new_extra,
    drop_extra,
    drop_group,
    drop_member,
    comment,
    environments,
)


def change_list(text: str, dice: random.Random, change: Callable[[list[str]], list[str]]) -> str:
    # What has several sources is split by uv; there only names are compared.
    lists = [
        found
        for found in LIST.finditer(text)
        if _items(found["items"]) and "twin" not in found["items"]
    ]
    if not lists:
        return text
    chosen = dice.choice(lists)
    items = json.dumps(change(_items(chosen["items"])))
    return text[: chosen.start("items")] + items + text[chosen.end("items") :]


def _items(text: str) -> list[str]:
    try:
        value = json.loads(text)
    except ValueError:
        return []
    return value if all(isinstance(item, str) for item in value) else []


def _facts(path: Path) -> ProjectFacts:
    value = read_toml(path.read_text(encoding="utf-8"))
    assert value is not None
    return project_facts(value)


@pytest.mark.parametrize("seed", range(12))
def test_the_verdict_is_that_of_uv_lock_check(seed: int, tmp_path: Path) -> None:
    dice = random.Random(seed)
    write_project(tmp_path, seed)
    for name in ("wheel_a", "wheel_b"):
        write_wheel(tmp_path / "wheels", name, "1.0")
    manifest = tmp_path / "pyproject.toml"
    text = manifest.read_text(encoding="utf-8")
    text = re.sub(r"^dependencies = \[", 'dependencies = ["wheel-a>=1", ', text, flags=re.MULTILINE)
    text = text.replace(", ]", "]")
    text = text.replace("[tool.uv]", '[tool.uv]\nno-index = true\nfind-links = ["wheels"]')
    manifest.write_text(text, encoding="utf-8")
    locked = run_uv(tmp_path, "lock")
    assert locked.returncode == 0, locked.stderr
    lock = scan((tmp_path / "uv.lock").read_text(encoding="utf-8"))
    for edit in EDITS:
        manifest.write_text(edit(text, dice), encoding="utf-8")
        root = _facts(manifest)
        members = {
            name: _facts(tmp_path / name / "pyproject.toml") for name in root.uv.workspace_members
        }
        drifts = staleness(root, lock, members)
        checked = run_uv(tmp_path, "lock", "--check")
        assert bool(drifts) == (checked.returncode != 0), (edit.__name__, drifts, checked.stderr)
