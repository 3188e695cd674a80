"""An advisory vote from its call on: arguments, the lot of their order, the answer and after."""

from __future__ import annotations

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Path

from referendum.api.access import ACTING, document_of, measure_here, measure_seen
from referendum.api.answer_shapes import (
    AnswerIn,
    AnswersOut,
    ArgumentIn,
    ArgumentKeptOut,
    ArgumentsOut,
    DrawIn,
    FollowUpIn,
    FollowUpOut,
    LotOut,
    ReplyIn,
    ValueIn,
)
from referendum.api.callers import House, Someone
from referendum.api.labelling import binding_of
from referendum.api.refusing import Route, possible
from referendum.api.repeating import Done, Repeatable
from referendum.doors.sessions import Staff
from referendum.doors.sharing import shared
from referendum.kernel import draw
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import errors
from referendum.lifecycle.advisory import answering, arguing, drawing, following_up, undertaking
from referendum.lifecycle.tables import Measure

router = APIRouter(prefix="/measures/{measure_id}", tags=["answers"], route_class=Route)

Item = Annotated[int, Path(ge=1, le=following_up.MOST)]
TEXTS: Final = (
    arguing.ArgumentsClosed,
    arguing.ArgumentTooLong,
    arguing.OptionUnknown,
    errors.ParticularMissing,
)
LOTS: Final = (
    drawing.DrawCommittedBefore,
    drawing.DrawNotCommitted,
    drawing.DrawNotHeld,
    drawing.DrawSettled,
    drawing.DrawDayNotAllowed,
    draw.NotOneLine,
    draw.ValueUnlikeSource,
)
ANSWERS: Final = (answering.AnswerTooLong, errors.ParticularMissing)
FOLLOWING: Final = (
    following_up.FollowUpUnknown,
    following_up.FollowUpUnchanged,
    following_up.FollowUpNotUsable,
    following_up.DoneDayNotAllowed,
    errors.ParticularMissing,
)


@router.get("/arguments", responses=possible(errors.MeasureNotFound))
@shared(declared=True)
def show_arguments(measure_id: UUID, house: House, by: Someone) -> ArgumentsOut:
    """What each side says, in equal spaces; nothing of it before the deadline."""
    with house.look() as uow:
        measure = measure_seen(uow, measure_id, by)
        found = arguing.arguments(uow.session, measure, uow.now())
        return ArgumentsOut.of(found, measure)


@router.post(
    "/arguments",
    status_code=201,
    response_model=ArgumentKeptOut,
    responses=possible(*ACTING, *TEXTS),
)
def enter_argument(measure_id: UUID, given: ArgumentIn, by: Staff, once: Repeatable) -> Any:
    """Keep a new version of one side's text."""

    def enter(uow: UnitOfWork) -> Done:
        measure = measure_here(uow, measure_id, by)
        row = arguing.enter(
            uow,
            measure_id,
            option=given.option,
            said_by=given.said_by,
            points=given.said,
            document=document_of(given.document),
            by=by,
        )
        kept = ArgumentKeptOut(
            option=row.option,
            version=row.version,
            commitment=arguing.commitment(row),
            **binding_of(measure),
        )
        return Done(kept)

    return once(enter)


@router.get("/draw", responses=possible(errors.MeasureNotFound))
@shared(declared=True)
def show_draw(measure_id: UUID, house: House, by: Someone) -> LotOut:
    """The lot that orders the options, with all that is needed to draw it again."""
    with house.look() as uow:
        measure = measure_seen(uow, measure_id, by)
        return LotOut.of(drawing.lot(uow.session, measure), measure)


@router.post("/draw", status_code=201, response_model=LotOut, responses=possible(*ACTING, *LOTS))
def commit_draw(measure_id: UUID, given: DrawIn, by: Staff, once: Repeatable) -> Any:
    """Name the future draw whose value decides. It is named once."""

    def commit(uow: UnitOfWork) -> Done:
        measure = measure_here(uow, measure_id, by)
        drawing.commit(
            uow,
            measure_id,
            kind=given.kind,
            name=given.name,
            number=given.number,
            day=given.day,
            by=by,
        )
        return Done(LotOut.of(drawing.lot(uow.session, measure), measure))

    return once(commit)


@router.post(
    "/draw/values", status_code=201, response_model=LotOut, responses=possible(*ACTING, *LOTS)
)
def enter_value(measure_id: UUID, given: ValueIn, by: Staff, once: Repeatable) -> Any:
    """Enter what was published; a second officer's same value draws the order."""

    def enter(uow: UnitOfWork) -> Done:
        measure = measure_here(uow, measure_id, by)
        found = drawing.enter_value(
            uow, measure_id, value=given.value, published_in=given.published_in, by=by
        )
        return Done(LotOut.of(found, measure))

    return once(enter)


@router.get("/answer", responses=possible(errors.MeasureNotFound))
@shared(declared=True)
def show_answer(measure_id: UUID, house: House, by: Someone) -> AnswersOut:
    """The mayor's answer: due, missing or given, and which undertakings the vote has reached."""
    with house.look() as uow:
        return _answers(uow, measure_seen(uow, measure_id, by))


@router.post(
    "/answer", status_code=201, response_model=AnswersOut, responses=possible(*ACTING, *ANSWERS)
)
def give_answer(
    measure_id: UUID, given: AnswerIn, house: House, by: Staff, once: Repeatable
) -> Any:
    """Give the answer: the step that ends an advisory vote."""

    def give(uow: UnitOfWork) -> Done:
        measure = measure_here(uow, measure_id, by)
        answering.answer(
            uow,
            house.means,
            measure_id,
            decision=given.decision,
            reply=given.reply,
            by=by,
        )
        return Done(_answers(uow, measure))

    return once(give)


@router.post(
    "/answer/supplements",
    status_code=201,
    response_model=AnswersOut,
    responses=possible(*ACTING, *ANSWERS),
)
def supplement_answer(measure_id: UUID, given: ReplyIn, by: Staff, once: Repeatable) -> Any:
    """Add to an answer; what was said first stays."""

    def add(uow: UnitOfWork) -> Done:
        measure = measure_here(uow, measure_id, by)
        answering.add(uow, measure_id, reply=given.reply, by=by)
        return Done(_answers(uow, measure))

    return once(add)


@router.get("/follow-up", responses=possible(errors.MeasureNotFound))
@shared(declared=True)
def show_follow_up(measure_id: UUID, house: House, by: Someone) -> FollowUpOut:
    """Budget lines and milestones with every version of each; the council adopts the budget."""
    with house.look() as uow:
        return _follow_up(uow, measure_seen(uow, measure_id, by))


@router.post(
    "/follow-up",
    status_code=201,
    response_model=FollowUpOut,
    responses=possible(*ACTING, *FOLLOWING),
)
def add_follow_up(measure_id: UUID, given: FollowUpIn, by: Staff, once: Repeatable) -> Any:
    """A new item of what follows the answer."""

    def add(uow: UnitOfWork) -> Done:
        measure = measure_here(uow, measure_id, by)
        following_up.add(uow, measure_id, content=given.content, by=by)
        return Done(_follow_up(uow, measure))

    return once(add)


@router.post(
    "/follow-up/{item}/versions",
    status_code=201,
    response_model=FollowUpOut,
    responses=possible(*ACTING, *FOLLOWING),
)
def change_follow_up(
    measure_id: UUID, item: Item, given: FollowUpIn, by: Staff, once: Repeatable
) -> Any:
    """A new version of an item, whole."""

    def change(uow: UnitOfWork) -> Done:
        measure = measure_here(uow, measure_id, by)
        following_up.change(uow, measure_id, item, content=given.content, by=by)
        return Done(_follow_up(uow, measure))

    return once(change)


def _answers(uow: UnitOfWork, measure: Measure) -> AnswersOut:
    owed = answering.owed(uow.session, measure, uow.now())
    return AnswersOut.of(owed, undertaking.public(uow.session, measure), measure)


def _follow_up(uow: UnitOfWork, measure: Measure) -> FollowUpOut:
    return FollowUpOut.of(following_up.progress(uow.session, measure, uow.now()), measure)
