"""A row of a sheet is brought once, and a batch that was keyed wrongly is taken back."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest

from signatures import miskeying, restoring, settling
from signatures.errors import (
    BatchAlreadyBrought,
    BatchMarkedBefore,
    BatchNotFound,
    BatchNotMarked,
    DecisionNeedsNote,
    LineStruck,
    RowsAlreadyBrought,
)
from signatures.lines import Reason, Status
from signatures.tables import PaperBatch
from tests.signatures.city import City, paper


def marks(city: City, petition: UUID, batch: UUID, note: str = "다른 장을 보고 입력") -> int:
    with city.begin() as uow:
        return miskeying.mark(uow, city.vault, petition, batch, note=note, by=city.clerk)


def brings(city: City, petition: UUID, rows: range, **changed: Any) -> PaperBatch:
    return city.brings(
        petition,
        [paper(city.inhabitants[row], row, on=city.today(), **changed) for row in rows],
    )


def test_a_known_row_is_reported_and_nothing_is_kept(city: City) -> None:
    petition = city.opens()
    brings(city, petition, range(1, 4))
    with pytest.raises(RowsAlreadyBrought) as refused:
        brings(city, petition, range(1, 5))
    assert refused.value.facts["count"] == 3
    assert refused.value.facts["rows"] == [
        {"sheet": "A-1", "row": row, "line": row} for row in (1, 2, 3)
    ]
    assert city.counts(petition).submitted == 3
    brings(city, petition, range(4, 5))
    brings(city, petition, range(1, 4), sheet="A-2")
    assert city.counts(petition).submitted == 7


def test_no_number_is_left_out_where_a_file_was_refused(city: City) -> None:
    petition, other = city.opens(), city.opens()
    brings(city, petition, range(1, 4))
    brings(city, other, range(1, 3))
    with pytest.raises(RowsAlreadyBrought):
        brings(city, petition, range(3, 6))
    city.signed(petition, city.inhabitants[9])
    city.counts(petition)
    brings(city, petition, range(4, 6))
    for one, last in ((petition, 6), (other, 2)):
        numbers = city.rows(
            "select number from line_state where petition_id = :id order by number", id=one
        )
        assert [row.number for row in numbers] == list(range(1, last + 1))


def test_a_marked_batch_is_evidence_and_in_no_total(city: City) -> None:
    petition = city.opens()
    wrong = brings(city, petition, range(1, 4))
    city.examines(petition)
    assert city.counts(petition).standing == 3
    assert marks(city, petition, wrong.id) == 3
    counted = city.counts(petition)
    assert (counted.submitted, counted.standing, counted.void, counted.open) == (0, 0, 0, 0)
    assert len(city.rows("select from line")) == 3
    brings(city, petition, range(1, 5))
    assert city.examines(petition).valid == 4
    assert city.counts(petition).submitted == 4
    told = json.loads(city.leaves("lines.miskeyed")[0])["facts"]
    assert (told["number"], told["count"], told["changes"]) == (1, 3, 3)
    assert "다른 장".encode() not in b"".join(city.leaves())


def test_a_batch_that_was_taken_back_by_mistake_is_brought_again_as_it_was(city: City) -> None:
    """As often as that happens; a batch that counts is still not brought twice."""
    petition = city.opens()
    for again in range(3):
        batch = brings(city, petition, range(1, 4))
        assert city.examines(petition).valid == 3
        assert city.counts(petition).standing == 3
        with pytest.raises((BatchAlreadyBrought, RowsAlreadyBrought)):
            brings(city, petition, range(1, 4))
        assert batch.number == again + 1
        marks(city, petition, batch.id)
    assert city.counts(petition).submitted == 0


def test_who_stood_in_it_stands_by_their_next_line_outside_of_it(city: City) -> None:
    petition = city.opens()
    wrong = brings(city, petition, range(1, 4))
    brings(city, petition, range(2, 4), sheet="A-2")
    # The same person twice in the batch: the second of them is no next one.
    city.brings(petition, [paper(city.inhabitants[1], 9, on=city.today(), sheet="C")])
    city.examines(petition)
    assert city.counts(petition).void_by_reason == {Reason.DUPLICATE: 3}
    marks(city, petition, wrong.id)
    counted = city.counts(petition)
    assert (counted.submitted, counted.standing, counted.void) == (3, 3, 0)


def test_two_lines_of_one_person_in_the_batch_go_together(city: City) -> None:
    petition, who = city.opens(), city.inhabitants[0]
    wrong = city.brings(petition, [paper(who, row, on=city.today()) for row in (1, 2)])
    city.examines(petition)
    marks(city, petition, wrong.id)
    assert city.counts(petition).submitted == 0
    assert city.rows("select from standing_signature") == []


def test_it_is_marked_once_with_a_reason_and_its_lines_are_settled(city: City) -> None:
    petition = city.opens()
    wrong = brings(city, petition, range(1, 2))
    with pytest.raises(DecisionNeedsNote):
        marks(city, petition, wrong.id, note=" ")
    with pytest.raises(BatchNotFound):
        marks(city, city.opens(), wrong.id)
    marks(city, petition, wrong.id)
    with pytest.raises(BatchMarkedBefore):
        marks(city, petition, wrong.id)
    (line,) = city.rows("select id from line")
    with pytest.raises(LineStruck), city.begin() as uow:
        settling.decide(
            uow,
            city.vault,
            petition,
            line.id,
            status=Status.VOID,
            reason=Reason.FORM,
            note="x",
            by=city.clerk,
        )
    assert city.examines(petition).examined == 0


# Putting it back


def restores(city: City, petition: UUID, batch: UUID, note: str = "맞게 입력한 장이었음") -> int:
    with city.begin() as uow:
        return restoring.restore(uow, city.vault, petition, batch, note=note, by=city.clerk)


def states(city: City) -> list[tuple[Any, ...]]:
    """Where every line stands, and who stands by which."""
    rows = city.rows(
        "select s.line_id, s.status, s.reason, s.person_key, t.line_id as standing "
        "from line_state s left join standing_signature t using (petition_id, line_id) "
        "order by s.line_id"
    )
    return [tuple(row) for row in rows]


def test_a_batch_that_was_taken_back_stands_as_it_stood(city: City) -> None:
    """Good, void, and unlooked-at lines; whoever stood outside of it instead gives way again."""
    petition = city.opens()
    wrong = brings(city, petition, range(1, 4))
    brings(city, petition, range(2, 4), sheet="A-2")
    city.brings(petition, [paper(city.inhabitants[1], 9, on=city.today(), sheet="C")])
    city.examines(petition)
    before, counted = states(city), city.counts(petition)
    marks(city, petition, wrong.id)
    assert states(city) != before
    assert restores(city, petition, wrong.id) == 3
    assert states(city) == before
    assert city.counts(petition) == counted
    told = json.loads(city.leaves("lines.batch_restored")[0])["facts"]
    assert (told["number"], told["count"], told["changes"]) == (1, 3, 6)
    assert "맞게".encode() not in b"".join(city.leaves())


def test_lines_that_nobody_had_looked_at_wait_for_an_officer(city: City) -> None:
    """The pass looks at what was never touched; brought again instead, it finds them."""
    petition = city.opens()
    batch = brings(city, petition, range(1, 4))
    before = city.counts(petition)
    marks(city, petition, batch.id)
    restores(city, petition, batch.id)
    assert city.counts(petition) == before
    assert city.examines(petition).examined == 0
    assert city.counts(petition).open == 3
    marks(city, petition, batch.id)
    brings(city, petition, range(1, 4))
    assert city.examines(petition).valid == 3


def test_it_can_be_taken_back_and_put_back_in_turns_but_never_twice(city: City) -> None:
    petition = city.opens()
    batch = brings(city, petition, range(1, 4))
    city.examines(petition)
    with pytest.raises(BatchNotMarked):
        restores(city, petition, batch.id)
    for _ in range(2):
        marks(city, petition, batch.id)
        with pytest.raises(BatchMarkedBefore):
            marks(city, petition, batch.id)
        assert city.counts(petition).standing == 0
        with pytest.raises(DecisionNeedsNote):
            restores(city, petition, batch.id, note=" ")
        restores(city, petition, batch.id)
        with pytest.raises(BatchNotMarked):
            restores(city, petition, batch.id)
        assert city.counts(petition).standing == 3
    with pytest.raises((BatchAlreadyBrought, RowsAlreadyBrought)):
        brings(city, petition, range(1, 4))


def test_rows_that_were_keyed_once_more_are_there_once(city: City) -> None:
    petition = city.opens()
    batch = brings(city, petition, range(1, 4))
    marks(city, petition, batch.id)
    again = brings(city, petition, range(2, 3))
    with pytest.raises(RowsAlreadyBrought) as refused:
        restores(city, petition, batch.id)
    assert refused.value.facts["rows"] == [{"sheet": "A-1", "row": 2, "line": 4}]
    marks(city, petition, again.id)
    restores(city, petition, batch.id)
    assert city.counts(petition).submitted == 3


def test_who_took_a_signature_back_meanwhile_has_no_line_that_rises_again(city: City) -> None:
    petition = city.opens()
    who = city.inhabitants[1]
    batch = brings(city, petition, range(1, 3))
    city.examines(petition)
    marks(city, petition, batch.id)
    city.signed(petition, who)
    city.withdraws(petition, who)
    restores(city, petition, batch.id)
    counted = city.counts(petition)
    assert counted.standing == 1
    assert counted.void_by_reason == {Reason.WITHDRAWN: 1, Reason.DUPLICATE: 1}
