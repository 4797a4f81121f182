"""A cache mount lies where the tool of its RUN does not keep its cache.

## Why
The mount keeps one folder from build to build. When the tool writes its cache elsewhere (another
user's home, another variable), the folder stays empty, each build downloads everything, and the
real cache ends up in the layer. A mount in the right place that belongs to root makes the build
of another user fail.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
ENV UV_CACHE_DIR=/var/cache/uv
COPY requirements.txt ./
RUN --mount=type=cache,target=/root/.cache/uv uv pip install --system -r requirements.txt
```
```text file=requirements.txt
idna==3.10
```
```diagnostics
Dockerfile:4:13: warning[cache-mount-target-unused] uv keeps its cache in `/var/cache/uv`, not in `/root/.cache/uv`: this mount stays empty and each build downloads everything.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
ENV UV_CACHE_DIR=/var/cache/uv
COPY requirements.txt ./
RUN --mount=type=cache,target=/var/cache/uv uv pip install --system -r requirements.txt
```

## Fix safety
Safe: the mount goes to the folder that the tool uses; what is installed is the same.

## Sources
BuildKit's reference of `RUN --mount=type=cache` (`uid`, `gid`, `mode`); uv's and pip's
documentation of their caches; experiments with non-root users.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Safety, Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.commands import PipCommand, UvCommand
from shipworthy.model.files import text_at
from shipworthy.model.image.build import image
from shipworthy.model.image.execution import Executed
from shipworthy.model.image.steps import Image, Mount, Run
from shipworthy.model.users import accounts, is_root, user_name
from shipworthy.rules.rule import Report, rule

JA = """
キャッシュマウントの場所が、その RUN のツールのキャッシュの場所と違います。

## なぜ
マウントは 1 つのフォルダーをビルドからビルドへ引き継ぎます。ツールがキャッシュを別の場所（別のユーザーのホームや、
別の変数の指す場所）に書くと、マウントは空のままで、毎回すべてをダウンロードし、本当のキャッシュはレイヤーに
残ります。場所が正しくても root のものであれば、ほかのユーザーのビルドは失敗します。

## 代わりに
ツールのキャッシュの場所をマウントし、root 以外では `uid` と `gid` を指定します。

## 修正の安全性
安全です。マウントがツールの使うフォルダーに変わるだけで、インストールされるものは同じです。
"""

SYMPTOMS = (
    Text(
        en="every build downloads all packages although there is a cache mount",
        ja="キャッシュマウントがあるのに、ビルドのたびに全パッケージがダウンロードされる",
    ),
)

UNUSED = Text(
    en="{tool} keeps its cache in `{cache}`, not in `{target}`: this mount stays empty and each"
    " build downloads everything.",
    ja="{tool} のキャッシュは `{target}` ではなく `{cache}` にあります。このマウントは空のままで、ビルドの"
    "たびにすべてダウンロードします。",
)
ROOTS = Text(
    en="This mount is owned by root, but {tool} runs as `{user}`: it fails with `Permission"
    " denied` in `{target}`.",
    ja="このマウントの所有者は root ですが、{tool} は `{user}` で動くため、`{target}` で"
    " `Permission denied` になります。",
)
MOVE = Text(en="Mount `{cache}`", ja="`{cache}` をマウントする")


@rule(severity=Severity.WARNING)
def cache_mount_target_unused(run: Run, db: Database) -> Iterator[Report]:
    made = image(db, run.unit.id)
    if made is None or not run.reachable:
        return
    for mount in run.mounts:
        target = (mount.target or "").rstrip("/")
        name = target.rpartition("/")[2]
        if mount.type != "cache" or name not in ("uv", "pip") or not run.complete:
            continue
        users = [command for command in run.commands if _tool(command) == name]
        caches = [_cache(made, run, command, name) for command in users]
        if not caches or any(cache is None for cache in caches):
            continue
        cache = caches[0] or ""
        if not any(f"{other}/".startswith(f"{target}/") for other in caches):
            message = say(UNUSED, tool=name, cache=cache, target=target)
            yield Report(mount.at, message, fixes=tuple(_fixes(db, run, mount, cache)))
        elif _roots_own(mount, users[0]):
            user = user_name(users[0].user or "")
            message = say(ROOTS, tool=name, user=user, target=target)
            yield Report(mount.at, message, severity=Severity.ERROR)


def _tool(command: Executed) -> str:
    if isinstance(command.tool, UvCommand):
        return "uv"
    return "pip" if isinstance(command.tool, PipCommand) else ""


def _cache(made: Image, run: Run, command: Executed, name: str) -> str | None:
    """The cache folder of the tool; None when it is not known."""
    tool = command.tool
    if isinstance(tool, UvCommand | PipCommand):
        if tool.cache_dir is not None:
            return tool.cache_dir.rstrip("/") if isinstance(tool.cache_dir, str) else None
        if tool.no_cache.on is not False:
            return None
    env = command.env
    if any(env.sets(variable) for variable in ("XDG_CACHE_HOME", "PIP_CACHE_DIR")):
        return None
    if env.sets("HOME"):
        home = env["HOME"]
        return f"{home.rstrip('/')}/.cache/{name}" if home else None
    if command.user is None:
        return None
    if is_root(command.user):
        return f"/root/.cache/{name}"
    wanted = user_name(command.user)
    for account in accounts(made, run.stage):
        if wanted in (account.name, account.uid) and account.home is not None:
            return f"{account.home.rstrip('/')}/.cache/{name}"
    return None


def _roots_own(mount: Mount, command: Executed) -> bool:
    if command.user is None or is_root(command.user):
        return False
    return mount.option("uid") is None and mount.option("mode") is None


def _fixes(db: Database, run: Run, mount: Mount, cache: str) -> Iterator[Fix]:
    text = text_at(db, mount.at)
    old = mount.option("target", "dst", "destination") or ""
    start = text.find(old) if old else -1
    if start >= 0 and run.unit.inline is None and is_root(run.state.user or ""):
        edit = Edit(mount.at.narrow(start, start + len(old)), cache)
        yield Fix(say(MOVE, cache=cache), (edit,), Safety.SAFE)
