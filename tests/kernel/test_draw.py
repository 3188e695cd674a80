"""The lot: known answers that anyone can compute again, and an order that favours nobody."""

from __future__ import annotations

import hashlib
import subprocess
from collections import Counter
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referendum.kernel import draw
from referendum.kernel.draw import NotOneLine, Source, ValueUnlikeSource, drawn

SOURCE = "drand default 5123456"
VALUE = "9f" * 32
SUBJECT = "6f0c1c4e-2f2b-4a57-9d5e-0f7f6f0b1a2c"
CHI_SQUARE_5_DF = 30.86
"""A fair lot passes this with a probability of 0.99999 (five degrees of freedom)."""


def test_known_answers_are_those_of_another_program() -> None:
    """The sums were made with sha256sum: five lines, joined by a line feed."""
    found = {
        item.key: item.sha256
        for item in drawn(["no", "yes"], source=SOURCE, value=VALUE, subject=SUBJECT)
    }
    assert list(found) == ["yes", "no"]
    assert found == {
        "yes": "92e33ecce24c456b0061ddad67d9d6570986781676eac0a3079c06a2c160689e",
        "no": "b9a1795a6e08f636a4023ee128a8ce13b68885da44d6a86a47bd35398db4d2c0",
    }


def test_the_shell_comes_to_the_same_hash() -> None:
    (item,) = drawn(["yes"], source=SOURCE, value=VALUE, subject=SUBJECT)
    command = ["sha256sum"]
    said = subprocess.run(command, input=item.text.encode(), capture_output=True, check=True)
    assert said.stdout.decode().split()[0] == item.sha256
    assert item.text.split("\n") == [draw.DOMAIN, SOURCE, VALUE, SUBJECT, "yes"]


letters = st.characters(codec="ascii", categories=["L", "N"])
keys = st.lists(st.text(letters, min_size=1, max_size=8), unique=True, min_size=1, max_size=8)


@given(keys=keys, value=st.integers(0, 2**64))
def test_it_is_a_permutation_that_does_not_depend_on_the_order_of_asking(
    keys: list[str], value: int
) -> None:
    first = drawn(keys, source=SOURCE, value=str(value), subject=SUBJECT)
    again = drawn(list(reversed(keys)), source=SOURCE, value=str(value), subject=SUBJECT)
    assert first == again
    assert sorted(item.key for item in first) == sorted(keys)
    assert [item.sha256 for item in first] == sorted(item.sha256 for item in first)


@given(keys=keys, value=st.integers(0, 2**64))
def test_whoever_is_left_out_changes_nothing_between_the_others(
    keys: list[str], value: int
) -> None:
    whole = drawn(keys, source=SOURCE, value=str(value), subject=SUBJECT)
    rest = drawn(keys[1:], source=SOURCE, value=str(value), subject=SUBJECT)
    assert [item for item in whole if item.key != keys[0]] == list(rest)


def test_every_order_is_as_likely_as_any_other() -> None:
    """Over the values of a fixed range each of six orders comes out about as often (χ²)."""
    rounds = 3_000
    seen = Counter(
        tuple(item.key for item in drawn("abc", source=SOURCE, value=str(at), subject=SUBJECT))
        for at in range(rounds)
    )
    orders = list(permutations("abc"))
    assert set(seen) == set(orders)
    expected = rounds / len(orders)
    assert sum((seen[one] - expected) ** 2 / expected for one in orders) < CHI_SQUARE_5_DF


def test_no_part_can_run_into_the_next() -> None:
    for bad in ("a\nb", " a", "a  b", "", "a\u200b"):
        with pytest.raises(NotOneLine):
            drawn(["yes"], source=SOURCE, value=bad, subject=SUBJECT)
    moved = drawn(["yes"], source="drand default 512345", value=f"6{VALUE}", subject=SUBJECT)
    same = drawn(["yes"], source=SOURCE, value=VALUE, subject=SUBJECT)
    assert moved[0].sha256 != same[0].sha256


@pytest.mark.parametrize(
    ("source", "typed", "read"),
    [
        (Source.DRAND, f"  {'AB' * 32} ", "ab" * 32),
        (Source.DRAND, f"0x{'ab' * 32}", "ab" * 32),
        (Source.LOTTERY, "3, 11, 15, 29, 35, 44 + 10", "3 11 15 29 35 44 10"),
        (Source.LOTTERY, "03 11  15 29 35 44 10", "3 11 15 29 35 44 10"),
    ],
)
def test_a_value_is_the_same_however_it_was_typed(source: Source, typed: str, read: str) -> None:
    assert draw.published(source, typed) == read


@pytest.mark.parametrize(
    ("source", "typed"),
    [(Source.DRAND, "ab" * 31), (Source.DRAND, "1 2 3"), (Source.LOTTERY, "seven"),
     (Source.LOTTERY, "7"), (Source.LOTTERY, "1 2 x")],
)  # fmt: skip
def test_a_value_that_the_source_never_publishes_is_refused(source: Source, typed: str) -> None:
    with pytest.raises(ValueUnlikeSource):
        draw.published(source, typed)


def test_the_domain_keeps_this_lot_apart_from_other_uses_of_the_same_value() -> None:
    (item,) = drawn(["yes"], source=SOURCE, value=VALUE, subject=SUBJECT)
    bare = hashlib.sha256(f"{SOURCE}\n{VALUE}\n{SUBJECT}\nyes".encode()).hexdigest()
    assert item.sha256 != bare
