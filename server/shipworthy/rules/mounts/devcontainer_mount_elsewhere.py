"""The dev container mounts the repository at another place than the Dockerfile expects.

## Why
Without `workspaceMount` a dev container has the repository at `/workspaces/<name>`. A Dockerfile
that puts the project's environment below another folder, such as `/workspace`, names a path that
is not in the mount: it belongs to root and is empty, so that `uv sync` as the remote user fails
with "Permission denied", or makes an environment that the editor does not find.

## Example
```json file=.devcontainer/devcontainer.json
{
  "build": { "dockerfile": "Dockerfile", "context": ".." },
  "remoteUser": "vscode",
  "postCreateCommand": "uv sync --locked"
}
```
```dockerfile file=.devcontainer/Dockerfile
FROM mcr.microsoft.com/devcontainers/python:1-3.13-bookworm
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
ENV UV_PROJECT_ENVIRONMENT=/workspace/.venv
WORKDIR /workspace
```
```toml file=pyproject.toml
[project]
name = "app"
version = "0.1.0"
```
```diagnostics
.devcontainer/devcontainer.json:3:17: error[devcontainer-mount-elsewhere] Without `workspaceMount` the repository is mounted at `/workspaces/ws`, but `UV_PROJECT_ENVIRONMENT` is `/workspace/.venv`, in a folder of the image: uv runs as `vscode` and cannot write there.
```

## Use instead
```json file=.devcontainer/devcontainer.json
{
  "build": { "dockerfile": "Dockerfile", "context": ".." },
  "workspaceMount": "source=${localWorkspaceFolder},target=/workspace,type=bind",
  "workspaceFolder": "/workspace",
  "remoteUser": "vscode",
  "postCreateCommand": "uv sync --locked"
}
```

## Fix safety
Unsafe: the repository lies elsewhere in the container, and the environment in it.

## Sources
Development Containers specification, devcontainer.json reference (`workspaceMount`,
`workspaceFolder`); uv documentation, `UV_PROJECT_ENVIRONMENT`.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Related, Safety, Severity
from shipworthy.findings.message import Text, clause, say
from shipworthy.model.devcontainer import DevContainer
from shipworthy.model.files import line_index
from shipworthy.model.image.environments import final_environments
from shipworthy.rules.rule import Report, rule
from shipworthy.text.anchors import Anchor
from shipworthy.text.spans import Span

JA = """
開発コンテナが、Dockerfile の想定とは別の場所にリポジトリをマウントします。

## なぜ
`workspaceMount` がないと、リポジトリは `/workspaces/<名前>` に置かれます。Dockerfile がプロジェクトの環境を
`/workspace` など別のフォルダーの下に置くと、そのパスはマウントの中にありません。root 所有で空なので、リモート
ユーザーの `uv sync` は "Permission denied" で失敗するか、エディタが見つけられない環境を作ります。

## 代わりに
`workspaceMount` と `workspaceFolder` で、Dockerfile の想定する場所にマウントします。

## 修正の安全性
コンテナ内のリポジトリの場所が変わり、環境もその中に移るため、安全とは限りません。
"""

SYMPTOMS = (
    Text(
        en="`postCreateCommand` fails with `Permission denied` on `.venv`",
        ja="`postCreateCommand` が `.venv` の `Permission denied` で失敗する",
    ),
)

NOT_WRITABLE = Text(
    en="{mounted}, but `UV_PROJECT_ENVIRONMENT` is `{environment}`, in a folder of the image: uv"
    " runs as `{user}` and cannot write there.",
    ja="{mounted}。`UV_PROJECT_ENVIRONMENT` の `{environment}` はイメージ側のフォルダーに"
    "あるため、`{user}` で動く uv は書き込めません。",
)
NOT_MOUNTED = Text(
    en="{mounted}, but `UV_PROJECT_ENVIRONMENT` is `{environment}`, in a folder of the image:"
    " the environment is not beside the sources and is lost with the container.",
    ja="{mounted}。`UV_PROJECT_ENVIRONMENT` の `{environment}` はイメージ側のフォルダーに"
    "あるため、環境はソースの隣に作られず、コンテナとともに消えます。",
)
FOLDER = Text(
    en="{mounted}, but `workspaceFolder` is `{folder}`, which is not in it: the editor opens a"
    " folder without the sources.",
    ja="{mounted}。`workspaceFolder` の `{folder}` はその中にないため、エディタはソースのない"
    "フォルダーを開きます。",
)
DEFAULT = Text(
    en="Without `workspaceMount` the repository is mounted at `{path}`",
    ja="`workspaceMount` がないので、リポジトリは `{path}` にマウントされます",
)
STATED = Text(
    en="The repository is mounted at `{path}`",
    ja="リポジトリは `{path}` にマウントされます",
)
SET = Text(en="The environment is placed here.", ja="環境の場所はここで決まります。")
USES = Text(en="This command uses the environment.", ja="このコマンドが環境を使います。")
MOUNT = Text(
    en="Mount the repository at `{folder}`",
    ja="リポジトリを `{folder}` にマウントする",
)


@rule(severity=Severity.ERROR)
def devcontainer_mount_elsewhere(container: DevContainer, db: Database) -> Iterator[Report]:
    mounted = container.mounted_at
    if mounted is None or container.compose:
        return
    where = DEFAULT if not container.mount_stated else STATED
    inner = clause(where, path=mounted)
    folder = container.folder
    if folder is not None and not _below(folder, mounted) and container.folder_at is not None:
        message = say(FOLDER, mounted=inner, folder=folder)
        yield Report(container.folder_at, message, severity=Severity.WARNING)
        return
    expected = _expected(container, db, mounted)
    if expected is None:
        return
    environment, workdir = expected
    foreign = container.user not in (None, "", "root", "0")
    at = container.user_at if foreign and container.user_at else container.build_at
    message = say(NOT_MOUNTED, mounted=inner, environment=environment)
    if foreign:
        message = say(
            NOT_WRITABLE, mounted=inner, environment=environment, user=container.user or ""
        )
    severity = Severity.ERROR if foreign else Severity.WARNING
    related = tuple(_related(container))
    yield Report(at, message, related, tuple(_fixes(db, container, workdir)), severity)


def _below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def _expected(container: DevContainer, db: Database, mounted: str) -> tuple[str, str] | None:
    """The environment's path and the folder that the Dockerfile takes for the repository's."""
    stage = container.stage
    if stage is None or stage.end.workdir is None or container.unit is None:
        return None
    environment, workdir = container.env.get("UV_PROJECT_ENVIRONMENT"), stage.end.workdir
    if environment is None or workdir == "/" or not _below(environment, workdir):
        return None
    if _below(environment, mounted) or _below(mounted, workdir):
        return None
    made = final_environments(db, container.unit.id)
    if any(item.path == environment for item in made) or environment in container.targets:
        return None
    return environment, workdir


def _related(container: DevContainer) -> Iterator[Related]:
    if container.stage is not None:
        at = container.stage.end.where("UV_PROJECT_ENVIRONMENT")
        if at is not None:
            yield Related(at, say(SET))
    for command in container.commands:
        if command.program == "uv":
            yield Related(command.at, say(USES))
            return


def _fixes(db: Database, container: DevContainer, workdir: str) -> Iterator[Fix]:
    key = container.first_key
    if container.mount_stated or container.folder_at is not None or key is None:
        return
    lines = line_index(db, container.path)
    start = lines.line_start(lines.line_of(key.start))
    indent = (db.text(container.path) or "")[start : key.start]
    gap = f"\n{indent}" if not indent.strip() else " "
    text = (
        f'"workspaceMount": "source=${{localWorkspaceFolder}},target={workdir},type=bind",{gap}'
        f'"workspaceFolder": "{workdir}",{gap}'
    )
    edit = Edit(Anchor(container.path, -1, Span(key.start, key.start)), text)
    yield Fix(say(MOUNT, folder=workdir), (edit,), Safety.UNSAFE)
