"""A measure on the desk: what can be done with it, and each act with its form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Request
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.languages import words_of
from referendum.doors.sessions import Staff
from referendum.identity.tables import Staff as Account
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Officer
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import performing, qualifying, reading, rules, stages, voting
from referendum.lifecycle.acting import Document, Particulars
from referendum.lifecycle.errors import DayNotAllowed
from referendum.lifecycle.stages import Act, Stage, Step
from referendum.lifecycle.tables import Measure
from referendum.lifecycle.voting import DaysAllowed
from referendum.roll.tables import District, Jurisdiction
from referendum.web.desk.asking import Errors, day_of, desk_page, told, whole
from referendum.web.pages import go
from signatures import petitions
from thresholds.vocabulary import Instrument

router = APIRouter(prefix="/desk/measures/{number}")

SETS_DAY: Final = frozenset({Act.CALL, Act.RESET_DAY, Act.CALL_REVOTE, Act.EXTEND})
"""Acts that set a day."""
COUNTABLE: Final = frozenset({Stage.CALLED, Stage.VOTING, Stage.COUNTING, Stage.DECLARED})


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form of one act asks for."""

    measure: Measure
    step: Step
    recorded: bool
    """Whether the operator records it from the deciding authority's document."""
    days: DaysAllowed | None
    barred: DayNotAllowed | DomainError | None
    districts: list[District]

    @property
    def document(self) -> bool:
        return self.step.document or self.recorded

    @property
    def sets_day(self) -> bool:
        return self.step.act in SETS_DAY

    @property
    def fixed_day(self) -> date | None:
        """The one day that the law computes, where it does."""
        return self.days.first if self.days and self.days.first == self.days.last else None


@router.get("")
def show(request: Request, number: int, officer: Staff) -> Response:
    """Stage, what can happen next, deadlines, and all that happened."""
    with services_of(request).begin() as uow:
        session = uow.session
        measure = reading.numbered(session, officer.jurisdiction, number)
        view = reading.overview(session, measure)
        steps = reading.possible(session, measure, officer)
        petition = petitions.of_measure(session, measure.id)
        context = {
            "measure": measure,
            "view": view,
            "steps": [step for step in steps if not step.certified],
            "certify": any(step.certified for step in steps),
            "examines": petition is not None and reading.deciding(measure) is officer.authority,
            "counts": view.poll is not None and Stage(measure.stage) in COUNTABLE,
            "due": {deadline.name: deadline for deadline in view.deadlines},
            "ended": Stage(measure.stage) in stages.ENDINGS,
            "people": names_of(session, [step.by for step in view.steps]),
            "now": uow.now(),
        }
    trail = [(f"№ {number}", f"/desk/measures/{number}")]
    return desk_page(request, "desk/measure.html", officer, trail=trail, **context)


@router.get("/acts/{act}")
def ask(request: Request, number: int, act: Act, officer: Staff) -> Response:
    """The form of one act, made from its step."""
    return _form(request, officer, number, act)


@router.post("/acts/{act}")
async def take_form(request: Request, number: int, act: Act, officer: Staff) -> Response:
    """Read the form here, where one may wait for it; act in a thread."""
    from starlette.concurrency import run_in_threadpool

    return await run_in_threadpool(_perform, request, officer, number, act, await request.form())


def names_of(session: Session, marks: list[str]) -> dict[str, str]:
    """Officers of the record by the name that their account states."""
    ids = [UUID(mark.removeprefix("officer:")) for mark in marks if mark.startswith("officer:")]
    rows = session.scalars(select(Account).where(Account.id.in_(ids)))
    return {f"officer:{row.id}": f"{row.display_name} ({row.office_title})" for row in rows}
