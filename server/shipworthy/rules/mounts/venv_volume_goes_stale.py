"""A volume on the environment keeps the packages of an earlier image after a rebuild.

## Why
A volume is filled from the image once, when it is empty. Compose hands the anonymous volumes of the
old container to the new one, also with `--build` and `--force-recreate`, and a named volume lives
until somebody removes it. So after a dependency was added and the image was rebuilt, the
container still sees the environment from before.

## Example
```yaml file=compose.yaml
services:
  web:
    build: .
    volumes:
      - .:/app
      - /app/.venv
```
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
COPY . .
CMD ["/app/.venv/bin/python", "main.py"]
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
```text file=.dockerignore
**/.venv
```
```diagnostics
compose.yaml:6:9: warning[venv-volume-goes-stale] Compose keeps this anonymous volume when it recreates the container, so after a rebuild `/app/.venv` still holds the previous image's packages and `/app/.venv/bin/python` starts with them.
```

## Use instead
```yaml file=compose.yaml
services:
  web:
    build: .
    volumes:
      - .:/app
```
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
ENV UV_PROJECT_ENVIRONMENT=/opt/venv PATH="/opt/venv/bin:$PATH"
RUN uv sync --locked
COPY . .
CMD ["python", "main.py"]
```

## Fix safety
Unsafe: the environment moves to `/opt/venv`, where no mount lies over it, and the volume goes.
Afterwards `docker compose up --build -V` drops the volume of the old container.

## Sources
docker/compose `pkg/compose/create.go`; experiments with Docker and Compose (a package added,
rebuilt, started with `up`, `up --force-recreate`, `up -V`).
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Related, Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.next_commands import UP_RENEWED, compose_command
from shipworthy.model.run import Volume
from shipworthy.model.stale_volumes import StaleVolume, stale_volume
from shipworthy.rules.compose_fixes import delete_item
from shipworthy.rules.moving_environment import move_fix
from shipworthy.rules.rule import Report, rule
from shipworthy.rules.stale_words import stale_message

JA = """
環境に割り当てたボリュームに、再ビルド前のパッケージが残ります。

## なぜ
ボリュームは空のときに一度だけイメージの内容で満たされます。Compose は、`--build` や `--force-recreate` でも
古いコンテナの匿名ボリュームを新しいコンテナに引き継ぎ、名前付きボリュームは誰かが削除するまで残ります。
そのため、依存関係を追加してイメージを再ビルドしても、コンテナからは以前の環境が見えます。

## 代わりに
`UV_PROJECT_ENVIRONMENT=/opt/venv` で環境をマウントの外に置けば、ボリュームは要りません。

## 修正の安全性
環境が `/opt/venv` に移り、ボリュームがなくなるため、安全とは限りません。適用後に
`docker compose up --build -V` を実行すると、古いコンテナのボリュームが破棄されます。
"""

SYMPTOMS = (
    Text(
        en="the container starts with old packages after a rebuild",
        ja="再ビルドしてもコンテナが古いパッケージで起動する",
    ),
)

HEALED = Text(
    en="Compose keeps this anonymous volume when you rebuild, so `{path}` still holds the previous"
    " image's packages; `{command}` hides this by syncing at each start.",
    ja="この匿名ボリュームは再ビルド後も引き継がれるため、`{path}` には前のイメージのパッケージが"
    "残ります。今は `{command}` が起動のたびに同期するので表面化していません。",
)
BUILT = Text(en="The image builds the environment here.", ja="イメージはここで環境を作ります。")


@rule(severity=Severity.WARNING)
def venv_volume_goes_stale(volume: Volume, db: Database) -> Iterator[Report]:
    stale = stale_volume(db, volume)
    if stale is None or stale.environment.kind == "node":
        return
    message, severity = stale_message(db, volume, stale, HEALED)
    yield Report(
        at=volume.mount.at,
        message=message,
        related=(Related(stale.environment.at, say(BUILT)),),
        fixes=tuple(_fixes(db, volume, stale)),
        severity=severity,
    )


def _fixes(db: Database, volume: Volume, stale: StaleVolume) -> Iterator[Fix]:
    run = volume.run
    if run.unit is None or volume.mount.target != stale.environment.path:
        return
    if stale.environment.kind == "system":
        return
    edit = delete_item(db, volume.mount.at)
    if edit is None:
        return
    up = compose_command(db, run.unit, UP_RENEWED)
    moved = move_fix(db, run.unit.id, stale.environment, (up,), (edit,))
    if moved is not None:
        yield moved
