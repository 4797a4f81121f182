"""By which of its stages a build is judged: those its target needs, and those that none needs."""

from __future__ import annotations

from pathlib import Path

import pytest

from shipworthy.engine.host import Host
from shipworthy.findings.finding import Severity
from shipworthy.model.builds import unit_ids
from shipworthy.model.image.build import image
from shipworthy.model.image.environments import environments
from shipworthy.model.image.plan import judged_stages

DOCKERFILE = """\
FROM python:3.12-slim AS base
FROM base AS one
RUN UV_FROZEN=1 uv sync --locked
FROM base AS two
COPY --from=one /a /a
FROM base AS left
COPY --from=three /b /b
RUN UV_FROZEN=1 uv sync --locked
FROM base AS three
RUN UV_FROZEN=1 uv sync --locked
FROM left AS last
"""


def _host(folder: Path, *targets: str, dockerfile: str = DOCKERFILE) -> Host:
    (folder / "Dockerfile").write_text(dockerfile, encoding="utf-8")
    (folder / "pyproject.toml").write_text('[project]\nname = "a"\nversion = "1"\n')
    services = "".join(
        f"  {name}:\n    build: {{context: ., target: {name}}}\n" for name in targets
    )
    (folder / "compose.yaml").write_text(f"services:\n{services}", encoding="utf-8")
    return Host([str(folder)])


@pytest.mark.parametrize(
    ("targets", "judged"),
    [
        (("one", "two", "three", "last"), [(0, 1), (0, 1, 2), (0, 4), (0, 3, 5)]),
        (("two", "three"), [(0, 1, 2, 3, 5), (0, 4)]),
        (("one", "absent"), [(0, 1), (0, 1, 2, 3, 4, 5)]),
    ],
)
def test_what_no_build_needs_goes_with_the_first(
    targets: tuple[str, ...], judged: list[tuple[int, ...]], tmp_path: Path
) -> None:
    db = _host(tmp_path, *targets).db
    assert [judged_stages(db, known) for known in unit_ids(db)] == judged


def test_a_finding_names_the_builds_that_need_its_stage(tmp_path: Path) -> None:
    found = {
        finding.at.node: finding
        for finding in _host(tmp_path, "two", "one").analyse().everything
        if finding.rule == "uv-lock-flag-conflict"
    }
    needed, unneeded = found[2], found[7]
    assert needed.severity == Severity.WARNING
    assert [build.service for build in needed.builds] == ["two", "one"]
    assert unneeded.severity == Severity.INFO
    assert [build.service for build in unneeded.builds] == ["two"]


def test_a_stage_is_judged_by_the_first_build_as_soon_as_no_target_needs_it(
    tmp_path: Path,
) -> None:
    host = _host(tmp_path, "one", "three")
    first = unit_ids(host.db)[0]
    compose = tmp_path / "compose.yaml"
    text = compose.read_text(encoding="utf-8")
    before = judged_stages(host.db, first)
    host.open(str(compose), text.replace("target: three", "target: two"))
    assert (before, judged_stages(host.db, first)) == ((0, 1, 2, 3, 5), (0, 1, 3, 4, 5))


def test_a_stage_that_a_build_does_not_need_can_be_looked_at(tmp_path: Path) -> None:
    stages = "".join(f"FROM s{i} AS s{i + 1}\nRUN python -m venv /v\n" for i in range(400))
    db = _host(tmp_path, "s0", "s400", dockerfile=f"FROM python:3.12 AS s0\n{stages}").db
    first = unit_ids(db)[0]
    made = image(db, first)
    assert made is not None
    assert made.judged == {0}
    assert made.stage(400).start == made.stage(399).end
    assert environments(db, first, 400) == environments(db, unit_ids(db)[1], 400) != ()
