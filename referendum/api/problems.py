"""The index of problems: every code that a refusal can have, with its title."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path

from referendum.api.errors import ProblemNotFound
from referendum.api.paging import Asks
from referendum.api.refusing import Route, every_refusal, possible, status_of
from referendum.api.shapes import Label, Page, Told
from referendum.doors.languages import words
from referendum.doors.problems import BROKEN
from referendum.doors.sessions import Visitor
from referendum.doors.sharing import shared
from referendum.i18n.words import Language

router = APIRouter(prefix="/problems", tags=["problems"], route_class=Route)


class ProblemOut(Told):
    """A kind of problem. Names in braces stand for facts of the occurrence."""

    code: str
    type: str
    status: int
    title: Label


@router.get("")
@shared(declared=True)
def list_problems(
    caller: Visitor,  # noqa: ARG001  # the door
    asks: Asks,
) -> Page[ProblemOut]:
    """Every problem there is."""
    return asks.part(list(_all()), lambda one: one, key=lambda one: one.code)


@router.get("/{code}", responses=possible(ProblemNotFound))
@shared(declared=True)
def show_problem(
    code: Annotated[str, Path(pattern=r"^[a-z0-9-]{2,60}$")],
    caller: Visitor,  # noqa: ARG001  # the door
) -> ProblemOut:
    """One of them."""
    for problem in _all():
        if problem.code == code:
            return problem
    raise ProblemNotFound(problem=code)


def _all() -> Iterator[ProblemOut]:
    yield _told(BROKEN, HTTPStatus.INTERNAL_SERVER_ERROR.value)
    for refusal in every_refusal():
        yield _told(refusal.code, status_of(refusal))


def _told(code: str, status: int) -> ProblemOut:
    titles = {
        language: words(language).sentences.get(f"problem.{code}", code) for language in Language
    }
    return ProblemOut(
        code=code,
        type=f"/problems/{code}",
        status=status,
        title=Label(ko=titles[Language.KO], en=titles[Language.EN]),
    )
