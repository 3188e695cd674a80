"""Who is away and who deputises: entered, consented to, ended, and acted on."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from fastapi import APIRouter

from referendum.api.callers import House
from referendum.api.refusing import Route
from referendum.api.repeating import act
from referendum.api.shapes import Asked, Day, Id, Moment, Told
from referendum.doors.sessions import Staff
from referendum.identity import absence_errors, absenting, deputising
from referendum.identity import errors as refusals
from referendum.identity.absenting import Away
from referendum.identity.tables import Absence
from referendum.kernel.people import FreshCodeNeeded, RoleMissing
from referendum.kernel.uow import UnitOfWork

router = APIRouter(prefix="/absences", tags=["identity"], route_class=Route)


class AwayIn(Asked):
    """Without `who` it is whoever asks. `last` is the last day away."""

    who: Id | None = None
    deputy: Id
    first: Day
    last: Day


class AbsenceOut(Told):
    """`ends_at` is the first moment at which it is over. `awaits_consent`: what weighs rests."""

    id: UUID
    who: UUID
    deputy: UUID
    starts_at: Moment
    ends_at: Moment
    roles: list[str]
    awaits_consent: bool
    certifies_from: Moment | None

    @classmethod
    def of(cls, row: Absence) -> AbsenceOut:
        return cls(
            id=row.id,
            who=row.staff_id,
            deputy=row.deputy_id,
            starts_at=row.starts_at,
            ends_at=row.until,
            roles=row.roles,
            awaits_consent=row.consent_asked_at is not None,
            certifies_from=row.certifies_from,
        )


class AbsencesOut(Told):
    absences: list[AbsenceOut]


SETTLING: Final = (
    absence_errors.AbsenceNotFound,
    absence_errors.AbsenceOver,
    refusals.ConsentNotAwaited,
    refusals.ConsentNotYours,
    FreshCodeNeeded,
    RoleMissing,
)


@router.get("")
def list_absences(house: House, by: Staff) -> AbsencesOut:
    """What is not over and concerns the caller; an administrator sees all of the own authority."""
    with house.begin() as uow:
        rows = absenting.of_office(uow.session, by, uow.now())
        return AbsencesOut(absences=[AbsenceOut.of(row) for row in rows])


@act(
    router,
    "",
    absence_errors.AbsenceDaysNotUsable,
    absence_errors.AbsentAlready,
    absence_errors.DeputyNotUsable,
    absence_errors.OwnDeputyship,
    refusals.RolesExclude,
    refusals.SecondAdministratorFirst,
    refusals.StaffNotFound,
    refusals.StaffOfOtherAuthority,
    FreshCodeNeeded,
    RoleMissing,
)
def enter_absence(uow: UnitOfWork, given: AwayIn, house: House, by: Staff) -> AbsenceOut:
    """Mark an officer absent, with a deputy; oneself, or as an administrator somebody else."""
    away = Away(who=given.who or by.id, deputy=given.deputy, first=given.first, last=given.last)
    return AbsenceOut.of(absenting.enter(uow, house.terms, away, by=by))


@act(router, "/{absence_id}/consent", *SETTLING)
def consent_to_absence(uow: UnitOfWork, absence_id: UUID, by: Staff) -> AbsenceOut:
    """As a second administrator: what weighs is lent, too."""
    absenting.consent(uow, absence_id, by=by)
    return _told(uow, absence_id)


@act(router, "/{absence_id}/refusal", *SETTLING)
def refuse_absence(uow: UnitOfWork, absence_id: UUID, by: Staff) -> AbsenceOut:
    """As a second administrator: the deputy goes without what weighs."""
    absenting.refuse(uow, absence_id, by=by)
    return _told(uow, absence_id)


@act(
    router,
    "/{absence_id}/end",
    absence_errors.AbsenceNotFound,
    absence_errors.AbsenceOver,
    RoleMissing,
)
def end_absence(uow: UnitOfWork, absence_id: UUID, by: Staff) -> AbsenceOut:
    """Before its day: by whoever is back, the deputy, or an administrator of the authority."""
    deputising.end(uow, absence_id, by=by)
    return _told(uow, absence_id)


@act(router, "/{absence_id}/deputising", absence_errors.NotDeputising)
def take_up_deputyship(uow: UnitOfWork, absence_id: UUID, by: Staff) -> AbsenceOut:
    """Act in the stead of whoever is away from now on, with their roles and no other."""
    deputising.take_up(uow, absence_id, by=by)
    return _told(uow, absence_id)


@act(router, "/own")
def lay_down_deputyship(uow: UnitOfWork, by: Staff) -> AbsencesOut:
    """Act for oneself again."""
    deputising.lay_down(uow, by=by)
    rows = absenting.of_office(uow.session, by, uow.now())
    return AbsencesOut(absences=[AbsenceOut.of(row) for row in rows])


def _told(uow: UnitOfWork, absence_id: UUID) -> AbsenceOut:
    return AbsenceOut.of(uow.session.get_one(Absence, absence_id))
