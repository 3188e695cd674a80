"""Freezing a roll: who, of one version of the register, may sign or vote on a base day."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import Select, Text, Uuid, cast, func, insert, literal, select, text
from sqlalchemy.dialects.postgresql import aggregate_order_by, distinct_on
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.orm import Session

from referendum.kernel.canonical import canonical
from referendum.kernel.people import Actor
from referendum.kernel.uow import UnitOfWork
from referendum.roll.eligibility import facts_of, order_of_episodes, refusal_in_sql
from referendum.roll.errors import RollNotFound
from referendum.roll.tables import (
    District,
    Jurisdiction,
    Person,
    Residence,
    Roll,
    RollDraft,
    RollEntry,
)
from referendum.roll.versions import at_version, version_of
from thresholds.electorate import Electorate, Ineligibility
from thresholds.vocabulary import Instrument

PIECE: Final = 100_000
"""People whose entries one statement writes: their rows lie anywhere, and a small piece would come
to each page of a city's register again."""
ROOM: Final = text("set local work_mem = '32MB'")
"""To put a piece in order in memory: a bound, however many people there are."""
NOBODY: Final = UUID(int=0)
"""Comes before every id."""
EVERYBODY: Final = UUID(int=2**128 - 1)
"""Comes after every id."""


class Purpose(StrEnum):
    """What a roll is for. One is never used for the other: their base days differ."""

    SIGNING = "signing"
    VOTING = "voting"


@dataclass(frozen=True, slots=True)
class OnRoll:
    """A person's place on a roll."""

    person_id: UUID
    district_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which roll: for what, under which rule, as people stood on which days.

    `districts` limits it to a constituency or to the area of a vote.
    """

    jurisdiction_id: UUID
    purpose: Purpose
    instrument: Instrument
    measure_id: UUID | None
    electorate: Electorate
    base_date: date
    age_date: date
    districts: Collection[UUID] | None = None


def freeze(
    uow: UnitOfWork,
    wanted: Wanted,
    *,
    by: Actor,
    version: int | None = None,
    enrolled: Select[UUID, UUID] | None = None,
    piece: int = PIECE,
) -> Roll:
    """Make the list for one purpose, from the latest version of the register or a given one.

    The same version, electorate and days give the same fingerprint for ever. `enrolled` are the id
    and the district of all who enrolled themselves: with it no register is asked, and none need be
    there.
    """
    register = None
    if enrolled is None:
        register = version_of(uow.session, wanted.jurisdiction_id, version)
        eligible, people = _eligible(wanted, register.number), select(Residence.person_id)
    else:
        eligible, people = enrolled, select(enrolled.subquery().c[0])
    pieces = _pieces(uow.session, people, piece)
    if enrolled is not None:
        pieces = _admitted(uow.session, wanted.jurisdiction_id, enrolled, pieces)
    roll_id = uuid4()
    uow.session.execute(ROOM)
    uow.session.execute(insert(RollDraft).values(roll_id=roll_id))
    size, fingerprint = _enter(uow.session, roll_id, eligible, pieces)
    roll = Roll(
        id=roll_id,
        jurisdiction_id=wanted.jurisdiction_id,
        purpose=wanted.purpose.value,
        instrument=wanted.instrument.value,
        measure_id=wanted.measure_id,
        base_date=wanted.base_date,
        age_date=wanted.age_date,
        register_version=register.number if register else None,
        electorate_fingerprint=fingerprint_of(wanted.electorate),
        fingerprint=fingerprint,
        size=size,
    )
    uow.session.add(roll)
    uow.session.flush()
    facts = {
        **_facts(uow.session, roll),
        "districts": len(wanted.districts) if wanted.districts is not None else None,
        "register_as_of": register.as_of.isoformat() if register else None,
    }
    uow.record("roll.frozen", by=by, measure=wanted.measure_id, facts=facts)
    return roll


def _facts(session: Session, roll: Roll) -> dict[str, str | int | None]:
    """What the record is told of a roll: its rule, its days, its size, and nobody who is on it."""
    return {
        "age_date": roll.age_date.isoformat(),
        "base_date": roll.base_date.isoformat(),
        "electorate": roll.electorate_fingerprint,
        "fingerprint": roll.fingerprint,
        "instrument": roll.instrument,
        "jurisdiction": session.get_one(Jurisdiction, roll.jurisdiction_id).code,
        "purpose": roll.purpose,
        "register_version": roll.register_version,
        "roll": str(roll.id),
        "size": roll.size,
    }


def fingerprint_of(electorate: Electorate) -> str:
    """SHA-256 of the rule in its canonical form."""
    return hashlib.sha256(canonical(electorate.model_dump(mode="json"))).hexdigest()


def get(session: Session, roll_id: UUID) -> Roll:
    found = session.get(Roll, roll_id)
    if found is None:
        raise RollNotFound(roll=str(roll_id))
    return found


def fingerprint_now(session: Session, roll_id: UUID) -> str:
    """The fingerprint computed again from the entries as they are; compare it with the roll's."""
    entries = select(RollEntry.person_id, RollEntry.district_id).where(RollEntry.roll_id == roll_id)
    pieces = _pieces(session, select(RollEntry.person_id).where(RollEntry.roll_id == roll_id))
    return _reckon(session.execute(_told(_between(entries, *piece))).one() for piece in pieces)[1]


def place_on_roll(session: Session, roll_id: UUID, person_id: UUID) -> OnRoll | None:
    """Where a person stands on a roll; None where they do not."""
    entry = session.get(RollEntry, (roll_id, person_id))
    return OnRoll(entry.person_id, entry.district_id) if entry is not None else None


def size_by_district(session: Session, roll_id: UUID) -> dict[UUID, int]:
    """How many stand on a roll, for each district that has any."""
    counts = (
        select(RollEntry.district_id, func.count())
        .where(RollEntry.roll_id == roll_id)
        .group_by(RollEntry.district_id)
    )
    return {row[0]: row[1] for row in session.execute(counts)}


def why_not(
    session: Session, roll: Roll, electorate: Electorate, person_id: UUID
) -> Ineligibility | None:
    """Why a person is not on a roll; for that person and the examiners only.

    None also where only the roll's limit to some districts keeps them out, and of a roll that was
    made of those who enrolled themselves: who did not is not on it.
    """
    if roll.register_version is None:
        return None
    facts = facts_of(session, person_id, base=roll.base_date, version=roll.register_version)
    if facts is None:
        return Ineligibility.NOT_RESIDENT
    return electorate.refusal(facts.told, base=roll.base_date, age_on=roll.age_date)


def _eligible(wanted: Wanted, version: int) -> Select[UUID, UUID]:
    """(person_id, district_id) of all whom `Electorate.refusal` would not refuse.

    A residence is in a district of its person's place, so that nobody is looked up for theirs.
    """
    here = select(District.id).where(District.jurisdiction_id == wanted.jurisdiction_id)
    episodes = (
        select(
            Residence.person_id,
            Residence.district_id,
            refusal_in_sql(wanted.electorate, base=wanted.base_date, age_on=wanted.age_date).label(
                "refusal"
            ),
        )
        .where(Residence.district_id.in_(here), at_version(version))
        .ext(distinct_on(Residence.person_id))
        .order_by(Residence.person_id, *order_of_episodes(wanted.base_date))
        .subquery()
    )
    chosen = select(episodes.c.person_id, episodes.c.district_id).where(
        episodes.c.refusal.is_(None)
    )
    if wanted.districts is None:
        return chosen
    return chosen.where(episodes.c.district_id.in_(wanted.districts))


def _admitted(
    session: Session,
    jurisdiction_id: UUID,
    enrolled: Select[UUID, UUID],
    pieces: Iterable[tuple[UUID, UUID]],
) -> Iterator[tuple[UUID, UUID]]:
    """Each piece, once people are made of those who enrolled: they are in no register."""
    for piece in pieces:
        ids, _ = _between(enrolled, *piece).subquery().c
        people = select(ids, literal(jurisdiction_id, Uuid()))
        made = pg_insert(Person).from_select(["id", "jurisdiction_id"], people)
        session.execute(made.on_conflict_do_nothing())
        yield piece


def _enter(
    session: Session,
    roll_id: UUID,
    eligible: Select[UUID, UUID],
    pieces: Iterable[tuple[UUID, UUID]],
) -> tuple[int, str]:
    """Write the entries, some people at a time; gives their number and fingerprint.

    All in the caller's transaction, as a roll is there whole or not at all; but no statement grows
    with the city, and nothing but a piece is in memory.
    """

    def entered(piece: tuple[UUID, UUID]) -> Any:
        rows = select(literal(roll_id, Uuid()), *_between(eligible, *piece).subquery().c)
        columns = ["roll_id", "person_id", "district_id"]
        made = insert(RollEntry).from_select(columns, rows)
        written = made.returning(RollEntry.person_id, RollEntry.district_id).cte("entered")
        return session.execute(_told(select(written.c.person_id, written.c.district_id))).one()

    return _reckon(map(entered, pieces))


def _pieces(
    session: Session, people: Select[UUID], size: int = PIECE
) -> Iterator[tuple[UUID, UUID]]:
    """Ranges of ids, each beyond the first and up to the second, that hold so many of `people`.

    Whoever stands there more than once is in one of them.
    """
    (ids,) = people.subquery().c
    after = NOBODY
    while after != EVERYBODY:
        later = select(ids).where(ids > after).order_by(ids)
        last = session.scalars(later.offset(size - 1).limit(1)).first() or EVERYBODY
        yield after, last
        after = last


def _between(entries: Select[UUID, UUID], after: UUID, last: UUID) -> Select[UUID, UUID]:
    person_id, district_id = entries.subquery().c
    return select(person_id, district_id).where(person_id > after, person_id <= last)


def _told(entries: Select[UUID, UUID]) -> Select[int, str]:
    """How many entries there are, and their lines `person:district` in the order of the ids."""
    here = entries.subquery()
    person_id, district_id = here.c
    lines = cast(person_id, Text) + ":" + District.code
    told = func.string_agg(lines, aggregate_order_by(literal("\n"), person_id))
    return (
        select(func.count(), func.coalesce(told, ""))
        .select_from(here)
        .join(District, District.id == district_id)
    )


def _reckon(pieces: Iterable[Any]) -> tuple[int, str]:
    """The number of entries, and the SHA-256 of all their lines in hexadecimal."""
    size, digest = 0, hashlib.sha256()
    for count, told in pieces:
        digest.update(f"\n{told}".encode() if size and count else told.encode())
        size += count
    return size, digest.hexdigest()
