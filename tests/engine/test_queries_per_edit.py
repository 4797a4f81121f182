"""What one keystroke runs again, counted: times vary between machines, counts do not."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bench import workspaces
from shipworthy.engine.host import Host


def _runs(host: Host, path: Path, text: str) -> Counter[str]:
    before = Counter(host.db.runs)
    host.open(str(path), text)
    host.analyse()
    return host.db.runs - before


@pytest.fixture
def mono(tmp_path: Path) -> Host:
    workspaces.monorepo(tmp_path / "mono", 12)
    host = Host([str(tmp_path / "mono")])
    host.analyse()
    return host


def _dockerfile(host: Host, number: int) -> tuple[Path, str]:
    path = Path(host.db.setting("folders")[0], "services", f"service{number}", "Dockerfile")
    return path, path.read_text(encoding="utf-8")


def test_services_of_one_context_cost_one_survey(mono: Host) -> None:
    assert mono.db.runs["survey"] == 1
    assert mono.db.runs["image"] == 12


def test_a_comment_stops_at_the_tree(mono: Host) -> None:
    path, text = _dockerfile(mono, 3)
    _runs(mono, path, text)
    assert _runs(mono, path, text + "# a comment\n")["image"] == 0


def test_an_edit_reaches_its_own_build_alone(mono: Host) -> None:
    path, text = _dockerfile(mono, 3)
    _runs(mono, path, text)
    runs = _runs(mono, path, text.replace("USER nobody", "USER app"))
    assert {name: runs[name] for name in ("image", "_stage", "run_unit", "survey", "uv_lock")} == {
        "image": 1,
        "_stage": 1,
        "run_unit": 1,
        "survey": 0,
        "uv_lock": 0,
    }
    assert runs.total() < 40


def test_an_edit_in_one_stage_leaves_the_others(tmp_path: Path) -> None:
    edit = workspaces.dockerfile(tmp_path / "app", big=True)
    host = Host([str(tmp_path / "app")])
    host.open(str(edit.path), edit.text)
    host.analyse()
    runs = _runs(host, edit.path, edit.text.replace("EXPOSE 9040", "EXPOSE 9041"))
    assert (runs["_stage"], runs["_instructions"], runs["image"]) == (1, 100, 1)
    # Judged again: the stage, and what looks at the image or the Dockerfile as a whole.
    assert runs["findings_in"] == 3
    assert runs.total() < 140


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("STAGE=40 ", "STAGE=40 UV_LINK_MODE=copy "),
        ("COPY . .\nEXPOSE 9040", "COPY app .\nEXPOSE 9040"),
        ('"uv>=0.5"\nCOPY . .\nEXPOSE 9040', '"uv>=0.6"\nCOPY . .\nEXPOSE 9040'),
        (
            'pip install --no-cache-dir "uv>=0.5"\nCOPY . .\nEXPOSE 9040',
            "uv sync --locked\nCOPY . .\nEXPOSE 9040",
        ),
    ],
    ids=["variable", "copy", "command", "install"],
)
def test_rules_look_at_the_edited_stage_alone(tmp_path: Path, before: str, after: str) -> None:
    edit = workspaces.dockerfile(tmp_path / "app", big=True)
    host = Host([str(tmp_path / "app")])
    host.open(str(edit.path), edit.text)
    host.analyse()
    assert before in edit.text
    runs = _runs(host, edit.path, edit.text.replace(before, after))
    assert runs["_stage"] == 1
    assert runs["findings_in"] <= 4


def test_many_projects_cost_as_many_queries_as_one_each(tmp_path: Path) -> None:
    totals = []
    for count in (4, 8, 16):
        workspaces.projects(tmp_path / str(count), count)
        host = Host([str(tmp_path / str(count))])
        host.analyse()
        totals.append(host.db.runs.total())
    assert totals[2] - totals[1] == 2 * (totals[1] - totals[0])


def test_the_same_text_again_runs_nothing_of_the_model(mono: Host) -> None:
    path, text = _dockerfile(mono, 3)
    _runs(mono, path, text)
    assert _runs(mono, path, text)["parsed_dockerfile"] == 0


def test_an_edit_in_one_of_a_hundred_services_runs_that_one(tmp_path: Path) -> None:
    edit = workspaces.compose(tmp_path / "app", big=True)
    host = Host([str(tmp_path / "app")])
    host.open(str(edit.path), edit.text)
    host.analyse()
    runs = _runs(host, edit.path, edit.text.replace("./data40:/data", "./data40:/elsewhere"))
    assert {name: runs[name] for name in ("compose", "service_of", "run_unit", "image")} == {
        "compose": 1,
        "service_of": 101,
        "run_unit": 1,
        "image": 0,
    }
    # Judged again: the container, the stage that it starts, and the compose file as a whole.
    assert runs["findings_in"] == 3
    assert runs.total() < 130


def test_a_comment_in_a_service_stops_at_the_services(tmp_path: Path) -> None:
    edit = workspaces.compose(tmp_path / "app", big=True)
    host = Host([str(tmp_path / "app")])
    host.open(str(edit.path), edit.text)
    host.analyse()
    runs = _runs(host, edit.path, edit.text.replace("- back\n", "- back # kept\n"))
    assert (runs["compose"], runs["service_of"], runs["run_unit"]) == (1, 0, 0)
