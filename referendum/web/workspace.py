"""The initiators' workspace: their measures, drafting one, and watching it go on."""

from __future__ import annotations

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.languages import words_of
from referendum.doors.sessions import Signer
from referendum.kernel.people import Resident
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import (
    agreed,
    charting,
    duties,
    entries,
    listing,
    locating,
    petitioning,
    rules,
    screening,
    surveying,
    versions,
)
from referendum.lifecycle.drafting import DraftText, draft, missing
from referendum.lifecycle.drafting import edit as rewrite
from referendum.lifecycle.entries import Entry
from referendum.lifecycle.errors import MeasureNotFound, NotADraft
from referendum.lifecycle.stages import Act, Stage
from referendum.lifecycle.tables import Measure
from referendum.roll.tables import Jurisdiction
from referendum.web import districts, drafting, picturing, presenting, recounting
from referendum.web.drafting import Received, Sheet
from referendum.web.foreseeing import Foreseen, foresee, planned
from referendum.web.measures import Number
from referendum.web.onward import onward
from referendum.web.pages import go, page, wants_fragment
from referendum.web.sent import Sent, text
from signatures import handing_in, petitions
from thresholds.vocabulary import Instrument

router = APIRouter(prefix="/workspace")

OWN_ACTS: Final = (Act.APPLY, Act.FILE, Act.WITHDRAW)
"""What representatives do themselves."""
ONWARD: Final = ("apply", "attachments", "in-force")
"""Pages of a draft that its form leads to, once it is saved."""


@router.get("")
def mine(request: Request, resident: Signer) -> Response:
    """The measures that this resident represents, drafts among them."""
    with services_of(request).begin() as uow:
        place = uow.session.get_one(Jurisdiction, resident.jurisdiction)
        mine = locating.mine(uow.session, resident.person)
        cards = presenting.cards(listing.of_all(uow.session, place, mine, uow.now()), own=True)
    return page(request, "workspace/mine.html", cards=cards)


@router.get("/new")
def choose(request: Request, resident: Signer) -> Response:  # noqa: ARG001  # the door
    """Which instrument: who decides, who signs, what is special about each."""
    return page(request, "workspace/new.html", instruments=list(Instrument), errors={}, chosen="")


@router.post("/new")
def begin(request: Request, resident: Signer, instrument: Annotated[str, Form()] = "") -> Response:
    """Start a draft; its author is the first representative."""
    if instrument not in set(Instrument):
        errors = {"instrument": words_of(request)("workspace.error.instrument")}
        offered: dict[str, Any] = {"instruments": list(Instrument), "chosen": ""}
        return page(request, "workspace/new.html", status=422, errors=errors, **offered)
    services = services_of(request)
    with services.begin() as uow:
        measure = draft(
            uow,
            instrument=Instrument(instrument),
            words=DraftText(),
            by=resident,
            demo=services.is_demo,
        )
    return go(request, f"/workspace/{measure.number}/edit", flash="workspace.flash.begun")


@router.get("/{number}")
def show(request: Request, number: Number, resident: Signer) -> Response:
    """Where the measure stands, and what its representatives can do now."""
    with services_of(request).begin() as uow:
        measure = own(uow.session, resident, number)
        overview = surveying.overview(uow.session, measure)
        steps = duties.possible(uow.session, measure, resident)
        context = _state(request, uow, overview)
        context["acts"] = [act for act in OWN_ACTS if act in {step.act for step in steps}]
        context["missing"] = missing(measure)
        context["may_invite"] = entries.possible(measure, Entry.JOIN_REPRESENTATIVES)
        context["handed"] = _handed_in(uow.session, measure)
        context["people"] = len(agreed.present(uow.session, measure.id))
        context["onward"] = onward(uow, measure)
        context["joint"] = _joint(uow, measure, resident)
        context["items"] = screening.checklist(uow.session, measure, rules.today(uow, measure))
    return page(request, "workspace/measure.html", measure=measure, view=overview, **context)


@router.get("/{number}/edit")
def edit(request: Request, number: Number, resident: Signer) -> Response:
    """The draft as a form, with what it will need beside it."""
    services = services_of(request)
    with services.begin() as uow:
        measure = _own_draft(uow.session, resident, number)
        sheet, foreseen = Sheet.of(uow, measure), _foreseen(uow, measure)
        before = versions.of_draft(uow.session, measure.id)
    return _form(request, measure, sheet, foreseen, None, before=before[0].number if before else 0)


@router.post("/{number}/edit")
def save(request: Request, number: Number, resident: Signer, form: Sent) -> Response:
    """Keep the draft. What is missing is named, but only a fault keeps it from being saved."""
    services, words = services_of(request), words_of(request)
    with services.begin() as uow:
        measure = _own_draft(uow.session, resident, number)
        sheet, foreseen = Sheet.of(uow, measure), _foreseen(uow, measure)
        came = sheet.read(form, measure, words)
        faulty = came.errors or came.wrong
        if not faulty:
            rewrite(uow, measure.id, words=came.draft, by=resident)
            screening.answer(uow, measure.id, answers=came.answers, by=resident)
    if faulty:
        return _form(request, measure, sheet, foreseen, came)
    # What was typed is kept before the page is left for one that belongs to it.
    onto = text(form, "then") if text(form, "then") in ONWARD else "edit"
    return go(request, f"/workspace/{number}/{onto}", flash="workspace.flash.saved")


@router.get("/{number}/needed")
def needed(
    request: Request,
    number: Number,
    resident: Signer,
    office: str = "",
    districts: Annotated[list[str] | None, Query()] = None,
) -> Response:
    """The panel alone, for what is chosen in the form and not yet saved."""
    with services_of(request).begin() as uow:
        measure = _own_draft(uow.session, resident, number)
        ticked = drafting.chosen(districts or [], Sheet.of(uow, measure).area)
        trial = _trial(measure, office, ticked)
        foreseen = _foreseen(uow, trial)
    if not wants_fragment(request):
        return go(request, f"/workspace/{number}/edit")
    return page(request, "workspace/needed.html", measure=trial, foreseen=foreseen)


def own(session: Session, resident: Resident, number: int) -> Measure:
    """The measure, for who represents it: to others a draft does not exist."""
    measure = locating.numbered(session, resident.jurisdiction, number)
    if not duties.is_representative(session, measure, resident):
        raise MeasureNotFound(measure=str(number))
    return measure


def _own_draft(session: Session, resident: Resident, number: int) -> Measure:
    measure = own(session, resident, number)
    if measure.stage != Stage.DRAFT:
        raise NotADraft(stage=measure.stage)
    return measure


def _trial(measure: Measure, office: str, ticked: list[UUID]) -> Measure:
    """The draft as it would be: a value of its own, never stored."""
    recall = measure.instrument == Instrument.RECALL
    return Measure(
        id=measure.id,
        jurisdiction_id=measure.jurisdiction_id,
        number=measure.number,
        instrument=measure.instrument,
        route=measure.route,
        stage=measure.stage,
        office=office if recall and office in set(drafting.OFFICES) else None,
        term_started=measure.term_started,
        term_ends=measure.term_ends,
        previous_vote=measure.previous_vote,
        districts=[str(district) for district in ticked] or None,
        ordinance={},
    )


def _foreseen(uow: UnitOfWork, measure: Measure) -> Foreseen | None:
    return foresee(uow.session, measure, rules.today(uow, measure))


def _form(
    request: Request,
    measure: Measure,
    sheet: Sheet,
    foreseen: Foreseen | None,
    came: Received | None,
    *,
    before: int = 0,
) -> Response:
    """The draft as it is kept, or as it came with what is wrong."""
    values = came.typed if came else drafting.values_of(measure)
    return page(
        request,
        "workspace/edit.html",
        status=422 if came else 200,
        measure=measure,
        values=values,
        ticked=set(map(str, came.draft.districts if came else measure.districts or ())),
        foreseen=foreseen,
        errors=came.errors | came.wrong if came else {},
        missing=missing(measure),
        before=before,
        **sheet.shown(came, words_of(request), values["place_districts"]),
    )


def _state(request: Request, uow: UnitOfWork, overview: surveying.Overview) -> dict[str, Any]:
    measure, words = overview.measure, words_of(request)
    progress = overview.progress
    course = charting.course(uow.session, overview)
    return {
        "kind": presenting.kind_of(measure),
        "districts": districts.shown(progress, words),
        "moments": recounting.moments(overview, words),
        **planned(overview),
        "paper": progress is not None and petitioning.prints_sheets(measure),
        "spread": progress is not None and petitioning.may_be_spread(measure),
        "barred_today": picturing.barred_today(course, words),
    }


def _handed_in(session: Session, measure: Measure) -> bool:
    """Whether there are receipts to be shown, or sheets to be registered now."""
    petition = petitions.of_measure(session, measure.id)
    if petition is None:
        return False
    curing = measure.stage == Stage.CURING
    return curing or bool(handing_in.receipts(session, petition.id))


def _joint(uow: UnitOfWork, measure: Measure, by: Resident) -> dict[str, Any] | None:
    """What waits for all of them, or rests: told at the head of the page."""
    row = agreed.open_act(uow.session, measure, uow.now())
    if row is None:
        return None
    mine = agreed.own(uow.session, measure, by)
    return {
        "row": row,
        "missing": agreed.still_missing(uow.session, measure, row),
        "mine": mine.id in agreed.consented(uow.session, row),
        "said": "abandon" if row.act == Act.WITHDRAW and measure.stage == Stage.DRAFT else row.act,
    }
