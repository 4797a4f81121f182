"""The base of a stage: its image after expansion and what is known of it, or a parent stage."""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.message import Place, Text
from shipworthy.model.base_image import BaseImage
from shipworthy.model.image.environments import environments
from shipworthy.model.image.steps import Image, Stage
from shipworthy.syntax.image_reference import ImageReference
from shipworthy.syntax.image_reference import parse as parse_reference
from shipworthy.views.page import Part, code, codes, item, text

IMAGE = Text(en="Image {name}", ja="イメージ {name}")
EXPANDED = Text(en="Image {name} (written {written})", ja="イメージ {name}（記述は {written}）")
UNKNOWN = Text(
    en="The image is decided outside these files: a variable of {written} has no value here.",
    ja="イメージはこれらのファイルの外で決まります。{written} の変数の値がここにはありません。",
)
STAGE = Text(en="Continues stage {name} ({where}).", ja="ステージ {name}（{where}）の続きです。")
SCRATCH = Text(
    en="Starts from nothing: no shell, no libraries, no interpreter.",
    ja="空の状態から始めます。シェルもライブラリもインタープリターもありません。",
)
INVALID = Text(
    en="{written} is not a valid image reference.",
    ja="{written} は正しいイメージ名ではありません。",
)
PYTHON = Text(en="Python {version} in `{prefix}`", ja="Python {version}（`{prefix}`）")
PYTHON_SOME = Text(
    en="Python, whose version the tag does not say", ja="Python（バージョンはタグから不明）"
)
NO_PYTHON = Text(en="no Python", ja="Python なし")
PYTHON_PACKAGE = Text(
    en="the distribution's own package would be Python {version}",
    ja="ディストリビューションのパッケージは Python {version}",
)
LIBC = {
    "glibc": Text(
        en="glibc: takes `manylinux` wheels", ja="glibc: `manylinux` の wheel が使えます"
    ),
    "musl": Text(
        en="musl: takes `musllinux` wheels only, others are compiled",
        ja="musl: `musllinux` の wheel だけが使え、ほかはコンパイルします",
    ),
}
SYSTEM = Text(en="{name}", ja="{name}")
FLOATS = Text(
    en="the tag names no release of the system: a newer one can come under the same tag",
    ja="タグがシステムのリリースを示さないため、同じタグで新しいものに変わることがあります",
)
UV = Text(en="uv {version}", ja="uv {version}")
USER = Text(en="runs as {name}", ja="実行ユーザー {name}")
HAS = Text(en="has {names}", ja="あるもの: {names}")
LACKS = Text(en="has no {names}", ja="ないもの: {names}")
NOT_KNOWN = Text(
    en="Nothing more is known of this image here; nothing is fetched.",
    ja="このイメージについてこれ以上はここでは分かりません。取得はしません。",
)
LATEST = Text(en="no tag: `latest` is pulled", ja="タグなし: `latest` を取得します")
DIGEST = Text(en="pinned by digest: always the same image", ja="ダイジェスト指定: 常に同じイメージ")
PLATFORM = Text(en="for platform {name}", ja="プラットフォーム {name}")
MADE = Text(
    en="This stage holds the environment {path} ({where}).",
    ja="このステージには環境 {path}（{where}）があります。",
)


def from_parts(db: Database, made: Image, stage: Stage, written: str) -> tuple[Part, ...]:
    """What a stage starts from in one build."""
    shape = stage.shape
    parts: list[Part] = []
    if shape.parent is not None:
        parent = made.stage(shape.parent).shape
        name = code(parent.name or str(parent.number))
        parts.append(text(STAGE, name=name, where=Place(parent.at)))
        base = made.base(stage.number)
        if base.reference is not None and base.image is not None:
            parts.extend(image_parts(base.reference, base.reference, base.image))
    elif shape.scratch:
        parts.append(text(SCRATCH))
    elif shape.reference is None:
        parts.append(text(UNKNOWN, written=code(written)))
    else:
        parts.extend(image_parts(shape.reference, written, shape.image))
    if shape.platform:
        parts.append(item(PLATFORM, name=code(shape.platform)))
    for environment in environments(db, made.unit.id, stage.number):
        if environment.kind != "system":
            where = Place(environment.at)
            parts.append(text(MADE, path=code(environment.path), where=where))
    return tuple(parts)


def image_parts(reference: str, written: str, image: BaseImage | None) -> tuple[Part, ...]:
    """What an image's name says."""
    parsed = parse_reference(reference)
    if parsed is None:
        return (text(INVALID, written=code(reference)),)
    name = code(full_name(parsed))
    if written == reference:
        head = text(IMAGE, name=name)
    else:
        head = text(EXPANDED, name=name, written=code(written))
    return (head, *_facts(parsed, image))


def full_name(image: ImageReference) -> str:
    """The reference in full, with registry and tag."""
    tag = f":{image.effective_tag}" if image.effective_tag else ""
    digest = f"@{image.digest}" if image.digest else ""
    return f"{image.registry}/{image.repository}{tag}{digest}"


def _facts(parsed: ImageReference, image: BaseImage | None) -> Iterator[Part]:
    if parsed.digest is not None:
        yield item(DIGEST)
    elif parsed.tag is None:
        yield item(LATEST)
    if image is None or not image.known:
        yield text(NOT_KNOWN)
        return
    yield from _python(image)
    if image.libc is not None:
        yield item(LIBC[image.libc])
    if image.distribution:
        yield item(SYSTEM, name=" ".join(filter(None, (image.distribution, image.release))))
    if image.release_floats and parsed.digest is None:
        yield item(FLOATS)
    if image.uv is not None:
        yield item(UV, version=image.uv)
    tools = {
        "git": image.has_git,
        "cc": image.has_compiler,
        "curl": image.has_curl,
        "wget": image.has_wget,
        "sh": image.has_shell,
    }
    have = [name for name, there in tools.items() if there]
    lack = [name for name, there in tools.items() if there is False]
    if have:
        yield item(HAS, names=codes(have))
    if lack:
        yield item(LACKS, names=codes(lack))
    if image.user:
        yield item(USER, name=code(image.user))


def _python(image: BaseImage) -> Iterator[Part]:
    if image.python is not None:
        version = ".".join(str(number) for number in image.python if number is not None)
        yield item(PYTHON, version=version, prefix=image.python_prefix or "?")
    elif image.has_python:
        yield item(PYTHON_SOME)
    elif image.has_python is False:
        yield item(NO_PYTHON)
        if image.distribution_python is not None:
            version = ".".join(str(number) for number in image.distribution_python)
            yield item(PYTHON_PACKAGE, version=version)
