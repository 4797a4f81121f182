"""Builds that other files state: bake files, devcontainers, workflows, Makefiles, scripts.

Only literal values count: a path that a variable decides is no statement. Sources: `docker build`
and `docker buildx build` (docker/cli, docker/buildx), bake file reference,
docker/build-push-action, the Dev Container specification.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shipworthy.db.database import Database, query
from shipworthy.model.files import parsed_json, parsed_yaml
from shipworthy.model.workspace import inventory
from shipworthy.syntax import hcl
from shipworthy.syntax.gopath import join
from shipworthy.syntax.json import Array, Object, Scalar, to_python
from shipworthy.syntax.shell import effective
from shipworthy.syntax.shell import parse as parse_shell
from shipworthy.syntax.yaml.nodes import Mapping as YamlMapping
from shipworthy.syntax.yaml.nodes import Node as YamlNode
from shipworthy.syntax.yaml.nodes import Scalar as YamlScalar
from shipworthy.syntax.yaml.nodes import Sequence as YamlSequence
from shipworthy.text.anchors import Anchor
from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span

_BUILDERS = frozenset({"docker", "podman", "nerdctl", "buildah"})
_VALUED = frozenset(
    {
        "-f", "--file", "-t", "--tag", "--target", "--build-arg", "--platform", "--cache-from",
        "--cache-to", "--label", "--network", "--progress", "--secret", "--ssh", "-o", "--output",
        "--build-context", "--builder", "--iidfile", "--add-host", "--memory", "-m", "--ulimit",
        "--shm-size", "--attest", "--allow", "--annotation", "--call", "--metadata-file", "--sbom",
        "--provenance", "--no-cache-filter", "--cpuset-cpus", "--isolation",
    }
)  # fmt: skip
_MENTIONS = regex(r"\b(?:docker|podman|nerdctl|buildah)\b[^\n]*\b(?:build|bud)\b")
_RECIPE_PREFIX = regex(r"^[ \t]+[@+-]*")
_WORKSPACE = regex(r"\$\{\{\s*github\.workspace\s*\}\}/?")


class Invocation(NamedTuple):
    """One build that some file states, with literal values only; paths are absolute."""

    label: str
    """How the caller is called in output: the bake target, the workflow's job, the file's name."""
    at: Anchor
    dockerfile: str
    context: str
    target: str | None
    args: tuple[tuple[str, str | None], ...]
    platform: str | None


class _Call(NamedTuple):
    """The words of one `docker build` that matter."""

    file: str | None
    context: str
    target: str | None
    args: tuple[tuple[str, str | None], ...]
    platform: str | None


@query
def invocations(db: Database, root: str) -> tuple[Invocation, ...]:
    """The builds stated below a root outside of compose files, in a fixed order.

    The same build stated twice (a workflow and a Makefile) counts once.
    """
    found: dict[tuple[str, str, str | None], Invocation] = {}
    for path in inventory(db, root).callers:
        for call in stated_in(db, root, path):
            found.setdefault((call.dockerfile, call.context, call.target), call)
    return tuple(found.values())


@query
def stated_in(db: Database, root: str, path: str) -> tuple[Invocation, ...]:
    """The builds that one file states."""
    name = path.rpartition("/")[2].lower()
    if name.startswith("docker-bake.") and name.endswith(".hcl"):
        return tuple(_bake_hcl(db, path))
    if name.startswith("docker-bake.") and name.endswith(".json"):
        return tuple(_bake_json(db, path))
    if name.endswith("devcontainer.json"):
        return tuple(_devcontainer(db, path))
    if name.endswith((".yml", ".yaml")):
        return tuple(_workflow(db, root, path))
    return tuple(_script(db, root, path))


def _invocation(
    db: Database, folders: tuple[str, ...], call: _Call, label: str, at: Anchor
) -> Invocation | None:
    """The build that a call means, from the first folder in which its Dockerfile exists."""
    for folder in folders:
        context = join(folder, call.context) if not call.context.startswith("/") else call.context
        path = join(folder, call.file) if call.file else join(context, "Dockerfile")
        status = db.stat(path)
        if status is not None and status.kind != "dir" and db.stat(context) is not None:
            return Invocation(label, at, path, context, call.target, call.args, call.platform)
    return None


# Bake files


def _bake_hcl(db: Database, path: str) -> Iterator[Invocation]:
    blocks = [block for block in hcl.parse(db.text(path) or "") if block.kind == "target"]
    by_name = {block.labels[0]: block.attributes for block in blocks if block.labels}
    for block in blocks:
        if block.labels:
            at = Anchor(path, -1, block.span)
            yield from _bake_target(db, path, block.labels[0], by_name, at)


def _bake_json(db: Database, path: str) -> Iterator[Invocation]:
    parsed = parsed_json(db, path)
    root = parsed.root if parsed is not None else None
    targets = root.get("target") if isinstance(root, Object) else None
    if not isinstance(targets, Object):
        return
    values = to_python(targets)
    for member in targets.members:
        at = Anchor(path, -1, member.key.span)
        yield from _bake_target(db, path, str(member.key.value), values, at)


def _bake_target(
    db: Database, path: str, name: str, targets: dict[str, Any], at: Anchor
) -> Iterator[Invocation]:
    values = _inherited(name, targets, 0)
    context = values.get("context", ".")
    file = values.get("dockerfile", "Dockerfile")
    if name.startswith("_") or not isinstance(context, str) or not isinstance(file, str):
        return
    if "://" in context or "dockerfile-inline" in values:
        return
    folder = path.rpartition("/")[0]
    # In bake files the Dockerfile is relative to the context.
    where = join(folder, context)
    target = values.get("target")
    args = values.get("args")
    call = _Call(
        file,
        where,
        target if isinstance(target, str) else None,
        tuple((key, value if isinstance(value, str) else None) for key, value in args.items())
        if isinstance(args, dict)
        else (),
        None,
    )
    found = _invocation(db, (where,), call, name, at)
    if found is not None:
        yield found


def _inherited(name: str, targets: dict[str, Any], depth: int) -> dict[str, Any]:
    own = targets.get(name)
    if not isinstance(own, dict) or depth > 8:
        return {}
    merged: dict[str, Any] = {}
    parents = own.get("inherits")
    for parent in parents if isinstance(parents, list | tuple) else ():
        if isinstance(parent, str):
            merged.update(_inherited(parent, targets, depth + 1))
    merged.update(own)
    return merged


# Dev containers


def _devcontainer(db: Database, path: str) -> Iterator[Invocation]:
    parsed = parsed_json(db, path)
    root = parsed.root if parsed is not None else None
    if not isinstance(root, Object):
        return
    build = root.get("build")
    named = build.get("dockerfile") if isinstance(build, Object) else root.get("dockerFile")
    file = _string(named)
    if file is None or named is None:
        return
    context = _string(build.get("context")) if isinstance(build, Object) else None
    context = context if context is not None else _string(root.get("context"))
    target = _string(build.get("target")) if isinstance(build, Object) else None
    folder = path.rpartition("/")[0]
    # Without `context` the Dev Container CLI builds from the folder of the Dockerfile.
    where = context if context is not None else file.rpartition("/")[0] or "."
    call = _Call(file, where, target, (), None)
    found = _invocation(db, (folder,), call, "devcontainer", Anchor(path, 0, named.span))
    if found is not None:
        yield found


def _string(node: Object | Array | Scalar | None) -> str | None:
    value = to_python(node) if isinstance(node, Scalar) else None
    return value if isinstance(value, str) else None


# GitHub workflows


def _workflow(db: Database, root: str, path: str) -> Iterator[Invocation]:
    text = db.text(path) or ""
    if "build-push-action" not in text and not _MENTIONS.search(text):
        return
    parsed = parsed_yaml(db, path)
    jobs = parsed.root.get("jobs") if parsed and isinstance(parsed.root, YamlMapping) else None
    if not isinstance(jobs, YamlMapping):
        return
    for key, job in jobs.entries:
        steps = job.get("steps") if isinstance(job, YamlMapping) else None
        if not isinstance(steps, YamlSequence) or not isinstance(key, YamlScalar):
            continue
        for step in steps.items:
            if isinstance(step, YamlMapping):
                yield from _step(db, root, path, key.value, step)


def _step(db: Database, root: str, path: str, job: str, step: YamlMapping) -> Iterator[Invocation]:
    uses, given = _text(step.get("uses")), step.get("with")
    if uses.startswith("docker/build-push-action") and isinstance(given, YamlMapping):
        context = _text(given.get("context")) or "."
        context = _WORKSPACE.sub("", context) or "."
        file = _WORKSPACE.sub("", _text(given.get("file"))) or None
        if "${{" in context or (file and "${{" in file) or "://" in context:
            return
        place = given.get("file") or given.get("context") or step.get("uses")
        at = Anchor(path, place.block if place else 0, place.span if place else Span(0, 0))
        call = _Call(file, context, _text(given.get("target")) or None, (), None)
        found = _invocation(db, (root,), call, job, at)
        if found is not None:
            yield found
    run = step.get("run")
    if isinstance(run, YamlScalar) and _MENTIONS.search(run.value):
        folder = join(root, _text(step.get("working-directory")) or ".")
        at = Anchor(path, run.block, run.span)
        for call in _calls(run.value):
            found = _invocation(db, (folder,), call, job, at)
            if found is not None:
                yield found


def _text(node: YamlNode | None) -> str:
    return node.value if isinstance(node, YamlScalar) else ""


# Makefiles, justfiles and shell scripts


def _script(db: Database, root: str, path: str) -> Iterator[Invocation]:
    text = db.text(path) or ""
    if len(text) > 200_000 or not _MENTIONS.search(text):
        return
    folder, _, name = path.rpartition("/")
    is_recipe = not name.endswith(".sh")
    start = 0
    for block in _logical_lines(text):
        line = _RECIPE_PREFIX.sub("", block) if is_recipe else block
        if _MENTIONS.search(line):
            at = Anchor(path, -1, Span(start, start + len(block.rstrip("\n"))))
            for call in _calls(line):
                # A script may be started from its own folder or from the repository's root.
                found = _invocation(db, (folder, root), call, name, at)
                if found is not None:
                    yield found
        start += len(block)


def _logical_lines(text: str) -> list[str]:
    lines: list[str] = []
    for line in text.splitlines(keepends=True):
        if lines and lines[-1].rstrip("\r\n").endswith("\\"):
            lines[-1] += line
        else:
            lines.append(line)
    return lines


def _calls(text: str) -> Iterator[_Call]:
    for command in parse_shell(text).commands:
        words = [word.literal() for word in effective(command).words]
        call = _call(words)
        if call is not None:
            yield call


def _call(words: list[str | None]) -> _Call | None:
    """The build that the words state; None when it is no build or a path in it is not literal."""
    if not words or words[0] not in _BUILDERS:
        return None
    rest = words[1:]
    if rest[:1] in (["buildx"], ["image"], ["builder"]):
        rest = rest[1:]
    if rest[:1] not in (["build"], ["bud"], ["b"]):
        return None
    options: dict[str, str | None] = {}
    args: list[tuple[str, str | None]] = []
    positional: list[str | None] = []
    at = 1
    while at < len(rest):
        word = rest[at]
        at += 1
        if word is None or not word.startswith("-") or word == "-":
            positional.append(word)
            continue
        name, equals, value = word.partition("=")
        given: str | None = value
        if not equals and name in _VALUED:
            given = rest[at] if at < len(rest) else None
            at += 1
        if name == "--build-arg" and given is not None:
            key, has_value, text = given.partition("=")
            args.append((key, text if has_value else None))
        options[name] = given
    return _from_options(options, tuple(args), positional)


def _from_options(
    options: dict[str, str | None],
    args: tuple[tuple[str, str | None], ...],
    positional: list[str | None],
) -> _Call | None:
    file_name = next((name for name in ("-f", "--file") if name in options), None)
    file = options[file_name] if file_name is not None else None
    if (file_name is not None and file in (None, "-")) or len(positional) != 1:
        return None
    context = positional[0]
    if context is None or context == "-" or "://" in context or "$" in context:
        return None
    return _Call(file, context, options.get("--target"), args, options.get("--platform"))
