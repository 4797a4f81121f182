"""A bind mount lies over the environment that the image built.

## Why
A bind mount shows a host folder at a path of the container and hides what the image has there,
the environment included. The container then runs what the host has, an environment made for
another system, or nothing at all. `uv run` makes it worse: it deletes the host's environment, the
one that the editor uses, and builds one for the container in its place, at each start.

## Example
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
RUN uv sync --locked
COPY . .
CMD ["uv", "run", "python", "main.py"]
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
compose.yaml:5:9: warning[bind-mount-hides-venv] `.:/app` hides the environment the image built in `/app/.venv`: `uv run` will replace the host's `.venv`, which your editor uses, with one made for the container.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
ENV UV_PROJECT_ENVIRONMENT=/opt/venv PATH="/opt/venv/bin:$PATH"
RUN uv sync --locked
COPY . .
CMD ["uv", "run", "python", "main.py"]
```

## Fix safety
Unsafe: the environment's place changes, and what names `/app/.venv` outside these files would not
find it. A volume at `/app/.venv` is the second way; it keeps old packages after a rebuild.

## Sources
Docker's documentation of bind mounts ("Bind-mounting over existing data"); uv's Docker guide
("Developing in a container"); experiments with Docker and uv 0.13.9.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Related, Safety, Severity
from shipworthy.findings.message import Message, Text, say
from shipworthy.model.commands import UvCommand
from shipworthy.model.files import text_at
from shipworthy.model.next_commands import compose_command
from shipworthy.model.run import Volume
from shipworthy.model.run_environments import RunEnvironment, run_environments, runtime_project
from shipworthy.model.workspace import root_of
from shipworthy.rules.compose_fixes import ADD_VOLUME, insert_item
from shipworthy.rules.moving_environment import move_fix
from shipworthy.rules.rule import Report, rule
from shipworthy.rules.watch_fix import watch_fix

JA = """
バインドマウントが、イメージの作った環境を隠します。

## なぜ
バインドマウントはホストのフォルダーをコンテナのパスに見せ、イメージがそこに持つものを環境ごと隠します。
コンテナはホストの環境（別の OS 用です）で動くか、環境なしで起動します。`uv run` はさらに、エディタが使う
ホストの環境を消し、起動のたびにコンテナ用の環境をそこに作ります。

## 代わりに
`UV_PROJECT_ENVIRONMENT=/opt/venv` で環境をマウントの外に置きます。

## 修正の安全性
環境の場所が変わるため、安全とは限りません。これらのファイルの外で `/app/.venv` を参照するものは見つけられなく
なります。`/app/.venv` に匿名ボリュームを置く方法もありますが、再ビルド後も古いパッケージが残ります。
"""

SYMPTOMS = (
    Text(
        en="`ModuleNotFoundError` under `docker compose up`, though the image alone works",
        ja="イメージ単体では動くのに、`docker compose up` では `ModuleNotFoundError` になる",
    ),
    Text(
        en="the editor loses its interpreter after `docker compose up`",
        ja="`docker compose up` の後、エディタがインタープリターを見失う",
    ),
)

REPLACED = Text(
    en="`{mount}` hides the environment the image built in `{path}`: `uv run` will replace the"
    " host's `{host}`, which your editor uses, with one made for the container.",
    ja="`{mount}` は、イメージが `{path}` に作った環境を隠します。`uv run` は、エディタが使うホストの"
    " `{host}` をコンテナ用の環境に置き換えてしまいます。",
)
NO_PROJECT = Text(
    en="`{mount}` hides the environment the image built in `{path}` and the `pyproject.toml` beside"
    " it: `uv run` finds no project there and starts without its packages.",
    ja="`{mount}` は、イメージが `{path}` に作った環境と、その隣の `pyproject.toml` を隠します。"
    "`uv run` はプロジェクトを見つけられず、パッケージなしで起動します。",
)
NOT_SYNCED = Text(
    en="`{mount}` hides the environment the image built in `{path}`: `uv run` does not sync here,"
    " so it starts from the host's `{host}`, made for another system, or without packages.",
    ja="`{mount}` は、イメージが `{path}` に作った環境を隠します。ここでの `uv run` は同期しないため、"
    "別の OS 用に作られたホストの `{host}` から起動するか、パッケージなしで起動します。",
)
READ_ONLY = Text(
    en="`{mount}` hides the environment the image built in `{path}`: `uv run` has to make the"
    " host's `{host}` anew, and cannot, because the mount is read-only.",
    ja="`{mount}` は、イメージが `{path}` に作った環境を隠します。`uv run` はホストの `{host}` を作り"
    "直す必要がありますが、マウントが読み取り専用のためできません。",
)
STARTS_FROM = Text(
    en="`{mount}` hides the environment the image built in `{path}`: `{command}` starts from the"
    " host's `{host}`, made for another system, or is not found.",
    ja="`{mount}` は、イメージが `{path}` に作った環境を隠します。`{command}` は別の OS 用に作られた"
    "ホストの `{host}` から起動するか、見つかりません。",
)
HIDDEN = Text(
    en="`{mount}` hides the environment the image built in `{path}`; the container sees the host's"
    " `{host}` or none.",
    ja="`{mount}` は、イメージが `{path}` に作った環境を隠します。コンテナから見えるのはホストの"
    " `{host}` か、何もない状態です。",
)
BUILT = Text(en="The image builds the environment here.", ja="イメージはここで環境を作ります。")


@rule(severity=Severity.ERROR)
def bind_mount_hides_venv(volume: Volume, db: Database) -> Iterator[Report]:
    run, mount = volume.run, volume.mount
    if mount.type != "bind" or not run.mounts_known:
        return
    for seen in run_environments(db, run):
        if seen.mount != mount or seen.environment.kind == "node":
            continue
        if mount.source is not None and mount.target == seen.environment.path:
            continue  # the environment itself is mounted: host-venv-mounted says so
        if run.stage is not None and run.stage.start.open and not _stated(seen):
            continue
        message, severity = _message(db, volume, seen)
        yield Report(
            at=mount.at,
            message=message,
            related=(Related(seen.environment.at, say(BUILT)),),
            fixes=tuple(_fixes(db, volume, seen)),
            severity=severity,
        )
        return


def _stated(seen: RunEnvironment) -> bool:
    """On an unknown base image, only an environment that the Dockerfile places is certain."""
    project = seen.environment.project
    return project is None or project.environment_at is not None


def _message(db: Database, volume: Volume, seen: RunEnvironment) -> tuple[Message, Severity]:
    run, mount = volume.run, volume.mount
    path = seen.environment.path
    host = run.host_path(path) or ""
    shown = host.removeprefix(root_of(db, mount.at.path) + "/")
    written = f"{_source(db, volume)}:{mount.target}"
    if seen.use == "uv-run":
        text = _said_of_uv_run(db, volume, seen)
        severity = Severity.WARNING if text is REPLACED else Severity.ERROR
        return say(text, mount=written, path=path, host=shown), severity
    if seen.use in ("path", "PATH") and seen.user is not None:
        command = seen.user.words[0] or ""
        message = say(STARTS_FROM, mount=written, path=path, host=shown, command=command)
        return message, Severity.ERROR
    severity = Severity.INFO if seen.use == "none" else Severity.WARNING
    return say(HIDDEN, mount=written, path=path, host=shown), severity


def _said_of_uv_run(db: Database, volume: Volume, seen: RunEnvironment) -> Text:
    """What becomes of a `uv run` whose environment is hidden."""
    tool = seen.user.tool if seen.user is not None else None
    if not isinstance(tool, UvCommand) or seen.user is None:
        return REPLACED
    if runtime_project(db, volume.run, seen.user, tool) is None:
        return NO_PROJECT
    if tool.no_sync:
        return NOT_SYNCED
    return READ_ONLY if volume.mount.read_only else REPLACED


def _source(db: Database, volume: Volume) -> str:
    """The source as written in the file."""
    return text_at(db, volume.mount.source_at).strip("\"'") or "."


def _fixes(db: Database, volume: Volume, seen: RunEnvironment) -> Iterator[Fix]:
    run, mount = volume.run, volume.mount
    if run.unit is None:
        return
    path = seen.environment.path
    up = compose_command(db, run.unit, "up --build")
    moved = move_fix(db, run.unit.id, seen.environment, (up,))
    if moved is not None:
        yield moved
    edit = insert_item(db, mount.at, path)
    if edit is not None:
        title = say(ADD_VOLUME, path=path, service=run.service.name if run.service else "")
        yield Fix(title, (edit,), Safety.UNSAFE, (compose_command(db, run.unit, "up --build -V"),))
    watched = watch_fix(db, volume, ".venv/")
    if watched is not None:
        yield watched
