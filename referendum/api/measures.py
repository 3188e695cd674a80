"""Measures: the list, one with all that is public of it, its timeline, drafting and editing."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query
from sqlalchemy import select

from referendum.api.access import is_hushed, measure_here, measure_seen
from referendum.api.callers import House, Member, Someone
from referendum.api.description_shapes import CostOut, EasyOut, PlaceOut
from referendum.api.labelling import label
from referendum.api.measure_shapes import (
    AttachmentOut,
    DeadlineOut,
    DraftIn,
    HoldOut,
    InForceOut,
    MeasureOut,
    NeededOut,
    NewDraftIn,
    OptionOut,
    OwedOut,
    RollOut,
    RulebookOut,
    ShiftOut,
    StepOut,
    WholeMeasureOut,
)
from referendum.api.paging import Asks
from referendum.api.refusing import Route, possible
from referendum.api.repeating import act
from referendum.api.shapes import FindingOut, Label, Page
from referendum.doors.sessions import Signer, Visitor
from referendum.doors.sharing import shared
from referendum.kernel.people import RoleMissing
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import drafting, holds, locating, papering, progressing, surveying
from referendum.lifecycle.advisory import answering, drawing
from referendum.lifecycle.attachments import attaching
from referendum.lifecycle.describing import DescribedAmiss
from referendum.lifecycle.errors import (
    DayImplausible,
    DraftIncomplete,
    MeasureNotFound,
    NotADraft,
    NotRepresentative,
    NotYourAct,
    RuleRefused,
)
from referendum.lifecycle.office import approving
from referendum.lifecycle.rules import today
from referendum.lifecycle.stages import Stage
from referendum.lifecycle.tables import Measure, StepTaken
from referendum.roll import places
from referendum.roll.errors import JurisdictionNotFound
from referendum.roll.tables import Jurisdiction, Roll
from signatures import petitions
from thresholds.vocabulary import Instrument

router = APIRouter(prefix="/measures", tags=["measures"], route_class=Route)

UnderWay = Annotated[bool | None, Query(description="Whether it has not ended.")]
PLACE: Final = r"^[a-z0-9-]{2,60}$"


@router.get("", responses=possible(JurisdictionNotFound))
@shared(declared=True)
def list_measures(
    house: House,
    caller: Visitor,  # noqa: ARG001  # the door
    asks: Asks,
    place: Annotated[str | None, Query(pattern=PLACE)] = None,
    instrument: Instrument | None = None,
    stage: Stage | None = None,
    under_way: UnderWay = None,
) -> Page[MeasureOut]:
    """Published measures of a place, newest first."""
    with house.look() as uow:
        here = places.jurisdiction(uow.session, place or house.settings.jurisdiction)
        found = locating.listed(
            uow.session,
            here.id,
            under_way=under_way,
            instrument=instrument,
            stage=stage,
            before=asks.before(),
            limit=asks.wanted,
        )
        owed = answering.owed_of_all(uow.session, found, uow.now())
        halted = holds.halted(uow.session, [one.id for one in found])
        return asks.page(
            found,
            lambda one: MeasureOut.of(
                one, here.code, owed=owed.get(one.id), halted=one.id in halted
            ),
            key=lambda one: one.number,
        )


@router.get("/mine")
def list_my_measures(house: House, resident: Signer, asks: Asks) -> Page[MeasureOut]:
    """What the signed-in resident represents, drafts among them, newest first."""
    before = asks.before()
    with house.begin() as uow:
        here = uow.session.get_one(Jurisdiction, resident.jurisdiction)
        rows = [
            one
            for one in locating.mine(uow.session, resident.person)
            if before is None or one.number < before
        ]
        owed = answering.owed_of_all(uow.session, rows, uow.now())
        halted = holds.halted(uow.session, [one.id for one in rows])
        return asks.page(
            rows,
            lambda one: MeasureOut.of(
                one, here.code, owed=owed.get(one.id), halted=one.id in halted
            ),
            key=lambda one: one.number,
        )


@act(router, "", DraftIncomplete, DescribedAmiss, DayImplausible, NotYourAct, RoleMissing)
def draft_measure(uow: UnitOfWork, given: NewDraftIn, house: House, by: Member) -> WholeMeasureOut:
    """Begin a measure, as a resident or for an office."""
    measure = drafting.draft(
        uow,
        instrument=given.instrument,
        words=given.text.words,
        by=by,
        route=given.route,
        demo=house.is_demo,
    )
    return _whole(uow, measure)


@router.get("/{measure_id}", responses=possible(MeasureNotFound))
@shared(declared=True)
def show_measure(measure_id: UUID, house: House, by: Someone) -> WholeMeasureOut:
    """All that is public of a measure at its stage. A draft is its authors' alone."""
    with house.look() as uow:
        return _whole(uow, measure_seen(uow, measure_id, by))


@router.put(
    "/{measure_id}/text",
    responses=possible(
        MeasureNotFound,
        NotADraft,
        DraftIncomplete,
        DescribedAmiss,
        DayImplausible,
        NotYourAct,
        NotRepresentative,
        RoleMissing,
    ),
)
def edit_text(measure_id: UUID, given: DraftIn, house: House, by: Member) -> WholeMeasureOut:
    """Rewrite a draft, whole. Once applied for, a text is frozen."""
    with house.begin() as uow:
        measure_here(uow, measure_id, by)
        return _whole(uow, drafting.edit(uow, measure_id, words=given.words, by=by))


@router.get("/{measure_id}/needed", responses=possible(MeasureNotFound, NotADraft, RuleRefused))
def show_needed(measure_id: UUID, house: House, by: Member) -> NeededOut:
    """What a draft will need: for its authors, while they write."""
    with house.begin() as uow:
        measure = measure_here(uow, measure_id, by)
        if measure.stage != Stage.DRAFT:
            raise NotADraft(stage=measure.stage)
        found = progressing.needed_for_draft(uow.session, measure, today(uow, measure))
        return NeededOut(findings=[FindingOut.of(finding) for finding in found])


@router.get("/{measure_id}/timeline", responses=possible(MeasureNotFound))
@shared(declared=True)
def show_timeline(measure_id: UUID, house: House, by: Someone, asks: Asks) -> Page[StepOut]:
    """Every step taken, in order."""
    after = asks.after(int, first=0)
    with house.look() as uow:
        measure = measure_seen(uow, measure_id, by)
        steps = (
            select(StepTaken)
            .where(StepTaken.measure_id == measure.id, StepTaken.sequence > after)
            .order_by(StepTaken.sequence)
            .limit(asks.wanted)
        )
        rows = uow.session.scalars(steps).all()
        papers = papering.shown_by_id(
            uow.session, {step.paper_id for step in rows if step.paper_id}
        )
        signed = approving.by_entry(uow.session, [step.entry_id for step in rows])
        hushed = is_hushed(uow, measure, by)
        return asks.page(
            rows,
            lambda step: StepOut.of(
                step, measure, papers, signed.get(step.entry_id), hushed=hushed
            ),
            key=lambda step: step.sequence,
        )


@router.get("/{measure_id}/rolls", responses=possible(MeasureNotFound))
@shared(declared=True)
def list_rolls(measure_id: UUID, house: House, by: Someone, asks: Asks) -> Page[RollOut]:
    """The frozen rolls of a measure, by their id."""
    with house.look() as uow:
        measure = measure_seen(uow, measure_id, by)
        rolls = uow.session.scalars(select(Roll).where(Roll.measure_id == measure.id)).all()
        return asks.part(rolls, RollOut.of, key=lambda roll: str(roll.id))


def _whole(uow: UnitOfWork, measure: Measure) -> WholeMeasureOut:
    session = uow.session
    owed = answering.owed(session, measure, uow.now())
    view = surveying.overview(session, measure)
    place = session.get_one(Jurisdiction, measure.jurisdiction_id)
    petition = petitions.of_measure(session, measure.id)
    book = view.rulebook
    suspension = view.suspension
    told = MeasureOut.of(measure, place.code, owed=owed, halted=bool(view.holds))
    return WholeMeasureOut(
        **told.model_dump(exclude={"title", "label", "answer"}),
        title=Label(ko=measure.title_ko, en=measure.title_en),
        label=label(measure),
        answer=OwedOut.of(owed) if owed else None,
        question=Label(ko=measure.question_ko, en=measure.question_en),
        reason=measure.reason,
        body=measure.body,
        in_force=(
            InForceOut(name=measure.in_force_name, text=measure.in_force)
            if measure.in_force
            else None
        ),
        attachments=[AttachmentOut.of(one, measure) for one in attaching.of_measure(measure)],
        easy=EasyOut.of(measure),
        cost=CostOut.of(measure),
        site=PlaceOut.of(measure),
        options=[
            OptionOut(key=one["key"], label=Label(ko=one["ko"], en=one["en"]))
            for one in drawing.options(session, measure)
        ],
        office=measure.office,
        official=measure.official,
        term_started=measure.term_started,
        term_ends=measure.term_ends,
        previous_vote=measure.previous_vote,
        districts=[UUID(one) for one in measure.districts] if measure.districts else None,
        text_sha256=measure.text_sha256.hex() if measure.text_sha256 else None,
        rulebook=RulebookOut(
            id=book.id,
            fingerprint=book.fingerprint,
            title=Label(ko=book.title.ko, en=book.title.en),
        )
        if book
        else None,
        base_year=measure.base_year,
        project=measure.project_id,
        deadlines=[DeadlineOut.of(one) for one in view.deadlines],
        holds=[HoldOut.of(one) for one in view.holds],
        halts=[HoldOut.of(one) for one in view.halts],
        shifts=ShiftOut.all_of(view),
        petition=petition.id if petition else None,
        poll=view.poll.id if view.poll else None,
        certificates=[one.id for one in view.certificates],
        powers_suspended=suspension is not None and suspension.until_at is None,
    )
