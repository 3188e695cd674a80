"""Enrolling oneself for one vote, where its promise may not use the register; taking it back.

A code proves that somebody holds a phone. What they state beside it nobody has checked: the
promise says so, and so does every page. Who comes to the desk instead shows a document.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from referendum.identity.checking import Held
from referendum.kernel.people import Authority, Officer, Role
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import acting, area, locating, polling, rules
from referendum.lifecycle.dates import deadlines
from referendum.lifecycle.enrolment import enrolled
from referendum.lifecycle.enrolment.errors import (
    NotOfElectorate,
    OutsideArea,
    StatementMissing,
)
from referendum.lifecycle.enrolment.tables import (
    Enrolment,
    EnrolmentBook,
)
from referendum.lifecycle.enrolment.writing import BookKeys, How, enter, place, put
from referendum.lifecycle.errors import ParticularMissing, RuleRefused
from referendum.lifecycle.tables import Measure
from referendum.roll.names import normalise
from thresholds.electorate import AgeDate, Electorate, PersonFacts
from thresholds.vocabulary import DeadlineName

WORDING: Final = "2026-11"
"""The version of the statements' wording, kept with each enrolment."""
SALT: Final = 32
COMMITMENT_PREFIX: Final = b"referendum-enrolment-v1\0"
LONGEST_NAME: Final = 100


class Statement(StrEnum):
    """What is stated, each by itself."""

    LIVES_THERE = "lives_there"
    OF_AGE = "of_age"
    CONSENT = "consent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What somebody says of themselves."""

    name: str = field(repr=False)
    birth_date: date = field(repr=False)
    district: UUID
    foreign: bool = False
    status: str | None = None
    status_since: date | None = None
    statements: frozenset[Statement]


def open_book(uow: UnitOfWork, vault: Vault, measure: Measure) -> None:
    """Begin with the call, under a key of the mayor's; of other votes there is no book."""
    if enrolled.enrols(uow.session, measure):
        key = vault.new_key(uow.session, purpose="enrolment", owner=Authority.MAYOR)
        book = EnrolmentBook(measure_id=measure.id, key_id=key.id, opened_at=uow.now())
        uow.session.add(book)
        uow.session.flush()


def enrol(
    uow: UnitOfWork, vault: Vault, measure_id: UUID, told: Declaration, *, phone: Held
) -> None:
    """Keep what somebody with that phone states; it stands where neither it nor they do yet.

    The same is done, and nothing told, where one of them does: the line stays as evidence.
    """
    measure, keys = _open(uow, vault, measure_id)
    _check(uow.session, measure, told)
    line = _line(keys, measure, told, How.PHONE, on=rules.today(uow, measure))
    line.phone_key = keys.phone_key(phone)
    _write(uow, line, by="resident")
    put(uow.session, line)


def enrol_at_desk(
    uow: UnitOfWork, vault: Vault, measure_id: UUID, told: Declaration, *, seen: str, by: Officer
) -> bool:
    """Enrol somebody who has no phone, with the document that was seen; False if one stands.

    A document outweighs a phone: an enrolment of that name and birth date by phone gives way.
    """
    measure, keys = _open(uow, vault, measure_id)
    insist_on_clerk(uow.session, measure, by)
    if not seen.strip():
        raise ParticularMissing(field="seen")
    _check(uow.session, measure, told)
    line = _line(keys, measure, told, How.DESK, on=rules.today(uow, measure), seen=seen.strip())
    line.entered_by = by.mark
    _write(uow, line, by=by.mark)
    return put(uow.session, line)


def insist_on_clerk(session: Session, measure: Measure, by: Officer) -> None:
    """Refuse whoever is no clerk of the mayor's office here."""
    acting.insist_on_authority(session, measure, by, act="enrol", deciding=[Authority.MAYOR])
    by.insist(Role.CLERK)


def electorate_of(session: Session, measure: Measure) -> Electorate:
    """Who may vote on it, by its own rulebook."""
    rulebook = rules.for_poll(measure, deadlines.events_of(session, measure))
    if rulebook.voting is None:
        raise RuleRefused(rule="no-poll", rulebook=rulebook.id)
    return rulebook.voting.electorate


def age_day(session: Session, measure: Measure) -> date:
    """The day on which the age counts."""
    if electorate_of(session, measure).age_on is AgeDate.VOTE_DAY:
        return polling.polling_day_of(session, measure).day
    return _base_day(session, measure)


def _open(uow: UnitOfWork, vault: Vault, measure_id: UUID) -> tuple[Measure, BookKeys]:
    """The book first, then the clock: closing waits for whoever came in time."""
    book = enrolled.share(uow.session, measure_id)
    measure = locating.get(uow.session, measure_id)
    enrolled.insist_open(uow, measure)
    return measure, BookKeys.of(uow.session, vault, book)


def _base_day(session: Session, measure: Measure) -> date:
    base = deadlines.kept(session, measure.id, DeadlineName.ROLL_BASE)
    assert base is not None, "a called vote has the base day of its roll"
    return base.day


def _check(session: Session, measure: Measure, told: Declaration) -> None:
    """What anybody can see from the form itself, and so may be told."""
    if not normalise(told.name) or len(told.name) > LONGEST_NAME:
        raise ParticularMissing(field="name")
    if told.district not in {one.id for one in area.districts(session, measure)}:
        raise OutsideArea(field="district")
    if missing := sorted(set(Statement) - told.statements):
        raise StatementMissing(missing=[one.value for one in missing])
    electorate, base = electorate_of(session, measure), _base_day(session, measure)
    stated = PersonFacts(
        birth_date=told.birth_date,
        nationality="foreign" if told.foreign else electorate.nationality,
        status=told.status,
        status_since=told.status_since,
        registered_from=base,
    )
    on = age_day(session, measure)
    if (reason := electorate.refusal(stated, base=base, age_on=on)) is not None:
        raise NotOfElectorate(reason=reason.value, day=on.isoformat(), age=electorate.minimum_age)


def _line(
    keys: BookKeys,
    measure: Measure,
    told: Declaration,
    how: How,
    *,
    on: date,
    seen: str | None = None,
) -> Enrolment:
    line_id, salt = uuid4(), secrets.token_bytes(SALT)
    said = {
        "name": told.name.strip(),
        "birth_date": told.birth_date.isoformat(),
        "foreign": told.foreign,
        "status": told.status,
        "status_since": told.status_since.isoformat() if told.status_since else None,
        "seen": seen,
        "salt": salt.hex(),
    }
    return Enrolment(
        measure_id=measure.id,
        id=line_id,
        assurance=how.value,
        name_key=keys.name_key(told.name, told.birth_date),
        district_id=told.district,
        sealed=keys.seal.seal_fields(said, place=place(line_id)),
        statements={one.value: WORDING for one in sorted(told.statements)},
        commitment=hashlib.sha256(
            COMMITMENT_PREFIX + measure.id.bytes + line_id.bytes + salt
        ).digest(),
        received_on=on,
    )


def _write(uow: UnitOfWork, line: Enrolment, *, by: str) -> None:
    line.entry_id = enter(uow, line, "enrolment.recorded", by=by, on=line.received_on)
    uow.session.add(line)
    uow.session.flush()
