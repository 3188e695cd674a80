"""An office's own measure: what its authority may begin, and the draft's form."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.errors import PageNotFound
from referendum.doors.languages import words_of
from referendum.doors.sessions import Staff
from referendum.i18n.words import Words
from referendum.kernel.people import Officer
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import offering, rules, screening, starting
from referendum.lifecycle.drafting import DraftText, draft, fill
from referendum.lifecycle.drafting import edit as rewrite
from referendum.lifecycle.errors import NotADraft
from referendum.lifecycle.screening import Answer, Item
from referendum.lifecycle.stages import Stage
from referendum.lifecycle.starting import Beginning
from referendum.lifecycle.tables import Measure
from referendum.roll import places
from referendum.roll.tables import District
from referendum.web import drafting
from referendum.web.desk.asking import Errors, crumb
from referendum.web.desk.foreseeing import Panel, panel_of
from referendum.web.desk.measure import on_desk
from referendum.web.desk.routing import desk_page
from referendum.web.measures import Number
from referendum.web.pages import go
from referendum.web.sent import Sent, text
from referendum.web.workspace import missing_of
from thresholds.rulebook import Question
from thresholds.vocabulary import Instrument, Route

router = APIRouter(prefix="/desk/measures")

EVERYWHERE, SOME = "all", "some"
"""Whether a measure is the whole city's or some districts'."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the form is made from, and what stands in it."""

    begun: Beginning
    area: list[District]
    allowed: frozenset[Question]
    draft: DraftText
    values: dict[str, str]
    ticked: set[str]
    errors: Errors
    panel: Panel
    items: tuple[Item, ...]
    """The subjects that the law keeps out, with what was answered."""

    @property
    def answers(self) -> dict[str, Answer]:
        return {one.key: one.answer for one in self.items}


@router.get("/new")
def choose(request: Request, officer: Staff) -> Response:
    """What this officer's authority may begin, each with what it means."""
    title = words_of(request)("desk.draft.title")
    return desk_page(
        request,
        "desk/draft-choice.html",
        officer,
        trail=[(title, "")],
        beginnings=starting.beginnings(officer),
    )


@router.get("/new/{start}")
def write(request: Request, start: str, officer: Staff) -> Response:
    """The empty form of one instrument and route."""
    begun = _begun(officer, start)
    with services_of(request).begin() as uow:
        sheet = _filled(uow, begun, _blank(officer, begun))
    return _form(request, officer, sheet)


@router.post("/new/{start}")
def begin(request: Request, start: str, officer: Staff, form: Sent) -> Response:
    """Keep a new draft: whole, so that no vote can be called on a gap."""
    services = services_of(request)
    begun = _begun(officer, start)
    with services.begin() as uow:
        sheet = _received(request, uow, begun, _blank(officer, begun), form)
        if not sheet.errors:
            measure = draft(
                uow,
                instrument=begun.instrument,
                route=begun.route,
                words=sheet.draft,
                by=officer,
                demo=services.is_demo,
            )
            screening.answer(uow, measure.id, answers=sheet.answers, by=officer)
    if sheet.errors:
        return _form(request, officer, sheet)
    return go(request, f"/desk/measures/{measure.number}/draft", flash="workspace.flash.saved")


@router.get("/{number}/draft")
def edit(request: Request, number: Number, officer: Staff) -> Response:
    """The draft in its form, with what it will need beside it."""
    with services_of(request).begin() as uow:
        measure, begun = _own_draft(uow, officer, number)
        sheet = _filled(uow, begun, measure)
    return _form(request, officer, sheet, measure)


@router.post("/{number}/draft")
def save(request: Request, number: Number, officer: Staff, form: Sent) -> Response:
    """Keep the draft as it is written now, or say at each field why not."""
    with services_of(request).begin() as uow:
        measure, begun = _own_draft(uow, officer, number)
        trial = _blank(officer, begun, measure.id)
        sheet = _received(request, uow, begun, trial, form)
        if not sheet.errors:
            rewrite(uow, measure.id, words=sheet.draft, by=officer)
            screening.answer(uow, measure.id, answers=sheet.answers, by=officer)
    if sheet.errors:
        return _form(request, officer, sheet, measure)
    return go(request, f"/desk/measures/{number}/draft", flash="workspace.flash.saved")


def _begun(officer: Officer, start: str) -> Beginning:
    """What is begun by this name, if this officer's authority may begin it."""
    instrument, _, route = start.partition("-")
    known = instrument in set(Instrument) and route in {"", *Route}
    if not known:
        raise PageNotFound
    return starting.beginning(officer, instrument, route or None)


def _own_draft(uow: UnitOfWork, officer: Officer, number: int) -> tuple[Measure, Beginning]:
    measure = on_desk(uow.session, officer, number)
    if measure.stage != Stage.DRAFT:
        raise NotADraft(stage=measure.stage)
    return measure, starting.beginning(officer, measure.instrument, measure.route)


def _blank(officer: Officer, begun: Beginning, measure_id: UUID | None = None) -> Measure:
    """A draft that is never stored: to ask the rules about what is being written."""
    trial = Measure(
        id=measure_id or uuid4(),
        jurisdiction_id=officer.jurisdiction,
        instrument=begun.instrument.value,
        route=begun.route.value if begun.route else None,
        stage=Stage.DRAFT.value,
        ordinance={},
    )
    fill(trial, DraftText())
    return trial


def _filled(uow: UnitOfWork, begun: Beginning, measure: Measure) -> Sheet:
    """The form of a draft as it is kept."""
    today = rules.today(uow, measure)
    ticked = set(measure.districts or ())
    values = drafting.values_of(measure) | {"area": SOME if ticked else EVERYWHERE}
    return Sheet(
        begun=begun,
        area=places.districts_on(uow.session, measure.jurisdiction_id, today),
        allowed=offering.questions(uow.session, measure, today),
        draft=DraftText(),
        values=values,
        ticked=ticked,
        errors={},
        panel=panel_of(uow, begun, measure),
        items=screening.checklist(uow.session, measure, today),
    )


def _received(
    request: Request, uow: UnitOfWork, begun: Beginning, trial: Measure, form: FormData
) -> Sheet:
    """The form as it came, and all that is wrong with it: an office leaves no gaps."""
    words = words_of(request)
    today = rules.today(uow, trial)
    area = places.districts_on(uow.session, trial.jurisdiction_id, today)
    allowed = offering.questions(uow.session, trial, today)
    draft, typed, errors = drafting.read(form, trial, area, words, allowed)
    ticked = {str(district.id) for district in area} & set(map(str, form.getlist("districts")))
    typed["area"] = text(form, "area") or EVERYWHERE
    fill(trial, draft)
    errors = (
        drafting.gaps(missing_of(trial), words) | errors | _of_area(typed["area"], ticked, words)
    )
    items = screening.checklist(uow.session, trial, today)
    answers, wrong = drafting.answers_of(form, items, words)
    return Sheet(
        begun=begun,
        area=area,
        allowed=allowed,
        draft=draft,
        values=typed,
        ticked=ticked,
        errors=drafting.in_order(errors) | wrong,
        panel=panel_of(uow, begun, trial),
        items=tuple(replace(one, answer=answers.get(one.key, one.answer)) for one in items),
    )


def _of_area(area: str, ticked: set[str], words: Words) -> Errors:
    """What is wrong where the area that was chosen and the districts say different things."""
    if area == SOME and not ticked:
        return {"area": words("desk.draft.error.no-districts")}
    if area == EVERYWHERE and ticked:
        return {"area": words("desk.draft.error.area-beside")}
    if area not in (SOME, EVERYWHERE):
        return {"area": words("workspace.error.choice", field=words("desk.draft.area"))}
    return {}


def _form(
    request: Request, officer: Officer, sheet: Sheet, measure: Measure | None = None
) -> Response:
    words = words_of(request)
    if measure is None:
        what = words(f"measure.instrument.{sheet.begun.instrument}")
        trail = [(words("desk.draft.title"), "/desk/measures/new"), (what, "")]
    else:
        trail = [crumb(request, measure.number), (words("desk.draft.edit"), "")]
    return desk_page(
        request,
        "desk/draft.html",
        officer,
        status=422 if sheet.errors else 200,
        errors=sheet.errors,
        trail=trail,
        saved=measure,
        of_measure=measure or _blank(officer, sheet.begun),
        missing=missing_of(measure) if measure else [],
        sheet=sheet,
        rows=offering.most(sheet.allowed),
        limits=drafting.FORM_LIMITS,
        offices=drafting.OFFICES,
    )
