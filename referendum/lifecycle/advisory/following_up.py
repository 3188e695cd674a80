"""What follows a mayor's answer: budget lines and milestones that residents can watch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby
from typing import Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from referendum.kernel import proposals
from referendum.kernel.errors import DomainError, Refusal
from referendum.kernel.people import Officer
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import acting, entries, rules
from referendum.lifecycle.advisory.answer_tables import FollowUp
from referendum.lifecycle.advisory.drawing import insist_on_office
from referendum.lifecycle.entries import Entry
from referendum.lifecycle.errors import ParticularMissing
from referendum.lifecycle.tables import Measure

TELL: Final = "news.follow_up"
TITLE: Final = 120
NOTE: Final = 1_000
MOST: Final = 100
MOST_WON: Final = 10**15


class ItemKind(StrEnum):
    BUDGET_LINE = "budget_line"
    MILESTONE = "milestone"


class State(StrEnum):
    """What an office says of an item. That it is late, the calendar says."""

    PLANNED = "planned"
    UNDER_WAY = "under_way"
    DONE = "done"
    DROPPED = "dropped"


SETTLED: Final = frozenset({State.DONE, State.DROPPED})
"""What residents take for the end of it: two officers say so, and two say that it was not so."""


class FollowUpUnknown(DomainError):
    code: ClassVar[str] = "follow-up-unknown"
    refusal: ClassVar[Refusal] = Refusal.NOT_FOUND


class FollowUpUnchanged(DomainError):
    """A version that says what the last one said."""

    code: ClassVar[str] = "follow-up-unchanged"
    refusal: ClassVar[Refusal] = Refusal.CONFLICT


class FollowUpNotUsable(DomainError):
    """A field holds more than it can."""

    code: ClassVar[str] = "follow-up-not-usable"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class DoneDayNotAllowed(DomainError):
    """Only what is done has a day on which it was, and that day has come."""

    code: ClassVar[str] = "done-day-not-allowed"
    refusal: ClassVar[Refusal] = Refusal.INVALID


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What one version of an item says."""

    kind: ItemKind
    title_ko: str
    title_en: str = ""
    amount: int | None = None
    planned: date | None = None
    state: State = State.PLANNED
    done_on: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One item with everything that was ever said of it."""

    versions: tuple[FollowUp, ...]
    days_late: int
    """Since the planned day passed without its being done; 0 where it is not late."""

    @property
    def now(self) -> FollowUp:
        return self.versions[-1]

    @property
    def shown(self) -> str:
        """How it is shown: as the office says, unless the calendar says late."""
        return "late" if self.days_late else self.now.state

    @property
    def first_planned(self) -> date:
        return self.versions[0].planned


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of what is still to come has been done."""

    items: tuple[Item, ...]

    @property
    def wanted(self) -> int:
        return sum(1 for item in self.items if item.shown != State.DROPPED)

    @property
    def done(self) -> int:
        return sum(1 for item in self.items if item.shown == State.DONE)

    @property
    def late(self) -> int:
        return sum(1 for item in self.items if item.days_late)


def takes_two(session: Session, measure: Measure, item: int | None, content: Content) -> bool:
    """Whether a second officer confirms it: an item is done or dropped, or is so no longer."""
    return content.state in SETTLED or (
        item is not None and _standing(session, measure, item).get("state") in SETTLED
    )


def add(uow: UnitOfWork, measure_id: UUID, *, content: Content, by: Officer) -> FollowUp:
    """A new item of what follows an answer."""
    measure = answered(uow, measure_id, by)
    _insist_on_two(uow.session, measure, None, content, by)
    number = next_item(uow.session, measure)
    if number > MOST:
        raise FollowUpNotUsable(field="title_ko", most=MOST)
    return _keep(uow, measure, number, 1, content, by)


def change(
    uow: UnitOfWork, measure_id: UUID, item: int, *, content: Content, by: Officer
) -> FollowUp:
    """A new version of an item; the earlier ones stay for everyone to see."""
    measure = answered(uow, measure_id, by)
    before = find(uow.session, measure, item, uow.now()).now
    _insist_on_two(uow.session, measure, item, content, by)
    row = _keep(uow, measure, item, before.version + 1, content, by)
    if all(getattr(row, name) == getattr(before, name) for name in SAID):
        raise FollowUpUnchanged
    return row


def items(session: Session, measure: Measure, now: datetime) -> tuple[Item, ...]:
    """Every item in the order of its planned day."""
    today = rules.local_day(now, rules.zone_of(session, measure))
    rows = select(FollowUp).where(FollowUp.measure_id == measure.id)
    kept = session.scalars(rows.order_by(FollowUp.item, FollowUp.version)).all()
    found = [_item(tuple(versions), today) for _, versions in groupby(kept, lambda row: row.item)]
    return tuple(sorted(found, key=lambda one: (one.now.planned, one.now.item)))


def progress(session: Session, measure: Measure, now: datetime) -> Progress:
    return Progress(items(session, measure, now))


def find(session: Session, measure: Measure, item: int, now: datetime) -> Item:
    for one in items(session, measure, now):
        if one.now.item == item:
            return one
    raise FollowUpUnknown(item=item)


SAID: Final = (
    "kind", "title_ko", "title_en", "amount", "planned", "state", "done_on", "note",
)  # fmt: skip
DAYS: Final = ("planned", "done_on")
CHANGED: Final = "follow."
"""How what changes of an item is called, field by field."""


def _item(versions: tuple[FollowUp, ...], today: date) -> Item:
    last = versions[-1]
    open_still = last.state in (State.PLANNED, State.UNDER_WAY)
    return Item(versions, max((today - last.planned).days, 0) if open_still else 0)


def written(item: int | None, content: Content) -> dict[str, Any]:
    """It as it is proposed, in JSON's own types."""
    said = {name: getattr(content, name) for name in SAID}
    days = {name: day.isoformat() if (day := said[name]) else None for name in DAYS}
    return {"item": item, "content": {**said, **days}}


def read(what: Mapping[str, Any]) -> Content:
    """What was proposed."""
    said = dict(what["content"])
    days = {name: date.fromisoformat(said[name]) if said[name] else None for name in DAYS}
    known = {"kind": ItemKind(said["kind"]), "state": State(said["state"])}
    return Content(**{**said, **days, **known})


def next_item(session: Session, measure: Measure) -> int:
    """The number that a new item would have."""
    last = select(func.max(FollowUp.item)).where(FollowUp.measure_id == measure.id)
    return (session.scalar(last) or 0) + 1


def standing(session: Session, measure: Measure, item: int) -> dict[str, str | None]:
    """What is said of an item now, field by field; nothing of one that is not there yet."""
    return {f"{CHANGED}{name}": said for name, said in _standing(session, measure, item).items()}


def _standing(session: Session, measure: Measure, item: int) -> dict[str, str | None]:
    versions = select(FollowUp).where(FollowUp.measure_id == measure.id, FollowUp.item == item)
    last = session.scalars(versions.order_by(FollowUp.version.desc()).limit(1)).one_or_none()
    if last is None:
        return {}
    said = {name: getattr(last, name) for name in SAID}
    return {name: None if value is None else str(value) for name, value in said.items()}


def _insist_on_two(
    session: Session, measure: Measure, item: int | None, content: Content, by: Officer
) -> None:
    if takes_two(session, measure, item, content):
        proposals.insist_seconded(by, act="follow_up")


def answered(uow: UnitOfWork, measure_id: UUID, by: Officer) -> Measure:
    """The measure under its lock, for a clerk of the office that answered; else refused."""
    measure = acting.lock(uow.session, measure_id)
    insist_on_office(uow.session, measure, by, act="follow_up")
    entries.insist(measure, Entry.FOLLOW_UP)
    return measure


def _keep(
    uow: UnitOfWork, measure: Measure, item: int, version: int, content: Content, by: Officer
) -> FollowUp:
    _insist_on_form(content, rules.today(uow, measure))
    assert content.planned is not None
    entry = uow.record(
        "follow_up.entered" if version == 1 else "follow_up.changed",
        by=by,
        measure=measure.id,
        facts={
            "item": item,
            "version": version,
            "kind": content.kind.value,
            "state": content.state.value,
            "planned": content.planned.isoformat(),
            "amount": content.amount,
        },
    )
    row = FollowUp(
        measure_id=measure.id,
        item=item,
        version=version,
        kind=content.kind.value,
        title_ko=content.title_ko.strip(),
        title_en=content.title_en.strip() or None,
        amount=content.amount,
        planned=content.planned,
        state=content.state.value,
        done_on=content.done_on,
        note=content.note.strip() or None,
        changed_by=by.mark,
        changed_at=uow.now(),
        entry_id=entry,
    )
    uow.session.add(row)
    uow.session.flush()
    uow.later(TELL, measure_id=str(measure.id), item=str(item), version=str(version))
    return row


def _insist_on_form(content: Content, today: date) -> None:
    """Refuse an item at the field that is empty, too long or cannot be."""
    if not content.title_ko.strip():
        raise ParticularMissing(field="title_ko")
    if content.planned is None:
        raise ParticularMissing(field="planned")
    texts: Sequence[tuple[str, str, int]] = (
        ("title_ko", content.title_ko, TITLE),
        ("title_en", content.title_en, TITLE),
        ("note", content.note, NOTE),
    )
    for field, text, most in texts:
        if len(text.strip()) > most:
            raise FollowUpNotUsable(field=field, most=most)
    if content.amount is not None and not 0 < content.amount <= MOST_WON:
        raise FollowUpNotUsable(field="amount", most=MOST_WON)
    done = content.state is State.DONE
    if done and content.done_on is None:
        raise ParticularMissing(field="done_on")
    if content.done_on is not None and (not done or content.done_on > today):
        raise DoneDayNotAllowed(field="done_on")
    if content.state is State.DROPPED and not content.note.strip():
        raise ParticularMissing(field="note")
