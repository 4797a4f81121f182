"""The documentation of a completion candidate, looked up when the editor asks for it."""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.model.commands.uv_environment import UV_ENVIRONMENT
from shipworthy.views.candidates import DocKey
from shipworthy.views.compose_docs import compose_doc, value_doc
from shipworthy.views.directive_views import DIRECTIVES
from shipworthy.views.instruction_docs import MOUNT_OPTIONS, flag_doc, instruction_doc
from shipworthy.views.page import Part, text
from shipworthy.views.snippets import SNIPPETS
from shipworthy.views.uv_docs import COMMANDS, FLAGS, OTHER_VARIABLES, RECENT, SINCE, VARIABLES
from shipworthy.views.yaml_places import YamlPath


def documentation(key: DocKey) -> tuple[Part, ...]:
    """What a candidate's key says; nothing for one that has no words."""
    return tuple(_parts(key[0], key[1:])) if key else ()


def _parts(kind: str, rest: YamlPath) -> Iterator[Part]:
    found = None
    if kind == "compose":
        found = compose_doc(rest)
    elif kind == "compose-value":
        found = value_doc(rest[:-1], rest[-1] if rest else "")
    elif not rest:
        return
    elif kind == "instruction":
        found = instruction_doc(rest[0])
    elif kind == "flag" and len(rest) == 2:
        found = flag_doc(rest[0], rest[1])
    elif kind == "mount":
        found = MOUNT_OPTIONS.get(rest[0])
    elif kind == "directive":
        found = DIRECTIVES.get(rest[0])
    elif kind == "uv-command":
        found = COMMANDS.get(rest[0])
    elif kind == "uv-flag":
        found = FLAGS.get(rest[0])
    elif kind == "snippet" and rest[0] in SNIPPETS:
        found = SNIPPETS[rest[0]].what
    elif kind == "variable":
        found = VARIABLES.get(rest[0]) or OTHER_VARIABLES.get(rest[0])
    if found is not None:
        yield text(found)
    if kind == "variable" and rest and rest[0] in UV_ENVIRONMENT:
        version = UV_ENVIRONMENT[rest[0]]
        yield text(SINCE, version=version) if version is not None else text(RECENT)
