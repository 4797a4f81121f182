"""The settings block of the VS Code client, and its texts, from the settings that the server reads.

Written into `vscode-client/package.json` and `package.nls*.json`; what else stands there is kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from shipworthy.docsgen.rule_index import documented_rules
from shipworthy.findings.message import Language, Text
from shipworthy.model.settings import PROFILES, SEVERITIES, Settings
from shipworthy.text.records import NamedTuple

CLIENT = Path(__file__).resolve().parents[3] / "vscode-client"
"""Only in the repository: an installed package has no client beside it."""
SECTION = "shipworthy"
_TEXT_PREFIX = "settings."
_NLS_FILES: dict[Language, str] = {"en": "package.nls.json", "ja": "package.nls.ja.json"}


class Setting(NamedTuple):
    """One setting: its name in the editor, its JSON schema and its text in markdown."""

    name: str
    schema: dict[str, Any]
    text: Text


_SWITCH = {"type": ["boolean", "null"], "default": None}
"""Null leaves it to the project's own file; off where that says nothing either."""


def _rule_names() -> list[str]:
    """From the modules themselves: the index may be older than they are while it is written."""
    return sorted(item.listed.name for item in documented_rules())


def _rule_list() -> dict[str, Any]:
    names = _rule_names()
    items = {"type": "string", "enum": names}
    return {"type": "array", "items": items, "uniqueItems": True, "default": []}


def _server_settings() -> dict[str, tuple[dict[str, Any], Text]]:
    """Schema and text by the name that `shipworthy.toml` uses."""
    names = {"type": "array", "items": {"type": "string"}, "default": []}
    return {
        "profile": (
            {"type": "string", "enum": list(PROFILES), "default": "default"},
            Text(
                en="Which rules run: `minimal` (errors and warnings), `default` or `strict`.",
                ja="実行するルール: `minimal`（エラーと警告のみ）、`default`、`strict`。",
            ),
        ),
        "select": (
            _rule_list(),
            Text(
                en="Rules to run besides those of the profile.",
                ja="プロファイルのルールに加えて実行するルール。",
            ),
        ),
        "ignore": (
            _rule_list(),
            Text(en="Rules that are not run.", ja="実行しないルール。"),
        ),
        "exclude": (
            names,
            Text(
                en="Folders and files that are not searched, as `.gitignore` patterns.",
                ja="検索しないフォルダーとファイル（`.gitignore` と同じパターン）。",
            ),
        ),
        "per-file-ignores": (
            {"type": "object", "additionalProperties": _rule_list(), "default": {}},
            Text(
                en="Rules that are not reported in files of a pattern:"
                ' `{"examples/**": ["dockerignore-missing"]}`.',
                ja="パターンに合うファイルでは報告しないルール:"
                ' `{"examples/**": ["dockerignore-missing"]}`。',
            ),
        ),
        "severity": (
            {
                "type": "object",
                "propertyNames": {"enum": _rule_names()},
                "additionalProperties": {"type": "string", "enum": list(SEVERITIES)},
                "default": {},
            },
            Text(
                en='The severity of a rule, or `off`: `{"dockerignore-missing": "warning"}`.',
                ja='ルールの重大度、または `off`: `{"dockerignore-missing": "warning"}`。',
            ),
        ),
        "contexts": (
            {
                "type": "object",
                "additionalProperties": {
                    "anyOf": [
                        {"type": "string"},
                        {
                            "type": "object",
                            "properties": {
                                "context": {"type": "string"},
                                "target": {"type": "string"},
                            },
                            "required": ["context"],
                            "additionalProperties": False,
                        },
                    ]
                },
                "default": {},
            },
            Text(
                en="The context that a Dockerfile is built with, where no file says it:"
                ' `{"docker/Dockerfile": "."}`.',
                ja="どのファイルにも書かれていない場合の、Dockerfile のビルドコンテキスト:"
                ' `{"docker/Dockerfile": "."}`。',
            ),
        ),
        "lenses": (
            dict(_SWITCH),
            Text(
                en="Shows lines over files, stages and services: the size of the build context,"
                " who builds it.",
                ja="ファイル、ステージ、サービスの上に行を表示します:"
                " ビルドコンテキストの大きさ、ビルドするサービス。",
            ),
        ),
        "inlay-hints": (
            dict(_SWITCH),
            Text(
                en="Shows within lines the values of variables, the folders that relative paths"
                " mean, and in compose files the values that are replaced.",
                ja="変数の値、相対パスが指すフォルダー、Compose ファイルで置き換えられる元の値を"
                "行の中に表示します。",
            ),
        ),
        "format": (
            dict(_SWITCH),
            Text(
                en="Formats the white space of Dockerfiles, ignore files and compose files.",
                ja="Dockerfile、ignore ファイル、Compose ファイルの空白を整形します。",
            ),
        ),
    }


def settings() -> Iterator[Setting]:
    """All settings of the editor; LookupError for a setting of the server without a text."""
    described = _server_settings()
    for field in Settings._fields:
        if field == "problems":
            continue
        name = field.replace("_", "-")
        schema, text = described[name]
        yield Setting(_camel(name), {**schema, "scope": "window"}, text)
    yield Setting(
        "interpreter",
        {"type": "string", "default": "", "scope": "machine-overridable"},
        Text(
            en="Path of the Python (3.10 or newer) that runs the server. Empty: the one of the"
            " Python extension, else `python3` or `py -3`.",
            ja="サーバーを実行する Python（3.10 以上）のパス。空の場合は Python 拡張機能のもの、"
            "なければ `python3` または `py -3`。",
        ),
    )
    yield Setting(
        "language",
        {
            "type": "string",
            "enum": ["auto", *get_args(Language)],
            "default": "auto",
            "scope": "window",
        },
        Text(
            en="Language of the messages; `auto` is the language of the editor.",
            ja="メッセージの言語。`auto` はエディタの言語です。",
        ),
    )
    yield Setting(
        "trace.server",
        {
            "type": "string",
            "enum": ["off", "messages", "verbose"],
            "default": "off",
            "scope": "window",
        },
        Text(
            en="Log the messages between the editor and the server.",
            ja="エディタとサーバーの間のメッセージを記録します。",
        ),
    )


def _camel(name: str) -> str:
    return re.sub("-([a-z])", lambda found: found[1].upper(), name)


def client_files() -> dict[Path, str]:
    """The client's files with the settings as they must be; nothing outside the repository."""
    manifest = CLIENT / "package.json"
    if not manifest.is_file():
        return {}
    texts = {manifest: _manifest(manifest)}
    for language, name in _NLS_FILES.items():
        path = CLIENT / name
        texts[path] = _nls(path, language)
    return texts


def _manifest(path: Path) -> str:
    known = json.loads(path.read_text(encoding="utf-8"))
    properties = {
        f"{SECTION}.{setting.name}": {
            **setting.schema,
            "markdownDescription": f"%{_TEXT_PREFIX}{setting.name}%",
        }
        for setting in settings()
    }
    block = {"title": "shipworthy", "properties": properties}
    known.setdefault("contributes", {})["configuration"] = block
    return _json(known)


def _nls(path: Path, language: Language) -> str:
    known = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    kept = {key: text for key, text in known.items() if not key.startswith(_TEXT_PREFIX)}
    own = {_TEXT_PREFIX + setting.name: getattr(setting.text, language) for setting in settings()}
    return _json({**kept, **own})


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
