"""From which folder a Dockerfile is built when nothing in the workspace says so."""

from __future__ import annotations

from shipworthy.db.database import Database, query
from shipworthy.model.files import dockerfile
from shipworthy.model.unknown import Unknown
from shipworthy.syntax.dockerfile.nodes import Instruction
from shipworthy.text.anchors import whole_file

ENOUGH = 0.6
"""The share of literal sources that must exist below a folder before it is believed."""

_NOT_LITERAL = frozenset("$*?[<{")


@query
def infer_context(db: Database, root: str, path: str) -> str | Unknown:
    """The folder below which most of the literal COPY and bind sources exist.

    `COPY .` is no evidence. A tie, too small a share, or no literal source at all leave it UNKNOWN,
    unless there is only one candidate: a Dockerfile at the workspace root.
    """
    tree = dockerfile(db, path)
    folder = path.rpartition("/")[0]
    candidates = [folder]
    while candidates[-1] != root and candidates[-1].startswith(root + "/"):
        candidates.append(candidates[-1].rpartition("/")[0])
    if len(candidates) == 1:
        return folder
    sources = _literal_sources(tree.instructions if tree else ())
    unknown = Unknown("context-not-stated", "", whole_file(path))
    if not sources:
        return unknown
    shares = [
        sum(db.stat(f"{candidate}/{source}") is not None for source in sources) / len(sources)
        for candidate in candidates
    ]
    best = max(shares)
    if best < ENOUGH or shares.count(best) > 1:
        return unknown
    return candidates[shares.index(best)]


def _literal_sources(instructions: tuple[Instruction, ...]) -> frozenset[str]:
    found: set[str] = set()
    for instruction in instructions:
        if instruction.keyword in ("COPY", "ADD") and instruction.flag("from") is None:
            words = [word.text for word in instruction.args[:-1]]
            found.update(word.strip("\"'").strip("/").removeprefix("./") for word in words)
        elif instruction.keyword == "RUN":
            for flag in instruction.flags:
                if flag.name == "mount" and flag.value:
                    found.update(_bind_source(flag.value))
    return frozenset(
        source
        for source in found
        if source not in ("", ".") and not _NOT_LITERAL & set(source) and "://" not in source
    )


def _bind_source(value: str) -> list[str]:
    options = dict(part.partition("=")[::2] for part in value.split(","))
    if options.get("type", "bind") != "bind" or "from" in options:
        return []
    source = options.get("source") or options.get("src") or ""
    return [source.strip("/").removeprefix("./")]
