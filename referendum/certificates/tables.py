"""Certificates, who certified them, and their PDFs."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from referendum.kernel.db import APPEND_ONLY, Base


class Attestation(Base):
    """One officer's certification of one verdict, named by the hash of its numbers.

    It counts with the proposal that it belongs to: what was sent back, taken back or lapsed is
    certified anew by both.
    """

    __tablename__ = "attestation"
    __table_args__ = (
        UniqueConstraint("proposal_id", "officer_id", name="uq_attestation_once"),
        {"info": APPEND_ONLY},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    measure_id: Mapped[UUID]
    subject: Mapped[str]
    """`petition` or `poll-<sequence>`."""
    verdict_sha256: Mapped[str]
    officer_id: Mapped[UUID]
    name: Mapped[str]
    role: Mapped[str]
    authority: Mapped[str]
    deputising_for: Mapped[str | None]
    """Name and office of whoever is away, where the officer certified as their deputy."""
    certified_at: Mapped[datetime]
    proposal_id: Mapped[UUID | None] = mapped_column(ForeignKey("proposal.id"))
    """None of what was certified before certifications were proposals."""


class Certificate(Base):
    """One issued document, as the RFC 8785 bytes of its public JSON."""

    __tablename__ = "certificate"
    __table_args__ = ({"info": APPEND_ONLY},)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    measure_id: Mapped[UUID] = mapped_column(index=True)
    subject: Mapped[str]
    serial: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    document: Mapped[bytes]
    sha256: Mapped[str]
    issued_at: Mapped[datetime] = mapped_column(server_default=func.referendum_now())
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("certificate.id"), unique=True)
    """The one of the same verdict whose numbers were wrong."""


class CertificatePdf(Base):
    """The document as people read it, made from the JSON alone."""

    __tablename__ = "certificate_pdf"
    __table_args__ = ({"info": APPEND_ONLY},)

    certificate_id: Mapped[UUID] = mapped_column(ForeignKey("certificate.id"), primary_key=True)
    stamped: Mapped[bool] = mapped_column(primary_key=True, server_default=text("false"))
    """Whether it says on every sheet that its numbers were replaced: made once they were."""
    pdf: Mapped[bytes]
    sha256: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(server_default=func.referendum_now())
