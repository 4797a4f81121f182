"""A volume below a read-only bind mount needs a folder that Docker cannot create.

## Why
The mount point of a volume inside a bind mount lies on the host. Docker creates it where it is
missing, but not in a read-only mount: the container does not start. On the machine of whoever has a
`.venv` it does, in a fresh clone it does not.

## Example
```yaml file=compose.yaml
services:
  web:
    build: .
    volumes:
      - .:/app:ro
      - /app/.venv
```
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
WORKDIR /app
```
```diagnostics
compose.yaml:5:9: error[readonly-bind-needs-venv-dir] This mount is read-only and has no `.venv`: Docker cannot create the mount point of `/app/.venv`, and the container stops with `read-only file system`.
```

## Use instead
```yaml file=compose.yaml
services:
  web:
    build: .
    volumes:
      - .:/app
      - /app/.venv
```

## Fix safety
Unsafe: without `:ro` the container can write to the sources.

## Sources
runc mounts; experiments with Docker ("mkdir ... read-only file system").
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Related, Safety, Severity
from shipworthy.findings.message import Message, Text, say
from shipworthy.model.files import locate
from shipworthy.model.git import git_ignored
from shipworthy.model.mount_points import MountPoint, mount_point
from shipworthy.model.run import RunMount, Volume
from shipworthy.model.workspace import root_of
from shipworthy.rules.rule import Report, rule

JA = """
読み取り専用のバインドマウントの中のボリュームに必要なフォルダーを、Docker は作れません。

## なぜ
バインドマウントの中にあるボリュームのマウント先は、ホスト側にあります。なければ Docker が作りますが、読み取り専用
のマウントには作れず、コンテナは起動しません。`.venv` を持つ人のマシンでは動き、新しいクローンでは動きません。

## 代わりに
`:ro` を外すか、環境をマウントの外に置きます。

## 修正の安全性
`:ro` を外すとコンテナがソースに書き込めるため、安全とは限りません。
"""

SYMPTOMS = (
    Text(
        en="`error mounting ... read-only file system` at the start of a container",
        ja="コンテナの起動が `error mounting ... read-only file system` で失敗する",
    ),
)

MISSING = Text(
    en="This mount is read-only and has no `{host}`: Docker cannot create the mount point of"
    " `{path}`, and the container stops with `read-only file system`.",
    ja="このマウントは読み取り専用で、`{host}` がありません。Docker は `{path}` のマウント先を"
    "作れず、コンテナは `read-only file system` で止まります。",
)
CLONE = Text(
    en="This mount is read-only and git ignores `{host}`: in a fresh clone Docker cannot create"
    " the mount point of `{path}`, and the container stops with `read-only file system`.",
    ja="このマウントは読み取り専用で、git は `{host}` を無視します。新しいクローンでは Docker が"
    " `{path}` のマウント先を作れず、コンテナは `read-only file system` で止まります。",
)
NEEDS = Text(en="This is mounted inside it.", ja="これがその中にマウントされます。")
DROP = Text(en="Drop `:ro`", ja="`:ro` を外す")


@rule(severity=Severity.ERROR)
def readonly_bind_needs_venv_dir(volume: Volume, db: Database) -> Iterator[Report]:
    """Visits the mount that needs the folder, and reports at the one that has none."""
    run, mount = volume.run, volume.mount
    point = mount_point(run, mount)
    if point is None or not point.bind.read_only:
        return
    if db.stat(point.bind.source or "") is None and not _inside_workspace(db, point):
        return
    here = db.stat(point.host) is not None
    is_dir = mount.type != "bind" or mount.source is None
    if here and not git_ignored(db, root_of(db, point.host), point.host, is_dir):
        return
    severity = Severity.INFO if here else Severity.ERROR
    related = (Related(mount.at, say(NEEDS)),)
    message = _message(db, point, mount, here)
    yield Report(point.bind.at, message, related, tuple(_fixes(db, point)), severity)


def _inside_workspace(db: Database, point: MountPoint) -> bool:
    """Whether the source is one that the workspace shows; elsewhere nobody knows what is there."""
    root = root_of(db, point.bind.at.path)
    return f"{point.bind.source}/".startswith(root + "/")


def _message(db: Database, point: MountPoint, mount: RunMount, here: bool) -> Message:
    host = point.host.removeprefix(root_of(db, mount.at.path) + "/")
    return say(CLONE if here else MISSING, host=host, path=mount.target)


def _fixes(db: Database, point: MountPoint) -> Iterator[Fix]:
    at = point.bind.at
    written = locate(db, at).span.of(db.text(at.path) or "")
    if not point.bind.short:
        return
    for quote in ("", '"', "'"):
        if written.endswith(f":ro{quote}"):
            edit = Edit(at, written[: -len(f":ro{quote}")] + quote)
            yield Fix(say(DROP), (edit,), Safety.UNSAFE)
            return
