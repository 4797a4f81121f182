"""`python -m shipworthy.docsgen --check | --write`: are the generated files current?"""

from __future__ import annotations

import sys
from pathlib import Path

from shipworthy.docsgen.readme_table import readme
from shipworthy.docsgen.rule_index import FOLDER, index_source
from shipworthy.docsgen.rule_pages import reference
from shipworthy.docsgen.settings_schema import client_files

USAGE = "usage: python -m shipworthy.docsgen --check | --write\n"


def generated() -> dict[Path, str]:
    """Every generated file with the text it must have."""
    return {
        FOLDER / "index.py": index_source(),
        FOLDER / "README.md": reference("en"),
        FOLDER / "README.ja.md": reference("ja"),
        **client_files(),
        **readme(),
    }


def main(arguments: list[str]) -> int:
    """Check (exit 1 when a file is stale) or write the generated files."""
    if arguments not in (["--check"], ["--write"]):
        sys.stderr.write(USAGE)
        return 2
    stale = []
    for path, text in generated().items():
        if not path.is_file() or path.read_bytes() != text.encode():
            stale.append(path)
            if arguments == ["--write"]:
                path.write_bytes(text.encode())
    verb = "wrote" if arguments == ["--write"] else "stale, run --write:"
    for path in stale:
        sys.stdout.write(f"{verb} {path}\n")
    return int(bool(stale) and arguments == ["--check"])


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
