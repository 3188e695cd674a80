"""What an officer's form says, and what is wrong with it in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import TypeVar

from fastapi import Request
from starlette.datastructures import FormData

from referendum.doors.errors import InputNotUsable
from referendum.doors.languages import words_of
from referendum.doors.problems import problem_of
from referendum.doors.sessions import Caller
from referendum.kernel.errors import DomainError, Fact, Refusal
from referendum.kernel.people import Officer
from referendum.web.desk.confirming import by_code
from referendum.web.desk.form import ELSEWHERE

Kind = TypeVar("Kind", bound=StrEnum)
Errors = dict[str, str]
"""By the field that must be mended: what is wrong with it."""


def told(
    request: Request,
    error: DomainError,
    *,
    field: str = "form",
    in_words: Mapping[str, Fact] | None = None,
) -> tuple[Errors, int]:
    """A refusal at the field it is about, and the status it has; raised anew if not the form's."""
    if error.code in ELSEWHERE or error.refusal in (Refusal.NOT_FOUND, Refusal.NOT_KNOWN):
        raise error
    problem = problem_of(error)
    place = {"document": "document_number"}.get(error.field or field, error.field or field)
    return {place: problem.title(words_of(request), in_words)}, problem.status.value


def freshly(request: Request, caller: Caller, code: str) -> Officer:
    """The officer, who gave a code just now or gives one in this form (committed at once)."""
    return by_code(request, caller, FormData({"code": code}))


def day_of(text: str) -> date | None:
    """A day from a date field; None where it is empty or none."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def choice(kinds: type[Kind], given: str) -> Kind:
    """One of a closed set; anything else was not chosen from our page."""
    try:
        return kinds(given)
    except ValueError:
        raise InputNotUsable from None


def crumb(request: Request, number: int) -> tuple[str, str]:
    """The way back to a measure at the desk."""
    return words_of(request)("desk.measure.number", number=number), f"/desk/measures/{number}"
