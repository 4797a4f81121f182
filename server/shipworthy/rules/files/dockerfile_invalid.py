"""The Dockerfile has an instruction that BuildKit refuses.

## Why
BuildKit reads the whole Dockerfile before it builds anything, so one line that is not an
instruction stops every build of the file. A common one is a key of a Compose file, such as
`volumes:`: what is mounted into a container is not part of its image.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
WORKDIR /app
volumes:
  - .:/app
CMD ["python", "main.py"]
```
```diagnostics
Dockerfile:3:1: error[dockerfile-invalid] `volumes:` is a key of a Compose file, not an instruction: BuildKit stops with "unknown instruction: volumes:".
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
WORKDIR /app
CMD ["python", "main.py"]
```

## Fix safety
Unsafe: the instruction that a typing error is close to may not be the one that was meant.

## Sources
BuildKit `frontend/dockerfile/parser` and `instructions`; compose-spec.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Safety, Severity
from shipworthy.findings.message import Message, Text, say
from shipworthy.model.files import parsed_dockerfile
from shipworthy.model.visits import DockerfileView
from shipworthy.rules.rule import Report, rule
from shipworthy.syntax.dockerfile.nodes import Instruction, ParsedDockerfile, Problem
from shipworthy.syntax.dockerfile.parse import stage_problems
from shipworthy.text.anchors import Anchor
from shipworthy.text.patterns import regex
from shipworthy.text.spans import Span

JA = """
BuildKit が受け付けない命令が Dockerfile にあります。

## なぜ
BuildKit は何かをビルドする前に Dockerfile 全体を読むため、命令でない行が 1 つあるだけで、そのファイルのすべての
ビルドが止まります。よくあるのは `volumes:` のような Compose ファイルのキーです。コンテナに何をマウントするかは
イメージの一部ではありません。

## 代わりに
マウントは Compose ファイルのサービスに書きます。

## 修正の安全性
安全とは限りません。打ち間違いに近い命令が、意図した命令とは限らないためです。
"""

SYMPTOMS = (
    Text(
        en="`dockerfile parse error ... unknown instruction`",
        ja="`dockerfile parse error ... unknown instruction` になる",
    ),
)

COMPOSE_KEY = Text(
    en='`{name}` is a key of a Compose file, not an instruction: BuildKit stops with "{reason}".',
    ja='`{name}` は命令ではなく Compose ファイルのキーです。BuildKit は "{reason}" となって止ま'
    "ります。",
)
MEANT = Text(
    en='BuildKit stops here with "{reason}": did you mean `{meant}`?',
    ja='BuildKit はここで "{reason}" となって止まります。`{meant}` の誤りではありませんか。',
)
REFUSED = Text(
    en='BuildKit stops here with "{reason}".',
    ja='BuildKit はここで "{reason}" となって止まります。',
)
REPLACE = Text(en="Write `{meant}`", ja="`{meant}` と書く")

KEYWORDS = (
    "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL",
    "MAINTAINER", "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
)  # fmt: skip
COMPOSE_KEYS = frozenset(
    {
        "services", "volumes", "networks", "secrets", "configs", "version", "build", "image",
        "ports", "environment", "env_file", "command", "entrypoint", "depends_on", "restart",
        "container_name", "healthcheck", "working_dir", "user", "expose", "deploy", "develop",
        "profiles", "labels", "logging", "tmpfs", "extra_hosts", "context", "dockerfile", "target",
    }
)  # fmt: skip
_TEMPLATE = regex(r"\{%|\{\{")


@rule(severity=Severity.ERROR)
def dockerfile_invalid(view: DockerfileView, db: Database) -> Iterator[Report]:
    parsed = parsed_dockerfile(db, view.path)
    if parsed is None or _TEMPLATE.search(db.text(view.path) or ""):
        return
    severity = _severity(view)
    for problem in parsed.problems:
        if problem.fatal:
            at = Anchor(view.path, -1, problem.span)
            yield Report(at, say(REFUSED, reason=problem.message), severity=severity)
            return
    for ordinal, problem in _first_of_each_run(parsed):
        instruction = parsed.tree.instructions[ordinal]
        at = Anchor(view.path, ordinal, instruction.keyword_span)
        message = _message(instruction, problem)
        yield Report(at, message, (), tuple(_fixes(at, instruction)), severity)


def _severity(view: DockerfileView) -> Severity:
    """A file without FROM that no one is seen to build may be a part of another one."""
    whole = any(item.keyword == "FROM" for item in view.tree.instructions)
    stated = any(unit.origin != "inferred" for unit in view.units)
    return Severity.ERROR if whole or stated else Severity.INFO


def _first_of_each_run(parsed: ParsedDockerfile) -> Iterator[tuple[int, Problem]]:
    """The problems without those that only follow from the instruction before."""
    ordinals = {start: ordinal for ordinal, start in enumerate(parsed.starts)}
    last = -2
    for problem in stage_problems(parsed):
        ordinal = ordinals[problem.span.start]
        if ordinal != last + 1:
            yield ordinal, problem
        last = ordinal


def _message(instruction: Instruction, problem: Problem) -> Message:
    if not _is_unknown(instruction):
        return say(REFUSED, reason=problem.message)
    if instruction.name.rstrip(":").lower() in COMPOSE_KEYS and ":" in instruction.name:
        return say(COMPOSE_KEY, name=instruction.name, reason=problem.message)
    meant = _meant(instruction)
    if meant is not None:
        return say(MEANT, reason=problem.message, meant=meant)
    return say(REFUSED, reason=problem.message)


def _is_unknown(instruction: Instruction) -> bool:
    return instruction.keyword not in KEYWORDS


def _meant(instruction: Instruction) -> str | None:
    if len(instruction.keyword) > 20 or not instruction.keyword.isalpha():
        return None
    from difflib import get_close_matches  # noqa: PLC0415  (slow to import, for mistakes only)

    close = get_close_matches(instruction.keyword, KEYWORDS, 1, 0.7)
    return close[0] if close else None


def _fixes(at: Anchor, instruction: Instruction) -> Iterator[Fix]:
    meant = _meant(instruction) if _is_unknown(instruction) else None
    if meant is not None:
        edit = Edit(Anchor(at.path, at.node, Span(*instruction.keyword_span)), meant)
        yield Fix(say(REPLACE, meant=meant), (edit,), Safety.UNSAFE)
