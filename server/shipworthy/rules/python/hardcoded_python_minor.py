"""A path names another Python minor version than the image has.

## Why
`/usr/local/lib/python3.11/site-packages` exists in images with Python 3.11 only. After the base
image moved on, a COPY from that path fails, and one to it puts packages where no interpreter looks.

## Example
```dockerfile file=Dockerfile
FROM python:3.12-slim-bookworm AS builder
RUN pip install gunicorn==23.0.0

FROM python:3.12-slim-bookworm
COPY --from=builder /usr/local/lib/python3.11/site-packages /usr/local/lib/python3.12/site-packages
```
```diagnostics
Dockerfile:5:21: error[hardcoded-python-minor] `/usr/local/lib/python3.11/site-packages` does not exist where this COPY reads: `python:3.12-slim-bookworm` has Python 3.12.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.12-slim-bookworm AS builder
RUN pip install gunicorn==23.0.0

FROM python:3.12-slim-bookworm
COPY --from=builder /usr/local/lib/python3.12/site-packages /usr/local/lib/python3.12/site-packages
```

## Fix safety
Unsafe: another folder is read or written.

## Sources
The layout of the official `python` images.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Related, Safety, Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.base_image import PythonVersion
from shipworthy.model.image.build import image
from shipworthy.model.image.steps import Copy, Image, Run, Step
from shipworthy.model.stage_python import brings_other_python, image_python
from shipworthy.rules.rule import Report, rule
from shipworthy.text.anchors import Anchor
from shipworthy.text.numbers import number
from shipworthy.text.patterns import regex
from shipworthy.text.spans import Span

JA = """
パスに書かれた Python のマイナーバージョンが、イメージのものと違います。

## なぜ
`/usr/local/lib/python3.11/site-packages` は Python 3.11 のイメージにしかありません。ベースイメージの
バージョンが変わると、このパスからの COPY は失敗し、このパスへの COPY はどのインタープリターも参照しない場所に
パッケージを置きます。

## 代わりに
パスのバージョンをベースイメージに合わせるか、仮想環境を使います。

## 修正の安全性
安全とは限りません。読み書きするフォルダーが変わります。
"""

SYMPTOMS = (
    Text(
        en='`"/usr/local/lib/python3.11/site-packages": not found` during `docker build`',
        ja='`docker build` 中に `"/usr/local/lib/python3.11/site-packages": not found` と出る',
    ),
)

MISSING = Text(
    en="`{path}` does not exist where this COPY reads: `{image}` has Python {version}.",
    ja="この COPY の読み取り元に `{path}` はありません。`{image}` の Python は {version} です。",
)
UNUSED = Text(
    en="`{path}` is not used in this image: `{image}` has Python {version}.",
    ja="`{path}` はこのイメージでは使われません。`{image}` の Python は {version} です。",
)
BASE = Text(en="The Python comes from here.", ja="Python はここで決まります。")
WRITE = Text(en="Write `{path}`", ja="`{path}` と書く")

_PATH = regex(r"/usr/local/lib/python(\d)\.(\d+)(?:/(?:site|dist)-packages)?(?![\w.])")


@rule(severity=Severity.WARNING)
def hardcoded_python_minor(step: Copy | Run, db: Database) -> Iterator[Report]:
    made = image(db, step.unit.id)
    if made is None:
        return
    for found in _PATH.finditer(step.instruction.source):
        number = step.stage
        reads = isinstance(step, Copy) and _is_source(step, found)
        if reads and isinstance(step, Copy):
            if step.from_stage is None:
                continue
            number = step.from_stage
        version = _python(db, made, number)
        if version is None or (version.major, version.minor) == _numbers(found):
            continue
        yield _report(made, step, found, number, version, reads)
        return


def _numbers(found: re.Match[str]) -> tuple[int, int]:
    return number(found.group(1)), number(found.group(2))


def _is_source(copy: Copy, found: re.Match[str]) -> bool:
    """Whether the path stands before the destination, which is the last word."""
    words = copy.instruction.args
    return bool(words) and found.start() < words[-1].span.start


def _python(db: Database, made: Image, number: int) -> PythonVersion | None:
    """The only Python that a stage has below /usr/local; None when it is not known."""
    base = made.base(number).image
    if base is None or base.python_prefix != "/usr/local" or brings_other_python(db, made, number):
        return None
    return image_python(made, number)


def _report(
    made: Image,
    step: Step,
    found: re.Match[str],
    number: int,
    version: PythonVersion,
    reads: bool,
) -> Report:
    at = Anchor(step.at.path, step.ordinal, Span(*found.span()))
    path = found.group()
    old = f"python{found.group(1)}.{found.group(2)}"
    new = path.replace(old, f"python{version.major}.{version.minor}")
    base = made.base(number)
    fixes: tuple[Fix, ...] = ()
    if made.unit.inline is None:
        fixes = (Fix(say(WRITE, path=new), (Edit(at, new),), Safety.UNSAFE),)
    severity = Severity.ERROR if reads else Severity.WARNING
    return Report(
        at=at,
        message=say(
            MISSING if reads else UNUSED,
            path=path,
            image=base.reference or "",
            version=f"{version.major}.{version.minor}",
        ),
        related=(Related(base.at, say(BASE)),),
        fixes=fixes,
        severity=severity if step.reachable else Severity.INFO,
    )
