"""Fixes keep every byte that they do not name, and applying them comes to an end."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

import pytest

from shipworthy.db.inputs import MemoryFiles, encode
from shipworthy.engine.fixing import ROUNDS, Plan, fix_to_fixed_point, replacements_of, verified
from shipworthy.engine.host import Host
from shipworthy.findings.finding import Finding, Fix, Safety
from support.damage import trees
from support.workspaces import ROOT

Spelling = Callable[[str], str]
SPELLINGS: dict[str, Spelling] = {
    "as-is": lambda text: text,
    "crlf": lambda text: text.replace("\r\n", "\n").replace("\n", "\r\n"),
    "bom": lambda text: "\ufeff" + text.removeprefix("\ufeff"),
    "no-final-newline": lambda text: text.rstrip("\n"),
    "blanks": lambda text: text.replace("\n", " \t\n") if "\\\n" not in text else text,
    "no-utf-8": lambda text: "# caf\udce9 \U0001d54f\n" + text,
    "mixed-line-ends": lambda text: text.replace("\n", "\r\n", text.count("\n") // 2),
}
STEPS = 60


def files_of(tree: Mapping[str, str], spelling: Spelling) -> dict[str, str]:
    known = (".yaml", ".yml", "Dockerfile", "ignore", ".toml", ".txt", ".env")
    return {
        f"{ROOT}/{path}": spelling(text) if path.endswith(known) else text
        for path, text in tree.items()
    }


@pytest.mark.parametrize("name", SPELLINGS)
def test_bytes_outside_the_edits_are_kept(name: str) -> None:
    checked = 0
    for number, tree in enumerate(trees()):
        if number % len(SPELLINGS) != list(SPELLINGS).index(name) and number > 60:
            continue
        files = files_of(tree, SPELLINGS[name])
        analysis = Host([ROOT], MemoryFiles(files)).analyse()
        for finding in analysis.findings:
            for fix in finding.fixes:
                planned = replacements_of(analysis, fix)
                if isinstance(planned, Plan):
                    _check(files, planned, f"{number} {finding.rule}")
                    checked += 1
    assert checked > 50


def _check(files: Mapping[str, str], planned: Plan, what: str) -> None:
    for path, text in planned.texts.items():
        if path in planned.created:
            assert path not in files, what
            continue
        before = files[path]
        expected, at = b"", 0
        for (start, end), new in planned.replacements[path]:
            assert 0 <= at <= start <= end <= len(before), what
            expected += encode(before[at:start]) + encode(new)
            at = end
        assert encode(text) == expected + encode(before[at:]), what
        assert text.startswith("\ufeff") == before.startswith("\ufeff"), f"{what}: {path} BOM"
        windows = "\r\n" in before and "\n" not in before.replace("\r\n", "")
        if windows:
            assert "\n" not in text.replace("\r\n", ""), f"{what}: {path} line ends"
        if "\r" not in before:
            assert "\r" not in text, f"{what}: {path} line ends"


@pytest.mark.parametrize("limit", [Safety.SAFE, Safety.UNSAFE])
def test_fixing_ends_and_then_finds_nothing_to_fix(limit: Safety) -> None:
    for number, tree in enumerate(trees()[:64]):
        files = files_of(tree, SPELLINGS["as-is"])
        outcome = fix_to_fixed_point(Host([ROOT], MemoryFiles(files)), limit)
        assert outcome.rounds < ROUNDS, number
        files.update((path, new) for path, (_, new) in outcome.files.items())
        again = fix_to_fixed_point(Host([ROOT], MemoryFiles(files)), limit)
        assert not again.files, f"tree {number}: {[item.finding.rule for item in again.applied]}"


@pytest.mark.parametrize("seed", range(3))
def test_any_order_of_fixes_ends(seed: int) -> None:
    """One fix after the other as a user picks them, those that change behaviour included."""
    dice = random.Random(seed)
    for number in dice.sample(range(len(trees())), 40):
        host = Host([ROOT], MemoryFiles(files_of(trees()[number], SPELLINGS["as-is"])))
        for _ in range(STEPS):
            analysis = host.analyse()
            fixes = [(fix, found) for found in analysis.findings for fix in found.fixes]
            dice.shuffle(fixes)
            planned = next((plan for pair in fixes if (plan := _proven(host, *pair))), None)
            if planned is None:
                break
            for path, text in planned.texts.items():
                host.open(path, text)
        else:
            rules = [finding.rule for finding in analysis.findings if finding.fixes]
            pytest.fail(f"tree {number}: still {rules} after {STEPS} fixes")


def _proven(host: Host, fix: Fix, finding: Finding) -> Plan | None:
    if fix.safety is Safety.MANUAL or verified(host, fix, finding) is not True:
        return None
    planned = replacements_of(host.analyse(), fix)
    return planned if isinstance(planned, Plan) else None
