"""Completion in a Dockerfile: instructions, flags and their values, arguments of each kind."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator

from shipworthy.db.database import Database
from shipworthy.model.files import parsed_dockerfile, text_of
from shipworthy.text.patterns import regex
from shipworthy.text.spans import Span
from shipworthy.views.candidates import Candidate, Offer, offer
from shipworthy.views.directive_views import directive_offer
from shipworthy.views.docker_cursor import At
from shipworthy.views.docker_names import (
    arguments,
    image_names,
    stages_before,
    users,
    variables,
    workdirs,
)
from shipworthy.views.docker_paths import image_offer, source_offer
from shipworthy.views.flag_completion import flag_candidates, flag_offer
from shipworthy.views.instruction_docs import INSTRUCTIONS
from shipworthy.views.path_writing import last_flag
from shipworthy.views.shell_completion import shell_candidates, variable_names, variable_values
from shipworthy.views.snippets import SNIPPETS

_SHELLS = ('["/bin/bash", "-o", "pipefail", "-c"]', '["/bin/sh", "-c"]')
_OCI = "org.opencontainers.image."
_KEYS = ("title", "description", "version", "revision", "source", "url", "licenses", "authors",
         "created", "documentation", "vendor", "base.name", "base.digest")  # fmt: skip
_SIGNALS = ("SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGKILL", "SIGUSR1")
_VARIABLE = regex(r"(?<!\\)\$(\{?)([A-Za-z_0-9]*)\Z")
_WORD = regex(r"\S*\Z")
_EXPANDS = frozenset(
    {"ADD", "ARG", "COPY", "ENV", "EXPOSE", "FROM", "LABEL", "STOPSIGNAL", "USER", "VOLUME",
     "WORKDIR", "RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK", "ONBUILD"}
)  # fmt: skip


def dockerfile_offer(db: Database, path: str, offset: int) -> Offer | None:
    """The candidates at an absolute offset; None where nothing is to be completed."""
    parsed = parsed_dockerfile(db, path)
    text = text_of(db, path) or ""
    if parsed is None:
        return None
    line = text[text.rfind("\n", 0, offset) + 1 : offset]
    ordinal = bisect_right(parsed.starts, offset) - 1
    inside = ""
    if ordinal >= 0:
        start, source = parsed.starts[ordinal], parsed.tree.instructions[ordinal].source
        if offset <= start + len(source):
            inside = text[start:offset]
    if line.startswith("#"):
        return directive_offer(db, path, line, offset - len(line))
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
    found = At(db, path, parsed.tree, ordinal, offset, keyword.upper(), rest, _typed(rest))
    return _in_instruction(found)


def _split_keyword(text: str) -> tuple[str, str | None]:
    match = re.match(r"[^\s]*", text)
    end = match.end() if match else 0
    return text[:end], text[end:] if end < len(text) else None


def _typed(text: str) -> str:
    match = _WORD.search(text)
    return last_flag(text) or (match[0] if match else "")


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
        following = (text_of(at.db, at.path) or "")[at.offset : at.offset + 1]
        closing = "" if following == "}" else closing
        found = [
            item._replace(insert=item.label + closing)
            for item in variables(at.db, at.path, at.tree, at.ordinal)
        ]
        return at.offer(variable[2], found)
    if at.typed.startswith("-") and not at.arguments():
        return flag_offer(at)
    arguments = _ARGUMENTS.get(at.keyword)
    return arguments(at) if arguments is not None else None


def _from(at: At) -> Offer | None:
    arguments = at.arguments()
    if not arguments:
        found = [*stages_before(at.path, at.tree, at.ordinal)]
        found += [Candidate("scratch", "value", last=True), *image_names(at.db, at.path)]
        return at.offer(at.typed, found)
    if len(arguments) == 1:
        return at.offer(at.typed, (Candidate("AS", "keyword", insert="AS "),))
    return None


def _run(at: At) -> Offer | None:
    begins = not at.typed and not at.words()
    flags = flag_candidates(at.keyword) if begins else ()
    return at.offer(at.typed, (*flags, *shell_candidates(at.before)))


def _env(at: At) -> Offer | None:
    name, equals, value = at.typed.partition("=")
    if equals:
        return at.offer(value.lstrip('"'), variable_values(name))
    if not at.arguments() or "=" in at.arguments()[-1]:
        return at.offer(at.typed, variable_names(with_equals=True))
    return at.offer(at.typed, variable_values(at.arguments()[0]))


def _arg(at: At) -> Offer | None:
    name, equals, value = at.typed.partition("=")
    if equals:
        return at.offer(value.lstrip('"'), variable_values(name))
    wanted = arguments(at.db, at.path, at.tree, at.ordinal)
    names = (item._replace(last=True) for item in variable_names(with_equals=False))
    return at.offer(at.typed, (*wanted, *names))


def _label(at: At) -> Offer | None:
    if "=" in at.typed:
        return None
    return at.offer(
        at.typed, (Candidate(f"{_OCI}{key}", "value", f"{_OCI}{key}=") for key in _KEYS)
    )


def _expose(at: At) -> Offer | None:
    port, slash, typed = at.typed.partition("/")
    if not slash or not port:
        return None
    return at.offer(typed, (Candidate(name, "value") for name in ("tcp", "udp")))


def _workdir(at: At) -> Offer | None:
    if at.arguments():
        return None
    if at.typed.rfind("/") > 0:
        return image_offer(at, at.typed)
    return at.offer(at.typed, workdirs(at.tree))


def _volume(at: At) -> Offer | None:
    return image_offer(at, at.typed) if at.typed.startswith("/") else None


def _healthcheck(at: At) -> Offer | None:
    if at.arguments():
        return None
    words = (Candidate("CMD", "keyword", insert="CMD "), Candidate("NONE", "keyword"))
    flags = () if at.typed else flag_candidates(at.keyword)
    return at.offer(at.typed, (*words, *flags))


def _one(find: Callable[[At], Iterator[Candidate]]) -> Callable[[At], Offer | None]:
    def answer(at: At) -> Offer | None:
        return None if at.arguments() else at.offer(at.typed, find(at))

    return answer


_ARGUMENTS: dict[str, Callable[[At], Offer | None]] = {
    "FROM": _from,
    "COPY": source_offer,
    "ADD": source_offer,
    "RUN": _run,
    "CMD": _run,
    "ENTRYPOINT": _run,
    "ENV": _env,
    "ARG": _arg,
    "HEALTHCHECK": _healthcheck,
    "USER": _one(lambda at: users(at.db, at.path, at.tree, at.ordinal)),
    "LABEL": _label,
    "EXPOSE": _expose,
    "VOLUME": _volume,
    "WORKDIR": _workdir,
    "SHELL": _one(lambda _: (Candidate(name, "value") for name in _SHELLS)),
    "STOPSIGNAL": _one(lambda _: (Candidate(name, "value") for name in _SIGNALS)),
}
