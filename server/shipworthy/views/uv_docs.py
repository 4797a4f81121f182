"""What uv's commands, flags and variables do in a build, in a few words of our own."""

from __future__ import annotations

from shipworthy.findings.message import Text

COMMANDS: dict[str, Text] = {
    "sync": Text(
        en="Makes the environment hold exactly what the lock says, and installs the project.",
        ja="環境をロックの内容に正確に合わせ、プロジェクトをインストールします。",
    ),
    "run": Text(
        en="Brings the environment up to date, then runs a command in it.",
        ja="環境を最新にしてから、その中でコマンドを実行します。",
    ),
    "lock": Text(
        en="Resolves the dependencies and writes `uv.lock`. A build should check the lock instead"
        " of making one.",
        ja="依存関係を解決して `uv.lock` を書きます。"
        "ビルドではロックを作らず検査するのがよいです。",
    ),
    "export": Text(
        en="Writes the lock in another format, such as `requirements.txt`.",
        ja="ロックを `requirements.txt` など別の形式で書き出します。",
    ),
    "venv": Text(en="Makes an empty environment.", ja="空の環境を作ります。"),
    "pip": Text(
        en="What pip does, faster; it knows no `uv.lock`.",
        ja="pip と同じことを高速に行います。`uv.lock` は見ません。",
    ),
    "python": Text(
        en="Finds, installs and pins Python versions.",
        ja="Python の検索、インストール、固定を行います。",
    ),
    "tool": Text(
        en="Runs and installs programs, each in an environment of its own.",
        ja="プログラムをそれぞれ専用の環境で実行・インストールします。",
    ),
    "build": Text(
        en="Builds the project's wheel and source archive.",
        ja="プロジェクトの wheel とソースアーカイブを作ります。",
    ),
    "add": Text(
        en="Adds a dependency to `pyproject.toml` and the lock; nothing for a build.",
        ja="`pyproject.toml` とロックに依存関係を追加します。ビルドでは使いません。",
    ),
    "cache": Text(en="Shows or empties uv's cache.", ja="uv のキャッシュを表示・削除します。"),
}

FLAGS: dict[str, Text] = {
    "--locked": Text(
        en="Fails when `uv.lock` does not fit `pyproject.toml`: the build installs what was tested,"
        " or nothing.",
        ja="`uv.lock` が `pyproject.toml` と合わなければ失敗します。テスト済みのもの以外は入りま"
        "せん。",
    ),
    "--frozen": Text(
        en="Takes `uv.lock` as it is, without looking whether it still fits `pyproject.toml`.",
        ja="`pyproject.toml` と合うかを調べず、`uv.lock` をそのまま使います。",
    ),
    "--no-dev": Text(en="Leaves the `dev` group out.", ja="`dev` グループを除きます。"),
    "--no-default-groups": Text(
        en="Leaves all groups out that are installed without being asked for.",
        ja="指定しなくても入るグループをすべて除きます。",
    ),
    "--group": Text(en="Adds a dependency group.", ja="依存グループを加えます。"),
    "--extra": Text(en="Adds an extra of the project.", ja="プロジェクトの extra を加えます。"),
    "--no-install-project": Text(
        en="Installs the dependencies only, so that the layer does not need the source.",
        ja="依存関係だけを入れます。このレイヤーにソースは不要になります。",
    ),
    "--no-install-workspace": Text(
        en="Installs no member of the workspace, only what they depend on.",
        ja="ワークスペースのメンバーは入れず、その依存関係だけを入れます。",
    ),
    "--no-install-local": Text(
        en="Installs no local package at all.", ja="ローカルパッケージを一切入れません。"
    ),
    "--no-editable": Text(
        en="Copies the project into the environment, which can then be taken to another stage.",
        ja="プロジェクトを環境にコピーします。環境だけを別のステージに移せます。",
    ),
    "--no-sync": Text(
        en="Runs the command without touching the environment.",
        ja="環境に触れずにコマンドを実行します。",
    ),
    "--compile-bytecode": Text(
        en="Compiles the packages now, so that containers start faster.",
        ja="パッケージを先にコンパイルし、コンテナの起動を速くします。",
    ),
    "--no-cache": Text(
        en="Keeps no cache. A cache mount is better: later builds are faster, and the image does"
        " not grow either.",
        ja="キャッシュを残しません。キャッシュマウントなら次のビルドも速く、イメージも太りません。",
    ),
    "--system": Text(
        en="Installs into the image's own Python; for `uv pip` only.",
        ja="イメージの Python に入れます。`uv pip` 専用です。",
    ),
    "--python": Text(
        en="The Python to take, by version or path.", ja="使う Python（バージョンかパス）。"
    ),
    "--package": Text(
        en="The member of the workspace that is meant.",
        ja="対象となるワークスペースのメンバー。",
    ),
    "--all-packages": Text(en="All members of the workspace.", ja="ワークスペースの全メンバー。"),
    "--inexact": Text(
        en="Leaves packages in the environment that the lock does not name.",
        ja="ロックにないパッケージも環境に残します。",
    ),
    "--directory": Text(
        en="Runs as if in that folder.", ja="そのフォルダーにいるかのように動きます。"
    ),
    "--project": Text(en="The folder of the project.", ja="プロジェクトのフォルダー。"),
}

VARIABLES: dict[str, Text] = {
    "UV_PROJECT_ENVIRONMENT": Text(
        en="Where the project's environment lies, instead of `.venv` beside `pyproject.toml`. A"
        " path outside of the source stays visible under a bind mount.",
        ja="プロジェクトの環境の場所（既定は `pyproject.toml` の横の `.venv`）。ソースの外に置け"
        "ばバインドマウントでも隠れません。",
    ),
    "UV_LINK_MODE": Text(
        en="How packages get from the cache into the environment: `copy` where a cache mount is"
        " another file system, which hard links cannot cross.",
        ja="キャッシュから環境への入れ方。キャッシュマウントは別ファイルシステムでハードリンクで"
        "きないため `copy` にします。",
    ),
    "UV_COMPILE_BYTECODE": Text(
        en="`1` compiles packages at installation, so that containers start faster.",
        ja="`1` でインストール時にコンパイルし、コンテナの起動を速くします。",
    ),
    "UV_PYTHON_DOWNLOADS": Text(
        en="`never` (or `0`) makes uv fail rather than download a Python beside the image's.",
        ja="`never`（または `0`）なら、イメージ以外の Python を取得せずに失敗します。",
    ),
    "UV_PYTHON": Text(
        en="The Python that uv takes; wins over `.python-version`.",
        ja="uv が使う Python。`.python-version` より優先されます。",
    ),
    "UV_PYTHON_PREFERENCE": Text(
        en="Whether uv prefers its own Pythons (`managed`) or the image's (`only-system`).",
        ja="uv 管理の Python（`managed`）とイメージのもの（`only-system`）の優先順位。",
    ),
    "UV_PYTHON_INSTALL_DIR": Text(
        en="Where uv puts the Pythons that it downloads; outside of `/root`, so that other users"
        " can run them.",
        ja="uv が取得した Python の置き場。`/root` の外なら他のユーザーも実行できます。",
    ),
    "UV_CACHE_DIR": Text(
        en="The folder of the cache; the target of a cache mount must be the same.",
        ja="キャッシュの場所。キャッシュマウントの target と合わせます。",
    ),
    "UV_NO_CACHE": Text(en="Keeps no cache.", ja="キャッシュを残しません。"),
    "UV_LOCKED": Text(en="`--locked` for every command.", ja="すべてのコマンドに `--locked`。"),
    "UV_FROZEN": Text(en="`--frozen` for every command.", ja="すべてのコマンドに `--frozen`。"),
    "UV_NO_DEV": Text(en="`--no-dev` for every command.", ja="すべてのコマンドに `--no-dev`。"),
    "UV_NO_SYNC": Text(
        en="`uv run` starts programs without touching the environment.",
        ja="`uv run` が環境に触れずに起動します。",
    ),
    "UV_SYSTEM_PYTHON": Text(
        en="`uv pip` installs into the image's Python; `uv sync` does not look at it.",
        ja="`uv pip` がイメージの Python に入れます。`uv sync` には効きません。",
    ),
    "UV_DEFAULT_INDEX": Text(
        en="The index to install from. Credentials belong into a build secret.",
        ja="インストール元のインデックス。認証情報はビルドシークレットに置きます。",
    ),
    "UV_INDEX": Text(
        en="Further indexes, asked before the default one.",
        ja="既定より先に調べる追加のインデックス。",
    ),
    "UV_NO_EDITABLE": Text(
        en="`--no-editable` for every command.", ja="すべてのコマンドに `--no-editable`。"
    ),
    "UV_OFFLINE": Text(en="Uses the cache only.", ja="キャッシュだけを使います。"),
    "UV_TOOL_BIN_DIR": Text(
        en="Where `uv tool install` puts programs; must be on `PATH`.",
        ja="`uv tool install` がプログラムを置く場所。`PATH` に必要です。",
    ),
}

VALUES: dict[str, tuple[str, ...]] = {
    "UV_LINK_MODE": ("copy", "hardlink", "symlink", "clone"),
    "UV_PYTHON_DOWNLOADS": ("never", "automatic", "manual"),
    "UV_PYTHON_PREFERENCE": ("only-system", "system", "managed", "only-managed"),
    "UV_PROJECT_ENVIRONMENT": ("/opt/venv",),
    "UV_PYTHON_INSTALL_DIR": ("/opt/python",),
    "UV_CACHE_DIR": ("/root/.cache/uv",),
    "UV_INDEX_STRATEGY": ("first-index", "unsafe-first-match", "unsafe-best-match"),
    "UV_RESOLUTION": ("highest", "lowest", "lowest-direct"),
    "UV_PRERELEASE": ("disallow", "allow", "if-necessary", "explicit", "if-necessary-or-explicit"),
    "UV_KEYRING_PROVIDER": ("disabled", "subprocess"),
}
"""Usual values of variables; booleans are `1` and `0`."""

SINCE = Text(en="Read since uv {version}.", ja="uv {version} 以降で使えます。")
RECENT = Text(en="Read by recent versions of uv.", ja="新しい uv で使えます。")
OTHER_VARIABLES: dict[str, Text] = {
    "PATH": Text(
        en="Where programs are looked for; an environment's `bin` goes to the front.",
        ja="プログラムを探す場所。環境の `bin` を先頭に置きます。",
    ),
    "PYTHONUNBUFFERED": Text(
        en="`1` shows output at once, so that logs are complete when the program ends.",
        ja="`1` で出力をすぐに表示し、終了時のログの欠けを防ぎます。",
    ),
    "PYTHONDONTWRITEBYTECODE": Text(
        en="`1` writes no `.pyc` files when the program runs.",
        ja="`1` で実行時に `.pyc` を書きません。",
    ),
    "VIRTUAL_ENV": Text(
        en="The environment that `uv pip` and some tools take; `uv sync` does not look at it.",
        ja="`uv pip` や一部のツールが使う環境。`uv sync` には効きません。",
    ),
}
