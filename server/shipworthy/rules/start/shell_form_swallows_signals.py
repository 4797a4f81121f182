"""The container's first process is a shell that does not pass signals to the program.

## Why
The shell form runs the command below `/bin/sh -c`. `docker stop`, Compose and Kubernetes send
SIGTERM to the first process, the shell, which neither ends nor passes it on. The program never
hears of it: after ten seconds everything is killed, open requests and jobs included. `exec`
replaces the shell by the program; the JSON form needs no shell.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
WORKDIR /app
COPY main.py ./
ENV PORT=8000
CMD python main.py --port ${PORT}
```
```python file=main.py
```
```diagnostics
Dockerfile:5:1: warning[shell-form-swallows-signals] The shell form starts `python` below `/bin/sh`, which does not pass SIGTERM on: `docker stop` waits ten seconds and kills it; write `exec` before it, or use the JSON form.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
WORKDIR /app
COPY main.py ./
ENV PORT=8000
CMD exec python main.py --port ${PORT}
```

## Fix safety
Safe: `exec` starts the same program with the same words; only the shell in front of it is gone.

## Sources
Docker's reference ("Shell form ENTRYPOINT example"); Docker's build check JSONArgsRecommended.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Safety, Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.image.build import image
from shipworthy.model.image.steps import Setting
from shipworthy.model.production import purpose
from shipworthy.model.run import RunUnit
from shipworthy.model.run_environments import SHELL_WORDS
from shipworthy.rules.rule import Report, rule
from shipworthy.syntax.shell import Command, effective, parse
from shipworthy.text.anchors import Anchor
from shipworthy.text.spans import Span

JA = """
コンテナの最初のプロセスが、プログラムにシグナルを渡さないシェルになっています。

## なぜ
シェル形式のコマンドは `/bin/sh -c` の下で動きます。`docker stop`、Compose、Kubernetes は最初のプロセスである
シェルに SIGTERM を送りますが、シェルは終了もせず、シグナルを渡しもしません。プログラムは終了の要求を知らない
まま、10 秒後に処理中のリクエストやジョブごと強制終了されます。`exec` を付けるとシェルがプログラムに置き換わり、
JSON 形式ではシェルが要りません。

## 代わりに
`CMD exec ...` と書くか、JSON 形式を使います。

## 修正の安全性
安全です。`exec` は同じプログラムを同じ引数で起動し、手前のシェルがなくなるだけです。
"""

SYMPTOMS = (
    Text(
        en="`docker stop` and `docker compose down` take ten seconds",
        ja="`docker stop` や `docker compose down` に 10 秒かかる",
    ),
)

SWALLOWS = Text(
    en="The shell form starts `{program}` below `/bin/sh`, which does not pass SIGTERM on:"
    " `docker stop` waits ten seconds and kills it; write `exec` before it, or use the JSON form.",
    ja="シェル形式では `{program}` が `/bin/sh` の下で起動し、SIGTERM が届きません。"
    "`docker stop` は 10 秒待って強制終了します。`exec` を前に付けるか、JSON 形式で書きます。",
)
EXEC = Text(en="Start `{program}` with `exec`", ja="`{program}` を `exec` で起動する")

_ENDLESS = frozenset({"tail", "sleep", "bash", "sh", "ash", "zsh", "exit"}) | SHELL_WORDS


@rule(severity=Severity.WARNING, same_as=("JSONArgsRecommended", "DL3025"))
def shell_form_swallows_signals(run: RunUnit, db: Database) -> Iterator[Report]:
    step = _deciding(db, run)
    if step is None or not run.process.shell or len(step.instruction.args) != 1:
        return
    if not step.state.shell[0].rpartition("/")[2].endswith("sh"):
        return
    word = step.instruction.args[0]
    last = _last(word.text)
    if last is None:
        return
    program = (effective(last).words[0].literal() or "").rpartition("/")[2]
    meant = purpose(db, run.unit.id) if run.unit is not None else "unknown"
    yield Report(
        at=step.at,
        message=say(SWALLOWS, program=program),
        fixes=tuple(_fixes(step, last, program)),
        severity=Severity.INFO if meant == "development" else Severity.WARNING,
    )


def _deciding(db: Database, run: RunUnit) -> Setting | None:
    """The CMD or ENTRYPOINT of the image that the container starts with."""
    made = image(db, run.unit.id) if run.unit is not None else None
    if made is None or run.stage is None or run.process.said_by not in ("cmd", "entrypoint"):
        return None
    for stage in made.chain(run.stage.number):
        for step in stage.steps:
            if isinstance(step, Setting) and step.at == run.process.at:
                return step
    return None


def _last(text: str) -> Command | None:
    """The command that the shell waits for at its end; None when it is replaced, or in doubt."""
    script = parse(text)
    commands = [item for item in script.commands if not item.substitution and item.words]
    if not script.complete or not commands:
        return None
    last = commands[-1]
    first = last.words[0].literal()
    if first is None or last.conditional or last.subshell or last.function:
        return None
    plain = effective(last)
    if first == "exec" or not plain.words:
        return None
    program = plain.words[0].literal()
    if program is None or program.rpartition("/")[2] in _ENDLESS or program.startswith("["):
        return None  # a bracket: a list that is no JSON, or a test
    return last


def _fixes(step: Setting, last: Command, program: str) -> Iterator[Fix]:
    word = step.instruction.args[0]
    if step.unit.inline is not None or word.span.of(step.instruction.source) != word.text:
        return
    if last.assignments:
        return
    start = word.span.start + last.words[0].span.start
    edit = Edit(Anchor(step.at.path, step.ordinal, Span(start, start)), "exec ")
    yield Fix(say(EXEC, program=program), (edit,), Safety.SAFE)
