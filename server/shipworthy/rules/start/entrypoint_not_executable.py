r"""The container starts with a script that the kernel cannot execute.

## Why
In the JSON form the kernel executes the script itself. It needs the x bit, which COPY takes from
the build machine (Windows has none, and git only carries it when it was committed), and a first
line that names a program of the image. Saved with Windows line endings, the script asks for
`/bin/sh\r`, and the error "no such file or directory" speaks of the script although it is there.

A missing x bit is an error where git tracks the script, and an info where only this disk's copy
tells: an unpacked archive may have lost the bit.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
WORKDIR /app
COPY entrypoint.sh ./
ENTRYPOINT ["./entrypoint.sh"]
```
```sh file=entrypoint.sh
#!/bin/sh
exec python main.py
```
```diagnostics
Dockerfile:4:13: info[entrypoint-not-executable] `/app/entrypoint.sh` has no execute bit, here or in the image, and no instruction sets it: the start fails with `permission denied`.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
WORKDIR /app
COPY --chmod=755 entrypoint.sh ./
ENTRYPOINT ["./entrypoint.sh"]
```

## Fix safety
Safe: `--chmod=755` for a COPY of this one file. Line endings are converted by the editor and by
`.gitattributes` and are left to the reader.

## Sources
execve(2); Docker's reference of `COPY --chmod`; gitattributes(5).
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Related, Safety, Severity
from shipworthy.findings.message import File, Message, Text, say
from shipworthy.model.entry_scripts import EntryScript, entry_script
from shipworthy.model.run import RunUnit
from shipworthy.rules.rule import Report, rule
from shipworthy.text.anchors import Anchor, whole_file
from shipworthy.text.spans import Span

JA = """
コンテナが、カーネルの実行できないスクリプトで起動します。

## なぜ
JSON 形式では、カーネルがスクリプトを直接実行します。それには実行ビットと、イメージにあるプログラムを指す 1 行目が
必要です。COPY は実行ビットをビルドするマシンから引き継ぎます（Windows にはなく、git はコミットされている場合だけ
運びます）。Windows の改行で保存すると、1 行目は `/bin/sh\\r` を指すことになり、スクリプトはあるのに「no such file
or directory」になります。

## 代わりに
`COPY --chmod=755` を使い、改行を LF にします。

## 修正の安全性
安全です。このファイルだけの COPY に `--chmod=755` を付けます。改行の変換はエディタと `.gitattributes` の仕事なので、
読者に任せます。
"""

SYMPTOMS = (
    Text(
        en="`exec ./entrypoint.sh: permission denied` or `no such file or directory`",
        ja="`exec ./entrypoint.sh: permission denied` や `no such file or directory` になる",
    ),
    Text(
        en="`exec format error` for a script",
        ja="スクリプトが `exec format error` になる",
    ),
)

MODE = Text(
    en="`{path}` has no execute bit, here or in the image, and no instruction sets it: the start"
    " fails with `permission denied`.",
    ja="`{path}` にはここでもイメージでも実行ビットがなく、付ける命令もありません。起動は"
    " `permission denied` で失敗します。",
)
MOUNTED = Text(
    en="A mount puts the host's file over the image's `{path}`, and it is not executable: the"
    " start fails with `permission denied`.",
    ja="マウントにより、`{path}` はイメージのものではなくホストのファイルになりますが、"
    "実行ビットがありません。起動は `permission denied` で失敗します。",
)
CRLF = Text(
    en="`{path}` has Windows line endings, so its first line asks for `{interpreter}\\r`: the"
    " start fails with `no such file or directory`.",
    ja="`{path}` の改行が CRLF のため、1 行目は `{interpreter}\\r` を指します。起動は `no"
    " such file or directory` で失敗します。",
)
SHELL = Text(
    en="`{path}` asks for bash in its first line, which this Alpine image does not have: the"
    " start fails with `no such file or directory`.",
    ja="`{path}` の 1 行目は bash を指しますが、この Alpine のイメージに bash はありません。"
    "起動は `no such file or directory` で失敗します。",
)
SHEBANG = Text(
    en="`{path}` has no `#!` line, so the kernel does not know what runs it: the start fails"
    " with `exec format error`.",
    ja="`{path}` に `#!` の行がないため、カーネルは何で実行するのか判断できません。起動は"
    " `exec format error` で失敗します。",
)
SCRIPT = Text(en="The script.", ja="起動されるスクリプトです。")
CHMOD = Text(en="Copy `{file}` with `--chmod=755`", ja="`{file}` を `--chmod=755` でコピーする")
LINE_ENDS = Text(
    en="Save `{file}` with LF line endings, and write `*.sh text eol=lf` into `.gitattributes`",
    ja="`{file}` を LF で保存し、`.gitattributes` に `*.sh text eol=lf` を書く",
)


@rule(severity=Severity.ERROR)
def entrypoint_not_executable(run: RunUnit, db: Database) -> Iterator[Report]:
    found = entry_script(db, run)
    if found is None:
        return
    yield Report(
        at=found.at,
        message=_message(found),
        related=tuple(_related(found)),
        fixes=tuple(_fixes(found)),
        severity=Severity.ERROR if found.certain else Severity.INFO,
    )


def _message(found: EntryScript) -> Message:
    if found.fault == "crlf":
        return say(CRLF, path=found.path, interpreter=found.interpreter)
    mode = MODE if found.copy is not None else MOUNTED
    text = {"mode": mode, "shell": SHELL, "shebang": SHEBANG}[found.fault]
    return say(text, path=found.path)


def _related(found: EntryScript) -> Iterator[Related]:
    yield Related(whole_file(found.host), say(SCRIPT))
    if found.copy is not None:
        yield Related(found.copy.at, say(SCRIPT))


def _fixes(found: EntryScript) -> Iterator[Fix]:
    name = found.host.rpartition("/")[2]
    if found.fault == "crlf":
        yield Fix(say(LINE_ENDS, file=File(found.host)), (), Safety.MANUAL)
    copy = found.copy
    if found.fault != "mode" or copy is None or copy.unit.inline is not None:
        return
    alone = len(copy.sources) == 1 and copy.sources[0].text.rpartition("/")[2] == name
    if alone and copy.origin == "context":
        end = copy.instruction.keyword_span.end
        at = Anchor(copy.at.path, copy.ordinal, Span(end, end))
        yield Fix(say(CHMOD, file=name), (Edit(at, " --chmod=755"),), Safety.SAFE)
