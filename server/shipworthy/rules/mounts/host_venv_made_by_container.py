"""The host's environment was made by a container: its interpreter is not on this machine.

## Why
A bind mount shows the host's folder, so that `uv sync` or `uv run` in the container writes its
`.venv` to the host. The interpreter that it names lies in the image: on the host nothing can start
from it, and the editor finds no packages.

## Example
```yaml file=compose.yaml
services:
  web:
    build: .
    volumes:
      - .:/srv/app
```
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /srv/app
CMD ["uv", "run", "main.py"]
```
```ini file=.venv/pyvenv.cfg
home = /usr/local/bin
version_info = 3.13.8
```
```diagnostics
compose.yaml:5:9: info[host-venv-made-by-container] The host's `.venv` names `/usr/local/bin`, where this machine has no Python: a container made it through this mount, and the host cannot use it.
```

## Use instead
```yaml file=compose.yaml
services:
  web:
    build: .
    environment:
      UV_PROJECT_ENVIRONMENT: /opt/venv
    volumes:
      - .:/srv/app
```

## Fix safety
Manual: the environment is removed and made again on the host.

## Sources
The Python documentation of `venv` (`pyvenv.cfg`, key `home`); experiments with Docker and uv.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Safety, Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.image.build import image
from shipworthy.model.projects import pyvenv
from shipworthy.model.run import Volume
from shipworthy.model.workspace import inventory, root_of
from shipworthy.rules.rule import Report, rule

JA = """
ホストの環境はコンテナが作ったもので、そのインタープリターはこのマシンにありません。

## なぜ
バインドマウントはホストのフォルダーを見せるため、コンテナの `uv sync` や `uv run` は `.venv` をホストに書きます。
そこに書かれたインタープリターはイメージの中にあります。ホストでは何も起動できず、エディタもパッケージを見つけ
られません。

## 代わりに
`UV_PROJECT_ENVIRONMENT` でコンテナの環境をマウントの外に置きます。

## 修正の安全性
自動では直しません。環境を削除し、ホストで作り直します。
"""

SYMPTOMS = (
    Text(
        en="`.venv/bin/python: no such file or directory` on the host",
        ja="ホストで `.venv/bin/python: no such file or directory` になる",
    ),
)

MADE = Text(
    en="The host's `{host}` names `{home}`, where this machine has no Python: a container made it"
    " through this mount, and the host cannot use it.",
    ja="ホストの `{host}` が指す `{home}` に、このマシンの Python はありません。このマウントを"
    "通してコンテナが作った環境なので、ホストでは使えません。",
)
AGAIN = Text(
    en="Move the container's environment out of the mount, then make the environment again on"
    " the host",
    ja="コンテナの環境をマウントの外に移してから、ホストで環境を作り直す",
)


@rule(severity=Severity.INFO)
def host_venv_made_by_container(volume: Volume, db: Database) -> Iterator[Report]:
    run, mount = volume.run, volume.mount
    if mount.type != "bind" or mount.source is None or run.stage is None:
        return
    if run.get("UV_PROJECT_ENVIRONMENT") is not None:
        return
    prefix = _image_prefix(db, volume)
    root = root_of(db, mount.at.path)
    for folder in inventory(db, root).environments:
        if prefix is None or not folder.startswith(mount.source.rstrip("/") + "/"):
            continue
        made = pyvenv(db, folder)
        inside = f"{mount.target.rstrip('/')}{folder[len(mount.source.rstrip('/')) :]}"
        if made is None or made.home is None or run.mount_over(inside) != mount:
            continue
        home = made.home.rstrip("/")
        if home == f"{prefix}/bin" and not _python_here(db, home):
            host = folder.removeprefix(root + "/")
            again = f"rm -rf {shlex.quote(host)}"
            fix = Fix(say(AGAIN), (), Safety.MANUAL, (again,))
            yield Report(mount.at, say(MADE, host=host, home=home), (), (fix,))
            return


def _image_prefix(db: Database, volume: Volume) -> str | None:
    run = volume.run
    made = image(db, run.unit.id) if run.unit is not None else None
    if made is None or run.stage is None:
        return None
    base = made.base(run.stage.number).image
    return base.python_prefix if base is not None else None


def _python_here(db: Database, home: str) -> bool:
    return any(db.stat(f"{home}/{name}") is not None for name in ("python3", "python"))
