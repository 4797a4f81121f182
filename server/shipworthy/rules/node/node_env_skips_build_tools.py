"""NODE_ENV=production leaves out the packages that the build needs.

## Why
With `NODE_ENV=production` npm, pnpm and Yarn 1 leave out `devDependencies`: the compiler and the
bundler. `npm run build` then fails with "vite: not found", or with "tsc: not found".

## Example
```dockerfile file=Dockerfile
FROM node:22-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY src ./src
RUN npm run build
```
```json file=package.json
{"name": "web", "scripts": {"build": "vite build"}, "devDependencies": {"vite": "^7.0.0"}}
```
```json file=package-lock.json
{"lockfileVersion": 3}
```
```js file=src/main.js
```
```diagnostics
Dockerfile:5:5: error[node-env-skips-build-tools] `NODE_ENV=production` (line 2) leaves out `devDependencies`, but the build on line 7 needs `vite`: it fails with `vite: not found`.
```

## Use instead
```dockerfile file=Dockerfile
FROM node:22-bookworm-slim
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY src ./src
ENV NODE_ENV=production
RUN npm run build
```

## Fix safety
Unsafe: the dev packages are installed, and stay in the image unless another stage leaves them
behind.

## Sources
npm's documentation of `npm ci` (`omit`), pnpm's of `pnpm install` (`--prod`), Yarn 1's of
`yarn install`.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Related, Safety, Severity
from shipworthy.findings.message import Line, Text, say
from shipworthy.model.commands import ManagerCommand
from shipworthy.model.image.build import image
from shipworthy.model.image.contents import Landed, find_during
from shipworthy.model.image.execution import Executed
from shipworthy.model.image.steps import Run, Stage
from shipworthy.model.node_manifests import node_manifest
from shipworthy.model.node_project import NodeProject
from shipworthy.rules.rule import Report, rule
from shipworthy.text.anchors import Anchor

JA = """
NODE_ENV=production のため、ビルドに必要なパッケージがインストールされません。

## なぜ
`NODE_ENV=production` では、npm、pnpm、Yarn 1 は `devDependencies`（コンパイラーやバンドラー）をインストールしません。
その後の `npm run build` は「vite: not found」や「tsc: not found」で失敗します。

## 代わりに
`ENV NODE_ENV=production` をインストールの後に移すか、`npm ci --include=dev` と書きます。

## 修正の安全性
安全とは限りません。開発用のパッケージがインストールされ、別のステージに分けない限りイメージに残ります。
"""

SYMPTOMS = (
    Text(
        en="`sh: vite: not found` or `sh: tsc: not found` in `npm run build`",
        ja="`npm run build` で `sh: vite: not found` や `sh: tsc: not found` になる",
    ),
)

SKIPS = Text(
    en="`NODE_ENV=production` (line {line}) leaves out `devDependencies`, but the build on line"
    " {build} needs `{package}`: it fails with `{program}: not found`.",
    ja="{line} 行目の `NODE_ENV=production` により `devDependencies` がインストールされませんが"
    "、{build} 行目のビルドには `{package}` が必要です。ビルドは `{program}: not found` で"
    "失敗します。",
)
BUILD = Text(en="The build needs them here.", ja="ビルドはここでそれらを必要とします。")
INCLUDE = Text(en="Install them with `{flag}`", ja="`{flag}` を付けてインストールする")

_PACKAGES = {"tsc": "typescript", "ng": "@angular/cli", "vue-cli-service": "@vue/cli-service"}
_FLAGS = {"npm": "--include=dev", "pnpm": "--prod=false", "yarn": "--production=false"}
_PREFIXES = frozenset({"cross-env", "npx", "env"})


@rule(severity=Severity.ERROR)
def node_env_skips_build_tools(stage: Stage, db: Database) -> Iterator[Report]:
    made = image(db, stage.unit.id)
    if made is None or not stage.reachable:
        return
    commands = [(run, c) for run in stage.runs() if run.complete for c in run.commands]
    installs = [(run, c) for run, c in commands if _is_install(c)]
    if len(installs) != 1:
        return
    run, install = installs[0]
    tool = install.tool
    at = run.state.where("NODE_ENV")
    if not isinstance(tool, ManagerCommand) or not _leaves_out(install, tool) or at is None:
        return
    found = find_during(db, made, run, f"{(install.cwd or '').rstrip('/')}/package.json")
    project = node_manifest(db, found.host) if isinstance(found, Landed) else None
    if project is None or (tool.manager == "yarn" and not _is_yarn_1(project)):
        return
    for later, command in commands:
        if later.ordinal < run.ordinal or command.cwd != install.cwd:
            continue
        needed = _needs(command, project)
        if needed is not None:
            program, package = needed
            yield Report(
                at=install.at,
                message=say(
                    SKIPS,
                    line=Line(at),
                    build=Line(command.at),
                    package=package,
                    program=program,
                ),
                related=(Related(command.at, say(BUILD)),),
                fixes=tuple(_fixes(run, install, tool)),
            )
            return


def _is_install(command: Executed) -> bool:
    tool = command.tool
    if not isinstance(tool, ManagerCommand) or tool.manager not in _FLAGS:
        return False
    is_global = tool.has("--global")
    return tool.command in ("install", "ci") and not is_global and not tool.arguments


def _leaves_out(install: Executed, tool: ManagerCommand) -> bool:
    if install.env.get("NODE_ENV") != "production" or not tool.known or install.conditional:
        return False
    included = tool.has("--dev", "--include", "--production", "--prod", "--omit")
    return not included and install.script is None


def _is_yarn_1(project: NodeProject) -> bool:
    manager = project.package_manager
    return manager is not None and manager.version.startswith("1.")


def _needs(command: Executed, project: NodeProject) -> tuple[str, str] | None:
    """The program of a package script and its package, when that is only for development."""
    tool = command.tool
    if not isinstance(tool, ManagerCommand) or command.conditional:
        return None
    name = tool.run[0] if tool.command == "run" and tool.run else tool.command
    script = project.scripts.get(name or "", "")
    words = [word for word in script.split() if "=" not in word and word not in _PREFIXES]
    if not words:
        return None
    package = _PACKAGES.get(words[0], words[0])
    own = package in project.dev_dependencies and package not in project.dependencies
    return (words[0], package) if own else None


def _fixes(run: Run, install: Executed, tool: ManagerCommand) -> Iterator[Fix]:
    if run.unit.inline is not None:
        return
    last = install.arguments[-1].at
    flag = _FLAGS[tool.manager]
    end = Anchor(last.path, last.node, last.span._replace(start=last.span.end))
    yield Fix(say(INCLUDE, flag=flag), (Edit(end, f" {flag}"),), Safety.UNSAFE)
