"""The port through which a crowd comes: what each step of the hot path asks of the database.

Routes prepare without the database and hand over here; what several hand over at once becomes one
statement (`kernel.gathering`). Desks, commands and tests call the same functions with a list of
one.
"""

from __future__ import annotations

import time
from asyncio import wrap_future
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as dawn
from uuid import UUID

from sqlalchemy import Connection, Engine

from referendum.identity import answering, asking
from referendum.identity.answering import Answer, Proved
from referendum.identity.asking import ChallengeView, NewCode
from referendum.identity.errors import Refused
from referendum.identity.keeping import key_of
from referendum.identity.limits import Limits
from referendum.identity.timing import machine_now
from referendum.kernel.errors import DomainError
from referendum.kernel.gathering import Gatherer
from referendum.kernel.sealing import DataKey, Vault
from referendum.kernel.uow import Begin
from referendum.lifecycle import reading, signing
from referendum.lifecycle.signing import Coming, Seen
from referendum.lifecycle.tables import Measure
from referendum.roll import places
from signatures import petitions
from signatures.collecting import Signed
from signatures.states import Entered, Fresh


@dataclass(frozen=True, slots=True)
class Known:
    """What stays the same for all requests of a day."""

    place: UUID
    today: date
    """The machine's day, by which numbers are sealed and addresses hashed."""
    key: DataKey = field(repr=False)
    until: float
    """By the process's monotonic clock."""


@dataclass(slots=True)
class Crowd:
    """One for each process; a thread for each step, from its first use on."""

    begin: Begin
    vault: Vault
    limits: Limits
    place_code: str
    asks: Gatherer[NewCode, ChallengeView | DomainError]
    answers: Gatherer[Answer, Proved | Refused]
    looks: Gatherer[Coming, Seen | None]
    enters: Gatherer[Fresh, Entered | None]
    _known: Known | None = field(default=None, repr=False)
    _petitions: dict[int, UUID] = field(default_factory=dict)

    @classmethod
    def of(
        cls, engine: Engine, begin: Begin, vault: Vault, limits: Limits, *, place_code: str
    ) -> Crowd:
        def ask(
            connection: Connection, asked: Sequence[NewCode]
        ) -> list[ChallengeView | DomainError]:
            return asking.ask(connection, asked, limits)

        def answer(connection: Connection, tries: Sequence[Answer]) -> list[Proved | Refused]:
            return answering.answer(connection, tries, limits)

        return cls(
            begin,
            vault,
            limits,
            place_code,
            Gatherer(engine, ask, turn=lambda one: one.phone_index),
            Gatherer(engine, answer, turn=lambda one: one.challenge),
            Gatherer(engine, signing.look, turn=lambda one: (one.petition, one.token)),
            Gatherer(engine, signing.enter, turn=lambda one: (one.petition_id, one.person_key)),
        )

    def close(self) -> None:
        """Write what waits; for the end of the process."""
        for each in (self.asks, self.answers, self.looks, self.enters):
            each.close()

    async def sign(self, coming: Coming) -> tuple[Signed, Measure] | None:
        """Sign, where that is plain sailing; None where `signing.sign` has to be asked why not."""
        seen = await wrap_future(self.looks.submit(coming))
        prepared = None if seen is None else signing.prepare(self.vault, seen, coming)
        if seen is None or prepared is None:
            return None
        fresh, receipt = prepared
        signed = signing.told(fresh, receipt, await wrap_future(self.enters.submit(fresh)))
        return None if signed is None else (signed, seen.measure)

    def petition_numbered(self, number: int) -> UUID | None:
        """The petition of a measure's public number, once it was found: it never changes."""
        return self._petitions.get(number)

    def find_petition(self, number: int) -> UUID | None:
        """The same from the database; None where there is none (yet)."""
        with self.begin() as uow:
            place = places.jurisdiction(uow.session, self.place_code)
            measure = reading.numbered(uow.session, place.id, number)
            petition = petitions.of_measure(uow.session, measure.id)
        if petition is None:
            return None
        self._petitions[number] = petition.id
        return petition.id

    def known(self) -> Known | None:
        """What was looked up before, as long as it holds."""
        known = self._known
        return known if known is not None and time.monotonic() < known.until else None

    def look_up(self) -> Known:
        """Place, day and the day's key for numbers, from the database: once a day.

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
