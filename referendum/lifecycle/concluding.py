"""What is to be certified now: the verdict that the numbers give, and the act that it chooses."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from ballots import returns
from referendum.kernel.canonical import canonical
from referendum.kernel.people import Officer
from referendum.lifecycle import acting, counting, polling, stages, stating
from referendum.lifecycle.acting import Right
from referendum.lifecycle.errors import OwnFigures, VerdictOtherwise
from referendum.lifecycle.stages import Act, Stage
from referendum.lifecycle.statements import Statement
from referendum.lifecycle.tables import Measure
from signatures import deciding, petitions
from thresholds.vocabulary import Instrument, PetitionOutcome, PollOutcome


@dataclass(frozen=True, slots=True)
class Verdict:
    """A verdict as the numbers give it now, with what names it."""

    act: Act
    statement: Statement
    digest: str


def insist_on_reader(session: Session, measure: Measure, by: Officer) -> Right:
    """Whoever may certify may read before; code and paper are asked for when they certify."""
    found = acting.right(session, measure, certified_step(measure), by)
    if found.refusal is not None:
        raise found.refusal
    return found


def certified_step(measure: Measure) -> stages.Step:
    """A step from here that is taken by certifying; all of a stage belong to one authority."""
    for step in stages.steps_from(Instrument(measure.instrument), Stage(measure.stage)):
        if step.certified:
            return step
    raise stages.ActNotAllowed(stage=measure.stage, act="certify", possible=[])


def pending(session: Session, measure: Measure) -> tuple[Act, Statement]:
    """The verdict that waits to be certified, and the act that it chooses."""
    match Stage(measure.stage):
        case Stage.REVIEWED:
            statement = stating.of_petition(session, measure)
            enough = statement.outcome == PetitionOutcome.SUFFICIENT
            return (Act.FIND_SUFFICIENT if enough else Act.FIND_INSUFFICIENT), statement
        case Stage.COUNTING:
            counting.insist_on_certifiable(session, measure)
            return Act.DECLARE, stating.of_poll(session, measure)
        case stage:
            raise stages.ActNotAllowed(stage=stage.value, act="certify", possible=[])


def verdict(session: Session, measure: Measure) -> Verdict:
    act, statement = pending(session, measure)
    return Verdict(act, statement, _digest(session, measure.id, statement))


def _digest(session: Session, measure_id: UUID, statement: Statement) -> str:
    """What names a verdict. After a cure, or a correction, it is another one in any case."""
    of_petition = statement.poll is None
    again, act = ("cured", Act.ORDER_CURE) if of_petition else ("corrected", Act.CORRECT_RESULT)
    times = acting.times_taken(session, measure_id, act)
    said = {**statement.numbers, again: times} if times else statement.numbers
    return hashlib.sha256(canonical(said)).hexdigest()


def settling(measure: Measure) -> Act:
    """The act by which a declared result becomes final, chosen by its outcome."""
    match measure.outcome:
        case PollOutcome.ADOPTED:
            return Act.SETTLE_ADOPTED
        case PollOutcome.REJECTED:
            return Act.SETTLE_REJECTED
        case PollOutcome.NEITHER:
            return Act.SETTLE_NEITHER
        case PollOutcome.NOT_COUNTED:
            return Act.SETTLE_NOT_COUNTED
        case PollOutcome.ADVISORY:
            return Act.SETTLE_ADVISED
    raise VerdictOtherwise(act=Act.DECLARE.value)


def keyed_it(session: Session, measure: Measure, by: Officer) -> bool:
    """Whether an officer brought, decided or keyed any of what is to be certified now."""
    if Stage(measure.stage) is Stage.COUNTING:
        poll = polling.current_poll(session, measure)
        return poll is not None and returns.keyed_by(session, poll.id, by.id)
    petition = petitions.of_measure(session, measure.id)
    return petition is not None and deciding.worked_on(session, petition.id, by.mark)


def insist_on_other_hands(session: Session, measure: Measure, by: Officer) -> None:
    """CER-02: nobody certifies their own figures."""
    if keyed_it(session, measure, by):
        raise OwnFigures(measure=str(measure.id))
