"""The form with which somebody enrols for a vote, by phone or at the desk, and its faults."""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from uuid import UUID

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


def declared(
    uow: UnitOfWork, measure: Measure, form: FormData, *, desk: bool = False
) -> Declaration:
    """What was typed and ticked; Incomplete where some of it is missing."""
    today = rules.today(uow, measure)
    asked_for = ("seen", "name", "birth_date", "district", "nationality", *Statement)
    needed = asked_for if desk else asked_for[1:]
    missing = {str(field) for field in needed if not text(form, field)}
    if _read(text(form, "birth_date"), today) is None:
        missing.add("birth_date")
    if missing:
        raise Incomplete([str(field) for field in needed if str(field) in missing])
    foreign = text(form, "nationality") == "foreign"
    since = text(form, "status_since")
    return Declaration(
        name=text(form, "name")[: LONGEST + 1],
        birth_date=born(form, "birth_date", today),
        district=_district(text(form, "district")),
        foreign=foreign,
        status=text(form, "status") or None if foreign else None,
        status_since=_day(since, "status_since", today) if foreign and since else None,
        statements=frozenset(one for one in Statement if text(form, one.value)),
    )


def born(form: FormData, field: str, today: date) -> date:
    """The birth date; refused where it can be none."""
    return _day(text(form, field), field, today)


def typed(form: FormData) -> dict[str, str]:
    """What was typed, to be shown again."""
    return {name: given[:LONGEST] for name, given in form.items() if isinstance(given, str)}


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


def _day(given: str, field: str, today: date) -> date:
    found = _read(given, today)
    if found is None:
        raise ParticularMissing(field=field)
    return found


def _read(given: str, today: date) -> date | None:
    found = read_date(given, reference=today)
    return found if found is not None and OLDEST <= found <= today else None


def _district(given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError:
        raise ParticularMissing(field="district") from None
