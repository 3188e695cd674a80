"""The commands of docs/first-month.md do what the page says, on an empty database, in its order."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.test_commands import register

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("first-month.md", "first-month.ko.md")
FENCED = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def commands(page: str) -> list[list[str]]:
    """The lines of a page's blocks, in the order of reading."""
    text = (DOCS / page).read_text("utf-8")
    lines = [line for block in FENCED.findall(text) for line in block.splitlines() if line]
    return [shlex.split(line)[1:] for line in lines if line.startswith("referendum ")]


def test_both_languages_give_the_same_commands() -> None:
    english, korean = map(commands, PAGES)
    assert english == korean
    assert len(english) >= 8


@pytest.mark.parametrize("page", PAGES)
def test_a_city_begins_by_the_commands_of_the_page(page: str, run: Run, tmp_path: Path) -> None:
    """Keys, schema, place, administrators, and what the register would do."""
    given = {
        "residents.csv": str(
            register(tmp_path, [("R-1", "김하나", "1970-01-01"), ("R-2", "이두리", "1980-02-02")])
        ),
    }
    keys = {"REFERENDUM_KEYS_FOLDER": str(tmp_path / "city-keys")}
    said = []
    for command in commands(page):
        if "--officer" in command:
            continue  # It asks a registrar for password and code: `test_commands` tells that.
        done = run(*(given.get(word, word) for word in command), **keys)
        assert done.exit_code == 0, (command, done.stderr)
        said.append((command[:2], done.output))
    assert [one for one, _ in said] == [
        ["keys", "init"],
        ["migrate"],
        ["keys", "check"],
        ["place", "add"],
        ["staff", "administrator"],
        ["staff", "administrator"],
        ["register", "import"],
    ]
    links = [output for one, output in said if one[0] == "staff"]
    assert all("https://vote.example/desk/set-up/" in one for one in links)
    third = run("staff", "administrator", "park", "--authority", "mayor", "--name", "박",
                "--title", "과장", **keys)  # fmt: skip
    assert third.exit_code == 2
