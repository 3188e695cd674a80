"""An advisory vote from its call on: arguments, the lot of their order, the answer and after."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Path

from referendum.api.access import ACTING, measure_here, measure_seen, paper_of
from referendum.api.answer_shapes import (
    AnswerIn,
    AnswersOut,
    ArgumentIn,
    ArgumentKeptOut,
    ArgumentsOut,
    DrawIn,
    FollowUpIn,
    FollowUpOut,
    FollowUpProposedIn,
    LotOut,
    ReplyIn,
    ValueIn,
)
from referendum.api.callers import House, Someone
from referendum.api.labelling import binding_of
from referendum.api.proposals import ProposalOut
from referendum.api.refusing import Route, possible
from referendum.api.repeating import act
from referendum.doors.sessions import Staff
from referendum.doors.sharing import shared
from referendum.kernel import draw
from referendum.kernel.proposals import ProposedAlready, SecondOfficerNeeded
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import errors, proposing, seeing_through
from referendum.lifecycle.advisory import answering, arguing, drawing, following_up, undertaking
from referendum.lifecycle.office import approving
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


@act(router, "/arguments", *ACTING, *TEXTS)
def enter_argument(
    uow: UnitOfWork, measure_id: UUID, given: ArgumentIn, by: Staff
) -> ArgumentKeptOut:
    """Keep a new version of one side's text."""
    measure = measure_here(uow, measure_id, by)
    row = arguing.enter(
        uow,
        measure_id,
        option=given.option,
        said_by=given.said_by,
        points=given.said,
        document=paper_of(given.document),
        by=by,
    )
    return ArgumentKeptOut(
        option=row.option,
        version=row.version,
        commitment=arguing.commitment(row),
        **binding_of(measure),
    )


@router.get("/draw", responses=possible(errors.MeasureNotFound))
@shared(declared=True)
def show_draw(measure_id: UUID, house: House, by: Someone) -> LotOut:
    """The lot that orders the options, with all that is needed to draw it again."""
    with house.look() as uow:
        measure = measure_seen(uow, measure_id, by)
        return LotOut.of(drawing.lot(uow.session, measure), measure)


@act(router, "/draw", *ACTING, *LOTS)
def commit_draw(uow: UnitOfWork, measure_id: UUID, given: DrawIn, by: Staff) -> LotOut:
    """Name the future draw whose value decides. It is named once."""
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
    return LotOut.of(drawing.lot(uow.session, measure), measure)


@act(router, "/draw/values", *ACTING, *LOTS)
def enter_value(uow: UnitOfWork, measure_id: UUID, given: ValueIn, by: Staff) -> LotOut:
    """Enter what was published; a second officer's same value draws the order."""
    measure = measure_here(uow, measure_id, by)
    found = drawing.enter_value(
        uow, measure_id, value=given.value, published_in=given.published_in, by=by
    )
    return LotOut.of(found, measure)


@router.get("/answer", responses=possible(errors.MeasureNotFound))
@shared(declared=True)
def show_answer(measure_id: UUID, house: House, by: Someone) -> AnswersOut:
    """The mayor's answer: due, missing or given, and which undertakings the vote has reached."""
    with house.look() as uow:
        return _answers(uow, measure_seen(uow, measure_id, by))


@act(router, "/answer", *ACTING, *ANSWERS, ProposedAlready)
def propose_answer(
    uow: UnitOfWork, measure_id: UUID, given: AnswerIn, house: House, by: Staff
) -> ProposalOut:
    """Propose the answer, the step that ends an advisory vote, to a second officer."""
    measure_here(uow, measure_id, by)
    put = proposing.propose_answer(
        uow,
        house.means,
        measure_id,
        decision=given.decision,
        reply=given.reply,
        by=by,
    )
    return ProposalOut.of(uow, put)


@act(router, "/answer/supplements", *ACTING, *ANSWERS, ProposedAlready)
def supplement_answer(
    uow: UnitOfWork, measure_id: UUID, given: ReplyIn, house: House, by: Staff
) -> ProposalOut:
    """Propose to add to an answer, to a second officer; what was said first stays."""
    measure_here(uow, measure_id, by)
    put = proposing.propose_addition(uow, house.means, measure_id, reply=given.reply, by=by)
    return ProposalOut.of(uow, put)


@router.get("/follow-up", responses=possible(errors.MeasureNotFound))
@shared(declared=True)
def show_follow_up(measure_id: UUID, house: House, by: Someone) -> FollowUpOut:
    """Budget lines and milestones with every version of each; the council adopts the budget."""
    with house.look() as uow:
        return _follow_up(uow, measure_seen(uow, measure_id, by))


@act(router, "/follow-up", *ACTING, *FOLLOWING, SecondOfficerNeeded)
def add_follow_up(uow: UnitOfWork, measure_id: UUID, given: FollowUpIn, by: Staff) -> FollowUpOut:
    """A new item of what follows the answer."""
    measure = measure_here(uow, measure_id, by)
    following_up.add(uow, measure_id, content=given.content, by=by)
    return _follow_up(uow, measure)


@act(router, "/follow-up/{item}/versions", *ACTING, *FOLLOWING, SecondOfficerNeeded)
def change_follow_up(
    uow: UnitOfWork, measure_id: UUID, item: Item, given: FollowUpIn, by: Staff
) -> FollowUpOut:
    """A new version of an item, whole."""
    measure = measure_here(uow, measure_id, by)
    following_up.change(uow, measure_id, item, content=given.content, by=by)
    return _follow_up(uow, measure)


@act(router, "/follow-up/proposals", *ACTING, *FOLLOWING, ProposedAlready)
def propose_follow_up(
    uow: UnitOfWork, measure_id: UUID, given: FollowUpProposedIn, house: House, by: Staff
) -> ProposalOut:
    """Propose what ends an item, done or dropped, or that it is so no longer; a new one as well."""
    measure_here(uow, measure_id, by)
    put = seeing_through.propose(
        uow, house.means, measure_id, item=given.item, content=given.content, by=by
    )
    return ProposalOut.of(uow, put)


def _answers(uow: UnitOfWork, measure: Measure) -> AnswersOut:
    owed = answering.owed(uow.session, measure, uow.now())
    return AnswersOut.of(
        owed,
        undertaking.public(uow.session, measure),
        measure,
        former=answering.former(uow.session, measure.id),
        signed=approving.of(uow.session, measure.id),
    )


def _follow_up(uow: UnitOfWork, measure: Measure) -> FollowUpOut:
    return FollowUpOut.of(following_up.progress(uow.session, measure, uow.now()), measure)
