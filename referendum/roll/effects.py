"""What an import changes: who lives where before it and after, in numbers, under one version.

The numbers before are counted in the register, those of the lines were weighed as they were read
(`weighing`); so nothing here grows with the file. Both officers see the same, and say so by the
version of the preview, a hash over all of it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session

from referendum.kernel import clock
from referendum.kernel.canonical import canonical
from referendum.roll import places, weighing
from referendum.roll.eligibility import latest_with, refusal_in_sql
from referendum.roll.intake_tables import IntakeMissing, RegisterIntake
from referendum.roll.meanings import Meanings
from referendum.roll.tables import District, Jurisdiction, RegisterVersion, Residence
from referendum.roll.versions import at_version
from referendum.roll.weighing import (
    ASIDE,
    BANDS,
    ENTITLED,
    Change,
    Kind,
    Limits,
    Scales,
    Weights,
)
from thresholds import library
from thresholds.vocabulary import Instrument

COUNTRY: Final = "kr"
LATELY: Final = timedelta(days=30)
"""How long what one registrar changed alone counts with the next file. `assumed`."""
SHORT: Final = 16
"""Signs of the hash that are told: they are compared, and also read out, and nobody profits from
two previews that have them in common, as each is bound to its own file."""


@dataclass(frozen=True, slots=True)
class Moved:
    """How many counted there before, and how many do after."""

    before: int
    after: int

    @property
    def more(self) -> int:
        return self.after - self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """Who lives where on the day of the file, without it and with it."""

    people: Moved
    by: Mapping[Kind, Mapping[str, Moved]]
    """Districts by their codes."""
    changes: Mapping[Change, int]

    def told(self) -> dict[str, Any]:
        """As it is kept and hashed."""
        return {
            "by": {
                kind.value: {what: [one.before, one.after] for what, one in rows.items()}
                for kind, rows in self.by.items()
            },
            "changes": {change.value: count for change, count in self.changes.items()},
            "people": [self.people.before, self.people.after],
        }

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Effects:
        return cls(
            people=Moved(*told["people"]),
            by={
                kind: {what: Moved(*counts) for what, counts in told["by"][kind].items()}
                for kind in Kind
            },
            changes={change: told["changes"][change] for change in Change},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Beyond:
    """A change of more people than one registrar may bring about."""

    change: Change
    people: int
    """With those of `earlier`."""
    of: int
    percent: int
    earlier: int = 0
    """Whom files changed that one registrar took in alone lately."""


def beyond(effects: Effects | None, limits: Limits, earlier: Mapping[Change, int]) -> list[Beyond]:
    """Why one registrar is not enough; nothing where they are, as with the first register.

    What one alone took in lately (`alone_lately`) counts with it: many small files are a large one.
    """
    if effects is None or not effects.people.before:
        return []
    before = effects.people.before
    found = []
    for change, people in effects.changes.items():
        limit, sum_ = limits.of(change), people + earlier.get(change, 0)
        if people and limit is not None and 100 * sum_ > limit * before:
            lately = earlier.get(change, 0)
            found.append(
                Beyond(change=change, people=sum_, of=before, percent=limit, earlier=lately)
            )
    return found


def alone_lately(session: Session, jurisdiction_id: UUID) -> Counter[Change]:
    """Whom the files changed that no second registrar looked at, since one last did.

    Of the last thirty days only, and without the first register: nobody was there to be changed.
    """
    here = RegisterVersion.jurisdiction_id == jurisdiction_id
    looked_at = select(func.max(RegisterVersion.number)).where(
        here, RegisterVersion.seconded_by.is_not(None)
    )
    since = max(session.scalar(looked_at) or 0, 1)
    rows = select(RegisterVersion.effects).where(
        here,
        RegisterVersion.number > since,
        RegisterVersion.imported_at > clock.read(session) - LATELY,
        RegisterVersion.effects.is_not(None),
    )
    counted = Counter[Change]()
    for told in session.scalars(rows):
        assert told is not None
        counted.update(Effects.read(told).changes)
    return counted


def scales(session: Session, jurisdiction_id: UUID, day: date) -> Scales:
    """By whom an ordinance may be asked for: the widest of the rules, as it is in force today."""
    place = session.get_one(Jurisdiction, jurisdiction_id)
    book = library.in_force(
        country=COUNTRY,
        level=place.level,
        instrument=Instrument.INITIATIVE,
        on=clock.read(session).astimezone(places.zone_of(session, jurisdiction_id)).date(),
    )
    assert book.signing is not None
    return Scales(book.signing.electorate, day)


def effects_of(session: Session, row: RegisterIntake, scales: Scales) -> Effects:
    """What a file that was read changes. Whoever calls holds the register of the place."""
    before = _counted(session, scales, *_living(row, scales))
    gone = _counted(session, scales, *_missing(row))
    weights = Weights(row.weights or {})
    weights.subtract(gone)
    changes = {change: weights.pop(change.value, 0) for change in Change}
    changes[Change.LEFT] += _people(gone)
    codes = {str(one.id): one.code for one in places.districts_ever(session, row.jurisdiction_id)}
    after = Counter(before)
    after.update(weights)
    by: dict[Kind, dict[str, Moved]] = {kind: {} for kind in Kind}
    for one in sorted(after):
        kind, _, what = one.partition(ASIDE)
        moved = Moved(before[one], after[one])
        if moved.before or moved.after:
            named = codes.get(what, what) if kind in (Kind.DISTRICT, Kind.ENTITLED) else what
            by[Kind(kind)][named] = moved
    return Effects(people=Moved(_people(before), _people(after)), by=by, changes=changes)


def version_of_preview(row: RegisterIntake, effects: Effects) -> str:
    """Which preview this is: of this file, on this register, read as the officer said."""
    told = {
        "as_of": row.as_of.isoformat(),
        "effects": effects.told(),
        "file_sha256": row.file_sha256,
        "jurisdiction": str(row.jurisdiction_id),
        "lines": [row.lines, row.refused, row.noted],
        "meanings": Meanings.read(row.meanings).told(),
        "mode": row.mode,
        "people": [row.added, row.changed, row.unchanged, row.missing],
        "version": row.version,
    }
    return hashlib.sha256(canonical(told)).hexdigest()[:SHORT]


def _people(counted: Mapping[str, int]) -> int:
    """Everybody has one age."""
    return sum(count for one, count in counted.items() if one.startswith(Kind.AGE + ASIDE))


def _living(row: RegisterIntake, scales: Scales) -> tuple[ColumnElement[bool], ...]:
    """Whose residence covers the day, as the register has it now."""
    here = select(District.id).where(District.jurisdiction_id == row.jurisdiction_id)
    lives = and_(
        Residence.registered_from <= scales.day,
        or_(Residence.registered_to.is_(None), Residence.registered_to > scales.day),
    )
    return at_version(row.version - 1), Residence.district_id.in_(here), lives


def _missing(row: RegisterIntake) -> tuple[ColumnElement[bool], ...]:
    gone = select(IntakeMissing.residence_id).where(IntakeMissing.intake_id == row.id)
    return (Residence.id.in_(gone),)


def _counted(session: Session, scales: Scales, *which: ColumnElement[bool]) -> Weights:
    day, rule = scales.day, scales.electorate
    aged = [
        (Residence.birth_date <= latest_with(age, by=day), literal(str(age)))
        for age in reversed(BANDS[1:])
    ]
    keys = (
        Residence.district_id,
        Residence.nationality,
        case(*aged, else_=literal(str(BANDS[0]))),
        func.coalesce(refusal_in_sql(rule, base=day, age_on=day), literal(ENTITLED)),
    )
    columns: list[Any] = [key.label(f"k{at}") for at, key in enumerate(keys)]
    rows = session.execute(select(*columns, func.count()).where(*which).group_by(*columns))
    counted = Weights()
    for *told, count in rows:
        one = tuple(f"{kind}{ASIDE}{what}" for kind, what in zip(Kind, told, strict=False))
        for key in weighing.counted(one):
            counted[key] += count
    return counted
