"""Poetry installs the development groups into an image for production.

## Why
`poetry install` without `--only` or `--without` installs every group that is not optional: test
runners, linters and type checkers make the image larger and open to more advisories.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
RUN pip install poetry==2.1.3
WORKDIR /app
COPY . .
RUN poetry install
CMD ["poetry", "run", "gunicorn", "app:app"]
```
```toml file=pyproject.toml
[tool.poetry]
name = "app"
version = "0.1.0"

[tool.poetry.group.dev.dependencies]
pytest = "^8"
```
```text file=poetry.lock
[metadata]
lock-version = "2.1"
```
```diagnostics
Dockerfile:5:5: warning[poetry-dev-in-image] `poetry install` also installs the group `dev`: the image carries what only development needs.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
RUN pip install poetry==2.1.3
WORKDIR /app
COPY . .
RUN poetry install --only main
CMD ["gunicorn", "app:app"]
```

## Fix safety
Unsafe: what is started may need a package of a group.

## Sources
Poetry's documentation of dependency groups.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Related, Severity
from shipworthy.findings.message import Names, Text, say
from shipworthy.model.image.steps import Run
from shipworthy.model.lock_uses import LockUse, uses_of
from shipworthy.model.production import develops_by_name, purpose
from shipworthy.model.projects import key_anchor, pyproject
from shipworthy.model.python.pyproject import ProjectFacts
from shipworthy.rules.lock_fixes import append_after
from shipworthy.rules.rule import Report, rule

JA = """
本番用のイメージに、Poetry が開発用のグループもインストールします。

## なぜ
`--only` も `--without` もない `poetry install` は、任意でないグループをすべてインストールします。
テストランナー、リンター、型チェッカーでイメージは大きくなり、脆弱性の報告対象も増えます。

## 代わりに
`poetry install --only main` を使います。

## 修正の安全性
安全とは限りません。起動するものがグループのパッケージを必要とすることがあります。
"""

SYMPTOMS = (
    Text(
        en="pytest and mypy are in the production image",
        ja="本番イメージに pytest や mypy が入っている",
    ),
)

CARRIES = Text(
    en="`{command}` also installs the group {groups}: the image carries what only development"
    " needs.",
    ja="`{command}` はグループ {groups} もインストールします。開発でしか使わないものがイメージに"
    "入ります。",
)
GROUP = Text(en="The group is declared here.", ja="グループはここで宣言されています。")

_CHOICES = ("--only", "--without", "--no-dev", "--only-root", "--with", "--all-groups")


@rule(severity=Severity.WARNING)
def poetry_dev_in_image(run: Run, db: Database) -> Iterator[Report]:
    if not run.reachable:
        return
    meant = purpose(db, run.unit.id)
    if meant == "development":
        return
    for use in uses_of(db, run):
        tool = use.tool
        if use.manager != "poetry" or tool is None or not use.decided or tool.has(*_CHOICES):
            continue
        taken = _groups(db, use)
        groups = tuple(name for name in taken if develops_by_name(name))
        if not groups or use.manifest is None:
            continue
        fewer = "--only main" if groups == taken else f"--without {','.join(groups)}"
        key = ("tool", "poetry", "group", groups[0])
        yield Report(
            at=use.command.at,
            message=say(CARRIES, command=use.command.source, groups=Names(groups)),
            related=(Related(key_anchor(db, use.manifest.host, key, value=False), say(GROUP)),),
            fixes=append_after(db, use.command, tool.command, fewer),
            severity=Severity.WARNING if meant == "production" else Severity.INFO,
        )


def _groups(db: Database, use: LockUse) -> tuple[str, ...]:
    """The groups that a plain install takes in besides the project's own dependencies."""
    facts = pyproject(db, use.manifest.host) if use.manifest is not None else None
    if not isinstance(facts, ProjectFacts) or facts.poetry is None:
        return ()
    if any(use.command.env.sets(name) for name in ("POETRY_WITHOUT", "POETRY_ONLY")):
        return ()
    named = (*facts.poetry.groups, *facts.dependency_groups)
    chosen = (name for name in named if name not in facts.poetry.optional_groups)
    return tuple(dict.fromkeys(name for name in chosen if name != "main"))
