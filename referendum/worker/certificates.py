"""The PDF of a certificate, made from its public JSON alone."""

from __future__ import annotations

import hashlib
import json
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from referendum.bootstrap import Services
from referendum.certificates.layout import Fonts
from referendum.certificates.layout import render as lay_out
from referendum.certificates.tables import Certificate, CertificatePdf
from referendum.kernel.uow import UnitOfWork
from referendum.worker.carrying import once


def render(services: Services, *, message_id: str, certificate_id: str) -> None:
    """Set the certificate and keep it. The same document gives the same bytes."""
    once(services.begin, message_id, lambda uow: _keep(uow, UUID(certificate_id)))


def _keep(uow: UnitOfWork, certificate_id: UUID) -> None:
    certificate = uow.session.get_one(Certificate, certificate_id)
    pdf = lay_out(json.loads(certificate.document), fonts=Fonts.find())
    made = insert(CertificatePdf).values(
        certificate_id=certificate_id, pdf=pdf, sha256=hashlib.sha256(pdf).hexdigest()
    )
    uow.session.execute(made.on_conflict_do_nothing())
