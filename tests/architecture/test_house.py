"""Promises that the whole house keeps."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import ballots
import referendum
import signatures
import thresholds
from referendum.i18n.words import Language, Words
from referendum.kernel.errors import DomainError

ROOT = Path(__file__).parents[2]
PACKAGES = (ballots, referendum, signatures, thresholds)
NO_ROOM = {"utils", "common", "helpers", "misc", "core", "base", "shared", "service", "manager"}
SECRETS = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|AKIA[0-9A-Z]{16}|ghp_[0-9A-Za-z]{36}|xox[bp]-"
    r"|(?i:password|secret|token)\s*[:=]\s*[\"'][^\"'{$<]{12,}[\"']"
)
NOT_SECRET = re.compile(r"tests/|docs/|catalogues/|requirements/|package-lock")
MACHINE = re.compile(r"(?<![\w.-])/(?:work|root|home/(?!someone)\w+)/")
REGISTRY = re.compile(r"pypi\.org|npmjs\.(?:org|com)|files\.pythonhosted|deb\.debian\.org")


def tracked() -> list[Path]:
    """The files of the repository; outside a checkout, every file that would be one."""
    asked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for name in asked.stdout.splitlines() if (path := ROOT / name).is_file()]


def texts() -> Iterator[tuple[str, str]]:
    for path in tracked():
        try:
            yield str(path.relative_to(ROOT)), path.read_text("utf-8")
        except UnicodeDecodeError:
            continue


def test_one_place_reads_and_writes_tables() -> None:
    """OPS-08: a formula in a cell is made harmless there, and nowhere else has to think of it."""
    found = [
        name
        for name, text in texts()
        if name.endswith(".py")
        and not name.startswith(("tests/", "tools/"))
        and re.search(r"^import csv$|^from csv import", text, re.MULTILINE)
    ]
    assert found == ["referendum/kernel/spreadsheet.py"]


def every_module() -> None:
    for package in PACKAGES:
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "__main__" not in found.name and ".migrations." not in found.name:
                importlib.import_module(found.name)


def every_error(parent: type[DomainError] = DomainError) -> Iterator[type[DomainError]]:
    for child in parent.__subclasses__():
        if child.__module__.split(".")[0] != "tests":
            yield child
        yield from every_error(child)


def test_every_refusal_has_a_code_of_its_own_and_a_sentence_in_both_languages() -> None:
    every_module()
    errors = [error for error in every_error() if "code" in error.__dict__]
    codes = [error.code for error in errors]
    assert sorted({code for code in codes if codes.count(code) > 1}) == []
    for language in Language:
        words = Words.load(language)
        assert [code for code in codes if not words.has(f"problem.{code}")] == []


def test_every_module_says_what_it_is_for() -> None:
    """A module docstring, always."""
    silent = [
        name
        for name, text in texts()
        if name.endswith(".py") and text.strip() and ast.get_docstring(ast.parse(text)) is None
    ]
    assert silent == []


def test_no_room_is_a_junk_drawer() -> None:
    """A noun or nothing."""
    names = {part.removesuffix(".py") for path in tracked() for part in path.parts}
    assert names & NO_ROOM == set()


def test_nothing_is_left_unfinished() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b|pytest\.mark\.(skip|xfail)")
    here = Path(__file__).name
    left = [
        name
        for name, text in texts()
        if name.endswith((".py", ".html", ".js", ".css"))
        and here not in name
        and marks.search(text)
    ]
    assert left == []


def test_ops_09_no_secret_is_in_the_repository() -> None:
    """OPS-09: no private key, no token, no password with a value."""
    found = [name for name, text in texts() if not NOT_SECRET.search(name) and SECRETS.search(text)]
    assert found == []


def test_ops_09_neither_a_registry_nor_a_path_of_one_machine_is_named() -> None:
    """OPS-09: lock files carry hashes and no addresses."""
    here = Path(__file__).name
    found = [
        name
        for name, text in texts()
        if here not in name and (REGISTRY.search(text) or MACHINE.search(text))
    ]
    assert found == []
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text("utf-8")


def test_ops_11_there_is_a_way_to_report_a_weakness_with_ninety_days() -> None:
    """OPS-11: coordinated disclosure."""
    text = (ROOT / "SECURITY.md").read_text("utf-8")
    assert "90 days" in text
    assert "disclosure" in text.lower()


@pytest.mark.parametrize(
    ("tool", "page"),
    [
        ("list_settings", "settings"),
        ("list_requirements", "requirements"),
        ("draw_tables", "data-model"),
    ],
)
def test_the_generated_pages_are_up_to_date(tool: str, page: str) -> None:
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        made = importlib.import_module(tool).page()
    finally:
        sys.path.pop(0)
    assert (ROOT / "docs" / f"{page}.md").read_text("utf-8") == made


FORBIDDEN = (
    "비밀이 영원히 보장",
    "조작 불가능",
    "강요로부터 보호",
    "본인임을 증명",
    "목표 달성",
)


def test_no_sentence_promises_what_is_not_so() -> None:
    """Words that no page may use."""
    for language in Language:
        said = Words.load(language).sentences.values()
        assert [sentence for sentence in said for word in FORBIDDEN if word in sentence] == []


def test_an_advisory_vote_is_never_called_by_the_statutory_name() -> None:
    """CER-08: 자문투표 is not 주민투표; only a list of all instruments names both."""
    said = Words.load(Language.KO).sentences
    both = re.compile(r"주민투표(?!법|의 이름|가 아니|와 다)")
    assert [
        key
        for key, sentence in said.items()
        if "자문투표" in sentence and "주민소환" not in sentence and both.search(sentence)
    ] == []


def test_every_page_that_is_named_is_there() -> None:
    """Comments and docs point to pages of docs/ and to decisions by their file's name."""
    named = re.compile(r"(?<![.\w])(?:docs/)?((?:decisions/)?[a-z0-9-]+\.md)\b")
    pages = {path.name for path in (ROOT / "docs").rglob("*.md")} | {
        path.name for path in ROOT.glob("*.md")
    }
    missing = {
        (name, found)
        for name, text in texts()
        if name.startswith(("docs/", "README", "CONTRIBUTING")) or name.endswith(".py")
        for found in named.findall(text)
        if found.rpartition("/")[2] not in pages
    }
    assert missing == set()


def test_nothing_cites_a_design_that_is_elsewhere() -> None:
    here = Path(__file__).name
    assert [name for name, text in texts() if here not in name and "DESIGN §" in text] == []
