"""Large inputs of every kind at one size and at twice that size: what grows faster than they do?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from bench.command_line import shipworthy, timed
from bench.workspaces import MANIFEST, lock

HEAD = "FROM python:3.12-slim\nWORKDIR /app\n"
TAIL = 'RUN pip install uv && uv sync --locked\nCOPY . .\nCMD ["python", "app.py"]\n'
COMPOSE = "services:\n  app:\n    build: .\n    volumes: [.:/app]\n"

DOCKERFILES: Mapping[str, Callable[[int], str]] = {
    "RUN with pip": lambda n: f"RUN pip install package{n}\n",
    "RUN of files in folders": lambda n: f"WORKDIR /w{n}\nRUN python file{n}.py\n",
    "RUN uv sync after COPY": lambda n: f"WORKDIR /w{n}\nCOPY . .\nRUN uv sync\n",
    "RUN with poetry": lambda _: "RUN pip install poetry && poetry install\n",
    "RUN with corepack": lambda _: "RUN corepack enable && pnpm install\n",
    "RUN --mount": lambda n: f"RUN --mount=type=cache,target=/c{n} uv sync\n",
    "heredocs": lambda n: f"RUN <<EOF{n}\nuv sync\necho {n}\nEOF{n}\n",
    "ENV and ARG": lambda n: f"ARG A{n}=1\nENV B{n}=$A{n}\n",
    "COPY": lambda n: f"COPY file{n} /t{n}\n",
    "stages and COPY --from": lambda n: (
        f"FROM python:3.12-slim AS s{n}\nWORKDIR /app\nRUN uv sync\nCOPY --from=s{n - 1} /app /b\n"
    ),
}
"""A part of a Dockerfile by its number from 1, repeated between a head and a tail."""

SERVICES: Mapping[str, Callable[[int], str]] = {
    "services": lambda n: f"  s{n}:\n    image: x{n}\n    volumes: [./d{n}:/d]\n",
    "services that build": lambda n: f"  s{n}:\n    build: .\n    volumes: [.:/app{n}]\n",
    "services with args": lambda n: f"  s{n}:\n    build: {{context: ., args: {{A: x{n}}}}}\n",
    "depends_on": lambda n: f"  s{n}:\n    image: x\n    depends_on: [s{n - 1}]\n",
}
"""A service by its number from 1; `s0` exists."""

FILES: Mapping[str, Callable[[int], Mapping[str, str]]] = {
    "exceptions of an ignore file": lambda n: {
        ".dockerignore": "*\n" + "".join(f"!**/p{i}*\n" for i in range(n))
    },
    "requirements": lambda n: {
        "requirements.txt": "".join(f"package{i}=={i}.0\n" for i in range(n)),
        "Dockerfile": f"{HEAD}COPY . .\nRUN pip install -r requirements.txt\n",
    },
    "package.json": lambda n: {
        "package.json": '{"dependencies":{' + ",".join(f'"p{i}":"1"' for i in range(n)) + "}}",
        "Dockerfile": "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci\n",
    },
    "uv.lock": lambda n: {"uv.lock": lock("app", 1_500 * n)},
    "volumes of a service": lambda n: {
        "compose.yaml": "services:\n  app:\n    build: .\n    volumes:\n"
        + "".join(f"      - ./v{i}:/app/v{i}\n" for i in range(n))
    },
    "env files": lambda n: {
        "compose.yaml": "services:\n  app:\n    build: .\n    env_file:\n"
        + "".join(f"      - e{i}.env\n" for i in range(n)),
        **{f"e{i}.env": f"A{i}=1\n" for i in range(n)},
    },
    "includes": lambda n: {
        "compose.yaml": "include:\n" + "".join(f"  - c{i}.yaml\n" for i in range(n)) + COMPOSE,
        **{f"c{i}.yaml": f"services:\n  s{i}:\n    image: x\n" for i in range(n)},
    },
    "targets of a Dockerfile": lambda n: {
        "Dockerfile": f"{HEAD.replace('slim', 'slim AS base')}"
        + "".join(f"FROM base AS t{i}\n{TAIL}" for i in range(n)),
        "compose.yaml": "services:\n"
        + "".join(f"  s{i}:\n    build: {{context: ., target: t{i}}}\n" for i in range(n)),
    },
    "Dockerfiles": lambda n: {f"x{i}.Dockerfile": HEAD + TAIL for i in range(n)},
    "one long RUN": lambda n: {
        "Dockerfile": f"{HEAD}RUN true{''.join(f' && uv pip install p{i}' for i in range(n))}\n"
    },
    "COPY of many sources": lambda n: {
        "Dockerfile": f"{HEAD}COPY {' '.join(f'f{i}' for i in range(n))} /t/\n{TAIL}",
        **{f"f{i}": "" for i in range(n)},
    },
}
"""Files by their names, for a size."""


def kinds() -> Mapping[str, Callable[[int], Mapping[str, str]]]:
    """All kinds: the files of a project of some size."""
    return {
        **{kind: _dockerfile(part) for kind, part in DOCKERFILES.items()},
        **{kind: _services(part) for kind, part in SERVICES.items()},
        **FILES,
    }


def _dockerfile(part: Callable[[int], str]) -> Callable[[int], Mapping[str, str]]:
    def files(size: int) -> Mapping[str, str]:
        parts = "".join(part(number) for number in range(1, size + 1))
        return {"Dockerfile": f"{HEAD.replace('slim', 'slim AS s0')}{parts}{TAIL}"}

    return files


def _services(part: Callable[[int], str]) -> Callable[[int], Mapping[str, str]]:
    def files(size: int) -> Mapping[str, str]:
        parts = "".join(part(number) for number in range(1, size + 1))
        return {"compose.yaml": f"services:\n  s0:\n    image: x\n{parts}"}

    return files


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Write a small project, some of whose files are replaced."""
    folder.mkdir(parents=True)
    common = {
        "Dockerfile": HEAD + TAIL,
        "compose.yaml": COMPOSE,
        ".dockerignore": ".git\n.venv\n",
        "pyproject.toml": MANIFEST.format(name="app", needs=""),
        "uv.lock": lock("app", 0),
        "app.py": "",
    }
    for name, text in {**common, **files}.items():
        (folder / name).write_text(text, encoding="utf-8")


def processor(folder: Path, files: Mapping[str, str]) -> float:
    """Processor seconds of `check` on such a project; the best of three."""
    write(folder, files)
    return timed("", shipworthy("check", str(folder)), repeat=3).processor
