"""Files of a register that somebody left lying, or that nobody confirmed."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from referendum.kernel.intake import KEPT, LEFT_LYING
from referendum.roll import importing, intakes, publishing, versions
from referendum.roll.intake_tables import IntakePiece
from referendum.roll.intakes import FILES, Mode, Stage
from referendum.worker.intakes import REGISTER
from tests.roll.city import ANYTHING, csv_of
from tests.town import Town
from tests.worker.office import Office

LATER = timedelta(seconds=1)


@pytest.fixture
def intake(town: Town) -> UUID:
    """A file of one person that has come, and whose message is lost."""
    return brings(town, csv_of({"register_no": "new", "district": town.districts[0].code}))


def brings(town: Town, data: bytes) -> UUID:
    return importing.receive(
        town.begin,
        town.vault,
        [data],
        jurisdiction_id=town.place,
        as_of=town.now().date(),
        mode=Mode.WHOLE,
        by="officer:x",
        invented=True,
    )


def test_what_was_left_lying_is_read_then_waits_and_once_confirmed_goes_in(
    town: Town, office: Office, intake: UUID
) -> None:
    REGISTER.tend(office.services)
    assert office.waiting(importing.TASK) == [], "somebody may be at work on it"
    for stage in (Stage.WAITING, Stage.DONE):
        office.ages(FILES, intake, LEFT_LYING + LATER)
        for _ in range(2):
            REGISTER.tend(office.services)
        (ask,) = office.waiting(importing.TASK)
        office.carries(ask, times=3)
        assert (office.stage_of(FILES, intake), office.waiting(importing.TASK)) == (stage, [])
        office.ages(FILES, intake, LEFT_LYING + LATER)
        REGISTER.tend(office.services)
        assert office.waiting(importing.TASK) == [], "it waits for people, or nothing is left of it"
        if stage is Stage.WAITING:
            with town.begin() as uow:
                preview = intakes.get(uow.session, intake).preview
                publishing.confirm(uow, intake, by="officer:x", preview=preview, limits=ANYTHING)
    with town.begin() as uow:
        assert versions.people_now(uow.session, town.place) == 1


def test_what_cannot_be_taken_ends_with_its_message(town: Town, office: Office) -> None:
    intake = brings(town, b"name,phone\n")
    office.carries(office.asks(importing.TASK, intake_id=str(intake)))
    assert (office.stage_of(FILES, intake), office.waiting(importing.TASK)) == (Stage.REFUSED, [])
    assert office.count(IntakePiece) == 0


@pytest.mark.parametrize("read", [False, True])
def test_what_never_came_whole_or_nobody_confirmed_is_thrown_away_after_a_day(
    town: Town, office: Office, intake: UUID, *, read: bool
) -> None:
    if read:
        importing.compare(town.begin, town.vault, intake)
    else:
        with town.begin() as uow:
            intakes.get(uow.session, intake, locked=True).stage = Stage.RECEIVING
    for old, left in ((KEPT - timedelta(hours=1), True), (KEPT + timedelta(hours=1), False)):
        office.ages(FILES, intake, old)
        REGISTER.tend(office.services)
        assert (office.count(IntakePiece) > 0) == left
    assert office.stage_of(FILES, intake) == Stage.GIVEN_UP
