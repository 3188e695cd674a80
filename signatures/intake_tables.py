"""Files of sheets on their way into a petition: what is kept of one until it is in, or given up."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from referendum.kernel.db import Base
from referendum.kernel.intake import Intake, Piece


class SheetIntake(Intake, Base):
    """One file, from its first byte to the batch that it became. Counts, and nobody's data."""

    __tablename__ = "sheet_intake"
    __table_args__ = (
        CheckConstraint(
            "stage in ('receiving', 'reading', 'entering', 'done', 'refused', 'given_up')",
            name="stage",
        ),
        Index("ix_sheet_intake_petition_id", "petition_id", "opened_at"),
        Index("ix_sheet_intake_open", "touched_at", postgresql_where=text("not cleared")),
    )

    petition_id: Mapped[UUID] = mapped_column(ForeignKey("petition.id"))
    origin: Mapped[str]
    received_on: Mapped[date]
    minimum_age: Mapped[int]
    """At the signing: by it a year of two digits is read."""
    asked_by: Mapped[UUID]
    """The officer's account; the rights that it has are looked at again as the lines go in."""
    batch_id: Mapped[UUID] = mapped_column(default=uuid4)
    """The batch that it would become."""
    lines: Mapped[int | None]
    """How many it has; known once it was looked through and nothing was wrong with it."""
    made: Mapped[int] = mapped_column(server_default=text("0"))
    """Lines that are made and wait, where nobody sees them."""
    digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    """The batch's, once all are made."""


class SheetPiece(Piece, Base):
    """A piece of the file, sealed in the place `sheet_intake_piece:<intake>:<number>`."""

    __tablename__ = "sheet_intake_piece"

    intake_id: Mapped[UUID] = mapped_column(ForeignKey("sheet_intake.id"), primary_key=True)


class SheetRows(Base):
    """Lines as they will be written, unseen: made once, in the binary form of COPY."""

    __tablename__ = "sheet_intake_rows"

    intake_id: Mapped[UUID] = mapped_column(ForeignKey("sheet_intake.id"), primary_key=True)
    first: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """The place of the first of them among the file's lines, from 0."""
    ids: Mapped[bytes]
    commitments: Mapped[bytes]
    """Sixteen and thirty-two bytes a line, one after the other."""
    rows: Mapped[bytes]
