"""Certifying a verdict: what it says, who has certified, and the officer's own certification."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.languages import words_of
from referendum.doors.sessions import Staff, Visitor
from referendum.identity.tables import Staff as Account
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Officer, RoleMissing
from referendum.lifecycle import certifying, reading, stages
from referendum.lifecycle.acting import Document
from referendum.lifecycle.certifying import Signatory
from referendum.lifecycle.errors import NotYourAct
from referendum.lifecycle.stages import Act, Stage
from referendum.lifecycle.stating import Statement
from referendum.lifecycle.tables import Measure
from referendum.roll.tables import Jurisdiction
from referendum.web.desk.asking import Errors, crumb, day_of, freshly, told
from referendum.web.desk.routing import desk_page
from referendum.web.pages import go
from thresholds.vocabulary import Instrument

router = APIRouter(prefix="/desk/measures/{number}/certify")
Text = Annotated[str, Form()]


@router.get("")
def show(request: Request, number: int, officer: Staff) -> Response:
    """The verdict with every finding, and what it means to certify it."""
    return _page(request, officer, number)


@router.post("")
def certify(
    request: Request,
    number: int,
    caller: Visitor,
    officer: Staff,
    code: Text = "",
    document_number: Text = "",
    document_day: Text = "",
) -> Response:
    """The first officer's certification waits for a second one; that brings the certificate."""
    services = services_of(request)
    values = {"document_number": document_number, "document_day": document_day}
    try:
        certifier = freshly(request, caller, code)
        with services.begin() as uow:
            measure = reading.numbered(uow.session, officer.jurisdiction, number)
            certified = certifying.certify(
                uow,
                services.means,
                measure.id,
                by=_signatory(uow.session, certifier),
                document=_document(document_number, day_of(document_day)),
            )
    except DomainError as refused:
        errors, status = told(request, refused)
        return _page(request, officer, number, values=values, errors=errors, status=status)
    if certified.certificate_id is not None:
        return go(request, f"/certificates/{certified.certificate_id}")
    return go(request, f"/desk/measures/{number}/certify", flash="desk.flash.attested")


def _signatory(session: Session, officer: Officer) -> Signatory:
    account = session.get_one(Account, officer.id)
    return Signatory(officer, account.display_name, account.office_title)


def _document(number: str, day: date | None) -> Document | None:
    return Document(number.strip(), day) if number.strip() and day else None


def _page(
    request: Request,
    officer: Officer,
    number: int,
    *,
    values: dict[str, str] | None = None,
    errors: Errors | None = None,
    status: int = 200,
) -> Response:
    with services_of(request).begin() as uow:
        measure = reading.numbered(uow.session, officer.jurisdiction, number)
        context = _verdict(request, uow.session, measure, officer)
    title = words_of(request)("desk.certify.title")
    return desk_page(
        request,
        "desk/certify.html",
        officer,
        status=status,
        errors=errors,
        trail=[crumb(request, number), (title, "")],
        measure=measure,
        values=values or {},
        **context,
    )


def _verdict(
    request: Request, session: Session, measure: Measure, officer: Officer
) -> dict[str, Any]:
    """The pending verdict, or in words why there is none yet."""
    try:
        certifying.insist_on_certifier(session, measure, officer)
        act, statement = certifying.pending(session, measure)
    except (NotYourAct, RoleMissing):
        raise
    except DomainError as refused:
        told(request, refused)
        return {"statement": None, "waiting": refused}
    attested = certifying.attestations(session, measure.id, statement)
    place = session.get_one(Jurisdiction, measure.jurisdiction_id)
    by = stages.find(Instrument(measure.instrument), Stage(measure.stage), act).by
    own = by.authority is officer.authority
    return {
        "statement": statement,
        "waiting": None,
        "act": act.value,
        "meaning": act is Act.DECLARE,
        "findings": _findings(statement),
        "labels": {one["key"]: one for one in measure.options},
        "numbers": statement.numbers,
        "attested": attested,
        "mine": officer.id in {one.officer_id for one in attested},
        "authority": by.value,
        "transcript": not own and officer.authority.value in place.operated_by,
        "may": own or officer.authority.value in place.operated_by,
    }


def _findings(statement: Statement) -> list[dict[str, Any]]:
    part = statement.poll or statement.petition
    return [finding.model_dump(mode="json") for finding in part.findings] if part else []
