"""Where a compose file names files and folders of the host."""

from __future__ import annotations

from shipworthy.views.yaml_places import YamlPath

ENV_FILE_KEYS: tuple[YamlPath, ...] = (
    ("services", "*", "env_file"),
    ("services", "*", "env_file", "[]"),
    ("services", "*", "env_file", "[]", "path"),
    ("include", "[]", "env_file"),
    ("include", "[]", "env_file", "[]"),
)
FILE_KEYS: tuple[YamlPath, ...] = (
    *ENV_FILE_KEYS,
    ("services", "*", "label_file"),
    ("services", "*", "label_file", "[]"),
    ("services", "*", "extends", "file"),
    ("services", "*", "develop", "watch", "[]", "path"),
    ("services", "*", "volumes", "[]", "source"),
    ("configs", "*", "file"),
    ("secrets", "*", "file"),
    ("include", "[]"),
    ("include", "[]", "path"),
    ("include", "[]", "path", "[]"),
)
"""Key paths of paths that begin at the folder where the compose file is read."""
