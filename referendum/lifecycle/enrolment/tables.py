"""What is kept of voters who enrol themselves for one vote, where no register may be used."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from referendum.kernel.db import APPEND_ONLY, Base


class EnrolmentBook(Base):
    """The enrolments of one vote: its row is what enrolling shares and closing holds alone."""

    __tablename__ = "enrolment_book"

    measure_id: Mapped[UUID] = mapped_column(ForeignKey("measure.id"), primary_key=True)
    key_id: Mapped[UUID] = mapped_column(ForeignKey("sealed_data_key.id"))
    """Destroyed, it takes the names with it, and no name can be tested against the hashes."""
    opened_at: Mapped[datetime]


class Enrolment(Base):
    """Anything submitted: never unique, never changed, never deleted. The day, not the moment."""

    __tablename__ = "enrolment"
    __table_args__ = (
        CheckConstraint("assurance in ('phone', 'desk')", name="assurance"),
        CheckConstraint(
            "(assurance = 'phone') = (phone_key is not null)", name="phone_unless_desk"
        ),
        CheckConstraint("(assurance = 'desk') = (entered_by is not null)", name="officer_at_desk"),
        Index("ix_enrolment_phone", "measure_id", "phone_key"),
        Index("ix_enrolment_name", "measure_id", "name_key"),
        {"info": APPEND_ONLY},
    )

    measure_id: Mapped[UUID] = mapped_column(
        ForeignKey("enrolment_book.measure_id"), primary_key=True
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    """The order in which they came in: of several for one person, the first stands."""
    assurance: Mapped[str]
    name_key: Mapped[bytes]
    phone_key: Mapped[bytes | None]
    district_id: Mapped[UUID] = mapped_column(ForeignKey("district.id"))
    sealed: Mapped[bytes]
    """Name, birth date, nationality and salt, in the place `enrolment:<id>`."""
    statements: Mapped[dict[str, Any]]
    """Which statements were ticked, and in which version of their wording."""
    commitment: Mapped[bytes]
    received_on: Mapped[date]
    entered_by: Mapped[str | None]
    """The officer who entered it at the desk."""
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("record_entry.id"))


class StandingEnrolment(Base):
    """The one enrolment that counts for a name and birth date, and for a phone, on a vote."""

    __tablename__ = "standing_enrolment"
    __table_args__ = (
        ForeignKeyConstraint(
            ["measure_id", "enrolment_id"],
            ["enrolment.measure_id", "enrolment.id"],
        ),
        UniqueConstraint("measure_id", "phone_key", name="uq_standing_enrolment_phone"),
        UniqueConstraint("measure_id", "enrolment_id", name="uq_standing_enrolment_enrolment"),
    )

    measure_id: Mapped[UUID] = mapped_column(primary_key=True)
    name_key: Mapped[bytes] = mapped_column(primary_key=True)
    phone_key: Mapped[bytes | None]
    enrolment_id: Mapped[UUID]
    district_id: Mapped[UUID]
    assurance: Mapped[str]


class EnrolmentWithdrawal(Base):
    """An enrolment taken back before the roll was made."""

    __tablename__ = "enrolment_withdrawal"
    __table_args__ = (
        ForeignKeyConstraint(
            ["measure_id", "enrolment_id"],
            ["enrolment.measure_id", "enrolment.id"],
        ),
        {"info": APPEND_ONLY},
    )

    measure_id: Mapped[UUID] = mapped_column(primary_key=True)
    enrolment_id: Mapped[UUID] = mapped_column(primary_key=True)
    on: Mapped[date]
    how: Mapped[str]
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("record_entry.id"))
