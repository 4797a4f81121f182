"""A workspace with a file of every kind that is read, to be damaged by tests."""

from __future__ import annotations

FILES = {
    "Dockerfile": """# syntax=docker/dockerfile:1
ARG PYTHON=3.12
FROM python:${PYTHON}-slim AS build
COPY --from=ghcr.io/astral-sh/uv:0.5.9 /uv /bin/
ENV UV_LINK_MODE=copy PATH="/app/.venv/bin:$PATH"
WORKDIR /app
RUN --mount=type=cache,target=/root/.cache/uv \\
    --mount=type=bind,source=uv.lock,target=uv.lock \\
    uv sync --locked --no-install-project && rm -rf /tmp/x
RUN <<EOF
set -e
apt-get update && apt-get install -y git
EOF
COPY . .
RUN pip install -r requirements.txt; poetry install --without dev; npm ci
FROM build
COPY --from=build --chown=1000:1000 /app /app
USER app
HEALTHCHECK CMD curl -f http://localhost/ || exit 1
ENTRYPOINT ["./entrypoint.sh"]
CMD uv run app
""",
    ".dockerignore": "# local\n.git\n**/.venv\n!keep/\nnode_modules/\n*.py[co]\n",
    "compose.yaml": """name: shop
x-base: &base
  restart: always
  environment: {A: "${A:-1}", B: ${B?missing}}
services:
  web:
    <<: *base
    build:
      context: .
      dockerfile: Dockerfile
      target: build
      args: [PYTHON=3.13]
    command: ["uv", "run", "app"]
    env_file: [.env]
    volumes:
      - .:/app
      - venv:/app/.venv
      - type: bind
        source: ./src
        target: /src
    develop:
      watch:
        - {action: sync, path: ., target: /app, ignore: [.venv/]}
  db:
    extends: {file: other.yaml, service: db}
volumes:
  venv:
""",
    "other.yaml": "services:\n  db:\n    image: postgres:17\n    ports: ['5432:5432']\n",
    ".env": "A=1\nB='two'\nC=\"${A}\n\"\n",
    "pyproject.toml": """[project]
name = "shop"
version = "1"
requires-python = ">=3.12"
dependencies = ["django>=5 ; sys_platform == 'linux'", "b[x]"]
[dependency-groups]
dev = ["pytest", {include-group = "lint"}]
lint = ["ruff"]
[tool.uv]
default-groups = ["dev"]
environments = ["sys_platform == 'linux'"]
[tool.uv.sources]
b = { workspace = true }
[tool.uv.workspace]
members = ["packages/*"]
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
""",
    "packages/b/pyproject.toml": '[project]\nname = "b"\nversion = "1"\n',
    "uv.lock": """version = 1
revision = 2
requires-python = ">=3.12"

[manifest]
members = ["b", "shop"]

[[package]]
name = "shop"
version = "1"
source = { virtual = "." }
dependencies = [{ name = "b", extra = ["x"], marker = "sys_platform == 'linux'" }]

[package.dev-dependencies]
dev = [{ name = "pytest" }]

[package.metadata]
requires-dist = [{ name = "django", specifier = ">=5" }]

[[package]]
name = "b"
version = "1"
source = { editable = "packages/b" }

[[package]]
name = "pytest"
version = "8.3"
source = { registry = "https://index.example/simple" }
wheels = [{ url = "https://index.example/pytest-8.3-py3-none-any.whl", hash = "sha256:00" }]
""",
    "poetry.lock": """[[package]]
name = "a"
version = "1"
python-versions = ">=3.9"
groups = ["main"]

[metadata]
lock-version = "2.1"
content-hash = "00"
""",
    "requirements.txt": "-r more.txt\ndjango==5.1 \\\n  --hash=sha256:00\n-e ./packages/b\n",
    "more.txt": "git+https://index.example/x.git@main\n",
    ".python-version": "3.12.4\n",
    "package.json": """{
  "name": "x", "packageManager": "pnpm@9.0.0",
  "scripts": {"build": "vite build"},
  "dependencies": {"react": "^18", "sharp": "1"}, "engines": {"node": ">=20"}
}
""",
    "package-lock.json": '{"lockfileVersion": 3, "packages": {"": {"name": "x"}}}\n',
    ".devcontainer/devcontainer.json": """{
  // comment
  "dockerComposeFile": ["../compose.yaml"], "service": "web",
  "workspaceFolder": "/app", "mounts": ["source=v,target=/app/.venv,type=volume"],
  "postCreateCommand": "uv sync",
}
""",
    "docker-bake.hcl": """group "default" { targets = ["web"] }
target "web" {
  context = "."
  dockerfile = "Dockerfile"
  args = { PYTHON = "3.12" }
}
""",
    ".github/workflows/ci.yml": """jobs:
  build:
    steps:
      - run: |
          docker build -f Dockerfile --target build .
      - uses: docker/build-push-action@v6
        with: {context: ., file: ./Dockerfile}
""",
    "Makefile": "build:\n\tdocker build -t shop \\\n\t  --build-arg PYTHON=3.12 .\n",
    "entrypoint.sh": '#!/bin/sh\nset -eu\nif [ -n "$X" ]; then\n  uv sync\nfi\nexec uv run "$@"\n',
    ".venv/pyvenv.cfg": "home = /usr/local/bin\nversion = 3.12.4\nuv = 0.5.9\n",
    ".gitignore": ".venv\n/dist\n!keep\n*.log\n",
    ".git/HEAD": "ref: refs/heads/main\n",
    ".git/index": "DIRC\x00\x00\x00\x02\x00\x00\x00\x01"
    + "\x00" * 60
    + "\x00\x06uv.lock\x00\x00\x00",
    "Pipfile": '[packages]\ndjango = "*"\n[requires]\npython_version = "3.12"\n',
    "Pipfile.lock": '{"_meta": {"hash": {"sha256": "0"}}, "default": {}, "develop": {}}\n',
    "pdm.lock": '[metadata]\ngroups = ["default"]\ncontent_hash = "sha256:0"\n',
    "pnpm-lock.yaml": "lockfileVersion: '9.0'\n",
    "uv.toml": 'link-mode = "copy"\n',
    "shipworthy.toml": 'profile = "strict"\n',
    "src/app.py": "print(1)\n",
}
