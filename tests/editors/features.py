"""The project on which editors show hover, navigation, rename, completion and actions."""

from __future__ import annotations

from pathlib import Path

TREE = {
    ".git/HEAD": "ref: refs/heads/main\n",
    ".dockerignore": "**/*.log\n**/.venv\n",
    "shipworthy.toml": "lenses = true\ninlay-hints = true\nformat = true\n",
    "Dockerfile": """ARG VERSION=3.13
FROM python:${VERSION}-slim AS base
COPY --from=ghcr.io/astral-sh/uv:0.9.5 /uv /bin/
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
COPY backend/ ./

FROM base AS worker
COPY --from=base   /app /srv
CMD ["python", "/srv/main.py"]
""",
    "compose.yaml": """services:
  db:
    image: postgres:18
  web:
    build:
      context: .
      target: base
      args: {VERSION: '3.12'}
    volumes:
      - ./backend:/app
    depends_on: [db]
""",
    "backend/main.py": "print()\n",
    "backend/old.log": "x\n",
    "backend/static/日本 語.css": "\n",
    "uv.lock": 'version = 1\nrequires-python = ">=3.12"\n\n[[package]]\nname = "shop"\n'
    'version = "1"\nsource = { virtual = "." }\n',
    "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.12"\n',
}


def write(folder: Path) -> Path:
    """The project below ``folder``."""
    root = folder / "shop"
    for name, text in TREE.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root
