"""A vote whose voters enrol themselves, for tests: it is called, people enrol, a roll is made."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from referendum.identity.checking import Held
from referendum.kernel.people import Authority
from referendum.lifecycle.enrolment import enrolling
from referendum.lifecycle.enrolment.enrolling import Declaration, Statement
from referendum.roll.finding import phone_index
from tests.town import Town
from thresholds.vocabulary import Instrument

ALL = frozenset(Statement)
BORN = date(1990, 5, 5)


def calls_by_enrolment(town: Town, **changed: Any) -> UUID:
    """The mayor's own draft under a promise without the register, called; `words`: its text."""
    words = changed.pop("words", {})
    town.delegates(
        identification="self_registration",
        register_basis=None,
        impact_assessment=None,
        **changed,
    )
    mayor = town.officer(Authority.MAYOR)
    measure = town.drafts(Instrument.ADVISORY, by=mayor, **words)
    town.calls(measure, Authority.MAYOR)
    return measure


def phone(town: Town, number: int) -> Held:
    """A phone that somebody proved to hold."""
    return Held(phone_index(town.vault, f"+82100000{number:04d}"))


def told(town: Town, number: int = 1, **changed: Any) -> Declaration:
    """What that many-th stranger says; they are in nobody's register."""
    given: dict[str, Any] = {
        "name": f"낯선이{number}",
        "birth_date": BORN,
        "district": town.districts[0].id,
        "statements": ALL,
    }
    return Declaration(**(given | changed))


def enrols(town: Town, measure: UUID, number: int, **changed: Any) -> None:
    """Somebody enrols with a phone; `phone` names another than their own."""
    held = phone(town, changed.pop("phone", number))
    with town.begin() as uow:
        enrolling.enrol(uow, town.vault, measure, told(town, number, **changed), phone=held)


def all_enrol(town: Town, measure: UUID, numbers: Iterable[int], **changed: Any) -> None:
    for number in numbers:
        enrols(town, measure, number, **changed)
