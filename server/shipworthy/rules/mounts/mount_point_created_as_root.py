"""Docker creates the folder that this volume is mounted on in your sources, owned by root.

## Why
A volume below a bind mount needs a folder to be mounted on, and that folder lies on the host. Where
it is missing, as in a fresh clone, the daemon creates it: on a Linux host it belongs to root. The
next `uv sync` or `npm install` on the host fails with "Permission denied".

A volume on `__pycache__` does not even help: it hides one folder, Python writes one in each
package, and with `PYTHONDONTWRITEBYTECODE=1` it writes none.

## Example
```yaml file=compose.yaml
services:
  web:
    build: .
    volumes:
      - .:/app
      - /app/__pycache__
```
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
ENV PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
COPY . .
CMD ["python", "main.py"]
```
```diagnostics
compose.yaml:6:9: hint[mount-point-created-as-root] `PYTHONDONTWRITEBYTECODE` is set, so Python writes nothing to `/app/__pycache__`: all this volume does is make Docker create `__pycache__` on the host, owned by root.
```

## Use instead
```yaml file=compose.yaml
services:
  web:
    build: .
    volumes:
      - .:/app
```

## Fix safety
Safe for `__pycache__` where `PYTHONDONTWRITEBYTECODE` is set: nothing would be written there. Else
unsafe. Removing the root-owned folder is up to you.

## Sources
Experiments with Docker on Linux: volumes below a bind mount, then `uv sync` on the host. Docker
Desktop for macOS and Windows maps the owner, so that only the folder remains.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Related, Safety, Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.git import git_ignored
from shipworthy.model.image.environments import Environment
from shipworthy.model.mount_points import MountPoint, mount_point
from shipworthy.model.next_commands import UP_RENEWED, compose_command
from shipworthy.model.run import Volume
from shipworthy.model.run_environments import run_environments
from shipworthy.model.workspace import root_of
from shipworthy.rules.compose_fixes import delete_item
from shipworthy.rules.moving_environment import move_fix
from shipworthy.rules.rule import Report, rule

JA = """
このボリュームのマウント先として、Docker がソースの中に root 所有のフォルダーを作ります。

## なぜ
バインドマウントの中にあるボリュームにはマウント先のフォルダーが必要で、それはホスト側にあります。新しい
クローンのようにフォルダーがないと Docker デーモンが作るため、Linux のホストでは root の所有になります。その後、
ホストでの `uv sync` や `npm install` は "Permission denied" で失敗します。

`__pycache__` のボリュームは役にも立ちません。隠れるのは 1 つのフォルダーだけで、Python はパッケージごとに作り
ます。`PYTHONDONTWRITEBYTECODE=1` ならそもそも書きません。

## 代わりに
ボリュームを置かず、`PYTHONDONTWRITEBYTECODE=1` を設定します。

## 修正の安全性
`PYTHONDONTWRITEBYTECODE` が設定されている場合の `__pycache__` の削除は安全です。何も書かれない場所だからです。
それ以外は安全とは限りません。root 所有のフォルダーは自分で削除してください。
"""

SYMPTOMS = (
    Text(
        en="`uv sync` on the host fails with `Permission denied` after `docker compose up`",
        ja="`docker compose up` の後、ホストの `uv sync` が `Permission denied` で失敗する",
    ),
)

UNUSED = Text(
    en="`PYTHONDONTWRITEBYTECODE` is set, so Python writes nothing to `{path}`: all this volume"
    " does is make Docker create `{host}` on the host, owned by root.",
    ja="`PYTHONDONTWRITEBYTECODE` が設定されているので、Python は `{path}` に何も書きません。この"
    "ボリュームは、Docker がホストに root 所有の `{host}` を作る原因になるだけです。",
)
ONE_CACHE = Text(
    en="This volume keeps only `{path}` off the host: the caches of packages in subfolders are"
    " still written there, and Docker creates `{host}` on the host, owned by root.",
    ja="このボリュームでホストに書かれなくなるのは `{path}` だけです。サブフォルダーのパッケージ"
    "のキャッシュは引き続きホストに書かれ、Docker はホストに root 所有の `{host}` を作ります。",
)
CREATED = Text(
    en="Where `{host}` is missing, Docker creates it on the host for this volume, owned by root on"
    " Linux: `{tool}` there then fails with `Permission denied`.",
    ja="`{host}` がないと、Docker はこのボリュームのためにホストに作ります。Linux では root 所有に"
    "なるため、その後ホストでの `{tool}` は `Permission denied` で失敗します。",
)
INSIDE = Text(
    en="The volume's mount point lies in this bind mount.",
    ja="ボリュームのマウント先は、このバインドマウントの中にあります。",
)
DELETE = Text(en="Delete the volume", ja="ボリュームを削除する")
DELETE_ONE = Text(
    en="Delete the volume (`PYTHONDONTWRITEBYTECODE=1` keeps all caches off the host)",
    ja="ボリュームを削除する（`PYTHONDONTWRITEBYTECODE=1` ならどのキャッシュもホストに書かれない）",
)
MAKE = Text(
    en="Create `{host}` yourself before the first start",
    ja="最初に起動する前に `{host}` を自分で作る",
)


@rule(severity=Severity.HINT)
def mount_point_created_as_root(volume: Volume, db: Database) -> Iterator[Report]:
    run, mount = volume.run, volume.mount
    if mount.type not in ("volume", "tmpfs"):
        return
    point = mount_point(run, mount)
    if point is None or point.bind.read_only or _kept_in_git(db, point.host):
        return
    root = root_of(db, mount.at.path)
    host = point.host.removeprefix(root + "/")
    related = (Related(point.bind.at, say(INSIDE)),)
    if mount.target.endswith("/__pycache__"):
        unused = bool(run.get("PYTHONDONTWRITEBYTECODE"))
        message = say(UNUSED if unused else ONE_CACHE, path=mount.target, host=host)
        yield Report(mount.at, message, related, tuple(_delete(db, volume, host, unused)))
        return
    environment = _environment(db, volume)
    if environment is not None:
        tool = "npm install" if environment.kind == "node" else "uv sync"
        message = say(CREATED, host=host, tool=tool)
        fixes = tuple(_avoid(db, volume, environment, point, host))
        yield Report(mount.at, message, related, fixes)


def _kept_in_git(db: Database, host: str) -> bool:
    """Whether a fresh clone has the folder too: it is here, and git does not ignore it."""
    return db.stat(host) is not None and not git_ignored(db, root_of(db, host), host, True)


def _environment(db: Database, volume: Volume) -> Environment | None:
    for seen in run_environments(db, volume.run):
        if seen.environment.path == volume.mount.target:
            return seen.environment
    return None


def _delete(db: Database, volume: Volume, host: str, unused: bool) -> Iterator[Fix]:
    edit = delete_item(db, volume.mount.at)
    if edit is not None:
        title, safety = (DELETE, Safety.SAFE) if unused else (DELETE_ONE, Safety.UNSAFE)
        yield Fix(say(title), (edit,), safety, (f"sudo rmdir {shlex.quote(host)}",))


def _avoid(
    db: Database, volume: Volume, environment: Environment, point: MountPoint, host: str
) -> Iterator[Fix]:
    unit = volume.run.unit
    edit = delete_item(db, volume.mount.at)
    if unit is not None and edit is not None:
        up = compose_command(db, unit, UP_RENEWED)
        moved = move_fix(db, unit.id, environment, (up,), (edit,))
        if moved is not None:
            yield moved
    if db.stat(point.host) is None:
        yield Fix(say(MAKE, host=host), (), Safety.MANUAL, (f"mkdir -p {shlex.quote(host)}",))
