"""A volume for the environment lies where the image has none, or is always empty.

## Why
A volume or tmpfs keeps the image's environment visible below a bind mount only when it lies
exactly on it, and only when Docker fills it from the image. Elsewhere it starts empty and protects
nothing; a tmpfs, or a volume with `nocopy`, is empty at every start and hides the environment.

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
WORKDIR /app/backend
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
COPY . .
CMD ["/app/backend/.venv/bin/python", "main.py"]
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
compose.yaml:6:9: warning[venv-volume-wrong-path] This volume is at `/app/.venv`, but the image's environment is in `/app/backend/.venv`: the volume starts empty and does not keep that environment in sight.
```

## Use instead
```yaml file=compose.yaml
services:
  web:
    build: .
    volumes:
      - .:/app
      - /app/backend/.venv
```

## Fix safety
Unsafe: the volume moves to the environment, and the container sees other files.

## Sources
moby `populateVolumes`; compose-spec, volumes (`nocopy`, `tmpfs`); experiments with Docker.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Related, Safety, Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.files import locate
from shipworthy.model.image.environments import Environment, final_environments
from shipworthy.model.next_commands import UP_RENEWED, compose_command
from shipworthy.model.run import Volume
from shipworthy.model.run_environments import syncs_at_start
from shipworthy.rules.rule import Report, rule

JA = """
環境のためのボリュームが、イメージの環境とは別の場所にあるか、常に空です。

## なぜ
ボリュームや tmpfs がバインドマウントの下でイメージの環境を見せるのは、環境とまったく同じ場所にあり、Docker が
イメージの内容で満たす場合だけです。別の場所では空のままで何も守りません。tmpfs と `nocopy` 付きのボリュームは
起動のたびに空で、環境を隠します。

## 代わりに
環境のあるパスにボリュームを置きます。

## 修正の安全性
ボリュームが環境の場所に移り、コンテナから見えるファイルが変わるため、安全とは限りません。
"""

SYMPTOMS = (
    Text(
        en="the environment is missing in the container although a volume was added for it",
        ja="環境用のボリュームを追加したのに、コンテナに環境がない",
    ),
)

ELSEWHERE = Text(
    en="This volume is at `{path}`, but the image's environment is in `{environment}`: the"
    " volume starts empty and does not keep that environment in sight.",
    ja="このボリュームは `{path}` にありますが、イメージの環境は `{environment}` にあります。"
    "ボリュームは空で始まり、環境を隠さずに残す役には立ちません。",
)
EMPTY = Text(
    en="A tmpfs is empty at every start: it hides the environment that the image built in"
    " `{environment}`.",
    ja="tmpfs は起動のたびに空なので、イメージが `{environment}` に作った環境を隠します。",
)
NOCOPY = Text(
    en="With `nocopy` this volume is not filled from the image: it hides the environment that the"
    " image built in `{environment}`.",
    ja="`nocopy` を付けたボリュームはイメージの内容で満たされないため、イメージが `{environment}` に"
    "作った環境を隠します。",
)
BUILT = Text(en="The image builds the environment here.", ja="イメージはここで環境を作ります。")
MOVE = Text(
    en="Move the volume to `{environment}`",
    ja="ボリュームを `{environment}` に移す",
)


@rule(severity=Severity.WARNING)
def venv_volume_wrong_path(volume: Volume, db: Database) -> Iterator[Report]:
    run, mount = volume.run, volume.mount
    if mount.type not in ("volume", "tmpfs") or run.unit is None or run.stage is None:
        return
    made = [item for item in final_environments(db, run.unit.id) if item.kind != "node"]
    on = next((item for item in made if _covers(mount.target, item.path)), None)
    if on is not None:
        if mount.type == "tmpfs" or mount.nocopy:
            text = EMPTY if mount.type == "tmpfs" else NOCOPY
            heals = syncs_at_start(db, run, on) is not None
            severity = Severity.WARNING if heals else Severity.ERROR
            message = say(text, environment=on.path)
            yield Report(mount.at, message, (Related(on.at, say(BUILT)),), (), severity)
        return
    if mount.target.rpartition("/")[2] not in (".venv", "venv") or run.stage.start.open:
        return
    other = _meant(made, mount.target)
    if other is None:
        return
    message = say(ELSEWHERE, path=mount.target, environment=other.path)
    related = (Related(other.at, say(BUILT)),)
    severity = Severity.WARNING if other.kind == "venv" else Severity.INFO
    fixes = tuple(_fixes(db, volume, other)) if other.kind == "venv" else ()
    yield Report(mount.at, message, related, fixes, severity)


def _covers(target: str, path: str) -> bool:
    return path == target or path.startswith(target.rstrip("/") + "/")


def _meant(made: list[Environment], target: str) -> Environment | None:
    """The environment that the volume is probably for: the only one, or one of the same name."""
    venvs = [item for item in made if item.kind == "venv"]
    named = [item for item in venvs if item.path.rpartition("/")[2] == target.rpartition("/")[2]]
    for found in (named, venvs, made):
        if found:
            return found[0]
    return None


def _fixes(db: Database, volume: Volume, other: Environment) -> Iterator[Fix]:
    run, mount = volume.run, volume.mount
    taken = any(item.target == other.path for item in run.mounts)
    written = locate(db, mount.target_at).span.of(db.text(mount.target_at.path) or "")
    if run.unit is None or taken or written.strip("\"'").rstrip("/") != mount.target:
        return
    text = written.replace(mount.target, other.path)
    up = compose_command(db, run.unit, UP_RENEWED)
    edits = (Edit(mount.target_at, text),)
    yield Fix(say(MOVE, environment=other.path), edits, Safety.UNSAFE, (up,))
