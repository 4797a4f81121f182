"""What the keys of a compose file mean, in a few words of our own."""

from __future__ import annotations

from collections.abc import Mapping

from shipworthy.findings.message import Text
from shipworthy.views.compose_docs_more import TOP, VALUES
from shipworthy.views.compose_docs_nested import NESTED
from shipworthy.views.compose_docs_service import SERVICE
from shipworthy.views.compose_values import values
from shipworthy.views.yaml_places import YamlPath

_TOP = {
    "services": Text(
        en="The containers of the project, by name.", ja="プロジェクトのコンテナ（名前ごと）。"
    ),
    "volumes": Text(
        en="Named volumes. Docker keeps their content until `docker compose down -v`.",
        ja="名前付きボリューム。中身は `docker compose down -v` まで残ります。",
    ),
    "networks": Text(
        en="Networks of the project. Services on one network reach each other by service name.",
        ja="プロジェクトのネットワーク。同じネットワークのサービスはサービス名で互いに接続で"
        "きます。",
    ),
    "configs": Text(
        en="Files that services get mounted read-only.",
        ja="サービスに読み取り専用でマウントされるファイル。",
    ),
    "secrets": Text(
        en="Secret files, mounted at `/run/secrets/NAME` or passed to a build.",
        ja="秘密情報のファイル。`/run/secrets/NAME` にマウントするか、ビルドに渡します。",
    ),
    "name": Text(
        en="The project's name: the beginning of the names of containers, volumes and networks.",
        ja="プロジェクト名。コンテナ、ボリューム、ネットワークの名前の先頭になります。",
    ),
    "include": Text(
        en="Other compose files whose services become part of this project; each keeps its own"
        " folder for relative paths.",
        ja="このプロジェクトに加える別の Compose ファイル。相対パスはそれぞれのフォルダーを"
        "起点とします。",
    ),
    "models": Text(
        en="AI models that services are connected with.", ja="サービスにつなぐ AI モデル。"
    ),
    "version": Text(
        en="Ignored by Compose; it can be removed.", ja="Compose は無視します。削除できます。"
    ),
}
_SERVICE = {
    "build": Text(
        en="How the image is built: a folder, or a mapping with `context`, `dockerfile`, ...",
        ja="イメージのビルド方法。フォルダー、または `context` や `dockerfile` などのマッピング。",
    ),
    "image": Text(
        en="The image that is started; with `build`, the name that the built image gets.",
        ja="起動するイメージ。`build` があればビルドしたイメージの名前になります。",
    ),
    "volumes": Text(
        en="Mounts of the container. Each lies over what the image holds at its path; deeper paths"
        " lie over shallower ones.",
        ja="コンテナのマウント。イメージの同じパスの上に重なり、深いパスほど上になります。",
    ),
    "command": Text(
        en="Replaces the image's CMD. A string is split into words; no shell runs it.",
        ja="イメージの CMD を置き換えます。文字列は語に分けられ、シェルは通りません。",
    ),
    "entrypoint": Text(
        en="Replaces the image's ENTRYPOINT, and drops its CMD.",
        ja="イメージの ENTRYPOINT を置き換え、CMD も無効にします。",
    ),
    "environment": Text(
        en="Variables of the container; they win over `env_file` and over ENV of the image. The"
        " build does not see them.",
        ja="コンテナの環境変数。`env_file` とイメージの ENV より優先されます。"
        "ビルドからは見えません。",
    ),
    "env_file": Text(
        en="Files with variables for the container, later ones win. They do not fill in "
        "`${{...}}` in"
        " this file; `.env` does.",
        ja="コンテナの環境変数のファイル。後のものが優先です。このファイルの `${{...}}` "
        "には使われません"
        "（使われるのは `.env` です）。",
    ),
    "working_dir": Text(
        en="Replaces the image's WORKDIR.", ja="イメージの WORKDIR を置き換えます。"
    ),
    "user": Text(en="Replaces the image's USER.", ja="イメージの USER を置き換えます。"),
    "depends_on": Text(
        en="Services that start first; with `condition: service_healthy` they must be ready.",
        ja="先に起動するサービス。`condition: service_healthy` なら準備が整うまで待ちます。",
    ),
    "develop": Text(
        en="What `docker compose watch` does when files change.",
        ja="ファイルが変わったとき `docker compose watch` がすること。",
    ),
    "ports": Text(
        en="Ports that are published on the host: `HOST:CONTAINER`.",
        ja="ホストに公開するポート（`HOST:CONTAINER`）。",
    ),
    "extends": Text(
        en="Takes over the settings of another service, perhaps of another file.",
        ja="別のサービス（別ファイルも可）の設定を引き継ぎます。",
    ),
    "platform": Text(
        en="The platform of image and container, such as `linux/amd64`.",
        ja="イメージとコンテナのプラットフォーム（`linux/amd64` など）。",
    ),
    "profiles": Text(
        en="The service is started only when one of these profiles is asked for.",
        ja="指定したプロファイルが選ばれたときだけ起動します。",
    ),
    "healthcheck": Text(
        en="The check that tells whether the container is ready; replaces HEALTHCHECK.",
        ja="コンテナの準備状態を調べます。HEALTHCHECK を置き換えます。",
    ),
    "networks": Text(
        en="The networks that the container joins; `default` without this key.",
        ja="コンテナが参加するネットワーク。指定がなければ `default` です。",
    ),
    "configs": Text(
        en="Configs that the container gets as files.", ja="コンテナがファイルとして受け取る設定。"
    ),
    "secrets": Text(
        en="Secrets that the container gets under `/run/secrets`.",
        ja="コンテナが `/run/secrets` で受け取る秘密情報。",
    ),
    "restart": Text(
        en="When a container that ended is started again.", ja="終了したコンテナを再起動する条件。"
    ),
    "tmpfs": Text(
        en="Folders in memory, empty at each start.",
        ja="メモリー上のフォルダー。起動のたびに空です。",
    ),
    "pull_policy": Text(
        en="When the image is pulled or built: `always`, `missing`, `never`, `build`, ...",
        ja="イメージを取得・ビルドする条件（`always`、`missing`、`never`、`build` など）。",
    ),
    "read_only": Text(
        en="The container cannot write outside of its mounts.",
        ja="コンテナはマウント以外に書き込めません。",
    ),
    "volumes_from": Text(
        en="Takes over all mounts of another service.", ja="別のサービスのマウントを引き継ぎます。"
    ),
    "links": Text(
        en="Another name for a service; rarely needed, since service names work by themselves.",
        ja="サービスの別名。サービス名はそのまま使えるため、ほとんど不要です。",
    ),
    "expose": Text(
        en="Ports that are open to other services only.", ja="他のサービスだけに開くポート。"
    ),
    "init": Text(
        en="Puts a small init in front that passes signals on and collects ended processes.",
        ja="シグナルを伝え終了プロセスを回収する小さな init を前に置きます。",
    ),
    "labels": Text(en="Metadata of the container.", ja="コンテナのメタデータ。"),
    "container_name": Text(
        en="A fixed name; the service can then have only one container.",
        ja="固定の名前。このサービスのコンテナは 1 つだけになります。",
    ),
    "stop_grace_period": Text(
        en="How long a container may take to end before it is killed (10 seconds by default).",
        ja="強制終了までの猶予（既定は 10 秒）。",
    ),
    "network_mode": Text(
        en="`host`, `none`, or `service:NAME` to share that service's network.",
        ja="`host`、`none`、またはそのサービスのネットワークを共有する `service:NAME`。",
    ),
    "extra_hosts": Text(en="Lines for `/etc/hosts`.", ja="`/etc/hosts` に足す行。"),
    "deploy": Text(en="Replicas, resources and placement.", ja="複製数、リソース、配置の指定。"),
}
_BUILD = {
    "context": Text(
        en="The folder whose files the build can see, relative to the project's folder. COPY paths"
        " and the ignore file start there.",
        ja="ビルドから見えるフォルダー（プロジェクトのフォルダーからの相対）。COPY のパスと ignore"
        " ファイルの起点です。",
    ),
    "dockerfile": Text(
        en="The Dockerfile, relative to `context` (not to this file). Default: `Dockerfile`.",
        ja="Dockerfile。このファイルではなく `context` からの相対です。既定は `Dockerfile`。",
    ),
    "dockerfile_inline": Text(
        en="The text of the Dockerfile itself.", ja="Dockerfile の内容そのもの。"
    ),
    "target": Text(
        en="The stage that is built; the last one without this key.",
        ja="ビルドするステージ。指定がなければ最後のステージです。",
    ),
    "args": Text(
        en="Values for the Dockerfile's ARGs. One without a value is taken from the environment of"
        " `docker compose`.",
        ja="Dockerfile の ARG の値。値がないものは `docker compose` の環境から取ります。",
    ),
    "additional_contexts": Text(
        en="Further folders, images or stages, by the names that `COPY --from` uses.",
        ja="`COPY --from` で使う名前を付けた、別のフォルダーやイメージ。",
    ),
    "cache_from": Text(en="Where cached steps are looked for.", ja="キャッシュを探す場所。"),
    "cache_to": Text(en="Where cached steps are stored.", ja="キャッシュを保存する場所。"),
    "secrets": Text(
        en="Secrets for `RUN --mount=type=secret`.", ja="`RUN --mount=type=secret` 用の秘密情報。"
    ),
    "ssh": Text(
        en="SSH agents for `RUN --mount=type=ssh`.",
        ja="`RUN --mount=type=ssh` 用の SSH エージェント。",
    ),
    "platforms": Text(
        en="The platforms that the image is built for.", ja="ビルドするプラットフォーム。"
    ),
    "no_cache": Text(en="Runs every step again.", ja="すべての手順をやり直します。"),
    "pull": Text(
        en="Looks for a newer base image at each build.", ja="毎回新しいベースイメージを調べます。"
    ),
    "network": Text(en="The network of RUN.", ja="RUN のネットワーク。"),
    "tags": Text(en="Further names of the image.", ja="イメージの追加の名前。"),
    "labels": Text(en="Metadata of the image.", ja="イメージのメタデータ。"),
    "no_cache_filter": Text(
        en="Stages whose steps all run again.", ja="すべての手順をやり直すステージ。"
    ),
    "entitlements": Text(
        en="Rights that the build may use, such as `network.host`.",
        ja="ビルドに許す権限（`network.host` など）。",
    ),
    "provenance": Text(
        en="Adds a record of how the image was built.", ja="ビルド方法の記録を付けます。"
    ),
    "sbom": Text(en="Adds a list of what the image holds.", ja="イメージの中身の一覧を付けます。"),
    "extra_hosts": Text(en="Lines for `/etc/hosts` of RUN.", ja="RUN の `/etc/hosts` に足す行。"),
    "isolation": Text(
        en="How the build is isolated; has a meaning on Windows only.",
        ja="ビルドの分離方法。意味があるのは Windows だけです。",
    ),
    "privileged": Text(en="RUN gets all rights.", ja="RUN にすべての権限を与えます。"),
    "ulimits": Text(en="Limits of RUN's processes.", ja="RUN のプロセスの制限。"),
    "shm_size": Text(en="The size of `/dev/shm` for RUN.", ja="RUN の `/dev/shm` の大きさ。"),
}
_DEVELOP = {
    "watch": Text(
        en="One entry for each folder that is watched.", ja="監視するフォルダーごとの設定。"
    ),
    "action": Text(
        en="`sync` copies changed files into the container, `sync+restart` also restarts it,"
        " `rebuild` rebuilds the image.",
        ja="`sync` は変更されたファイルをコンテナにコピーし、`sync+restart` はさらに再起動し、"
        "`rebuild` はイメージを再ビルドします。",
    ),
    "path": Text(
        en="The folder or file that is watched, relative to the project's folder.",
        ja="監視するフォルダーかファイル（プロジェクトのフォルダーからの相対）。",
    ),
    "target": Text(
        en="Where changed files are copied to in the container.", ja="コンテナ内のコピー先。"
    ),
    "ignore": Text(
        en="Patterns, relative to `path`, of what is not watched. The ignore file of the build"
        " counts as well.",
        ja="監視しないもののパターン（`path` からの相対）。ビルドの ignore ファイルも効きます。",
    ),
    "include": Text(
        en="Patterns of the only files that are watched.", ja="監視するものだけのパターン。"
    ),
    "initial_sync": Text(
        en="Copies everything once at the start.", ja="開始時に一度すべてコピーします。"
    ),
    "exec": Text(en="The command that runs after a sync.", ja="同期の後に実行するコマンド。"),
}
_MOUNT = {
    "type": Text(
        en="`bind` (a folder of the host), `volume`, `tmpfs`, `image`, ...",
        ja="`bind`（ホストのフォルダー）、`volume`、`tmpfs`、`image` など。",
    ),
    "source": Text(
        en="A folder of the host for `bind`, a name for `volume`; none for an anonymous volume.",
        ja="`bind` はホストのフォルダー、`volume` は名前。なければ匿名ボリュームです。",
    ),
    "target": Text(
        en="The path in the container, over which it lies.", ja="重ねるコンテナ内のパス。"
    ),
    "read_only": Text(en="The container cannot write to it.", ja="コンテナは書き込めません。"),
    "bind": Text(en="Options of a bind mount.", ja="バインドマウントの設定。"),
    "volume": Text(
        en="Options of a volume; `nocopy` starts it empty, `subpath` mounts a part of it.",
        ja="ボリュームの設定。`nocopy` は空で始め、`subpath` は一部だけをマウントします。",
    ),
    "tmpfs": Text(en="Options of the folder in memory.", ja="メモリー上のフォルダーの設定。"),
    "consistency": Text(en="Has no effect today.", ja="現在は効果がありません。"),
}
_VOLUME = {
    "driver": Text(
        en="What stores the volume; `local` by default.", ja="保存方法。既定は `local`。"
    ),
    "driver_opts": Text(
        en="Options of the driver; with `type: none`, `o: bind` and `device` it is a host folder.",
        ja="ドライバーの設定。`type: none`、`o: bind`、`device` ならホストのフォルダーです。",
    ),
    "external": Text(
        en="The volume exists already; Compose neither makes nor removes it.",
        ja="既存のもので、Compose は作成も削除もしません。",
    ),
    "name": Text(
        en="The real name, instead of PROJECT_NAME.", ja="実際の名前（なければ PROJECT_NAME）。"
    ),
    "labels": Text(en="Metadata of the volume.", ja="ボリュームのメタデータ。"),
}


def compose_doc(path: YamlPath) -> Text | None:
    """What the key at a path means; None for what has no words here."""
    if not path:
        return None
    key = path[-1]
    if len(path) == 1:
        return _TOP.get(key)
    if path[0] == "services" and len(path) > 2:
        return _service_doc(path[2:], key)
    if path[0] == "volumes" and len(path) == 3:
        return _VOLUME.get(key)
    return _found(TOP, path)


def value_doc(path: YamlPath, value: str) -> Text | None:
    """What one of the fixed values of a path means; None for any other value."""
    key = ".".join(path[-2:]) if path[-1:] == ("[]",) else path[-1] if path else ""
    return VALUES.get(f"{key}={value}") if value in values(path) else None


def _service_doc(path: YamlPath, key: str) -> Text | None:
    if path[:2] == ("pre_start", "[]") and len(path) > 2 and key != "per_replica":
        return _service_doc(path[2:], key)
    if len(path) == 1 and key in _SERVICE:
        return _SERVICE[key]
    if path[0] == "build" and len(path) == 2:
        return _BUILD.get(key)
    if path[0] == "develop" and len(path) in (2, 4):
        return _DEVELOP.get(key)
    if path[0] == "volumes" and path[1:2] == ("[]",) and len(path) == 3 and key in _MOUNT:
        return _MOUNT[key]
    return _found(SERVICE, _shared(path)) or _found(NESTED, _shared(path))


def _shared(path: YamlPath) -> YamlPath:
    """The place whose words hold for a path, too."""
    if path[0] in ("post_start", "pre_stop") and len(path) == 3:
        return ("hook", path[2])
    if path[0] == "develop" and path[3:4] == ("exec",):
        return ("hook", *path[4:])
    if path[:2] == ("build", "ulimits"):
        return path[1:]
    if path[:2] == ("build", "secrets") and path[-1] not in ("source", "target"):
        return path[1:]
    if path[0] == "configs" and path[-1] not in ("source", "target"):
        return ("secrets", *path[1:])
    if path[:4] == ("deploy", "resources", "reservations", "devices") and len(path) > 4:
        return ("gpus", *path[4:])
    return path


def _found(table: Mapping[str, Text], path: YamlPath) -> Text | None:
    """The words for a path, any one of its steps but the last one being a name."""
    exact = table.get(".".join(path))
    if exact is not None:
        return exact
    for at in range(len(path) - 1):
        found = table.get(".".join((*path[:at], "*", *path[at + 1 :])))
        if found is not None:
            return found
    return table.get(".".join(("*", "*", *path[2:]))) if table is TOP else None
