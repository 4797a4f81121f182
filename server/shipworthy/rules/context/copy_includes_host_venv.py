"""A COPY takes the virtual environment of the machine that builds into the image.

## Why
A virtual environment belongs to one machine: `bin/python` is a link to that machine's interpreter,
and compiled packages fit its system. uv and venv write a `.gitignore` into it, so git does not see
it and a clean checkout has none: CI is green, and the same Dockerfile fails, or ships the wrong
packages, on the machine of whoever has one.

Copied after the packages were installed, the host's environment is merged over the one that the
image built. Copied before, uv makes the environment anew when its interpreter is not in the image,
and else keeps every package whose name and version fit, whatever its files are. A volume on the
environment does not help: it is filled from the image.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
COPY . .
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
```ini file=.venv/pyvenv.cfg
home = /opt/homebrew/opt/python@3.13/bin
version_info = 3.13.8
```
```diagnostics
Dockerfile:6:6: error[copy-includes-host-venv] `COPY . .` also copies the host's `.venv`, which no ignore file excludes, over the environment built on line 5: `/app/.venv/bin/python` will point to `/opt/homebrew/opt/python@3.13/bin/python3`, which the image does not have.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
COPY . .
CMD [".venv/bin/python", "main.py"]
```
```toml file=pyproject.toml
[project]
name = "app"
version = "0.1.0"
```
```text file=.dockerignore
**/.venv
```

## Fix safety
Safe: `**/.venv` hides environments only, and no correct build takes one from its context. Adding
`--exclude=**/.venv` to the COPY instead needs Dockerfile syntax 1.19, so it is only shown.

## Sources
uv's Docker guide ("Installing a project"); the Python documentation of `venv` ("inherently
non-portable"); experiments with BuildKit and uv 0.5.31 to 0.13.9.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Related, Safety, Severity
from shipworthy.findings.message import (
    Field,
    Inner,
    Line,
    Message,
    Names,
    Size,
    Text,
    clause,
    say,
)
from shipworthy.model.context import ignore_path_of
from shipworthy.model.environment_parts import environment_parts
from shipworthy.model.host_environments import (
    HostEnvironment,
    host_environments,
    interpreter_of,
    weight,
)
from shipworthy.model.image.build import image
from shipworthy.model.image.environments import Environment, environments
from shipworthy.model.image.steps import Copy
from shipworthy.model.next_commands import UP_RENEWED, build_command, compose_command
from shipworthy.model.pip_installs import stage_uses_managers
from shipworthy.model.removals import removed_after
from shipworthy.model.run import runs_of
from shipworthy.model.unknown import Unknown
from shipworthy.rules.copy_words import since_nothing_excludes, that_nothing_excludes, written
from shipworthy.rules.ignoring_fixes import exclude_fix
from shipworthy.rules.rule import Report, rule
from shipworthy.text.anchors import Anchor, whole_file
from shipworthy.text.spans import Span

JA = """
ビルドするマシンの仮想環境が COPY でイメージに入ります。

## なぜ
仮想環境は作られたマシン専用です。`bin/python` はそのマシンのインタープリターへのリンクで、コンパイル済み
パッケージもそのマシンの OS 向けです。uv や venv は環境の中に `.gitignore` を書くため git には見えず、
クリーンなチェックアウトには存在しません。CI は成功し、環境を持つ人のマシンでだけ壊れます。

パッケージのインストール後にコピーすると、イメージが作った環境にホストの環境が上書きされます。前にコピーすると、
uv はインタープリターがイメージになければ環境を作り直し、あれば名前とバージョンが合うパッケージを中身を
問わずそのまま使います。環境に匿名ボリュームを割り当てても防げません。中身はイメージからコピーされるためです。

## 代わりに
ビルドコンテキストのルートの `.dockerignore` に `**/.venv` を書きます。

## 修正の安全性
安全です。`**/.venv` が隠すのは仮想環境だけで、正しいビルドがコンテキストから環境を取り込むことはありません。
`COPY` に `--exclude=**/.venv` を付ける方法は Dockerfile 構文 1.19 が必要なため、提案だけにとどめます。
"""

SYMPTOMS = (
    Text(
        en="`/app/.venv/bin/python: not found` in the container, though the build installed it",
        ja="ビルドでインストールしたのに、コンテナで `/app/.venv/bin/python: not found` になる",
    ),
    Text(
        en="the image works when CI builds it and fails when a developer does",
        ja="CI でビルドしたイメージは動くが、開発者がビルドすると動かない",
    ),
)

OVER = Text(
    en="`{copy}` also copies the host's `{environment}`, which {excluded}, over the environment"
    " built on line {line}: {consequence}.",
    ja="`{copy}` は、{excluded}ホストの `{environment}` もコピーし、{line} 行目で作った環境に"
    "上書きします。{consequence}。",
)
BEFORE = Text(
    en="`{copy}` also copies the host's `{environment}`, which {excluded}, to where line {line}"
    " makes the image's environment: if the image has its interpreter, packages whose name and"
    " version match are kept from the host, whatever their files are.",
    ja="`{copy}` は、{excluded}ホストの `{environment}` も、{line} 行目がイメージの環境を作る場"
    "所にコピーします。同じインタープリターがイメージにもあれば、名前とバージョンが合うパッケージ"
    "は、中身がホストのものでもそのまま残ります。",
)
BESIDE = Text(
    en="`{copy}` also copies the host's `{environment}`, which {excluded}, to `{target}`: its"
    " programs and packages are made for the host, and the image depends on who builds it.",
    ja="`{copy}` は、{excluded}ホストの `{environment}` も `{target}` にコピーします。中身はホスト用"
    "なので、誰がビルドするかでイメージが変わります。",
)
ANY_MACHINE = Text(
    en="`{copy}` copies `{environment}` from any machine that has one, because {excluded}: the"
    " image depends on who builds it.",
    ja="{excluded}ため、`{copy}` は `{environment}` のあるマシンではそれもコピーします。誰がビルド"
    "するかでイメージの中身が変わります。",
)
PART = Text(
    en="`{copy}` also takes `{file}` from the host's `{environment}`, which {excluded}:"
    " `{target}` becomes a folder without an interpreter, not a usable environment.",
    ja="`{copy}` は、{excluded}ホストの `{environment}` から `{file}` もコピーします。`{target}` は"
    "インタープリターのないフォルダーになり、仮想環境として使えません。",
)
PART_STOPS = Text(
    en="`{copy}` also takes `{file}` from the host's `{environment}`, which {excluded}: line"
    " {line} stops, because `{target}` then exists but `is not a valid Python environment`.",
    ja="`{copy}` は、{excluded}ホストの `{environment}` から `{file}` もコピーします。{line} 行"
    "目は、`{target}` が `is not a valid Python environment` だとして止まります。",
)
POINTS = Text(
    en="`{python}` will point to `{interpreter}`, which the image does not have",
    ja="`{python}` は、イメージにない `{interpreter}` を指すようになります",
)
MERGED = Text(
    en="the host's packages and links replace those of the image",
    ja="イメージのパッケージやリンクがホストのものに置き換わります",
)
VOLUME = Text(
    en="This volume does not help: it is filled from the image.",
    ja="このボリュームでは防げません。中身はイメージからコピーされます。",
)
CONTEXT = Text(
    en="The build of `{service}` sends this context.",
    ja="`{service}` のビルドはこのコンテキストを送ります。",
)
SENT = Text(
    en="`{environment}` is sent: {count} files, {size}.",
    ja="`{environment}` が送られます（{count} ファイル、{size}）。",
)
SENT_LARGEST = Text(
    en="`{environment}` is sent: {count} files, {size}; the largest: {largest}.",
    ja="`{environment}` が送られます（{count} ファイル、{size}）。大きいもの: {largest}。",
)
EXCLUDE_FLAG = Text(
    en="Add `--exclude={pattern}` to the COPY (Dockerfile syntax 1.19)",
    ja="COPY に `--exclude={pattern}` を追加する（Dockerfile 構文 1.19）",
)


@rule(severity=Severity.WARNING, supersedes=("dockerignore-missing",))
def copy_includes_host_venv(copy: Copy, db: Database) -> Iterator[Report]:
    found = host_environments(db, copy, "venv")
    if not found:
        yield from _part(db, copy)
        return
    first = found[0]
    earlier, later = _meeting(db, copy, first)
    message, severity = _message(db, copy, first, earlier, later)
    if not copy.reachable:
        severity = Severity.INFO
    if not first.on_disk and _installs_with_pip_only(db, copy):
        severity = Severity.INFO
    if earlier is None and removed_after(db, copy, first.lands, later):
        severity = Severity.INFO
    yield Report(
        at=first.source.at,
        message=message,
        related=tuple(_related(db, copy, first)),
        fixes=tuple(_fixes(db, copy, found)),
        severity=severity,
    )


def _part(db: Database, copy: Copy) -> Iterator[Report]:
    """A wildcard that reaches into an environment and takes single files out of it."""
    for part in environment_parts(db, copy):
        environment = part.environment
        earlier, later = _meeting(db, copy, environment)
        fields: dict[str, Field] = {
            "copy": written(copy),
            "file": part.file,
            "environment": environment.path,
            "excluded": that_nothing_excludes(copy),
            "target": environment.lands,
        }
        if earlier is not None:
            continue
        stopped = later if later is not None and later.manager == "uv" else None
        yield Report(
            at=environment.source.at,
            message=say(PART_STOPS, **fields, line=Line(stopped.at))
            if stopped is not None
            else say(PART, **fields),
            related=tuple(_related(db, copy, environment)),
            fixes=tuple(_fixes(db, copy, (environment,))),
            severity=_part_severity(copy, stopped is not None),
        )
        return


def _part_severity(copy: Copy, stops: bool) -> Severity:
    if not copy.reachable:
        return Severity.INFO
    return Severity.ERROR if stops else Severity.WARNING


def _meeting(
    db: Database, copy: Copy, first: HostEnvironment
) -> tuple[Environment | None, Environment | None]:
    """The image's environment at that path made before the COPY, and the one made after it."""
    for environment in environments(db, copy.unit.id, copy.stage):
        if environment.path == first.lands and environment.kind != "node":
            own = environment.stage == copy.stage and environment.made_in == copy.stage
            if not own or environment.ordinal < copy.ordinal:
                return environment, None
            return None, environment
    return None, None


def _message(
    db: Database,
    copy: Copy,
    first: HostEnvironment,
    earlier: Environment | None,
    later: Environment | None,
) -> tuple[Message, Severity]:
    if not first.on_disk:
        lacks = since_nothing_excludes(copy)
        shown = say(ANY_MACHINE, copy=written(copy), environment=first.path, excluded=lacks)
        return shown, Severity.WARNING
    common: dict[str, Field] = {
        "copy": written(copy),
        "environment": first.path,
        "excluded": that_nothing_excludes(copy),
    }
    if earlier is not None:
        consequence = _consequence(db, first)
        line = Line(earlier.at)
        return say(OVER, **common, line=line, consequence=consequence), Severity.ERROR
    if later is not None:
        return say(BEFORE, **common, line=Line(later.at)), Severity.WARNING
    return say(BESIDE, **common, target=first.lands), Severity.WARNING


def _consequence(db: Database, first: HostEnvironment) -> Inner:
    interpreter = interpreter_of(db, first)
    if interpreter is None or interpreter.startswith(("/usr/local/bin/", "/usr/bin/")):
        return clause(MERGED)
    return clause(POINTS, python=f"{first.lands}/bin/python", interpreter=interpreter)


def _installs_with_pip_only(db: Database, copy: Copy) -> bool:
    """Whether no environment but the system's is made: then a host `.venv` is less likely."""
    built = image(db, copy.unit.id)
    for stage in built.chain(copy.stage) if built is not None else ():
        if stage_uses_managers(db, copy.unit.id, stage.number):
            return False
    made = [item for item in environments(db, copy.unit.id, copy.stage) if item.kind != "node"]
    return all(item.manager in ("pip", "pipenv") for item in made)


def _related(db: Database, copy: Copy, first: HostEnvironment) -> Iterator[Related]:
    unit = copy.unit
    if unit.origin == "compose" and unit.context_at is not None:
        yield Related(unit.context_at, say(CONTEXT, service=unit.service))
    if first.on_disk and copy.context is not None:
        heavy = weight(db, copy.context, copy.ignore, first.path)
        count: str | int = heavy.files if heavy.complete else f"{heavy.files}+"
        names = tuple(path for path, _ in heavy.largest)
        if copy.ignore is not None and names:
            yield Related(
                whole_file(copy.ignore),
                say(
                    SENT_LARGEST,
                    environment=first.path,
                    count=count,
                    size=Size(heavy.bytes),
                    largest=Names(names),
                ),
            )
        elif copy.ignore is not None:
            yield Related(
                whole_file(copy.ignore),
                say(SENT, environment=first.path, count=count, size=Size(heavy.bytes)),
            )
    for run in runs_of(db, unit.id):
        mount = run.mount_over(first.lands)
        if mount is not None and mount.type == "volume" and mount.target == first.lands:
            yield Related(mount.at, say(VOLUME))


def _fixes(db: Database, copy: Copy, found: tuple[HostEnvironment, ...]) -> Iterator[Fix]:
    patterns = tuple(dict.fromkeys(_pattern(item.path) for item in found))
    yield from exclude_fix(db, copy.unit, patterns, afterwards=(_afterwards(db, copy, found[0]),))
    if isinstance(ignore_path_of(db, copy.unit), Unknown):
        return
    keyword = copy.instruction.keyword_span
    edit = Edit(
        Anchor(copy.at.path, copy.at.node, Span(keyword.end, keyword.end)),
        "".join(f" --exclude={pattern}" for pattern in patterns),
    )
    yield Fix(say(EXCLUDE_FLAG, pattern=patterns[0]), (edit,), Safety.MANUAL)


def _pattern(path: str) -> str:
    name = path.rpartition("/")[2]
    return "**/.venv" if name == ".venv" else path


def _afterwards(db: Database, copy: Copy, first: HostEnvironment) -> str:
    for run in runs_of(db, copy.unit.id):
        mount = run.mount_over(first.lands)
        if run.project is not None and mount is not None and mount.type == "volume":
            return compose_command(db, copy.unit, UP_RENEWED)
    return build_command(db, copy.unit)
