"""Published totals: entered as an authority announced them, corrected beside the old number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased
from starlette.datastructures import FormData
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.languages import words_of
from referendum.doors.sessions import Staff
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Officer, OtherJurisdiction, Role
from referendum.kernel.uow import UnitOfWork
from referendum.roll import places, totals
from referendum.roll.errors import TotalAbsurd
from referendum.roll.tables import District, PublishedTotal
from referendum.roll.totals import TotalKind
from referendum.web.desk.asking import Errors, choice, day_of, told
from referendum.web.desk.routing import desk_page
from referendum.web.pages import go
from referendum.web.sent import Sent, text, typed, whole
from thresholds.vocabulary import Instrument

router = APIRouter(prefix="/desk/register/totals")

Held = tuple[PublishedTotal, District | None]
"""A number that holds, and the district it is of; none is the whole place."""


@router.get("")
def show(request: Request, officer: Staff, correct: str = "") -> Response:
    """What holds, by instrument and year; `correct` names one to be corrected."""
    return _page(request, officer, correct=correct)


@router.post("")
def keep(request: Request, officer: Staff, form: Sent) -> Response:
    """Enter a number, or what was announced instead of one."""
    corrects = text(form, "corrects")
    try:
        officer.insist(Role.REGISTRAR)
        with services_of(request).begin() as uow:
            if corrects:
                _correct(uow, officer, UUID(corrects), form)
            else:
                _publish(uow, officer, form)
    except ValueError:
        raise OtherJurisdiction from None
    except DomainError as refused:
        errors, status = told(request, refused, field="base_year")
        return _page(
            request, officer, correct=corrects, values=typed(form), errors=errors, status=status
        )
    flash = "desk.flash.corrected" if corrects else "desk.flash.published"
    return go(request, "/desk/register/totals", flash=flash)


def _publish(uow: UnitOfWork, officer: Officer, form: FormData) -> None:
    district = text(form, "district")
    totals.publish_total(
        uow,
        jurisdiction_id=officer.jurisdiction,
        instrument=choice(Instrument, text(form, "instrument")),
        kind=choice(TotalKind, text(form, "kind")),
        base_year=_number(form, "base_year"),
        district_id=UUID(district) if district else None,
        by=officer,
        **_announced(form),
    )


def _correct(uow: UnitOfWork, officer: Officer, total_id: UUID, form: FormData) -> None:
    before = uow.session.get(PublishedTotal, total_id)
    if before is None or before.jurisdiction_id != officer.jurisdiction:
        raise OtherJurisdiction
    totals.correct_total(uow, total_id, by=officer, **_announced(form))


def _announced(form: FormData) -> dict[str, Any]:
    """The number, where it was announced, and when."""
    day = day_of(text(form, "published_on"))
    if day is None:
        raise TotalAbsurd(field="published_on")
    return {
        "number": _number(form, "number"),
        "source": text(form, "source"),
        "published_on": day,
    }


def _number(form: FormData, name: str) -> int:
    number = whole(text(form, name))
    if number is None:
        raise TotalAbsurd(field=name)
    return number


def _page(
    request: Request,
    officer: Officer,
    *,
    correct: str = "",
    values: Mapping[str, str] | None = None,
    errors: Errors | None = None,
    status: int = 200,
) -> Response:
    officer.insist(Role.REGISTRAR)
    words = words_of(request)
    with services_of(request).begin() as uow:
        today = places.today(uow, officer.jurisdiction)
        held = _holding(uow.session, officer.jurisdiction)
        districts = places.districts_on(uow.session, officer.jurisdiction, today)
        chains = {
            row.id: totals.history_of(uow.session, row.id)[1:] for row, _ in held if row.corrects_id
        }
    chosen = next((row for row, _ in held if str(row.id) == correct), None)
    return desk_page(
        request,
        "desk/totals.html",
        officer,
        status=status,
        errors=errors,
        trail=[
            (words("desk.nav.register"), "/desk/register"),
            (words("desk.nav.totals"), ""),
        ],
        held=_grouped(held),
        chains=chains,
        chosen=chosen,
        districts=districts,
        instruments=[one.value for one in Instrument],
        values=values or _first(today),
    )


def _grouped(held: Sequence[Held]) -> list[tuple[PublishedTotal, list[Held]]]:
    """Numbers of one year, instrument and kind together, each group with its first."""
    alike = groupby(held, key=lambda one: (one[0].base_year, one[0].instrument, one[0].kind))
    groups = [list(group) for _, group in alike]
    return [(group[0][0], group) for group in groups]


def _first(today: date) -> dict[str, str]:
    """Last year's totals are what is usually entered."""
    return {"base_year": str(today.year - 1)}


def _holding(session: Session, jurisdiction_id: UUID) -> list[Held]:
    """The numbers that hold, newest year first, the whole place before its districts."""
    later = aliased(PublishedTotal)
    rows = (
        select(PublishedTotal, District)
        .outerjoin(District, District.id == PublishedTotal.district_id)
        .where(
            PublishedTotal.jurisdiction_id == jurisdiction_id,
            ~select(later.id).where(later.corrects_id == PublishedTotal.id).exists(),
        )
        .order_by(
            PublishedTotal.base_year.desc(),
            PublishedTotal.instrument,
            PublishedTotal.kind,
            District.code.nulls_first(),
        )
    )
    return [(row[0], row[1]) for row in session.execute(rows)]
