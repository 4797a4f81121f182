"""corepack is called in a Node image that no longer includes it.

## Why
Node.js comes without corepack from version 25 on. `corepack enable` in such an image fails with
"corepack: not found", and the build with it.

## Example
```dockerfile file=Dockerfile
FROM node:26-bookworm-slim
WORKDIR /app
COPY package.json pnpm-lock.yaml ./
RUN corepack enable pnpm && pnpm install --frozen-lockfile
COPY index.js ./
CMD ["node", "index.js"]
```
```json file=package.json
{"name": "web", "packageManager": "pnpm@10.17.0"}
```
```yaml file=pnpm-lock.yaml
lockfileVersion: '9.0'
```
```js file=index.js
```
```diagnostics
Dockerfile:4:5: error[corepack-not-in-node] `node:26-bookworm-slim` has no corepack, which Node.js dropped in version 25: the build stops here with `corepack: not found`.
```

## Use instead
```dockerfile file=Dockerfile
FROM node:26-bookworm-slim
WORKDIR /app
COPY package.json pnpm-lock.yaml ./
RUN npm install --global pnpm@10.17.0 && pnpm install --frozen-lockfile
COPY index.js ./
CMD ["node", "index.js"]
```

## Fix safety
Unsafe: the manager is installed in the version that package.json names; whether other commands
rely on corepack is not looked at.

## Sources
The decision of Node.js' technical steering committee of March 2025; Node.js 25 release notes.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database, query
from shipworthy.findings.finding import Edit, Fix, Safety, Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.image.build import image
from shipworthy.model.image.contents import Landed, find_during
from shipworthy.model.image.execution import Executed
from shipworthy.model.image.lineage import until
from shipworthy.model.image.steps import Copy, Image, Run, Step
from shipworthy.model.node_manifests import node_manifest
from shipworthy.rules.rule import Report, rule

JA = """
corepack がなくなった Node のイメージで corepack を呼び出しています。

## なぜ
Node.js は 25 から corepack を同梱していません。そのイメージの `corepack enable` は「corepack: not found」で失敗し、
ビルドも止まります。

## 代わりに
`npm install --global pnpm@10.17.0` のように、バージョンを指定して npm でインストールします。

## 修正の安全性
安全とは限りません。package.json が指定するバージョンをインストールしますが、ほかのコマンドが corepack に頼って
いるかどうかは確認しません。
"""

SYMPTOMS = (
    Text(
        en="`/bin/sh: corepack: not found` after the Node image was updated",
        ja="Node のイメージを更新すると `/bin/sh: corepack: not found` になる",
    ),
)

GONE = Text(
    en="`{image}` has no corepack, which Node.js dropped in version 25: the build stops here"
    " with `corepack: not found`.",
    ja="`{image}` に corepack はありません（Node.js 25 で同梱されなくなりました）。ビルドは"
    "ここで `corepack: not found` となって止まります。",
)
INSTALL = Text(
    en="Install `{manager}` with npm, in the version that package.json names",
    ja="package.json が指定するバージョンの `{manager}` を npm でインストールする",
)

_DROPPED_IN = 25


@rule(severity=Severity.ERROR)
def corepack_not_in_node(run: Run, db: Database) -> Iterator[Report]:
    made = image(db, run.unit.id)
    if made is None or not run.reachable:
        return
    base = made.base(run.stage)
    if base.image is None or base.image.node is None or base.image.node[0] < _DROPPED_IN:
        return
    for command in run.commands:
        if command.program == "npm" and "corepack" in " ".join(w or "" for w in command.words):
            return
        if command.program == "corepack" and not command.conditional:
            if any(step.ordinal < run.ordinal for step in until(made, run, _bringing)):
                return
            at = command.at if command.script is None else run.at
            fixes = tuple(_fixes(db, made, run, command))
            yield Report(at, say(GONE, image=base.reference or ""), fixes=fixes)
            return


@query
def _bringing(db: Database, unit_id: str, stage: int) -> tuple[Step, ...]:
    """The instructions of a stage that may put corepack into the image."""
    made = image(db, unit_id)
    return tuple(step for step in (made.stage(stage).steps if made else ()) if _may_bring(step))


def _may_bring(step: Step) -> bool:
    if isinstance(step, Run):
        return not step.complete or _installs(step)
    if not isinstance(step, Copy) or step.origin == "context":
        return False
    return any("node" in (source.path or "node") for source in step.sources)


def _installs(run: Run) -> bool:
    for command in run.commands:
        words = [word or "corepack" for word in command.words[1:]]
        if command.program in ("npm", "yarn", "pnpm"):
            return any(word.startswith("corepack") for word in words)
    return False


def _fixes(db: Database, made: Image, run: Run, command: Executed) -> Iterator[Fix]:
    if command.words[1:2] != ("enable",) or run.unit.inline is not None or command.script:
        return
    found = find_during(db, made, run, f"{(command.cwd or '').rstrip('/')}/package.json")
    project = node_manifest(db, found.host) if isinstance(found, Landed) else None
    manager = project.package_manager if project is not None else None
    if manager is None or run.instruction.source[command.at.span.start :][:8] != "corepack":
        return
    named = f"{manager.name}@{manager.version}"
    edit = Edit(command.at, f"npm install --global {named}")
    yield Fix(say(INSTALL, manager=manager.name), (edit,), Safety.UNSAFE)
