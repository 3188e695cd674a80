"""The port through which a crowd comes: what each step of the hot path asks of the database.

Routes prepare without the database and hand over here; what several hand over at once becomes one
statement (`kernel.gathering`). Desks, commands and tests call the same functions with a list of
one.
"""

from __future__ import annotations

import time
from asyncio import to_thread
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as dawn
from typing import Final
from uuid import UUID

from sqlalchemy import Engine

from referendum.identity import answering, asking, awaiting
from referendum.identity.answering import Answer, Proved
from referendum.identity.asking import ChallengeView, NewCode
from referendum.identity.awaiting import Waiting, Watched
from referendum.identity.errors import Refused
from referendum.identity.keeping import key_of
from referendum.identity.limits import Limits
from referendum.identity.timing import machine_now
from referendum.kernel.db import beside
from referendum.kernel.errors import DomainError
from referendum.kernel.gathering import Gatherer
from referendum.kernel.sealing import DataKey, Vault
from referendum.kernel.uow import Begin
from referendum.kernel.wire import Wire
from referendum.lifecycle import locating, signing
from referendum.lifecycle.signing import Coming, Seen
from referendum.lifecycle.tables import Measure
from referendum.roll import places
from signatures import petitions, states
from signatures.collecting import Signed
from signatures.states import Entered, Fresh, Seat

STEPS: Final = 6
"""Each has one thread, which holds one connection while it writes."""

FIXED: Final = (
    *("id", "number", "instrument", "route", "title_ko", "title_en", "question_ko", "question_en"),
    *("office", "official", "text_sha256"),
)
"""What of a measure stays as it is once its petition was admitted."""


@dataclass(frozen=True, slots=True)
class Known:
    """What stays the same for all requests of a day."""

    place: UUID
    today: date
    """The machine's day, by which numbers are sealed and addresses hashed."""
    key: DataKey = field(repr=False)
    until: float
    """By the process's monotonic clock."""


@dataclass(frozen=True, slots=True)
class Called:
    """A measure by its public number, and what is signed for it, as far as neither ever changes."""

    petition: UUID | None
    """None as long as there is none."""
    measure: Measure
    """What a page calls it by, and no more: number, kind, title and the text's hash."""


@dataclass(slots=True)
class Crowd:
    """One for each process; a thread for each step, from its first use on."""

    engine: Engine
    """Of the steps alone: what desks and pages do takes no connection from them."""
    begin: Begin
    vault: Vault
    limits: Limits
    place_code: str
    asks: Gatherer[NewCode, ChallengeView | DomainError]
    answers: Gatherer[Answer, Proved | Refused]
    waits: Gatherer[Watched, Waiting | Refused]
    looks: Gatherer[Coming, Seen | None]
    seats: Gatherer[Seat, bool]
    enters: Gatherer[Fresh, Entered | None]
    _known: Known | None = field(default=None, repr=False)
    _called: dict[int, Called] = field(default_factory=dict)

    @classmethod
    def of(
        cls, engine: Engine, begin: Begin, vault: Vault, limits: Limits, *, place_code: str
    ) -> Crowd:
        def ask(wire: Wire, asked: Sequence[NewCode]) -> list[ChallengeView | DomainError]:
            return asking.ask(wire, asked, limits)

        def answer(wire: Wire, tries: Sequence[Answer]) -> list[Proved | Refused]:
            return answering.answer(wire, tries, limits)

        def wait(wire: Wire, watched: Sequence[Watched]) -> list[Waiting | Refused]:
            return awaiting.look(wire, watched, limits)

        own = beside(engine, pool=STEPS)
        return cls(
            own,
            begin,
            vault,
            limits,
            place_code,
            Gatherer(own, ask, turn=lambda one: one.number_index),
            Gatherer(own, answer, turn=lambda one: one.challenge),
            Gatherer(own, wait, turn=lambda one: one.challenge),
            Gatherer(own, signing.look, turn=lambda one: (one.petition, one.token)),
            Gatherer(own, states.seated, turn=lambda one: one),
            Gatherer(own, signing.enter, turn=lambda one: (one.petition_id, one.person_key)),
        )

    def close(self) -> None:
        """Write what waits; for the end of the process."""
        steps = (self.asks, self.answers, self.waits, self.looks, self.seats, self.enters)
        for each in steps:
            each.close()
        self.engine.dispose()

    async def may_sign(self, coming: Coming) -> Seen | None:
        """Who comes, where nothing stands in their way; else `signing.may_sign` knows what."""
        seen = await self.may_go_on(coming)
        if seen is None:
            return None
        seat = signing.seat_of(self.vault, seen)
        return None if await self.seats.submit(seat) else seen

    async def may_go_on(self, coming: Coming) -> Seen | None:
        """The same of who was let in a page ago, but for whether they have signed since.

        That would be elsewhere and in that minute: the signing itself tells them.
        """
        seen = await self.looks.submit(coming)
        return seen if seen is not None and signing.is_open(seen, coming.consents) else None

    async def sign(self, coming: Coming) -> tuple[Signed, Seen] | None:
        """Sign, where that is plain sailing; None where `signing.sign` has to be asked why not."""
        seen = await self.looks.submit(coming)
        prepared = None if seen is None else signing.prepare(self.vault, seen, coming)
        if seen is None or prepared is None:
            return None
        fresh, receipt = prepared
        signed = signing.told(fresh, receipt, await self.enters.submit(fresh))
        return None if signed is None else (signed, seen)

    async def called(self, number: int) -> Called:
        """The published measure of a number; once there is a petition, without the database."""
        found = self._called.get(number)
        return found if found is not None else await to_thread(self._find, number)

    async def known(self) -> Known:
        """Place, day and key; looked up once a day."""
        known = self._known
        if known is not None and time.monotonic() < known.until:
            return known
        return await to_thread(self._look_up)

    def _find(self, number: int) -> Called:
        with self.begin() as uow:
            place = places.jurisdiction(uow.session, self.place_code)
            measure = locating.published(locating.numbered(uow.session, place.id, number))
            petition = petitions.of_measure(uow.session, measure.id)
        fixed = {name: getattr(measure, name) for name in FIXED}
        called = Called(None if petition is None else petition.id, Measure(**fixed))
        if petition is not None:
            self._called[number] = called
        return called

    def _look_up(self) -> Known:
        """What holds for a day.

        A place's id never changes. A day's key is destroyed two days on, and let go of here when
        the database's day is over; each challenge names the key it was sealed with.
        """
        with self.begin() as uow:
            place = places.jurisdiction(uow.session, self.place_code)
            now = machine_now(uow.session)
            today = now.astimezone(UTC).date()
            key = key_of(uow.session, self.vault, today)
        midnight = datetime.combine(today + timedelta(days=1), dawn(), UTC)
        until = time.monotonic() + (midnight - now).total_seconds()
        known = self._known = Known(place.id, today, key, until)
        return known
