"""What representatives spread: the address, its code, a poster and a text; on their page alone.

Only those who are entitled may ask for signatures, so none of this is on any public page.
"""

from __future__ import annotations

from io import BytesIO
from typing import Final

import segno
from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from referendum.certificates.layout import Fonts, poster
from referendum.certificates.layout.poster import Poster, Size
from referendum.doors.cookies import services_of
from referendum.doors.errors import PageNotFound
from referendum.doors.languages import words_of
from referendum.doors.sessions import Signer
from referendum.i18n.words import Language
from referendum.kernel.people import Resident
from referendum.lifecycle import charting, petitioning, surveying
from referendum.lifecycle.tables import Measure
from referendum.web import picturing
from referendum.web.measures import Number
from referendum.web.pages import page
from referendum.web.workspace import own
from signatures.tables import Petition
from thresholds.vocabulary import Instrument

router = APIRouter(prefix="/workspace/{number}/share")

DOTS: Final = 12
"""Pixels of one module of the code: sharp on a poster, too."""


@router.get("")
def show(request: Request, number: Number, resident: Signer) -> Response:
    """Everything to hand out, and who may ask for signatures."""
    services, words = services_of(request), words_of(request)
    with services.begin() as uow:
        measure, petition = _spread(uow.session, resident, number)
        course = charting.course(uow.session, surveying.overview(uow.session, measure))
    link = services.addresses.measure(number)
    return page(
        request,
        "workspace/share.html",
        measure=measure,
        link=link,
        text=words(
            "workspace.share.message",
            title=_title(measure, words.language),
            question=_question(measure, words.language),
            until=words.end(petition.closes_at),
            link=link,
        ),
        barred_today=picturing.barred_today(course, words),
    )


@router.get("/code.png")
def code(request: Request, number: Number, resident: Signer) -> Response:
    """The address as a picture that a phone reads."""
    services = services_of(request)
    with services.begin() as uow:
        _spread(uow.session, resident, number)
    drawn = BytesIO()
    segno.make(services.addresses.measure(number), error="m", micro=False).save(
        drawn, kind="png", scale=DOTS, border=4
    )
    return _file(drawn.getvalue(), "image/png", f"code-{number}.png")


@router.get("/poster-{paper}.pdf")
def print_poster(request: Request, number: Number, paper: str, resident: Signer) -> Response:
    """One page to be put up, in A4 or A3 and in the language of whoever asks."""
    if paper.upper() not in Size.__members__:
        raise PageNotFound
    services, words = services_of(request), words_of(request)
    with services.begin() as uow:
        measure, petition = _spread(uow.session, resident, number)
        age = petitioning.minimum_age(uow.session, petition)
    advisory = words("public.advisory.label") if measure.instrument == Instrument.ADVISORY else None
    demo = words("certificate.band.demo") if measure.demo else None
    told = Poster(
        kind=f"{words(f'measure.instrument.{measure.instrument}')} "
        f"{words('public.number', number=number)}",
        title=_title(measure, words.language),
        question=_question(measure, words.language),
        label=demo or advisory,
        facts=[
            (words("workspace.share.until"), words.end(petition.closes_at)),
            (words("workspace.needed.signers"), words("workspace.needed.age", age=age)),
        ],
        how=words("workspace.share.how"),
        link=services.addresses.measure(number),
        language=words.language.value,
    )
    pdf = poster.render(told, size=Size[paper.upper()], fonts=Fonts.find())
    return _file(pdf, "application/pdf", f"poster-{number}-{paper}.pdf")


def _spread(session: Session, resident: Resident, number: int) -> tuple[Measure, Petition]:
    """The measure and its petition, for its representatives, while it may be spread."""
    measure = own(session, resident, number)
    if not petitioning.may_be_spread(measure):
        raise PageNotFound
    return measure, petitioning.petition_of(session, measure)


def _title(measure: Measure, language: Language) -> str:
    return measure.title_en or measure.title_ko if language is Language.EN else measure.title_ko


def _question(measure: Measure, language: Language) -> str:
    english = measure.question_en or measure.question_ko
    return english if language is Language.EN else measure.question_ko


def _file(data: bytes, kind: str, name: str) -> Response:
    named = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type=kind, headers=named)
