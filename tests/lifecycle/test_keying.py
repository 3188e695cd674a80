"""Lines come and are decided when the table has them, and at no other time."""

from __future__ import annotations

from uuid import UUID

import pytest

from referendum.lifecycle import keying
from referendum.lifecycle.acting import Particulars
from referendum.lifecycle.stages import Act, ActNotAllowed
from signatures import miskeying, settling, tallying
from signatures.lines import PaperLine, Reason, Status
from tests.town import PAPER, Town


@pytest.fixture
def examined(town: Town, referendum_open: UUID) -> UUID:
    measure = referendum_open
    town.collects(measure, town.some(3), bad=1)
    town.examines(measure, void_rest=False)
    return measure


def decides(town: Town, measure: UUID) -> None:
    petition, officer = town.petition(measure), town.examiner_of(measure)
    with town.begin() as uow:
        (waiting,) = settling.open_lines(uow.session, town.vault, petition, by=officer)
    with town.begin() as uow:
        keying.decide(
            uow,
            town.vault,
            petition,
            waiting.line_id,
            status=Status.VOID,
            reason=Reason.FORM,
            by=officer,
        )


def test_an_ended_measure_takes_no_line_and_no_decision(town: Town, examined: UUID) -> None:
    petition, officer = town.petition(examined), town.examiner_of(examined)
    with town.begin() as uow:
        before = tallying.exact(uow.session, petition)
        ((batch, _),) = miskeying.batches(uow.session, petition)
    given = Particulars(document=PAPER, reason="각하")
    town.acts(examined, Act.ANNUL, town.examiner_of(examined), given)
    with pytest.raises(ActNotAllowed):
        town.brings(examined, town.some(5)[3:])
    with pytest.raises(ActNotAllowed):
        decides(town, examined)
    with pytest.raises(ActNotAllowed), town.begin() as uow:
        keying.void_remaining(uow, town.vault, petition, note="x", by=officer)
    with pytest.raises(ActNotAllowed), town.begin() as uow:
        keying.mark_miskeyed(uow, town.vault, petition, batch.id, note="x", by=officer)
    with town.begin() as uow:
        assert tallying.exact(uow.session, petition) == before


def test_nothing_is_decided_while_people_still_sign(town: Town, referendum_open: UUID) -> None:
    measure = referendum_open
    town.brings(measure, town.some(2), bad=1)
    with pytest.raises(ActNotAllowed), town.begin() as uow:
        keying.void_remaining(
            uow,
            town.vault,
            town.petition(measure),
            note="x",
            by=town.examiner_of(measure),
        )


def test_once_the_list_is_published_none_is_added_and_objections_are_decided(
    town: Town, examined: UUID
) -> None:
    town.acts(examined, Act.OPEN_INSPECTION, town.examiner_of(examined))
    with pytest.raises(ActNotAllowed):
        town.brings(examined, town.some(5)[3:])
    decides(town, examined)
    with town.begin() as uow:
        assert tallying.unsettled(uow.session, town.petition(examined)) == 0


def test_a_year_of_two_digits_is_that_of_somebody_old_enough(
    town: Town, referendum_open: UUID
) -> None:
    """The rulebook says how old: here 18 at the signing."""
    measure = referendum_open
    petition, today = town.petition(measure), town.now().date()
    child = f"{today.year % 100 - 10:02}.01.01"
    line = PaperLine("A", 1, "가나다", child, "가상로 1", "", today.isoformat(), has_mark=True)
    with town.begin() as uow:
        keying.bring(
            uow,
            town.vault,
            petition,
            [line],
            by=town.examiner_of(measure),
            received_on=today,
        )
    # Read as a birth a hundred years earlier, it names nobody: an officer looks at it.
    town.waits_for("collection_ends", measure)
    town.acts(measure, Act.FILE, town.resident(town.some(1)[0]))
    town.examines(measure, void_rest=False)
    with town.begin() as uow:
        counted = tallying.exact(uow.session, petition)
    assert counted.open_by_reason == {Reason.UNIDENTIFIABLE: 1}
