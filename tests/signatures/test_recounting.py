"""The nightly recount agrees, and says where it does not."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, text

from signatures import recounting
from signatures.recounting import Difference
from tests.signatures.city import City, Inhabitant, paper

MISSED = """
insert into petition_tally_delta (petition_id, district_id, origin, status, reason, lines)
select petition_id, district_id, origin, status, reason, -1 from petition_tally
 where status = 'open'
"""


@pytest.fixture
def petition(city: City) -> UUID:
    petition, today = city.opens(), city.today()
    city.signed(petition, city.inhabitants[0])
    rows = [*city.inhabitants[1:4], Inhabitant("?", "모르는이")]
    city.brings(petition, [paper(who, row, on=today) for row, who in enumerate(rows, 1)])
    city.examines(petition)
    return petition


def recount(city: City, petition: UUID) -> list[Difference]:
    with city.begin() as uow:
        return recounting.recount(uow, petition)


def kept(city: City) -> list[UUID]:
    with city.begin() as uow:
        return [one.petition_id for one in recounting.wrong(uow.session, city.place)]


def test_it_agrees_before_and_after_the_folding(city: City, petition: UUID) -> None:
    assert recount(city, petition) == []
    city.counts(petition)
    assert recount(city, petition) == []
    assert kept(city) == []
    with city.begin() as uow:
        assert petition not in recounting.due(uow.session)


@pytest.mark.parametrize(
    ("damage", "where"),
    [
        ("update petition_tally set lines = lines + 2 where status = 'open'", "tally"),
        (MISSED, "tally"),
        ("update line_state set reason = 'ambiguous' where reason = 'unidentifiable'", "states"),
        ("delete from waiting_line where reason = 'unidentifiable'", "waiting"),
        ("update waiting_line set reason = 'duplicate' where reason <> 'duplicate'", "waiting"),
        ("delete from standing_signature where origin = 'online'", "standing"),
    ],
)  # fmt: skip
def test_it_says_where_it_does_not(city: City, petition: UUID, damage: str, where: str) -> None:
    city.counts(petition)
    with city.begin() as uow:
        uow.session.execute(text(damage))
    found = recount(city, petition)
    assert {one.shown_by for one in found} == {where}
    assert all(one.shown != one.counted for one in found)
    assert kept(city) == [petition]


def test_it_is_said_until_it_agrees_again(city: City, petition: UUID) -> None:
    city.counts(petition)
    for more in (1, -1):
        with city.begin() as uow:
            uow.session.execute(text(f"update petition_tally set lines = lines + ({more})"))
        recount(city, petition)
        assert kept(city) == ([petition] if more > 0 else [])


def test_it_reads_in_pieces_whatever_it_counts(city: City, petition: UUID) -> None:
    """Lines, states and standing signatures: none of them in one statement."""
    said: list[tuple[str, dict[str, Any]]] = []
    with city.begin() as uow:
        engine = uow.session.get_bind()
        event.listen(engine, "before_cursor_execute", lambda *told: said.append(told[2:4]))
        assert recounting.recount(uow, petition, piece=2) == []
    for table, rows in (("line", 5), ("line_state", 5), ("standing_signature", 4)):
        reading = [given for statement, given in said if f"from {table}\n" in statement]
        assert len(reading) == -(-rows // 2) + 1
        assert all(given["size"] == 2 for given in reading)
