"""Each claim of docs/threats.md names the tests that show it, and each of them is there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
PAGE = (TESTS.parent / "docs" / "threats.md").read_text("utf-8")
NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")


def claims() -> Iterator[str]:
    """What the page says is so below its introduction: each paragraph, and each row of a table."""
    _introduction, *blocks = re.split(r"\n\s*\n", PAGE[PAGE.index("Written for") :])
    for block in blocks:
        if block.startswith("|"):
            yield from block.splitlines()[2:]
        elif not block.startswith(("#", "*Not protected:*")):
            yield block


CLAIMS = list(claims())


@cache
def names_in(file: str) -> frozenset[str]:
    tree = ast.parse((TESTS / file).read_text("utf-8"))
    return frozenset(
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim[:40])
def test_a_claim_is_shown_by_tests_that_are_there(claim: str) -> None:
    named = NAMED.findall(claim)
    assert named, "a claim without a test"
    assert [each for each in named if each[1] not in names_in(each[0])] == []


def test_the_page_is_read_as_it_is_meant() -> None:
    assert len(CLAIMS) > 14
    assert len(set(NAMED.findall(PAGE))) > 50
