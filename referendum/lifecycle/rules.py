"""Which rulebook decides what about a measure: the one it pinned, or the one a transition names."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from referendum.kernel.people import Actor
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle.errors import RuleRefused
from referendum.lifecycle.promise import delegating
from referendum.lifecycle.promise.errors import NoPromiseInForce
from referendum.lifecycle.promise.tables import Delegation
from referendum.lifecycle.tables import Measure, OrdinanceKept
from referendum.roll import places
from referendum.roll.tables import Jurisdiction
from thresholds import library
from thresholds.errors import RuleRefusal
from thresholds.rulebook import Rulebook, RuleGroup
from thresholds.vocabulary import Event, Instrument, Level, Office, Route

INSTANT: Final = timedelta(microseconds=1)


@contextmanager
def asking() -> Iterator[None]:
    """Turns the rules' own refusals into refusals of the service."""
    try:
        yield
    except RuleRefusal as refused:
        facts = {
            name: fact
            for name, fact in refused.facts.items()
            if name not in ("rule", "problems") and isinstance(fact, (str, int))
        }
        raise RuleRefused(rule=refused.code, **facts) from refused


def in_force(session: Session, measure: Measure, on: date) -> Rulebook:
    """The law of the measure's place, instrument, office and route on a day."""
    if measure.instrument == Instrument.ADVISORY:
        return delegating.rulebook_of(promise_on(session, measure, on))
    place = session.get_one(Jurisdiction, measure.jurisdiction_id)
    with asking():
        return library.in_force(
            country="kr",
            level=Level(place.level),
            instrument=Instrument(measure.instrument),
            on=on,
            office=Office(measure.office) if measure.office else None,
            route=Route(measure.route) if measure.route else None,
        )


def promise_on(session: Session, measure: Measure, on: date) -> Delegation:
    """The mayor's promise that an advisory vote would follow, were it begun on that day."""
    found = delegating.in_force(session, measure.jurisdiction_id, on)
    if found is None:
        raise NoPromiseInForce(day=on.isoformat())
    return found


def pin(uow: UnitOfWork, measure: Measure, by: Actor, on: date) -> Rulebook:
    """Fix the rulebook of a measure; what was pinned before stays pinned."""
    if measure.rulebook:
        return pinned(measure)
    rulebook = in_force(uow.session, measure, on)
    measure.rulebook = rulebook.id
    measure.rulebook_fingerprint = rulebook.fingerprint
    measure.ordinance = ordinance(uow.session, measure, on)
    promised: dict[str, Any] = {}
    if measure.instrument == Instrument.ADVISORY:
        promise = promise_on(uow.session, measure, on)
        measure.delegation_id, measure.rulebook_document = promise.id, promise.rulebook
        promised = {"delegation": promise.number}
    uow.record(
        "measure.rulebook_pinned",
        by=by,
        measure=measure.id,
        facts={
            "rulebook": rulebook.id,
            "fingerprint": rulebook.fingerprint,
            "ordinance": measure.ordinance,
            **promised,
        },
    )
    return rulebook


def document_of(session: Session, measure: Measure, on: date) -> dict[str, Any] | None:
    """The rulebook in full where it is no file of the library: an advisory vote's, of that day."""
    if measure.instrument != Instrument.ADVISORY:
        return None
    return promise_on(session, measure, on).rulebook


def pinned(measure: Measure) -> Rulebook:
    """The rulebook that a measure pinned; refused where its content has changed since."""
    if measure.rulebook is None:
        raise RuleRefused(rule="no-rulebook-pinned")
    if measure.rulebook_document is not None:
        rulebook, fingerprint = delegating.in_full(json.dumps(measure.rulebook_document))
    else:
        with asking():
            rulebook, fingerprint = _of_the_library(measure.rulebook)
    if fingerprint != measure.rulebook_fingerprint:
        raise RuleRefused(rule="rulebook-was-edited", rulebook=rulebook.id)
    return rulebook


@cache
def _of_the_library(rulebook_id: str) -> tuple[Rulebook, str]:
    """A rulebook never changes while the process runs: its fingerprint is worked out once."""
    rulebook = library.by_id(rulebook_id)
    return rulebook, rulebook.fingerprint


def for_poll(measure: Measure, events: Mapping[Event, date]) -> Rulebook:
    """The rulebook for vote day and result: a later version's transition may claim the measure.

    부칙 18849 §8 keeps the old count rule only for votes called before 2022-04-26: a petition
    admitted earlier but not yet called then falls under the new one.
    """
    with asking():
        return library.applying(pinned(measure), RuleGroup.POLL, events)


def ordinance(session: Session, measure: Measure, on: date) -> dict[str, Any]:
    """The numbers of the local ordinance in force that day, marked where they are assumed."""
    kept = session.scalars(
        select(OrdinanceKept)
        .where(
            OrdinanceKept.jurisdiction_id == measure.jurisdiction_id,
            OrdinanceKept.instrument == measure.instrument,
            OrdinanceKept.valid_from <= on,
        )
        .order_by(OrdinanceKept.valid_from.desc())
        .limit(1)
    ).first()
    return {} if kept is None else _said_by(kept)


def ordinances(session: Session, jurisdiction_id: UUID, on: date) -> dict[Instrument, Any]:
    """The same of every instrument at once; one without an ordinance is not among them."""
    kept = select(OrdinanceKept).where(
        OrdinanceKept.jurisdiction_id == jurisdiction_id, OrdinanceKept.valid_from <= on
    )
    rows = session.scalars(kept.order_by(OrdinanceKept.valid_from))
    return {Instrument(row.instrument): _said_by(row) for row in rows}


def _said_by(kept: OrdinanceKept) -> dict[str, Any]:
    marks = [f"ordinance.{name}" for name in kept.numbers] if kept.assumed else []
    return {**kept.numbers, "assumed": marks}


def zone_of(session: Session, measure: Measure) -> ZoneInfo:
    """The zone in which the measure's days begin and end."""
    return places.zone_of(session, measure.jurisdiction_id)


def today(uow: UnitOfWork, measure: Measure) -> date:
    """The day it is where the measure is."""
    return local_day(uow.now(), zone_of(uow.session, measure))


def local_day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


def last_local_day(until: datetime, zone: ZoneInfo) -> date:
    """The last day that a half-open span reaches into."""
    return local_day(until - INSTANT, zone)
