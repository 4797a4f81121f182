"""uv links packages out of a cache that lies on another file system.

## Why
With a cache mount, uv's cache and the environment are on two file systems. A hard link cannot
cross them: uv warns and copies after all. A symbolic link can, and is worse: when the RUN ends the
mount is gone, and every package in the image is a link to nothing.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN --mount=type=cache,target=/root/.cache/uv uv sync --locked
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
Dockerfile:5:13: hint[uv-link-mode] The cache mount is another file system than the environment, so uv cannot hard-link and warns (`Failed to hardlink files; falling back to full copy`); `UV_LINK_MODE=copy` makes it copy without the warning.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
ENV UV_LINK_MODE=copy
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN --mount=type=cache,target=/root/.cache/uv uv sync --locked
CMD [".venv/bin/python"]
```

## Fix safety
Safe: copying is what uv does anyway, and symbolic links into a mount cannot be meant.

## Sources
uv's Docker guide ("Caching"); experiments with uv 0.13.9 and BuildKit.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Safety, Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.commands import UvCommand
from shipworthy.model.image.build import image
from shipworthy.model.image.execution import Executed
from shipworthy.model.image.steps import Mount, Run, Stage
from shipworthy.model.installed import installs_of
from shipworthy.model.unknown import Unknown
from shipworthy.rules.dockerfile_edits import insert_before, replace_word
from shipworthy.rules.rule import Report, rule

JA = """
uv が、別のファイルシステムにあるキャッシュからパッケージをリンクします。

## なぜ
キャッシュマウントを使うと、uv のキャッシュと環境は別々のファイルシステムに置かれます。ハードリンクは
ファイルシステムをまたげないため、uv は警告を出してコピーします。シンボリックリンクはまたげますが、`RUN` が終わると
マウントがなくなり、イメージのパッケージはすべて行き先のないリンクになります。

## 代わりに
`ENV UV_LINK_MODE=copy` を書きます。

## 修正の安全性
安全です。uv はいずれにしてもコピーします。マウントへのシンボリックリンクが意図されたものであることはありません。
"""

SYMPTOMS = (
    Text(
        en="`warning: Failed to hardlink files; falling back to full copy`",
        ja="`warning: Failed to hardlink files; falling back to full copy` が出る",
    ),
)

WARNS = Text(
    en="The cache mount is another file system than the environment, so uv cannot hard-link and"
    " warns (`Failed to hardlink files; falling back to full copy`); `UV_LINK_MODE=copy` makes it"
    " copy without the warning.",
    ja="キャッシュマウントは環境とは別のファイルシステムなので、uv はハードリンクできず警告しま"
    "す（`Failed to hardlink files; falling back to full copy`）。`UV_LINK_MODE=copy` なら、警告"
    "なしでコピーします。",
)
DANGLING = Text(
    en="With `symlink`, the installed packages are links into this cache mount, which is gone when"
    " the RUN ends: in the image every import fails.",
    ja="`symlink` では、インストールされるパッケージがこのキャッシュマウントへのリンクになります"
    "。RUN が終わるとマウントはなくなるため、イメージではすべての import が失敗します。",
)
COPY = Text(en="Set `UV_LINK_MODE=copy`", ja="`UV_LINK_MODE=copy` を設定する")

_INSTALLS = frozenset({("sync",), ("run",), ("add",), ("pip", "install"), ("pip", "sync")})


@rule(severity=Severity.HINT)
def uv_link_mode(stage: Stage, db: Database) -> Iterator[Report]:
    made = image(db, stage.unit.id)
    if made is None or not stage.reachable:
        return
    if any(True for below in made.chain(stage.number)[:-1] for _ in _linking(db, below)):
        return  # said there
    for run, mount, mode in _linking(db, stage):
        if mode is None:
            edits = insert_before(run.unit, run, "ENV UV_LINK_MODE=copy\n")
            fixes = (Fix(say(COPY), edits, Safety.SAFE),) if edits else ()
            yield Report(mount.at, say(WARNS), fixes=fixes)
            return
        where = run.state.where("UV_LINK_MODE")
        edits = replace_word(db, where, "symlink", "copy") if where is not None else ()
        fixes = (Fix(say(COPY), edits, Safety.SAFE),) if edits else ()
        yield Report(mount.at, say(DANGLING), fixes=fixes, severity=Severity.ERROR)


def _linking(db: Database, stage: Stage) -> Iterator[tuple[Run, Mount, str | None]]:
    """The RUNs that link out of a cache mount, with the mount and the link mode."""
    for run in stage.runs():
        stated = next((item.facts.uv.link_mode for item in installs_of(db, run)), None)
        for command in run.commands:
            tool = command.tool
            if not isinstance(tool, UvCommand) or tool.command not in _INSTALLS or not tool.known:
                continue
            mode = stated if tool.link_mode is None else tool.link_mode
            if isinstance(mode, Unknown) or mode not in (None, "symlink"):
                continue
            mount = _cache_mount(run, command, tool)
            if mount is not None and tool.no_cache.on is False and not tool.no_sync:
                yield run, mount, mode
                break


def _cache_mount(run: Run, command: Executed, tool: UvCommand) -> Mount | None:
    """The cache mount over uv's cache folder."""
    for mount in run.mounts:
        target = (mount.target or "").rstrip("/")
        if mount.type != "cache" or not target:
            continue
        if isinstance(tool.cache_dir, str):
            if f"{tool.cache_dir.rstrip('/')}/".startswith(f"{target}/"):
                return mount
        elif tool.cache_dir is None and target.endswith(("/.cache/uv", "/.cache")):
            home = command.env.get("HOME") if command.env.sets("HOME") else "/root"
            if command.user in (None, "", "root") and not target.startswith(f"{home}/"):
                continue
            return mount
    return None
