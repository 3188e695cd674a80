"""A mayor's prior promise as a rulebook of the delegation level, made from the frame."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from thresholds import library
from thresholds.envelope import FRAME, refusals
from thresholds.errors import RulebookUnreadable
from thresholds.lowering import lowered
from thresholds.norms import Norm
from thresholds.periods import ONE_DAY
from thresholds.rulebook import Rulebook
from thresholds.terms import (
    AskedBy,
    Asker,
    ExcludedMatter,
    Identification,
    Paper,
    ProjectKind,
    Promise,
    Terms,
    Undertaking,
    read_terms,
)

__all__ = [
    "AskedBy",
    "Asker",
    "ExcludedMatter",
    "Identification",
    "Paper",
    "ProjectKind",
    "Promise",
    "Terms",
    "Undertaking",
    "read_terms",
    "rulebook",
]

ENROLMENT_ENDS: Final = -7
"""Days to the vote on which the list of those who registered themselves is closed: an assumption
of this project, between the time that people need to register and that stations need a list."""


def rulebook(terms: Terms, *, number: int, place: str) -> Rulebook:
    """The promise as a rulebook for a place ("goyang"); refused where it goes too far."""
    if problems := refusals(terms):
        raise RulebookUnreadable(problems)
    first = terms.first_promise
    choices: dict[str, Any] = {
        "minimum_age": terms.minimum_age,
        "foreign_statuses": terms.foreign_statuses,
        "channels": tuple(channel.value for channel in terms.channels),
        "turnout": first.turnout,
        "majority": first.majority,
        "argument_days": terms.argument_days,
        "answer_days": terms.answer_days,
    }
    if terms.identification is Identification.SELF_REGISTRATION:
        choices["roll_base_days"] = ENROLMENT_ENDS
    if terms.asked_by.residents is not None:
        choices["share"] = terms.asked_by.residents
    return lowered(
        library.by_id(FRAME),
        {
            "id": f"{place}-advisory-{number}",
            "title": terms.title,
            "norm": Norm.DELEGATION,
            "place": {"code": place},
            "valid_from": terms.valid_from,
            "valid_to": _day_after(terms.valid_to),
            "laws": (_law(terms, number),),
            "choices": choices,
        },
    )


def _law(terms: Terms, number: int) -> dict[str, Any]:
    return {
        "name": f"시장의 사전 약속 제{number}호",
        "number": f"제{number}호",
        "date": terms.valid_from,
    }


def _day_after(day: date | None) -> date | None:
    return None if day is None else day + ONE_DAY
