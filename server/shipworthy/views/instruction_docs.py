"""What each Dockerfile instruction does, in a few words of our own."""

from __future__ import annotations

from shipworthy.findings.message import Text

INSTRUCTIONS: dict[str, Text] = {
    "ADD": Text(
        en="`ADD SOURCE... DESTINATION` copies like COPY, and besides unpacks local tar archives"
        " and downloads URLs and git repositories. COPY says plainly what happens; ADD is for the"
        " other two cases, with `--checksum` for downloads.",
        ja="`ADD SOURCE... DESTINATION` は COPY と同じくコピーし、さらにローカルの tar を展開し、"
        "URL や git リポジトリを取得します。ただのコピーには COPY が明快です。"
        "取得には `--checksum` を付けます。",
    ),
    "ARG": Text(
        en="`ARG NAME[=DEFAULT]` declares a variable of the build, from here to the end of the"
        " stage. Before the first FROM it is for FROM lines only. RUN commands see it in their"
        " environment; containers do not. Its value stays readable in the image's history.",
        ja="`ARG NAME[=DEFAULT]` はビルド時の変数を宣言します。有効なのはここからステージの終わり"
        "までです。最初の FROM より前では FROM 行だけで使えます。RUN の環境には入りますが、"
        "コンテナには入りません。値はイメージの履歴に残ります。",
    ),
    "CMD": Text(
        en="`CMD` is what a container starts by default, or the arguments of ENTRYPOINT. Only the"
        " last one counts, and a base image's CMD is dropped when ENTRYPOINT is set here. The JSON"
        " form starts the program itself; the shell form puts `/bin/sh -c` before it.",
        ja="`CMD` はコンテナが既定で起動するもの、または ENTRYPOINT の引数です。最後の 1 つだけが"
        "有効で、ここで ENTRYPOINT を書くとベースイメージの CMD は消えます。JSON 形式はプログラムを"
        "直接起動し、シェル形式は `/bin/sh -c` を挟みます。",
    ),
    "COPY": Text(
        en="`COPY SOURCE... DESTINATION` takes files of the build context, or with `--from` of"
        " another stage or image. A folder's contents are copied, not the folder itself. What the"
        " ignore file hides does not exist for COPY. The step is repeated when one of the files"
        " changes.",
        ja="`COPY SOURCE... DESTINATION` はビルドコンテキストの（`--from` なら別のステージや"
        "イメージの）ファイルを取り込みます。フォルダーはその中身がコピーされます。ignore ファイル"
        "が除外したものは COPY には見えません。ファイルが 1 つでも変わるとここからやり直しです。",
    ),
    "ENTRYPOINT": Text(
        en="`ENTRYPOINT` is what every container of the image starts; CMD or the words of"
        " `docker run` follow as its arguments. In the shell form those are ignored.",
        ja="`ENTRYPOINT` はイメージのコンテナが必ず起動するもので、CMD や `docker run` の語が引数と"
        "して続きます。シェル形式ではそれらは無視されます。",
    ),
    "ENV": Text(
        en="`ENV NAME=VALUE...` sets variables for the following instructions and for containers."
        " All values of one ENV are expanded before any of them is set. It wins over an ARG of the"
        " same name.",
        ja="`ENV NAME=VALUE...` は以降の命令とコンテナの環境変数を設定します。1 つの ENV の中の値は"
        "設定前にまとめて展開されます。同名の ARG より優先されます。",
    ),
    "EXPOSE": Text(
        en="`EXPOSE PORT[/PROTOCOL]...` notes which ports the program listens on. It opens nothing;"
        " `-p` or `ports:` does.",
        ja="`EXPOSE PORT[/PROTOCOL]...` は待ち受けるポートの記録です。公開はしません。公開するのは "
        "`-p` や `ports:` です。",
    ),
    "FROM": Text(
        en="`FROM IMAGE [AS NAME]` begins a stage on an image, an earlier stage or nothing"
        " (`scratch`). Only what the last stage (or `--target`) needs is built.",
        ja="`FROM IMAGE [AS NAME]` はイメージ、前のステージ、または空（`scratch`）からステージを"
        "始めます。ビルドされるのは最後のステージ（または `--target`）に必要なものだけです。",
    ),
    "HEALTHCHECK": Text(
        en="`HEALTHCHECK [OPTIONS] CMD ...` is run in the container from time to time; exit code 0"
        " is healthy. `HEALTHCHECK NONE` drops that of the base image.",
        ja="`HEALTHCHECK [OPTIONS] CMD ...` はコンテナ内で定期的に実行され、終了コード 0 "
        "が正常です。"
        "`HEALTHCHECK NONE` はベースイメージの設定を外します。",
    ),
    "LABEL": Text(
        en="`LABEL KEY=VALUE...` adds metadata to the image. A value that changes at every build"
        " makes the following steps run again.",
        ja="`LABEL KEY=VALUE...` はイメージにメタデータを付けます。ビルドごとに変わる値を置くと、"
        "以降の手順がやり直しになります。",
    ),
    "MAINTAINER": Text(
        en="`MAINTAINER` is deprecated: a LABEL says the same.",
        ja="`MAINTAINER` は非推奨です。LABEL を使います。",
    ),
    "ONBUILD": Text(
        en="`ONBUILD INSTRUCTION` is kept for later: it runs right after the FROM of an image that"
        " is based on this one.",
        ja="`ONBUILD INSTRUCTION` は後のために登録され、このイメージを元にするビルドの FROM "
        "の直後に"
        "実行されます。",
    ),
    "RUN": Text(
        en="`RUN COMMAND` runs a command in the stage and keeps what it changed. It is "
        "repeated when"
        " its text or an earlier step changes, not when the world outside does. `--mount` lends"
        " caches, secrets and files of the context for this step only.",
        ja="`RUN COMMAND` はステージの中でコマンドを実行し、変更を残します。やり直すのは文面か前の"
        "手順が変わったときだけで、外の世界の変化では実行されません。`--mount` はキャッシュ、"
        "秘密情報、"
        "コンテキストのファイルをこの手順の間だけ貸します。",
    ),
    "SHELL": Text(
        en='`SHELL ["PROGRAM", "ARGUMENT"...]` is what the shell form of later instructions uses'
        " instead of `/bin/sh -c`.",
        ja='`SHELL ["PROGRAM", "ARGUMENT"...]` は以降のシェル形式で `/bin/sh -c` の代わりに'
        "使われます。",
    ),
    "STOPSIGNAL": Text(
        en="`STOPSIGNAL SIGNAL` is what `docker stop` sends first (SIGTERM without it).",
        ja="`STOPSIGNAL SIGNAL` は `docker stop` が最初に送るシグナルです（既定は SIGTERM）。",
    ),
    "USER": Text(
        en="`USER NAME[:GROUP]` is who runs the following RUNs and the container. It changes the"
        " owner of nothing: COPY still writes as root without `--chown`.",
        ja="`USER NAME[:GROUP]` は以降の RUN とコンテナの実行ユーザーです。所有者は変わりません。"
        "COPY は `--chown` がなければ root のままです。",
    ),
    "VOLUME": Text(
        en="`VOLUME PATH...` gives every container a volume of its own there unless one is mounted."
        " It starts with what the image holds at that path, and outlives new builds.",
        ja="`VOLUME PATH...` は、何もマウントされなければコンテナごとにボリュームを作ります。中身は"
        "イメージのその場所の内容で始まり、再ビルド後も残ります。",
    ),
    "WORKDIR": Text(
        en="`WORKDIR PATH` is the folder of the following instructions and of the container; it is"
        " made if needed. A relative path continues the one before.",
        ja="`WORKDIR PATH` は以降の命令とコンテナの作業フォルダーで、なければ作られます。相対パスは"
        "直前のものに続きます。",
    ),
}

FLAGS: dict[tuple[str, str], Text] = {
    ("COPY", "from"): Text(
        en="`--from` names an earlier stage, a named context or an image to copy from.",
        ja="`--from` はコピー元の前のステージ、名前付きコンテキスト、またはイメージです。",
    ),
    ("COPY", "chown"): Text(
        en="`--chown=USER[:GROUP]` is the owner of what is copied; without it, root.",
        ja="`--chown=USER[:GROUP]` はコピーするものの所有者です。なければ root です。",
    ),
    ("COPY", "chmod"): Text(
        en="`--chmod=MODE` sets the permissions of what is copied.",
        ja="`--chmod=MODE` はコピーするもののパーミッションを設定します。",
    ),
    ("COPY", "link"): Text(
        en="`--link` makes a layer that does not depend on the ones before; it follows no symbolic"
        " link of the destination.",
        ja="`--link` は前のレイヤーに依存しないレイヤーを作ります。コピー先のシンボリックリンクは"
        "たどりません。",
    ),
    ("COPY", "parents"): Text(
        en="`--parents` keeps the folders of the source's path, from `/./` on if that is written.",
        ja="`--parents` はコピー元のフォルダー構成を残します（`/./` があればそこから）。",
    ),
    ("COPY", "exclude"): Text(
        en="`--exclude=PATTERN` leaves files out of this COPY alone.",
        ja="`--exclude=PATTERN` はこの COPY だけからファイルを除きます。",
    ),
    ("RUN", "mount"): Text(
        en="`--mount=type=...` lends something to this RUN alone: `cache` a folder that stays"
        " between builds, `bind` files of the context or a stage, `secret` a file that gets into no"
        " layer, `ssh` an agent, `tmpfs` memory.",
        ja="`--mount=type=...` はこの RUN だけに貸します。`cache` "
        "はビルド間で残るフォルダー、`bind` は"
        "コンテキストやステージのファイル、`secret` はレイヤーに残らないファイル、`ssh` は"
        "エージェント、`tmpfs` はメモリーです。",
    ),
    ("RUN", "network"): Text(
        en="`--network=none` runs the command without network, `host` with the host's.",
        ja="`--network=none` はネットワークなし、`host` はホストのネットワークで実行します。",
    ),
    ("FROM", "platform"): Text(
        en="`--platform` is the platform of this stage's image; `$BUILDPLATFORM` is the machine"
        " that builds.",
        ja="`--platform` はこのステージのイメージのプラットフォームです。`$BUILDPLATFORM` "
        "はビルドする"
        "マシンのものです。",
    ),
    ("ADD", "checksum"): Text(
        en="`--checksum=sha256:...` makes the build fail when the download is another one.",
        ja="`--checksum=sha256:...` は取得したものが違うときにビルドを失敗させます。",
    ),
    ("ADD", "keep-git-dir"): Text(
        en="`--keep-git-dir` keeps the `.git` folder of a repository that is added.",
        ja="`--keep-git-dir` は追加するリポジトリの `.git` フォルダーを残します。",
    ),
    ("ADD", "unpack"): Text(
        en="`--unpack=false` leaves a tar archive as it is; `true` unpacks a downloaded one too.",
        ja="`--unpack=false` は tar を展開せずに置きます。`true` なら取得した tar も展開します。",
    ),
    ("RUN", "security"): Text(
        en="`--security=insecure` runs the command with all privileges; the builder must allow it.",
        ja="`--security=insecure` はすべての権限で実行します。ビルダー側の許可が必要です。",
    ),
    ("HEALTHCHECK", "interval"): Text(
        en="`--interval=30s` is the pause before the first check and between checks.",
        ja="`--interval=30s` は最初のチェックまでと、チェックとチェックの間の時間です。",
    ),
    ("HEALTHCHECK", "timeout"): Text(
        en="`--timeout=30s` is how long one check may take; a longer one has failed.",
        ja="`--timeout=30s` は 1 回のチェックの制限時間です。超えると失敗になります。",
    ),
    ("HEALTHCHECK", "start-period"): Text(
        en="`--start-period=0s` is the time to start up, in which failed checks do not count.",
        ja="`--start-period=0s` は起動のための猶予で、その間の失敗は数えません。",
    ),
    ("HEALTHCHECK", "start-interval"): Text(
        en="`--start-interval=5s` is the pause between checks while the container starts up.",
        ja="`--start-interval=5s` は起動の猶予の間のチェックの間隔です。",
    ),
    ("HEALTHCHECK", "retries"): Text(
        en="`--retries=3` is how many checks in a row must fail for the container to be unhealthy.",
        ja="`--retries=3` は、続けて何回失敗すると unhealthy になるかです。",
    ),
}


MOUNT_OPTIONS: dict[str, Text] = {
    "type": Text(
        en="What is lent: `bind` (the default), `cache`, `secret`, `ssh` or `tmpfs`.",
        ja="貸すものの種類: `bind`（既定）、`cache`、`secret`、`ssh`、`tmpfs`。",
    ),
    "source": Text(
        en="The path in the context, or in what `from` names; without it, all of it.",
        ja="コンテキスト（または `from` の先）の中のパス。なければ全体です。",
    ),
    "target": Text(
        en="Where the command finds it; a relative path starts at WORKDIR.",
        ja="コマンドから見える場所。相対パスは WORKDIR から始まります。",
    ),
    "from": Text(
        en="The stage, image or named context that it comes from, instead of the build context.",
        ja="ビルドコンテキストの代わりに使うステージ、イメージ、名前付きコンテキスト。",
    ),
    "rw": Text(
        en="The command may write there; what it writes is thrown away.",
        ja="書き込みを許します。書いたものは捨てられます。",
    ),
    "ro": Text(en="The command cannot write there.", ja="書き込みを禁じます。"),
    "id": Text(
        en="Its name: caches of one id are one folder; a secret or agent is given under its id.",
        ja="名前。同じ id のキャッシュは同じフォルダーです。秘密情報やエージェントは id で"
        "渡されます。",
    ),
    "sharing": Text(
        en="What happens when two builds want the cache: `shared`, `private` (one each) or"
        " `locked` (one after the other).",
        ja="2 つのビルドが同時に使うとき: `shared`（共用）、`private`（別々）、`locked`（順番）。",
    ),
    "mode": Text(en="The permissions, in octal.", ja="パーミッション（8 進数）。"),
    "uid": Text(en="The owner's user id; 0 without it.", ja="所有者の uid。なければ 0 です。"),
    "gid": Text(en="The owner's group id; 0 without it.", ja="所有者の gid。なければ 0 です。"),
    "required": Text(
        en="The build fails when nobody gives it; else the command runs without it.",
        ja="渡されなければビルドを失敗させます。指定がなければ、ないまま実行されます。",
    ),
    "env": Text(
        en="The variable that holds the secret, instead of a file.",
        ja="ファイルの代わりに秘密情報を入れる変数。",
    ),
    "size": Text(en="The most memory that it may take.", ja="使えるメモリーの上限。"),
}


def instruction_doc(keyword: str) -> Text | None:
    """What an instruction does; None for one that does not exist."""
    return INSTRUCTIONS.get(keyword)


def flag_doc(keyword: str, flag: str) -> Text | None:
    """What a flag of an instruction does."""
    found = FLAGS.get((keyword, flag))
    return found or (FLAGS.get(("COPY", flag)) if keyword == "ADD" else None)
