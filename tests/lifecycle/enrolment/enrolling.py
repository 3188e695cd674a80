"""A vote whose voters enrol themselves, for tests: it is called, people enrol, a roll is made."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from referendum.identity.checking import Held
from referendum.kernel.people import Authority, Role
from referendum.lifecycle.dates import moving
from referendum.lifecycle.enrolment import enrolling, taking_back
from referendum.lifecycle.enrolment.enrolling import Declaration, Statement
from referendum.lifecycle.enrolment.tables import Enrolment, StandingEnrolment
from referendum.roll.finding import phone_index
from referendum.roll.tables import Roll
from tests.papers import PAPER
from tests.town import Town, seconded
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


def standing(town: Town, measure: UUID) -> list[StandingEnrolment]:
    with town.begin() as uow:
        here = select(StandingEnrolment).where(StandingEnrolment.measure_id == measure)
        return list(uow.session.scalars(here))


def lines(town: Town, measure: UUID) -> list[Enrolment]:
    with town.begin() as uow:
        here = select(Enrolment).where(Enrolment.measure_id == measure)
        return list(uow.session.scalars(here.order_by(Enrolment.number)))


def roll_of(town: Town, measure: UUID) -> Roll:
    with town.begin() as uow:
        return uow.session.scalars(select(Roll).where(Roll.measure_id == measure)).one()


def own(town: Town, measure: UUID, number: int) -> Any:
    with town.begin() as uow:
        return taking_back.own(uow.session, town.vault, measure, phone=phone(town, number))


def withdraws(town: Town, measure: UUID, number: int) -> None:
    with town.begin() as uow:
        taking_back.withdraw(uow, town.vault, measure, phone=phone(town, number))


def at_desk(town: Town, measure: UUID, number: int = 1, **changed: Any) -> bool:
    given: dict[str, Any] = {"seen": "주민등록증", "by": town.officer(Authority.MAYOR, Role.CLERK)}
    given |= {name: changed.pop(name) for name in list(changed) if name in given}
    with town.begin() as uow:
        return enrolling.enrol_at_desk(
            uow, town.vault, measure, told(town, number, **changed), **given
        )


def moves_the_base_day(town: Town, measure: UUID, day: date) -> None:
    with town.begin() as uow:
        by = town.officer(Authority.MAYOR)
        moving.override(
            uow,
            measure,
            "roll_base",
            day=day,
            document=PAPER,
            reason="등록 기간 연장",
            by=seconded(by),
        )
