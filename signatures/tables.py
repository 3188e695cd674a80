"""Where petitions keep their lines, what was decided on each, and the signatures that stand."""

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
    LargeBinary,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from referendum.kernel.db import APPEND_ONLY, Base


class Petition(Base):
    """The collection of support for one measure, with the rules it was opened under."""

    __tablename__ = "petition"
    __table_args__ = (
        UniqueConstraint("measure_id", name="uq_petition_measure"),
        CheckConstraint("opens_at < closes_at", name="period"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    measure_id: Mapped[UUID]
    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"))
    zone: Mapped[str]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    """Half-open: at this moment it is closed."""
    closed_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    halted: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))
    """{kind, document} of the halt under which nobody can sign, written with the halt itself."""
    closed_days: Mapped[list[dict[str, str | None]] | None] = mapped_column(
        JSONB(none_as_null=True), server_default=text("'[]'")
    )
    """{first, until, district} of the days on which nobody can sign there, written with the days.
    None in a petition that is older than this: `petitions.close_days` comes before signing."""
    roll_id: Mapped[UUID] = mapped_column(ForeignKey("roll.id"))
    channels: Mapped[list[str]]
    online_days: Mapped[list[dict[str, str | None]] | None] = mapped_column(
        JSONB(none_as_null=True)
    )
    """{first, until} of the days on which one can sign online, written with the designations.
    None: on every day, as far as the channels say so."""
    minimum_assurance: Mapped[str]
    owner: Mapped[str]
    """The authority that decides, to whose key this petition's key is wrapped."""
    text_sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    key_id: Mapped[UUID] = mapped_column(ForeignKey("sealed_data_key.id"))


class PaperBatch(Base):
    """Lines that were brought together, under one entry of the record."""

    __tablename__ = "paper_batch"
    __table_args__ = (
        UniqueConstraint("petition_id", "number", name="uq_paper_batch_number"),
        UniqueConstraint("petition_id", "digest", name="uq_paper_batch_digest"),
        {"info": APPEND_ONLY},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    petition_id: Mapped[UUID] = mapped_column(ForeignKey("petition.id"))
    number: Mapped[int]
    origin: Mapped[str]
    received_on: Mapped[date]
    keyed_by: Mapped[str]
    keyed_at: Mapped[datetime] = mapped_column(server_default=func.referendum_now())
    lines: Mapped[int]
    merkle_root: Mapped[bytes] = mapped_column(LargeBinary(32))
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    """A keyed hash of what was written, by which the same file brought twice is known."""
    record_entry_id: Mapped[UUID] = mapped_column(ForeignKey("record_entry.id"))


class PaperBatchMark(Base):
    """A batch that was keyed wrongly: its lines stay as evidence and are in no total."""

    __tablename__ = "paper_batch_mark"
    __table_args__ = ({"info": APPEND_ONLY},)

    batch_id: Mapped[UUID] = mapped_column(ForeignKey("paper_batch.id"), primary_key=True)
    turn: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """It may be put back, and taken back once more: the first time is 1."""
    note: Mapped[bytes | None]
    """The written reason, sealed like those of decisions."""
    marked_by: Mapped[str]
    marked_at: Mapped[datetime]


class PaperBatchRestored(Base):
    """That such a mark was a mistake: the batch counts again, as it did."""

    __tablename__ = "paper_batch_restored"
    __table_args__ = (
        ForeignKeyConstraint(
            ["batch_id", "turn"], ["paper_batch_mark.batch_id", "paper_batch_mark.turn"]
        ),
        {"info": APPEND_ONLY},
    )

    batch_id: Mapped[UUID] = mapped_column(primary_key=True)
    turn: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    merkle_root: Mapped[bytes] = mapped_column(LargeBinary(32))
    note: Mapped[bytes | None]
    restored_by: Mapped[str]
    restored_at: Mapped[datetime]


class Line(Base):
    """Anything submitted: never unique, never changed, never deleted.

    An online line keeps the day and not the moment, as does all that is written with it.
    """

    __tablename__ = "line"
    __table_args__ = (
        Index("ix_line_batch", "batch_id"),
        Index(
            "ix_line_sheet",
            "petition_id",
            "sheet",
            "row",
            postgresql_where=text("sheet is not null"),
        ),
        {"info": APPEND_ONLY},
    )

    petition_id: Mapped[UUID] = mapped_column(ForeignKey("petition.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    arrival: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    """The order in which lines came in: of several by one person, the first stands. Internal, as it
    runs through all petitions and jumps; people see `LineState.number`."""
    origin: Mapped[str]
    batch_id: Mapped[UUID | None]
    sheet: Mapped[str | None]
    row: Mapped[int | None]
    person_key: Mapped[bytes | None]
    district_id: Mapped[UUID | None] = mapped_column(ForeignKey("district.id"))
    """On paper, as written; online, as on the roll."""
    name_index: Mapped[bytes | None]
    """A keyed hash of name and birth date that exists for this petition alone."""
    signed_on: Mapped[date | None]
    sealed: Mapped[bytes]
    """What was written, under the petition's key."""
    missing: Mapped[list[str]]
    assurance: Mapped[str]
    text_sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    commitment: Mapped[bytes] = mapped_column(LargeBinary(32))
    consents: Mapped[dict[str, Any] | None]
    record_entry_id: Mapped[UUID | None]
    received_on: Mapped[date]


class LineDecision(Base):
    """What was decided on a line; a change of mind is a new version, and the old one stays."""

    __tablename__ = "line_decision"
    __table_args__ = (
        CheckConstraint("(status = 'valid') = (reason is null)", name="reason"),
        CheckConstraint("status <> 'valid' or person_key is not null", name="person"),
        # By the moment of a decision over many lines, among those alone that bear a reason.
        Index(
            "ix_line_decision_reasoned",
            "petition_id",
            "decided_at",
            "line_id",
            postgresql_where=text("note is not null"),
        ),
        {"info": APPEND_ONLY},
    )

    petition_id: Mapped[UUID] = mapped_column(primary_key=True)
    line_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    status: Mapped[str]
    reason: Mapped[str | None]
    person_key: Mapped[bytes | None]
    district_id: Mapped[UUID | None]
    decided_by: Mapped[str]
    decided_at: Mapped[datetime]
    note: Mapped[bytes | None]
    """The written reason, sealed: people put names into such texts."""


class LineState(Base):
    """Where a line stands now: a projection of its decisions, with one writer (`states`).

    The decisions and the standing signature of a line are written with it and refer to the line
    through it: one reference is checked for the three.
    """

    __tablename__ = "line_state"
    __table_args__ = (
        ForeignKeyConstraint(["petition_id", "line_id"], ["line.petition_id", "line.id"]),
        CheckConstraint("(status = 'valid') = (reason is null)", name="reason"),
        CheckConstraint("status <> 'valid' or person_key is not null", name="person"),
        Index(
            "uq_line_state_number",
            "petition_id",
            "number",
            unique=True,
            postgresql_where=text("number is not null"),
        ),
        Index(
            "ix_line_state_unnumbered",
            "petition_id",
            "arrival",
            postgresql_where=text("number is null"),
        ),
        # Nothing that a decision changes is in an index, and a page has room for what it changes
        # to: so a state is written where it stands, and a pass writes no index of states.
        {"postgresql_with": {"fillfactor": 45}},
    )

    petition_id: Mapped[UUID] = mapped_column(primary_key=True)
    line_id: Mapped[UUID] = mapped_column(primary_key=True)
    arrival: Mapped[int] = mapped_column(BigInteger)
    number: Mapped[int | None]
    """What people call the line by: per petition, from 1, without holes; given at the folding."""
    version: Mapped[int]
    """That of the decision which holds; 0 where nobody has looked at the line."""
    status: Mapped[str]
    reason: Mapped[str | None]
    person_key: Mapped[bytes | None]
    district_id: Mapped[UUID | None]
    """Where it is counted: as decided, else as on the line."""
    origin: Mapped[str]
    received_on: Mapped[date]


class WaitingLine(Base):
    """A line that waits: for the pass, for an officer, or as a duplicate for the one that stands.

    Written with its state, from which it could be told; here it is found without an index there.
    """

    __tablename__ = "waiting_line"
    __table_args__ = (
        Index(
            "ix_waiting_line_open",
            "petition_id",
            "number",
            postgresql_where=text("reason <> 'duplicate'"),
        ),
        Index(
            "ix_waiting_line_duplicate",
            "petition_id",
            "person_key",
            postgresql_where=text("reason = 'duplicate'"),
        ),
    )

    petition_id: Mapped[UUID] = mapped_column(primary_key=True)
    arrival: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    line_id: Mapped[UUID]
    number: Mapped[int | None]
    """None where it was not numbered yet: signed online, and so never open."""
    reason: Mapped[str]
    person_key: Mapped[bytes | None]


class Examination(Base):
    """An automatic pass that an officer asked for: how far it is, and what became of it."""

    __tablename__ = "examination"
    __table_args__ = (
        CheckConstraint("done >= 0 and done <= lines", name="done"),
        CheckConstraint("report is null or refusal is null", name="one_end"),
        CheckConstraint(
            "(ended_at is null) = (report is null and refusal is null)", name="ended_somehow"
        ),
        Index("ix_examination_petition", "petition_id", "asked_at"),
        Index(
            "uq_examination_under_way",
            "petition_id",
            unique=True,
            postgresql_where=text("ended_at is null"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    petition_id: Mapped[UUID] = mapped_column(ForeignKey("petition.id"))
    asked_by: Mapped[UUID]
    asked_at: Mapped[datetime]
    starts: Mapped[int] = mapped_column(server_default=text("0"))
    """How often a worker has begun: a pass that breaks off goes on where it was."""
    lines: Mapped[int | None]
    """How many there are to decide; unknown before it has begun."""
    done: Mapped[int] = mapped_column(server_default=text("0"))
    seen_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    """The last sign of life, by the machine's clock: it is about processes."""
    ended_at: Mapped[datetime | None]
    report: Mapped[dict[str, Any] | None]
    refusal: Mapped[str | None]
    """The code of the refusal by which it ended."""
    facts: Mapped[dict[str, Any] | None]
    reached: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    """The arrival of the last line that is staged, or after the publishing, entered."""
    disturbed: Mapped[int] = mapped_column(server_default=text("0"))
    """How often a change that matters to the pass was made beside it, until it was published."""
    staged_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    """From then on what the pass decided holds, though not every line is entered yet."""


class ExaminedLine(Base):
    """What a pass is going to decide on a line: of no effect before the pass is published.

    Gone once it is entered as a decision.
    """

    __tablename__ = "examined_line"
    __table_args__ = (
        Index(
            "ix_examined_line_person",
            "petition_id",
            "person_key",
            postgresql_where=text("person_key is not null"),
        ),
    )

    petition_id: Mapped[UUID] = mapped_column(primary_key=True)
    arrival: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    line_id: Mapped[UUID]
    number: Mapped[int]
    """Of the line, by which a piece of states is found: no index of theirs is by arrival."""
    examination_id: Mapped[UUID]
    commitment: Mapped[bytes] = mapped_column(LargeBinary(32))
    origin: Mapped[str]
    written_in: Mapped[UUID | None]
    status: Mapped[str]
    reason: Mapped[str | None]
    person_key: Mapped[bytes | None]
    district_id: Mapped[UUID | None]


class StandingSignature(Base):
    """The one line that counts for a person on a petition, upheld by the primary key."""

    __tablename__ = "standing_signature"
    __table_args__ = (
        # Not by the petition first: the planner would take it for a way to a person's signature.
        UniqueConstraint("line_id", "petition_id", name="uq_standing_signature_line"),
    )

    petition_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_key: Mapped[bytes] = mapped_column(primary_key=True)
    line_id: Mapped[UUID]
    district_id: Mapped[UUID]
    origin: Mapped[str]
    since: Mapped[date]


class Withdrawal(Base):
    """A signature taken back by the one who gave it."""

    __tablename__ = "withdrawal"
    __table_args__ = (
        ForeignKeyConstraint(["petition_id", "line_id"], ["line.petition_id", "line.id"]),
        Index("ix_withdrawal_person", "petition_id", "person_key"),
        {"info": APPEND_ONLY},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    petition_id: Mapped[UUID]
    line_id: Mapped[UUID]
    person_key: Mapped[bytes | None]
    on: Mapped[date]
    how: Mapped[str]


class PetitionTally(Base):
    """Lines counted by district, origin, status and reason; public figures read only this."""

    __tablename__ = "petition_tally"

    petition_id: Mapped[UUID] = mapped_column(ForeignKey("petition.id"), primary_key=True)
    district_id: Mapped[UUID] = mapped_column(primary_key=True)
    """The zero UUID where the district of a line is not known."""
    origin: Mapped[str] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(primary_key=True)
    """Empty where the line is valid."""
    lines: Mapped[int]
    folded_at: Mapped[datetime]
    """The hour: a moment would be that of the last signature in a district."""


class PetitionTallyDelta(Base):
    """What a change adds to a cell of the tally (+) or takes from it (-), until it is folded."""

    __tablename__ = "petition_tally_delta"

    petition_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    district_id: Mapped[UUID]
    origin: Mapped[str]
    status: Mapped[str]
    reason: Mapped[str]
    lines: Mapped[int]


class PetitionRecount(Base):
    """When a petition's lines were last counted again, and where what is shown was otherwise."""

    __tablename__ = "petition_recount"

    petition_id: Mapped[UUID] = mapped_column(ForeignKey("petition.id"), primary_key=True)
    counted_at: Mapped[datetime]
    """By the machine's clock."""
    wrong: Mapped[list[Any]]
