"""The certified figures of a vote as a table to take away: a line for each district and in all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from ballots.canvassing import Canvass, DistrictCanvass
from referendum.doors.cookies import services_of
from referendum.doors.errors import PageNotFound
from referendum.doors.languages import words_of
from referendum.doors.sessions import Visitor
from referendum.doors.sharing import shared
from referendum.i18n.words import Language
from referendum.lifecycle import locating, surveying
from referendum.lifecycle.advisory import drawing
from referendum.lifecycle.surveying import Overview
from referendum.web.downloads import csv_answer
from referendum.web.measures import Number
from thresholds.share import percentages

router = APIRouter(prefix="/measures")

HEADS: Final = (
    *("district", "borough", "name_ko", "name_en"),
    *("electors", "issued", "cast", "turnout_percent", "papers", "invalid"),
)
"""Columns of the file, before one for each option."""
TOTAL: Final = "total"


@router.get("/{number}/result.csv")
@shared()
def download(request: Request, number: Number, caller: Visitor) -> Response:  # noqa: ARG001  # the door
    """The certified figures by district and in all, one line each; none before they are public."""
    services = services_of(request)
    with services.look() as uow:
        place, measure = locating.to_show(uow.session, services.settings.jurisdiction, number)
        view = surveying.to_show(uow.session, place, measure)
        options = drawing.options(uow.session, measure)
    if view.canvass is None:
        raise PageNotFound
    language = words_of(request).language
    heads = [*HEADS, *(_called(option, language) for option in options)]
    return csv_answer(heads, _lines(view, view.canvass, options), name=f"result-{number}.csv")


def _called(option: Mapping[str, str], language: Language) -> str:
    return option["ko"] if language is Language.KO else option.get("en") or option["ko"]


def _lines(
    view: Overview, canvass: Canvass, options: Sequence[Mapping[str, str]]
) -> Iterator[Sequence[object]]:
    homes = {one.id: one for one in view.districts}
    for one in canvass.by_district:
        home = homes.get(one.district_id)
        borough = home.borough_ko if home else ""
        yield (one.code, borough, one.name_ko, one.name_en, *_figures(one, options))
    yield (TOTAL, "", view.place.name_ko, view.place.name_en, *_figures(canvass, options))


def _figures(
    one: Canvass | DistrictCanvass, options: Sequence[Mapping[str, str]]
) -> Iterator[object]:
    """What is not known is an empty cell, never nought."""
    votes = one.votes or {}
    rate = percentages(one.electors, [one.cast])[0].rstrip("%") if one.electors else None
    for figure in (one.electors, one.issued, one.cast, rate, one.papers, one.invalid):
        yield "" if figure is None else figure
    for option in options:
        yield votes.get(option["key"], "")
