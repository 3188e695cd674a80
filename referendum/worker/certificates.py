"""The PDF of a certificate, made from its public JSON alone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from referendum.bootstrap import Services
from referendum.certificates.tables import Certificate, CertificatePdf
from referendum.kernel import errands
from referendum.kernel.outbox import OutboxMessage
from referendum.kernel.people import Calendar
from referendum.kernel.uow import UnitOfWork


@dataclass(frozen=True, slots=True)
class ToSet:
    """A certificate to be set: its own canonical JSON, as bytes."""

    certificate_id: UUID
    measure_id: UUID
    document: bytes


@dataclass(frozen=True, slots=True)
class Setting:
    """The errand of certificates. Setting takes seconds, and a signature of it a call outside."""

    sets: Callable[[bytes], bytes]
    """Makes the PDF of a document."""

    def claim(self, uow: UnitOfWork, messages: Sequence[OutboxMessage]) -> dict[UUID, ToSet]:
        """The documents; a certificate that is set already is not set again."""
        wanted = {UUID(message.arguments["certificate_id"]): message.id for message in messages}
        made = select(CertificatePdf.certificate_id).where(
            CertificatePdf.certificate_id.in_(wanted)
        )
        unset = select(Certificate).where(
            Certificate.id.in_(wanted), Certificate.id.not_in(made.scalar_subquery())
        )
        return {
            wanted[one.id]: ToSet(one.id, one.measure_id, one.document)
            for one in uow.session.scalars(unset)
        }

    def call(self, asked: Sequence[ToSet]) -> list[bytes]:
        """The same document gives the same bytes."""
        return [self.sets(one.document) for one in asked]

    def settle(self, uow: UnitOfWork, answered: Mapping[UUID, tuple[ToSet, bytes]]) -> list[UUID]:
        """Keep each, and bind its hash in the record: the file that is handed out is that one."""
        for asked, pdf in answered.values():
            digest = hashlib.sha256(pdf).hexdigest()
            made = insert(CertificatePdf).values(
                certificate_id=asked.certificate_id, pdf=pdf, sha256=digest
            )
            first = made.on_conflict_do_nothing().returning(CertificatePdf.certificate_id)
            if uow.session.scalar(first) is not None:
                uow.record(
                    "certificate.printed",
                    by=Calendar(),
                    measure=asked.measure_id,
                    facts={"certificate": str(asked.certificate_id), "pdf_sha256": digest},
                )
        return list(answered)


def render(services: Services, *, message_id: str, certificate_id: str) -> None:
    """Set the certificate and keep it. The message itself says which certificate it is of."""
    del certificate_id
    # Where nothing is to be set, worker and beat start without it: it is a tenth of their start.
    from referendum.certificates import layout  # noqa: PLC0415

    fonts = layout.Fonts.find()
    setting = Setting(lambda document: layout.render(json.loads(document), fonts=fonts))
    errands.run(services.begin, setting, [UUID(message_id)])
