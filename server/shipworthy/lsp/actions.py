"""Code actions: the fixes of what is reported at a place, fix-all, and ignoring with a reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from lsprotocol import types

from shipworthy.engine.fixing import (
    Refusal,
    fix_to_fixed_point,
    replacements_of,
    verified,
)
from shipworthy.findings.finding import CreateFile, Edit, Finding, Fix, Safety
from shipworthy.findings.suppression_edits import suppression_edit
from shipworthy.lsp import commands
from shipworthy.lsp.capabilities import AFTERWARDS
from shipworthy.lsp.edits import changes_between, changes_of, workspace_edit
from shipworthy.lsp.publisher import Shown, finding_id
from shipworthy.lsp.snapshot import Snapshot
from shipworthy.lsp.words import (
    BY_HAND,
    CONFIRM,
    EXPLAIN,
    FIX_ALL,
    GONE,
    IGNORE_HERE,
    REASON,
    RUN_NEXT,
    THEN_RUN,
    WITHHELD,
    refusal_words,
    word,
)
from shipworthy.model.files import locate
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span
from shipworthy.views.refactorings import KINDS as REFACTORINGS
from shipworthy.views.refactorings import offered

QUICK_FIX = "quickfix"
FIX_ALL_KIND = "source.fixAll.shipworthy"
KINDS = (QUICK_FIX, FIX_ALL_KIND, *REFACTORINGS)

Action = dict[str, Any]


class _Asked(NamedTuple):
    """What the client asks for."""

    path: str
    span: Span
    only: tuple[str, ...] | None
    diagnostics: list[Any]
    """Those of this server that the client sent along."""

    def wants(self, kind: str) -> bool:
        """Whether a kind was asked for; kinds are hierarchies separated by dots."""
        if self.only is None:
            return True
        return any(only in ("", kind) or kind.startswith(f"{only}.") for only in self.only)


def code_actions(snapshot: Snapshot, params: types.CodeActionParams) -> list[Any]:
    """Answer `textDocument/codeAction`."""
    path = snapshot.path(params.text_document.uri)
    if path is None:
        return []
    context = params.context
    asked = _Asked(
        path,
        Span(snapshot.offset(path, params.range.start), snapshot.offset(path, params.range.end)),
        tuple(str(getattr(kind, "value", kind)) for kind in context.only) if context.only else None,
        [item for item in context.diagnostics if item.source == "shipworthy"],
    )
    actions: list[Action] = []
    fixes: set[str] = set()
    if asked.wants(QUICK_FIX):
        for shown in _at(snapshot, asked):
            actions += _for_finding(snapshot, shown, asked)
            usable = (fix for fix in shown.finding.fixes if fix.safety is not Safety.MANUAL)
            fixes.update(snapshot.say(fix.title) for fix in usable)
    if asked.wants(FIX_ALL_KIND) and (asked.only is not None or snapshot.client.resolve):
        actions += _fix_all(snapshot, path)
    # What is a fix here need not be offered twice.
    actions += (item for item in _refactorings(snapshot, asked) if item["title"] not in fixes)
    if not snapshot.client.code_literals:
        return [action["command"] for action in actions if "command" in action]
    return actions


def resolve(snapshot: Snapshot, action: types.CodeAction) -> Action | types.CodeAction:
    """Answer `codeAction/resolve`: find the edit, prove it, or say why there is none.

    What is complete goes back as it came: Neovim sends each action that has no command.
    """
    data = action.data
    if not isinstance(data, dict):
        return action
    plain = _plain(action)
    if data.get("all") is not None:
        return {**plain, **_fix_all_edit(snapshot, str(data["all"]))}
    for finding in snapshot.analysis().findings:
        if finding_id(finding) == data.get("id"):
            index = data.get("fix")
            if isinstance(index, int) and 0 <= index < len(finding.fixes):
                return {**plain, **_proven(snapshot, finding, finding.fixes[index])}
    return {**plain, "disabled": {"reason": word(GONE, snapshot.language)}}


def _plain(action: types.CodeAction) -> Action:
    """The action with the parts that a resolved one needs."""
    plain: Action = {"title": action.title, "data": action.data}
    if action.kind is not None:
        plain["kind"] = getattr(action.kind, "value", action.kind)
    if action.is_preferred is not None:
        plain["isPreferred"] = action.is_preferred
    if action.command is not None:
        command = action.command
        plain["command"] = {
            "title": command.title,
            "command": command.command,
            "arguments": command.arguments or [],
        }
    return plain


def _refactorings(snapshot: Snapshot, asked: _Asked) -> Iterator[Action]:
    """Changes that no finding asks for; the client shows what would change, where it can."""
    if not any(asked.wants(kind) for kind in REFACTORINGS):
        return
    for found, planned in offered(snapshot.host, asked.path, asked.span, asked.wants):
        fix = found.fix
        title = snapshot.say(fix.title)
        confirm = title if fix.safety is Safety.UNSAFE else None
        action: Action = {
            "title": title,
            "kind": found.kind,
            "edit": workspace_edit(snapshot, changes_of(planned), confirm),
        }
        if fix.afterwards and snapshot.client.afterwards:
            action["command"] = {
                "title": word(RUN_NEXT, snapshot.language),
                "command": AFTERWARDS,
                "arguments": [list(fix.afterwards)],
            }
        yield action


def _at(snapshot: Snapshot, asked: _Asked) -> Iterator[Shown]:
    """The findings that are shown at the place, or those that the client names."""
    named = {item.data for item in asked.diagnostics if isinstance(item.data, str)}
    codes = {str(item.code) for item in asked.diagnostics}

    for finding in snapshot.analysis().findings:
        at = snapshot.place(finding)
        if at is None or at.path != asked.path:
            continue
        if named and finding_id(finding) not in named:
            continue
        if codes and finding.rule not in codes:
            continue
        span = locate(snapshot.db, at).span
        if span.start <= asked.span.end and asked.span.start <= span.end:
            yield Shown(finding, at)


def _for_finding(snapshot: Snapshot, shown: Shown, asked: _Asked) -> Iterator[Action]:
    finding = shown.finding
    base: Action = {"kind": QUICK_FIX}
    reported = [
        item
        for item in asked.diagnostics
        if item.data == finding_id(finding) or (item.data is None and item.code == finding.rule)
    ]
    if reported:
        base["diagnostics"] = reported
    usable = [fix for fix in finding.fixes if fix.safety is not Safety.MANUAL]
    for index, fix in enumerate(finding.fixes):
        preferred = usable == [fix] and fix.safety is Safety.SAFE
        action = _for_fix(snapshot, finding, index, preferred=preferred)
        if action is not None:
            yield {**base, **action}
    yield from ({**base, **action} for action in _ignore(snapshot, finding))
    title = word(EXPLAIN, snapshot.language, rule=finding.rule)
    command = {"title": title, "command": commands.EXPLAIN, "arguments": [finding.rule]}
    yield {**base, "title": title, "command": command}


def _for_fix(snapshot: Snapshot, finding: Finding, index: int, *, preferred: bool) -> Action | None:
    fix = finding.fixes[index]
    client = snapshot.client
    title = snapshot.say(fix.title)
    if fix.afterwards and not client.afterwards:
        title = word(THEN_RUN, client.language, title=title, commands=" && ".join(fix.afterwards))
    action: Action = {"title": title}
    if fix.safety is Safety.MANUAL:
        if not client.disabled:
            return None
        return {**action, "disabled": {"reason": word(BY_HAND, client.language)}}
    if preferred and client.preferred:
        action["isPreferred"] = True
    if fix.afterwards and client.afterwards:
        action["command"] = {
            "title": word(RUN_NEXT, client.language),
            "command": AFTERWARDS,
            "arguments": [list(fix.afterwards)],
        }
    action["data"] = {
        "id": finding_id(finding),
        "fix": index,
        "safety": fix.safety.word,
        "afterwards": list(fix.afterwards),
    }
    if client.resolve:
        return action
    proven = _proven(snapshot, finding, fix)
    if "disabled" in proven and not client.disabled:
        return None
    return {**action, **proven}


def _proven(snapshot: Snapshot, finding: Finding, fix: Fix) -> Action:
    """The fix's edit as it is right against the disk of this moment, or why there is none."""
    host = snapshot.host
    for path in _paths(fix):
        if snapshot.version(path) is None:
            host.touch(path)
    analysis = host.analyse(snapshot.interrupted)
    if finding not in analysis.findings:
        return {"disabled": {"reason": word(GONE, snapshot.language)}}
    refusal = verified(host, fix, finding)
    planned = replacements_of(analysis, fix)
    if isinstance(planned, Refusal):
        refusal = planned
    if isinstance(refusal, Refusal) or isinstance(planned, Refusal):
        return {"disabled": {"reason": _why(snapshot, refusal)}}
    confirm = None
    if fix.safety is Safety.UNSAFE:
        confirm = word(CONFIRM, snapshot.language, title=snapshot.say(fix.title))
    return {"edit": workspace_edit(snapshot, changes_of(planned), confirm)}


def _why(snapshot: Snapshot, refusal: Any) -> str:
    if not isinstance(refusal, Refusal):
        return word(GONE, snapshot.language)
    detail = refusal.detail
    if detail.startswith("/"):
        detail = snapshot.analysis().relative(detail)
    why = refusal_words(refusal.why, detail, snapshot.language)
    return word(WITHHELD, snapshot.language, why=why)


def _paths(fix: Fix) -> Iterable[str]:
    for change in fix.changes:
        yield change.path if isinstance(change, CreateFile) else change.at.path


def _ignore(snapshot: Snapshot, finding: Finding) -> Iterator[Action]:
    """The action that writes a suppression with a reason to fill in."""
    language = snapshot.language
    reason = word(REASON, language)
    edit = suppression_edit(snapshot.db, finding.at, (finding.rule,), reason)
    if edit is None:
        return
    fix = Fix(finding.message, (edit,), Safety.SAFE)
    planned = replacements_of(snapshot.analysis(), fix)
    if isinstance(planned, Refusal):
        return
    title = word(IGNORE_HERE, language, rule=finding.rule)
    yield {"title": title, "edit": workspace_edit(snapshot, changes_of(planned))}


def _fix_all(snapshot: Snapshot, path: str) -> Iterator[Action]:
    if not any(_touches_only(finding, path) for finding in snapshot.analysis().findings):
        return
    action: Action = {"title": word(FIX_ALL, snapshot.language), "kind": FIX_ALL_KIND}
    if snapshot.client.resolve:
        yield {**action, "data": {"all": path}}
        return
    found = _fix_all_edit(snapshot, path)
    if "edit" in found:
        yield {**action, **found}


def _fix_all_edit(snapshot: Snapshot, path: str) -> Action:
    """All safe fixes that edit this file and nothing else."""
    outcome = fix_to_fixed_point(
        snapshot.host, Safety.SAFE, lambda finding: _touches_only(finding, path)
    )
    files = {known: texts for known, texts in outcome.files.items() if known == path}
    if not files:
        return {"disabled": {"reason": word(GONE, snapshot.language)}}
    return {"edit": workspace_edit(snapshot, changes_between(files))}


def _touches_only(finding: Finding, path: str) -> bool:
    if not finding.fixes or finding.fixes[0].safety is not Safety.SAFE:
        return False
    changes = finding.fixes[0].changes
    return all(isinstance(change, Edit) and change.at.path == path for change in changes)
