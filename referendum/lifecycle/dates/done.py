"""Which deadlines are done: the step that each is for was taken, or its stage was left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from referendum.lifecycle.dates import renewing
from referendum.lifecycle.stages import LIVES, Act, Step
from referendum.lifecycle.tables import Measure, StepTaken
from thresholds.rulebook import Rulebook
from thresholds.vocabulary import DeadlineName, Event, Instrument

SETS_THE_DAY: Final = frozenset({Act.CALL, Act.RESET_DAY})
"""What is counted from the vote's day begins with these; a vote that is held again keeps its roll
(REF §26)."""

EVENTS: Final = {
    Act.ADMIT: (Event.CERTIFICATE_PUBLISHED,),
    Act.CLOSE_COLLECTION: (Event.COLLECTION_CLOSED,),
    Act.FILE: (Event.SUBMITTED,),
    Act.OPEN_INSPECTION: (Event.LIST_PUBLISHED, Event.INSPECTION_OPENED),
    Act.CLOSE_INSPECTION: (Event.INSPECTION_CLOSED,),
    Act.SETTLE_OBJECTIONS: (Event.OBJECTIONS_DECIDED,),
    Act.ORDER_CURE: (Event.CURE_ORDERED,),
    Act.ACCEPT: (Event.ACCEPTED,),
    Act.REQUEST_EXPLANATION: (Event.EXPLANATION_REQUESTED,),
    Act.CALL: (Event.CALLED,),
    Act.DECLARE: (Event.RESULT_PUBLISHED,),
}
"""Which step is which event of the law."""


def events_by(instrument: Instrument, act: Act) -> tuple[Event, ...]:
    """The events that an act is. Where nobody accepts a petition apart, the verdict does."""
    accepts = {step.act for step in LIVES[instrument]} & {Act.ACCEPT}
    if act in (Act.FIND_SUFFICIENT, Act.TAKE_UP) and not accepts:
        return (Event.ACCEPTED,)
    return EVENTS.get(act, ())


def done(
    measure: Measure, steps: Sequence[StepTaken], rulebooks: Sequence[Rulebook]
) -> frozenset[str]:
    """The names of those that nothing can move any more: a cure or a new vote begins them anew."""
    began = _began(measure, steps, rulebooks)
    found: dict[str, list[Step]] = {}
    for step in LIVES[Instrument(measure.instrument)]:
        if step.due:
            found.setdefault(step.due, []).append(step)
    return frozenset(
        name
        for name, its in found.items()
        if any(taken.sequence > began.get(name, 0) and _ends(taken, its) for taken in steps)
    )


def _began(
    measure: Measure, steps: Iterable[StepTaken], rulebooks: Sequence[Rulebook]
) -> dict[str, int]:
    """By the name of a deadline: the number of the step with which it began last."""
    began: dict[str, int] = {}
    for taken in steps:
        act = Act(taken.act)
        causes: list[Event | DeadlineName] = [*events_by(Instrument(measure.instrument), act)]
        causes += [DeadlineName.VOTE_DAY] * (act in SETS_THE_DAY)
        began |= dict.fromkeys(renewing.begun_anew(rulebooks, causes), taken.sequence)
    return began


def _ends(taken: StepTaken, its: Iterable[Step]) -> bool:
    """Whether a step is what the deadline was for, or left the stage in which it could be taken."""
    return any(
        taken.source == step.source and (taken.act == step.act or taken.target != taken.source)
        for step in its
    )
