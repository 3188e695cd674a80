"""What is told of lines and decisions, and what the desk keys in."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import Field

from referendum.api.shapes import (
    Asked,
    Day,
    From,
    Id,
    Line,
    Moment,
    OneOf,
    Paragraph,
    Text,
    Told,
    ToldOf,
)
from referendum.lifecycle.undoing import Decided
from signatures.deciding import Decision, Version
from signatures.examinations import Course, ExaminationReport, State
from signatures.lines import Reason, Status
from signatures.settling import Candidate, OpenLine
from signatures.tables import PaperBatch, PaperBatchMark

KEYED: Final = 500
"""Lines that can be keyed in with one request; more come as a file."""


class BatchOut(Told):
    """Lines that were kept together, under one entry of the record."""

    id: UUID
    number: int
    origin: str
    received_on: date
    lines: int
    merkle_root: str
    entry: UUID
    miskeyed_at: Moment | None
    """Since when its lines are in no total."""

    @classmethod
    def of(cls, batch: PaperBatch, mark: PaperBatchMark | None = None) -> BatchOut:
        return cls(
            id=batch.id,
            number=batch.number,
            origin=batch.origin,
            received_on=batch.received_on,
            lines=batch.lines,
            merkle_root=batch.merkle_root.hex(),
            entry=batch.record_entry_id,
            miskeyed_at=mark.marked_at if mark else None,
        )


class VoidingOut(Told):
    """Lines that were voided together, and whether that was, or can be, taken back as a whole."""

    id: UUID
    lines: int
    merkle_root: str
    decided_by: str
    confirmed_by: str | None
    decided_at: Moment
    undone_at: Moment | None
    undone_lines: int | None
    """How many of them stand again as before."""
    next_step: str | None
    """The act by which the measure went on since: from then on it stays."""

    @classmethod
    def of(cls, one: Decided) -> VoidingOut:
        return cls(
            id=one.voiding.id,
            lines=one.voiding.lines,
            merkle_root=one.voiding.merkle_root.hex(),
            decided_by=one.voiding.decided_by,
            confirmed_by=one.voiding.confirmed_by,
            decided_at=one.voiding.decided_at,
            undone_at=one.undone.decided_at if one.undone else None,
            undone_lines=one.undone.lines if one.undone else None,
            next_step=one.step.act if one.step else None,
        )


class PaperLineIn(Asked):
    """A row of a sheet as it stands there: what is wrong in it is evidence, not a fault."""

    sheet: Annotated[Text, Field(min_length=1, max_length=200)]
    row: Annotated[int, Field(ge=1, le=100_000)]
    name: Line
    birth_date: Line
    address: Annotated[Text, Field(max_length=500)]
    district: Line
    signed_on: Line
    has_mark: bool
    collector: Line | None = None


class SheetsIn(Asked):
    received_on: Day
    lines: Annotated[list[PaperLineIn], Field(min_length=1, max_length=KEYED)]


class ExaminationReportOut(Told):
    """What one automatic pass decided: `examined` is the sum of all the rest."""

    examined: int
    valid: int
    void: dict[str, int]
    open: dict[str, int]


class ExaminationOut(Told):
    """How an automatic pass is going. Nothing that it decides is there before it has finished."""

    id: UUID
    state: State
    asked_at: Moment
    ended_at: Moment | None
    done: int
    lines: int | None
    report: ExaminationReportOut | None
    refusal: str | None
    facts: dict[str, Any]

    @classmethod
    def of(cls, course: Course) -> ExaminationOut:
        found = course.report
        return cls(
            id=course.id,
            state=course.state,
            asked_at=course.asked_at,
            ended_at=course.ended_at,
            done=course.done,
            lines=course.lines,
            report=None if found is None else _report(found),
            refusal=course.refusal,
            facts=dict(course.facts),
        )


def _report(found: ExaminationReport) -> ExaminationReportOut:
    return ExaminationReportOut(
        examined=found.examined,
        valid=found.valid,
        void={reason.value: count for reason, count in found.void.items()},
        open={reason.value: count for reason, count in found.open.items()},
    )


class OpenLineOut(ToldOf[OpenLine]):
    id: Annotated[UUID, From("line_id")]
    number: int
    origin: str
    sheet: str | None
    row: int | None
    reason: str
    written: dict[str, Any]


class WhomIn(Asked):
    """A name and birth date as written, or as the officer reads them."""

    name: Line
    birth_date: Line
    reference: Day


class CandidateOut(ToldOf[Candidate]):
    person: Annotated[UUID, From("person_id")]
    district: Annotated[UUID, From("district_id")]
    on_roll: bool


class CandidatesOut(Told):
    candidates: list[CandidateOut]


class DecisionIn(Asked):
    """Valid with a person, or void with a reason; a note where it was decided before."""

    status: OneOf[Status]
    reason: OneOf[Reason] | None = None
    person: Id | None = None
    note: Paragraph | None = None


class DecisionOut(ToldOf[Decision]):
    line: Annotated[UUID, From("line_id")]
    version: int
    status: str
    reason: str | None


class VersionOut(ToldOf[Version]):
    """One decision in the history of a line, with the written reason."""

    version: int
    status: str
    reason: str | None
    decided_by: str
    note: str | None


class NoteIn(Asked):
    note: Paragraph


class MiskeyedOut(Told):
    lines: int


class PaperWithdrawalIn(Asked):
    document: Paragraph
