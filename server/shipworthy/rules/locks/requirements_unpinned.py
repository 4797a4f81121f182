"""The image installs a requirements file whose lines name no versions.

## Why
`flask` or `flask>=3` means the newest release on the day of the build. Without a lock, hashes or a
constraints file two builds of the same commit differ.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY requirements.txt ./
RUN pip install -r requirements.txt
```
```text file=requirements.txt
flask>=3
gunicorn==23.0.0
```
```toml file=shipworthy.toml
profile = "strict"
```
```diagnostics
requirements.txt:1:1: hint[requirements-unpinned] `flask>=3` does not name a single version, and the image has no lock: two builds of the same commit may differ.
```

## Use instead
```text file=requirements.txt
flask==3.1.0
gunicorn==23.0.0
```

## Fix safety
Manual: which version was meant only people know.

## Sources
pip's documentation on repeatable installs.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.image.contents import Landed
from shipworthy.model.image.steps import Run
from shipworthy.model.pip_installs import (
    pip_installs_of,
    requirements_file,
    uses_lock,
    uses_managers,
)
from shipworthy.rules.rule import Report, rule
from shipworthy.text.anchors import Anchor

JA = """
バージョンを書いていない requirements ファイルをイメージがインストールします。

## なぜ
`flask` や `flask>=3` は、ビルドした日の最新版を意味します。ロック、ハッシュ、constraints ファイルがなければ、同じコミットの
ビルドでも中身が変わります。

## 代わりに
バージョンを `==` で固定するか、ロックを使います。

## 修正の安全性
自動では直しません。どのバージョンのつもりだったかは人にしか分かりません。
"""

SYMPTOMS = (
    Text(
        en="the same commit builds different images",
        ja="同じコミットから違うイメージができる",
    ),
)

LOOSE = Text(
    en="`{line}` does not name a single version, and the image has no lock: two builds of the"
    " same commit may differ.",
    ja="`{line}` のバージョンは 1 つに決まらず、イメージにはロックもありません。"
    "同じコミットのビルドでも中身が変わることがあります。",
)


@rule(severity=Severity.HINT, on=False)
def requirements_unpinned(run: Run, db: Database) -> Iterator[Report]:
    unit = run.unit
    if not run.reachable or uses_lock(db, unit.id) or uses_managers(db, unit.id):
        return
    for install in pip_installs_of(db, run):
        if install.constrained or not install.decided:
            continue
        for use in install.requirements:
            if not isinstance(use.file, Landed):
                continue
            parsed = requirements_file(db, use.file.host)
            lines = parsed.lines if parsed is not None else ()
            if any(line.kind == "constraint" for line in lines):
                continue
            loose = next((line for line in lines if line.is_loose), None)
            if loose is not None:
                at = Anchor(use.file.host, 0, loose.span)
                yield Report(at, say(LOOSE, line=loose.text))
