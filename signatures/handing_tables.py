"""Sheets as they were handed over: what may be keyed in after the handing in, and no more."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from referendum.kernel.db import APPEND_ONLY, Base


class HandingIn(Base):
    """Sheets that were handed over together: the receipt that the representatives have for them."""

    __tablename__ = "handing_in"
    __table_args__ = (
        UniqueConstraint("petition_id", "number", name="uq_handing_in_number"),
        {"info": APPEND_ONLY},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    petition_id: Mapped[UUID] = mapped_column(ForeignKey("petition.id"))
    number: Mapped[int]
    received_on: Mapped[date]
    """The day on which it was, where the petition runs."""
    registered_by: Mapped[str]
    registered_at: Mapped[datetime] = mapped_column(server_default=func.referendum_now())
    sheets: Mapped[int]
    lines: Mapped[int]
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    """SHA-256 of the list in canonical JSON: whoever keeps the list can work it out again."""
    record_entry_id: Mapped[UUID] = mapped_column(ForeignKey("record_entry.id"))


class RegisteredSheet(Base):
    """One sheet, or one bundle that is keyed under one number, with the lines written on it."""

    __tablename__ = "registered_sheet"
    __table_args__ = (CheckConstraint("lines > 0", name="lines"), {"info": APPEND_ONLY})

    petition_id: Mapped[UUID] = mapped_column(ForeignKey("petition.id"), primary_key=True)
    sheet: Mapped[str] = mapped_column(primary_key=True)
    """Its number as it is keyed (`lines.sheet_named`)."""
    lines: Mapped[int]
    handing_in_id: Mapped[UUID] = mapped_column(ForeignKey("handing_in.id"))
