// A project with something to see for every feature: stages, mounts, patterns, names of all kinds.
import { project } from './projects.mjs';

const FILES = {
  'Dockerfile': `# syntax=docker/dockerfile:1
ARG PYTHON=3.13
FROM python:\${PYTHON}-slim-bookworm AS build
ENV APP_ENV=prod
WORKDIR /srv/app
COPY --from=ghcr.io/astral-sh/uv:0.9.9 /uv /bin/
COPY pyproject.toml uv.lock ./
RUN --mount=type=cache,target=/root/.cache/uv \\
    uv sync --locked --no-install-project
COPY src/ src/
COPY notes.txt ./
RUN <<EOT
set -e
echo "$APP_ENV"
EOT

FROM python:\${PYTHON}-slim-bookworm AS runtime
WORKDIR /srv/app
COPY --from=build /srv/app/.venv /srv/app/.venv
RUN --mount=type=bind,from=build,source=/srv/app,target=/tmp/app true
ENV PATH="/srv/app/.venv/bin:$PATH"
CMD ["python", "-m", "tour"]
`,
  '.dockerignore': `# what no image needs
.git
*.txt
!README.txt
**/__pycache__
**/.venv
nothing-here/
`,
  'compose.yaml': `x-logging: &logging
  driver: json-file
services:
  web:
    build:
      context: .
      target: runtime
      args:
        PYTHON: "3.13"
    logging: *logging
    volumes:
      - .:/srv/app
      - cache:/root/.cache
    networks:
      - front
    secrets:
      - token
    depends_on:
      - db
  worker:
    build:
      context: .
      target: build
    logging: *logging
  db:
    image: postgres:17
volumes:
  cache:
networks:
  front:
secrets:
  token:
    file: ./token.env
`,
  'token.env': 'TOKEN=none\n',
  'notes.txt': 'hidden from the build\n',
  'src/tour/__init__.py': '',
  'src/tour/__main__.py': 'print("tour")\n',
  'src/tour/__pycache__/tour.pyc': 'x'.repeat(2000),
  'data/photos.bin': 'x'.repeat(3_000_000),
  'pyproject.toml': `[project]
name = "tour"
version = "0.1.0"
requires-python = ">=3.13"
dependencies = []

[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
`,
  'uv.lock': `version = 1
revision = 3
requires-python = ">=3.13"

[[package]]
name = "tour"
version = "0.1.0"
source = { editable = "." }
`,
};

/** The project in a new folder; `more` are further files. */
export const tour = (more = {}) => project({ ...FILES, ...more }, 'tour');
