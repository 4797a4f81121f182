"""The health check calls a program that the image does not have.

## Why
A health check runs inside the container. `curl` is not in the slim images of Python and Node, so
every check fails, whatever the service does: the container stays `unhealthy`, and what waits for
it with `condition: service_healthy` never starts.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
WORKDIR /app
COPY main.py ./
CMD ["python", "main.py"]
```
```python file=main.py
```
```yaml file=compose.yaml
services:
  web:
    build: .
    healthcheck:
      test: ["CMD", "curl", "-f", "http://localhost:8000/"]
```
```diagnostics
compose.yaml:5:13: warning[healthcheck-tool-missing] The health check calls `curl`, which `python:3.13-slim-trixie` does not have and no RUN installs: the container never becomes healthy.
```

## Use instead
```yaml file=compose.yaml
services:
  web:
    build: .
    healthcheck:
      test: ["CMD", "python", "-c", "import urllib.request as r; r.urlopen('http://localhost:8000/')"]
```

## Fix safety
Unsafe: Python's urllib counts an error status as a failure, as curl's `-f` does, but it also
follows redirects and takes more time to start.

## Sources
docker-library's `python` and `node` images; the Compose specification (`healthcheck`); Docker's
reference of `HEALTHCHECK`.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Safety, Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.base_image import understand
from shipworthy.model.files import text_at
from shipworthy.model.image.build import image
from shipworthy.model.image.steps import Setting
from shipworthy.model.programs import PACKAGES, has_program, program_in_base
from shipworthy.model.run import RunUnit
from shipworthy.model.unknown import Unknown
from shipworthy.rules.rule import Report, rule
from shipworthy.syntax.image_reference import parse
from shipworthy.syntax.shell import effective
from shipworthy.syntax.shell import parse as parse_shell
from shipworthy.text.anchors import Anchor
from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple

JA = """
ヘルスチェックが、イメージにないプログラムを呼び出しています。

## なぜ
ヘルスチェックはコンテナの中で実行されます。Python や Node の slim イメージに `curl` はないため、サービスの状態に
かかわらず毎回失敗します。コンテナは `unhealthy` のままになり、`condition: service_healthy` で待つサービスは
いつまでも起動しません。

## 代わりに
イメージにある Python で確認するか、`curl` をインストールします。

## 修正の安全性
安全とは限りません。urllib は `curl -f` と同じようにエラーを失敗とみなしますが、リダイレクトも追い、起動に
時間がかかります。
"""

SYMPTOMS = (
    Text(
        en="the container stays `unhealthy` although the service answers",
        ja="サービスは応答しているのに、コンテナが `unhealthy` のままになる",
    ),
    Text(
        en='`exec: "curl": executable file not found in $PATH` in `docker inspect`',
        ja='`docker inspect` に `exec: "curl": executable file not found in $PATH` と出る',
    ),
)

MISSING = Text(
    en="The health check calls `{program}`, which `{image}` does not have and no RUN installs: the"
    " container never becomes healthy.",
    ja="ヘルスチェックが呼び出す `{program}` は `{image}` になく、どの RUN でもインストールされて"
    "いません。コンテナは healthy になりません。",
)
USE_PYTHON = Text(
    en="Check `{url}` with Python's urllib", ja="Python の urllib で `{url}` を確認する"
)
INSTALL = Text(
    en="Install `{package}` in the image, or use a program that it has",
    ja="イメージに `{package}` をインストールするか、イメージにあるプログラムを使う",
)

_URL = regex(r"https?://[A-Za-z0-9.:_/?=&%-]+")


class _Check(NamedTuple):
    at: Anchor
    programs: tuple[str, ...]
    text: str
    from_compose: bool


@rule(severity=Severity.WARNING)
def healthcheck_tool_missing(run: RunUnit, db: Database) -> Iterator[Report]:
    check = _check(db, run)
    for program in check.programs if check is not None else ():
        missing, reference = _missing(db, run, program)
        if check is not None and missing:
            yield Report(
                at=check.at,
                message=say(MISSING, program=program, image=reference),
                fixes=tuple(_fixes(db, run, check, program)),
            )
            return


def _check(db: Database, run: RunUnit) -> _Check | None:
    """The health check that the container has: compose's, else that of the image."""
    stated = run.service.healthcheck if run.service is not None else None
    if stated is not None and stated.disabled is not False:
        return None
    if stated is not None and stated.test is not None:
        return None if isinstance(stated.test, Unknown) else _read(stated.test, stated.at)
    made = image(db, run.unit.id) if run.unit is not None else None
    if made is None or run.stage is None:
        return None
    for stage in reversed(made.chain(run.stage.number)):
        for step in reversed(stage.steps):
            if isinstance(step, Setting) and step.instruction.keyword == "HEALTHCHECK":
                return _of_instruction(step)
    return None


def _of_instruction(step: Setting) -> _Check | None:
    words = tuple(word.text for word in step.instruction.args)
    if len(words) < 2 or words[0].upper() != "CMD":
        return None
    kind = "CMD" if step.instruction.json else "CMD-SHELL"
    check = _read((kind, *words[1:]), step.at)
    return None if check is None else check._replace(from_compose=False)


def _read(test: tuple[str, ...], at: Anchor) -> _Check | None:
    if len(test) < 2:
        return None
    if test[0] == "CMD" and test[1] not in ("sh", "bash", "/bin/sh", "/bin/bash"):
        return _Check(at, (test[1],), " ".join(test[1:]), True)
    script = parse_shell(test[-1] if test[0] == "CMD" else test[1])
    programs = tuple(
        words[0].literal() or ""
        for command in script.commands
        if not command.conditional and (words := effective(command).words)
    )
    return _Check(at, programs, test[-1], True) if script.complete else None


def _missing(db: Database, run: RunUnit, program: str) -> tuple[bool, str]:
    if program not in PACKAGES or not run.mounts_known:
        return False, ""
    made = image(db, run.unit.id) if run.unit is not None else None
    if made is not None and run.stage is not None:
        reference = made.base(run.stage.number).reference or ""
        return has_program(made, run.stage.number, program) is False, reference
    service = run.service
    if service is None or service.build is not None or not isinstance(service.image, str):
        return False, ""
    return program_in_base(understand(parse(service.image)), program) is False, service.image


def _fixes(db: Database, run: RunUnit, check: _Check, program: str) -> Iterator[Fix]:
    made = image(db, run.unit.id) if run.unit is not None else None
    base = made.base(run.stage.number).image if made is not None and run.stage else None
    url = _URL.search(check.text)
    if url is not None and base is not None and base.has_python and check.from_compose:
        new = f'["CMD", "python", "-c", "import urllib.request as r; r.urlopen(\'{url[0]}\')"]'
        if text_at(db, check.at) and "\n" not in text_at(db, check.at):
            yield Fix(say(USE_PYTHON, url=url[0]), (Edit(check.at, new),), Safety.UNSAFE)
    yield Fix(say(INSTALL, package=PACKAGES[program][-1]), (), Safety.MANUAL)
