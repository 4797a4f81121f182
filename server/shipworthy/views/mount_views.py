"""What a `RUN --mount` lends to its command, and what it hides meanwhile."""

from __future__ import annotations

from collections.abc import Iterator

from shipworthy.db.database import Database
from shipworthy.findings.message import Inner, Place, Text, clause
from shipworthy.model.context import visibility
from shipworthy.model.ignoring import Hidden
from shipworthy.model.image.steps import Image, Mount, Run
from shipworthy.views.compose_symbols import lent_secrets
from shipworthy.views.context_look import look
from shipworthy.views.copy_views import pattern_place
from shipworthy.views.image_paths import image_folder
from shipworthy.views.page import Part, amount, code, codes, item, relative, text

BIND = Text(
    en="While this command runs, {source} of `{context}` is at {target}: {what}.",
    ja="このコマンドの間、`{context}` の {source} が {target} にあります: {what}。",
)
BIND_STAGE = Text(
    en="While this command runs, {source} of stage {stage} ({where}) is at {target}.",
    ja="このコマンドの間、ステージ {stage}（{where}）の {source} が {target} にあります。",
)
BIND_IMAGE = Text(
    en="While this command runs, {source} of image {image} is at {target}; its contents are not"
    " known here.",
    ja="このコマンドの間、イメージ {image} の {source} が {target} にあります。中身はここでは"
    "分かりません。",
)
BIND_HIDDEN = Text(
    en="{source} is not sent: pattern {pattern} ({where}) excludes it, so the build fails here.",
    ja="{source} は送られません。パターン {pattern}（{where}）が除外しているため、ビルドはここで"
    "失敗します。",
)
BIND_ABSENT = Text(
    en="{source} does not exist in `{context}`: the build fails here.",
    ja="{source} は `{context}` に存在しません。ビルドはここで失敗します。",
)
BIND_UNKNOWN = Text(
    en="While this command runs, something that these files do not decide is at {target}.",
    ja="このコマンドの間、これらのファイルでは決まらないものが {target} にあります。",
)
WRITES_LOST = Text(
    en="what the command writes there is thrown away",
    ja="コマンドがそこに書いたものは捨てられます",
)
READ_ONLY = Text(en="it cannot be written to", ja="書き込みはできません")
CACHE = Text(
    en="{target} is a folder that stays from build to build, under the id {id}. It gets into no"
    " layer, so the next step does not see it.",
    ja="{target} はビルドをまたいで残るフォルダーです（id は {id}）。レイヤーには入らないため、"
    "次の手順からは見えません。",
)
SHARED = Text(
    en="builds may use it at the same time (`shared`)",
    ja="複数のビルドが同時に使えます（`shared`）",
)
PRIVATE = Text(
    en="a build that finds it in use gets another one (`private`)",
    ja="使用中なら、別のものが用意されます（`private`）",
)
LOCKED = Text(
    en="a build that finds it in use waits (`locked`)",
    ja="使用中なら、空くまで待ちます（`locked`）",
)
OWNER = Text(
    en="made for uid {uid}, gid {gid}: another user cannot write to it",
    ja="uid {uid}、gid {gid} のために作られます。ほかのユーザーは書き込めません",
)
SECRET_FILE = Text(
    en="While this command runs, the secret {id} is the file {target}. It gets into no layer.",
    ja="このコマンドの間、秘密情報 {id} がファイル {target} になります。レイヤーには残りません。",
)
SECRET_VARIABLE = Text(
    en="While this command runs, the secret {id} is in the variable {name}. It gets into no layer.",
    ja="このコマンドの間、秘密情報 {id} が変数 {name} に入ります。レイヤーには残りません。",
)
LENT = Text(en="a compose file lends it to this build", ja="Compose ファイルがこのビルドに渡します")
REQUIRED = Text(en="the build fails when nobody gives it", ja="渡されなければビルドは失敗します")
OPTIONAL = Text(
    en="when nobody gives it, it is missing and the command runs all the same",
    ja="渡されなければ、ないままコマンドが実行されます",
)
SSH = Text(
    en="While this command runs, the SSH agent {id} of the caller can be used.",
    ja="このコマンドの間、呼び出し元の SSH エージェント {id} を使えます。",
)
TMPFS = Text(
    en="{target} is an empty folder in memory, forgotten after this command.",
    ja="{target} はメモリー上の空のフォルダーで、このコマンドが終わると消えます。",
)
HIDES = Text(
    en="meanwhile it hides what the image has there: {names}",
    ja="その間、イメージのそこにあるもの（{names}）は隠れます",
)
SOMEWHERE = Text(en="a path that is not known", ja="不明なパス")
_SHARING = {"shared": SHARED, "private": PRIVATE, "locked": LOCKED}
_ROOT = frozenset({"", "root", "0"})
_TRUE = frozenset({"", "true", "1"})


def mount_parts(db: Database, made: Image, run: Run, mount: Mount) -> tuple[Part, ...]:
    """What one mount of a RUN brings."""
    return (*_brings(db, made, run, mount), *_hides(db, made, run, mount))


def _brings(db: Database, made: Image, run: Run, mount: Mount) -> Iterator[Part]:
    target: str | Inner = code(mount.target) if mount.target else clause(SOMEWHERE)
    if mount.type == "bind":
        yield from _bind(db, made, mount, target)
        yield item(WRITES_LOST if _writable(mount) else READ_ONLY)
    elif mount.type == "cache":
        yield text(CACHE, target=target, id=code(mount.option("id") or mount.target or "?"))
        sharing = _SHARING.get(mount.option("sharing") or "shared")
        if sharing is not None:
            yield item(sharing)
        if (run.state.user or "").partition(":")[0] not in _ROOT and not mount.option("mode"):
            uid, gid = mount.option("uid") or "0", mount.option("gid") or "0"
            yield item(OWNER, uid=uid, gid=gid)
    elif mount.type == "secret":
        yield from _secret(db, made, mount)
    elif mount.type == "ssh":
        yield text(SSH, id=code(mount.option("id") or "default"))
    elif mount.type == "tmpfs":
        yield text(TMPFS, target=target)


def _writable(mount: Mount) -> bool:
    value = mount.option("rw", "readwrite")
    return value is not None and value.lower() in _TRUE


def _bind(db: Database, made: Image, mount: Mount, target: str | Inner) -> Iterator[Part]:
    path = mount.source.path if mount.source is not None else ""
    source = code(mount.source.text or "/") if mount.source is not None else code("/")
    if mount.origin == "stage" and mount.from_stage is not None:
        shape = made.stages[mount.from_stage].shape
        stage = code(shape.name or str(shape.number))
        yield text(BIND_STAGE, source=source, stage=stage, where=Place(shape.at), target=target)
    elif mount.origin == "image":
        image = code(mount.option("from") or "")
        yield text(BIND_IMAGE, source=source, image=image, target=target)
    elif path is None or mount.context is None:
        yield text(BIND_UNKNOWN, target=target)
    else:
        yield from _from_context(db, made, mount, path, mount.context, source, target)


def _from_context(
    db: Database,
    made: Image,
    mount: Mount,
    path: str,
    context: str,
    source: str,
    target: str | Inner,
) -> Iterator[Part]:
    main = context == made.unit.context
    seen = visibility(db, made.unit, path) if main and path else None
    if isinstance(seen, Hidden) and mount.ignore is not None:
        pattern, where = pattern_place(db, mount.ignore, seen.by)
        yield text(BIND_HIDDEN, source=source, pattern=pattern, where=where)
        return
    shown = relative(db, context)
    if db.stat(f"{context}/{path}" if path else context) is None:
        yield text(BIND_ABSENT, source=source, context=shown)
        return
    found = look(db, context, mount.ignore, path)
    what = amount(found.files, found.size, found.complete)
    yield text(BIND, source=source, context=shown, target=target, what=what)


def _secret(db: Database, made: Image, mount: Mount) -> Iterator[Part]:
    name = mount.option("id") or (mount.target or "").rpartition("/")[2]
    variable = mount.option("env")
    if variable:
        yield text(SECRET_VARIABLE, id=code(name), name=code(variable))
    if not variable or mount.target:
        yield text(SECRET_FILE, id=code(name), target=code(mount.target or f"/run/secrets/{name}"))
    path = made.unit.dockerfile
    if isinstance(path, str) and name in lent_secrets(db, path):
        yield item(LENT)
    required = mount.option("required")
    yield item(REQUIRED if required is not None and required.lower() in _TRUE else OPTIONAL)


def _hides(db: Database, made: Image, run: Run, mount: Mount) -> Iterator[Part]:
    if mount.target is None or mount.type in ("secret", "ssh"):
        return
    folder, _, name = mount.target.rpartition("/")
    below = image_folder(db, made.unit.id, run.stage, run.ordinal, mount.target)
    beside = image_folder(db, made.unit.id, run.stage, run.ordinal, folder)
    if below:
        names = (child + ("/" if is_folder else "") for child, is_folder in sorted(below.items()))
        yield item(HIDES, names=codes(names))
    elif beside.get(name) is False:
        yield item(HIDES, names=code(mount.target))
