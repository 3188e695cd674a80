"""A measure on the desk: what can be done with it, and each act with its form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.languages import words_of
from referendum.doors.sessions import Staff
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Officer
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import calling, performing, qualifying, reading, rules, screening, stages
from referendum.lifecycle.acting import Document, Particulars
from referendum.lifecycle.advisory import enveloping
from referendum.lifecycle.calling import DaysAllowed
from referendum.lifecycle.errors import ParticularMissing
from referendum.lifecycle.screening import Item
from referendum.lifecycle.stages import Act, Stage, Step
from referendum.lifecycle.tables import Measure
from referendum.roll.tables import District, Jurisdiction
from referendum.web import picturing
from referendum.web.desk.asking import Errors, crumb, day_of, told
from referendum.web.desk.measure import names_of, on_desk
from referendum.web.desk.minding import chores
from referendum.web.desk.routing import desk_page
from referendum.web.pages import go
from referendum.web.sent import Sent, text, typed, whole
from signatures import petitions
from thresholds.vocabulary import Instrument

router = APIRouter(prefix="/desk/measures/{number}")

SETS_DAY: Final = frozenset({Act.CALL, Act.RESET_DAY, Act.CALL_REVOTE, Act.EXTEND})
"""Acts that set a day."""
SCREENED: Final = frozenset({Act.ADMIT, Act.REFUSE, Act.DISMISS})
"""Acts before which the excluded subjects are gone through."""
BEFORE_THE_VERDICT: Final = frozenset(
    {
        Stage.APPLIED, Stage.COLLECTING, Stage.COLLECTED, Stage.EXAMINING, Stage.INSPECTING,
        Stage.OBJECTING, Stage.CURING,
    }
)  # fmt: skip
"""While lines still come in or wait for a decision; from then on they can only be read."""
COUNTABLE: Final = frozenset({Stage.CALLED, Stage.VOTING, Stage.COUNTING, Stage.DECLARED})


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form of one act asks for."""

    measure: Measure
    step: Step
    recorded: bool
    """Whether the operator records it from the deciding authority's document."""
    days: DaysAllowed | None
    barred: DomainError | None
    districts: list[District]
    items: tuple[Item, ...] = ()
    """What the law keeps out, with what the initiators answered."""

    @property
    def refuses(self) -> bool:
        """Whether it may rely on one of the items."""
        return bool(self.items) and self.step.act is not Act.ADMIT

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
        measure = on_desk(session, officer, number)
        view = reading.overview(session, measure)
        steps = reading.possible(session, measure, officer)
        petition = petitions.of_measure(session, measure.id)
        context: dict[str, Any] = {
            "measure": measure,
            "view": view,
            "steps": [step for step in steps if not step.certified],
            "certify": any(step.certified for step in steps),
            "examines": petition is not None and reading.deciding(measure) is officer.authority,
            "examined": Stage(measure.stage) not in BEFORE_THE_VERDICT,
            "counts": view.poll is not None and Stage(measure.stage) in COUNTABLE,
            "due": {deadline.name: deadline for deadline in view.deadlines},
            "ended": Stage(measure.stage) in stages.ENDINGS,
            "chores": chores(uow, measure, officer),
            "scopes": enveloping.may_state(session, measure, officer),
            "stated": enveloping.stated(session, measure),
            "people": names_of(session, [step.by for step in view.steps]),
            "now": uow.now(),
            "own_ends": picturing.own_ends(session, view.deadlines, words_of(request)),
        }
    trail = [crumb(request, number)]
    return desk_page(request, "desk/measure.html", officer, trail=trail, **context)


@router.get("/acts/{act}")
def ask(request: Request, number: int, act: Act, officer: Staff) -> Response:
    """The form of one act, made from its step. An answer has a form of its own."""
    if act is Act.ANSWER:
        return go(request, f"/desk/measures/{number}/answer")
    return _form(request, officer, number, act)


@router.post("/acts/{act}")
def perform(request: Request, number: int, act: Act, officer: Staff, form: Sent) -> Response:
    """Take the act, or say at its field why not."""
    services = services_of(request)
    try:
        with services.begin() as uow:
            measure = on_desk(uow.session, officer, number)
            given = _particulars(_asked(uow, officer, measure, act), form)
            performing.perform(uow, services.means, measure.id, act, officer, given)
    except DomainError as refused:
        errors, status = told(request, refused)
        return _form(
            request, officer, number, act, values=typed(form), errors=errors, status=status
        )
    return go(request, f"/desk/measures/{number}", flash="desk.flash.act-taken")


def _form(
    request: Request,
    officer: Officer,
    number: int,
    act: Act,
    *,
    values: Mapping[str, str] | None = None,
    errors: Errors | None = None,
    status: int = 200,
) -> Response:
    words = words_of(request)
    with services_of(request).begin() as uow:
        measure = on_desk(uow.session, officer, number)
        asked = _asked(uow, officer, measure, act)
    title = words(f"measure.act.{act.value}")
    return desk_page(
        request,
        "desk/act.html",
        officer,
        status=status,
        errors=errors,
        trail=[crumb(request, number), (title, "")],
        measure=measure,
        asked=asked,
        act=act.value,
        values=values or {},
    )


def _asked(uow: UnitOfWork, officer: Officer, measure: Measure, act: Act) -> Asked:
    """What this act asks of this officer now; refused where the step is not possible."""
    session = uow.session
    step = stages.find(Instrument(measure.instrument), Stage(measure.stage), act)
    operators = session.get_one(Jurisdiction, measure.jurisdiction_id).operated_by
    own = step.by.authority is officer.authority
    days, barred = None, None
    if act is Act.CALL:
        try:
            days = calling.days_allowed(session, measure, rules.today(uow, measure))
        except DomainError as refused:
            barred = refused
    return Asked(
        measure,
        step,
        recorded=not own and officer.authority.value in operators,
        days=days,
        barred=barred,
        districts=qualifying.area(session, measure) if act is Act.STATE_ELECTORS else [],
        items=(
            screening.checklist(session, measure, rules.today(uow, measure))
            if act in SCREENED
            else ()
        ),
    )


def _particulars(asked: Asked, form: FormData) -> Particulars:
    """The form as what the act is given with; what is missing, the act itself asks for."""
    day = day_of(text(form, "document_day"))
    number = text(form, "document_number")
    electors: dict[UUID, int] = {}
    for district in asked.districts:
        counted = whole(text(form, f"electors-{district.id}"))
        if text(form, f"electors-{district.id}") and (counted is None or counted < 0):
            raise ParticularMissing(field=f"electors-{district.id}")
        if counted is not None:
            electors[district.id] = counted
    return Particulars(
        document=Document(number, day) if number and day else None,
        reason=text(form, "reason") or None,
        day=day_of(text(form, "day")) if asked.sets_day and not asked.fixed_day else None,
        electors=electors,
        source=text(form, "source") or None,
        excluded=(text(form, "excluded") or None) if asked.refuses else None,
    )
