"""Who holds which office from when: read by everybody, proposed by one officer to another."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from referendum.api.access import NAMING, paper_given
from referendum.api.callers import House
from referendum.api.proposals import ProposalOut
from referendum.api.refusing import Route, possible
from referendum.api.repeating import act
from referendum.api.shapes import Asked, Day, OneOf, PaperIn, Text, Told
from referendum.doors.sessions import Staff, Visitor
from referendum.doors.sharing import shared
from referendum.kernel.people import Authority, RoleMissing
from referendum.kernel.proposals import ProposedAlready
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import errors, seconding
from referendum.lifecycle.office import holders
from referendum.lifecycle.office.holders import LONGEST, Seat
from referendum.lifecycle.office.tables import OfficeHolder
from referendum.roll import places
from referendum.roll.errors import JurisdictionNotFound

router = APIRouter(prefix="/offices", tags=["offices"], route_class=Route)

Here = Annotated[str | None, Query(pattern=r"^[a-z0-9-]{2,60}$")]
Named = Annotated[Text, Field(min_length=1, max_length=LONGEST)]


class HolderIn(Asked):
    """Who holds an office, as documents name them."""

    office: OneOf[Authority]
    holder: Named
    title: Named
    from_day: Day
    until_day: Day | None = None
    document: PaperIn


class HolderOut(Told):
    """Who holds, or held, an office. `holds`: whether they do today."""

    id: UUID
    office: str
    holder: str
    title: str
    from_day: date
    until_day: date | None
    document_number: str
    document_day: date
    holds: bool
    demo: bool


@router.get("", responses=possible(JurisdictionNotFound))
@shared(declared=True)
def list_offices(
    house: House,
    caller: Visitor,  # noqa: ARG001  # the door
    place: Here = None,
) -> list[HolderOut]:
    """Everybody who is on record as holding an office of a place, the latest of each first."""
    with house.look() as uow:
        here = places.jurisdiction(uow.session, place or house.settings.jurisdiction)
        today = places.today(uow, here.id)
        now = {holders.on(uow.session, here.id, one, today) for one in Authority}
        return [_told(one, holds=one in now) for one in holders.listed(uow.session, here.id)]


@act(
    router,
    "",
    errors.NotYourAct,
    errors.ParticularMissing,
    errors.DocumentAhead,
    errors.DayImplausible,
    ProposedAlready,
    RoleMissing,
    *NAMING,
)
def propose_holder(uow: UnitOfWork, given: HolderIn, by: Staff) -> ProposalOut:
    """Propose to record who holds an office; another officer of it confirms."""
    seat = Seat(
        office=given.office,
        name=given.holder,
        title=given.title,
        from_day=given.from_day,
        until_day=given.until_day,
        document=paper_given(given.document),
    )
    return ProposalOut.of(uow, seconding.propose_holder(uow, seat, by=by))


def _told(one: OfficeHolder, *, holds: bool) -> HolderOut:
    return HolderOut(
        id=one.id,
        office=one.office,
        holder=one.name,
        title=one.title,
        from_day=one.from_day,
        until_day=one.until_day,
        document_number=one.document_number,
        document_day=one.document_date,
        holds=holds,
        demo=one.demo,
    )
