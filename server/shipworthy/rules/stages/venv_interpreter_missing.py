"""The environment comes from a stage whose Python this stage does not have.

## Why
An environment has no interpreter of its own: its `bin/python` is a link to the Python that made
it. Where the final stage has none at that path (another base image, a Python that uv downloaded
in the build stage), the start fails with "no such file or directory". Where it has another minor
version, none of the packages is found.

## Example
```dockerfile file=Dockerfile
FROM ghcr.io/astral-sh/uv:0.12.5-trixie-slim AS build
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked

FROM python:3.13-slim-trixie
COPY --from=build /app /app
WORKDIR /app
COPY main.py ./
CMD [".venv/bin/python", "main.py"]
```
```toml file=pyproject.toml
[project]
name = "app"
version = "0.1.0"
```
```toml file=uv.lock
version = 1
revision = 3
```
```python file=main.py
```
```diagnostics
Dockerfile:7:1: error[venv-interpreter-missing] `/app/.venv/bin/python` is a link to a Python that uv installed below `/root/.local/share/uv/python` on line 4, which no COPY brings into this stage: the start fails with `no such file or directory`.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie AS build
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
ENV UV_PYTHON_DOWNLOADS=never
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked

FROM python:3.13-slim-trixie
COPY --from=build /app /app
WORKDIR /app
COPY main.py ./
CMD [".venv/bin/python", "main.py"]
```

## Fix safety
Unsafe: copying uv's interpreter gives the image another Python than its base's. Building both
stages on the same base image is better and is left to the reader.

## Sources
uv-docker-example (`multistage.Dockerfile`, `standalone.Dockerfile`); experiments with
multi-stage builds.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Related, Safety, Severity
from shipworthy.findings.message import Line, Message, Text, say
from shipworthy.model.builds import BuildUnit
from shipworthy.model.commands import SystemPackages, UvCommand
from shipworthy.model.image.build import image
from shipworthy.model.image.environments import Environment, final_environments
from shipworthy.model.image.steps import Image
from shipworthy.model.interpreters import Interpreter, interpreter
from shipworthy.rules.rule import Report, rule
from shipworthy.text.anchors import Anchor
from shipworthy.text.spans import Span

JA = """
環境を作ったステージの Python が、コピー先のステージにありません。

## なぜ
環境は自分のインタープリターを持たず、`bin/python` は環境を作った Python へのリンクです。最終ステージのそのパスに
Python がなければ（ベースイメージが違う、ビルドステージで uv がダウンロードした）、起動は「no such file or
directory」で失敗します。マイナーバージョンが違えば、パッケージが 1 つも見つかりません。

## 代わりに
ビルドステージと最終ステージで同じ Python のベースイメージを使い、`UV_PYTHON_DOWNLOADS=never` を設定します。

## 修正の安全性
安全とは限りません。uv のインタープリターをコピーすると、ベースイメージとは別の Python で動きます。両方のステージを
同じベースイメージにするほうがよい方法ですが、それは読者に任せます。
"""

SYMPTOMS = (
    Text(
        en="`exec /app/.venv/bin/python: no such file or directory` in a multi-stage image",
        ja="マルチステージのイメージで `exec /app/.venv/bin/python: no such file or directory` になる",
    ),
)

MANAGED = Text(
    en="`{python}` is a link to a Python that uv installed below `{folder}` on line {line},"
    " which no COPY brings into this stage: the start fails with `no such file or directory`.",
    ja="`{python}` は、{line} 行目で uv が `{folder}` の下に入れた Python へのリンクですが、"
    "どの COPY もそれをこのステージに入れません。起動は `no such file or directory` で"
    "失敗します。",
)
NO_PYTHON = Text(
    en="`{python}` is a link to the Python in `{folder}` of the build stage (line {line});"
    " `{image}` has none there: the start fails with `no such file or directory`.",
    ja="`{python}` は、ビルドステージ（{line} 行目）の `{folder}` にある Python へのリンクですが"
    "、`{image}` のそこに Python はありません。起動は `no such file or directory` で失敗します。",
)
OTHER_MINOR = Text(
    en="The environment is made for Python {built} (line {line}), and `{image}` has Python"
    " {final}: `{python}` does not find its interpreter and packages.",
    ja="環境は {line} 行目の Python {built} 用ですが、`{image}` は Python {final} です。`{python}` から"
    "インタープリターとパッケージが見つかりません。",
)
OTHER_LIBC = Text(
    en="The environment is made on `{build}` (line {line}), whose C library is not that of"
    " `{image}`: every compiled package in it fails to load.",
    ja="環境は {line} 行目の `{build}` で作られましたが、C ライブラリが `{image}` と異なります。"
    "コンパイル済みのパッケージはどれも読み込めません。",
)
FROM = Text(en="Its Python comes from here.", ja="この環境の Python はここから来ています。")
COPY_PYTHON = Text(
    en="Copy uv's interpreters from the build stage too (`{folder}`)",
    ja="ビルドステージから uv のインタープリター（`{folder}`）もコピーする",
)


@rule(severity=Severity.ERROR)
def venv_interpreter_missing(unit: BuildUnit, db: Database) -> Iterator[Report]:
    made = image(db, unit.id)
    if made is None or made.target is None:
        return
    for environment in final_environments(db, unit.id):
        found = interpreter(db, made, environment) if environment.copies else None
        if found is None or _brings_another(made, made.target):
            continue
        judged = _judge(made, made.target, environment, found)
        if judged is not None:
            copy = environment.copies[-1]
            yield Report(
                at=copy.at,
                message=judged[0],
                related=(Related(found.at, say(FROM)),),
                fixes=tuple(_fixes(environment, found)),
                severity=judged[1],
            )


def _judge(
    made: Image, target: int, environment: Environment, found: Interpreter
) -> tuple[Message, Severity] | None:
    python = f"{environment.path}/bin/python"
    line = Line(found.at)
    if found.managed:
        if _copied(made, target, found.folder):
            return None
        folder = found.folder
        return say(MANAGED, python=python, folder=folder, line=line), Severity.ERROR
    base, build = made.base(target), made.base(environment.made_in)
    facts, from_facts = base.image, build.image
    if facts is None or from_facts is None or not facts.known or base.reference is None:
        return None
    shown = base.reference
    if facts.has_python is False or (facts.python_prefix or found.folder) != found.folder:
        if _copied(made, target, found.folder):
            return None
        message = say(NO_PYTHON, python=python, folder=found.folder, line=line, image=shown)
        return message, Severity.ERROR
    if facts.python is not None and found.minor is not None:
        final = (facts.python.major, facts.python.minor)
        if final != found.minor:
            built = f"{found.minor[0]}.{found.minor[1]}"
            message = say(
                OTHER_MINOR,
                built=built,
                final=f"{final[0]}.{final[1]}",
                line=line,
                image=shown,
                python=python,
            )
            return message, Severity.ERROR
    if facts.libc and from_facts.libc and facts.libc != from_facts.libc:
        message = say(OTHER_LIBC, build=build.reference or "", line=line, image=shown)
        return message, Severity.WARNING
    return None


def _copied(made: Image, target: int, folder: str) -> bool:
    """Whether a COPY of the final stage may bring the folder of the interpreter."""
    for stage in made.chain(target):
        for copy in stage.copies():
            if copy.origin == "context":
                continue
            if copy.destination is None or copy.lands_folder(folder.lstrip("/")) == folder:
                return True
            if any(
                source.path is None or f"/{source.path}".startswith(f"{folder}/")
                for source in copy.sources
            ):
                return True
    return False


def _brings_another(made: Image, target: int) -> bool:
    """Whether the final stage installs a Python of its own."""
    for stage in made.chain(target):
        for run in stage.runs():
            if not run.complete:
                return True
            for command in run.commands:
                tool = command.tool
                if isinstance(tool, UvCommand) and tool.command == ("python", "install"):
                    return True
                if isinstance(tool, SystemPackages) and any(
                    name.startswith("python") for name in tool.packages
                ):
                    return True
                if command.program == "ln":
                    return True
    return False


def _fixes(environment: Environment, found: Interpreter) -> Iterator[Fix]:
    copy = environment.copies[-1]
    flag = copy.instruction.flag("from")
    direct = len(environment.copies) == 1 and copy.unit.inline is None
    if found.managed and direct and flag is not None:
        start = Anchor(copy.at.path, copy.ordinal, Span(0, 0))
        line = f"COPY {flag.text} {found.folder} {found.folder}\n"
        title = say(COPY_PYTHON, folder=found.folder)
        yield Fix(title, (Edit(start, line),), Safety.UNSAFE)
