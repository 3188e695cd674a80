"""Files on their way into the register: what is kept of one until it is in, or given up."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA
from sqlalchemy.orm import Mapped, mapped_column

from referendum.kernel.db import Base
from referendum.kernel.intake import Intake, Piece


class RegisterIntake(Intake, Base):
    """One file, from its first byte to the version that it became. Counts, and nobody's data."""

    __tablename__ = "register_intake"
    __table_args__ = (
        CheckConstraint(
            "stage in ('receiving', 'reading', 'waiting', 'seconding', 'publishing', 'done',"
            " 'refused', 'given_up')",
            name="stage",
        ),
        CheckConstraint("mode in ('whole', 'changes')", name="mode"),
        CheckConstraint(
            "seconded_by is null or seconded_by <> confirmed_by", name="two_registrars"
        ),
        Index(
            "uq_register_intake_publishing",
            "jurisdiction_id",
            unique=True,
            postgresql_where=text("stage = 'publishing'"),
        ),
        Index(
            "ix_register_intake_open",
            "touched_at",
            postgresql_where=text("not cleared"),
        ),
    )

    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"))
    as_of: Mapped[date]
    asked_by: Mapped[str]
    invented: Mapped[bool]
    """Whether it may be of people who do not exist, with phones that nobody has."""
    mode: Mapped[str] = mapped_column(server_default=text("'whole'"))
    """Whether who is not in it has gone, or it tells of some people only."""
    meanings: Mapped[dict[str, Any] | None]
    """What an officer says that words in it mean."""
    words: Mapped[bytes | None]
    """Those that nobody knows, sealed in the place `register_intake_words:<intake>`."""
    quoted: Mapped[bytes | None]
    """What stands where lines are at fault, sealed in the place `register_intake_quoted:<intake>`.

    Of as many places as a report names; gone with the file's key."""
    unexplained: Mapped[int] = mapped_column(server_default=text("0"))
    """How many of them would cost somebody a right, and have no meaning yet."""
    weights: Mapped[dict[str, Any] | None]
    """What its lines change about who lives where (`weighing`)."""
    effects: Mapped[dict[str, Any] | None]
    """What all of it changes, once it is read."""
    preview: Mapped[str | None]
    """The version of the preview: who confirms says which one was read."""
    file_sha256: Mapped[str] = mapped_column(server_default=text("''"))
    version: Mapped[int]
    """The version that it would become."""
    version_key_id: Mapped[UUID | None] = mapped_column(ForeignKey("sealed_data_key.id"))
    read_bytes: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    next_line: Mapped[int] = mapped_column(server_default=text("1"))
    """The number of the line that stands at `read_bytes`."""
    lines: Mapped[int] = mapped_column(server_default=text("0"))
    nameless: Mapped[int] = mapped_column(server_default=text("0"))
    """Refused lines without a register number: they may be anybody's."""
    refused: Mapped[int] = mapped_column(server_default=text("0"))
    noted: Mapped[int] = mapped_column(server_default=text("0"))
    added: Mapped[int] = mapped_column(server_default=text("0"))
    changed: Mapped[int] = mapped_column(server_default=text("0"))
    unchanged: Mapped[int] = mapped_column(server_default=text("0"))
    missing: Mapped[int] = mapped_column(server_default=text("0"))
    """People of the register who are not in the file."""
    phones_replaced: Mapped[int] = mapped_column(server_default=text("0"))
    phones_first: Mapped[int] = mapped_column(server_default=text("0"))
    people_before: Mapped[int] = mapped_column(server_default=text("0"))
    """People whose residence runs on, before this file."""
    published: Mapped[int] = mapped_column(server_default=text("0"))
    """Lines and missing people that are in the register already, where nobody sees them yet."""
    confirmed_by: Mapped[str | None]
    """Who had it taken in; from then on it only goes forward, or waits for a second registrar."""
    seconded_by: Mapped[str | None]
    """The second one, where it changes so much that one is not enough."""


class IntakePiece(Piece, Base):
    """A piece of the file, sealed in the place `register_intake_piece:<intake>:<number>`."""

    __tablename__ = "register_intake_piece"

    intake_id: Mapped[UUID] = mapped_column(ForeignKey("register_intake.id"), primary_key=True)


class IntakeFault(Base):
    """The place of a fault in the file: never what stands there."""

    __tablename__ = "register_intake_fault"

    intake_id: Mapped[UUID] = mapped_column(ForeignKey("register_intake.id"), primary_key=True)
    noted: Mapped[bool] = mapped_column(primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    column_name: Mapped[str | None]
    reason: Mapped[str]


class IntakeLine(Base):
    """A line that changes somebody or tells of former names: what has to be known beside its row.

    Also one that brings somebody's phone into a register that is there already.

    Without foreign keys: there may be a million of them, and nobody sees them.
    """

    __tablename__ = "register_intake_line"

    intake_id: Mapped[UUID] = mapped_column(primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    changes: Mapped[bool]
    """Whether the register holds the person already."""
    person_id: Mapped[UUID]
    registered_from: Mapped[date]
    former: Mapped[list[bytes] | None] = mapped_column(ARRAY(BYTEA))
    """Keyed hashes of names that the person no longer bears."""
    known_id: Mapped[UUID | None]
    """The row of residence that ends on `known_ends` as this one begins."""
    known_ends: Mapped[date | None]
    phone_replaced: Mapped[bool | None]
    """Of a line with a phone that its person did not have: whether they had another."""


class IntakeRows(Base):
    """What a batch of lines becomes: rows of the register as they will be written, unseen.

    In the binary form of COPY, which is theirs to the last byte: made once, and not read again but
    where a number turns out to be given twice.
    """

    __tablename__ = "register_intake_rows"

    intake_id: Mapped[UUID] = mapped_column(primary_key=True)
    first_line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last_line: Mapped[int]
    lines: Mapped[int]
    """How many were read, whatever became of them."""
    numbers: Mapped[str]
    """Whose those are that have a register number, with a newline between, which none can hold."""
    places: Mapped[bytes]
    """Of each of them, where it stands and what it says (`working_out.placed`)."""
    people: Mapped[bytes]
    residences: Mapped[bytes]


class IntakeRepeated(Base):
    """A number that several lines of the file have, so that none of them can be trusted."""

    __tablename__ = "register_intake_repeated"

    intake_id: Mapped[UUID] = mapped_column(primary_key=True)
    register_no: Mapped[str] = mapped_column(primary_key=True)


class IntakeMissing(Base):
    """Somebody of the register who is not in the file, and whose residence ends with it."""

    __tablename__ = "register_intake_missing"

    intake_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    residence_id: Mapped[UUID]
