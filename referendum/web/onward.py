"""What comes next for a measure, who has it, and how long it may take: from table and rulebook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import agreed, rules, stages
from referendum.lifecycle.dates import deadlines
from referendum.lifecycle.errors import RuleRefused
from referendum.lifecycle.stages import Act, By, Stage, Step
from referendum.lifecycle.tables import DeadlineKept, Measure
from referendum.lifecycle.waiting import CHOICES
from referendum.web.foreseeing import Span, span
from thresholds.provisions import Provision, Topic
from thresholds.rulebook import Rulebook
from thresholds.vocabulary import DeadlineName, Instrument

BESIDE: Final = CHOICES | {
    Act.TAKE_UP, Act.REQUEST_VOTE, Act.RESET_DAY, Act.FREEZE_ROLL, Act.STATE_ELECTORS,
    Act.LAPSE, Act.ORDER_CURE, Act.ANNUL_RESULT, Act.CORRECT_RESULT, Act.EXTEND, Act.DISCARD,
    Act.FIND_INSUFFICIENT, Act.VOTE_DOWN, Act.ACCEPT_PURPOSE, Act.SETTLE_REJECTED,
    Act.SETTLE_NEITHER, Act.SETTLE_NOT_COUNTED, Act.SETTLE_ADVISED, Act.RECORD_EXPLANATION,
}  # fmt: skip
"""What is not the way straight on: other ends, and what does not move the measure."""


@dataclass(frozen=True, slots=True)
class Onward:
    """One step ahead."""

    step: Step
    people: int
    """How many representatives there are, where it is theirs."""
    kept: DeadlineKept | None
    """Its day, where that is known already."""
    span: Span | None
    """How long it may take from the step before, where the rulebook has a period for it."""
    rule: Provision | None
    """What the law says of it where it says it in words."""

    @property
    def who(self) -> str:
        return self.step.by.value


def onward(uow: UnitOfWork, measure: Measure) -> list[Onward]:
    """The steps from here to the end if all goes on; the first is the next."""
    book = _rulebook(uow, measure)
    people = len(agreed.present(uow.session, measure.id))
    instrument, here = Instrument(measure.instrument), Stage(measure.stage)
    ahead, seen = [], {here}
    while (step := _straight(instrument, here)) is not None and step.target not in seen:
        kept = deadlines.kept(uow.session, measure.id, step.due) if step.due else None
        ahead.append(Onward(step, people, kept, _span(uow, measure, book, step), _rule(book, step)))
        here = step.target
        seen.add(here)
    return ahead


def _straight(instrument: Instrument, here: Stage) -> Step | None:
    for step in stages.steps_from(instrument, here):
        office_draft = here is Stage.DRAFT and step.by is not By.INITIATOR
        if not (step.act in BESIDE or step.under_hold or office_draft):
            return step
    return None


def _rulebook(uow: UnitOfWork, measure: Measure) -> Rulebook | None:
    try:
        if measure.rulebook is not None:
            return rules.pinned(measure)
        return rules.in_force(uow.session, measure, rules.today(uow, measure))
    except RuleRefused:
        return None


def _span(uow: UnitOfWork, measure: Measure, book: Rulebook | None, step: Step) -> Span | None:
    if book is None or step.due is None or step.due not in set(DeadlineName):
        return None
    today = rules.today(uow, measure)
    return span(uow.session, measure, book, DeadlineName(step.due), today)


def _rule(book: Rulebook | None, step: Step) -> Provision | None:
    """How long a certificate may take stands in a sentence, where a law says it at all."""
    if book is None or step.act is not Act.ADMIT:
        return None
    return book.provisions.get(Topic.CERTIFICATE)
