"""CMD or ENTRYPOINT looks like a JSON list but is not valid JSON, so a shell gets it as text.

## Why
BuildKit takes the JSON form only from valid JSON: double quotes, no comma at the end. Everything
else is the shell form, without a word about it: the shell looks for a program named `[python,`.

## Example
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY app.py .
CMD ['python', 'app.py']
```
```python file=app.py
print("started")
```
```diagnostics
Dockerfile:3:5: error[json-form-invalid] This is not valid JSON (a list of strings in double quotes, no comma at its end), so `/bin/sh` gets it as a command line: the start fails with `[python,: not found`.
```

## Use instead
```dockerfile file=Dockerfile
FROM python:3.13-slim-trixie
COPY app.py .
CMD ["python", "app.py"]
```

## Fix safety
Safe: as it stands, nothing starts.

## Sources
Dockerfile reference, "Shell and exec form"; BuildKit `parser/line_parsers.go`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Edit, Fix, Safety, Severity
from shipworthy.findings.message import Text, say
from shipworthy.model.image.steps import Setting
from shipworthy.rules.rule import Report, rule
from shipworthy.text.anchors import Anchor
from shipworthy.text.patterns import regex
from shipworthy.text.spans import Span

JA = """
JSON のリストのつもりの CMD や ENTRYPOINT が正しい JSON ではなく、シェルに文字列として渡ります。

## なぜ
BuildKit が JSON 形式と見なすのは正しい JSON だけです。文字列は二重引用符で囲み、末尾にコンマを置きません。それ
以外は何も言わずにシェル形式として扱われ、シェルは `[python,` という名前のプログラムを探します。

## 代わりに
二重引用符で書き、末尾のコンマを削除します。

## 修正の安全性
安全です。今のままでは何も起動しません。
"""

SYMPTOMS = (
    Text(
        en="`/bin/sh: 1: [python,: not found` when the container starts",
        ja="コンテナの起動時に `/bin/sh: 1: [python,: not found` と出る",
    ),
)

NO_JSON = Text(
    en="This is not valid JSON (a list of strings in double quotes, no comma at its end), so"
    " `/bin/sh` gets it as a command line: the start fails with `{program}: not found`.",
    ja="これは正しい JSON（二重引用符の文字列のリストで、末尾にコンマなし）ではないため、"
    "`/bin/sh` にコマンドとして渡ります。起動は `{program}: not found` で失敗します。",
)
WRITE = Text(en="Write `{form}`", ja="`{form}` と書く")

MEANT_AS_LIST = regex(r"\[\s*[\"'“”‘’][^\[\]]*\]\s*")
"""A shell's own `[ "$x" ]` has a blank behind the bracket and no comma; see `_is_test`."""
_QUOTES = str.maketrans({"'": '"', "“": '"', "”": '"', "‘": '"', "’": '"'})
_LONGEST = 2_000


@rule(severity=Severity.ERROR, same_as=("JSONArgsRecommended", "DL3025"))
def json_form_invalid(setting: Setting, _db: Database) -> Iterator[Report]:
    step = setting.instruction
    if step.keyword not in ("CMD", "ENTRYPOINT") or len(step.args) != 1:
        return
    word = step.args[0]
    if not is_broken_list(word.text):
        return
    program = word.text.split()[0].translate(str.maketrans("", "", "\"'"))
    at = Anchor(setting.at.path, setting.ordinal, Span(word.span.start, word.span.end))
    yield Report(
        at=at,
        message=say(NO_JSON, program=program),
        fixes=() if setting.unit.inline is not None else tuple(_fixes(setting, at)),
        severity=Severity.ERROR if setting.reachable else Severity.INFO,
    )


def is_broken_list(text: str) -> bool:
    """Whether the text of a shell form was meant as the JSON form."""
    return (
        len(text) <= _LONGEST and MEANT_AS_LIST.fullmatch(text) is not None and not _is_test(text)
    )


def _is_test(text: str) -> bool:
    return text.startswith("[ ") and "," not in text


def _fixes(setting: Setting, at: Anchor) -> Iterator[Fix]:
    word = setting.instruction.args[0]
    if word.span.of(setting.instruction.source) != word.text:
        return
    form = re.sub(r",\s*\]", "]", word.text.strip())
    form = form if '"' in form and "'" not in form else form.translate(_QUOTES)
    try:
        value = json.loads(form)
    except ValueError:
        return
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        yield Fix(say(WRITE, form=form), (Edit(at, form),), Safety.SAFE)
