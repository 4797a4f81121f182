"""What the vectors do not say: partial models, UNKNOWN, places, robustness."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from shipworthy.model.compose import dotenv, shellwords, volume_spec
from shipworthy.model.compose.interpolate import InvalidTemplate, RequiredVariable, substitute
from shipworthy.model.compose.load import discover, load
from shipworthy.model.compose.scalars import typed
from shipworthy.model.compose.tree import Timestamp, show
from shipworthy.model.compose.types import LoadRequest, LoadResult, Project, RemoteContext, Service
from shipworthy.model.unknown import is_unknown
from shipworthy.syntax.yaml.nodes import ParsedYaml
from shipworthy.syntax.yaml.parse import parse
from shipworthy.text.anchors import Anchor

ROOT = "/above/proj"
VECTORS = Path(__file__).parents[1] / "vectors" / "compose_model.jsonl"
RECORDS = [json.loads(line) for line in VECTORS.read_text(encoding="utf-8").splitlines()]


class Files(NamedTuple):
    """Texts by absolute path."""

    texts: Mapping[str, str]

    def text(self, path: str) -> str | None:
        return self.texts.get(path)

    def yaml(self, path: str) -> ParsedYaml | None:
        text = self.texts.get(path)
        return None if text is None else parse(text)


def loaded(
    files: str | Mapping[str, str],
    *names: str,
    environment: Mapping[str, str] | None = None,
    profiles: tuple[str, ...] | None = None,
) -> LoadResult:
    if isinstance(files, str):
        files = {"compose.yaml": files}
    texts = {f"{ROOT}/{name}": text for name, text in files.items()}
    config = tuple(f"{ROOT}/{name}" for name in names or ("compose.yaml",))
    return load(LoadRequest(config, ROOT, environment, profiles), Files(texts))


def service(result: LoadResult, name: str = "web") -> Service:
    found = result.project.service(name)
    assert found is not None
    return found


def text_at(files: str | Mapping[str, str], at: Anchor | None) -> str:
    """The text a place covers, found through the parse's block starts."""
    assert at is not None
    text = files if isinstance(files, str) else files[at.path.removeprefix(ROOT + "/")]
    parsed = Files({at.path: text}).yaml(at.path)
    assert parsed is not None
    start = parsed.starts[at.node] if at.node >= 0 else 0
    return text[start + at.span.start : start + at.span.end]


def kinds(result: LoadResult) -> list[str]:
    return [problem.kind for problem in result.problems]


def test_a_broken_service_does_not_lose_the_others() -> None:
    result = loaded("services:\n  web: {image: a, bogus: 1}\n  api: {image: b}\n")
    assert kinds(result) == ["schema"]
    assert service(result, "api").complete
    web = service(result)
    assert web.image == "a"
    assert not web.complete


def test_a_missing_include_leaves_the_own_services() -> None:
    result = loaded("include: [none.yaml]\nservices:\n  web: {image: a, depends_on: [db]}\n")
    assert kinds(result) == ["file-not-found"]
    assert not service(result).complete


def test_a_syntax_error_still_gives_a_project() -> None:
    result = loaded("services:\n  web:\n    image: a\n    command: [\n  api:\n    image: b\n")
    assert kinds(result)[:1] == ["yaml"]
    assert all(not found.complete for found in result.project.services)


def test_unknown_environment_makes_only_its_values_unknown() -> None:
    text = (
        "services:\n  web:\n    image: ${IMG}\n    user: ${UID:-1000}\n"
        "    build: {context: './${DIR}', target: '${T:?need}'}\n"
        "    environment: [A=$B, C]\n    volumes: ['${SRC}:/app', './x/${Y}:/y:ro', '/anon']\n"
    )
    web = service(loaded(text))
    assert is_unknown(web.image)
    assert web.user == "1000"
    assert web.build is not None
    assert is_unknown(web.build.context)
    assert is_unknown(web.build.target)
    assert [(p.name, is_unknown(p.value)) for p in web.environment] == [("A", True), ("C", True)]
    first, second, third = web.volumes
    assert is_unknown(first.type)
    assert is_unknown(first.source)
    assert first.target == "/app"
    assert second.type == "bind"
    assert is_unknown(second.source)
    assert second.read_only is True
    assert (third.type, third.source, third.target) == ("volume", None, "/anon")
    assert not loaded(text).problems


def test_dotenv_decides_where_the_environment_is_unknown() -> None:
    files = {"compose.yaml": "services: {web: {image: 'a:$TAG'}}\n", ".env": "TAG=1\n"}
    assert service(loaded(files)).image == "a:1"


def test_a_given_environment_leaves_nothing_unknown() -> None:
    assert service(loaded("services: {web: {image: 'a:$TAG'}}\n", environment={})).image == "a:"


def test_all_profiles_are_on_by_default() -> None:
    text = "services:\n  web: {image: a, profiles: [dev]}\n  api: {image: b}\n"
    assert [s.name for s in loaded(text).project.services] == ["web", "api"]
    off = loaded(text, profiles=()).project
    assert [s.name for s in off.services] == ["api"]
    assert off.disabled == ("web",)


def test_places_of_values() -> None:
    text = (
        "services:\n  web:\n    build:\n      context: ./b\n      dockerfile: D\n      target: t\n"
        "    image: 'img'\n    command: run it\n"
        '    volumes:\n      - ./src:/app:ro\n      - "data:/d"\n'
        "      - type: bind\n        source: ./y\n        target: /y\n"
        "    develop: {watch: [{path: ./w, action: sync, target: /w}]}\n"
        "    depends_on: [db]\n  db: {image: d}\nvolumes:\n  data:\n"
    )
    web = service(loaded(text))
    assert web.build is not None
    assert text_at(text, web.at) == "web"
    assert text_at(text, web.build.context_at) == "./b"
    assert text_at(text, web.build.dockerfile_at) == "D"
    assert text_at(text, web.build.target_at) == "t"
    assert text_at(text, web.image_at) == "'img'"
    assert web.command is not None
    assert text_at(text, web.command.at) == "run it"
    short, quoted, long = web.volumes
    assert text_at(text, short.at) == "./src:/app:ro"
    assert text_at(text, short.source_at) == "./src"
    assert text_at(text, short.target_at) == "/app"
    assert text_at(text, quoted.source_at) == "data"
    assert text_at(text, quoted.target_at) == "/d"
    assert text_at(text, long.target_at) == "/y"
    assert (short.short, long.short) == (True, False)
    assert text_at(text, web.watch[0].path_at) == "./w"
    assert text_at(text, web.depends_on[0].at) == "db"
    assert text_at(text, loaded(text).project.volumes[0].at) == "data"


def test_places_lie_in_the_file_that_says_it() -> None:
    files = {
        "compose.yaml": "services:\n  web:\n    extends: {file: o/base.yaml, service: base}\n",
        "o/base.yaml": "services:\n  base:\n    build: ./app\n    volumes: ['./v:/v']\n",
        "compose.override.yaml": "services:\n  web:\n    user: u\n",
    }
    web = service(loaded(files, "compose.yaml", "compose.override.yaml"))
    assert web.build is not None
    assert web.build.context == f"{ROOT}/o/app"
    assert web.build.context_at.path == f"{ROOT}/o/base.yaml"
    assert web.user_at is not None
    assert web.user_at.path == f"{ROOT}/compose.override.yaml"
    assert web.volumes[0].origin == "base"
    assert text_at(files, web.volumes[0].source_at) == "./v"


def test_an_alias_keeps_where_the_value_is_written() -> None:
    text = (
        "x-v: &v [./a:/a]\nx-b: &b {context: ./c}\n"
        "services:\n  web:\n    build: *b\n    volumes: *v\n"
    )
    web = service(loaded(text))
    assert text_at(text, web.volumes[0].at) == "./a:/a"
    assert text_at(text, web.volumes[0].via) == "*v"
    assert web.build is not None
    assert text_at(text, web.build.via) == "*b"


def test_comments_above_leave_the_project_equal() -> None:
    text = (
        "services:\n  web:\n    build: .\n    volumes: ['.:/app']\n"
        "  api:\n    image: b\nvolumes:\n  data:\n"
    )
    changed = text.replace("  web:", "  # a remark\n\n  web:").replace(
        "volumes:\n  d", "# x\nvolumes:\n  d"
    )
    assert loaded("# above\n\n" + text).project == loaded(text).project
    assert loaded(changed).project == loaded(text).project


def test_a_bind_volume_at_the_top() -> None:
    text = (
        "services: {web: {image: a, volumes: ['data:/d']}}\nvolumes:\n  data:\n    driver: local\n"
        "    driver_opts: {type: none, o: bind, device: ./here}\n  out: {external: true}\n"
    )
    data, out = loaded(text).project.volumes
    assert data.device == f"{ROOT}/here"
    assert out.external is True


def test_remote_contexts() -> None:
    web = service(loaded("services: {web: {build: 'https://h.test/r.git#$REF'}}\n"))
    assert web.build is not None
    assert isinstance(web.build.context, RemoteContext)


def test_tmpfs_is_a_mount() -> None:
    web = service(loaded("services: {web: {image: a, tmpfs: ['/t:size=1m']}}\n"))
    assert [(m.type, m.target) for m in web.volumes] == [("tmpfs", "/t")]


def test_healthcheck_and_devices() -> None:
    text = "services: {web: {image: a, gpus: all, healthcheck: {test: curl x}}}\n"
    web = service(loaded(text))
    assert web.gpus
    assert web.healthcheck is not None
    assert web.healthcheck.test == ("CMD-SHELL", "curl x")
    off = service(loaded("services: {web: {image: a, healthcheck: {test: [NONE]}}}\n"))
    assert off.healthcheck is not None
    assert off.healthcheck.disabled is True


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([], None),
        (["docker-compose.yaml", "compose.yml"], ("compose.yml", None)),
        (
            ["compose.yaml", "docker-compose.override.yml"],
            ("compose.yaml", "docker-compose.override.yml"),
        ),
        (["compose.override.yaml"], None),
    ],
)
def test_discovery(names: list[str], expected: tuple[str, str | None] | None) -> None:
    assert discover(names) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$A-${A}", "1-1"),
        ("$$A", "$A"),
        ("$1 $", "$1 $"),
        ("${B:-x}${B-y}${E:-z}${E-w}", "xyz"),
        ("${A:+set}${E:+set}${E+set}", "setset"),
        ("${B:-${C:-deep}}", "deep"),
        ("${B:-a}}", "a}"),
        ("${A:?no}", "1"),
        ("${A:-${Z?no}}", "1"),
        ('${B:-{"a":{"b":1}}}', '{"a":{"b":1}}'),
    ],
)
def test_substitution(text: str, expected: str) -> None:
    def lookup(name: str) -> str | None:
        return {"A": "1", "E": ""}.get(name)

    assert substitute(text, lookup) == expected


@pytest.mark.parametrize("text", ["${", "${}", "${1}", "${A", "${A!}", "${A:x}", "${A:-x\n}"])
def test_invalid_substitution(text: str) -> None:
    with pytest.raises(InvalidTemplate):
        substitute(text, lambda _: None)


def test_required_variables() -> None:
    with pytest.raises(RequiredVariable, match="B is missing a value: because 1"):
        substitute("${B:?because $A}", lambda name: "1" if name == "A" else None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A=1 # c\nexport B='x # y'\n", {"A": "1", "B": "x # y"}),
        ('A="a\\nb\\$c"\nB=a\\nb\n', {"A": "a\nb$c", "B": "a\\nb"}),
        ("A=1\nB=$A\nC='$A'\nD=\"${A}${Z:-z}\"\n", {"A": "1", "B": "1", "C": "$A", "D": "1z"}),
        ("A\nP\n", {"P": "p"}),
        ("\ufeffA: 1\r\nB=2\r\n", {"A": "1", "B": "2"}),
        ("A=\"x\ny\"\nB=''", {"A": "x\ny", "B": ""}),
    ],
)
def test_dotenv(text: str, expected: dict[str, str]) -> None:
    assert dotenv.parse(text, lambda name: "p" if name == "P" else None) == expected


@pytest.mark.parametrize("text", ["A B=1", "A='x", "@=1", "A=${"])
def test_broken_dotenv(text: str) -> None:
    with pytest.raises(dotenv.DotenvError):
        dotenv.parse(text, lambda _: None)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("sh -c 'echo \"hi\"' a\\ b", ["sh", "-c", 'echo "hi"', "a b"]),
        ("a && b", ["a"]),
        ("a $(b c)", ["a", "$(b c)"]),
        ("a ''", ["a", ""]),
        ("", []),
        ("a (b)", None),
        ("a 'b", None),
        ("a\\", None),
        ("  uv\trun  ", ["uv", "run"]),
        ('a "b c" \'d "e"\' f\\ g', ["a", "b c", 'd "e"', "f g"]),
        ("a $X ${Y}", ["a", "$X", "${Y}"]),
        ("a; b", ["a"]),
        ("a 2>&1", ["a"]),
    ],
)
def test_command_lines(line: str, expected: list[str] | None) -> None:
    assert shellwords.split(line) == expected


@pytest.mark.parametrize("spec", ["", "aa::b", ":bb", "aa:", "a b:/c:ro:x"])
def test_broken_volumes(spec: str) -> None:
    with pytest.raises(volume_spec.InvalidSpec):
        volume_spec.parse(spec)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("010", "8"),
        ("1_000", "1000"),
        ("0x10", "16"),
        ("1.50", "1.5"),
        ("1e3", "1000"),
        ("100000000.0", "1e+08"),
        ("0.00001", "1e-05"),
        ("yes", "yes"),
        ("TRUE", "true"),
        ("~", "<nil>"),
        ("1:30", "1:30"),
        ("-0", "-0"),
        (".inf", "+Inf"),
        (".5", "0.5"),
    ],
)
def test_scalars_as_go_reads_and_prints_them(text: str, expected: str) -> None:
    assert show(typed(text)) == expected


def test_dates_are_no_strings() -> None:
    assert typed("2024-01-02") == Timestamp("2024-01-02 00:00:00 +0000 UTC")
    assert typed("2024-13-02") == "2024-13-02"


def test_an_alias_bomb_is_refused() -> None:
    lines = ["x-a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"x-a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 9)]
    result = loaded("\n".join(lines) + "\nservices: {web: {image: a}}\n")
    assert "yaml" in kinds(result)
    assert service(result).image == "a"


def test_deep_and_long_inputs_end() -> None:
    chain = "".join(f"  s{i}: {{extends: s{i + 1}, image: a}}\n" for i in range(400))
    loaded("services:\n" + chain + "  s400: {image: a}\n")
    loaded("services: {web: {image: '" + "${A:-" * 500 + "'}}\n")
    loaded("services: {web: {image: '" + "${A:-x}" * 20000 + "'}}\n")
    loaded("x-a: " + "[" * 300 + "]" * 300 + "\n")
    many = {f"c{i}.yaml": f"include: [c{i + 1}.yaml]\n" for i in range(120)}
    loaded(many, "c0.yaml")


def mutated(text: str, generator: random.Random) -> str:
    start = generator.randrange(len(text) + 1)
    end = min(len(text), start + generator.choice((0, 1, 1, 3, 20)))
    pieces = ("", "", ":", "- ", "[", "}", "\t", '"', "'", "\n", "${", "$", "*a", "&a ", "!reset ")
    extra = ("!override ", "<<: ", "#", "\x00", "\ufdd0", "null", "1", "\U0001f600", "|\n", "? ")
    return text[:start] + generator.choice(pieces + extra) + text[end:]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record["id"])
def test_no_mutation_raises(record: dict[str, Any]) -> None:
    generator = random.Random(str(record["id"]))
    names = record.get("configs") or [n for n in record["files"] if "/" not in n and "compose" in n]
    for _ in range(5):
        texts = {f"{ROOT}/{n}": mutated(t, generator) for n, t in record["files"].items()}
        request = LoadRequest(tuple(f"{ROOT}/{name}" for name in names), ROOT, {}, ())
        assert isinstance(load(request, Files(texts)).project, Project)
        open_ended = request._replace(environment=None, profiles=None)
        assert isinstance(load(open_ended, Files(texts)).project, Project)


def test_env_files_prefer_the_outside_then_the_service_then_themselves() -> None:
    files = {
        "compose.yaml": (
            "services:\n  web:\n    image: a\n    env_file: [v.env, w.env]\n"
            "    environment: {S: svc}\n"
        ),
        "v.env": "F=first\n",
        "w.env": "A=own\nS=own\nR=$P|$S|$A|$F\n",
    }
    web = service(loaded(files, environment={"P": "proc", "A": "proc"}))
    values = {pair.name: pair.value for pair in web.environment}
    assert values == {"F": "first", "A": "own", "S": "svc", "R": "proc|svc|proc|first"}


def test_an_included_service_can_be_extended() -> None:
    files = {
        "compose.yaml": "include: [i/c.yaml]\nservices: {web: {extends: base, user: u}}\n",
        "i/c.yaml": "services: {base: {build: .}}\n",
    }
    web = service(loaded(files))
    assert web.build is not None
    assert web.build.context == f"{ROOT}/i"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (
            "services: {web: {image: a, volumes: ['/x', {type: tmpfs, target: /x/}]}}",
            "duplicate-mount",
        ),
        ("services: {web: {image: a, tmpfs: /x, volumes: [/x]}}", "duplicate-mount"),
        ("services: {web: {image: a, ports: [abc]}}", "port-spec"),
        ("services: {web: {image: a, volumes: ['aa::b']}}", "volume-spec"),
        ("services: {web: {image: a, volumes: [{type: bind, target: /x}]}}", "volume-spec"),
        ("services: {web: {image: a, secrets: [s]}}", "undefined-secret"),
        ("services: {web: {image: a, healthcheck: {test: x, interval: soon}}}", "other"),
        ("services: {web: {image: a, networks: [default], network_mode: host}}", "exclusive"),
        ("services: {web: {image: a, extends: web}}", "circular"),
        ("services: {web: {image: a, env_file: no.env}}", "env-file"),
        ("services: {web: {image: a, develop: {watch: [{path: a, action: sync}]}}}", "other"),
        ("- a", "yaml"),
        ("", "other"),
    ],
)
def test_why_compose_refuses(text: str, kind: str) -> None:
    assert kinds(loaded(text, environment={}))[:1] == [kind]


@pytest.mark.parametrize("test", ['["${NOWHERE:?}", a]', '["CMD", "${NOWHERE:?}"]', "${NOWHERE:?}"])
def test_a_health_check_that_a_variable_decides_is_not_known(test: str) -> None:
    found = loaded(f"services:\n  a:\n    image: x\n    healthcheck:\n      test: {test}\n")
    (service,) = found.project.services
    assert service.healthcheck is not None
    assert is_unknown(service.healthcheck.test)
