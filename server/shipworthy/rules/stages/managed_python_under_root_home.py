"""The Python of the environment lies in root's home, and the container runs as another user.

## Why
uv installs its interpreters below the home of whoever runs it, as root in
`/root/.local/share/uv/python`. Nobody but root may enter `/root`. The environment's `bin/python`
is a link to there, so for any other user the start fails with "Permission denied", however the
environment itself is owned.

## Example
```dockerfile file=Dockerfile
FROM debian:trixie-slim
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
RUN uv python install 3.13
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
RUN useradd --create-home app && chown -R app /app
USER app
CMD [".venv/bin/python"]
```
```toml file=pyproject.toml
[project]
name = "app"
version = "0.1.0"
```
```toml file=uv.lock
version = 1
revision = 3
```
```diagnostics
Dockerfile:4:5: error[managed-python-under-root-home] uv puts this Python below `/root/.local/share/uv/python`, which `app` may not enter: `/app/.venv/bin/python` fails with `Permission denied`.
```

## Use instead
```dockerfile file=Dockerfile
FROM debian:trixie-slim
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
ENV UV_PYTHON_INSTALL_DIR=/opt/python
WORKDIR /app
RUN uv python install 3.13
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
RUN useradd --create-home app && chown -R app /app
USER app
CMD [".venv/bin/python"]
```

## Fix safety
Safe: the interpreter lies elsewhere, and the container that could not start does. Where the
environment comes from another stage the fix is not offered: its COPY would have to follow.

## Sources
osu-wiki issue 14765; uv's documentation of `UV_PYTHON_INSTALL_DIR`; experiments with non-root
users.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Related, Safety, Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.commands import ChangeOwner
from shipworthy.model.image.build import image
from shipworthy.model.image.environments import Environment, final_environments
from shipworthy.model.image.steps import Image
from shipworthy.model.interpreters import Interpreter, interpreter
from shipworthy.model.run import RunUnit
from shipworthy.model.users import is_root, user_name
from shipworthy.rules.dockerfile_edits import insert_before
from shipworthy.rules.rule import Report, rule

JA = """
環境の Python が root のホームにあり、コンテナは別のユーザーで動きます。

## なぜ
uv はインタープリターを実行したユーザーのホームに入れます。root なら `/root/.local/share/uv/python` です。`/root`
に入れるのは root だけです。環境の `bin/python` はそこへのリンクなので、環境自体の所有者が誰でも、root 以外の
ユーザーでは起動が「Permission denied」で失敗します。

## 代わりに
インストールの前に `ENV UV_PYTHON_INSTALL_DIR=/opt/python` を書きます。

## 修正の安全性
安全です。インタープリターの場所が変わり、起動できなかったコンテナが起動するようになります。環境が別のステージから
コピーされる場合は、その COPY も変える必要があるため修正を提案しません。
"""

SYMPTOMS = (
    Text(
        en="`exec /app/.venv/bin/python: permission denied` as a non-root user",
        ja="root 以外のユーザーで `exec /app/.venv/bin/python: permission denied` になる",
    ),
)

DENIED = Text(
    en="uv puts this Python below `{folder}`, which `{user}` may not enter: `{python}` fails"
    " with `Permission denied`.",
    ja="uv はこの Python を `{folder}` の下に置きますが、`{user}` はそこにアクセスできません。"
    "`{python}` は `Permission denied` で失敗します。",
)
RUNS_AS = Text(en="The container runs as `{user}`.", ja="コンテナは `{user}` で動きます。")
ELSEWHERE = Text(
    en="Set `UV_PYTHON_INSTALL_DIR=/opt/python` before it",
    ja="その前に `UV_PYTHON_INSTALL_DIR=/opt/python` を設定する",
)


@rule(severity=Severity.ERROR)
def managed_python_under_root_home(run: RunUnit, db: Database) -> Iterator[Report]:
    if run.user is None or is_root(run.user) or run.unit is None or run.stage is None:
        return
    made = image(db, run.unit.id)
    if made is None or _opened(made, run.stage.number):
        return
    for environment in final_environments(db, run.unit.id):
        found = interpreter(db, made, environment)
        if found is None or not found.managed or not found.folder.startswith("/root/"):
            continue
        user = user_name(run.user)
        python = f"{environment.path}/bin/python"
        related: tuple[Related, ...] = ()
        if run.user_at is not None:
            related = (Related(run.user_at, say(RUNS_AS, user=user)),)
        yield Report(
            at=found.at,
            message=say(DENIED, folder=found.folder, user=user, python=python),
            related=related,
            fixes=tuple(_fixes(environment, found)),
        )
        return


def _opened(made: Image, stage: int) -> bool:
    """Whether a RUN changes who may enter root's home."""
    for current in made.chain(stage):
        for run in current.runs():
            for command in run.commands:
                if isinstance(command.tool, ChangeOwner):
                    paths = command.tool.paths
                    if any(path is None or path.rstrip("/") in ("", "/root") for path in paths):
                        return True
    return False


def _fixes(environment: Environment, found: Interpreter) -> Iterator[Fix]:
    if environment.copies or found.run is None:
        return
    edits = insert_before(found.run.unit, found.run, "ENV UV_PYTHON_INSTALL_DIR=/opt/python\n")
    if edits:
        yield Fix(say(ELSEWHERE), edits, Safety.SAFE)
