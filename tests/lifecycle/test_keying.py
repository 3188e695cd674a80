"""Lines come and are decided when the table has them, and at no other time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from threading import Thread
from uuid import UUID

import pytest
from sqlalchemy import select

from referendum.kernel.people import Officer, Role, RoleMissing
from referendum.lifecycle import examined as examining
from referendum.lifecycle import keying
from referendum.lifecycle.acting import Particulars
from referendum.lifecycle.errors import NextStepTaken, OnHold
from referendum.lifecycle.stages import Act, ActNotAllowed, Stage
from referendum.roll import finding
from referendum.roll.tables import Person, Residence
from signatures import miskeying, petitions, settling, tallying
from signatures.handing_in import Sheet
from signatures.lines import PaperLine, Reason, Status
from signatures.tables import Line
from tests.lifecycle.waiting import until_it_waits
from tests.papers import PAPER
from tests.town import Town, seconded


@pytest.fixture
def examined(town: Town, referendum_open: UUID) -> UUID:
    measure = referendum_open
    town.collects(measure, town.some(3), bad=1, sheets=[Sheet("Z", 1)])
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
        ((batch, _),) = miskeying.batches(uow.session, petition, limit=2)
    given = Particulars(document=PAPER, reason="각하")
    town.acts(examined, Act.ANNUL, town.examiner_of(examined), given)
    with pytest.raises(ActNotAllowed):
        town.brings(examined, town.some(5)[3:])
    with pytest.raises(ActNotAllowed):
        decides(town, examined)
    with pytest.raises(ActNotAllowed), town.begin() as uow:
        keying.void_remaining(uow, town.vault, petition, note="x", by=seconded(officer))
    with pytest.raises(ActNotAllowed), town.begin() as uow:
        keying.mark_miskeyed(uow, town.vault, petition, batch.id, note="x", by=officer)
    with town.begin() as uow:
        assert tallying.exact(uow.session, petition) == before


def test_a_batch_is_put_back_until_the_next_step_by_an_examiner_alone(
    town: Town, examined: UUID
) -> None:
    petition, officer = town.petition(examined), town.examiner_of(examined)
    with town.begin() as uow:
        before = tallying.exact(uow.session, petition)
        ((batch, _),) = miskeying.batches(uow.session, petition, limit=2)
        keying.mark_miskeyed(uow, town.vault, petition, batch.id, note="x", by=officer)

    def puts_back(by: Officer) -> int:
        with town.begin() as uow:
            return keying.restore_batch(uow, town.vault, petition, batch.id, note="착오", by=by)

    with pytest.raises(RoleMissing):
        puts_back(town.officer(officer.authority, Role.CLERK))
    assert puts_back(officer) == batch.lines
    with town.begin() as uow:
        assert tallying.exact(uow.session, petition) == before
        keying.mark_miskeyed(uow, town.vault, petition, batch.id, note="x", by=officer)
    town.acts(examined, Act.OPEN_INSPECTION, officer)
    with pytest.raises(NextStepTaken) as refused:
        puts_back(officer)
    assert refused.value.facts["act"] == Act.OPEN_INSPECTION


def test_nothing_is_decided_while_people_still_sign(town: Town, referendum_open: UUID) -> None:
    measure = referendum_open
    town.brings(measure, town.some(2), bad=1)
    with pytest.raises(ActNotAllowed), town.begin() as uow:
        keying.void_remaining(
            uow,
            town.vault,
            town.petition(measure),
            note="x",
            by=seconded(town.examiner_of(measure)),
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


def test_who_hands_in_waits_for_whoever_brings_lines(town: Town, referendum_open: UUID) -> None:
    """Both take the petition, and who brings takes nothing of the measure: no ring of waiting."""
    measure, today = referendum_open, town.now().date()
    town.waits_for("collection_ends", measure)
    author = town.resident(town.some(1)[0])
    hands_in = Thread(target=town.acts, args=[measure, Act.FILE, author])

    def lines() -> Iterator[PaperLine]:
        yield PaperLine("A", 1, "가나다", "1970-01-01", "가상로 1", "", "", has_mark=True)
        hands_in.start()
        until_it_waits(town, hands_in)

    with town.begin() as uow:
        keying.bring(
            uow,
            town.vault,
            town.petition(measure),
            lines(),
            by=town.examiner_of(measure),
            received_on=today,
        )
    hands_in.join()
    assert town.stage(measure) is Stage.EXAMINING
    with town.begin() as uow:
        assert tallying.exact(uow.session, town.petition(measure)).submitted == 1


def test_the_list_is_published_after_the_lines_that_are_being_brought(
    town: Town, examined: UUID
) -> None:
    """Else they would come to a list that everybody has seen already."""
    officer, today = town.examiner_of(examined), town.now().date()
    publishes = Thread(target=town.acts, args=[examined, Act.OPEN_INSPECTION, officer])

    def lines() -> Iterator[PaperLine]:
        yield PaperLine("Z", 1, "가나다", "1970-01-01", "가상로 1", "", "", has_mark=True)
        publishes.start()
        until_it_waits(town, publishes)
        assert town.stage(examined) is Stage.EXAMINING

    with town.begin() as uow:
        keying.bring(
            uow, town.vault, town.petition(examined), lines(), by=officer, received_on=today
        )
    publishes.join()
    assert town.stage(examined) is Stage.INSPECTING


def test_under_a_halt_no_line_is_decided(town: Town, examined: UUID) -> None:
    """As no pass runs under it: what a court stops is the examination, by whom ever."""
    hold = town.halts(examined)
    with pytest.raises(OnHold):
        decides(town, examined)
    with pytest.raises(OnHold), town.begin() as uow:
        keying.void_remaining(
            uow,
            town.vault,
            town.petition(examined),
            note="x",
            by=seconded(town.examiner_of(examined)),
        )
    town.lifts(examined, hold)
    decides(town, examined)


def test_an_officer_finds_whom_the_line_was_read_as(town: Town, referendum_open: UUID) -> None:
    """A year of two digits is that of somebody of age, on the line and beside it."""
    measure, today = referendum_open, town.now().date()
    name, born = "가나다", date(today.year - 110, 1, 1)
    somebody = Person(jurisdiction_id=town.place, register_no="R-110")
    with town.begin() as uow:
        uow.session.add(somebody)
        uow.session.flush()
        lives = Residence(
            person_id=somebody.id,
            version_from=1,
            district_id=town.districts[0].id,
            stated_from=date(2000, 1, 1),
            registered_from=date(2000, 1, 1),
            birth_date=born,
            name_index=finding.name_index(town.vault, name, born),
            nationality="KR",
        )
        uow.session.add(lives)
    line = PaperLine("A", 1, name, f"{born:%y.%m.%d}", "가상로 1", "", "", has_mark=True)
    officer, petition = town.examiner_of(measure), town.petition(measure)
    with town.begin() as uow:
        keying.bring(uow, town.vault, petition, [line], by=officer, received_on=today)
        (line_id,) = uow.session.scalars(select(Line.id).where(Line.petition_id == petition))
    with town.begin() as uow:
        held = petitions.get(uow.session, petition)
        seen = examining.line(uow.session, town.vault, held, line_id, by=officer)
        found = examining.candidates(uow.session, town.vault, held, seen, by=officer)
    assert [one.found.person_id for one in found] == [somebody.id]
