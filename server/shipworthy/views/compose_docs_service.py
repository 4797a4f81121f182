"""What the rarer keys of a service mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from shipworthy.findings.message import Text

SERVICE: Final[Mapping[str, Text]] = {
    "stdin_open": Text(
        en="Keeps standard input open, as `docker run -i` does.",
        ja="標準入力を開いたままにします（`docker run -i` と同じ）。",
    ),
    "tty": Text(
        en="Gives the process a terminal, as `docker run -t` does.",
        ja="プロセスに端末を割り当てます（`docker run -t` と同じ）。",
    ),
    "annotations": Text(
        en="Annotations of the container, read by its runtime.",
        ja="コンテナランタイムが読むアノテーション。",
    ),
    "cap_add": Text(
        en="Linux capabilities that the container gets beside Docker's usual ones.",
        ja="Docker の既定に加えてコンテナに与える Linux ケーパビリティ。",
    ),
    "cap_drop": Text(
        en="Linux capabilities that are taken away; `ALL` takes all.",
        ja="取り除く Linux ケーパビリティ。`ALL` はすべて。",
    ),
    "cgroup": Text(
        en="The cgroup namespace: that of the host, or one of its own.",
        ja="cgroup 名前空間。ホストのもの（`host`）か専用（`private`）。",
    ),
    "cgroup_parent": Text(
        en="The cgroup that the container's own lies below.", ja="親となる cgroup。"
    ),
    "cpu_count": Text(en="How many CPUs (Windows only).", ja="CPU の数（Windows のみ）。"),
    "cpu_percent": Text(
        en="Share of the CPUs in percent (Windows only).", ja="CPU の割合（%、Windows のみ）。"
    ),
    "cpu_shares": Text(
        en="Weight against other containers when CPUs are short; 1024 by default.",
        ja="CPU が足りないときの他のコンテナとの比重。既定は 1024。",
    ),
    "cpu_quota": Text(
        en="CPU time in each `cpu_period`, in microseconds.",
        ja="`cpu_period` ごとに使える CPU 時間（マイクロ秒）。",
    ),
    "cpu_period": Text(
        en="The period of `cpu_quota`, in microseconds.", ja="`cpu_quota` の周期（マイクロ秒）。"
    ),
    "cpu_rt_period": Text(
        en="The period of the real-time scheduler.", ja="リアルタイムスケジューラーの周期。"
    ),
    "cpu_rt_runtime": Text(
        en="CPU time of real-time processes in each period.",
        ja="周期ごとのリアルタイムの CPU 時間。",
    ),
    "cpus": Text(
        en="At most this many CPUs; may be a fraction, such as `0.5`.",
        ja="使える CPU 数の上限（`0.5` のような小数も可）。",
    ),
    "cpuset": Text(
        en="The CPUs that it may run on, such as `0-3` or `0,1`.",
        ja="使ってよい CPU（`0-3`、`0,1` など）。",
    ),
    "credential_spec": Text(
        en="Credentials of a managed service account (Windows).",
        ja="マネージドサービスアカウントの資格情報（Windows）。",
    ),
    "credential_spec.config": Text(en="The config that holds them.", ja="資格情報を持つ config。"),
    "credential_spec.file": Text(
        en="A file of Docker's `CredentialSpecs` folder.",
        ja="Docker の `CredentialSpecs` フォルダーのファイル。",
    ),
    "credential_spec.registry": Text(
        en="A value of the daemon's Windows registry.", ja="デーモンの Windows レジストリの値。"
    ),
    "device_cgroup_rules": Text(
        en="Which kinds of devices may be used, such as `c 1:3 mr`.",
        ja="使ってよいデバイスの規則（`c 1:3 mr` など）。",
    ),
    "devices": Text(
        en="Devices of the host, as `HOST:CONTAINER:rwm`, or CDI names.",
        ja="ホストのデバイス（`HOST:CONTAINER:rwm`）、または CDI の名前。",
    ),
    "devices.[].source": Text(en="The device of the host.", ja="ホストのデバイス。"),
    "devices.[].target": Text(en="Its path in the container.", ja="コンテナ内のパス。"),
    "devices.[].permissions": Text(
        en="Any of `r`, `w` and `m` (make).", ja="`r`、`w`、`m`（作成）の組み合わせ。"
    ),
    "dns": Text(
        en="Name servers, instead of the host's.", ja="ホストのものの代わりに使うネームサーバー。"
    ),
    "dns_opt": Text(en="Options for `/etc/resolv.conf`.", ja="`/etc/resolv.conf` のオプション。"),
    "dns_search": Text(
        en="Domains in which short names are looked up.", ja="短い名前を探すドメイン。"
    ),
    "domainname": Text(en="The domain name of the container.", ja="コンテナのドメイン名。"),
    "env_file.[].path": Text(
        en="The file, relative to the project's folder.",
        ja="ファイル（プロジェクトのフォルダーからの相対）。",
    ),
    "env_file.[].format": Text(
        en="`raw` takes values as they stand: no quotes, no variables.",
        ja="`raw` は値をそのまま読みます（引用符も変数も解釈しません）。",
    ),
    "env_file.[].required": Text(
        en="`false`: no error when the file is absent.",
        ja="`false` ならファイルがなくてもエラーになりません。",
    ),
    "label_file": Text(
        en="Files with labels of the container, one `NAME=VALUE` a line.",
        ja="コンテナのラベルのファイル（1 行に `NAME=VALUE`）。",
    ),
    "gpus": Text(
        en="GPUs for the container; `all` for every one.", ja="コンテナに渡す GPU。`all` はすべて。"
    ),
    "gpus.[].capabilities": Text(
        en="What the device must be able to do, such as `gpu`.",
        ja="デバイスに求める機能（`gpu` など）。",
    ),
    "gpus.[].count": Text(
        en="How many, or `all`; not together with `device_ids`.",
        ja="個数、または `all`。`device_ids` とは併用できません。",
    ),
    "gpus.[].device_ids": Text(en="Which devices.", ja="使うデバイスの ID。"),
    "gpus.[].driver": Text(en="The driver, such as `nvidia`.", ja="ドライバー（`nvidia` など）。"),
    "gpus.[].options": Text(en="Options of the driver.", ja="ドライバーの設定。"),
    "group_add": Text(
        en="Further groups of the user in the container.",
        ja="コンテナ内のユーザーに加えるグループ。",
    ),
    "hostname": Text(
        en="The host name inside the container; others reach it by the service's name.",
        ja="コンテナ内のホスト名。他のサービスからはサービス名で接続します。",
    ),
    "ipc": Text(
        en="The IPC namespace: `shareable`, `private`, `host`, or `service:NAME`.",
        ja="IPC 名前空間（`shareable`、`private`、`host`、`service:NAME`）。",
    ),
    "isolation": Text(
        en="How the container is isolated; has a meaning on Windows only.",
        ja="コンテナの分離方法。意味があるのは Windows だけです。",
    ),
    "logging": Text(en="Where the output of the container goes.", ja="コンテナの出力の送り先。"),
    "logging.driver": Text(
        en="What takes the output; `json-file` by default.",
        ja="出力を受け取るドライバー。既定は `json-file`。",
    ),
    "logging.options": Text(
        en="Options of the driver, such as `max-size`.", ja="ドライバーの設定（`max-size` など）。"
    ),
    "mac_address": Text(en="The MAC address of the container.", ja="コンテナの MAC アドレス。"),
    "mem_limit": Text(
        en="At most this much memory, such as `512m`.", ja="メモリーの上限（`512m` など）。"
    ),
    "mem_reservation": Text(
        en="Memory that is kept free for it when the host runs short.",
        ja="ホストのメモリー不足時に確保される量。",
    ),
    "mem_swappiness": Text(
        en="How readily its memory is swapped out, 0 to 100.", ja="スワップのしやすさ（0～100）。"
    ),
    "memswap_limit": Text(
        en="Memory and swap together; `-1` for any amount of swap.",
        ja="メモリーとスワップの合計。`-1` はスワップ無制限。",
    ),
    "models": Text(
        en="AI models of the project that the service uses.",
        ja="サービスが使うプロジェクトの AI モデル。",
    ),
    "models.*.endpoint_var": Text(
        en="The variable that gets the model's URL.", ja="モデルの URL が入る変数。"
    ),
    "models.*.model_var": Text(
        en="The variable that gets the model's name.", ja="モデルの名前が入る変数。"
    ),
    "networks.*.aliases": Text(
        en="Further names of the service on this network.",
        ja="このネットワークでのサービスの別名。",
    ),
    "networks.*.interface_name": Text(
        en="The name of the network interface in the container.",
        ja="コンテナ内のインターフェース名。",
    ),
    "networks.*.ipv4_address": Text(
        en="A fixed address; the network needs a subnet for it.",
        ja="固定の IPv4 アドレス。ネットワークに subnet が必要です。",
    ),
    "networks.*.ipv6_address": Text(
        en="A fixed address; the network needs a subnet for it.",
        ja="固定の IPv6 アドレス。ネットワークに subnet が必要です。",
    ),
    "networks.*.link_local_ips": Text(en="Link-local addresses.", ja="リンクローカルアドレス。"),
    "networks.*.mac_address": Text(
        en="The MAC address on this network.", ja="このネットワークでの MAC アドレス。"
    ),
    "networks.*.driver_opts": Text(
        en="Options of the network's driver for this container.",
        ja="このコンテナに対するネットワークドライバーの設定。",
    ),
    "networks.*.priority": Text(
        en="Networks of higher priority are joined first.",
        ja="値が大きいネットワークから順に参加します。",
    ),
    "networks.*.gw_priority": Text(
        en="The network of the highest one gives the default gateway.",
        ja="最も大きいネットワークがデフォルトゲートウェイになります。",
    ),
    "networks.*.use_service_name_alias": Text(
        en="Whether the service's name is an alias on this network.",
        ja="このネットワークでサービス名を別名にするかどうか。",
    ),
    "oom_kill_disable": Text(
        en="The kernel does not end it when memory is short.",
        ja="メモリー不足でもカーネルが終了させません。",
    ),
    "oom_score_adj": Text(
        en="How readily it is ended when memory is short, -1000 to 1000.",
        ja="メモリー不足時の終了されやすさ（-1000～1000）。",
    ),
    "pid": Text(
        en="The process namespace: `host`, or `service:NAME`.",
        ja="プロセス名前空間（`host` または `service:NAME`）。",
    ),
    "pids_limit": Text(en="At most this many processes.", ja="プロセス数の上限。"),
    "privileged": Text(
        en="The container gets all rights of the host's root.",
        ja="ホストの root と同じ権限を与えます。",
    ),
    "pull_refresh_after": Text(
        en="With `pull_policy: refresh`: how old the image may become.",
        ja="`pull_policy: refresh` でイメージを使い続けてよい期間。",
    ),
    "runtime": Text(en="The OCI runtime, such as `runc`.", ja="OCI ランタイム（`runc` など）。"),
    "security_opt": Text(
        en="Labels and profiles of AppArmor, SELinux and seccomp.",
        ja="AppArmor、SELinux、seccomp の設定。",
    ),
    "shm_size": Text(
        en="The size of `/dev/shm`, such as `256m`.", ja="`/dev/shm` の大きさ（`256m` など）。"
    ),
    "sysctls": Text(
        en="Kernel parameters of the container's namespaces.",
        ja="コンテナの名前空間のカーネルパラメーター。",
    ),
    "stop_signal": Text(
        en="The signal that asks the container to end; SIGTERM by default.",
        ja="終了を求めるシグナル。既定は SIGTERM。",
    ),
    "storage_opt": Text(
        en="Options of the storage driver, such as `size`.",
        ja="ストレージドライバーの設定（`size` など）。",
    ),
    "ulimits": Text(
        en="Limits of the processes: one number, or `soft` and `hard`.",
        ja="プロセスの制限。数値 1 つ、または `soft` と `hard`。",
    ),
    "ulimits.*.hard": Text(
        en="The limit that nobody but root may raise.", ja="root 以外は上げられない上限。"
    ),
    "ulimits.*.soft": Text(
        en="The limit that counts; processes may raise it up to `hard`.",
        ja="実際の上限。プロセスは `hard` まで上げられます。",
    ),
    "umask": Text(
        en="The mode bits that new files do not get.", ja="新しいファイルに付かない権限ビット。"
    ),
    "use_api_socket": Text(
        en="Gives the container the Docker API with the user's credentials.",
        ja="ユーザーの資格情報付きで Docker API を使えるようにします。",
    ),
    "uts": Text(
        en="The UTS namespace; `host` shares the host's name.",
        ja="UTS 名前空間。`host` はホスト名を共有します。",
    ),
    "userns_mode": Text(
        en="The user namespace; `host` switches remapping off.",
        ja="ユーザー名前空間。`host` は再割り当てを無効にします。",
    ),
    "volumes.[].bind.propagation": Text(
        en="Whether mounts made later below it are seen on the other side.",
        ja="後から行われたマウントが相手側にも見えるかどうか。",
    ),
    "volumes.[].bind.create_host_path": Text(
        en="Makes an empty folder where nothing is there.",
        ja="存在しなければ空のフォルダーを作ります。",
    ),
    "volumes.[].bind.recursive": Text(
        en="Whether mounts below the folder are part of it.", ja="下位のマウントも含めるかどうか。"
    ),
    "volumes.[].bind.selinux": Text(
        en="The SELinux label: `z` shared, `Z` for this container alone.",
        ja="SELinux ラベル。`z` は共有、`Z` はこのコンテナ専用。",
    ),
    "volumes.[].volume.labels": Text(
        en="Labels of the volume, when it is made.", ja="ボリューム作成時のラベル。"
    ),
    "volumes.[].volume.nocopy": Text(
        en="A new volume starts empty instead of with the image's files.",
        ja="新しいボリュームをイメージのファイルではなく空で始めます。",
    ),
    "volumes.[].volume.subpath": Text(
        en="Mounts a folder of the volume instead of all of it.",
        ja="ボリューム全体ではなくその中のフォルダーをマウントします。",
    ),
    "volumes.[].tmpfs.size": Text(en="At most this many bytes.", ja="大きさの上限（バイト）。"),
    "volumes.[].tmpfs.mode": Text(
        en="The mode of the folder, such as `0o1777`.", ja="フォルダーの権限（`0o1777` など）。"
    ),
    "volumes.[].image": Text(en="Options of a mounted image.", ja="マウントするイメージの設定。"),
    "volumes.[].image.subpath": Text(
        en="Mounts a folder of the image instead of all of it.",
        ja="イメージ全体ではなくその中のフォルダーをマウントします。",
    ),
    "scale": Text(
        en="How many containers; `deploy.replicas` says the same.",
        ja="コンテナの数（`deploy.replicas` と同じ）。",
    ),
    "attach": Text(
        en="`false`: `docker compose up` does not show its output.",
        ja="`false` なら `docker compose up` に出力を表示しません。",
    ),
    "provider": Text(
        en="A program of its own makes this service instead of a container.",
        ja="コンテナの代わりに専用のプログラムがこのサービスを用意します。",
    ),
    "extends.service": Text(
        en="The service whose settings are taken over.", ja="設定を引き継ぐサービス。"
    ),
    "extends.file": Text(
        en="The file that it stands in, relative to the project's folder; without it, this one.",
        ja="そのサービスがあるファイル（プロジェクトのフォルダーからの相対）。なければこのファイル。",
    ),
    "external_links": Text(
        en="Containers outside of the project, by name or `NAME:ALIAS`.",
        ja="プロジェクト外のコンテナ（名前、または `NAME:別名`）。",
    ),
    "pre_start": Text(
        en="Containers that run to their end before the service starts.",
        ja="サービスの起動前に実行し終えるコンテナ。",
    ),
    "pre_start.[].per_replica": Text(
        en="Runs once for each container of the service.",
        ja="サービスのコンテナごとに 1 回実行します。",
    ),
    "post_start": Text(
        en="Commands that run in the container after it was started.",
        ja="起動後にコンテナ内で実行するコマンド。",
    ),
    "pre_stop": Text(
        en="Commands that run in the container before it is stopped.",
        ja="停止前にコンテナ内で実行するコマンド。",
    ),
}
"""By the key path below a service, `*` for any name."""
