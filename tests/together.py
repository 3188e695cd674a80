"""Representatives of the town decide together: each consents with the phone they have on file."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update

from referendum.identity.checking import Held
from referendum.kernel import clock
from referendum.kernel.people import Assurance, Resident
from referendum.lifecycle import acting, agreed, agreeing
from referendum.lifecycle.joint_tables import JointAct
from referendum.lifecycle.stages import Act
from referendum.lifecycle.tables import StepTaken
from referendum.roll.tables import Residence
from tests.town import Town


def held_by(town: Town, by: Resident) -> Held:
    """The phone that stands on file for them, as if its code had been typed just now."""
    with town.begin() as uow:
        here = Residence.person_id == by.person
        index = uow.session.scalars(select(Residence.phone_index).where(here)).first()
        if index is None:
            index = by.person.bytes * 2
            uow.session.execute(update(Residence).where(here).values(phone_index=index))
    return Held(index)


def agrees(town: Town, measure: UUID, act: Act, by: Resident) -> JointAct:
    proved = held_by(town, by)
    with town.begin() as uow:
        return agreeing.agree(uow, town.means, measure, act, by=by, proved=proved)


def all_agree(town: Town, measure: UUID, act: Act) -> None:
    """Every one of those who represent it now."""
    with town.begin() as uow:
        people = [one.person_id for one in agreed.present(uow.session, measure)]
    for person in people:
        agrees(town, measure, act, Resident(person, town.place, Assurance.PHONE_ON_FILE))


def withdraws(town: Town, measure: UUID) -> StepTaken:
    """All agree to end it, and the day on which it can be taken back goes by."""
    all_agree(town, measure, Act.WITHDRAW)
    with town.begin() as uow:
        clock.advance(uow.session, timedelta(days=1))
    town.calendar_catches_up()
    with town.begin() as uow:
        return acting.history(uow.session, measure)[-1]
