"""Designations for online signing: read by everybody, proposed by one officer to another."""

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
from referendum.api.shapes import Asked, Day, OneOf, PaperIn, Paragraph, Text, Told
from referendum.doors.sessions import Staff, Visitor
from referendum.doors.sharing import shared
from referendum.kernel.people import RoleMissing
from referendum.kernel.proposals import ProposedAlready
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import designating, errors, seconding
from referendum.lifecycle.designating import LONGEST, Known, Plan
from referendum.roll import places
from referendum.roll.errors import JurisdictionNotFound
from thresholds.vocabulary import Instrument

router = APIRouter(prefix="/designations", tags=["designations"], route_class=Route)

Here = Annotated[str | None, Query(pattern=r"^[a-z0-9-]{2,60}$")]
PROPOSING = (
    errors.NotYourAct,
    errors.ParticularMissing,
    errors.DocumentAhead,
    errors.DayImplausible,
    ProposedAlready,
    RoleMissing,
    *NAMING,
)


class DesignationIn(Asked):
    """A designation. Its document is one on file, with its file: `POST /papers`, then `/file`."""

    instrument: OneOf[Instrument]
    system: Annotated[Text, Field(min_length=1, max_length=LONGEST)]
    from_day: Day
    until_day: Day | None = None
    document: PaperIn


class RevocationIn(Asked):
    """That it is over: from a day on, or at once when it is confirmed."""

    from_day: Day | None = None
    document: PaperIn
    reason: Paragraph


class OverOut(Told):
    from_day: date
    reason: str
    document_number: str
    document_day: date
    paper: UUID


class DesignationOut(Told):
    """A designation. `holds`: whether it does today."""

    id: UUID
    instrument: str
    channel: str
    system: str
    from_day: date
    until_day: date | None
    document_number: str
    document_day: date
    paper: UUID | None
    transcribed_by: str | None
    holds: bool
    demo: bool
    over: OverOut | None

    @classmethod
    def of(cls, one: Known, today: date) -> DesignationOut:
        row, over = one.row, one.revoked
        return cls(
            id=row.id,
            instrument=row.instrument,
            channel=row.channel,
            system=row.system,
            from_day=row.from_day,
            until_day=row.until_day,
            document_number=row.document_number,
            document_day=row.document_date,
            paper=row.paper_id,
            transcribed_by=row.transcribed_by,
            holds=one.holds(today),
            demo=row.demo,
            over=over
            and OverOut(
                from_day=over.from_day,
                reason=over.reason,
                document_number=over.document_number,
                document_day=over.document_date,
                paper=over.paper_id,
            ),
        )


@router.get("", responses=possible(JurisdictionNotFound))
@shared(declared=True)
def list_designations(
    house: House,
    caller: Visitor,  # noqa: ARG001  # the door
    place: Here = None,
) -> list[DesignationOut]:
    """Every designation of a place, the latest first, those that are over among them."""
    with house.look() as uow:
        here = places.jurisdiction(uow.session, place or house.settings.jurisdiction)
        today = places.today(uow, here.id)
        return [DesignationOut.of(one, today) for one in designating.listed(uow.session, here.id)]


@act(router, "", *PROPOSING, errors.DesignationNotDemanded)
def propose_designation(uow: UnitOfWork, given: DesignationIn, by: Staff) -> ProposalOut:
    """Propose to record a designation; another officer of the office confirms it."""
    plan = Plan(
        instrument=given.instrument,
        system=given.system,
        from_day=given.from_day,
        until_day=given.until_day,
        document=paper_given(given.document),
    )
    return ProposalOut.of(uow, seconding.propose_designation(uow, plan, by=by))


@act(
    router,
    "/{designation_id}/revocation",
    *PROPOSING,
    errors.DesignationNotFound,
    errors.DesignationOver,
)
def propose_revocation(
    uow: UnitOfWork, designation_id: UUID, given: RevocationIn, by: Staff
) -> ProposalOut:
    """Propose to record that a designation is over."""
    put = seconding.propose_revoking(
        uow,
        designation_id,
        from_day=given.from_day,
        document=paper_given(given.document),
        reason=given.reason,
        by=by,
    )
    return ProposalOut.of(uow, put)
