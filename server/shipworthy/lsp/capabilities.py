"""What the client can do, read once from `initialize`.

The commands here are run by the client, never by the server: it names the ones that it has in the
initialization option `commands`.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from lsprotocol import types
from pygls.capabilities import get_capability

from shipworthy.findings.message import Language
from shipworthy.text.lines import Encoding
from shipworthy.text.records import NamedTuple

AFTERWARDS = "shipworthy.afterwards"
"""Takes the commands to run after a fix."""
SHOW_REFERENCES = "shipworthy.showReferences"
"""Takes a URI, a position there, and locations to look at from there."""
SHOW_BUILD_CONTEXT = "shipworthy.showBuildContext"
"""Takes the URI of a file that builds read."""

_ENCODINGS: dict[str, Encoding] = {"utf-8": "utf-8", "utf-16": "utf-16", "utf-32": "utf-32"}

Format: TypeAlias = Literal["markdown", "plaintext", ""]


class Client(NamedTuple):
    """The client's abilities; the defaults are those of the oldest client."""

    encoding: Encoding = "utf-16"
    language: Language = "en"
    related: bool = False
    """Shows related places of a diagnostic."""
    tags: bool = False
    data: bool = False
    """Sends a diagnostic's data back with code actions."""
    code_literals: bool = False
    """Takes code actions, not only commands."""
    disabled: bool = False
    """Shows why a code action cannot be used."""
    preferred: bool = False
    resolve: bool = False
    """Asks for the edit of a code action when it is needed."""
    document_changes: bool = False
    create: bool = False
    """Creates files as part of an edit."""
    annotations: bool = False
    """Asks the user before an annotated change."""
    apply_edit: bool = False
    watch: bool = False
    pull_settings: bool = False
    watch_settings: bool = False
    progress: bool = False
    dynamic_formatting: bool = False
    """Can be told later that the server formats."""
    dynamic_typing: bool = False
    """The same for what is formatted while it is typed."""
    snippets: bool = False
    """Takes tab stops in completions."""
    label_details: bool = False
    """Shows a description behind the label of a completion."""
    hover_format: Format = ""
    """What hovers are written in: Markdown if the client takes it; "" where it names nothing."""
    candidate_format: Format = ""
    signature_format: Format = ""
    pull_diagnostics: bool = False
    """Asks for diagnostics instead of being told."""
    refresh_diagnostics: bool = False
    """Asks anew when it is told that diagnostics changed."""
    refresh_lenses: bool = False
    refresh_hints: bool = False
    afterwards: bool = False
    """Offers the commands to run after a fix by its own command."""
    shows_references: bool = False
    """Shows places that a code lens names by its own command."""
    shows_context: bool = False
    """Shows what the builds of a file send by its own command."""
    options: tuple[tuple[str, Any], ...] = ()
    """The initialization options besides the ones above."""


def client_of(params: types.InitializeParams, encoding: str) -> Client:
    """Read the client's abilities."""
    capabilities = params.capabilities

    def has(name: str) -> bool:
        return bool(get_capability(capabilities, name, False))

    def offers(name: str, value: str) -> bool:
        found = get_capability(capabilities, name, None)
        return value in found if isinstance(found, list | tuple) else False

    def text_format(name: str) -> Format:
        if offers(name, "markdown"):
            return "markdown"
        return "plaintext" if offers(name, "plaintext") else ""

    action = "text_document.code_action"
    edit = "workspace.workspace_edit"
    # Resource operations exist in `documentChanges` only: whoever names them takes those.
    create = offers(f"{edit}.resource_operations", "create")
    document_changes = create or has(f"{edit}.document_changes")
    options = params.initialization_options
    options = dict(options) if isinstance(options, dict) else {}
    commands = options.pop("commands", None)
    own = frozenset(map(str, commands)) if isinstance(commands, list) else frozenset()
    return Client(
        encoding=_ENCODINGS.get(str(getattr(encoding, "value", encoding)), "utf-16"),
        language=language_of(options.get("language"), params.locale),
        related=has("text_document.publish_diagnostics.related_information"),
        tags=bool(get_capability(capabilities, "text_document.publish_diagnostics.tag_support")),
        data=has("text_document.publish_diagnostics.data_support"),
        code_literals=get_capability(capabilities, f"{action}.code_action_literal_support", None)
        is not None,
        disabled=has(f"{action}.disabled_support"),
        preferred=has(f"{action}.is_preferred_support"),
        resolve=has(f"{action}.data_support")
        and offers(f"{action}.resolve_support.properties", "edit"),
        document_changes=document_changes,
        create=create,
        annotations=document_changes
        and get_capability(capabilities, f"{edit}.change_annotation_support", None) is not None,
        apply_edit=has("workspace.apply_edit"),
        watch=has("workspace.did_change_watched_files.dynamic_registration"),
        pull_settings=has("workspace.configuration"),
        watch_settings=has("workspace.did_change_configuration.dynamic_registration"),
        progress=has("window.work_done_progress"),
        dynamic_formatting=has("text_document.formatting.dynamic_registration")
        and has("text_document.range_formatting.dynamic_registration"),
        dynamic_typing=has("text_document.on_type_formatting.dynamic_registration"),
        snippets=has("text_document.completion.completion_item.snippet_support"),
        label_details=has("text_document.completion.completion_item.label_details_support"),
        hover_format=text_format("text_document.hover.content_format"),
        candidate_format=text_format(
            "text_document.completion.completion_item.documentation_format"
        ),
        signature_format=text_format(
            "text_document.signature_help.signature_information.documentation_format"
        ),
        pull_diagnostics=get_capability(capabilities, "text_document.diagnostic", None) is not None,
        refresh_diagnostics=has("workspace.diagnostics.refresh_support"),
        refresh_lenses=has("workspace.code_lens.refresh_support"),
        refresh_hints=has("workspace.inlay_hint.refresh_support"),
        afterwards=AFTERWARDS in own,
        shows_references=SHOW_REFERENCES in own,
        shows_context=SHOW_BUILD_CONTEXT in own,
        options=tuple(options.items()),
    )


def language_of(setting: Any, locale: str | None) -> Language:
    """The language of messages: the setting's, else the one of the editor's locale."""
    chosen = setting if setting in ("en", "ja") else (locale or "")
    return "ja" if str(chosen).lower().partition("-")[0].partition("_")[0] == "ja" else "en"
