"""What a vote costs whom, as far as a law says: who pays, and how soon after which event."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from importlib.resources import files

from pydantic import ValidationError

from thresholds.errors import Problem, RulebookUnreadable
from thresholds.periods import Length
from thresholds.reading import Country, Data, Name, faults, parse
from thresholds.vocabulary import Event, Instrument


class Bearer(StrEnum):
    """Who pays for a vote."""

    MUNICIPALITY = "municipality"


class Expense(Data):
    """Who bears the cost of an instrument's vote, and by when it is paid over."""

    country: Country
    instrument: Instrument
    borne_by: Bearer
    length: Length
    after: Event
    citation: Name


class _Expenses(Data):
    expense: tuple[Expense, ...]


def of(country: str, instrument: str) -> Expense | None:
    """What the law says of it; None where no text known here says anything."""
    fitting = (one for one in _all() if (one.country, one.instrument) == (country, instrument))
    return next(fitting, None)


@cache
def _all() -> tuple[Expense, ...]:
    return load((files("thresholds") / "expenses.toml").read_text("utf-8"))


def load(text: str) -> tuple[Expense, ...]:
    """Expenses from their text; a faulty one is refused whole."""
    table = parse(text)
    if isinstance(table, Problem):
        raise RulebookUnreadable([table])
    try:
        return _Expenses.model_validate(table).expense
    except ValidationError as error:
        raise RulebookUnreadable(faults(error)) from None
