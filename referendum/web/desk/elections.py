"""Public elections at the desk: entered and taken out with a reason, and deadlines follow."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.languages import words_of
from referendum.doors.sessions import Staff
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Officer, Role
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle.dates import elections
from referendum.lifecycle.errors import ParticularMissing
from referendum.roll import places
from referendum.web.desk.asking import Errors, Sent, choice, day_of, desk_page, text, told, typed
from referendum.web.desk.removing import removed
from referendum.web.pages import go
from thresholds.vocabulary import ElectionKind

router = APIRouter(prefix="/desk/register/elections")


@router.get("")
def show(request: Request, officer: Staff) -> Response:
    """All elections, and the form for another."""
    return _page(request, officer)


@router.post("")
def add(request: Request, officer: Staff, form: Sent) -> Response:
    """Enter one; every measure's deadlines are computed again."""
    try:
        with services_of(request).begin() as uow:
            _add(uow, officer, form)
    except DomainError as refused:
        errors, status = told(request, refused, field="day")
        ticked = [str(one) for one in form.getlist("districts")]
        return _page(
            request, officer, values=typed(form), ticked=ticked, errors=errors, status=status
        )
    return go(request, "/desk/register/elections", flash="desk.flash.election-set")


@router.post("/{election_id}/removal")
def remove(request: Request, election_id: UUID, officer: Staff, form: Sent) -> Response:
    """Take one out with a reason."""
    return removed(
        request,
        officer,
        form,
        election_id,
        removes=elections.remove,
        shows=_page,
        path="/desk/register/elections",
        flash="desk.flash.election-removed",
    )


def _add(uow: UnitOfWork, officer: Officer, form: FormData) -> None:
    day = day_of(text(form, "day"))
    if day is None:
        raise ParticularMissing(field="day")
    districts = form.getlist("districts")
    here = places.districts_on(
        uow.session, officer.jurisdiction, places.today(uow, officer.jurisdiction)
    )
    elections.add(
        uow,
        day=day,
        kind=choice(ElectionKind, text(form, "kind") or ElectionKind.LOCAL),
        title_ko=text(form, "title_ko"),
        title_en=text(form, "title_en"),
        districts=[one.id for one in here if str(one.id) in districts],
        reason=text(form, "reason"),
        by=officer,
    )


def _page(
    request: Request,
    officer: Officer,
    *,
    values: Mapping[str, str] | None = None,
    ticked: Collection[str] = (),
    errors: Errors | None = None,
    status: int = 200,
) -> Response:
    officer.insist(Role.CLERK)
    words = words_of(request)
    with services_of(request).begin() as uow:
        found = elections.listed(uow.session, officer.jurisdiction)
        here = places.districts_on(
            uow.session, officer.jurisdiction, places.today(uow, officer.jurisdiction)
        )
    return desk_page(
        request,
        "desk/elections.html",
        officer,
        status=status,
        errors=errors,
        trail=[
            (words("desk.nav.register"), "/desk/register"),
            (words("desk.nav.elections"), ""),
        ],
        elections=found,
        districts=here,
        ticked=ticked,
        names={str(one.id): one for one in here},
        kinds=[(kind.value, words(f"desk.election.{kind.value}")) for kind in ElectionKind],
        values=values or {},
    )
