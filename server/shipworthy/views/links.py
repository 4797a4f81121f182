"""Paths and images in files that lead somewhere: a file of this disk, or a page of a registry.

Only what is certain: the file exists, or the registry is one whose pages have a known form.
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database, query
from shipworthy.model.builds import all_units, units_of_dockerfile
from shipworthy.model.context import context_ignore_path, readers
from shipworthy.model.files import kind_of, locate, parsed_dockerfile, parsed_ignore_file, text_of
from shipworthy.model.image.build import image
from shipworthy.model.image.steps import Copy, Image, Run
from shipworthy.syntax.gopath import has_wildcard
from shipworthy.syntax.image_reference import parse as parse_reference
from shipworthy.syntax.yaml.nodes import Mapping, Scalar
from shipworthy.text.records import NamedTuple
from shipworthy.text.spans import Span
from shipworthy.views.build_views import unit_of_service
from shipworthy.views.compose_files import file_of, is_compose, setting_of
from shipworthy.views.compose_paths import FILE_KEYS
from shipworthy.views.inline_places import documents, outer_span
from shipworthy.views.yaml_places import Place, inner_span, matches, yaml_places

_MAX = 2_000
_OFFICIAL_NAMES = """
    adminer almalinux alpine amazoncorretto amazonlinux archlinux bash buildpack-deps busybox caddy
    cassandra clojure composer couchbase couchdb crate dart debian docker eclipse-mosquitto
    eclipse-temurin elasticsearch elixir erlang fedora flink fluentd gcc ghost golang gradle groovy
    haproxy haskell hello-world httpd influxdb irssi jetty joomla jruby julia kibana kong logstash
    mariadb maven mediawiki memcached mongo mongo-express monica mysql nats neo4j nextcloud nginx
    node odoo open-liberty openjdk oraclelinux percona perl photon php phpmyadmin postgres pypy
    python r-base rabbitmq redis redmine registry rockylinux ros ruby rust solr sonarqube spark
    swift telegraf tomcat traefik ubuntu unit varnish wordpress znc zookeeper
"""
_OFFICIAL = frozenset(_OFFICIAL_NAMES.split())
"""Docker's official images; another name without a slash may be an image of this machine."""
_BUILD_KEYS = frozenset({("build",), ("build", "dockerfile"), ("build", "context")})


class Link(NamedTuple):
    """An absolute range and where it leads: a file, or a web page."""

    span: Span
    path: str | None
    url: str | None


@query
def links(db: Database, path: str) -> tuple[Link, ...]:
    """The links of a file in the order of the text."""
    kind = kind_of(path)
    found: Iterator[Link] = iter(())
    if kind == "dockerfile":
        found = _in_dockerfile(db, path)
    elif kind == "ignore":
        found = _in_ignore_file(db, path)
    elif kind == "yaml" and is_compose(db, path):
        found = _in_compose(db, path)
    by_span: dict[Span, Link] = {}
    for link in found:
        by_span.setdefault(link.span, link)
    return tuple(by_span[span] for span in sorted(by_span))


def image_page(reference: str) -> str | None:
    """The web page of an image's repository; None for registries without known pages."""
    parsed = parse_reference(reference)
    if parsed is None:
        return None
    name = parsed.repository
    if parsed.registry == "docker.io":
        if name.startswith("library/"):
            known = parsed.official in _OFFICIAL
            return f"https://hub.docker.com/_/{parsed.official}" if known else None
        return f"https://hub.docker.com/r/{name}" if name.count("/") == 1 else None
    if parsed.registry == "ghcr.io" and "/" in name:
        return f"https://ghcr.io/{name}"
    if parsed.registry == "mcr.microsoft.com":
        return f"https://mcr.microsoft.com/artifact/mar/{name}"
    if parsed.registry == "quay.io" and name.count("/") == 1:
        return f"https://quay.io/repository/{name}"
    return None


def _file(db: Database, span: Span | None, path: str) -> Iterator[Link]:
    status = db.stat(path)
    if span is not None and status is not None and status.kind != "dir":
        yield Link(span, path, None)


def _page(db: Database, span: Span | None, reference: str | None) -> Iterator[Link]:
    if not reference or reference in _built_here(db):
        return
    url = image_page(reference)
    if span is not None and url is not None:
        yield Link(span, None, url)


@query
def _built_here(db: Database) -> frozenset[str]:
    """The names that builds of the workspace give their images."""
    return frozenset(unit.image for unit in all_units(db) if unit.image)


# Dockerfiles


def _in_dockerfile(db: Database, path: str) -> Iterator[Link]:
    parsed = parsed_dockerfile(db, path)
    if parsed is None:
        return
    for directive in parsed.directives:
        if directive.name == "syntax":
            text = directive.span.of(text_of(db, path) or "")
            at = text.rfind(directive.value)
            start = directive.span.start + at
            if at >= 0:
                span = outer_span(db, path, Span(start, start + len(directive.value)))
                yield from _page(db, span, directive.value)
    for unit in units_of_dockerfile(db, path):
        made = image(db, unit.id)
        if made is not None:
            yield from _in_image(db, made)


def _in_image(db: Database, made: Image) -> Iterator[Link]:
    for stage in made.stages:
        shape = stage.shape
        if shape.parent is None and not shape.scratch:
            yield from _page(db, locate(db, shape.at).span, shape.reference)
        for step in stage.steps:
            if isinstance(step, Copy):
                yield from _in_copy(db, step)
            elif isinstance(step, Run):
                for mount in step.mounts:
                    if mount.source is not None and mount.context and mount.source.path:
                        span = locate(db, mount.source.at).span
                        yield from _file(db, span, f"{mount.context}/{mount.source.path}")


def _in_copy(db: Database, copy: Copy) -> Iterator[Link]:
    flag = copy.instruction.flag("from")
    if copy.origin == "image" and flag is not None and flag.value_span is not None:
        at = copy.at._replace(span=flag.value_span)
        yield from _page(db, locate(db, at).span, copy.from_text)
    for source in copy.sources:
        plain = source.kind == "path" and not source.wildcard and source.path
        if plain and copy.context is not None and copy.origin == "context":
            yield from _file(db, locate(db, source.at).span, f"{copy.context}/{source.path}")


# Ignore files


def _in_ignore_file(db: Database, path: str) -> Iterator[Link]:
    parsed = parsed_ignore_file(db, path)
    contexts = {u.context for u in readers(db, path) if isinstance(u.context, str)}
    if not contexts and path.endswith("/.dockerignore"):
        folder = path.rpartition("/")[0]
        contexts = {folder} if context_ignore_path(db, folder) is not None else set()
    for number, pattern in enumerate(parsed.tree.patterns[:_MAX] if parsed is not None else ()):
        assert parsed is not None
        name = pattern.cleaned.removeprefix("!")
        if not name or has_wildcard(name):
            continue
        for context in sorted(contexts):
            yield from _file(db, pattern.span.shift(parsed.starts[number]), f"{context}/{name}")


# Compose files


def _in_compose(db: Database, path: str) -> Iterator[Link]:
    for known in documents(db, path):
        yield from _in_dockerfile(db, known.path)
    text = db.text(path) or ""
    folder = setting_of(db, path).folder
    for place in yaml_places(db, path)[: _MAX * 10]:
        if place.key or not isinstance(place.node, Scalar) or not place.text:
            continue
        value = place.text
        span = inner_span(text, place.span, 0, len(value), value)
        if "$" in value or span is None:
            yield from _by_model(db, path, place, span)
            continue
        if any(matches(place.path, *keys) for keys in FILE_KEYS):
            yield from _file(db, span, file_of(folder, value))
        elif matches(place.path, "services", "*", "volumes", "[]"):
            source = value.partition(":")[0]
            if source.startswith((".", "/")) and source != value:
                part = Span(span.start, span.start + len(source))
                yield from _file(db, part, file_of(folder, source))
        elif matches(place.path, "models", "*", "model"):
            yield from _page(db, span, value)
        else:
            yield from _by_model(db, path, place, span)


def _by_model(db: Database, path: str, place: Place, span: Span | None) -> Iterator[Link]:
    keys = place.path
    if len(keys) < 3 or keys[0] != "services":
        return
    below = keys[2:]
    if below in _BUILD_KEYS:
        unit = unit_of_service(db, path, keys[1])
        docker = unit.dockerfile if unit is not None and unit.inline is None else None
        if isinstance(docker, str):
            yield from _file(db, span or place.span, docker)
    elif below == ("image",) and "$" not in place.text:
        service = place.parent
        if isinstance(service, Mapping) and service.get("build") is None:
            yield from _page(db, span, place.text)
