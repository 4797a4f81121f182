"""Whole looks at a workspace: everything that is said, and the same from a fresh start."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from shipworthy.db.inputs import MemoryFiles
from shipworthy.engine.analysis import Analysis
from shipworthy.engine.host import Host
from shipworthy.findings.finding import Finding
from shipworthy.text.anchors import Anchor
from support.damage import mutated, trees
from support.workspaces import ROOT

_SIZE = re.compile(r"\d[\d.,]* (?:[kMG]i?)?B\b.*")

Step = tuple[int, int, int, int]
"""What, and three numbers that choose where."""


def said(analysis: Analysis) -> dict[str, Any]:
    """Everything a look says, as text and absolute places."""
    return {
        "findings": [_finding(analysis, finding) for finding in analysis.findings],
        "everything": sorted(str(_finding(analysis, found)) for found in analysis.everything),
        "unresolved": [
            (_place(analysis, item.at), analysis.render(item.reason, "en"))
            for item in analysis.unresolved
        ],
        "counts": analysis.counts,
    }


def _finding(analysis: Analysis, finding: Finding) -> tuple[Any, ...]:
    return (
        finding.rule,
        finding.severity,
        _place(analysis, finding.at),
        _steady(analysis.render(finding.message, "en")),
        _steady(analysis.render(finding.message, "ja")),
        [
            (_place(analysis, item.at), _steady(analysis.render(item.note, "en")))
            for item in finding.related
        ],
        [(analysis.render(fix.title, "en"), fix.safety, fix.afterwards) for fix in finding.fixes],
        finding.builds,
    )


def _steady(text: str) -> str:
    # A walk keeps the sizes it met: typing in a file does not walk the context again.
    return _SIZE.sub("", text)


def _place(analysis: Analysis, at: Anchor) -> Any:
    path, span = analysis.locate(at)
    return path, span, analysis.line_column(path, span.start)


def internal_errors(analysis: Analysis) -> list[str]:
    """The crashes that the engine caught."""
    return [
        f"{finding.at.path}: {analysis.render(finding.message, 'en')}"
        for finding in analysis.everything
        if finding.rule == "internal-error"
    ]


class Bench:
    """One host that lives through steps, and the disk and buffers it should agree with."""

    def __init__(self, tree: int) -> None:
        tree %= len(trees())
        self.tree = tree
        self.names = sorted(f"{ROOT}/{path}" for path in trees()[tree])
        self.disk = MemoryFiles({f"{ROOT}/{path}": text for path, text in trees()[tree].items()})
        self.buffers: dict[str, str] = {}
        self.settings: Mapping[str, Any] = {}
        self.host = Host([ROOT], self.disk)

    def step(self, step: Step) -> None:
        """Do one thing that an editor, a tool or a user does."""
        what, first, second, third = step
        path = self.names[first % len(self.names)]
        here = path in self.disk.files
        what %= 12
        if what <= 4:
            text = self.buffers.get(path, self.disk.files.get(path, ""))
            self.buffers[path] = mutated(text, what + third, second, third)
            self.host.open(path, self.buffers[path])
        elif what == 5 and path in self.buffers:
            self.disk.files[path] = self.buffers[path]
            self.host.touch(path, listing=not here)
        elif what == 6:
            self.buffers.pop(path, None)
            self.host.close(path)
        elif what == 7 and here:
            del self.disk.files[path]
            self.host.touch(path)
        elif what == 8:
            other = trees()[second % len(trees())]
            text = other[sorted(other)[third % len(other)]]
            self.disk.files[path] = text
            self.host.touch(path, listing=not here)
        elif what == 9 and here:
            self._rename(path, second)
        elif what == 10:
            self.settings = {"profile": "strict"} if third % 2 else {}
            self.host.configure(self.settings)
        else:
            self.host.touch_all()

    def _rename(self, path: str, how: int) -> None:
        folder, _, name = path.rpartition("/")
        names = (name.swapcase(), f"x{name}", f"{name}.off", "Dockerfile", ".dockerignore")
        new = f"{folder}/{names[how % len(names)]}"
        if new in self.disk.files:
            return
        self.disk.files[new] = self.disk.files.pop(path)
        self.names.append(new)
        self.host.touch(path)
        self.host.touch(new)

    def fresh(self) -> Host:
        """A new host on the same disk, buffers and settings."""
        host = Host([ROOT], MemoryFiles(self.disk.files))
        for path, text in self.buffers.items():
            host.open(path, text)
        host.configure(self.settings)
        return host

    def check(self) -> None:
        """Assert that the host says what a fresh one says, and that nothing crashed."""
        now = self.host.analyse()
        crashes = internal_errors(now)
        assert not crashes, "\n".join(crashes)
        mine, fresh = said(now), said(self.fresh().analyse())
        for part, value in fresh.items():
            assert mine[part] == value, f"{part} differ from a fresh start's"
