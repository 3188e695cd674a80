"""The measures: a list that can be narrowed, and a page for each with all that is public of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Path, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from referendum.doors import localities
from referendum.doors.cookies import over_https, services_of
from referendum.doors.languages import words_of
from referendum.doors.sessions import Visitor
from referendum.doors.sharing import shared
from referendum.i18n.words import Language
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import (
    charting,
    counting,
    duties,
    locating,
    qualifying,
    surveying,
)
from referendum.lifecycle.advisory import correcting, drawing
from referendum.lifecycle.attachments import attaching
from referendum.lifecycle.enrolment import enrolled
from referendum.lifecycle.listing import narrowed
from referendum.lifecycle.news import following
from referendum.lifecycle.stages import Act, Stage
from referendum.lifecycle.surveying import Overview
from referendum.lifecycle.tables import Measure
from referendum.projects.tables import Project
from referendum.roll import places
from referendum.roll.tables import District
from referendum.web import (
    advising,
    describing,
    districts,
    participating,
    picturing,
    presenting,
    promises,
    qualified,
    recounting,
    results,
)
from referendum.web.pages import page
from thresholds.requirement import Finding
from thresholds.vocabulary import Instrument

router = APIRouter(prefix="/measures")

LARGEST: Final = 2**31 - 1
PAGE: Final = 12
Number = Annotated[int, Path(ge=1, le=LARGEST)]
"""A measure's public number in an address."""
Before = Annotated[int | None, Query(ge=1, le=LARGEST)]
"""The number of the last measure that was seen."""


@router.get("")
@shared("instrument", "state", "before", by_district=True)
def listing(
    request: Request,
    caller: Visitor,  # noqa: ARG001  # the door
    instrument: str = "",
    state: str = "",
    before: Before = None,
) -> Response:
    """Newest first, narrowed by instrument and stage. What is not known is not narrowed by."""
    services = services_of(request)
    chosen = Instrument(instrument) if instrument in set(Instrument) else None
    stage = Stage(state) if state in set(Stage) else None
    with services.look() as uow:
        found = narrowed(
            uow.session,
            services.settings.jurisdiction,
            under_way={"under_way": True, "ended": False}.get(state),
            instrument=chosen,
            within=None if stage is None else [stage],
            district=localities.of(request),
            before=before,
            limit=PAGE,
        )
    cards = presenting.cards(found.shown)
    kept = {"instrument": chosen or "", "state": state}
    if localities.PARAMETER in request.query_params:
        # For browsers that keep nothing: the address says it from page to page.
        kept[localities.PARAMETER] = request.query_params[localities.PARAMETER]
    last = cards[-1].measure.number if found.more else None
    answer = page(
        request,
        "measures/list.html",
        cards=cards,
        instrument=chosen or "",
        state=state,
        districts=found.districts,
        chosen=found.chosen,
        narrowed=bool(chosen or state or found.chosen),
        first=f"/measures?{urlencode(kept)}" if before else None,
        following=f"/measures?{urlencode({**kept, 'before': last})}" if last else None,
    )
    return remembering(request, answer, found.chosen)


def remembering(request: Request, answer: Response, chosen: District | None) -> Response:
    """The same answer, with the district that was chosen on the page."""
    secure = over_https(services_of(request))
    localities.remember_choice(request, answer, known=chosen is not None, secure=secure)
    return answer


@router.get("/{number}")
@shared("district", "easy")
def show(
    request: Request, number: Number, caller: Visitor, district: str = "", easy: str = ""
) -> Response:
    """All that is public of one measure at its stage, and to a resident what is their own.

    A `district` that is not one of the measure's is none. `easy`: the text as its easy version.
    """
    services = services_of(request)
    with services.look() as uow:
        place, measure = locating.to_show(uow.session, services.settings.jurisdiction, number)
        overview = surveying.to_show(uow.session, place, measure)
        progress = overview.progress
        petition = progress.petition if progress else None
        own = participating.own(uow.session, services.vault, caller, petition)
        shown = {
            "own": own,
            "districts": districts.shown(
                progress, words_of(request), code=district, own=own.district
            ),
            "place": place,
            "pictured": not presenting.is_quiet(measure),
            "followable": following.may_follow(measure),
            "addresses": services.addresses,
            "promise": promises.followed_by(uow.session, measure),
            "representatives": overview.representatives,
            "attached": attaching.of_measure(measure),
            "project": _project(uow.session, measure),
            **_figures(request, uow, overview),
            **describing.told(uow.session, measure, words_of(request), easy=easy),
        }
    return page(
        request, "measures/measure.html", measure=measure, view=overview, me=caller, **shown
    )


def _project(session: Session, measure: Measure) -> Project | None:
    """What of the city's list it is about."""
    return session.get_one(Project, measure.project_id) if measure.project_id else None


def public(session: Session, number: int, jurisdiction: str) -> Measure:
    """The published measure of this number; a draft does not exist for the public."""
    place = places.jurisdiction(session, jurisdiction)
    return locating.published(locating.numbered(session, place.id, number))


def _figures(request: Request, uow: UnitOfWork, overview: Overview) -> dict[str, Any]:
    """Everything on the page that is computed."""
    session, measure, words = uow.session, overview.measure, words_of(request)
    progress = overview.progress
    course = charting.course(session, overview)
    found = _poll_findings(session, overview)
    options = drawing.options(session, measure)
    enrolment = enrolled.window(uow, measure)
    asked = qualifying.asked(session, overview)
    return {
        "options": options,
        "area": _area(overview, words.language),
        "called": overview.was(Act.CALL),
        "enrolment": enrolment,
        "enrolled": enrolled.total(session, measure.id) if enrolment else None,
        "hosted": _hosted(overview, words.language),
        "advice": advising.advice_on(session, overview),
        "argued": advising.sides_of(session, overview),
        "kind": presenting.kind_of(measure),
        "corrected": correcting.wrong(overview.steps),
        "decides": duties.deciding(measure).value,
        "online": presenting.signs_online(progress, overview.now),
        "moments": recounting.moments(overview, words),
        "moved_back": recounting.moved_back(overview),
        "movers": {one.id: recounting.mover(overview, one, words) for one in overview.shifts},
        "course": course,
        "ended_at": charting.ended_at(overview),
        "drawn": picturing.picture(course, words),
        "own_ends": picturing.own_ends(course.ahead, course.names, words),
        "barred_today": picturing.barred_today(course, words),
        "left": presenting.left(words, overview),
        "result": results.shown(overview, options, found, words),
        "address": services_of(request).addresses.measure(measure.number),
        "poll_findings": found,
        "polling_day": overview.polling_day,
        "vote_ahead": qualified.ahead(asked),
        "who_may": qualified.general(asked, overview.place, words) if asked else None,
    }


def _poll_findings(session: Session, overview: Overview) -> Sequence[Finding]:
    if overview.canvass is None:
        return ()
    return counting.verdict_on(
        session,
        overview.measure,
        overview.canvass,
        steps=overview.steps,
        zone=ZoneInfo(overview.place.zone),
    ).findings


def _area(view: Overview, language: Language) -> list[str]:
    """The districts that it is about, by name; none where it is about the whole place."""
    if not view.measure.districts:
        return []
    return [one.name_ko if language is Language.KO else one.name_en for one in view.districts]


def _hosted(view: Overview, language: Language) -> list[tuple[str, str]]:
    """The districts that vote at another's station, and whose, by name."""
    found = enrolled.hosted(view.steps)
    if not found:
        return []
    names = {
        one.id: one.name_ko if language is Language.KO else one.name_en for one in view.districts
    }
    return [(names[one], names[host]) for one, host in found.items()]
