"""What is said for each side: equal spaces, handed in by one deadline, where the rules have them.

For the options of an advisory vote by the mayor's promise; for and against an initiative, by
organisations that give their name, where its rulebook sets the deadline (no law does today).
Nothing of it is public before that deadline, so that nobody answers the other's text.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from referendum.kernel.canonical import canonical
from referendum.kernel.errors import DomainError, Refusal
from referendum.kernel.people import Authority, Officer, Role
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import acting, entries, papering, stages
from referendum.lifecycle.acting import Document
from referendum.lifecycle.advisory import drawing
from referendum.lifecycle.advisory.answer_tables import Argument
from referendum.lifecycle.advisory.drawing import Lot
from referendum.lifecycle.dates import deadlines
from referendum.lifecycle.entries import Entry
from referendum.lifecycle.errors import ParticularMissing
from referendum.lifecycle.stages import Act
from referendum.lifecycle.tables import DeadlineKept, Measure
from referendum.papers.naming import Issuer
from thresholds.vocabulary import DeadlineName, Instrument

POINTS: Final = 5
CHARACTERS: Final = 200
CHARACTERS_EN: Final = 400
"""Of one point, for every side alike; the English says the same in longer words."""
NAME: Final = 100
SALT: Final = 16


OPENED_BY: Final = {Instrument.ADVISORY: Act.CALL, Instrument.INITIATIVE: Act.ADMIT}
"""By instrument, the step from which on texts are handed in: the call, or the certificate."""


class ArgumentsClosed(DomainError):
    """The deadline is over, or there is none: what was handed in stands."""

    code: ClassVar[str] = "arguments-closed"
    refusal: ClassVar[Refusal] = Refusal.TOO_LATE


class ArgumentTooLong(DomainError):
    """More than the space holds that every side has."""

    code: ClassVar[str] = "argument-too-long"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class OptionUnknown(DomainError):
    """Nobody can choose this on the ballot, so nothing can be said for it."""

    code: ClassVar[str] = "argument-option-unknown"
    refusal: ClassVar[Refusal] = Refusal.INVALID


@dataclass(frozen=True, slots=True)
class Point:
    """One reason, in Korean and perhaps in English."""

    ko: str
    en: str = ""


@dataclass(frozen=True, slots=True)
class Space:
    """One option's space: what stands in it now, or nothing."""

    option: Any
    argument: Argument | None
    versions: int


@dataclass(frozen=True, slots=True)
class Arguments:
    """The spaces of all sides in the order of the lot. Empty of text before the deadline."""

    due: DeadlineKept
    published: bool
    spaces: tuple[Space, ...]


def enter(
    uow: UnitOfWork,
    measure_id: UUID,
    *,
    option: str,
    said_by: str,
    points: Sequence[Point],
    document: Document | None,
    by: Officer,
) -> Argument:
    """Keep a new version of one side's text; without points the space is empty again."""
    measure = acting.lock(uow.session, measure_id)
    insist_on_keeper(uow.session, measure, by)
    insist_on_open(uow, measure)
    if option not in {one["key"] for one in measure.options}:
        raise OptionUnknown(option=option)
    written = enumerate(points, 1)
    said = {row: point for row, point in written if point.ko.strip() or point.en.strip()}
    _insist_on_form(said_by, said)
    if document is None:
        raise ParticularMissing(field="document")
    issuer = Issuer(keeper(measure).value)
    named = papering.name(uow, measure.jurisdiction_id, issuer, document, by=by)
    version = len(_versions(uow.session, measure.id, option)) + 1
    row = Argument(
        measure_id=measure.id,
        option=option,
        version=version,
        said_by=said_by.strip() if said else "",
        points=[{"ko": one.ko.strip(), "en": one.en.strip()} for one in said.values()],
        **named.columns,
        entered_by=by.mark,
        entered_at=uow.now(),
        salt=secrets.token_bytes(SALT),
    )
    row.entry_id = uow.record(
        "argument.entered",
        by=by,
        measure=measure.id,
        facts={"option": option, "version": version, "commitment": commitment(row), **named.facts},
    )
    uow.session.add(row)
    uow.session.flush()
    return row


def keeper(measure: Measure) -> Authority:
    """Who takes the texts in: the mayor's office for its vote, else who issues the certificate."""
    instrument = Instrument(measure.instrument)
    if instrument is Instrument.ADVISORY:
        return Authority.MAYOR
    return stages.examining_authority(instrument)


def insist_on_keeper(session: Session, measure: Measure, by: Officer) -> None:
    """Refuse all but clerks of that authority, and measures of which no side says anything."""
    if Instrument(measure.instrument) not in OPENED_BY:
        raise stages.ActNotAllowed(stage=measure.stage, act="enter_argument", possible=[])
    deciding = [keeper(measure)]
    acting.insist_on_authority(session, measure, by, act="enter_argument", deciding=deciding)
    by.insist(Role.CLERK)


def commitment(row: Argument) -> str:
    """What the record holds of a text: SHA-256 of the salt and the text's canonical JSON."""
    content = canonical({"points": row.points, "said_by": row.said_by})
    return hashlib.sha256(row.salt + content).hexdigest()


def insist_on_open(uow: UnitOfWork, measure: Measure) -> DeadlineKept:
    """Refuse texts before that step and after the deadline; gives the deadline."""
    due = deadlines.kept(uow.session, measure.id, DeadlineName.ARGUMENTS_END)
    entries.insist(measure, Entry.ENTER_ARGUMENT)
    if due is None or due.at <= uow.now():
        raise ArgumentsClosed(day=due.day.isoformat() if due else "—")
    return due


def arguments(
    session: Session, measure: Measure, now: datetime, lot: Lot | None = None
) -> Arguments | None:
    """What everybody may read; None where this measure has no such period."""
    due = deadlines.kept(session, measure.id, DeadlineName.ARGUMENTS_END)
    opened = OPENED_BY.get(Instrument(measure.instrument))
    if due is None or opened is None or not acting.times_taken(session, measure.id, opened):
        return None
    if due.at > now:
        return Arguments(due, published=False, spaces=())
    return Arguments(due, published=True, spaces=spaces(session, measure, lot))


def spaces(session: Session, measure: Measure, lot: Lot | None = None) -> tuple[Space, ...]:
    """Every side's space as it stands, also before the deadline: for the clerks' eyes."""
    found = []
    rows = select(Argument).where(Argument.measure_id == measure.id)
    every = session.scalars(rows.order_by(Argument.version)).all()
    for option in drawing.in_order(lot, measure) if lot else drawing.options(session, measure):
        versions = [one for one in every if one.option == option["key"]]
        last = versions[-1] if versions and versions[-1].points else None
        found.append(Space(option, last, len(versions)))
    return tuple(found)


def _versions(session: Session, measure_id: UUID, option: str) -> Sequence[Argument]:
    rows = select(Argument).where(Argument.measure_id == measure_id, Argument.option == option)
    return session.scalars(rows.order_by(Argument.version)).all()


def _insist_on_form(said_by: str, said: Mapping[int, Point]) -> None:
    """Every side's text fits the same space; refused at the field of the row that does not."""
    if said and not said_by.strip():
        raise ParticularMissing(field="said_by")
    if len(said_by.strip()) > NAME:
        raise ArgumentTooLong(field="said_by", most=NAME)
    if len(said) > POINTS:
        raise ArgumentTooLong(field="points", most=POINTS)
    for number, point in said.items():
        if not point.ko.strip():
            raise ParticularMissing(field=f"point_{number}_ko")
        if len(point.ko.strip()) > CHARACTERS:
            raise ArgumentTooLong(field=f"point_{number}_ko", most=CHARACTERS)
        if len(point.en.strip()) > CHARACTERS_EN:
            raise ArgumentTooLong(field=f"point_{number}_en", most=CHARACTERS_EN)
