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
    stamped: bool
    """Whether it is to say that its numbers were replaced."""


@dataclass(frozen=True, slots=True)
class Setting:
    """The errand of certificates. Setting takes seconds, and a signature of it a call outside."""

    sets: Callable[[bytes, bool], bytes]
    """Makes the PDF of a document, stamped or not."""

    def claim(self, uow: UnitOfWork, messages: Sequence[OutboxMessage]) -> dict[UUID, ToSet]:
        """The documents; a certificate that is set already is not set again."""
        wanted = {
            (UUID(one.arguments["certificate_id"]), "stamp" in one.arguments): one.id
            for one in messages
        }
        ids = {certificate for certificate, _ in wanted}
        made = {
            (row.certificate_id, row.stamped)
            for row in uow.session.execute(
                select(CertificatePdf.certificate_id, CertificatePdf.stamped).where(
                    CertificatePdf.certificate_id.in_(ids)
                )
            )
        }
        known = {
            one.id: one
            for one in uow.session.scalars(select(Certificate).where(Certificate.id.in_(ids)))
        }
        return {
            message: ToSet(one.id, one.measure_id, one.document, stamped)
            for (certificate, stamped), message in wanted.items()
            if (certificate, stamped) not in made and (one := known.get(certificate)) is not None
        }

    def call(self, asked: Sequence[ToSet]) -> list[bytes]:
        """The same document gives the same bytes."""
        return [self.sets(one.document, one.stamped) for one in asked]

    def settle(self, uow: UnitOfWork, answered: Mapping[UUID, tuple[ToSet, bytes]]) -> list[UUID]:
        """Keep each, and bind its hash in the record: the file that is handed out is that one."""
        for asked, pdf in answered.values():
            digest = hashlib.sha256(pdf).hexdigest()
            made = insert(CertificatePdf).values(
                certificate_id=asked.certificate_id, stamped=asked.stamped, pdf=pdf, sha256=digest
            )
            first = made.on_conflict_do_nothing().returning(CertificatePdf.certificate_id)
            if uow.session.scalar(first) is not None:
                uow.record(
                    "certificate.printed",
                    by=Calendar(),
                    measure=asked.measure_id,
                    facts={
                        "certificate": str(asked.certificate_id),
                        "pdf_sha256": digest,
                        **({"stamped": True} if asked.stamped else {}),
                    },
                )
        return list(answered)


def render(
    services: Services, *, message_id: str, certificate_id: str, stamp: str | None = None
) -> None:
    """Set the certificate and keep it. The message itself says which certificate it is of."""
    del certificate_id, stamp
    # Where nothing is to be set, worker and beat start without it: it is a tenth of their start.
    from referendum.certificates import layout  # noqa: PLC0415

    fonts = layout.Fonts.find()

    def sets(document: bytes, stamped: bool) -> bytes:  # noqa: FBT001
        return layout.render(json.loads(document), fonts=fonts, replaced=stamped)

    setting = Setting(sets)
    errands.run(services.begin, setting, [UUID(message_id)])
