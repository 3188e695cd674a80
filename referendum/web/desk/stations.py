"""The stations of a vote: where its electors are, and the whole plan from a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from ballots import days, planning, plans, polls, stations
from ballots.errors import (
    PollCancelled,
    PollHasClosed,
    PollHasOpened,
    StationPlanRefused,
)
from ballots.stations import BoxView
from ballots.tables import Kind, Poll
from referendum.doors.cookies import services_of
from referendum.doors.languages import words_of
from referendum.doors.sessions import Staff
from referendum.i18n.words import Language, Words
from referendum.kernel.errors import DomainError, Fact
from referendum.kernel.people import Officer
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import furnishing, polling, reading
from referendum.lifecycle.errors import OnHold
from referendum.lifecycle.tables import Measure
from referendum.web.desk.asking import Errors, crumb, told
from referendum.web.desk.routing import desk_page
from referendum.web.downloads import csv_answer
from referendum.web.pages import go
from referendum.web.sent import Sent, file

router = APIRouter(prefix="/desk/measures/{number}/stations")

SHOWN: Final = 100
"""How many faults of a file are listed: nobody reads further."""
TOO_LATE: Final = (PollHasOpened, PollHasClosed, PollCancelled, OnHold)
"""Refusals that no entry in a form can mend: they get a page of their own."""
KINDS: Final = (Kind.REGULAR, Kind.EARLY, Kind.MAIL)
"""In the order in which officers are offered them."""
FIGURES: Final = ("electors", "number", "name_ko", "name_en", "kind", "district")


@dataclass(frozen=True, slots=True)
class Part:
    """A district with its boxes, and the electors they have together."""

    district: BoxView
    boxes: Sequence[BoxView]
    electors: int

    @property
    def divisible(self) -> bool:
        """Whether electors can go from one box to another."""
        return sum(box.electors is not None for box in self.boxes) > 1


@dataclass(frozen=True, slots=True)
class Furnished:
    """A measure's poll with its boxes, as an officer who may arrange them sees it."""

    measure: Measure
    poll: Poll
    boxes: Sequence[BoxView]
    open_to_change: bool

    @property
    def parts(self) -> list[Part]:
        """By district, the stations of the day itself first."""
        found = [
            sorted(group, key=lambda box: (KINDS.index(box.kind), box.number))
            for _, group in groupby(self.boxes, key=lambda box: box.district_id)
        ]
        electors = stations.electors_by_district(self.boxes)
        return [Part(boxes[0], boxes, electors[boxes[0].district_id] or 0) for boxes in found]

    @property
    def placed(self) -> int:
        return sum(part.electors for part in self.parts)


def furnished(uow: UnitOfWork, number: int, officer: Officer) -> Furnished:
    """The poll of a measure, for those who count it."""
    measure = reading.numbered(uow.session, officer.jurisdiction, number)
    furnishing.insist_on_furnishing(uow.session, measure, officer)
    poll = polling.poll_of(uow.session, measure)
    boxes = stations.boxes_of(uow.session, poll.id)
    return Furnished(measure, poll, boxes, polls.may_be_arranged(uow, poll))


def insist(uow: UnitOfWork, number: int, officer: Officer) -> Poll:
    """The poll whose stations this officer changes now, its measure locked first."""
    measure = reading.numbered(uow.session, officer.jurisdiction, number)
    furnishing.insist_on_furnisher(uow.session, measure.id, officer)
    return polls.get_to_arrange(uow, polling.poll_of(uow.session, measure).id, officer)


def name_of(box: BoxView, language: Language) -> str:
    return box.name_ko if language is Language.KO else box.name_en


def district_of(box: BoxView, language: Language) -> str:
    return box.district_ko if language is Language.KO else box.district_en


def usual_name(box: BoxView, kind: Kind, number: int, language: Language) -> str:
    """What a station of a district would be called."""
    words = Words.load(language)
    return words(f"desk.stations.usual.{kind}", district=district_of(box, language), number=number)


def refusal(
    request: Request, refused: DomainError, boxes: Sequence[BoxView], *, field: str
) -> tuple[Errors, int]:
    """What is wrong, at its field and in the names that people know."""
    if isinstance(refused, TOO_LATE):
        raise refused
    facts = _in_words(words_of(request), refused.facts, boxes)
    return told(request, refused, field=field, in_words=facts)


@router.get("")
def show(request: Request, number: int, officer: Staff) -> Response:
    """Every station by district, and whether their electors are the poll's."""
    return _overview(request, officer, number)


@router.get("/plan.csv")
def download(request: Request, number: int, officer: Staff) -> Response:
    """The plan as it is now, to be changed and sent back."""
    with services_of(request).begin() as uow:
        boxes = furnished(uow, number, officer).boxes
    rows = (
        (
            *(box.district, box.number, box.kind.value, box.name_ko, box.name_en),
            "" if box.electors is None else box.electors,
        )
        for box in boxes
    )
    return csv_answer(plans.COLUMNS, rows, name=f"stations-{number}.csv")


@router.post("/import")
def replace(request: Request, number: int, officer: Staff, form: Sent) -> Response:
    """Put a whole plan in place, or nothing and where the file is wrong."""
    try:
        with services_of(request).begin() as uow:
            poll = insist(uow, number, officer)
            rows = plans.read_plan(file(form), boxes=stations.boxes_of(uow.session, poll.id))
            planning.replace_plan(uow, poll.id, rows, by=officer)
    except StationPlanRefused as refused:
        return _overview(request, officer, number, refused=refused, status=422)
    except DomainError as refused:
        errors, status = refusal(request, refused, [], field="file")
        return _overview(request, officer, number, errors=errors, status=status)
    return go(request, f"/desk/measures/{number}/stations", flash="desk.flash.stations-planned")


def _overview(
    request: Request,
    officer: Officer,
    number: int,
    *,
    refused: StationPlanRefused | None = None,
    errors: Errors | None = None,
    status: int = 200,
) -> Response:
    words = words_of(request)
    with services_of(request).begin() as uow:
        found = furnished(uow, number, officer)
        day = days.get_day(uow.session, found.poll.polling_day_id)
    title = words("desk.stations.title")
    polling = (words("desk.polling.title"), f"/desk/measures/{number}/polling")
    return desk_page(
        request,
        "desk/stations.html",
        officer,
        status=status,
        errors=errors,
        trail=[crumb(request, number), polling, (title, "")],
        measure=found.measure,
        poll=found.poll,
        day=day,
        parts=found.parts,
        placed=found.placed,
        count=len(found.boxes),
        changeable=found.open_to_change,
        faults=_faults(words, refused, found.boxes) if refused else [],
        columns=",".join(plans.COLUMNS),
    )


def _faults(
    words: Words, refused: StationPlanRefused, boxes: Sequence[BoxView]
) -> list[tuple[int, str]]:
    """Every fault as its line and a sentence that names the place."""
    problems: Any = refused.facts["problems"]
    return [_fault(words, problem, boxes) for problem in problems[:SHOWN]]


def _fault(words: Words, problem: Mapping[str, Any], boxes: Sequence[BoxView]) -> tuple[int, str]:
    column = problem["column"]
    said = words(f"problem.{problem['code']}", **{**problem, **_in_words(words, problem, boxes)})
    label = words(f"desk.stations.field.{column}") if column in FIGURES else column
    return problem["line"], f"{label}: {said}" if label else said


def _in_words(words: Words, facts: Mapping[str, Fact], boxes: Sequence[BoxView]) -> dict[str, Fact]:
    """Codes of fields, districts and stations by the names that people know."""
    named: dict[str, str] = {}
    for box in boxes:
        district = district_of(box, words.language)
        named |= {box.district: district, str(box.district_id): district}
        named[box.label] = f"{district} {name_of(box, words.language)}"
    found: dict[str, Fact] = {}
    for name in ("station", "giver", "taker", "district"):
        given = facts.get(name)
        if isinstance(given, str):
            place, _, rest = given.partition("/")
            found[name] = named.get(given) or f"{named.get(place, place)} {rest}".strip()
    if facts.get("field") in FIGURES:
        found["field"] = words(f"desk.stations.field.{facts['field']}")
    return found
