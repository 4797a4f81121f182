"""Completion in a Dockerfile: instructions, flags and their values, arguments of each kind."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator

from shipworthy.db.database import Database
from shipworthy.model.builds import units_of_dockerfile
from shipworthy.model.context import context_ignore_path, ignore_path_of
from shipworthy.model.files import parsed_dockerfile
from shipworthy.model.unknown import Unknown
from shipworthy.syntax.dockerfile.nodes import Dockerfile
from shipworthy.text.patterns import regex
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span
from shipworthy.views.candidates import Candidate, Offer, offer
from shipworthy.views.docker_names import (
    image_names,
    stages_before,
    users,
    variables,
    workdirs,
)
from shipworthy.views.instruction_docs import INSTRUCTIONS
from shipworthy.views.page import relative
from shipworthy.views.path_candidates import Root, context_candidates, split_path
from shipworthy.views.shell_completion import shell_candidates, variable_names, variable_values
from shipworthy.views.snippets import SNIPPETS

FLAGS: dict[str, tuple[str, ...]] = {
    "FROM": ("platform",),
    "COPY": ("from", "chown", "chmod", "link", "parents", "exclude"),
    "ADD": ("checksum", "chown", "chmod", "link", "exclude", "keep-git-dir", "unpack"),
    "RUN": ("mount", "network", "security"),
    "HEALTHCHECK": ("interval", "timeout", "start-period", "start-interval", "retries"),
}
_BARE = frozenset({"link", "parents", "keep-git-dir"})
_FLAG_VALUES: dict[tuple[str, str], tuple[str, ...]] = {
    ("FROM", "platform"): ("$BUILDPLATFORM", "$TARGETPLATFORM", "linux/amd64", "linux/arm64"),
    ("RUN", "network"): ("default", "none", "host"),
    ("RUN", "security"): ("sandbox", "insecure"),
    ("COPY", "link"): ("true", "false"),
    ("ADD", "link"): ("true", "false"),
    ("ADD", "unpack"): ("true", "false"),
    ("COPY", "chmod"): ("644", "755"),
    ("ADD", "chmod"): ("644", "755"),
    ("ADD", "checksum"): ("sha256:",),
    ("HEALTHCHECK", "interval"): ("30s",),
    ("HEALTHCHECK", "timeout"): ("5s",),
    ("HEALTHCHECK", "start-period"): ("10s",),
    ("HEALTHCHECK", "retries"): ("3",),
}
_MOUNT_OPTIONS: dict[str, tuple[str, ...]] = {
    "bind": ("source", "target", "from", "rw"),
    "cache": ("target", "id", "sharing", "from", "source", "mode", "uid", "gid", "ro"),
    "secret": ("id", "target", "env", "required", "mode", "uid", "gid"),
    "ssh": ("id", "target", "required", "mode", "uid", "gid"),
    "tmpfs": ("target", "size"),
}
_MOUNT_VALUES: dict[str, tuple[str, ...]] = {
    "type": tuple(_MOUNT_OPTIONS),
    "sharing": ("shared", "private", "locked"),
    "required": ("true", "false"),
}
_CACHES = ("/root/.cache/uv", "/root/.cache/pip", "/var/cache/apt", "/var/lib/apt", "/root/.npm")
_SIGNALS = ("SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGKILL", "SIGUSR1")
_VARIABLE = regex(r"(?<!\\)\$(\{?)([A-Za-z_0-9]*)\Z")
_WORD = regex(r"\S*\Z")
_EXPANDS = frozenset(
    {"ADD", "ARG", "COPY", "ENV", "EXPOSE", "FROM", "LABEL", "STOPSIGNAL", "USER", "VOLUME",
     "WORKDIR", "RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK", "ONBUILD"}
)  # fmt: skip


class At(NamedTuple):
    """The cursor in an instruction."""

    db: Database
    path: str
    tree: Dockerfile
    ordinal: int
    offset: int
    """Absolute."""
    keyword: str
    before: str
    """What stands between the keyword and the cursor; continuations are kept."""
    typed: str
    """The word that the cursor ends."""

    def words(self) -> list[str]:
        """The finished words before the typed one."""
        text = self.before[: len(self.before) - len(self.typed)]
        joined = re.sub(re.escape(self.tree.escape) + r"[ \t]*\r?\n", " ", text)
        return joined.split()

    def arguments(self) -> list[str]:
        """The finished words that are no flags."""
        return [word for word in self.words() if not word.startswith("--")]


def dockerfile_offer(db: Database, path: str, offset: int) -> Offer | None:
    """The candidates at an absolute offset; None where nothing is to be completed."""
    parsed = parsed_dockerfile(db, path)
    text = db.text(path) or ""
    if parsed is None:
        return None
    line = text[text.rfind("\n", 0, offset) + 1 : offset]
    ordinal = bisect_right(parsed.starts, offset) - 1
    inside = ""
    if ordinal >= 0:
        start, source = parsed.starts[ordinal], parsed.tree.instructions[ordinal].source
        if offset <= start + len(source):
            inside = text[start:offset]
    if not inside:
        return _keywords(line, offset)
    if line.lstrip().startswith("#"):
        return None
    keyword, rest = _split_keyword(inside)
    if rest is None:
        return _keywords(keyword, offset)
    if keyword.upper() == "ONBUILD":
        keyword, inner = _split_keyword(rest.lstrip())
        if inner is None:
            return _keywords(keyword, offset, snippets=False)
        rest = inner
    typed = _typed(rest)
    found = At(db, path, parsed.tree, ordinal, offset, keyword.upper(), rest, typed)
    return _in_instruction(found)


def _split_keyword(text: str) -> tuple[str, str | None]:
    match = re.match(r"[^\s]*", text)
    end = match.end() if match else 0
    return text[:end], text[end:] if end < len(text) else None


def _typed(text: str) -> str:
    match = _WORD.search(text)
    return match[0] if match else ""


def _keywords(line: str, offset: int, *, snippets: bool = True) -> Offer | None:
    typed = line.lstrip()
    if typed and not re.fullmatch(r"[A-Za-z_-]+", typed):
        return None
    lower = typed.islower()
    found = [
        Candidate(
            name.lower() if lower else name,
            "keyword",
            insert=(name.lower() if lower else name) + " ",
            doc=("instruction", name),
            last=name == "MAINTAINER",
        )
        for name in INSTRUCTIONS
    ]
    if snippets:
        found += [
            Candidate(name, "snippet", insert=item.body, doc=("snippet", name), last=True)
            for name, item in SNIPPETS.items()
            if item.where == "dockerfile"
        ]
    return offer(Span(offset - len(typed), offset), found, typed)


def _in_instruction(at: At) -> Offer | None:
    variable = _VARIABLE.search(at.before)
    if variable is not None and at.keyword in _EXPANDS:
        closing = "}" if variable[1] else ""
        following = (at.db.text(at.path) or "")[at.offset : at.offset + 1]
        closing = "" if following == "}" else closing
        found = [
            item._replace(insert=item.label + closing)
            for item in variables(at.db, at.path, at.tree, at.ordinal)
        ]
        return offer(Span(at.offset - len(variable[2]), at.offset), found, variable[2])
    leading = all(word.startswith("--") for word in at.words())
    if leading and at.typed.startswith("-"):
        return _flag(at)
    arguments = _ARGUMENTS.get(at.keyword)
    return arguments(at) if arguments is not None else None


def _flag(at: At) -> Offer | None:
    name, equals, value = at.typed.lstrip("-").partition("=")
    if not equals:
        found = [
            Candidate(
                f"--{flag}",
                "flag",
                insert=f"--{flag}" if flag in _BARE else f"--{flag}=",
                doc=("flag", at.keyword, flag),
            )
            for flag in FLAGS.get(at.keyword, ())
        ]
        return offer(Span(at.offset - len(at.typed), at.offset), found, at.typed)
    name = name.lower()
    if at.keyword == "RUN" and name == "mount":
        return _mount(at, value)
    if name == "from":
        return _plain(at, value, _origins(at))
    if name == "chown":
        return _plain(at, value, users(at.db, at.path, at.tree, at.ordinal))
    if name == "exclude":
        return _paths(at, value, ())
    values = (Candidate(item, "value") for item in _FLAG_VALUES.get((at.keyword, name), ()))
    return _plain(at, value, values)


def _mount(at: At, value: str) -> Offer | None:
    parts = value.split(",")
    options = dict(part.partition("=")[::2] for part in parts[:-1])
    name, equals, typed = parts[-1].partition("=")
    kind = options.get("type", "bind")
    if not equals:
        names = _MOUNT_OPTIONS.get(kind, _MOUNT_OPTIONS["bind"])
        wanted = (*(() if "type" in options else ("type",)), *names)
        found = (
            Candidate(item, "value", insert=f"{item}=") for item in wanted if item not in options
        )
        return _plain(at, parts[-1], found)
    if name == "from":
        return _plain(at, typed, _origins(at))
    if name in ("source", "src"):
        if kind != "bind":
            return None
        return _paths(at, typed, _roots(at, options.get("from")))
    if name in ("target", "dst", "destination"):
        values: tuple[str, ...] = _CACHES if kind == "cache" else ()
        if kind == "bind":
            values = tuple(
                item for key, item in options.items() if key in ("source", "src") and item
            )
        return _plain(at, typed, (Candidate(item, "value") for item in values))
    return _plain(at, typed, (Candidate(item, "value") for item in _MOUNT_VALUES.get(name, ())))


def _plain(at: At, typed: str, found: Iterator[Candidate]) -> Offer | None:
    return offer(Span(at.offset - len(typed), at.offset), found, typed)


def _origins(at: At) -> Iterator[Candidate]:
    """What `--from` can name: stages above, named contexts, images used elsewhere."""
    yield from stages_before(at.path, at.tree, at.ordinal)
    for unit in units_of_dockerfile(at.db, at.path):
        for name, _ in unit.named_contexts:
            yield Candidate(name, "name")
    yield from image_names(at.db, at.path, sources=True)


def _roots(at: At, named: str | None) -> tuple[Root, ...]:
    """The folders on this disk that sources are taken from; none for stages and images."""
    found = []
    for unit in units_of_dockerfile(at.db, at.path):
        name = unit.service or relative(at.db, unit.origin_file)
        if named is None:
            ignore = ignore_path_of(at.db, unit)
            if isinstance(unit.context, str) and not isinstance(ignore, Unknown):
                found.append(Root(name, unit.context, ignore))
            continue
        folder = dict(unit.named_contexts).get(named)
        if isinstance(folder, str) and folder.startswith("/"):
            found.append(Root(name, folder, context_ignore_path(at.db, folder)))
    return tuple(found)


def _paths(at: At, typed: str, roots: tuple[Root, ...]) -> Offer | None:
    """Names of the context's folder that the typed path begins with."""
    roots = roots or _roots(at, None)
    folder, name = split_path(typed)
    found = context_candidates(at.db, roots, folder)
    return offer(Span(at.offset - len(name), at.offset), found, name)


def _copied(at: At) -> Offer | None:
    typed = at.typed.lstrip('["').rpartition('"')[2] if at.typed[:1] in ("[", '"') else at.typed
    if typed.startswith("<<"):
        return None
    named = next((w[7:] for w in at.words() if w.lower().startswith("--from=")), None)
    if named is not None and not _roots(at, named):
        return None
    return _paths(at, typed, _roots(at, named))


def _from(at: At) -> Offer | None:
    arguments = at.arguments()
    if not arguments:
        found = [*stages_before(at.path, at.tree, at.ordinal)]
        found += [Candidate("scratch", "value", last=True), *image_names(at.db, at.path)]
        return offer(Span(at.offset - len(at.typed), at.offset), found, at.typed)
    if len(arguments) == 1:
        return _plain(at, at.typed, iter((Candidate("AS", "keyword", insert="AS "),)))
    return None


def _run(at: At) -> Offer | None:
    if "<<" not in at.before and at.typed == "" and not at.words():
        flags = [
            Candidate(f"--{flag}", "flag", f"--{flag}=", doc=("flag", "RUN", flag))
            for flag in FLAGS["RUN"]
        ]
    else:
        flags = []
    found = [*flags, *shell_candidates(at.before)]
    return offer(Span(at.offset - len(at.typed), at.offset), found, at.typed)


def _env(at: At) -> Offer | None:
    name, equals, value = at.typed.partition("=")
    if equals:
        return _plain(at, value.lstrip('"'), variable_values(name))
    if at.keyword == "ARG" or not at.arguments() or "=" in at.arguments()[-1]:
        return _plain(at, at.typed, variable_names(with_equals=at.keyword == "ENV"))
    return _plain(at, at.typed, variable_values(at.arguments()[0]))


def _healthcheck(at: At) -> Offer | None:
    words = at.arguments()
    if words:
        return None
    found = [Candidate("CMD", "keyword", insert="CMD "), Candidate("NONE", "keyword")]
    if not at.typed:
        found += [Candidate(f"--{flag}", "flag", f"--{flag}=") for flag in FLAGS["HEALTHCHECK"]]
    return _plain(at, at.typed, iter(found))


def _one(find: Callable[[At], Iterator[Candidate]]) -> Callable[[At], Offer | None]:
    def answer(at: At) -> Offer | None:
        return None if at.arguments() else _plain(at, at.typed, find(at))

    return answer


_ARGUMENTS: dict[str, Callable[[At], Offer | None]] = {
    "FROM": _from,
    "COPY": _copied,
    "ADD": _copied,
    "RUN": _run,
    "CMD": _run,
    "ENTRYPOINT": _run,
    "ENV": _env,
    "ARG": _env,
    "HEALTHCHECK": _healthcheck,
    "USER": _one(lambda at: users(at.db, at.path, at.tree, at.ordinal)),
    "WORKDIR": _one(lambda at: workdirs(at.tree)),
    "STOPSIGNAL": _one(lambda _: (Candidate(name, "value") for name in _SIGNALS)),
}
