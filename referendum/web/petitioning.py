"""What representatives do with their measure: apply, hand in, withdraw, print sheets."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.languages import words_of
from referendum.doors.problems import problem_of
from referendum.doors.sessions import Signer
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Resident
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import (
    acting,
    agreed,
    agreeing,
    duties,
    holds,
    performing,
    petitioning,
    rules,
    screening,
)
from referendum.lifecycle.acting import NOTHING, Particulars
from referendum.lifecycle.attachments import attaching
from referendum.lifecycle.drafting import missing
from referendum.lifecycle.stages import Act
from referendum.lifecycle.tables import Measure
from referendum.roll import finding
from referendum.roll.tables import Jurisdiction
from referendum.web import describing, handing
from referendum.web.measures import Number
from referendum.web.pages import go, page
from referendum.web.sent import Sent, text
from referendum.web.workspace import own
from signatures import handing_in, petitions
from signatures.errors import ChannelNotAllowed, PetitionNotFound
from signatures.handing_in import Sheet
from signatures.lines import ROWS, WRITTEN, Origin

router = APIRouter(prefix="/workspace/{number}")


@router.get("/apply")
def ask_apply(request: Request, number: Number, resident: Signer) -> Response:
    """Ask once before the text is frozen."""
    return ask(request, number, resident, Act.APPLY)


@router.post("/apply")
def apply(request: Request, number: Number, resident: Signer) -> Response:
    """Ask the authority for the representatives' certificate."""
    return _perform(request, number, resident, Act.APPLY)


@router.get("/file")
def ask_file(request: Request, number: Number, resident: Signer) -> Response:
    """Ask once before the signatures are handed in, with the list of what is on paper."""
    return ask(request, number, resident, Act.FILE)


@router.post("/file")
def file(request: Request, number: Number, resident: Signer, form: Sent) -> Response:
    """Hand the signatures in; what is wrong with the list of sheets is said beside it."""
    try:
        given = Particulars(sheets=handing.listed(form))
        _perform(request, number, resident, Act.FILE, given)
    except DomainError as refused:
        if refused.field != handing.FIELD:
            raise
        return ask(request, number, resident, Act.FILE, refused, typed=text(form, handing.FIELD))
    return go(request, f"/workspace/{number}/sheets", flash="workspace.flash.file")


@router.get("/withdraw")
def ask_withdraw(request: Request, number: Number, resident: Signer) -> Response:
    """Ask once before the measure ends."""
    return ask(request, number, resident, Act.WITHDRAW)


@router.get("/sheet")
def sheet(request: Request, number: Number, resident: Signer) -> Response:
    """A page to print for collecting on paper; only once the certificate was issued."""
    services = services_of(request)
    with services.begin() as uow:
        measure = own(uow.session, resident, number)
        petition = petitions.of_measure(uow.session, measure.id)
        if petition is None:
            raise PetitionNotFound(measure=number)
        signing = petitioning.signing_of(rules.pinned(measure))
        if not petitioning.prints_sheets(measure):
            raise ChannelNotAllowed(channel=Origin.PAPER.value)
        place = uow.session.get_one(Jurisdiction, measure.jurisdiction_id)
        attached = attaching.of_measure(measure)
        names = [
            details.name
            for one in agreed.present(uow.session, measure.id)
            if (details := finding.person_details(uow.session, services.vault, one.person_id))
        ]
        told = describing.told(uow.session, measure, words_of(request))
    return page(
        request,
        "workspace/sheet.html",
        measure=measure,
        petition=petition,
        place=place,
        names=names,
        electorate=signing.electorate,
        attached=attached,
        lines=range(1, ROWS + 1),
        columns=WRITTEN,
        **told,
    )


def ask(
    request: Request,
    number: int,
    resident: Resident,
    act: Act,
    refused: DomainError | None = None,
    *,
    typed: str = "",
    phone: str = "",
    phone_error: str | None = None,
) -> Response:
    """What an act means and what it costs, before it is taken: by one, or by all of them."""
    with services_of(request).begin() as uow:
        measure = own(uow.session, resident, number)
        steps = duties.possible(uow.session, measure, resident)
        lacks = missing(measure) if act is Act.APPLY else []
        keyed = _keyed(uow.session, measure) if act is Act.FILE else []
        joint = together(uow, measure, act, resident)
        left = {
            "done": acting.times_taken(uow.session, measure.id, act) > 0,
            "held": bool(holds.lying(uow.session, measure.id)),
            "attached": attaching.of_measure(measure),
            "unanswered": _unanswered(uow, measure) if act is Act.APPLY else 0,
            **describing.told(uow.session, measure, words_of(request)),
        }
    errors = handing.beside(request, refused)
    if phone_error is not None:
        errors["phone"] = phone_error
    status = problem_of(refused).status.value if refused else 422 if phone_error else 200
    return page(
        request,
        "workspace/confirm.html",
        status=status,
        errors=errors,
        typed=typed,
        phone=phone,
        keyed=keyed,
        measure=measure,
        act=act.value,
        possible=act in {step.act for step in steps},
        missing=lacks,
        joint=joint,
        **left,
    )


def together(uow: UnitOfWork, measure: Measure, act: Act, by: Resident) -> dict[str, Any] | None:
    """What all of them must consent to; None where one alone may."""
    people = agreed.present(uow.session, measure.id)
    if act not in agreed.JOINT or (act is Act.APPLY and len(people) == 1):
        return None
    row = agreed.open_act(uow.session, measure, uow.now())
    row = row if row is not None and row.act == act.value else None
    given = agreed.consented(uow.session, row) if row is not None else set()
    rule = agreed.rule(measure)
    return {
        "people": len(people),
        "given": len({one.id for one in people} & given),
        "mine": agreed.own(uow.session, measure, by).id in given,
        "row": row,
        "code": agreeing.needs_code(measure, act),
        "hours": rule.hours_to_take_back if act in agreed.RESTS else 0,
        "rule": rule,
        "gathered": agreed.gathered(uow.session, measure),
    }


def _unanswered(uow: UnitOfWork, measure: Measure) -> int:
    """The excluded subjects that nobody has answered yet."""
    items = screening.checklist(uow.session, measure, rules.today(uow, measure))
    return sum(not one.answer.applies for one in items)


def _keyed(session: Session, measure: Measure) -> list[Sheet]:
    """The sheets that officers keyed in already: they are handed in with the rest."""
    petition = petitions.of_measure(session, measure.id)
    return [] if petition is None else handing_in.keyed(session, petition.id)


def _perform(
    request: Request, number: int, resident: Signer, act: Act, given: Particulars = NOTHING
) -> Response:
    services = services_of(request)
    with services.begin() as uow:
        measure = own(uow.session, resident, number)
        complete = act is not Act.APPLY or not missing(measure)
        alone = together(uow, measure, act, resident) is None
        if complete and alone:
            performing.perform(uow, services.means, measure.id, act, resident, given)
    if not (complete and alone):
        return ask(request, number, resident, act)
    return go(request, f"/workspace/{number}", flash=f"workspace.flash.{act.value}")
