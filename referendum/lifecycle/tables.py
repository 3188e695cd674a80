"""What is kept of a measure: its text, its stage, every step, holds and deadlines."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from referendum.kernel.db import APPEND_ONLY, Base
from referendum.lifecycle.described import MEASURE_SAYS, Described
from referendum.papers.tables import as_named


class Measure(Described, Base):
    """One question and its whole life."""

    __tablename__ = "measure"
    __table_args__ = (
        UniqueConstraint("jurisdiction_id", "number", name="uq_measure_public_number"),
        Index("ix_measure_stage", "jurisdiction_id", "stage"),
        Index(
            "ix_measure_search", text(f"referendum_grams({MEASURE_SAYS})"), postgresql_using="gin"
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"))
    number: Mapped[int]
    """Counts up within the jurisdiction; what people call it by."""
    instrument: Mapped[str]
    route: Mapped[str | None]
    office: Mapped[str | None]
    official: Mapped[str | None]
    """Recall: the public office and the name its holder bears in it, as published."""
    term_started: Mapped[date | None]
    """Recall: the official's term and an earlier vote on the same person (REC §8)."""
    term_ends: Mapped[date | None]
    previous_vote: Mapped[date | None]
    stage: Mapped[str]
    outcome: Mapped[str | None]
    """Of the last verdict that was certified."""
    title_ko: Mapped[str]
    title_en: Mapped[str | None]
    question_ko: Mapped[str]
    question_en: Mapped[str | None]
    reason: Mapped[str]
    body: Mapped[str]
    """The draft ordinance, or the purpose in full."""
    options: Mapped[list[Any]]
    """[{key, ko, en}], in the order of the ballot."""
    districts: Mapped[list[str] | None]
    """Ids of the area's districts; none: the whole jurisdiction."""
    ordinance: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    checklist: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    """By excluded subject: what its initiators answered (`lifecycle/screening`)."""
    text_sha256: Mapped[bytes | None]
    """Of what is signed, frozen when the petition is admitted."""
    rulebook: Mapped[str | None]
    rulebook_fingerprint: Mapped[str | None]
    rulebook_document: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """Advisory votes: the promise's rulebook in full; the others' are the library's."""
    delegation_id: Mapped[UUID | None] = mapped_column(ForeignKey("delegation.id"), index=True)
    asked_by: Mapped[str | None]
    """Advisory votes: who asked (`thresholds.terms.Asker`)."""
    base_year: Mapped[int | None]
    project_id: Mapped[UUID | None] = mapped_column(ForeignKey("project.id"), index=True)
    """The project of the city, or the matter, that an advisory vote is about."""
    demo: Mapped[bool] = mapped_column(server_default=text("false"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.referendum_now())


class Representative(Base):
    """One of a petition's representatives, from joining to leaving."""

    __tablename__ = "representative"
    __table_args__ = (UniqueConstraint("measure_id", "person_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    measure_id: Mapped[UUID] = mapped_column(ForeignKey("measure.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    joined_at: Mapped[datetime] = mapped_column(server_default=func.referendum_now())
    left_at: Mapped[datetime | None]


class StepTaken(Base):
    """One step of a measure's life, as it was taken. Never changed."""

    __tablename__ = "step_taken"
    __table_args__ = (
        as_named(),
        CheckConstraint("(paper_id is null) = (document_number is null)", name="rests_on_a_paper"),
        {"info": APPEND_ONLY},
    )

    measure_id: Mapped[UUID] = mapped_column(ForeignKey("measure.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    act: Mapped[str]
    source: Mapped[str]
    target: Mapped[str]
    at: Mapped[datetime]
    """When it takes effect: the deadline's moment for the calendar's acts."""
    taken_at: Mapped[datetime] = mapped_column(server_default=func.referendum_now())
    by: Mapped[str]
    authority: Mapped[str | None]
    recorded_from: Mapped[bool]
    """Whether the operator recorded it from the deciding authority's document."""
    transcribed_by: Mapped[str | None]
    """The authority whose officers recorded it, where it was not the deciding one."""
    confirmed_by: Mapped[str | None]
    """The second officer, where the step asks for two."""
    paper_id: Mapped[UUID | None] = mapped_column(index=True)
    document_number: Mapped[str | None]
    document_date: Mapped[date | None]
    reason: Mapped[str | None]
    facts: Mapped[dict[str, Any]]
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("record_entry.id"))


class Hold(Base):
    """A court's or a postponement's halt that lies over a stage."""

    __tablename__ = "hold"
    __table_args__ = (
        as_named(),
        as_named("lifting_paper_id", "lifting_number", "lifting_date", name="fk_hold_lifting"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    measure_id: Mapped[UUID] = mapped_column(ForeignKey("measure.id"), index=True)
    kind: Mapped[str]
    from_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
    reason: Mapped[str]
    paper_id: Mapped[UUID] = mapped_column(index=True)
    document_number: Mapped[str]
    document_date: Mapped[date]
    stops_clock: Mapped[bool]
    placed_by: Mapped[str]
    placing_confirmed_by: Mapped[str | None]
    """Who saw afterwards that it stands as the court's paper says."""
    lifted_by: Mapped[str | None]
    lifting_confirmed_by: Mapped[str | None]
    lifted_reason: Mapped[str | None]
    lifting_paper_id: Mapped[UUID | None] = mapped_column(index=True)
    """None: it lies, or was lifted before that rested on a paper."""
    lifting_number: Mapped[str | None]
    lifting_date: Mapped[date | None]


class DeadlineKept(Base):
    """One deadline of a measure as computed, or as overridden with a reason."""

    __tablename__ = "deadline"

    measure_id: Mapped[UUID] = mapped_column(ForeignKey("measure.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date]
    """The last day that counts, unless `districts` names another; for the vote, the day itself."""
    at: Mapped[datetime] = mapped_column(index=True)
    """The moment from which it is over everywhere (half-open), or polls open or close."""
    article: Mapped[str]
    sum_ko: Mapped[str]
    sum_en: Mapped[str]
    districts: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    """By the id of a district whose own elections give it another last day: {day, ko, en}."""
    overridden_by: Mapped[str | None]
    overridden_reason: Mapped[str | None]
    overridden_to: Mapped[date | None]
    """The day that an officer set; `day` has the days of later holds on top of it."""
    overridden_at: Mapped[datetime | None]
    overridden_number: Mapped[str | None]
    overridden_date: Mapped[date | None]
    """Of the paper on which the override rests."""
    noticed: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    """By district ("" everywhere else): the day on which it was noticed that the end had passed."""

    def day_in(self, district: UUID | str) -> date:
        """The last day that counts in one district."""
        own = self.districts.get(str(district))
        return self.day if own is None else date.fromisoformat(own["day"])

    @property
    def latest(self) -> date:
        """The last day that counts anywhere."""
        return max([self.day, *map(self.day_in, self.districts)])


class LeftToOne(Base):
    """An act that an authority leaves to one officer, against the strict set (`foureyes`)."""

    __tablename__ = "left_to_one"
    __table_args__ = (CheckConstraint("left_by <> confirmed_by", name="two_officers"),)

    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"), primary_key=True)
    authority: Mapped[str] = mapped_column(primary_key=True)
    act: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    left_by: Mapped[str | None]
    """The administrator who asked for it, and the one who confirmed. None where it was written
    before anybody could."""
    confirmed_by: Mapped[str | None]


class Shift(Base):
    """Something that moved deadlines: a day declared, a hold lifted, an override."""

    __tablename__ = "shift"
    __table_args__ = (Index("ix_shift_about", "about"), {"info": APPEND_ONLY})

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"))
    cause: Mapped[str]
    """The act, as its entry in the record calls it."""
    about: Mapped[UUID]
    """The election, the day off, the outage, the hold, or the measure of an override."""
    title_ko: Mapped[str | None]
    title_en: Mapped[str | None]
    reason: Mapped[str]
    document_number: Mapped[str | None]
    document_date: Mapped[date | None]
    at: Mapped[datetime]
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("record_entry.id"))


class DeadlineMoved(Base):
    """One deadline before and after a shift, with the sum of the new day. Never changed."""

    __tablename__ = "deadline_moved"
    __table_args__ = ({"info": APPEND_ONLY},)

    measure_id: Mapped[UUID] = mapped_column(ForeignKey("measure.id"), primary_key=True)
    shift_id: Mapped[UUID] = mapped_column(ForeignKey("shift.id"), primary_key=True, index=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    before: Mapped[date]
    after: Mapped[date]
    districts_before: Mapped[dict[str, Any]]
    """By the id of a district with another last day: that day."""
    districts_after: Mapped[dict[str, Any]]
    sum_ko: Mapped[str]
    sum_en: Mapped[str]

    @property
    def latest_before(self) -> date:
        """The last day that counted anywhere."""
        return max([self.before, *map(date.fromisoformat, self.districts_before.values())])

    @property
    def latest_after(self) -> date:
        """The last day that counts anywhere since."""
        return max([self.after, *map(date.fromisoformat, self.districts_after.values())])


class CalendarRefusal(Base):
    """An act of the calendar that was due and refused. Gone with the measure's next step.

    Its times are the machine's, as the outbox's are: they are about asking again.
    """

    __tablename__ = "calendar_refusal"

    measure_id: Mapped[UUID] = mapped_column(ForeignKey("measure.id"), primary_key=True)
    act: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str]
    facts: Mapped[dict[str, Any]]
    times: Mapped[int]
    since: Mapped[datetime]
    again_at: Mapped[datetime]
    """Not asked again before then."""


class ElectionSet(Base):
    """An election of the Public Official Election Act, which bars or excludes days."""

    __tablename__ = "election"
    __table_args__ = (UniqueConstraint("jurisdiction_id", "day", "kind"), as_named())

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"))
    day: Mapped[date]
    kind: Mapped[str]
    districts: Mapped[list[str] | None]
    title_ko: Mapped[str]
    title_en: Mapped[str]
    paper_id: Mapped[UUID | None] = mapped_column(index=True)
    """None: it was entered before elections rested on a paper."""
    document_number: Mapped[str | None]
    document_date: Mapped[date | None]


class DayOff(Base):
    """A day that was declared a holiday for once, or a holiday on which people work for once."""

    __tablename__ = "day_off"
    __table_args__ = (UniqueConstraint("jurisdiction_id", "day"), as_named())

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"))
    day: Mapped[date]
    off: Mapped[bool]
    """False: the almanac has a holiday that this is not."""
    title_ko: Mapped[str]
    title_en: Mapped[str]
    paper_id: Mapped[UUID] = mapped_column(index=True)
    document_number: Mapped[str]
    document_date: Mapped[date]


class OutageKept(Base):
    """A time in which the service could not be reached, to the minute, as evidence."""

    __tablename__ = "outage"
    __table_args__ = (CheckConstraint("from_at < until_at", name="in_order"), as_named())

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"), index=True)
    from_at: Mapped[datetime]
    until_at: Mapped[datetime]
    """Half-open: at this moment it could be reached again."""
    title_ko: Mapped[str]
    title_en: Mapped[str]
    paper_id: Mapped[UUID] = mapped_column(index=True)
    document_number: Mapped[str]
    document_date: Mapped[date]


class OrdinanceKept(Base):
    """What the local ordinance sets for an instrument, from a day on."""

    __tablename__ = "ordinance"

    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"), primary_key=True)
    instrument: Mapped[str] = mapped_column(primary_key=True)
    valid_from: Mapped[date] = mapped_column(primary_key=True)
    numbers: Mapped[dict[str, Any]]
    """The keys of `thresholds.periods.OrdinanceNumbers`."""
    source: Mapped[str]
    assumed: Mapped[bool]
    """Whether the numbers are ours, because the ordinance was not at hand."""


class Suspension(Base):
    """Powers of a recalled official, suspended from the call to the result (REC §21)."""

    __tablename__ = "suspension"

    measure_id: Mapped[UUID] = mapped_column(ForeignKey("measure.id"), primary_key=True)
    from_at: Mapped[datetime] = mapped_column(primary_key=True)
    until_at: Mapped[datetime | None]


class Designation(Base):
    """That a system was designated for signing online, from a day on, by the State's paper."""

    __tablename__ = "designation"
    __table_args__ = (
        as_named(),
        CheckConstraint("demo or paper_id is not null", name="rests_on_a_paper"),
        CheckConstraint("until_day is null or from_day <= until_day", name="period"),
        {"info": APPEND_ONLY},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"))
    instrument: Mapped[str]
    channel: Mapped[str] = mapped_column(server_default=text("'online'"))
    system: Mapped[str]
    from_day: Mapped[date]
    until_day: Mapped[date | None]
    """The last day, where the paper names one."""
    paper_id: Mapped[UUID | None] = mapped_column(index=True)
    document_number: Mapped[str]
    document_date: Mapped[date]
    recorded_by: Mapped[str]
    confirmed_by: Mapped[str | None]
    transcribed_by: Mapped[str | None]
    """The office whose officers recorded it for another one that does not work here."""
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.referendum_now())
    demo: Mapped[bool]


class DesignationRevoked(Base):
    """That a designation holds no longer. What was signed before stands."""

    __tablename__ = "designation_revoked"
    __table_args__ = (as_named(), {"info": APPEND_ONLY})

    designation_id: Mapped[UUID] = mapped_column(ForeignKey("designation.id"), primary_key=True)
    from_day: Mapped[date]
    """The first day without it, never before the day of the entry."""
    reason: Mapped[str]
    paper_id: Mapped[UUID] = mapped_column(index=True)
    document_number: Mapped[str]
    document_date: Mapped[date]
    revoked_by: Mapped[str]
    confirmed_by: Mapped[str]
    transcribed_by: Mapped[str | None]
    revoked_at: Mapped[datetime] = mapped_column(server_default=func.referendum_now())
