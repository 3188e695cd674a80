"""Decisions over many lines: what was voided together, and what of it was taken back as a whole."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from referendum.kernel.db import APPEND_ONLY, Base


class Voiding(Base):
    """Lines that were voided together, in one decision of two officers."""

    __tablename__ = "voiding"
    __table_args__ = (
        CheckConstraint("lines > 0", name="lines"),
        {"info": APPEND_ONLY},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    measure_id: Mapped[UUID] = mapped_column(ForeignKey("measure.id"))
    petition_id: Mapped[UUID] = mapped_column(ForeignKey("petition.id"), index=True)
    after_step: Mapped[int]
    """The measure's last step when it was decided: with the next one it stays."""
    lines: Mapped[int]
    merkle_root: Mapped[bytes] = mapped_column(LargeBinary(32))
    note: Mapped[bytes]
    """The reason as sealed with each of the lines, and with no others: by it they are found."""
    decided_by: Mapped[str]
    confirmed_by: Mapped[str | None]
    decided_at: Mapped[datetime]


class VoidingUndone(Base):
    """That such a decision was taken back as a whole, once."""

    __tablename__ = "voiding_undone"
    __table_args__ = ({"info": APPEND_ONLY},)

    voiding_id: Mapped[UUID] = mapped_column(ForeignKey("voiding.id"), primary_key=True)
    lines: Mapped[int]
    """Those that stand as before; what was decided anew of single ones since stays."""
    merkle_root: Mapped[bytes] = mapped_column(LargeBinary(32))
    note: Mapped[bytes]
    decided_by: Mapped[str]
    confirmed_by: Mapped[str | None]
    decided_at: Mapped[datetime]
