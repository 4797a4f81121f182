"""A layer syncs a uv workspace before the manifests of its members are in the image.

## Why
To check the lock, `--locked` reads the `pyproject.toml` of every member; one that is missing stops
the build ("references a workspace ... but is not a workspace member"). `--frozen` checks nothing,
but installs members that the project depends on, unless `--no-install-workspace` leaves them out:
`--no-install-project` leaves out the project alone.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked --no-install-workspace
COPY . .
RUN uv sync --locked
```
```toml file=pyproject.toml
[project]
name = "app"
version = "0.1.0"
dependencies = ["lib"]

[tool.uv.sources]
lib = { workspace = true }

[tool.uv.workspace]
members = ["packages/*"]
```
```toml file=packages/lib/pyproject.toml
[project]
name = "lib"
version = "0.1.0"
```
```toml file=uv.lock
version = 1
revision = 3

[manifest]
members = [
    "app",
    "lib",
]

[[package]]
name = "app"
version = "0.1.0"
source = { virtual = "." }
dependencies = [
    { name = "lib" },
]

[package.metadata]
requires-dist = [{ name = "lib", virtual = "packages/lib" }]

[[package]]
name = "lib"
version = "0.1.0"
source = { virtual = "packages/lib" }
```
```diagnostics
Dockerfile:5:5: error[workspace-manifests-missing] `--locked` reads the manifest of every workspace member, and `packages/lib/pyproject.toml` is not in the image yet: the build stops here.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --frozen --no-install-workspace
COPY . .
RUN uv sync --locked
```

## Fix safety
Safe: `--frozen` in this layer, when a later one of the stage checks the lock; the build fails
today. Without a later check the fix is unsafe, because then nothing compares lock and manifests.

## Sources
uv's Docker guide ("Intermediate layers in workspaces"); experiments with uv 0.13.9.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Related, Safety, Severity
from shipworthy.findings.message import File, Names, Text, say
from shipworthy.model.files import text_at
from shipworthy.model.image.contents import Landed
from shipworthy.model.image.steps import Mount, Run
from shipworthy.model.local_packages import local_needs
from shipworthy.model.lock_state import workspace_root
from shipworthy.model.sync_inputs import SyncInputs, syncs, syncs_of
from shipworthy.rules.lock_fixes import REPLACE, replace_word, word_at
from shipworthy.rules.rule import Report, rule
from shipworthy.text.anchors import Anchor, whole_file
from shipworthy.text.spans import Span

JA = """
uv ワークスペースのメンバーのマニフェストがイメージに入る前に sync しています。

## なぜ
`--locked` はロックを確認するために全メンバーの `pyproject.toml` を読み、一つでもなければビルドが止まります。
`--frozen` は何も確認しませんが、プロジェクトが依存するメンバーをインストールします。除くには
`--no-install-workspace` が必要です（`--no-install-project` が除くのはプロジェクト自身だけです）。

## 代わりに
マニフェストだけのレイヤーでは `--frozen --no-install-workspace` を使い、最後の sync で `--locked` を使います。
全メンバーのマニフェストをマウントする方法もあります。

## 修正の安全性
安全です。同じステージの後のレイヤーがロックを確認するときに、このレイヤーを `--frozen` にします（今は失敗しています）。
後で確認しないときは、ロックとマニフェストを比べるものがなくなるため、安全とは限りません。
"""

SYMPTOMS = (
    Text(
        en="references a workspace in `tool.uv.sources`, but is not a workspace member",
        ja="「references a workspace in `tool.uv.sources`, but is not a workspace member」と表示される",
    ),
    Text(
        en="`Distribution not found at: file:///app/packages/lib`",
        ja="`Distribution not found at: file:///app/packages/lib` と表示される",
    ),
)

UNREADABLE = Text(
    en="`--locked` reads the manifest of every workspace member, and {missing} is not in the image"
    " yet: the build stops here.",
    ja="`--locked` はワークスペースの全メンバーのマニフェストを読みますが、{missing} は"
    "まだイメージにありません。ビルドはここで止まります。",
)
NOT_FOUND = Text(
    en="`{command}` installs the workspace member `{name}`, which is not in the image yet: the"
    " build stops here with `Distribution not found at: file://{path}`.",
    ja="`{command}` はワークスペースのメンバー `{name}` をインストールしますが、まだイメージに"
    "ありません。ビルドはここで `Distribution not found at: file://{path}` となって止まります。",
)
ROOTLESS = Text(
    en="`{member}` is a member of the workspace at `{root}`, whose `pyproject.toml` and `uv.lock`"
    " are not in the image: `{command}` finds no lock and fails.",
    ja="`{member}` は `{root}` のワークスペースのメンバーですが、その `pyproject.toml` と `uv.lock` は"
    "イメージにありません。`{command}` はロックを見つけられず失敗します。",
)
ROOT = Text(en="The workspace's root is here.", ja="ワークスペースのルートはここです。")
MEMBER = Text(en="This manifest is missing.", ja="このマニフェストがありません。")
MOUNT = Text(en="Mount {missing} for this command", ja="このコマンドに {missing} をマウントする")
WIDEN = Text(
    en="Build with the context `{root}`, and copy its `pyproject.toml` and `uv.lock` too",
    ja="コンテキストを `{root}` にし、その `pyproject.toml` と `uv.lock` もコピーする",
)


@rule(severity=Severity.ERROR)
def workspace_manifests_missing(run: Run, db: Database) -> Iterator[Report]:
    if not run.reachable:
        return
    for sync in syncs_of(db, run):
        if sync.command.conditional or sync.relocks or not sync.tool.known:
            continue
        report = _report(db, sync)
        if report is not None:
            yield report
            return


def _report(db: Database, sync: SyncInputs) -> Report | None:
    if sync.host is None:
        return None
    root = workspace_root(db, sync.host)
    if root != sync.host:
        return _rootless(sync, sync.host, root)
    missing = sync.missing_members
    if not missing or not isinstance(sync.lock, Landed):
        return None
    manifests = tuple(f"{member.folder}/pyproject.toml" for member in missing)
    at = sync.command.at
    first = Related(whole_file(f"{root}/{manifests[0]}"), say(MEMBER))
    if sync.tool.locked:
        message = say(UNREADABLE, missing=Names(manifests[:3]))
        return Report(at, message, (first,), tuple(_fixes(db, sync, manifests)))
    if not sync.tool.frozen:
        return None
    for need in local_needs(db, sync):
        if need.member and need.here is None:
            message = say(
                NOT_FOUND, command=sync.command.source, name=need.package.name, path=need.path
            )
            return Report(at, message, (first,), _no_workspace(db, sync))
    return None


def _rootless(sync: SyncInputs, host: str, root: str) -> Report | None:
    if sync.lock is not None or not (sync.tool.locked or sync.tool.frozen):
        return None
    message = say(ROOTLESS, member=File(host), root=File(root), command=sync.command.source)
    related = (Related(whole_file(f"{root}/pyproject.toml"), say(ROOT)),)
    fixes = (Fix(say(WIDEN, root=File(root)), (), Safety.MANUAL),)
    return Report(sync.command.at, message, related, fixes)


def _fixes(db: Database, sync: SyncInputs, missing: tuple[str, ...]) -> Iterator[Fix]:
    yield from _mounts(sync, missing)
    safety = Safety.SAFE if _checked_later(db, sync) else Safety.UNSAFE
    for fix in replace_word(db, sync.command, "--locked", "--frozen", safety):
        more = _no_workspace(db, sync)
        yield fix._replace(changes=(*fix.changes, *(more[0].changes if more else ())))


def _checked_later(db: Database, sync: SyncInputs) -> bool:
    return any(
        later.run.stage == sync.run.stage
        and later.run.ordinal > sync.run.ordinal
        and later.tool.locked
        and later.all_members
        for later in syncs(db, sync.run.unit.id)
    )


def _no_workspace(db: Database, sync: SyncInputs) -> tuple[Fix, ...]:
    """`--no-install-project` becomes `--no-install-workspace`, which leaves out the members too."""
    old, new = "--no-install-project", "--no-install-workspace"
    at = word_at(sync.command, old)
    if at is None or text_at(db, at) != old or sync.tool.scope.no_workspace:
        return ()
    return (Fix(say(REPLACE, old=old, new=new), (Edit(at, new),), Safety.SAFE),)


def _mounts(sync: SyncInputs, missing: tuple[str, ...]) -> Iterator[Fix]:
    """A bind mount for each missing manifest, where the RUN mounts the root's already."""
    if sync.command.cwd != sync.project.workspace or sync.command.cwd != sync.run.state.workdir:
        return
    binds = [mount for mount in sync.run.mounts if _mounts_manifest(mount)]
    if not binds or sync.host is None or binds[0].context is None:
        return
    base = binds[0].context
    if not f"{sync.host}/".startswith(f"{base}/"):
        return
    prefix = sync.host[len(base) + 1 :]
    flags = [flag for flag in sync.run.instruction.flags if flag.name == "mount"]
    last = flags[-1].span.end
    text = "".join(
        f" --mount=type=bind,source={f'{prefix}/{path}' if prefix else path},target={path}"
        for path in missing
    )
    at = Anchor(sync.run.at.path, sync.run.at.node, Span(last, last))
    yield Fix(say(MOUNT, missing=Names(missing[:3])), (Edit(at, text),), Safety.SAFE)


def _mounts_manifest(mount: Mount) -> bool:
    source = mount.source
    named = source is not None and (source.path or "").rpartition("/")[2] == "pyproject.toml"
    return mount.type == "bind" and mount.origin == "context" and named
