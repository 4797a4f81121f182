"""What holds before an instruction, where BuildKit's order of reading decides it."""

from __future__ import annotations

import pytest

from shipworthy.model.builds import all_units
from shipworthy.model.image.build import image
from shipworthy.model.image.steps import Copy, Image
from support.workspaces import Workspace


def built(dockerfile: str) -> Image:
    files = {"compose.yaml": "services:\n  web:\n    build: .\n", "Dockerfile": dockerfile}
    db = Workspace(files).host().db
    made = image(db, all_units(db)[0].id)
    assert made is not None
    return made


def test_the_words_of_an_arg_see_each_other_before_the_first_from_only() -> None:
    made = built("ARG A=1 B=$A\nFROM scratch\nARG A B\nARG A=2 C=$A\nRUN x\n")
    values = made.stages[0].end.args
    assert {name: value.text for name, value in values.items()} == {"A": "2", "B": "1", "C": "1"}


@pytest.mark.parametrize("shell", ["SHELL []", "SHELL", "SHELL /bin/bash"])
def test_a_shell_that_is_none_changes_nothing(shell: str) -> None:
    assert built(f"FROM scratch\n{shell}\nRUN x\n").stages[0].end.shell == ("/bin/sh", "-c")


def test_strings_of_the_json_form_are_expanded_with_their_quotes() -> None:
    made = built('FROM scratch\nARG D=src\nCOPY ["it\\\\\'s ${D}", "a\\"b", "/x/"]\n')
    (copy,) = (step for step in made.stages[0].steps if isinstance(step, Copy))
    assert [source.path for source in copy.sources] == ["it's src", None]
