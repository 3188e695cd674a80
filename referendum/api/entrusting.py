"""What an authority has done by two officers, what by one, and asking to have it otherwise."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from referendum.api.callers import House
from referendum.api.proposals import ProposalOut
from referendum.api.refusing import Route
from referendum.api.repeating import act
from referendum.api.shapes import Asked, Moment, OneOf, Paragraph, Told
from referendum.doors.sessions import Staff
from referendum.kernel.people import RoleMissing
from referendum.kernel.proposals import ProposedAlready
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import entrusting
from referendum.lifecycle.entrusting import Besides, Duty, Many
from referendum.lifecycle.errors import ParticularMissing
from referendum.lifecycle.foureyes import Lock
from referendum.lifecycle.stages import Act

router = APIRouter(prefix="/four-eyes", tags=["proposals"], route_class=Route)


class DutyOut(Told):
    """An act of the caller's own authority that rests on a paper, ends a measure or sets a day."""

    act: str
    officers: Many
    lock: Lock | None
    """Why it always takes two. None: the authority may leave it to one."""
    since: Moment | None
    left_by: str | None
    confirmed_by: str | None
    proposal: UUID | None
    """The change that waits for a second administrator."""

    @classmethod
    def of(cls, duty: Duty) -> DutyOut:
        left = duty.left if duty.officers is Many.ONE else None
        return cls(
            act=duty.act.value,
            officers=duty.officers,
            lock=duty.lock,
            since=left.since if left else None,
            left_by=left.left_by if left else None,
            confirmed_by=left.confirmed_by if left else None,
            proposal=duty.asked.id if duty.asked else None,
        )


class FourEyesOut(Told):
    """All that takes two officers in the caller's own authority, or would."""

    authority: str
    acts: list[DutyOut]
    besides: list[Besides]
    """What always takes two and is no act of a measure's table."""


class OfficersIn(Asked):
    act: OneOf[Act]
    officers: OneOf[Many]
    reason: Paragraph


@router.get("")
def show_four_eyes(house: House, by: Staff) -> FourEyesOut:
    """What takes two officers in the caller's own authority, and what it leaves to one."""
    with house.begin() as uow:
        return FourEyesOut(
            authority=by.authority.value,
            acts=[DutyOut.of(one) for one in entrusting.duties(uow, by)],
            besides=entrusting.besides(by.authority),
        )


@act(
    router,
    "/proposals",
    RoleMissing,
    ParticularMissing,
    ProposedAlready,
    entrusting.ActNotForTwo,
    entrusting.ActAlwaysForTwo,
    entrusting.OfficersAlready,
)
def propose_officers(uow: UnitOfWork, given: OfficersIn, by: Staff) -> ProposalOut:
    """Ask a second administrator to leave an act to one officer, or to take it back to two."""
    put = entrusting.propose(
        uow, given.act.value, officers=given.officers, reason=given.reason, by=by
    )
    return ProposalOut.of(uow, put)
