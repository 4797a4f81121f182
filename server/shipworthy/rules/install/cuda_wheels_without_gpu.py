"""The image installs CUDA libraries, and no service has a GPU.

## Why
On Linux the usual `torch` wheel depends on the `nvidia-*` packages: gigabytes that are only used with
an NVIDIA GPU. A service without `gpus` or a reserved device cannot use them. The index for CPU
wheels has builds of torch without them.

## Example
```dockerfile file=Dockerfile
FROM python:3.12-slim-bookworm
COPY --from=ghcr.io/astral-sh/uv:0.12.5 /uv /bin/uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN uv sync --locked
```
```yaml file=compose.yaml
services:
  api:
    build: .
```
```toml file=pyproject.toml
[project]
name = "app"
version = "0.1.0"
dependencies = ["torch"]
```
```toml file=uv.lock
version = 1

[[package]]
name = "app"
version = "0.1.0"
source = { virtual = "." }
dependencies = [
    { name = "torch" },
]

[[package]]
name = "nvidia-cudnn-cu12"
version = "9.1.0"
source = { registry = "https://index.example/simple" }
wheels = [
    { url = "https://index.example/nvidia_cudnn_cu12-9.1.0-py3-none-manylinux_2_27_x86_64.whl", size = 664752741 },
]

[[package]]
name = "torch"
version = "2.6.0"
source = { registry = "https://index.example/simple" }
dependencies = [
    { name = "nvidia-cudnn-cu12", marker = "platform_machine == 'x86_64'" },
]
wheels = [
    { url = "https://index.example/torch-2.6.0-cp312-cp312-manylinux1_x86_64.whl", size = 766000000 },
]
```
```diagnostics
Dockerfile:5:5: hint[cuda-wheels-without-gpu] `uv sync --locked` installs 1 `nvidia-*` packages for `torch` (664.8 MB of wheels), but no service of this image has a GPU.
```

## Use instead
```yaml file=compose.yaml
services:
  api:
    build: .
    gpus: all
```

## Fix safety
Manual: whether a GPU is there where the image runs is not in the files.

## Sources
uv's PyTorch guide; the Compose specification (`gpus`, `deploy.resources.reservations.devices`).
"""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.finding import Fix, Related, Safety, Severity
from shipworthy.findings.message import Size, Text, say
from shipworthy.model.image.steps import Run
from shipworthy.model.installed import UvInstall, installs_of, selection_of
from shipworthy.model.python.wheels import Target, best_wheel
from shipworthy.model.run import runs_of
from shipworthy.model.stage_python import effective_minor
from shipworthy.rules.rule import Report, rule

JA = """
イメージに CUDA ライブラリが入りますが、GPU を使うサービスがありません。

## なぜ
Linux の通常の `torch` の wheel は `nvidia-*` パッケージに依存します。NVIDIA の GPU がなければ使われない、
数 GB のファイルです。`gpus` もデバイスの予約もないサービスでは使えません。CPU 用のインデックスには、これらに
依存しない torch があります。

## 代わりに
GPU を使うならサービスに `gpus` を指定します。使わないなら CPU 用のインデックスから torch をインストールします。

## 修正の安全性
自動では直しません。実行環境に GPU があるかどうかは、ファイルからは分かりません。
"""

SYMPTOMS = (
    Text(
        en="an image with torch takes several gigabytes",
        ja="torch を入れたイメージが数 GB になる",
    ),
)

UNUSED = Text(
    en="`{command}` installs {count} `nvidia-*` packages for `torch` ({size} of wheels), but no service"
    " of this image has a GPU.",
    ja="`{command}` は `torch` のために {count} 個の `nvidia-*` パッケージ（wheel で {size}）をインストール"
    "しますが、このイメージのサービスには GPU がありません。",
)
NO_GPU = Text(en="This service has no `gpus`.", ja="このサービスには `gpus` の指定がありません。")
CPU = Text(
    en="Install torch from an index of CPU wheels, or give the service a GPU",
    ja="CPU 用 wheel のインデックスから torch をインストールするか、サービスに GPU を割り当てる",
)


@rule(severity=Severity.HINT)
def cuda_wheels_without_gpu(run: Run, db: Database) -> Iterator[Report]:
    installs = installs_of(db, run)
    if not run.reachable or not installs:
        return
    services = [item.service for item in runs_of(db, run.unit.id) if item.service is not None]
    if not services or any(service.gpus or not service.complete for service in services):
        return
    for install in installs:
        found = _libraries(db, install)
        if found is not None:
            count, size = found
            yield Report(
                at=install.command.at,
                message=say(UNUSED, command=install.command.source, count=count, size=Size(size)),
                related=tuple(Related(service.at, say(NO_GPU)) for service in services),
                fixes=(Fix(say(CPU), (), Safety.MANUAL),),
            )
            return


def _libraries(db: Database, install: UvInstall) -> tuple[int, int] | None:
    """How many of them a build for x86_64 installs for torch, and the size of their wheels."""
    minor = effective_minor(db, install)
    if minor is None:
        return None
    chosen = selection_of(db, install, f"{minor[0]}.{minor[1]}", "x86_64") or ()
    names = {item.name for item in chosen}
    libraries = [item for item in chosen if item.name.startswith("nvidia-")]
    if "torch" not in names or not libraries:
        return None
    target = Target(minor)
    wheels = {wheel.filename: wheel.size or 0 for item in libraries for wheel in item.wheels}
    fitting = (best_wheel(item, target) for item in libraries)
    return len(libraries), sum(wheels.get(name, 0) for name in fitting if name is not None)
