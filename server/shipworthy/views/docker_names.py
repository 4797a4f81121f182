"""Names that an instruction of a Dockerfile can use: stages, images, users, variables, folders."""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.message import Inner, Text, clause
from shipworthy.model.builds import units_of_dockerfile
from shipworthy.model.files import dockerfile
from shipworthy.model.image.stages import StageShape, stage_shapes
from shipworthy.model.image.states import PREDEFINED_ARGS, UNKNOWN_PIECE, global_args
from shipworthy.model.projects import pyproject
from shipworthy.model.python.pyproject import ProjectFacts
from shipworthy.model.users import accounts
from shipworthy.model.workspace import inventory, root_of
from shipworthy.syntax.dockerfile.nodes import Dockerfile
from shipworthy.views.candidates import Candidate
from shipworthy.views.docker_places import steps_at
from shipworthy.views.python_choice import python_version

STAGE = Text(en="stage on {base}", ja="{base} からのステージ")
VALUE = Text(en="= {value}", ja="= {value}")
NOT_KNOWN = Text(en="not known before the build", ja="ビルドまで不明")
OF_BUILDKIT = Text(en="of BuildKit, after `ARG {name}`", ja="`ARG {name}` で使える BuildKit の値")
FITS = Text(en="fits `requires-python`", ja="`requires-python` に合います")
_SHOWN = 60


def stages_before(path: str, tree: Dockerfile, ordinal: int) -> Iterator[Candidate]:
    """The named stages above an instruction, and for COPY those that it does not stand in."""
    keyword = tree.instructions[ordinal].keyword
    shapes = _shapes(path, tree)
    for shape in reversed(shapes):
        if shape.name is None or shape.first >= ordinal:
            continue
        if keyword != "FROM" and shape.first < ordinal < shape.end:
            continue
        base = shape.reference or "?"
        yield Candidate(_written(tree, shape), "stage", detail=clause(STAGE, base=base))


def _shapes(path: str, tree: Dockerfile) -> tuple[StageShape, ...]:
    return stage_shapes(tree, path, global_args(tree.instructions, path, tree.escape, {}))


def _written(tree: Dockerfile, shape: StageShape) -> str:
    """A stage's name as written; stages are found without regard to case."""
    words = tree.instructions[shape.first].args
    return words[2].text if len(words) > 2 else shape.name or ""


def all_stages(db: Database, path: str) -> Iterator[Candidate]:
    """The named stages of a Dockerfile, for `target`."""
    tree = dockerfile(db, path)
    for shape in _shapes(path, tree) if tree is not None else ():
        if shape.name is not None:
            detail = clause(STAGE, base=shape.reference or "?")
            yield Candidate(_written(tree, shape) if tree else "", "stage", detail=detail)


def image_names(db: Database, path: str, *, sources: bool = False) -> Iterator[Candidate]:
    """Images that this workspace's Dockerfiles use, and Python in the version that fits.

    With `sources`, what `COPY --from` takes: the images that are copied from.
    """
    root = root_of(db, path)
    if not sources:
        version = python_version(db, path)
        detail: Inner | str = clause(FITS) if _manifest(db, root) is not None else ""
        for tag in (f"python:{version}-slim", f"python:{version}"):
            yield Candidate(tag, "value", detail=detail)
    for other in inventory(db, root).dockerfiles:
        tree = dockerfile(db, other)
        for instruction in tree.instructions if tree is not None else ():
            if sources:
                flag = instruction.flag("from")
                named = flag.value if flag is not None else None
            else:
                words = instruction.args if instruction.keyword == "FROM" else ()
                named = words[0].text if words else None
            if named and ("/" in named or ":" in named) and "$" not in named:
                yield Candidate(named, "value", last=other != path)
    if sources:
        yield Candidate("ghcr.io/astral-sh/uv:latest", "value", last=True)


def _manifest(db: Database, root: str) -> ProjectFacts | None:
    facts = pyproject(db, f"{root}/pyproject.toml")
    return facts if isinstance(facts, ProjectFacts) and facts.requires_python else None


def users(db: Database, path: str, tree: Dockerfile, ordinal: int) -> Iterator[Candidate]:
    """The users that the stage adds, those that this file names, and root."""
    for made, stage, _ in steps_at(db, path, ordinal):
        for account in accounts(made, stage.number):
            yield Candidate(account.name, "user", detail=account.uid or "")
            if account.uid is not None:
                yield Candidate(account.uid, "user", detail=account.name, last=True)
    for number, instruction in enumerate(tree.instructions):
        if number != ordinal and instruction.keyword == "USER" and instruction.args:
            yield Candidate(instruction.args[0].text, "user")
    for image, name in (("node", "node"), ("nginx", "nginx"), ("postgres", "postgres")):
        if any(image in (shape.reference or "") for shape in _shapes(path, tree)):
            yield Candidate(name, "user")
    yield Candidate("root", "user", last=True)


def variables(db: Database, path: str, tree: Dockerfile, ordinal: int) -> Iterator[Candidate]:
    """The variables that an instruction sees, with their values where they are known."""
    if tree.instructions[ordinal].keyword == "FROM" or not _in_stage(path, tree, ordinal):
        known = global_args(tree.instructions[:ordinal], path, tree.escape, {})
        for name, value in known.items():
            yield Candidate(name, "variable", detail=_value(value.text))
        for name in sorted(PREDEFINED_ARGS):
            yield Candidate(name, "variable", detail=clause(OF_BUILDKIT, name=name), last=True)
        return
    for _, _, step in steps_at(db, path, ordinal):
        for name, value in {**step.state.args, **step.state.env}.items():
            detail = _value(value.text)
            yield Candidate(name, "variable", detail=detail, doc=("variable", name))


def arguments(db: Database, path: str, tree: Dockerfile, ordinal: int) -> Iterator[Candidate]:
    """What an ARG could declare: what builds pass or files set already, and what BuildKit sets."""
    here = {word.text.partition("=")[0] for word in tree.instructions[ordinal].args}
    stage = next((s for s in _shapes(path, tree) if s.first < ordinal < s.end), None)
    start = stage.first if stage is not None else 0
    known = here | _declared(tree, start, ordinal)
    for unit in units_of_dockerfile(db, path):
        for name, value, _ in unit.args:
            if name not in known:
                detail = _value(value if isinstance(value, str) else None)
                yield Candidate(name, "variable", detail=detail)
    if stage is None:
        return
    outer = global_args(tree.instructions, path, tree.escape, {})
    for name, given in outer.items():
        if name not in known:
            yield Candidate(name, "variable", detail=_value(given.text))
    for name in sorted(PREDEFINED_ARGS - known):
        yield Candidate(name, "variable", detail=clause(OF_BUILDKIT, name=name))


def _declared(tree: Dockerfile, start: int, end: int) -> set[str]:
    """The ARGs between two instructions."""
    return {
        word.text.partition("=")[0]
        for instruction in tree.instructions[start:end]
        if instruction.keyword == "ARG"
        for word in instruction.args
    }


def _in_stage(path: str, tree: Dockerfile, ordinal: int) -> bool:
    return any(shape.first < ordinal < shape.end for shape in _shapes(path, tree))


def _value(text: str | None) -> Inner:
    if text is None or UNKNOWN_PIECE in text:
        return clause(NOT_KNOWN)
    shown = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
    return clause(VALUE, value=shown)


def workdirs(tree: Dockerfile) -> Iterator[Candidate]:
    """The folders that this file works in, and the usual one."""
    for instruction in tree.instructions:
        if instruction.keyword == "WORKDIR" and instruction.args:
            yield Candidate(instruction.args[0].text, "folder")
    yield Candidate("/app", "folder")
