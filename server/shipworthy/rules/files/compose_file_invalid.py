"""Compose refuses the file: it is not valid YAML, or says something that Compose does not know.

## Why
Compose reads and checks all files of a project before it does anything. One key in the wrong place,
a volume that is not declared or a service that does not exist stops every command.

## Example
```yaml file=compose.yaml
services:
  web:
    image: python:3.13-slim-trixie
    depends_on:
      - database
```
```diagnostics
compose.yaml:5:9: error[compose-file-invalid] Compose stops here: service "web" depends on undefined service "database".
```

## Use instead
```yaml file=compose.yaml
services:
  web:
    image: python:3.13-slim-trixie
    depends_on:
      - database
  database:
    image: postgres:17
```

## Fix safety
There is no fix: only its author knows what the file should say.

## Sources
compose-go `loader`, `validation`, `types`; compose-spec.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.builds import compose
from shipworthy.model.compose.load import DEFAULT_FILES
from shipworthy.model.compose.tree import MARK, Problem
from shipworthy.model.visits import ComposeProject
from shipworthy.model.workspace import root_of
from shipworthy.rules.rule import Report, rule

JA = """
Compose がファイルを受け付けません。YAML として正しくないか、Compose が知らないことが書かれています。

## なぜ
Compose は何かをする前に、プロジェクトのすべてのファイルを読んで検査します。間違った場所のキー、宣言のない
ボリューム、存在しないサービスが 1 つあるだけで、どのコマンドも止まります。

## 代わりに
ここに示された箇所を直します。

## 修正の安全性
自動修正はありません。何を書くつもりだったかは作者にしか分かりません。
"""

SYMPTOMS = (
    Text(
        en="`docker compose` ends with `validating ...` or `invalid compose project`",
        ja="`docker compose` が `validating ...` や `invalid compose project` で終わる",
    ),
)

REFUSED = Text(
    en="Compose stops here: {reason}.",
    ja="Compose はここで止まります: {reason}。",
)

LOCAL = frozenset(
    {
        "yaml", "schema", "volume-spec", "port-spec", "invalid-interpolation", "exclusive",
        "command-syntax", "duplicate-mount",
    }
)  # fmt: skip
"""Problems of one place, whatever other files the project is given together with."""
OUTSIDE = frozenset({"required-variable"})
"""What the environment outside decides."""


@rule(severity=Severity.ERROR)
def compose_file_invalid(project: ComposeProject, db: Database) -> Iterator[Report]:
    known = project.group.files[0].rpartition("/")[2] in DEFAULT_FILES
    problems = compose(db, project.group).problems
    broken = tuple(problem for problem in problems if problem.kind == "yaml")
    # What cannot be read leaves gaps that other problems only follow from.
    for problem in broken or problems:
        if problem.kind in OUTSIDE or MARK in problem.message or _is_missing_env_file(problem):
            continue
        if known or problem.kind in LOCAL:
            reason = problem.message.replace(root_of(db, problem.at.path) + "/", "").rstrip(".")
            yield Report(problem.at, say(REFUSED, reason=" ".join(reason.split())))


def _is_missing_env_file(problem: Problem) -> bool:
    """Said by a rule of its own, with the way out."""
    return problem.kind == "env-file" and problem.message.endswith("not found")
