"""What is kept of an advisory vote's arguments, their lot, the mayor's answer and what followed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from referendum.kernel.db import APPEND_ONLY, Base
from referendum.papers.tables import as_named


class Argument(Base):
    """One version of what one side says. The last one is what is published."""

    __tablename__ = "argument"
    __table_args__ = (
        UniqueConstraint("measure_id", "option", "version", name="uq_argument_version"),
        CheckConstraint("version > 0", name="counts_from_one"),
        as_named(),
        {"info": APPEND_ONLY},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    measure_id: Mapped[UUID] = mapped_column(ForeignKey("measure.id"))
    option: Mapped[str]
    """The key of the option that it speaks for."""
    version: Mapped[int]
    said_by: Mapped[str]
    """A group's or an office's name as published; empty where the text was taken back."""
    points: Mapped[list[Any]]
    """[{ko, en}], in the order in which they are to be read."""
    paper_id: Mapped[UUID] = mapped_column(index=True)
    document_number: Mapped[str]
    document_date: Mapped[date]
    entered_by: Mapped[str]
    entered_at: Mapped[datetime]
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    """Of the commitment in the record: nobody can guess the text from it before it is public."""
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("record_entry.id"))


class DrawCommitted(Base):
    """Which future public randomness will put the options of a measure in order. Said once."""

    __tablename__ = "draw_committed"
    __table_args__ = ({"info": APPEND_ONLY},)

    measure_id: Mapped[UUID] = mapped_column(ForeignKey("measure.id"), primary_key=True)
    kind: Mapped[str]
    source: Mapped[str]
    """The line that is hashed: kind, name and number of the draw."""
    day: Mapped[date]
    """The day on which its value becomes known."""
    committed_by: Mapped[str]
    committed_at: Mapped[datetime]
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("record_entry.id"))


class DrawValue(Base):
    """The published value as one officer read it; two different officers must agree."""

    __tablename__ = "draw_value"
    __table_args__ = ({"info": APPEND_ONLY},)

    measure_id: Mapped[UUID] = mapped_column(
        ForeignKey("draw_committed.measure_id"), primary_key=True
    )
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[str]
    published_in: Mapped[str]
    """Where the officer read it."""
    entered_by: Mapped[str]
    entered_at: Mapped[datetime]
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("record_entry.id"))


class Answer(Base):
    """The mayor's answer (sequence 1), and what was added to it later. Nothing replaces it."""

    __tablename__ = "answer"
    __table_args__ = (
        CheckConstraint("sequence > 0", name="counts_from_one"),
        CheckConstraint("sequence > 1 or decision is not null", name="decides_first"),
        as_named(),
        {"info": APPEND_ONLY},
    )

    measure_id: Mapped[UUID] = mapped_column(ForeignKey("measure.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    decision: Mapped[str | None]
    """followed, partly or not; a supplement decides nothing anew."""
    reasons_ko: Mapped[str]
    reasons_en: Mapped[str | None]
    answered_by: Mapped[str]
    office: Mapped[str]
    """Who answers: name and office, as the document names them."""
    paper_id: Mapped[UUID] = mapped_column(index=True)
    document_number: Mapped[str]
    document_date: Mapped[date]
    given_at: Mapped[datetime]
    days_late: Mapped[int]
    entered_by: Mapped[str]
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("record_entry.id"))


class FollowUp(Base):
    """One version of one item of what follows an answer. The last version is how it stands."""

    __tablename__ = "follow_up"
    __table_args__ = (
        CheckConstraint("item > 0 and version > 0", name="count_from_one"),
        CheckConstraint("amount is null or amount > 0", name="amount"),
        CheckConstraint("(state = 'done') = (done_on is not null)", name="done_on_a_day"),
        {"info": APPEND_ONLY},
    )

    measure_id: Mapped[UUID] = mapped_column(ForeignKey("measure.id"), primary_key=True)
    item: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str]
    title_ko: Mapped[str]
    title_en: Mapped[str | None]
    amount: Mapped[int | None] = mapped_column(BigInteger)
    """Whole won of a budget line, where one is planned."""
    planned: Mapped[date]
    state: Mapped[str]
    done_on: Mapped[date | None]
    note: Mapped[str | None]
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("record_entry.id"))
