"""Reminders to officers: asked for by the hour and at once, composed in each one's language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import groupby
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from referendum.bootstrap import Services
from referendum.i18n.words import Words
from referendum.identity import inviting, mailing, staff
from referendum.identity.tables import Staff
from referendum.kernel import errands
from referendum.kernel.erasing import PIECE
from referendum.kernel.people import Officer
from referendum.kernel.proposals import Proposal, State
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import confirmable, confirming, holding, reminding
from referendum.lifecycle.assigning import Held
from referendum.lifecycle.certifying import CERTIFY
from referendum.lifecycle.dates.moves import Told
from referendum.lifecycle.preparing import Work
from referendum.lifecycle.reminding import Digest
from referendum.lifecycle.stages import UNPUBLISHED
from referendum.lifecycle.tables import Measure
from referendum.notices import reminders
from referendum.notices.carriers import Message
from referendum.notices.reminders import DAILY, Reminder, Reminding
from referendum.roll import places
from referendum.worker.carriers import mail_of

LEASE: Final = timedelta(minutes=4)
"""Longer than two calls of a mail server that is slow at each of its answers."""
KEPT: Final = timedelta(days=90)
"""How long it is kept that somebody was reminded."""


def ask(services: Services) -> None:
    """Ask for what is due now; each is asked for once, however often this runs."""
    if not services.sends_mail:
        return
    with services.begin() as uow:
        reminding.ask(uow, hour=services.settings.reminder_hour)


def send(services: Services, *, message_id: str, reminder_id: str) -> None:
    """Hand one reminder to a carrier. The message itself says which reminder it is of."""
    del reminder_id
    errand = Reminding(mail_of(services), lambda uow, row: compose(services, uow, row))
    errands.run(services.begin, errand, [UUID(message_id)], lease=LEASE)


def forget(services: Services) -> None:
    """Delete what was asked for long ago, in pieces."""
    gone = PIECE
    while gone == PIECE:
        with services.begin() as uow:
            gone = reminders.forget(uow.session, older_than=KEPT)


def compose(services: Services, uow: UnitOfWork, row: Reminder) -> Message | None:
    """What it says now; nothing where it is of a day that is over, or nothing is to be said."""
    account = uow.session.get_one(Staff, row.staff_id)
    if account.disabled_at is not None:
        return None
    to = inviting.mailbox_of(uow.session, services.vault, account)
    if to is None or row.day != places.today(uow, account.jurisdiction_id):
        return None
    officer = staff.officer_now(uow.session, account.id)
    letters = Letters(services, uow, officer, to)
    return letters.daily() if row.about == DAILY else letters.pressing(row.about)


class Letters:
    """What one officer is written, in their language. No resident and no count is in it."""

    def __init__(self, services: Services, uow: UnitOfWork, officer: Officer, to: str) -> None:
        chosen = mailing.of(uow.session, officer.id)
        zone = places.zone_of(uow.session, officer.jurisdiction)
        self.services, self.uow, self.officer, self.to = services, uow, officer, to
        self.wants_daily = chosen.daily
        self.words = Words.load(chosen.language, zone=zone)

    @property
    def session(self) -> Session:
        return self.uow.session

    def daily(self) -> Message | None:
        """The digest; none where nothing waits or its officer wants none."""
        days = self.services.settings.reminder_days
        found = reminding.digest(self.session, self.officer, self.uow.now(), days=days)
        if found.empty or not self.wants_daily:
            return None
        return self._message("notices.digest", lines="\n".join(self._lines(found, days)))

    def pressing(self, about: str) -> Message | None:
        """What should not wait any longer; none where it has been settled."""
        row = reminding.pressing_of(self.session, about, self.uow.now())
        if row is None:
            return None
        key = "notices.pressing"
        if row.kind.startswith(holding.PLACED):
            declined = row.state == State.DECLINED
            key = "notices.pressing-objected" if declined else "notices.pressing-hold"
        until = self.words.moment(row.lapses_at) if row.lapses_at else ""
        return self._message(
            key,
            measure=self._about(row),
            what=self._proposed(row),
            until=until,
            link=self.services.addresses.proposal(row.id),
        )

    def _message(self, key: str, **facts: str) -> Message:
        addresses = self.services.addresses
        usual = {"link": addresses.desk, "choice": addresses.mail}
        return Message(
            to=self.to,
            template=key,
            headed=f"{key}-subject" if key == "notices.digest" else "notices.pressing-subject",
            language=self.words.language.value,
            facts={**usual, **facts},
        )

    def _lines(self, found: Digest, days: int) -> Iterator[str]:
        yield from self._section("overdue", map(self._task, found.overdue))
        yield from self._section("due", map(self._task, found.due), days=days)
        yield from self._section("owed", map(self._task, found.owed))
        if found.seconds:
            yield self.words("notices.digest-seconds", count=found.seconds)
        by_shift = groupby(found.moved, key=lambda one: one.shift.id)
        moved = (self._moved(list(group)) for _, group in by_shift)
        yield from self._section("moved", moved)

    def _section(self, name: str, items: Iterable[str], **facts: int) -> Iterator[str]:
        listed = list(items)
        if listed:
            yield self.words(f"notices.digest-{name}", **facts)
            yield from listed

    def _task(self, one: Held) -> str:
        task, words = one.task, self.words
        what = ", ".join(
            words(f"desk.task.{thing.value}" if isinstance(thing, Work) else f"measure.act.{thing}")
            for thing in task.things
        )
        when = words("desk.queue.since", at=task.since) if task.since else ""
        if task.due is not None and task.days is not None:
            when = f"{words.date(task.due.latest)} ({self._d_day(task.days)})"
        return words("notices.digest-item", measure=self._named(task.measure), what=what, when=when)

    def _d_day(self, days: int) -> str:
        if days == 0:
            return self.words("desk.queue.d-day")
        return self.words(f"desk.queue.d-{'before' if days > 0 else 'after'}", days=abs(days))

    def _moved(self, told: list[Told]) -> str:
        """What one cause moved: each deadline's old and new day, and why."""
        words = self.words
        days = [
            f"{self._named(one.measure)} "
            + words(
                "notices.moved-day",
                what=words(f"measure.deadline.{one.moved.name}"),
                old=words.date(one.moved.latest_before),
                new=words.date(one.moved.latest_after),
            )
            for one in told
        ]
        why = words(f"dates.cause.{told[0].shift.cause}")
        return words("notices.digest-moved-item", why=why, days=", ".join(days))

    def _named(self, measure: Measure) -> str:
        """By its number; by its title too where everybody may know that."""
        number = self.words("desk.measure.number", number=measure.number)
        return number if measure.stage in UNPUBLISHED else f"{number} {measure.title_ko}"

    def _proposed(self, row: Proposal) -> str:
        """Without what a verdict would be: that is not everybody's yet."""
        if row.kind.startswith(CERTIFY):
            return self.words(f"desk.task.{Work.CERTIFY.value}")
        key, about = confirmable.called(row)
        return self.words(key, name=self.words(about) if about else "")

    def _about(self, row: Proposal) -> str:
        """The measure, or whose matter of the place it is."""
        measure = confirming.measure_of(self.session, row)
        if measure is None:
            return self.words(f"measure.authority.{row.authority}")
        return self._named(measure)
