"""Votes whose voters enrol themselves: until when, how many have, and the roll made of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from ballots import polls
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import entries, holds
from referendum.lifecycle.dates import deadlines
from referendum.lifecycle.enrolment.errors import EnrolmentClosed, NotByEnrolment
from referendum.lifecycle.enrolment.tables import EnrolmentBook, StandingEnrolment
from referendum.lifecycle.entries import Entry
from referendum.lifecycle.promise import delegating
from referendum.lifecycle.promise.tables import Delegation
from referendum.lifecycle.stages import Act, Stage
from referendum.lifecycle.tables import Measure, StepTaken
from signatures import tallying
from thresholds.delegation import Identification
from thresholds.vocabulary import DeadlineName, Instrument


class Closed(StrEnum):
    """Why nobody can enrol now."""

    NOT_CALLED = "not_called"
    ON_HOLD = "on_hold"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Window:
    """The time in which people enrol: from the call to the end of the roll's base day."""

    why_closed: Closed | None
    closes_at: datetime | None = None
    day: date | None = None
    """The last day, on which one can still enrol."""
    article: str = ""

    @property
    def is_open(self) -> bool:
        return self.why_closed is None


def enrols(session: Session, measure: Measure) -> bool:
    """Whether the promise that a vote follows has its voters enrol themselves."""
    if measure.instrument != Instrument.ADVISORY or measure.delegation_id is None:
        return False
    terms = delegating.terms_of(session.get_one(Delegation, measure.delegation_id))
    return terms.identification is Identification.SELF_REGISTRATION


def window(uow: UnitOfWork, measure: Measure) -> Window | None:
    """Until when one enrols, half-open; None for a vote whose voters the register knows."""
    if not enrols(uow.session, measure):
        return None
    base = deadlines.kept(uow.session, measure.id, DeadlineName.ROLL_BASE)
    before = Stage(measure.stage) in entries.BEFORE_THE_CALL
    if base is None or before:
        never = not before
        return Window(Closed.OVER if never else Closed.NOT_CALLED)
    why = None
    made = any(poll.cancelled_at is None for poll in polls.of_measure(uow.session, measure.id))
    if not entries.possible(measure, Entry.ENROL) or uow.now() >= base.at or made:
        why = Closed.OVER
    elif holds.stops(uow.session, measure.id):
        why = Closed.ON_HOLD
    return Window(why, base.at, base.day, base.article)


def insist_open(uow: UnitOfWork, measure: Measure) -> Window:
    """The open window; refused where nobody, or nobody any more, enrols."""
    found = window(uow, measure)
    if found is None:
        raise NotByEnrolment(measure=str(measure.id))
    if found.why_closed is not None:
        raise EnrolmentClosed(why=found.why_closed.value)
    return found


def share(session: Session, measure_id: UUID) -> EnrolmentBook:
    """The book, shared with all who write in it: closing it waits for them."""
    return _book(session, measure_id, alone=False)


def hold(session: Session, measure_id: UUID) -> EnrolmentBook:
    """The book, held alone: while a roll is made of it, or something is struck out."""
    return _book(session, measure_id, alone=True)


def let_nobody_write(session: Session, measure_id: UUID) -> None:
    """Wait for whoever is writing in the book, where there is one, and let no other begin."""
    session.execute(_row_of(measure_id).with_for_update())


def standing(measure_id: UUID) -> Select[UUID, UUID]:
    """The id and the district of all who stand enrolled, as `freezing.freeze` takes them."""
    return select(StandingEnrolment.enrolment_id, StandingEnrolment.district_id).where(
        StandingEnrolment.measure_id == measure_id
    )


def has_any(session: Session, measure_id: UUID) -> bool:
    """Whether anybody stands enrolled."""
    return bool(session.scalar(select(exists(standing(measure_id)))))


def total(session: Session, measure_id: UUID) -> int:
    """How many stand enrolled, counted: for whoever shows it, never on somebody's way in."""
    here = select(func.count()).where(StandingEnrolment.measure_id == measure_id)
    return session.scalar(here) or 0


def by_district(session: Session, measure_id: UUID, area: list[UUID]) -> Mapping[UUID, int | None]:
    """How many in each district of the area; None where the number would point at people."""
    rows = session.execute(
        select(StandingEnrolment.district_id, func.count())
        .where(StandingEnrolment.measure_id == measure_id)
        .group_by(StandingEnrolment.district_id)
    )
    counts = dict.fromkeys(area, 0) | {row[0]: row[1] for row in rows}
    return tallying.open_counts(counts)


def stations(per_district: Mapping[UUID, int]) -> tuple[dict[UUID, int], dict[UUID, UUID]]:
    """The electors of each district's box, and which districts vote at another's station.

    A box of so few voters would tell how they voted: where fewer than `tallying.SMALLEST_CELL`
    enrolled, they vote at the station of the district with the most.
    """
    most = max(per_district, key=lambda one: (per_district[one], one), default=None)
    few = {
        district: most
        for district, electors in sorted(per_district.items())
        if most is not None and district != most and electors < tallying.SMALLEST_CELL
    }
    boxes = {one: electors for one, electors in per_district.items() if one not in few}
    for district, host in few.items():
        boxes[host] += per_district[district]
    return boxes, few


def hosted(steps: Iterable[StepTaken]) -> dict[UUID, UUID]:
    """The districts that vote at another's station, as settled when the roll was last made.

    `steps` are the measure's, in their order.
    """
    made = [step.facts for step in steps if step.act == Act.FREEZE_ROLL.value]
    facts = made[-1] if made else {}
    return {UUID(one): UUID(host) for one, host in facts.get("hosted", {}).items()}


def _book(session: Session, measure_id: UUID, *, alone: bool) -> EnrolmentBook:
    held = _row_of(measure_id).with_for_update(read=not alone)
    found = session.scalars(held).one_or_none()
    if found is None:
        raise NotByEnrolment(measure=str(measure_id))
    return found


def _row_of(measure_id: UUID) -> Select[EnrolmentBook]:
    return select(EnrolmentBook).where(EnrolmentBook.measure_id == measure_id)
