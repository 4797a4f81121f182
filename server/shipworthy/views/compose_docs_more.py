"""What the keys of networks, configs, secrets and includes mean, and what fixed values do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from shipworthy.findings.message import Text

TOP: Final[Mapping[str, Text]] = {
    "include.[].path": Text(
        en="The file, or files that are merged onto each other.",
        ja="ファイル、または重ね合わせる複数のファイル。",
    ),
    "include.[].env_file": Text(
        en="Fills in the variables of the included files, instead of the `.env` of their folder.",
        ja="そのフォルダーの `.env` の代わりに、インクルードするファイルの変数を埋めるファイル。",
    ),
    "include.[].project_directory": Text(
        en="The folder that relative paths of the included files begin at.",
        ja="インクルードするファイルの相対パスの起点。",
    ),
    "models.*.name": Text(en="The model's name on the outside.", ja="外部でのモデル名。"),
    "models.*.model": Text(en="The model, as an OCI reference.", ja="モデル（OCI 参照）。"),
    "models.*.context_size": Text(
        en="How many tokens the model takes at most.", ja="モデルが受け取る最大トークン数。"
    ),
    "models.*.runtime_flags": Text(
        en="Flags of the engine that runs the model.", ja="モデルを動かすエンジンのフラグ。"
    ),
    "networks.*.name": Text(
        en="The real name, instead of `PROJECT_NAME`.",
        ja="実際の名前（なければ `PROJECT_NAME` の形）。",
    ),
    "networks.*.driver": Text(
        en="What makes the network; `bridge` by default.",
        ja="ネットワークの種類。既定は `bridge`。",
    ),
    "networks.*.driver_opts": Text(en="Options of the driver.", ja="ドライバーの設定。"),
    "networks.*.ipam": Text(
        en="Which addresses the network has.", ja="ネットワークのアドレスの割り当て。"
    ),
    "networks.*.ipam.driver": Text(
        en="What hands the addresses out.", ja="アドレスを割り当てるドライバー。"
    ),
    "networks.*.ipam.config": Text(en="The subnets.", ja="サブネットの一覧。"),
    "networks.*.ipam.config.[].subnet": Text(
        en="The subnet, such as `172.28.0.0/16`.", ja="サブネット（`172.28.0.0/16` など）。"
    ),
    "networks.*.ipam.config.[].ip_range": Text(
        en="The part of it that containers get addresses from.", ja="コンテナに割り当てる範囲。"
    ),
    "networks.*.ipam.config.[].gateway": Text(
        en="The gateway's address.", ja="ゲートウェイのアドレス。"
    ),
    "networks.*.ipam.config.[].aux_addresses": Text(
        en="Addresses that are taken already, by host name.",
        ja="使用済みのアドレス（ホスト名ごと）。",
    ),
    "networks.*.ipam.options": Text(en="Options of that driver.", ja="そのドライバーの設定。"),
    "networks.*.internal": Text(
        en="Nothing outside can be reached from it.", ja="外部には接続できません。"
    ),
    "networks.*.enable_ipv4": Text(
        en="Whether containers get IPv4 addresses.", ja="IPv4 アドレスを割り当てるかどうか。"
    ),
    "networks.*.enable_ipv6": Text(
        en="Whether containers get IPv6 addresses.", ja="IPv6 アドレスを割り当てるかどうか。"
    ),
    "networks.*.attachable": Text(
        en="Containers outside of the project may join it (Swarm).",
        ja="プロジェクト外のコンテナも参加できます（Swarm）。",
    ),
    "networks.*.labels": Text(en="Metadata of the network.", ja="ネットワークのメタデータ。"),
    "*.*.external": Text(
        en="It exists already; Compose neither makes nor removes it.",
        ja="既存のもので、Compose は作成も削除もしません。",
    ),
    "*.*.external.name": Text(en="An old way to say `name`.", ja="`name` の古い書き方です。"),
    "secrets.*.name": Text(
        en="The real name, for an external secret.", ja="実際の名前（external の場合）。"
    ),
    "secrets.*.environment": Text(
        en="The variable of the environment of `docker compose` that holds it.",
        ja="値を持つ `docker compose` の環境変数。",
    ),
    "secrets.*.file": Text(
        en="The file that holds it, relative to the project's folder.",
        ja="値を持つファイル（プロジェクトのフォルダーからの相対）。",
    ),
    "secrets.*.labels": Text(en="Metadata of the secret.", ja="secret のメタデータ。"),
    "secrets.*.driver": Text(
        en="What keeps the secret (Swarm).", ja="secret を保管するドライバー（Swarm）。"
    ),
    "secrets.*.driver_opts": Text(en="Options of the driver.", ja="ドライバーの設定。"),
    "secrets.*.template_driver": Text(
        en="Fills in templates in the text (Swarm).",
        ja="内容のテンプレートを展開するドライバー（Swarm）。",
    ),
    "configs.*.name": Text(
        en="The real name, for an external config.", ja="実際の名前（external の場合）。"
    ),
    "configs.*.content": Text(
        en="The text itself; variables are filled in.", ja="内容そのもの。変数は展開されます。"
    ),
    "configs.*.environment": Text(
        en="The variable of the environment of `docker compose` that holds it.",
        ja="値を持つ `docker compose` の環境変数。",
    ),
    "configs.*.file": Text(
        en="The file that holds it, relative to the project's folder.",
        ja="内容のファイル（プロジェクトのフォルダーからの相対）。",
    ),
    "configs.*.labels": Text(en="Metadata of the config.", ja="config のメタデータ。"),
    "configs.*.template_driver": Text(
        en="Fills in templates in the text (Swarm).",
        ja="内容のテンプレートを展開するドライバー（Swarm）。",
    ),
}
"""By the key path, `*` for any name."""

VALUES: Final[Mapping[str, Text]] = {
    "restart=no": Text(en="Never started again.", ja="再起動しません。"),
    "restart=always": Text(
        en="Started again whenever it ends, and when Docker starts.",
        ja="終了するたび、また Docker の起動時に再起動します。",
    ),
    "restart=on-failure": Text(
        en="Started again when it ends with an error; `on-failure:3` at most three times.",
        ja="エラー終了したときに再起動します。`on-failure:3` なら最大 3 回。",
    ),
    "restart=unless-stopped": Text(
        en="As `always`, but not after somebody stopped it.",
        ja="`always` と同じですが、手動で停止した後は再起動しません。",
    ),
    "pull_policy=always": Text(en="Pulls at each start.", ja="起動のたびに取得します。"),
    "pull_policy=missing": Text(
        en="Pulls when the image is not on this machine.", ja="このマシンになければ取得します。"
    ),
    "pull_policy=if_not_present": Text(
        en="Another word for `missing`.", ja="`missing` の別名です。"
    ),
    "pull_policy=never": Text(
        en="Never pulls; the image must be here.", ja="取得しません。イメージが手元に必要です。"
    ),
    "pull_policy=build": Text(
        en="Builds, even when the image is here already.", ja="イメージがあってもビルドします。"
    ),
    "pull_policy=daily": Text(
        en="Pulls when the last pull is older than a day.",
        ja="前回の取得から 1 日を過ぎていれば取得します。",
    ),
    "pull_policy=weekly": Text(
        en="Pulls when the last pull is older than a week.",
        ja="前回の取得から 1 週間を過ぎていれば取得します。",
    ),
    "condition=service_started": Text(
        en="That service was started; it may not answer yet.",
        ja="起動したことだけを待ちます。まだ応答しないかもしれません。",
    ),
    "condition=service_healthy": Text(
        en="That service's healthcheck passes.", ja="相手のヘルスチェックが成功するまで待ちます。"
    ),
    "condition=service_completed_successfully": Text(
        en="That service ended without an error.", ja="相手がエラーなく終了するまで待ちます。"
    ),
    "action=sync": Text(
        en="Changed files are copied into the container.",
        ja="変更されたファイルをコンテナにコピーします。",
    ),
    "action=rebuild": Text(
        en="The image is rebuilt and the container replaced.",
        ja="イメージを再ビルドしてコンテナを置き換えます。",
    ),
    "action=restart": Text(en="The container is restarted.", ja="コンテナを再起動します。"),
    "action=sync+restart": Text(
        en="Changed files are copied, then the container is restarted.",
        ja="変更をコピーしてから再起動します。",
    ),
    "action=sync+exec": Text(
        en="Changed files are copied, then `exec` runs.",
        ja="変更をコピーしてから `exec` を実行します。",
    ),
    "type=bind": Text(en="A file or folder of the host.", ja="ホストのファイルかフォルダー。"),
    "type=volume": Text(en="A volume that Docker keeps.", ja="Docker が管理するボリューム。"),
    "type=tmpfs": Text(
        en="A folder in memory, empty at each start.",
        ja="メモリー上のフォルダー。起動のたびに空です。",
    ),
    "type=image": Text(
        en="The files of another image, read-only.", ja="別のイメージのファイル（読み取り専用）。"
    ),
    "type=npipe": Text(en="A named pipe (Windows).", ja="名前付きパイプ（Windows）。"),
    "type=cluster": Text(
        en="A volume of the cluster (Swarm).", ja="クラスターのボリューム（Swarm）。"
    ),
    "network_mode=host": Text(
        en="The network of the host: no published ports, nothing is kept apart.",
        ja="ホストのネットワーク。ポート公開は不要で、分離もされません。",
    ),
    "network_mode=none": Text(en="No network.", ja="ネットワークなし。"),
    "network_mode=bridge": Text(
        en="Docker's default network: no service names.",
        ja="Docker の既定のネットワーク。サービス名は使えません。",
    ),
    "cap_drop.[]=ALL": Text(en="Every capability.", ja="すべてのケーパビリティ。"),
    "cap_add.[]=ALL": Text(en="Every capability.", ja="すべてのケーパビリティ。"),
}
"""By the last key of the path (with `.[]` for an item) and the value."""
