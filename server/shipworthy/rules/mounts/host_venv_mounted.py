"""The host's virtual environment is mounted or copied into the container.

## Why
A virtual environment belongs to one machine: `bin/python` is a link to that machine's interpreter,
and compiled packages fit its system. Mounted into a container, or copied by name into an image, its
programs are not found or its packages do not load. `uv run` in the container deletes it and builds
one for the container in its place, on the host.

## Example
```yaml file=compose.yaml
services:
  web:
    build: .
    volumes:
      - ./src:/app/src
      - ./.venv:/app/.venv
```
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
COPY src src
CMD ["/app/.venv/bin/python", "-m", "src"]
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
compose.yaml:6:9: error[host-venv-mounted] This mounts the host's `.venv` on `/app/.venv`: its interpreter and compiled packages are made for the host, and hide the environment the image built there.
```

## Use instead
```yaml file=compose.yaml
services:
  web:
    build: .
    volumes:
      - ./src:/app/src
```

## Fix safety
Unsafe: an anonymous volume in its place shows the image's environment, and keeps it after a
rebuild. In a Dockerfile, installing the packages is manual.

## Sources
The Python documentation of `venv` ("inherently non-portable"); experiments with Docker and uv.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Safety, Severity
from shipworthy.findings.message import Message, Text, say
from shipworthy.model.context import ignore_rules
from shipworthy.model.ignoring import Visible, visible
from shipworthy.model.image.steps import Copy, Source
from shipworthy.model.next_commands import UP_RENEWED, compose_command
from shipworthy.model.run import Volume
from shipworthy.model.run_environments import RunEnvironment, run_environments
from shipworthy.model.workspace import root_of
from shipworthy.rules.rule import Report, rule

JA = """
ホストの仮想環境がコンテナにマウント、またはコピーされます。

## なぜ
仮想環境は作られたマシン専用です。`bin/python` はそのマシンのインタープリターへのリンクで、コンパイル済み
パッケージもそのマシンの OS 向けです。コンテナにマウントしたり、名前を挙げてイメージにコピーしたりしても、
プログラムが見つからないか、パッケージを読み込めません。コンテナの `uv run` はそれを削除し、ホスト上に
コンテナ用の環境を作ります。

## 代わりに
環境をマウントせず、イメージの環境を使います。

## 修正の安全性
安全とは限りません。代わりに匿名ボリュームを置くとイメージの環境が見えますが、再ビルド後も残ります。Dockerfile
では、パッケージのインストールを自分で書く必要があります。
"""

SYMPTOMS = (
    Text(
        en="`exec /app/.venv/bin/python: no such file or directory`",
        ja="`exec /app/.venv/bin/python: no such file or directory` になる",
    ),
)

OVER = Text(
    en="This mounts the host's `{host}` on `{path}`: its interpreter and compiled packages are made"
    " for the host, and hide the environment the image built there.",
    ja="ホストの `{host}` を `{path}` にマウントしています。インタープリターもコンパイル済み"
    "パッケージもホスト用で、イメージがそこに作った環境を隠します。",
)
BESIDE = Text(
    en="This mounts the host's `{host}` on `{path}`: its interpreter and compiled packages are made"
    " for the host.",
    ja="ホストの `{host}` を `{path}` にマウントしています。インタープリターもコンパイル済み"
    "パッケージもホスト用です。",
)
COPIED = Text(
    en="`{copy}` takes the host's environment into the image: its interpreter and compiled packages"
    " are made for the machine that builds, and a clean clone has none.",
    ja="`{copy}` はホストの環境をイメージに入れます。インタープリターもコンパイル済みパッケージも"
    "ビルドするマシン用で、クリーンなクローンには存在しません。",
)
ANONYMOUS = Text(
    en="Mount an anonymous volume at `{path}` instead",
    ja="代わりに `{path}` に匿名ボリュームをマウントする",
)
INSTALL = Text(
    en="Install the packages in the image instead (`uv sync --locked`)",
    ja="代わりにイメージの中でパッケージをインストールする（`uv sync --locked`）",
)
NAMES = (".venv", "venv")


@rule(severity=Severity.ERROR)
def host_venv_mounted(node: Volume | Copy, db: Database) -> Iterator[Report]:
    if isinstance(node, Copy):
        yield from _copied(node, db)
    else:
        yield from _mounted(node, db)


def _mounted(volume: Volume, db: Database) -> Iterator[Report]:
    run, mount = volume.run, volume.mount
    if mount.type != "bind" or mount.source is None:
        return
    seen = next(
        (
            item
            for item in run_environments(db, run)
            if item.environment.kind == "venv" and item.environment.path == mount.target
        ),
        None,
    )
    is_venv = mount.source.rpartition("/")[2] in NAMES or _environment_here(db, mount.source)
    if not is_venv and seen is None:
        return
    host = mount.source.removeprefix(root_of(db, mount.at.path) + "/")
    message = say(BESIDE if seen is None else OVER, host=host, path=mount.target)
    severity = _severity(volume, seen)
    yield Report(mount.at, message, (), tuple(_fixes(db, volume, seen)), severity)


def _severity(volume: Volume, seen: RunEnvironment | None) -> Severity:
    if seen is None and volume.mount.read_only:
        return Severity.WARNING
    if seen is not None and seen.use == "uv-run":
        return Severity.WARNING
    return Severity.ERROR


def _fixes(db: Database, volume: Volume, seen: RunEnvironment | None) -> Iterator[Fix]:
    run, mount = volume.run, volume.mount
    if not mount.short or run.unit is None or seen is None:
        return
    up = compose_command(db, run.unit, UP_RENEWED)
    edit = Edit(mount.at, mount.target)
    yield Fix(say(ANONYMOUS, path=mount.target), (edit,), Safety.UNSAFE, (up,))


def _copied(copy: Copy, db: Database) -> Iterator[Report]:
    if copy.origin != "context" or copy.context is None:
        return
    rules = ignore_rules(db, copy.ignore)
    for source in copy.sources:
        path = source.path
        if source.kind != "path" or source.wildcard or not path:
            continue
        if _is_environment(db, copy.context, source) and isinstance(visible(rules, path), Visible):
            fix = Fix(say(INSTALL), (), Safety.MANUAL)
            severity = Severity.ERROR if copy.reachable else Severity.INFO
            yield Report(source.at, _said(copy), (), (fix,), severity)
            return


def _said(copy: Copy) -> Message:
    written = " ".join(copy.instruction.source.replace("\\\n", " ").split())
    return say(COPIED, copy=written)


def _is_environment(db: Database, context: str, source: Source) -> bool:
    """A folder with `pyvenv.cfg`, or one named like an environment that is not here at all."""
    host = f"{context}/{source.path}"
    if _environment_here(db, host):
        return True
    return host.rpartition("/")[2] in NAMES and db.stat(host) is None


def _environment_here(db: Database, folder: str) -> bool:
    return db.stat(f"{folder}/pyvenv.cfg") is not None
