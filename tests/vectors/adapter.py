"""Answers conformance vectors: one JSON question a line on stdin, one answer a line on stdout.

A question is `{"id", "kind", "input"}`, an answer `{"id", "result"}`, `{"id", "skip"}` or
`{"id", "crash"}`; the forms of input and result are those of the `*.jsonl` files beside this one.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from vectors.answers.compose import compose_model
from vectors.answers.context import copy_result, dockerignore_sent, image_tree_scenarios
from vectors.answers.dockerfile import dockerfile_ast, shell_expand

ANSWERS: Mapping[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "compose_model": compose_model,
    "copy_result": copy_result,
    "dockerfile_ast": dockerfile_ast,
    "dockerignore_sent": dockerignore_sent,
    "image_tree_scenarios": image_tree_scenarios,
    "shell_expand": shell_expand,
}


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """The answer to one question; a crash is an answer, too."""
    respond = ANSWERS.get(question["kind"])
    if respond is None:
        return {"id": question["id"], "skip": f"{question['kind']} is not answered"}
    try:
        return {"id": question["id"], "result": respond(question["input"])}
    except Exception as error:  # noqa: BLE001  (the protocol reports a crash as an answer)
        return {"id": question["id"], "crash": repr(error)}


def main() -> None:
    """Answer every line of standard input."""
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)  # noqa: T201  (the protocol)


if __name__ == "__main__":
    main()
