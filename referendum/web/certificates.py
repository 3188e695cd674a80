"""The public page of a certificate: its facts, its exact bytes, and the check of a file."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from datetime import datetime
from fractions import Fraction
from functools import partial
from typing import Final
from uuid import UUID

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from referendum.certificates import telling
from referendum.certificates.documents import Document
from referendum.certificates.tables import Certificate
from referendum.doors.cookies import services_of
from referendum.doors.errors import PageNotFound
from referendum.doors.languages import words_of
from referendum.doors.sessions import Visitor
from referendum.doors.sharing import shared
from referendum.i18n.words import Language
from referendum.lifecycle import area, locating, surveying
from referendum.lifecycle.advisory import correcting
from referendum.lifecycle.tables import Measure
from referendum.web.pages import page
from referendum.web.sent import Sent, file
from thresholds.share import percentages

router = APIRouter(prefix="/certificates")

SECONDS: Final = 10
"""After which to look again for a PDF that is being made."""


@router.get("/{certificate_id}.json")
@shared()
def as_json(request: Request, certificate_id: UUID, caller: Visitor) -> Response:  # noqa: ARG001  # the door
    """The very bytes that are hashed (RFC 8785)."""
    with services_of(request).look() as uow:
        certificate = _certificate(uow.session, certificate_id)
    named = {"Content-Disposition": f'inline; filename="{certificate.serial}.json"'}
    return Response(certificate.document, media_type="application/json", headers=named)


@router.get("/{certificate_id}.pdf")
def as_pdf(request: Request, certificate_id: UUID, caller: Visitor) -> Response:  # noqa: ARG001  # the door
    """The document to print; a page that says so while it is being made."""
    with services_of(request).look() as uow:
        certificate = _certificate(uow.session, certificate_id)
        pdf = surveying.pdf_of(uow.session, certificate_id)
    if pdf is None:
        response = page(request, "certificates/waiting.html", status=202, certificate=certificate)
        response.headers["Refresh"] = str(SECONDS)
        return response
    named = {"Content-Disposition": f'inline; filename="{certificate.serial}.pdf"'}
    return Response(pdf, media_type="application/pdf", headers=named)


@router.get("/{certificate_id}")
def show(request: Request, certificate_id: UUID, caller: Visitor) -> Response:  # noqa: ARG001  # the door
    """All that the certificate says, as a page."""
    return _page(request, certificate_id)


@router.post("/{certificate_id}/check")
def check(request: Request, certificate_id: UUID, caller: Visitor, form: Sent) -> Response:  # noqa: ARG001  # the door
    """Whether somebody's copy is this certificate, byte for byte."""
    return _page(request, certificate_id, copy=file(form))


def _page(request: Request, certificate_id: UUID, *, copy: bytes | None = None) -> Response:
    words = words_of(request)
    with services_of(request).look() as uow:
        certificate = _certificate(uow.session, certificate_id)
        measure = locating.get(uow.session, certificate.measure_id)
        made = surveying.pdf_of(uow.session, certificate_id) is not None
        replaced = correcting.what_replaced(uow.session, certificate)
        districts = _districts(uow.session, measure, words.language)
    content = json.loads(certificate.document)
    document = Document.model_validate(content)
    return page(
        request,
        "certificates/certificate.html",
        certificate=certificate,
        document=content,
        title=telling.title(document, words),
        issuer=telling.issuer(document, words),
        leader=telling.leader(document, words),
        effects=telling.effects(document),
        assumed=telling.assumed(document, words),
        districts=districts,
        districts_apart=document.petition.districts_apart if document.petition else (),
        shares=_shares(document),
        officers=document.officers,
        office=partial(telling.office, words=words),
        measure=measure,
        replaced=replaced,
        moment_of=datetime.fromisoformat,
        pdf_made=made,
        copied=None if copy is None else hashlib.sha256(copy).hexdigest(),
        is_same=None if copy is None else hashlib.sha256(copy).hexdigest() == certificate.sha256,
    )


def _shares(document: Document) -> dict[str, str]:
    """By option, its share of the valid votes, as the printed certificate says it."""
    counted = (document.poll.options if document.poll else None) or ()
    valid = sum(one.count for one in counted)
    shares = percentages(valid, [*(one.count for one in counted), Fraction(valid, 2)])
    return {one.key: share for one, share in zip(counted, shares, strict=False)}


def _districts(session: Session, measure: Measure, language: Language) -> dict[str, str]:
    """The English names of the districts by those that the document has; a shared name has none.

    The document itself names them in Korean alone.
    """
    if language is Language.KO:
        return {}
    here = area.districts(session, measure)
    korean = Counter(one.name_ko for one in here)
    return {one.name_ko: one.name_en for one in here if korean[one.name_ko] == 1}


def _certificate(session: Session, certificate_id: UUID) -> Certificate:
    found = session.get(Certificate, certificate_id)
    if found is None:
        raise PageNotFound
    return found
