"""A volume belongs to root, and the container runs as another user.

## Why
An empty volume takes the owner of the folder that the image has at its place. Where the image has
no such folder, Docker creates it for root: the user that the container runs as cannot write to it.

## Example
```yaml file=compose.yaml
services:
  web:
    build: .
    volumes:
      - data:/data
volumes:
  data:
```
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
RUN useradd --create-home app
WORKDIR /app
COPY main.py ./
USER app
CMD ["python", "main.py"]
```
```python file=main.py
```
```diagnostics
compose.yaml:5:9: warning[volume-not-writable-by-user] The image has no `/data`, so Docker creates this volume's folder as root, and `app` cannot write to it.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
RUN useradd --create-home app
RUN mkdir -p /data && chown app: /data
WORKDIR /app
COPY main.py ./
USER app
CMD ["python", "main.py"]
```

## Fix safety
Unsafe: the image gets another folder. A volume that exists already keeps its owner.

## Sources
moby `populateVolumes`; Docker documentation, volumes ("Populate a volume using a container").
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Related, Safety, Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.mount_points import mount_point
from shipworthy.model.next_commands import compose_command
from shipworthy.model.run import Volume
from shipworthy.model.volume_owners import may_have
from shipworthy.rules.rule import Report, rule
from shipworthy.text.anchors import Anchor
from shipworthy.text.patterns import regex
from shipworthy.text.spans import Span

JA = """
ボリュームは root の所有で、コンテナは別のユーザーで動きます。

## なぜ
空のボリュームは、イメージが同じ場所に持つフォルダーの所有者を引き継ぎます。イメージにそのフォルダーがないと
Docker が root のものとして作るため、コンテナのユーザーは書き込めません。

## 代わりに
イメージの中でフォルダーを作り、`chown` します。

## 修正の安全性
イメージにフォルダーが増えるため、安全とは限りません。すでにあるボリュームの所有者は変わりません。
"""

SYMPTOMS = (
    Text(
        en="`Permission denied` when the container writes to its volume",
        ja="コンテナがボリュームに書き込むと `Permission denied` になる",
    ),
)

ROOT_OWNED = Text(
    en="The image has no `{path}`, so Docker creates this volume's folder as root, and `{user}`"
    " cannot write to it.",
    ja="イメージに `{path}` がないため、Docker はこのボリュームのフォルダーを root 所有で作り、"
    "`{user}` は書き込めません。",
)
USER = Text(en="The container runs as this user.", ja="コンテナはこのユーザーで動きます。")
CREATE = Text(
    en="Create `{path}` for `{user}` in the image",
    ja="イメージの中に `{user}` 所有の `{path}` を作成する",
)
_SIMPLE = regex(r"[a-z_][a-z0-9_-]*\Z|[0-9]+(?::[0-9]+)?\Z")


@rule(severity=Severity.WARNING)
def volume_not_writable_by_user(volume: Volume, db: Database) -> Iterator[Report]:
    run, mount = volume.run, volume.mount
    user = run.user
    if mount.type != "volume" or mount.read_only or mount_point(run, mount) is not None:
        return
    if not user or user.partition(":")[0] in ("root", "0") or _changes_user(volume):
        return
    if may_have(db, run, mount.target):
        return
    message = say(ROOT_OWNED, path=mount.target, user=user)
    related = () if run.user_at is None else (Related(run.user_at, say(USER)),)
    yield Report(mount.at, message, related, tuple(_fixes(db, volume, user)))


def _changes_user(volume: Volume) -> bool:
    """Whether the start may set the owner itself: then it runs as root first."""
    return any(command.program in ("chown", "install", "sudo") for command in volume.run.commands)


def _fixes(db: Database, volume: Volume, user: str) -> Iterator[Fix]:
    run, at = volume.run, volume.run.user_at
    if at is None or run.stage is None or run.unit is None or at.path != run.unit.dockerfile:
        return
    as_root = {step.ordinal for step in run.stage.steps if step.state.user in ("", "root", "0")}
    if at.node not in as_root or not _SIMPLE.match(user):
        return
    path = shlex.quote(volume.mount.target)
    owner = user if ":" in user or user.isdigit() else f"{user}:"
    edit = Edit(
        Anchor(at.path, at.node, Span(0, 0)), f"RUN mkdir -p {path} && chown {owner} {path}\n"
    )
    up = compose_command(db, run.unit, "up --build")
    title = say(CREATE, path=volume.mount.target, user=user)
    yield Fix(title, (edit,), Safety.UNSAFE, (up,))
