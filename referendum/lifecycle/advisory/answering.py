"""The mayor's answer to an advisory vote: owed by a day, given once, added to, never replaced."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from referendum.kernel import proposals
from referendum.kernel.errors import DomainError, Refusal
from referendum.kernel.people import Authority, Officer
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import acting, entries, rules, taking
from referendum.lifecycle.acting import Means, Particulars
from referendum.lifecycle.advisory import correcting
from referendum.lifecycle.advisory.answer_tables import Answer
from referendum.lifecycle.advisory.drawing import insist_on_office
from referendum.lifecycle.dates import deadlines
from referendum.lifecycle.entries import Entry
from referendum.lifecycle.errors import DocumentNeeded, ParticularMissing
from referendum.lifecycle.office import approving
from referendum.lifecycle.office.approving import Approval, Approved
from referendum.lifecycle.stages import Act, Stage
from referendum.lifecycle.tables import DeadlineKept, Measure, StepTaken
from thresholds.vocabulary import DeadlineName, Instrument

LONGEST: Final = 4_000
OWING: Final = frozenset({Stage.DECLARED, Stage.ANSWERED})
"""Where an advisory vote's answer is due or given."""


class Decision(StrEnum):
    """What the mayor does with the result."""

    FOLLOWED = "followed"
    PARTLY = "partly"
    NOT = "not"


class AnswerTooLong(DomainError):
    code: ClassVar[str] = "answer-too-long"
    refusal: ClassVar[Refusal] = Refusal.INVALID


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What is said, on which document, and who signed it by delegation, if somebody did."""

    reasons_ko: str
    reasons_en: str = ""
    approval: Approval


class Answering(StrEnum):
    """How an answer that is owed stands."""

    DUE = "due"
    MISSING = "missing"
    GIVEN = "given"
    GIVEN_LATE = "given_late"


@dataclass(frozen=True, slots=True)
class Owed:
    """An answer that a result has made due, and what has come of it."""

    due: date
    article: str
    state: Answering
    days_left: int
    days_late: int
    answers: tuple[Answer, ...]
    former: tuple[Answer, ...] = ()
    """What was answered to a result that was corrected since."""

    @property
    def decision(self) -> str | None:
        return self.answers[0].decision if self.answers else None


@dataclass(frozen=True, slots=True)
class Missing:
    """A measure whose answer has not come, for the first page."""

    measure: Measure
    owed: Owed


def answer(
    uow: UnitOfWork,
    means: Means,
    measure_id: UUID,
    *,
    decision: Decision,
    reply: Reply,
    by: Officer,
) -> Answer:
    """Give the answer: it is the step that ends an advisory vote."""
    measure = acting.lock(uow.session, measure_id)
    insist_on_office(uow.session, measure, by, act=Act.ANSWER.value)
    _insist_on_whole(reply)
    reason = reply.reasons_ko.strip() or None
    particulars = Particulars(document=reply.approval.document, reason=reason)
    allowed = taking.allow(uow, means, measure, Act.ANSWER, by, particulars)
    approved = _approved(uow, measure, reply, by)
    sequence = len(given(uow.session, measure.id)) + 1
    row = _row(uow, measure, sequence, reply, approved, by, decision=decision)
    told = {"decision": decision.value, "days_late": row.days_late, **approved.who}
    row.entry_id = allowed.take(facts=told).entry_id
    return _kept(uow, approved, row)


def add(uow: UnitOfWork, measure_id: UUID, *, reply: Reply, by: Officer) -> Answer:
    """Add to an answer that was given. What was said first stays as it was said.

    Two officers do: it is published in the office's name, as the answer is.
    """
    measure = acting.lock(uow.session, measure_id)
    insist_on_office(uow.session, measure, by, act="add_to_answer")
    entries.insist(measure, Entry.ADD_TO_ANSWER)
    there = given(uow.session, measure.id)
    _insist_on_whole(reply)
    approved = _approved(uow, measure, reply, by)
    proposals.insist_seconded(by, act="add_to_answer")
    row = _row(uow, measure, len(there) + 1, reply, approved, by)
    row.entry_id = uow.record(
        "answer.supplemented",
        by=by,
        measure=measure.id,
        facts={"sequence": row.sequence, **approved.facts},
    )
    return _kept(uow, approved, row)


def given(session: Session, measure_id: UUID) -> tuple[Answer, ...]:
    """The answer and what was added to it, in order."""
    rows = select(Answer).where(Answer.measure_id == measure_id).order_by(Answer.sequence)
    return tuple(session.scalars(rows))


def owed(session: Session, measure: Measure, now: datetime) -> Owed | None:
    """How the answer stands; None while no result has made one due."""
    due = deadlines.kept(session, measure.id, DeadlineName.ANSWER_DUE)
    if due is None or Stage(measure.stage) not in OWING:
        return None
    today = rules.local_day(now, rules.zone_of(session, measure))
    corrected = correcting.corrections(session, [measure.id]).get(measure.id)
    return _owed(due, given(session, measure.id), corrected, now, today)


def former(session: Session, measure_id: UUID) -> tuple[Answer, ...]:
    """What was answered to a result that was corrected since."""
    corrected = correcting.corrections(session, [measure_id]).get(measure_id)
    if corrected is None:
        return ()
    answers = given(session, measure_id)
    return tuple(one for one in answers if correcting.rests_on_former(one, corrected))


def _owed(
    due: DeadlineKept,
    answers: tuple[Answer, ...],
    corrected: datetime | None,
    now: datetime,
    today: date,
) -> Owed:
    former = tuple(one for one in answers if correcting.rests_on_former(one, corrected))
    answers = answers[len(former) :]
    if answers:
        late = answers[0].days_late
        state = Answering.GIVEN_LATE if late else Answering.GIVEN
        return Owed(due.day, due.article, state, 0, late, answers, former)
    return replace(_unanswered(due, now, today), former=former)


def _unanswered(due: DeadlineKept, now: datetime, today: date) -> Owed:
    late = _days_late(due, now, today)
    if late:
        return Owed(due.day, due.article, Answering.MISSING, 0, late, ())
    return Owed(due.day, due.article, Answering.DUE, (due.day - today).days, 0, ())


def owed_of_all(session: Session, measures: Sequence[Measure], now: datetime) -> dict[UUID, Owed]:
    """How the answers of many measures of one place stand; without those that are not due."""
    asked = [
        one
        for one in measures
        if Stage(one.stage) in OWING and one.instrument == Instrument.ADVISORY
    ]
    if not asked:
        return {}
    ids = [one.id for one in asked]
    dues = select(DeadlineKept).where(
        DeadlineKept.measure_id.in_(ids), DeadlineKept.name == DeadlineName.ANSWER_DUE.value
    )
    rows = select(Answer).where(Answer.measure_id.in_(ids)).order_by(Answer.sequence)
    answers: dict[UUID, tuple[Answer, ...]] = {}
    for row in session.scalars(rows):
        answers[row.measure_id] = (*answers.get(row.measure_id, ()), row)
    today = rules.local_day(now, rules.zone_of(session, asked[0]))
    corrected = correcting.corrections(session, [one for one in ids if one in answers])
    return {
        due.measure_id: _owed(
            due, answers.get(due.measure_id, ()), corrected.get(due.measure_id), now, today
        )
        for due in session.scalars(dues)
    }


UNANSWERED: Final = (
    Measure.instrument == Instrument.ADVISORY.value,
    Measure.stage == Stage.DECLARED.value,
    DeadlineKept.name == DeadlineName.ANSWER_DUE.value,
    ~select(Answer.sequence)
    .where(
        Answer.measure_id == Measure.id,
        ~select(StepTaken.sequence)
        .where(
            StepTaken.measure_id == Measure.id,
            StepTaken.act == Act.CORRECT_RESULT.value,
            StepTaken.at > Answer.given_at,
        )
        .exists(),
    )
    .exists(),
)
"""What an advisory vote and its last day are whose answer has not come."""


def missing(
    found: Iterable[tuple[Measure, DeadlineKept]], now: datetime, zone: ZoneInfo
) -> list[Missing]:
    """How the answers stand of measures that `UNANSWERED` finds, each with its last day."""
    today = rules.local_day(now, zone)
    return [Missing(measure, _unanswered(due, now, today)) for measure, due in found]


def _approved(uow: UnitOfWork, measure: Measure, reply: Reply, by: Officer) -> Approved:
    """Who signed the mayor's paper that the answer is in."""
    place, act = measure.jurisdiction_id, Act.ANSWER.value
    return approving.approve(uow, place, Authority.MAYOR, reply.approval, act=act, by=by)


def _kept(uow: UnitOfWork, approved: Approved, row: Answer) -> Answer:
    uow.session.add(row)
    uow.session.flush()
    approving.keep(uow, approved, what="answer", about=row.measure_id, entry=row.entry_id)
    return row


def _row(
    uow: UnitOfWork,
    measure: Measure,
    sequence: int,
    reply: Reply,
    approved: Approved,
    by: Officer,
    *,
    decision: Decision | None = None,
) -> Answer:
    now = uow.now()
    today = rules.today(uow, measure)
    due = deadlines.kept(uow.session, measure.id, DeadlineName.ANSWER_DUE)
    return Answer(
        measure_id=measure.id,
        sequence=sequence,
        decision=decision.value if decision else None,
        reasons_ko=reply.reasons_ko.strip(),
        reasons_en=reply.reasons_en.strip() or None,
        answered_by=approved.holder.name,
        office=approved.holder.title,
        **approved.named.columns,
        given_at=now,
        days_late=_days_late(due, now, today) if decision else 0,
        entered_by=by.mark,
    )


def _days_late(due: DeadlineKept | None, now: datetime, today: date) -> int:
    """Whole days since the last day that counts; at least one once that is over."""
    if due is None or due.at > now:
        return 0
    return max((today - due.day).days, 1)


def _insist_on_whole(reply: Reply) -> None:
    """Refuse an answer without reasons or without its document."""
    for field in ("reasons_ko", "reasons_en"):
        text: str = getattr(reply, field).strip()
        if not text and field != "reasons_en":
            raise ParticularMissing(field=field)
        if len(text) > LONGEST:
            raise AnswerTooLong(field=field, most=LONGEST)
    if reply.approval.document is None:
        raise DocumentNeeded(act=Act.ANSWER.value, authority="mayor")
