"""Measures that have come some way already: a test starts where its own story begins.

Each is walked once a process, in a database that becomes a template; a test that asks for one
gets a copy of it. The walks themselves are told in tests/lifecycle and tests/scenarios.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from referendum.kernel.people import Authority
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import Begin
from tests.ground import Ground
from tests.lifecycle.enrolment.enrolling import calls_by_enrolment
from tests.roll import city as registering_city
from tests.signatures import city as signing_city
from tests.town import Town
from tests.web.public_addresses import Streets
from thresholds.vocabulary import Instrument


@dataclass(frozen=True, slots=True)
class Template:
    """A database to copy, and the measure that stands in it."""

    database: str
    measure: UUID | None = None
    ground: Ground | None = None
    founded: Any = None
    """What else was made in it, as those who made it speak of it."""


Standing = Callable[[str], Template]
"""The template of a stage, by its name."""


def _open(instrument: Instrument) -> Callable[[Town], UUID]:
    return lambda town: town.opens(instrument)


def _sufficient(town: Town) -> UUID:
    return town.qualifies(Instrument.REFERENDUM, 40)


def _recalled(town: Town) -> UUID:
    return town.qualifies(Instrument.RECALL, 140)


def _called(town: Town, measure: UUID) -> None:
    town.calls(measure, Authority.MAYOR)


def _advisory_called(town: Town) -> UUID:
    measure = town.drafts(Instrument.ADVISORY, by=town.officer(Authority.MAYOR))
    town.calls(measure, Authority.MAYOR)
    return measure


def _furnished(town: Town, measure: UUID) -> None:
    town.waits_for("roll_base", measure)
    town.waits(days=1)


def _counting(town: Town, measure: UUID) -> None:
    town.waits_for("polls_close", measure)


def _declared(town: Town, measure: UUID) -> None:
    town.votes(measure, turnout=6, votes={"yes": 5, "no": 1})
    town.certifies(measure, Authority.MAYOR)


def _lost(town: Town, measure: UUID) -> None:
    town.votes(measure, turnout=5, votes={"yes": 2, "no": 3})
    town.certifies(measure, Authority.MAYOR)


BEGINNINGS: Mapping[str, Callable[[Town], UUID]] = {
    **{f"{instrument.value}_open": _open(instrument) for instrument in Instrument},
    "referendum_sufficient": _sufficient,
    "recall_sufficient": _recalled,
    "advisory_called": _advisory_called,
    "enrolment_called": calls_by_enrolment,
}
FOUNDATIONS: Mapping[str, Callable[[Begin, Vault], Any]] = {
    "signing_city": signing_city.City,
    "registering_city": registering_city.founded,
}
"""Places other than the town, in databases of their own."""
SCENES: Mapping[str, Callable[[Town], Any]] = {"streets": Streets.laid}
"""More than one measure in the town."""
FURTHER: Mapping[str, tuple[str, Callable[[Town, UUID], None]]] = {
    "referendum_called": ("referendum_sufficient", _called),
    "referendum_furnished": ("referendum_called", _furnished),
    "referendum_counting": ("referendum_called", _counting),
    "advisory_furnished": ("advisory_called", _furnished),
    "advisory_counting": ("advisory_called", _counting),
    "advisory_declared": ("advisory_called", _declared),
    "advisory_lost": ("advisory_called", _lost),
}
"""By name: the stage that comes before, and what happens from there."""
STAGES = (*BEGINNINGS, *FURTHER)
