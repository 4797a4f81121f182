"""The project's answers to the vectors about the build context and what is copied from it."""

from __future__ import annotations

from typing import Any, NamedTuple

from shipworthy.model.copy_run import Landed, copy_into
from shipworthy.model.copying import CopySpec, flag_text
from shipworthy.model.file_modes import parse_mode
from shipworthy.model.ignoring import PatternError, compile_patterns
from shipworthy.model.sending import Filter, follow_filter, send
from shipworthy.model.trees import MemoryTree, Node, TreeError, resolved
from shipworthy.syntax import dockerignore
from shipworthy.syntax.dockerfile.expand import expand
from shipworthy.syntax.dockerfile.nodes import Instruction
from shipworthy.syntax.dockerfile.parse import parse, stage_problems
from shipworthy.text.lines import LineIndex

Answer = dict[str, Any]

_IMAGE = -1
_SCRATCH = -2
"""The numbers of sources that are no stages: an image, and the empty image."""
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_PLATFORM = {
    "TARGETPLATFORM": "linux/amd64",
    "TARGETOS": "linux",
    "TARGETARCH": "amd64",
    "TARGETVARIANT": "",
    "BUILDPLATFORM": "linux/amd64",
    "BUILDOS": "linux",
    "BUILDARCH": "amd64",
    "BUILDVARIANT": "",
    "TARGETSTAGE": "default",
}
_MESSAGES = (
    ("unknown instruction", "unknown-instruction"),
    ("unknown flag", "unknown-flag"),
    ("duplicate flag", "duplicate-flag"),
    ("value on flag", "flag-value"),
    ("boolean value", "flag-value"),
    ("unterminated heredoc", "unterminated-heredoc"),
    ("here-document", "heredoc-not-allowed"),
    ("heredoc", "heredoc-not-allowed"),
    ("no build stage", "no-build-stage"),
    ("requires", "arguments"),
)
_FLAGGED = {".venv", "venv", "__pycache__", ".git", ".env", "node_modules", ".pytest_cache"}
_FLAGGED |= {".ruff_cache", ".mypy_cache", "secret", "secrets"}
_FLAGGED_DIRECTORIES = {".venv", "venv", "__pycache__", ".git", "node_modules"}


class _Failure(Exception):
    def __init__(self, kind: str, line: int | None) -> None:
        super().__init__(kind)
        self.answer = {"error": {"class": kind, "line": line}}


class _Command(NamedTuple):
    line: int
    instruction: Instruction
    source: int | None = None
    """The stage it copies from, or None: the context."""
    mounts: tuple[int, ...] = ()
    """The stages that a RUN mounts."""

    @property
    def needs(self) -> tuple[int, ...]:
        found = self.mounts if self.source is None else (*self.mounts, self.source)
        return tuple(stage for stage in found if stage >= 0)


class _Stage(NamedTuple):
    line: int
    base: int | None
    is_image: bool
    commands: list[_Command]


class _Action(NamedTuple):
    """A step that changes a stage's files: a directory to make, or a copy."""

    line: int
    workdir: str | None
    copy: CopySpec | None
    source: int | None


class _Built(NamedTuple):
    tree: MemoryTree
    copies: list[tuple[int, Landed]]


def dockerignore_sent(question: Answer) -> Answer:
    """What a whole-context copy sends."""
    rules = compile_patterns(dockerignore.parse(question["dockerignore"]).tree.cleaned)
    sent = send(_context(question), Filter(None, rules))
    if isinstance(sent, PatternError):
        return {"error": sent.kind}
    answer: Answer = {
        "patterns": list(dockerignore.parse(question["dockerignore"]).tree.cleaned),
        "sent": sorted(path + "/" * (node.kind == "directory") for path, node in sent.entries()),
    }
    emptied = sorted(path for path, node in sent.entries() if node.emptied)
    if emptied:
        answer["emptied"] = emptied
    return answer


def copy_result(question: Answer) -> Answer:
    """The tree of the last stage."""
    try:
        built = _build(question, scratch_only=True)[-1]
    except _Failure as failure:
        return failure.answer
    answer: Answer = {
        "files": {"/" + p: n.origin for p, n in built.tree.entries() if n.kind == "file"},
        "dirs": sorted("/" + p for p, n in built.tree.entries() if n.kind == "directory"),
    }
    links = {"/" + p: n.link for p, n in built.tree.entries() if n.kind == "symlink"}
    modes = {"/" + p: f"{n.mode:04o}" for p, n in built.tree.entries() if _has_own_mode(n)}
    emptied = sorted("/" + p for p, n in built.tree.entries() if n.emptied)
    return answer | {
        key: value
        for key, value in (("symlinks", links), ("modes", modes), ("emptied", emptied))
        if value
    }


def image_tree_scenarios(question: Answer) -> Answer:
    """What every copy that matters brings of the things nobody wants in an image."""
    try:
        stages = _build(question, scratch_only=False)
    except _Failure as failure:
        return failure.answer
    copies = []
    for stage in stages:
        for line, landed in stage.copies:
            copy: Answer = {
                "line": line,
                "files_landed": len(landed.files),
                "flagged": _flagged(landed.files),
            }
            directories = sorted("/" + path for path in _uppermost(landed))
            if directories:
                copy["flagged_dirs"] = directories
            copies.append(copy)
    final = {path: node for path, node in stages[-1].tree.entries() if node.kind != "directory"}
    answer: Answer = {
        "copies": sorted(copies, key=lambda copy: int(copy["line"])),
        "final_flagged": _flagged(final),
    }
    emptied = sorted("/" + path for path, node in final.items() if node.emptied)
    if emptied:
        answer["emptied"] = emptied
    return answer


def _has_own_mode(node: Node) -> bool:
    usual = {"file": 0o644, "directory": 0o755}.get(node.kind, node.mode)
    return node.mode != usual


def _flagged(files: dict[str, Node]) -> dict[str, str | None]:
    return {
        "/" + path: f"-> {node.link}" if node.kind == "symlink" else node.origin
        for path, node in files.items()
        if _is_flagged(path) or _is_flagged(node.origin or "")
    }


def _is_flagged(path: str) -> bool:
    return any(part in _FLAGGED or part.startswith(".env.") for part in path.split("/"))


def _uppermost(landed: Landed) -> set[str]:
    found: set[str] = set()
    written = set(landed.directories) | {path.rpartition("/")[0] for path in landed.files}
    for path in written:
        parts = path.split("/")
        for i, part in enumerate(parts):
            if part in _FLAGGED_DIRECTORIES:
                found.add("/".join(parts[: i + 1]))
                break
    return found


def _context(question: Answer) -> MemoryTree:
    given = question.get("tree") or {}
    tree = MemoryTree.of(
        given.get("files") or (), given.get("dirs") or (), given.get("symlinks") or {}
    )
    if question.get("dockerignore") is not None:
        tree.put(".dockerignore", Node("file", origin=".dockerignore"))
    return tree


def _build(question: Answer, *, scratch_only: bool) -> list[_Built]:
    """The stages that the last one needs, in order."""
    text = question["dockerfile"]
    stages, escape, meta = _stages(text)
    needed = _needed(stages)
    for i in needed:
        if stages[i].is_image and scratch_only:
            raise _Failure("bad-from", stages[i].line)
    ignored = question.get("dockerignore")
    rules = compile_patterns(() if ignored is None else dockerignore.parse(ignored).tree.cleaned)
    if rules.error is not None:
        raise _Failure("bad-pattern", None)
    plans: dict[int, tuple[list[_Action], str, dict[str, str]]] = {}
    wanted: list[str] = []
    for i in needed:
        plans[i] = _plan(stages[i], plans, escape, meta, wanted)
    context = _sent(question, rules, wanted)
    built: dict[int, _Built] = {}
    _run(len(stages) - 1, stages, plans, context, built)
    return [built[i] for i in needed]


def _run(
    stage: int,
    stages: list[_Stage],
    plans: dict[int, tuple[list[_Action], str, dict[str, str]]],
    context: MemoryTree,
    built: dict[int, _Built],
) -> None:
    """Builds a stage, other stages when they are first needed."""
    if stage in built:
        return
    base = stages[stage].base
    if base is not None:
        _run(base, stages, plans, context, built)
    now = _Built(built[base].tree.copy() if base is not None else MemoryTree(), [])
    for action in plans[stage][0]:
        if action.source is not None and action.source >= 0:
            _run(action.source, stages, plans, context, built)
        _act(action, now, context, built)
    built[stage] = now


def _sent(question: Answer, rules: Any, wanted: list[str]) -> MemoryTree:
    if not wanted:
        return MemoryTree()
    whole = _context(question)
    sent = send(whole, follow_filter(whole, wanted, rules))
    if isinstance(sent, PatternError):
        raise _Failure("bad-pattern", None)
    return sent


def _act(action: _Action, stage: _Built, context: MemoryTree, built: dict[int, _Built]) -> None:
    if action.workdir is not None:
        try:
            stage.tree.make_directories(resolved(stage.tree, action.workdir.strip("/")))
        except TreeError as error:
            raise _Failure(error.kind, action.line) from error
    if action.copy is None:
        return
    source = context
    if action.source is not None:
        source = built[action.source].tree if action.source >= 0 else MemoryTree()
    landed = copy_into(stage.tree, action.copy, source.copy())
    if isinstance(landed, str):
        raise _Failure(landed, action.line)
    stage.copies.append((action.line, landed))


def _stages(text: str) -> tuple[list[_Stage], str, dict[str, str]]:
    parsed = parse(text)
    lines = LineIndex(text)
    for problem in (*parsed.problems, *stage_problems(parsed)):
        raise _Failure(_class_of(problem.message), lines.line_of(problem.span.start) + 1)
    escape = parsed.tree.escape
    meta: dict[str, str] = {}
    stages: list[_Stage] = []
    names: dict[str, int] = {}
    at = [lines.line_of(start) + 1 for start in parsed.starts]
    for line, instruction in zip(at, parsed.tree.instructions, strict=True):
        if instruction.keyword == "FROM":
            base = _expanded(instruction.args[0].text, _PLATFORM | meta, escape, line)
            index = names.get(base)
            if len(instruction.args) == 3:
                names[instruction.args[2].text.lower()] = len(stages)
            is_image = index is None and base != "scratch"
            stages.append(_Stage(line, index, is_image, []))
        elif stages:
            stages[-1].commands.append(_Command(line, instruction))
        elif instruction.keyword == "ARG":
            for word in instruction.args:
                name, equals, value = word.text.partition("=")
                if equals:
                    meta[name] = _expanded(value, _PLATFORM | meta, escape, line)
    if not stages:
        raise _Failure("no-build-stage", None)
    for stage in stages:
        stage.commands[:] = [
            _with_sources(command, names, len(stages), escape) for command in stage.commands
        ]
    _refuse_circles(stages)
    triggers = [
        [c for c in stage.commands if c.instruction.keyword == "ONBUILD"] for stage in stages
    ]
    for stage in stages:
        if stage.base is not None:
            stage.commands[:0] = [
                _with_sources(_Command(stage.line, trigger), names, len(stages), escape)
                for command in triggers[stage.base]
                if (trigger := command.instruction.trigger) is not None
            ]
    return stages, escape, meta


def _with_sources(command: _Command, names: dict[str, int], count: int, escape: str) -> _Command:
    instruction = command.instruction
    if instruction.keyword == "RUN":
        mounted = (fields.get("from", "") for fields in _mounts(instruction))
        return command._replace(mounts=tuple(names.get(name.lower(), _IMAGE) for name in mounted))
    flag = instruction.flag("from") if instruction.keyword == "COPY" else None
    if flag is None or not flag.value:
        return command
    if expand(flag.value, lambda _: None, escape).result != flag.value:
        raise _Failure("from-variable", None)
    if flag.value.isascii() and flag.value.lstrip("+-").isdecimal():
        index = int(flag.value)
        if not 0 <= index < count:
            raise _Failure("bad-from", None)
    else:
        unknown = _SCRATCH if flag.value == "scratch" else _IMAGE
        index = names.get(flag.value.lower(), unknown)
    return command._replace(source=index)


def _refuse_circles(stages: list[_Stage]) -> None:
    visited: set[int] = set()

    def visit(stage: int, path: tuple[int, ...], first: int | None) -> None:
        if stage in visited:
            return
        visited.add(stage)
        for command in stages[stage].commands:
            for needed in command.needs:
                line = command.line if first is None else first
                if needed in (*path, stage):
                    raise _Failure("circular-dependency", line)
                visit(needed, (*path, stage), line)

    for stage in range(len(stages)):
        visit(stage, (), None)


def _needed(stages: list[_Stage]) -> list[int]:
    needed: set[int] = set()
    todo = [len(stages) - 1]
    while todo:
        i = todo.pop()
        if i in needed:
            continue
        needed.add(i)
        base = stages[i].base
        if base is not None:
            todo.append(base)
        for command in stages[i].commands:
            todo.extend(command.needs)
    return sorted(needed)


def _plan(
    stage: _Stage,
    plans: dict[int, tuple[list[_Action], str, dict[str, str]]],
    escape: str,
    meta: dict[str, str],
    wanted: list[str],
) -> tuple[list[_Action], str, dict[str, str]]:
    """The stage's actions, its last working directory and its last environment."""
    workdir, env = "/", {"PATH": _PATH}
    if stage.base is not None:
        _, workdir, inherited = plans[stage.base]
        env = dict(inherited)
    actions: list[_Action] = []
    for line, instruction, source, _ in stage.commands:
        words = [word.text for word in instruction.args]
        if instruction.keyword == "WORKDIR":
            path = _expanded(words[0], env, escape, line)
            workdir = "/" + "/".join(_parts(path if path.startswith("/") else f"{workdir}/{path}"))
            if workdir != "/":
                actions.append(_Action(line, workdir, None, None))
        elif instruction.keyword == "ENV":
            pairs = zip(words[::3], words[1::3], strict=False)
            env |= {
                _expanded(key, env, escape, line): _expanded(value, env, escape, line)
                for key, value in list(pairs)
            }
        elif instruction.keyword == "ARG":
            for word in words:
                name, equals, value = word.partition("=")
                if equals:
                    env[name] = _expanded(value, env, escape, line)
                elif name in meta or name in _PLATFORM:
                    env[name] = (_PLATFORM | meta)[name]
        elif instruction.keyword in {"COPY", "ADD"}:
            copy = _copy(instruction, workdir, env, escape, line)
            if source is not None and source not in plans and source != _SCRATCH:
                raise _Failure("bad-from", line)
            actions.append(_Action(line, None, copy, source))
            if source is None:
                wanted.extend(copy.sources)
        elif instruction.keyword == "RUN":
            wanted.extend(_bound(instruction))
        elif instruction.keyword in {"LABEL", "USER", "EXPOSE", "VOLUME", "STOPSIGNAL"}:
            for word in words:
                _expanded(word, env, escape, line)
    return actions, workdir, env


def _copy(
    instruction: Instruction, workdir: str, env: dict[str, str], escape: str, line: int
) -> CopySpec:
    words = [word.text for word in instruction.args]
    literal = [w for w in words[:-1] if instruction.json or not w.startswith("<<")]
    sources = tuple(_expanded(word, env, escape, line) for word in literal)
    destination = _expanded(words[-1], env, escape, line)
    for document in instruction.heredocs:
        # Quotes mean nothing in here-documents.
        body = document.body.replace("'", "").replace('"', "")
        if document.expand and expand(body, env.get, "\\").error is not None:
            raise _Failure("expansion", line)
    chmod = instruction.flag("chmod")
    mode = _expanded(chmod.value or "", env, escape, line) if chmod is not None else ""
    if mode and parse_mode(mode) is None:
        raise _Failure("bad-chmod", line)
    return CopySpec(
        sources,
        destination,
        workdir,
        tuple(document.name for document in instruction.heredocs),
        _is_set(instruction, "parents"),
        tuple(flag_text(flag.value or "") for flag in instruction.flags if flag.name == "exclude"),
        _is_set(instruction, "link"),
        mode,
    )


def _is_set(instruction: Instruction, name: str) -> bool:
    flag = instruction.flag(name)
    return flag is not None and (flag.value is None or flag.value.lower() == "true")


def _mounts(instruction: Instruction) -> list[dict[str, str]]:
    return [
        dict(field.partition("=")[::2] for field in (flag.value or "").split(","))
        for flag in instruction.flags
        if flag.name == "mount"
    ]


def _bound(instruction: Instruction) -> list[str]:
    """The context paths that a RUN mounts."""
    return [
        fields.get("source") or fields.get("src") or "/"
        for fields in _mounts(instruction)
        if fields.get("type", "bind") in {"bind", "tmpfs"} and "from" not in fields
    ]


def _parts(path: str) -> list[str]:
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in {"", "."}:
            parts.append(part)
    return parts


def _expanded(word: str, env: dict[str, str], escape: str, line: int) -> str:
    result = expand(word, env.get, escape).result
    if result is None:
        raise _Failure("expansion", line)
    return result


def _class_of(message: str) -> str:
    for part, kind in _MESSAGES:
        if part in message:
            return kind
    return message
