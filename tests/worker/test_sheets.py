"""Files of sheets that somebody left lying, or that never came whole."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from referendum.kernel.intake import KEPT, LEFT_LYING
from referendum.kernel.people import Officer
from referendum.lifecycle import keying
from referendum.worker.intakes import SHEETS
from signatures import intakes, taking_in
from signatures.intake_tables import SheetIntake, SheetPiece
from signatures.intakes import FILES, SheetStage
from signatures.tables import LineState
from tests.town import Town
from tests.worker.office import Office

FILE = (
    "sheet,row,name,birth_date,address,district,signed_on,mark\n"
    "A,1,홍길동,1990-01-01,가,나,2027-02-01,1\n"
).encode()


@pytest.fixture
def petition(town: Town, referendum_open: UUID) -> UUID:
    return town.petition(referendum_open)


@pytest.fixture
def intake(town: Town, petition: UUID, examiner: Officer) -> UUID:
    """A file on its way, whose message is lost."""
    with town.begin() as uow:
        return keying.begin_file(
            uow, town.vault, petition, by=examiner, received_on=town.now().date()
        )


def test_what_was_left_lying_is_asked_for_again_and_brought_once(
    town: Town, office: Office, intake: UUID
) -> None:
    taking_in.receive(town.begin, town.vault, intake, [FILE])
    SHEETS.tend(office.services)
    assert office.waiting(keying.TASK) == [], "somebody may be at work on it"
    office.ages(FILES, intake, LEFT_LYING + timedelta(seconds=1))
    for _ in range(2):
        SHEETS.tend(office.services)
    (ask,) = office.waiting(keying.TASK)
    office.carries(ask, times=3)
    assert (office.stage_of(FILES, intake), office.waiting(keying.TASK)) == (SheetStage.DONE, [])
    assert office.count(LineState) == 1
    office.ages(FILES, intake, LEFT_LYING + timedelta(seconds=1))
    SHEETS.tend(office.services)
    assert office.waiting(keying.TASK) == [], "nothing is left of it"


def test_a_file_that_is_being_brought_for_long_is_not_left_lying(
    town: Town, office: Office, intake: UUID
) -> None:
    taking_in.receive(town.begin, town.vault, intake, [FILE])
    office.ages(FILES, intake, LEFT_LYING + timedelta(seconds=1))
    with town.begin() as bringing:
        intakes.get(bringing.session, intake, locked=True)
        SHEETS.tend(office.services)
    assert office.waiting(keying.TASK) == []
    SHEETS.tend(office.services)
    assert len(office.waiting(keying.TASK)) == 1


def test_a_file_that_another_is_at_work_on_is_left_to_them_and_its_message_waits(
    town: Town, office: Office, intake: UUID
) -> None:
    taking_in.receive(town.begin, town.vault, intake, [FILE])
    ask = office.asks(keying.TASK, intake_id=str(intake))
    with town.begin() as at_work:
        assert intakes.is_free(at_work.session, intake)
        office.carries(ask)
    assert (office.stage_of(FILES, intake), len(office.waiting(keying.TASK))) == (
        SheetStage.READING,
        1,
    )
    office.carries(ask)
    assert (office.stage_of(FILES, intake), office.waiting(keying.TASK)) == (SheetStage.DONE, [])


def test_a_file_that_never_came_whole_is_thrown_away_after_a_day(
    town: Town, office: Office, intake: UUID
) -> None:
    coming = taking_in.receiver(town.begin, town.vault, intake)
    coming.write(FILE * 20_000)
    for old, left in ((KEPT - timedelta(hours=1), True), (KEPT + timedelta(hours=1), False)):
        office.ages(FILES, intake, old)
        SHEETS.tend(office.services)
        assert (office.count(SheetPiece) > 0) == left
    assert office.stage_of(FILES, intake) == SheetStage.GIVEN_UP
    with town.begin() as uow:
        assert uow.session.scalar(select(SheetIntake.cleared)) is True
