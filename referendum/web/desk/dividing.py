"""A district's stations one by one: another is opened, one renamed, electors moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from ballots import dividing
from ballots.dividing import NewStation
from ballots.errors import BoxNotFound, DistrictNotInPoll, FigureNotWhole, PollHasOpened
from ballots.stations import BoxView
from ballots.tables import Kind
from referendum.doors.cookies import services_of
from referendum.doors.errors import InputNotUsable
from referendum.doors.languages import words_of
from referendum.doors.sessions import Staff
from referendum.i18n.words import Language
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Officer
from referendum.lifecycle import furnishing
from referendum.web.desk import stations
from referendum.web.desk.asking import Errors, choice, crumb
from referendum.web.desk.routing import desk_page
from referendum.web.desk.stations import Furnished, Part, district_of, name_of
from referendum.web.pages import go
from referendum.web.sent import Sent, text, typed, whole

router = APIRouter(prefix="/desk/measures/{number}/stations")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form as it is shown: what was typed, and what is wrong with it."""

    form: FormData | None = None
    errors: Errors = field(default_factory=dict)
    status: int = 200

    def values(self, usual: Mapping[str, str]) -> Mapping[str, str]:
        return usual if self.form is None else typed(self.form)


CLEAN: Final = Sheet()
GIVING: Final = {"giver": "taken_from", "taker": "taken_from"}
"""In the form for another station, the box that receives is the new one."""


@router.get("/new")
def ask_station(
    request: Request, number: int, officer: Staff, district: UUID, kind: Kind = Kind.REGULAR
) -> Response:
    """Another station of a district, with number and names as they would usually be."""
    return _station_form(request, officer, number, district, kind)


@router.post("/new")
def open_station(request: Request, number: int, officer: Staff, form: Sent) -> Response:
    """Open it, with electors of another box of the district."""
    district, kind = _id(form, "district"), choice(Kind, text(form, "kind"))
    try:
        box = _open(request, number, officer, form, kind)
    except DomainError as refused:
        errors, status = _told(request, officer, number, refused, place="number")
        errors = {GIVING.get(name, name): said for name, said in errors.items()}
        sheet = Sheet(form, errors, status)
        return _station_form(request, officer, number, district, kind, sheet)
    joined = (box.name_ko, box.name_en) != (text(form, "name_ko"), text(form, "name_en"))
    flash = "desk.flash.station-joined" if joined else "desk.flash.station-opened"
    return go(request, f"/desk/measures/{number}/stations#district-{district}", flash=flash)


def _open(request: Request, number: int, officer: Officer, form: FormData, kind: Kind) -> BoxView:
    names = text(form, "name_ko"), text(form, "name_en")
    given = NewStation(_id(form, "district"), kind, *names, _figure(form, "number"))
    with services_of(request).begin() as uow:
        poll = stations.insist(uow, number, officer)
        return dividing.open_station(
            uow,
            poll.id,
            given,
            electors=_figure(form, "electors") if kind is Kind.REGULAR else None,
            taken_from=_id(form, "taken_from") if text(form, "taken_from") else None,
            by=officer,
        )


@router.get("/move")
def ask_move(request: Request, number: int, officer: Staff, district: UUID) -> Response:
    """How many electors go from which station to which."""
    return _move_form(request, officer, number, district)


@router.post("/move")
def move(request: Request, number: int, officer: Staff, form: Sent) -> Response:
    """Move them; what leaves one box arrives in the other."""
    district = _id(form, "district")
    try:
        with services_of(request).begin() as uow:
            poll = stations.insist(uow, number, officer)
            dividing.move_electors(
                uow,
                poll.id,
                giver=_id(form, "giver"),
                taker=_id(form, "taker"),
                electors=_figure(form, "electors"),
                by=officer,
            )
    except DomainError as refused:
        errors, status = _told(request, officer, number, refused, place="electors")
        return _move_form(request, officer, number, district, Sheet(form, errors, status))
    back = f"/desk/measures/{number}/stations#district-{district}"
    return go(request, back, flash="desk.flash.electors-moved")


@router.get("/boxes/{box_id}/name")
def ask_name(request: Request, number: int, box_id: UUID, officer: Staff) -> Response:
    """The names of the station where a box stands."""
    return _name_form(request, officer, number, box_id)


@router.post("/boxes/{box_id}/name")
def rename(request: Request, number: int, box_id: UUID, officer: Staff, form: Sent) -> Response:
    """Give the station other names, for every vote that day."""
    try:
        with services_of(request).begin() as uow:
            poll = stations.insist(uow, number, officer)
            box = _box(stations.furnished(uow, number, officer), box_id)
            furnishing.insist_on_every_vote_at(uow.session, box.station_id, officer)
            dividing.rename_station(
                uow,
                poll.id,
                box.station_id,
                name_ko=text(form, "name_ko"),
                name_en=text(form, "name_en"),
                by=officer,
            )
    except DomainError as refused:
        errors, status = _told(request, officer, number, refused, place="name_ko")
        return _name_form(request, officer, number, box_id, Sheet(form, errors, status))
    back = f"/desk/measures/{number}/stations#district-{box.district_id}"
    return go(request, back, flash="desk.flash.station-renamed")


def _station_form(
    request: Request,
    officer: Officer,
    number: int,
    district: UUID,
    kind: Kind,
    sheet: Sheet = CLEAN,
) -> Response:
    words = words_of(request)
    found = _arrangeable(request, officer, number)
    part = _part(found, district)
    giving = [box for box in part.boxes if box.electors is not None]
    place = district_of(part.district, words.language)
    return _form(
        request,
        officer,
        found,
        "desk/stations-new.html",
        words("desk.stations.new-title", district=place),
        sheet,
        part=part,
        kind=kind.value,
        kinds=[one.value for one in stations.KINDS],
        givers=[(str(box.id), _with_electors(request, box)) for box in giving],
        values=sheet.values(_suggested(part, kind)),
    )


def _suggested(part: Part, kind: Kind) -> dict[str, str]:
    """The next number, names as the first station has them, and no electors yet."""
    number = dividing.next_number(list(part.boxes), kind)
    names = {
        language: stations.usual_name(part.district, kind, number, language)
        for language in Language
    }
    return {
        "number": str(number),
        "name_ko": names[Language.KO],
        "name_en": names[Language.EN],
    }


def _move_form(
    request: Request,
    officer: Officer,
    number: int,
    district: UUID,
    sheet: Sheet = CLEAN,
) -> Response:
    words = words_of(request)
    found = _arrangeable(request, officer, number)
    part = _part(found, district)
    boxes = [box for box in part.boxes if box.electors is not None]
    options = [(str(box.id), _with_electors(request, box)) for box in boxes]
    place = district_of(part.district, words.language)
    usual = {"giver": options[0][0], "taker": options[-1][0]} if options else {}
    return _form(
        request,
        officer,
        found,
        "desk/stations-move.html",
        words("desk.stations.move-title", district=place),
        sheet,
        part=part,
        options=options,
        values=sheet.values(usual),
    )


def _name_form(
    request: Request,
    officer: Officer,
    number: int,
    box_id: UUID,
    sheet: Sheet = CLEAN,
) -> Response:
    words = words_of(request)
    found = _arrangeable(request, officer, number)
    box = _box(found, box_id)
    with services_of(request).begin() as uow:
        shared = len(dividing.polls_at(uow.session, box.station_id)) > 1
    return _form(
        request,
        officer,
        found,
        "desk/stations-name.html",
        words("desk.stations.rename-title", station=name_of(box, words.language)),
        sheet,
        box=box,
        shared=shared,
        values=sheet.values({"name_ko": box.name_ko, "name_en": box.name_en}),
    )


def _form(
    request: Request,
    officer: Officer,
    found: Furnished,
    template: str,
    title: str,
    sheet: Sheet,
    **context: Any,
) -> Response:
    number = found.measure.number
    back = f"/desk/measures/{number}/stations"
    trail = [crumb(request, number), (words_of(request)("desk.stations.title"), back), (title, "")]
    return desk_page(
        request,
        template,
        officer,
        status=sheet.status,
        errors=sheet.errors,
        trail=trail,
        measure=found.measure,
        title=title,
        **context,
    )


def _arrangeable(request: Request, officer: Officer, number: int) -> Furnished:
    """What may still be changed, or the page that says why not."""
    with services_of(request).begin() as uow:
        found = stations.furnished(uow, number, officer)
    if not found.open_to_change:
        raise PollHasOpened(poll=str(found.poll.id))
    return found


def _told(
    request: Request, officer: Officer, number: int, refused: DomainError, *, place: str
) -> tuple[Errors, int]:
    with services_of(request).begin() as uow:
        boxes = stations.furnished(uow, number, officer).boxes
    return stations.refusal(request, refused, boxes, field=place)


def _part(found: Furnished, district: UUID) -> Part:
    for part in found.parts:
        if part.district.district_id == district:
            return part
    raise DistrictNotInPoll(district=str(district))


def _box(found: Furnished, box_id: UUID) -> BoxView:
    for box in found.boxes:
        if box.id == box_id:
            return box
    raise BoxNotFound(box=str(box_id))


def _with_electors(request: Request, box: BoxView) -> str:
    words = words_of(request)
    name = name_of(box, words.language)
    return words("desk.stations.with-electors", name=name, electors=box.electors)


def _id(form: FormData, name: str) -> UUID:
    try:
        return UUID(text(form, name))
    except ValueError:
        raise InputNotUsable from None


def _figure(form: FormData, name: str) -> int | None:
    """A figure as typed: nothing is None and not zero; letters are refused at their field."""
    typed_in = text(form, name)
    number = whole(typed_in)
    if typed_in and number is None:
        raise FigureNotWhole(field=name, station=text(form, "district"))
    return number
