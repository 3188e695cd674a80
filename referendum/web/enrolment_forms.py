"""The form with which somebody enrols for a vote, by phone or at the desk, and its faults."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from starlette.datastructures import FormData

from referendum.doors.errors import InputNotUsable
from referendum.doors.problems import problem_of
from referendum.i18n.words import Words
from referendum.kernel.errors import DomainError, Refusal
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import area, rules
from referendum.lifecycle.enrolment import enrolling
from referendum.lifecycle.enrolment.enrolling import Declaration, Statement
from referendum.lifecycle.enrolment.errors import NotOfElectorate
from referendum.lifecycle.errors import ParticularMissing
from referendum.lifecycle.tables import Measure
from referendum.web import sent
from referendum.web.fields import Fields, Id, Text, Written, read
from referendum.web.sent import text
from signatures.lines import read_date

OLDEST: Final = date(1880, 1, 1)
LONGEST: Final = 100
FIELDS: Final = {
    "under_age": "birth_date",
    "foreigner_status": "status",
    "foreigner_status_too_recent": "status_since",
}
"""By the reason for which somebody may not vote: the field that says so."""


def asked(uow: UnitOfWork, measure: Measure, values: dict[str, str]) -> dict[str, Any]:
    """What the form needs: the area's districts, the age and its day, the promised statuses."""
    electorate = enrolling.electorate_of(uow.session, measure)
    foreign = electorate.foreigners
    return {
        "values": values,
        "districts": area.districts(uow.session, measure),
        "minimum_age": electorate.minimum_age,
        "age_day": enrolling.age_day(uow.session, measure),
        "statuses": foreign.statuses if foreign else (),
        "held_years": foreign.held_years if foreign else 0,
        "citation": electorate.citation,
        "statements": list(Statement),
    }


class Incomplete(InputNotUsable):
    """Everything that is missing or cannot be read, by its field, to be said at once."""

    def __init__(self, fields: list[str]) -> None:
        super().__init__()
        self.fields = fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Past(Written):
    """A day in somebody's life until today, as people write it."""

    today: date
    wrong: Callable[..., DomainError] = ParticularMissing

    def of(self, given: str) -> date:
        found = read_date(given, reference=self.today)
        if found is None or not OLDEST <= found <= self.today:
            raise ValueError(given)
        return found


def declared(
    uow: UnitOfWork, measure: Measure, form: FormData, *, desk: bool = False
) -> Declaration:
    """What was typed and ticked; Incomplete where some of it is missing."""
    past = Past(today=rules.today(uow, measure))
    foreign = text(form, "nationality") == "foreign"
    of_foreigners = {"status": Text(), "status_since": replace(past, needed=False)}
    fields: Fields = {
        "seen": Text(needed=desk),
        "name": Text(needed=True),
        "birth_date": past,
        "district": Id(),
        "nationality": Text(needed=True),
        **{one.value: Text(needed=True) for one in Statement},
        **(of_foreigners if foreign else {}),
    }
    given, refused = read(fields, form)
    if refused:
        raise Incomplete(list(refused))
    return Declaration(
        name=given["name"][: LONGEST + 1],
        birth_date=given["birth_date"],
        district=given["district"],
        foreign=foreign,
        status=given.get("status") or None,
        status_since=given.get("status_since"),
        statements=frozenset(Statement),
    )


def typed(form: FormData) -> dict[str, str]:
    """What was typed, to be shown again."""
    return {name: given[:LONGEST] for name, given in sent.typed(form).items()}


def said(words: Words, refused: DomainError) -> dict[str, str]:
    """A refusal at its fields, in words; raised anew where no field can mend it."""
    if isinstance(refused, Incomplete):
        return {field: words(f"enrolling.error.{field}") for field in refused.fields}
    if refused.refusal is not Refusal.INVALID:
        raise refused
    if isinstance(refused, NotOfElectorate):
        reason = str(refused.facts["reason"])
        day = date.fromisoformat(str(refused.facts["day"]))
        why = words(f"enrolling.why.{reason}", age=refused.facts["age"], day=day)
        return {FIELDS[reason]: why}
    field = str(refused.facts.get("field", "name"))
    known = words.has(f"enrolling.error.{field}")
    return {field: words(f"enrolling.error.{field}") if known else problem_of(refused).title(words)}
