"""The runner of rule documents, on a rule of a few lines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from shipworthy.db.database import Database
from shipworthy.docsgen.markdown import sections
from shipworthy.findings.finding import Edit, Fix, Safety, Severity
from shipworthy.findings.message import Line as LineField
from shipworthy.findings.message import Text, say
from shipworthy.rules.rule import Report, Rule, rule
from support.documents import cases_of, cases_of_page, check
from support.fakes import Line, source
from support.workspaces import workspace

SAYS = Text(en="`latest` on line {line}.", ja="{line} 行目の `latest`。")


@rule(severity=Severity.WARNING)
def latest_tag(line: Line, db: Database) -> Iterator[Report]:
    """Every `latest`, with a fix."""
    at = line.source.find(":latest")
    if at >= 0:
        place = line.at.narrow(at, at + 7)
        fix = Fix(say(SAYS, line=LineField(place)), (Edit(place, ":1"),), Safety.SAFE)
        yield Report(place, say(SAYS, line=LineField(place)), fixes=(fix,))


@rule(severity=Severity.WARNING)
def out_of_range(line: Line, db: Database) -> Iterator[Report]:
    """A span behind the text."""
    yield Report(line.at.narrow(0, 99), say(SAYS, line=1))


@rule(severity=Severity.WARNING)
def lacks_a_field(line: Line, db: Database) -> Iterator[Report]:
    """A message without its field."""
    yield Report(line.at, say(SAYS, other="x"))


@rule(severity=Severity.WARNING)
def counts_characters(line: Line, db: Database) -> Iterator[Report]:
    """Depends on the line ends, wrongly."""
    if "\r" in (db.text(line.path) or ""):
        yield Report(line.at, say(SAYS, line=1))


DOCUMENT = """# Files

```dockerfile file=Dockerfile
FROM x
```

## Silent

```yaml file=compose.yaml
a: 1
```

```diagnostics
```

## Reported

```dockerfile file=sub/Dockerfile
FROM x:latest
```

```diagnostics
sub/Dockerfile:1: warning[latest-tag]
```

```diagnostics all
sub/Dockerfile:1:7: warning[latest-tag] `latest` on line 1.
```
"""

PAGE = """One line.

## Example

```dockerfile file=Dockerfile
FROM x:latest
```

```diagnostics
Dockerfile:1:7: warning[latest-tag] `latest` on line 1.
```

## Use instead

```dockerfile file=Dockerfile
FROM x:1
```
"""


def test_the_cases_of_a_document() -> None:
    cases = cases_of(DOCUMENT, "latest-tag")
    assert [case.name for case in cases] == ["Silent", "Reported", "Reported"]
    assert set(cases[0].workspace.files) == {"Dockerfile", "compose.yaml"}
    for case in cases:
        check(case, source([("Line", latest_tag)]))


def test_the_cases_of_a_page() -> None:
    for case in cases_of_page(PAGE, "latest-tag"):
        check(case, source([("Line", latest_tag)]))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("FROM x:1", "FROM y:latest"),
        ("line 1.", "line 2."),
        ("Dockerfile:1:7", "Dockerfile:1"),
        ("Dockerfile:1:7: warning", "Dockerfile:1:7: error"),
    ],
)
def test_a_page_that_is_wrong(old: str, new: str) -> None:
    def check_all() -> None:
        for case in cases_of_page(PAGE.replace(old, new), "latest-tag"):
            check(case, source([("Line", latest_tag)]))

    with pytest.raises(AssertionError):
        check_all()


@pytest.mark.parametrize("bad", [out_of_range, lacks_a_field, counts_characters])
def test_a_rule_that_breaks_a_promise(bad: Rule) -> None:
    silent = cases_of(DOCUMENT, "latest-tag")[0]
    with pytest.raises(AssertionError):
        check(silent, source([("Line", bad)]))


def test_workspaces(tmp_path: Path) -> None:
    (part,) = sections(
        "```sh file=a/run.sh mode=755 eol=crlf\nx\n```\n"
        "```text file=b bom no-final-newline\ny\n```\n"
        "```text file=link link=a/run.sh\n```\n"
    )
    tree = workspace(part.fences)
    tree.write(tmp_path)
    assert (tmp_path / "link").read_bytes() == b"x\r\n"
    assert (tmp_path / "a/run.sh").stat().st_mode & 0o111
    assert (tmp_path / "b").read_bytes() == b"\xef\xbb\xbfy"
    host = tree.host(source([]))
    status = host.db.stat("/ws/a/run.sh")
    assert status is not None
    assert status.executable
    (gone,) = sections("```text file=b absent\n```\n")
    assert set(workspace(gone.fences, tree).files) == {"a/run.sh"}
