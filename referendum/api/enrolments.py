"""How many enrolled themselves for a vote that uses no register; never who."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from fastapi import APIRouter

from referendum.api.access import measure_seen
from referendum.api.callers import House, Someone
from referendum.api.labelling import Labelled, binding_of
from referendum.api.refusing import Route, possible
from referendum.api.shapes import Moment, Told
from referendum.doors.sharing import shared
from referendum.lifecycle import area
from referendum.lifecycle.enrolment import enrolled
from referendum.lifecycle.enrolment.enrolled import Closed
from referendum.lifecycle.enrolment.errors import NotByEnrolment
from referendum.lifecycle.errors import MeasureNotFound

router = APIRouter(prefix="/measures/{measure_id}/enrolment", tags=["polls"], route_class=Route)


class DistrictEnrolmentOut(Told):
    """`enrolled` is null where the number would point at people."""

    district: UUID
    code: str
    enrolled: int | None


class EnrolmentOut(Labelled):
    """`why_closed` is null while people can enrol; `closes_at` is half-open."""

    measure: UUID
    why_closed: Closed | None
    closes_at: Moment | None
    last_day: date | None
    article: str
    enrolled: int
    districts: list[DistrictEnrolmentOut]


@router.get("", responses=possible(MeasureNotFound, NotByEnrolment))
@shared(declared=True)
def show_enrolment(measure_id: UUID, house: House, by: Someone) -> EnrolmentOut:
    """Until when voters enrol themselves for this vote, and how many have in each district."""
    with house.look() as uow:
        measure = measure_seen(uow, measure_id, by)
        window = enrolled.window(uow, measure)
        if window is None:
            raise NotByEnrolment(measure=str(measure_id))
        here = area.districts(uow.session, measure)
        counts = enrolled.by_district(uow.session, measure.id, [one.id for one in here])
        return EnrolmentOut(
            measure=measure.id,
            why_closed=window.why_closed,
            closes_at=window.closes_at,
            last_day=window.day,
            article=window.article,
            enrolled=enrolled.total(uow.session, measure.id),
            districts=[
                DistrictEnrolmentOut(district=one.id, code=one.code, enrolled=counts[one.id])
                for one in here
            ],
            **binding_of(measure),
        )
