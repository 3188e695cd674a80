"""Certificates: the document byte for byte as it was certified, and its PDF."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Header, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from referendum.api.access import measure_seen
from referendum.api.callers import House, Someone
from referendum.api.errors import CertificateNotFound, PdfNotReady
from referendum.api.labelling import Labelled, binding_of
from referendum.api.paging import Asks
from referendum.api.refusing import Route, possible
from referendum.api.shapes import Moment, Page
from referendum.certificates import telling
from referendum.certificates.documents import Document
from referendum.certificates.tables import Certificate, CertificatePdf
from referendum.doors.sessions import Visitor
from referendum.doors.sharing import shared
from referendum.lifecycle import acting, surveying
from referendum.lifecycle.advisory import correcting
from referendum.lifecycle.errors import MeasureNotFound

router = APIRouter(
    prefix="/certificates/{certificate_id}", tags=["certificates"], route_class=Route
)
of_measure = APIRouter(prefix="/measures/{measure_id}", tags=["certificates"], route_class=Route)

FOREVER: Final = "public, max-age=31536000, immutable"
UNCHANGED: Final = 304
IfNoneMatch = Annotated[str | None, Header(max_length=1_000)]


class CertificateOut(Labelled):
    """Where a document is, and the hash of its bytes."""

    id: UUID
    serial: str
    kind: str
    """`certificate`, `advisory_certificate`, or `transcript`: by another authority's officers."""
    certified_by: list[str]
    """The authorities of the officers who certified."""
    subject: str
    issued_at: Moment
    sha256: str
    pdf_sha256: str | None
    replaces: UUID | None
    """The one before it, whose numbers were wrong."""
    corrected: bool
    """Whether its own numbers were found to be wrong: it is not the result any longer."""
    replaced_by: UUID | None
    """What stands in its place, once that is certified."""


@of_measure.get("/certificates", responses=possible(MeasureNotFound))
@shared(declared=True)
def list_certificates(
    measure_id: UUID, house: House, by: Someone, asks: Asks
) -> Page[CertificateOut]:
    """The certificates of a measure, by serial."""
    with house.look() as uow:
        measure = measure_seen(uow, measure_id, by)
        issued = (
            select(Certificate, CertificatePdf.sha256)
            .outerjoin(
                CertificatePdf,
                (CertificatePdf.certificate_id == Certificate.id) & ~CertificatePdf.stamped,
            )
            .where(Certificate.measure_id == measure.id)
        )
        rows = uow.session.execute(issued).all()
        after = {one.replaces_id: one.id for one, _ in rows if one.replaces_id}
        wrong = correcting.wrong(acting.history(uow.session, measure.id))
        found = [
            CertificateOut(
                id=one.id,
                serial=one.serial,
                kind=one.kind,
                certified_by=_offices(one),
                subject=one.subject,
                issued_at=one.issued_at,
                sha256=one.sha256,
                pdf_sha256=pdf,
                replaces=one.replaces_id,
                corrected=str(one.id) in wrong,
                replaced_by=after.get(one.id),
                **binding_of(measure),
            )
            for one, pdf in rows
        ]
        return asks.part(found, lambda one: one, key=lambda one: one.serial)


@router.get(
    "",
    response_class=Response,
    responses={
        200: {"content": {"application/json": {"schema": {"type": "object"}}}},
        304: {"description": "It has not changed; it never does."},
        **possible(CertificateNotFound),
    },
)
def show_certificate(
    certificate_id: UUID,
    house: House,
    caller: Visitor,  # noqa: ARG001  # the door
    if_none_match: IfNoneMatch = None,
) -> Response:
    """The RFC 8785 bytes that were certified; the ETag is their SHA-256."""
    with house.look() as uow:
        found = _get(uow.session, certificate_id)
        return _bytes(found.document, "application/json", found.sha256, if_none_match)


@router.get(
    "/pdf",
    response_class=Response,
    responses={
        200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}},
        304: {"description": "It has not changed; it never does."},
        **possible(CertificateNotFound, PdfNotReady),
    },
)
def show_pdf(
    certificate_id: UUID,
    house: House,
    caller: Visitor,  # noqa: ARG001  # the door
    if_none_match: IfNoneMatch = None,
) -> Response:
    """The same for people to read."""
    with house.look() as uow:
        found = _get(uow.session, certificate_id)
        made = surveying.latest_pdf(uow.session, found.id)
        if made is None:
            raise PdfNotReady(certificate=str(certificate_id))
        response = _bytes(made.pdf, "application/pdf", made.sha256, if_none_match)
        # One whose numbers are replaced is made once more, and says so on every sheet.
        response.headers["Cache-Control"] = "public, no-cache"
        response.headers["Content-Disposition"] = f'inline; filename="{found.serial}.pdf"'
        return response


def _offices(one: Certificate) -> list[str]:
    return list(telling.offices(Document.model_validate_json(one.document)))


def _get(session: Session, certificate_id: UUID) -> Certificate:
    found = session.get(Certificate, certificate_id)
    if found is None:
        raise CertificateNotFound(certificate=str(certificate_id))
    return found


def _bytes(content: bytes, media_type: str, sha256: str, known: str | None) -> Response:
    """With its hash as the tag, by which a reader that has it is told so (RFC 9110 §13.1.2)."""
    tag = f'"{sha256}"'
    headers = {"ETag": tag, "Cache-Control": FOREVER}
    tags = {one.strip().removeprefix("W/") for one in (known or "").split(",")}
    if tags & {tag, "*"}:
        return Response(status_code=UNCHANGED, headers=headers)
    return Response(content, media_type=media_type, headers=headers)
