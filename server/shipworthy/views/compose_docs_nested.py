"""What the keys below `deploy`, `ports`, `healthcheck` and the like mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from shipworthy.findings.message import Text

NESTED: Final[Mapping[str, Text]] = {
    "blkio_config": Text(
        en="How much of the disks' throughput the container gets.",
        ja="ディスク入出力の配分と上限。",
    ),
    "blkio_config.weight": Text(
        en="The share of the throughput, 10 to 1000.", ja="入出力の配分（10～1000）。"
    ),
    "blkio_config.weight_device": Text(
        en="The share for single devices.", ja="デバイスごとの配分。"
    ),
    "blkio_config.weight_device.[].path": Text(en="The device.", ja="デバイスのパス。"),
    "blkio_config.weight_device.[].weight": Text(
        en="Its share, 10 to 1000.", ja="配分（10～1000）。"
    ),
    "blkio_config.device_read_bps": Text(
        en="At most this many bytes a second read from a device.",
        ja="デバイスから読む速度の上限（バイト/秒）。",
    ),
    "blkio_config.device_read_iops": Text(
        en="At most this many reads a second from a device.",
        ja="デバイスからの読み取り回数の上限（回/秒）。",
    ),
    "blkio_config.device_write_bps": Text(
        en="At most this many bytes a second written to a device.",
        ja="デバイスに書く速度の上限（バイト/秒）。",
    ),
    "blkio_config.device_write_iops": Text(
        en="At most this many writes a second to a device.",
        ja="デバイスへの書き込み回数の上限（回/秒）。",
    ),
    "blkio_config.*.[].path": Text(en="The device.", ja="デバイスのパス。"),
    "blkio_config.*.[].rate": Text(en="The limit for it.", ja="その上限。"),
    "deploy.mode": Text(
        en="`replicated`: as many as `replicas` says; `global`: one on each node.",
        ja="`replicated` は `replicas` の数だけ、`global` は各ノードに 1 つ。",
    ),
    "deploy.endpoint_mode": Text(
        en="`vip`: one address for all replicas; `dnsrr`: each one's own.",
        ja="`vip` は全レプリカで 1 つのアドレス、`dnsrr` はそれぞれのアドレス。",
    ),
    "deploy.replicas": Text(en="How many containers.", ja="コンテナの数。"),
    "deploy.labels": Text(
        en="Labels of the service, not of its containers.", ja="コンテナではなくサービスのラベル。"
    ),
    "deploy.update_config": Text(
        en="How an update proceeds (Swarm).", ja="更新の進め方（Swarm）。"
    ),
    "deploy.rollback_config": Text(
        en="How a failed update is taken back (Swarm).", ja="失敗した更新の戻し方（Swarm）。"
    ),
    "deploy.*.parallelism": Text(
        en="How many containers at once.", ja="同時に更新するコンテナの数。"
    ),
    "deploy.*.delay": Text(
        en="How long to wait before the next ones.", ja="次の更新までの待ち時間。"
    ),
    "deploy.*.failure_action": Text(en="What happens when it fails.", ja="失敗したときの動作。"),
    "deploy.*.monitor": Text(
        en="How long each one is watched for failing.", ja="失敗を監視する時間。"
    ),
    "deploy.*.max_failure_ratio": Text(
        en="The share of failures that is borne.", ja="許容する失敗の割合。"
    ),
    "deploy.*.order": Text(
        en="Whether the new one starts before the old one stops.",
        ja="新旧どちらを先に起動・停止するか。",
    ),
    "deploy.resources": Text(en="Limits and what is kept free.", ja="リソースの上限と予約。"),
    "deploy.resources.limits": Text(
        en="What the container may use at most.", ja="コンテナが使える上限。"
    ),
    "deploy.resources.reservations": Text(
        en="What must be free for it.", ja="確保しておくリソース。"
    ),
    "deploy.resources.*.cpus": Text(
        en="How many CPUs, such as `0.5`.", ja="CPU の数（`0.5` など）。"
    ),
    "deploy.resources.*.memory": Text(
        en="How much memory, such as `512M`.", ja="メモリーの量（`512M` など）。"
    ),
    "deploy.resources.*.pids": Text(en="At most this many processes.", ja="プロセス数の上限。"),
    "deploy.resources.reservations.generic_resources": Text(
        en="Resources that nodes declare themselves (Swarm).",
        ja="ノードが独自に宣言するリソース（Swarm）。",
    ),
    "deploy.resources.reservations.generic_resources.[].discrete_resource_spec": Text(
        en="A resource that is counted.", ja="数で表すリソース。"
    ),
    "deploy.resources.reservations.generic_resources.[].discrete_resource_spec.kind": Text(
        en="Its name.", ja="リソースの名前。"
    ),
    "deploy.resources.reservations.generic_resources.[].discrete_resource_spec.value": Text(
        en="How many.", ja="必要な数。"
    ),
    "deploy.resources.reservations.devices": Text(
        en="Devices such as GPUs.", ja="GPU などのデバイス。"
    ),
    "deploy.restart_policy": Text(
        en="When an ended container is started again; instead of `restart`.",
        ja="終了したコンテナを再起動する条件（`restart` の代わり）。",
    ),
    "deploy.restart_policy.condition": Text(
        en="`none`, `on-failure` or `any`.", ja="`none`、`on-failure`、`any` のいずれか。"
    ),
    "deploy.restart_policy.delay": Text(
        en="How long to wait before it.", ja="再起動までの待ち時間。"
    ),
    "deploy.restart_policy.max_attempts": Text(
        en="At most this many times.", ja="再起動の最大回数。"
    ),
    "deploy.restart_policy.window": Text(
        en="How long it must run to count as started.", ja="起動成功とみなすまでの時間。"
    ),
    "deploy.placement": Text(
        en="On which nodes it may run (Swarm).", ja="実行してよいノード（Swarm）。"
    ),
    "deploy.placement.constraints": Text(
        en="Conditions that a node must meet, such as `node.role==manager`.",
        ja="ノードの条件（`node.role==manager` など）。",
    ),
    "deploy.placement.preferences": Text(
        en="How containers are spread over nodes.", ja="ノードへの分散のしかた。"
    ),
    "deploy.placement.preferences.[].spread": Text(
        en="The label over whose values they are spread.", ja="分散の基準にするラベル。"
    ),
    "deploy.placement.max_replicas_per_node": Text(
        en="At most this many on one node.", ja="1 ノードあたりの最大数。"
    ),
    "provider.type": Text(
        en="The program's name: `docker-NAME`, or a Docker CLI plugin.",
        ja="プログラムの名前（`docker-NAME` または Docker CLI プラグイン）。",
    ),
    "provider.options": Text(en="Options that it gets.", ja="プログラムに渡す設定。"),
    "healthcheck.disable": Text(
        en="`true` switches the image's HEALTHCHECK off.",
        ja="`true` でイメージの HEALTHCHECK を無効にします。",
    ),
    "healthcheck.interval": Text(
        en="The time between checks, such as `30s`.", ja="確認の間隔（`30s` など）。"
    ),
    "healthcheck.retries": Text(
        en="So many failures in a row make it unhealthy.",
        ja="連続でこの回数失敗すると unhealthy になります。",
    ),
    "healthcheck.test": Text(
        en="The command: a list that begins with `CMD` or `CMD-SHELL`, or a string for the shell.",
        ja="コマンド。`CMD` か `CMD-SHELL` で始まるリスト、またはシェルに渡す文字列。",
    ),
    "healthcheck.timeout": Text(
        en="A check that takes longer has failed.", ja="これより長くかかると失敗です。"
    ),
    "healthcheck.start_period": Text(
        en="At the start, failures do not count for this long.", ja="起動後、失敗を数えない時間。"
    ),
    "healthcheck.start_interval": Text(
        en="The time between checks within `start_period`.", ja="`start_period` の間の確認間隔。"
    ),
    "ports.[].name": Text(en="A name for people.", ja="人のための名前。"),
    "ports.[].mode": Text(
        en="`ingress` (any node answers) or `host` (Swarm).",
        ja="`ingress`（どのノードでも応答）か `host`（Swarm）。",
    ),
    "ports.[].host_ip": Text(
        en="The host's address that is listened on; all of them without it.",
        ja="待ち受けるホストのアドレス。なければすべて。",
    ),
    "ports.[].target": Text(en="The port in the container.", ja="コンテナのポート。"),
    "ports.[].published": Text(
        en="The port of the host, or a range; without it Docker takes a free one.",
        ja="ホストのポートか範囲。なければ空いているものを使います。",
    ),
    "ports.[].protocol": Text(en="`tcp` or `udp`.", ja="`tcp` か `udp`。"),
    "ports.[].app_protocol": Text(
        en="What is spoken over it, such as `http`; for people and platforms.",
        ja="使われるプロトコル（`http` など）。人や実行基盤のための情報です。",
    ),
    "depends_on.*.restart": Text(
        en="Restarts this service when Compose restarts that one.",
        ja="相手が Compose により再起動されたら、このサービスも再起動します。",
    ),
    "depends_on.*.required": Text(
        en="`false`: only a warning when that service is not there or not started.",
        ja="`false` なら相手がなくても警告だけです。",
    ),
    "depends_on.*.condition": Text(
        en="What is waited for before this service starts.",
        ja="このサービスを起動する前に待つ条件。",
    ),
    "secrets.[].source": Text(
        en="The secret's name in the project.", ja="プロジェクトでの secret の名前。"
    ),
    "secrets.[].target": Text(
        en="The file below `/run/secrets`, or a full path; the name by default.",
        ja="`/run/secrets` の下のファイル名、または絶対パス。既定は名前と同じ。",
    ),
    "secrets.[].uid": Text(en="The owner of the file.", ja="ファイルの所有者。"),
    "secrets.[].gid": Text(en="The group of the file.", ja="ファイルのグループ。"),
    "secrets.[].mode": Text(
        en="The mode of the file, such as `0440`.", ja="ファイルの権限（`0440` など）。"
    ),
    "configs.[].source": Text(
        en="The config's name in the project.", ja="プロジェクトでの config の名前。"
    ),
    "configs.[].target": Text(
        en="The path in the container; `/NAME` by default.", ja="コンテナ内のパス。既定は `/名前`。"
    ),
    "build.secrets.[].source": Text(
        en="The secret's name in the project.", ja="プロジェクトでの secret の名前。"
    ),
    "build.secrets.[].target": Text(
        en="The `id` that `RUN --mount=type=secret` uses.",
        ja="`RUN --mount=type=secret` で使う `id`。",
    ),
    "hook.command": Text(en="The command.", ja="実行するコマンド。"),
    "hook.user": Text(
        en="Who runs it; the container's user by default.",
        ja="実行するユーザー。既定はコンテナのユーザー。",
    ),
    "hook.privileged": Text(en="It gets all rights.", ja="すべての権限を与えます。"),
    "hook.working_dir": Text(en="The folder it runs in.", ja="実行するフォルダー。"),
    "hook.environment": Text(en="Further variables for it.", ja="追加の環境変数。"),
}
"""By the key path below a service, `*` for any name."""
