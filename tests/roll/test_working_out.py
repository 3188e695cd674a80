"""A second process works out the same as the first, and ends with it."""

from __future__ import annotations

import pickle
from datetime import date
from uuid import RFC_4122, UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from referendum.kernel.phones import is_korean_mobile
from referendum.kernel.sealing import DataKey, Mac, Vault
from referendum.kernel.spreadsheet import Row
from referendum.roll import copying, helping, sealer
from referendum.roll.lines import usable_phone
from referendum.roll.meanings import Meanings
from referendum.roll.sealer import Keyed, Sealer
from referendum.roll.weighing import Scales
from referendum.roll.working_out import Batch, Terms, WorkedOut
from tests.roll.freezing import rule

DAY = date(2026, 1, 1)
HOME = uuid4()
CHANCE = ((), (0,), (0, 1, 14))
"""Columns that are drawn anew each time: ids, and what is sealed."""


def rows(first: int, count: int) -> list[Row]:
    """Residents one like another, but for a broken line and one with a phone that is none."""
    made = []
    for at in range(first, first + count):
        cells = [f"R{at}", "김가나", "", "1980-05-17", "길 1", "가람동", "KR", *[""] * 7]
        cells[9] = "2010-03-02" if at % 7 else "gestern"
        cells[13] = "02-123" if at % 5 == 0 else "010-2345-6789"
        made.append(Row(at + 2, cells, len(cells), fits=True))
    return made


def told(found: WorkedOut) -> list[list[bytes | None]]:
    made = zip((found.lines, found.people, found.residences), CHANCE, strict=True)
    return [
        [cell for at, cell in enumerate(one) if at not in drawn]
        for rows, drawn in made
        for _, one in copying.fields(rows)
    ]


def test_a_helper_works_out_what_one_process_does(vault: Vault) -> None:
    terms = Terms(
        intake_id=uuid4(),
        jurisdiction_id=uuid4(),
        as_of=DAY,
        invented=False,
        named={"가람동": HOME},
        called={},
        sealer=Sealer.of(vault, DataKey(uuid4(), b"k" * 32), version=1),
        scales=Scales(rule(), DAY),
        meanings=Meanings({"모름": "CN"}),
        width=None,
    )
    batches = [Batch(rows(at, 10), {}, (at, at)) for at in range(0, 80, 10)]
    alone = list(helping.worked_out(terms, batches, helped=False))
    helped = list(helping.worked_out(terms, batches, helped=True))
    assert [batch.upto for batch, _ in helped] == [batch.upto for batch in batches]
    assert [told(found) for _, found in helped] == [told(found) for _, found in alone]
    assert [found.counts for _, found in helped] == [found.counts for _, found in alone]
    assert [found.faults for _, found in helped] == [found.faults for _, found in alone]
    assert [found.weights for _, found in helped] == [found.weights for _, found in alone]
    assert [found.words for _, found in helped] == [found.words for _, found in alone]
    assert helped[0][1].counts["refused"] == 2
    assert helped[0][1].counts["noted"] == 1


@given(
    st.lists(
        st.builds(
            Row,
            st.integers(1, 2**31),
            st.lists(st.text(st.characters(codec="utf-8"))),
            st.integers(0, 99),
            st.booleans(),
        )
    )
)
def test_a_batch_arrives_as_it_was_sent(rows: list[Row]) -> None:
    sent = Batch(rows, {}, (5, 7))
    arrived = pickle.loads(pickle.dumps(sent))
    assert arrived == sent
    assert all(type(row) is Row for row in arrived.rows)


def test_identifiers_rise_and_are_of_the_kind_that_rises() -> None:
    made = sealer.ordered_ids(40_000)
    assert made == sorted(made), "past the 2 ** 14 that their last counter holds"
    read = [UUID(bytes=one) for one in made]
    assert {one.version for one in read} == {7}
    assert {one.variant for one in read} == {RFC_4122}


@given(st.binary(max_size=100), st.text())
def test_a_keyed_hash_made_fast_is_the_one_made_plainly(key: bytes, text: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    mac = Mac(key)
    assert Keyed(mac.pads).of(text) == mac.of(text)


@given(st.from_regex(r"010-?[0-9]{4}-?[0-9]{4}", fullmatch=True, alphabet="0123456789-"))
def test_a_usual_number_is_read_as_any_other_is(written: str) -> None:
    """The short way through a number gives what the long way gives for the same digits."""
    spaced = " ".join(written)
    assert usable_phone(written) == usable_phone(spaced)
    e164 = "+82" + written.replace("-", "")[1:]
    assert (usable_phone(written) == e164) == is_korean_mobile(e164, invented=False)
