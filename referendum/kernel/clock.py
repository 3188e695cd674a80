"""The one clock: PostgreSQL's, plus an offset that only demo, rehearsal and tests may set."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import ClassVar

from sqlalchemy import CheckConstraint, Interval, func, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from referendum.kernel.db import Base
from referendum.kernel.errors import DomainError, Refusal
from referendum.kernel.record import RecordEntry


class ClockOffset(Base):
    """How far the shared clock stands ahead of the machine's. One row, zero in a city."""

    __tablename__ = "clock_offset"
    __table_args__ = (CheckConstraint("single", name="one_row"),)

    single: Mapped[bool] = mapped_column(primary_key=True, server_default=text("true"))
    ahead: Mapped[timedelta] = mapped_column(Interval(), server_default=text("'0'"))


class ClockIsShifted(DomainError):
    """A city's service must not start while its clock stands beside the real time."""

    code: ClassVar[str] = "clock-is-shifted"
    refusal: ClassVar[Refusal] = Refusal.UNAVAILABLE


class ClockRunsOneWay(DomainError):
    """The shared clock was asked to go back."""

    code: ClassVar[str] = "clock-runs-one-way"
    refusal: ClassVar[Refusal] = Refusal.INVALID


def read(session: Session) -> datetime:
    """The moment it is, in UTC, read now: after whatever lock the decision needed."""
    now: datetime = session.execute(select(func.referendum_now())).scalar_one()
    return now


def universal_day(moment: datetime) -> date:
    """The day in UTC: for keys that change daily and limits, never for anything people read."""
    return moment.astimezone(UTC).date()


def ahead(session: Session) -> timedelta:
    """How far the shared clock is ahead of the machine's."""
    return session.scalar(select(ClockOffset.ahead)) or timedelta(0)


def advance(session: Session, by: timedelta) -> None:
    """Put the clock of all processes forward. It never goes back: the record is in order."""
    if by < timedelta(0):
        raise ClockRunsOneWay(seconds=int(by.total_seconds()))
    session.execute(update(ClockOffset).values(ahead=ClockOffset.ahead + by))


def start_at(session: Session, moment: datetime) -> None:
    """Set the clock of a deployment that has no history yet, also to the past: a rehearsal's."""
    if session.scalar(select(RecordEntry.id).limit(1)) is not None:
        raise ClockRunsOneWay(seconds=0)
    session.execute(update(ClockOffset).values(ahead=moment - func.clock_timestamp()))


def insist_on_real_time(session: Session) -> None:
    """Refuse to go on where the clock was shifted."""
    shifted = ahead(session)
    if shifted != timedelta(0):
        raise ClockIsShifted(seconds=int(shifted.total_seconds()))
