"""The city's projects and matters: what the mayor's promise covers, until when, and what became."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Annotated, Any, Final
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.languages import words_of
from referendum.doors.sessions import Visitor
from referendum.doors.sharing import shared
from referendum.i18n.words import Words
from referendum.lifecycle.advisory import narrowing
from referendum.lifecycle.advisory.considered import Considered, State
from referendum.lifecycle.advisory.considering import Board
from referendum.lifecycle.advisory.narrowing import Narrowing
from referendum.projects import keeping
from referendum.projects.exporting import cells_of, district_names
from referendum.projects.lines import COLUMNS, ProjectStage
from referendum.projects.tables import Project
from referendum.roll import places
from referendum.roll.tables import District
from referendum.web import budgets
from referendum.web.downloads import csv_answer
from referendum.web.measures import LARGEST, Number
from referendum.web.pages import page
from thresholds.terms import ProjectKind

router = APIRouter(prefix="/projects")

PAGE: Final = 12
LONGEST: Final = 100
Text = Annotated[str, Query(max_length=LONGEST)]
Place = Annotated[int, Query(ge=0, le=LARGEST)]
KINDS: Final = tuple(kind.value for kind in ProjectKind)
STAGES: Final = tuple(stage.value for stage in ProjectStage)
STATES: Final = tuple(state.value for state in State)
PROMISED: Final = {"yes": True, "no": False}
ALSO: Final = ("number", "listed", "state", "promise", "least", "call_by")
"""What the public file tells besides the columns of the city's own."""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What an address narrows by, as it came."""

    promised: Text = ""
    state: Text = ""
    kind: Text = ""
    stage: Text = ""
    district: Text = ""
    q: Text = ""
    after: Place = 0

    def known(self, districts: Collection[str]) -> dict[str, str]:
        """What of it is known; nothing else narrows."""
        allowed: dict[str, Collection[str]] = {
            "promised": PROMISED,
            "state": STATES,
            "kind": KINDS,
            "stage": STAGES,
            "district": districts,
        }
        given = {name: getattr(self, name) for name in allowed}
        told = {name: word if word in allowed[name] else "" for name, word in given.items()}
        return {**told, "q": self.q.replace("\0", "")}


@router.get("")
@shared("promised", "state", "kind", "stage", "district", "after")
def listing(
    request: Request,
    caller: Visitor,  # noqa: ARG001  # the door
    asked: Annotated[Narrowed, Depends()],
) -> Response:
    """What is undecided by its last day, then the rest."""
    services, words = services_of(request), words_of(request)
    with services.look() as uow:
        place = places.jurisdiction(uow.session, services.settings.jurisdiction)
        board = Board.of(uow.session, place.id)
        area = places.districts_on(uow.session, place.id, board.today)
        given = asked.known({str(one.id) for one in area})
        found = narrowing.listed(board, narrowing_of(given))
        promise, terms = board.promise, board.terms
        names = names_of(area, words)
    chosen = {name: value for name, value in given.items() if value}
    after = asked.after
    return page(
        request,
        "projects/list.html",
        cards=found[after : after + PAGE],
        counts=narrowing.counts(found),
        given=given,
        narrowed=bool(chosen),
        promise=promise,
        terms=terms,
        names=names,
        districts=area,
        kinds=KINDS,
        stages=STAGES,
        states=STATES,
        picture=budgets.picture(found, terms, words),
        first=_turned(chosen, 0) if after else None,
        following=_turned(chosen, after + PAGE) if len(found) > after + PAGE else None,
    )


@router.get("/register.csv")
@shared()
def download(request: Request, caller: Visitor) -> Response:  # noqa: ARG001  # the door
    """The whole register, what has left it too, with what was computed of each project."""
    services = services_of(request)
    with services.look() as uow:
        place = places.jurisdiction(uow.session, services.settings.jurisdiction)
        found = narrowing.listed(Board.of(uow.session, place.id), Narrowing())
        names = district_names(uow.session, place.id)
        rows = [
            (*cells_of(one.project, names), *_computed(one))
            for one in sorted(found, key=lambda one: one.project.number)
        ]
    return csv_answer([*COLUMNS, *ALSO], rows, name="projects.csv")


@router.get("/{number}")
@shared()
def show(request: Request, number: Number, caller: Visitor) -> Response:  # noqa: ARG001  # the door
    """All that is public of one project."""
    services, words = services_of(request), words_of(request)
    with services.look() as uow:
        place = places.jurisdiction(uow.session, services.settings.jurisdiction)
        project = keeping.numbered(uow.session, place.id, number)
        context = shown(uow.session, project, words)
    return page(request, "projects/project.html", **context)


def shown(session: Session, project: Project, words: Words) -> dict[str, Any]:
    """One project as its page and the desk show it."""
    board = Board.of(session, project.jurisdiction_id)
    area = places.districts_on(session, project.jurisdiction_id, board.today)
    names = names_of(area, words)
    return {
        "one": board.one(project),
        "changes": keeping.history(session, project.id),
        "names": {**district_names(session, project.jurisdiction_id), **names},
        "today": board.today,
    }


def narrowing_of(given: dict[str, str]) -> Narrowing:
    """The narrowing that known words of an address ask for."""
    return Narrowing(
        text=given["q"],
        kind=ProjectKind(given["kind"]) if given["kind"] else None,
        stage=ProjectStage(given["stage"]) if given["stage"] else None,
        district=str(UUID(given["district"])) if given["district"] else None,
        promised=PROMISED.get(given["promised"]),
        state=State(given["state"]) if given["state"] else None,
    )


def names_of(area: list[District], words: Words) -> dict[str, str]:
    """The districts' names in the reader's language, by id."""
    korean = words.language == "ko"
    return {str(one.id): one.name_ko if korean else one.name_en for one in area}


def _computed(one: Considered) -> tuple[str, ...]:
    flag = one.flag
    return (
        str(one.project.number),
        "yes" if one.project.listed else "no",
        one.state.value,
        str(flag.promise.number) if flag else "",
        str(flag.least) if flag and flag.least else "",
        one.call_by.day.isoformat() if one.call_by else "",
    )


def _turned(chosen: dict[str, str], after: int) -> str:
    return f"/projects?{urlencode({**chosen, 'after': after})}"
