"""The dev container's `uv sync` works on the `.venv` of the host.

## Why
A dev container mounts the repository, the host's `.venv` with it. `uv sync` in the container finds
an environment whose interpreter is not there, deletes it and makes one for the container in its
place: the host's editor and tools lose theirs, and the next `uv sync` on the host does the same
to the container.

## Example
```json file=.devcontainer/devcontainer.json
{
  "image": "mcr.microsoft.com/devcontainers/python:1-3.13-bookworm",
  "postCreateCommand": "pip install uv && uv sync --locked"
}
```
```toml file=pyproject.toml
[project]
name = "app"
version = "0.1.0"
```
```diagnostics
.devcontainer/devcontainer.json:3:24: warning[devcontainer-shares-host-venv] `uv sync` runs in the mounted repository and will replace the host's `.venv` with an environment for the container.
```

## Use instead
```json file=.devcontainer/devcontainer.json
{
  "image": "mcr.microsoft.com/devcontainers/python:1-3.13-bookworm",
  "containerEnv": { "UV_PROJECT_ENVIRONMENT": "/home/vscode/.venv" },
  "postCreateCommand": "pip install uv && uv sync --locked"
}
```

## Fix safety
Manual: which folder outside the mount the container's user may write to depends on the image.

## Sources
Development Containers specification; uv documentation, `UV_PROJECT_ENVIRONMENT`; experiments with
uv and an environment whose interpreter is missing.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Safety, Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.commands import UvCommand
from shipworthy.model.devcontainer import DevContainer
from shipworthy.model.image.execution import Executed
from shipworthy.model.workspace import root_of
from shipworthy.rules.rule import Report, rule

JA = """
開発コンテナの `uv sync` が、ホストの `.venv` に対して動きます。

## なぜ
開発コンテナはリポジトリを、ホストの `.venv` ごとマウントします。コンテナの `uv sync` は、インタープリターのない
環境を見つけて削除し、コンテナ用の環境をそこに作ります。ホストのエディタやツールは環境を失い、ホストでの次の
`uv sync` はコンテナに同じことをします。

## 代わりに
`UV_PROJECT_ENVIRONMENT` で環境をマウントの外に置きます。

## 修正の安全性
自動では直しません。コンテナのユーザーがマウントの外のどこに書き込めるかは、イメージによります。
"""

SYMPTOMS = (
    Text(
        en="the host's `.venv` is broken after the dev container was opened",
        ja="開発コンテナを開いた後、ホストの `.venv` が壊れている",
    ),
)

SHARED = Text(
    en="`{command}` runs in the mounted repository and will replace the host's `{host}` with an"
    " environment for the container.",
    ja="`{command}` はマウントされたリポジトリで動き、ホストの `{host}` をコンテナ用の環境に"
    "置き換えます。",
)
SET = Text(
    en='Set `"UV_PROJECT_ENVIRONMENT"` in `containerEnv` to a folder outside the mount',
    ja='`containerEnv` の `"UV_PROJECT_ENVIRONMENT"` にマウントの外のフォルダーを設定する',
)


@rule(severity=Severity.WARNING)
def devcontainer_shares_host_venv(container: DevContainer, db: Database) -> Iterator[Report]:
    mounted = container.mounted_at
    if mounted is None or container.compose:
        return
    for command in container.commands:
        folder = _folder(command)
        if folder is None or not (folder == mounted or folder.startswith(mounted + "/")):
            continue
        root = root_of(db, container.path)
        if db.stat(f"{root}{folder[len(mounted) :]}/pyproject.toml") is None:
            continue
        environment = f"{folder}/.venv"
        if any(environment == item or item.endswith("/.venv") for item in container.targets):
            return
        host = environment.removeprefix(mounted + "/")
        shown = " ".join(word or "" for word in command.words[:2])
        fix = Fix(say(SET), (), Safety.MANUAL)
        yield Report(command.at, say(SHARED, command=shown, host=host), (), (fix,))
        return


def _folder(command: Executed) -> str | None:
    """Where a uv command keeps its environment; None when it makes none or it lies elsewhere."""
    tool = command.tool
    if not isinstance(tool, UvCommand) or tool.command not in (("sync",), ("run",)):
        return None
    if not tool.known or tool.no_sync or command.env.sets("UV_PROJECT_ENVIRONMENT"):
        return None
    if tool.run is not None and tool.run.no_project:
        return None
    if tool.directory is not None or tool.project is not None:
        return None
    return command.cwd
