"""What an officer proposes about a measure, and what a second one makes of it.

Whatever is proposed is tried first, and undone (`trying`): what the act would be refused for is
refused at once, and what it would change is known, shown to both officers, and must be the same
when it is done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from referendum.kernel import proposals
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Authority, Officer, Role, RoleMissing
from referendum.kernel.proposals import ChangesOtherwise, Proposal, Put, State
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import acting, foureyes, holding, locating, performing, stages, trying
from referendum.lifecycle.acting import NOTHING, Document, Means, Particulars
from referendum.lifecycle.advisory import answering
from referendum.lifecycle.advisory.answering import Decision, Reply
from referendum.lifecycle.errors import NotYourAct
from referendum.lifecycle.holding import PLACED
from referendum.lifecycle.stages import Act, Stage, Step
from referendum.lifecycle.tables import DeadlineKept, Hold, Measure, StepTaken
from thresholds.vocabulary import Instrument

ACT: Final = "act."
ANSWER: Final = "answer."
LIFTING: Final = "lift."
NEAR: Final = timedelta(days=1)
"""So long before its day a proposal that waits is an alarm."""

WOULD_BE: Final = "nobody yet"
"""Who confirms while it is only tried: what is written with it is undone."""


def take(
    uow: UnitOfWork,
    means: Means,
    measure_id: UUID,
    act: Act,
    by: Officer,
    given: Particulars = NOTHING,
) -> StepTaken | Proposal:
    """Take an act where one officer may, or propose it where it takes two."""
    measure = acting.lock(uow.session, measure_id)
    if takes_two(uow.session, measure, act, by):
        return propose(uow, means, measure_id, act, by, given)
    return performing.perform(uow, means, measure_id, act, by, given)


def takes_two(session: Session, measure: Measure, act: Act, by: Officer) -> bool:
    """Whether this act, from where the measure stands, waits for a second officer."""
    step = _step(measure, act)
    recorded = acting.right(session, measure, step, by).recorded_from
    return foureyes.needs_two(session, measure.jurisdiction_id, step, recorded_from=recorded)


def propose(
    uow: UnitOfWork,
    means: Means,
    measure_id: UUID,
    act: Act,
    by: Officer,
    given: Particulars = NOTHING,
) -> Proposal:
    """Propose an act. Refused with all that the act itself is refused with."""
    measure = acting.lock(uow.session, measure_id)
    step = _step(measure, act)
    if step.by.authority is None:
        raise NotYourAct(act=act.value, by=step.by.value)
    what = _written(act, given)
    return _put(uow, means, measure, by, f"{ACT}{act.value}", step.by.authority, what, given.reason)


def propose_answer(
    uow: UnitOfWork,
    means: Means,
    measure_id: UUID,
    *,
    decision: Decision,
    reply: Reply,
    by: Officer,
) -> Proposal:
    """Propose the mayor's answer, with its text as it would be published."""
    measure = acting.lock(uow.session, measure_id)
    said = {
        "decision": decision.value,
        "reasons_ko": reply.reasons_ko,
        "reasons_en": reply.reasons_en,
        "answered_by": reply.answered_by,
        "office": reply.office,
        "document": _paper(reply.document),
    }
    return _put(uow, means, measure, by, f"{ANSWER}{measure_id}", Authority.MAYOR, said, None)


def propose_lifting(
    uow: UnitOfWork, means: Means, measure_id: UUID, hold_id: UUID, *, reason: str, by: Officer
) -> Proposal:
    """Propose to lift a halt. Refused with all that lifting it is refused with."""
    measure = acting.lock(uow.session, measure_id)
    what = {"hold": str(hold_id), "reason": reason}
    return _put(uow, means, measure, by, f"{LIFTING}{hold_id}", by.authority, what, reason)


def confirm(
    uow: UnitOfWork, means: Means, proposal_id: UUID, *, version: str, by: Officer
) -> Proposal:
    """The second pair of eyes: what was proposed is done, in this transaction.

    `version` names what this officer was shown. Refused where it would change anything else by now
    than what its proposer was shown: then it is proposed again.
    """
    measure, row = _held(uow, proposal_id, by)
    proposals.insist_another(row, by)
    _insist(uow.session, measure, row, by)
    if row.version != version or row.changes != would_change(uow, means, measure, row):
        raise ChangesOtherwise(proposal=str(row.id))
    _do(uow, means, row, proposals.confirm(uow, row, by=by))
    return row


def decline(uow: UnitOfWork, proposal_id: UUID, *, reason: str, by: Officer) -> Proposal:
    """The second officer says no, and why. A halt that was placed stands until it is lifted."""
    measure, row = _held(uow, proposal_id, by)
    _insist(uow.session, measure, row, by)
    proposals.decline(uow, row, reason=reason, by=by)
    return row


def withdraw(uow: UnitOfWork, proposal_id: UUID, *, by: Officer) -> Proposal:
    """Whoever proposed takes it back; a halt that stands already is taken back by lifting it."""
    _, row = _held(uow, proposal_id, by)
    if row.kind.startswith(PLACED):
        raise proposals.OwnProposal
    proposals.withdraw(uow, row, by=by)
    return row


def would_change(
    uow: UnitOfWork, means: Means, measure: Measure, row: Proposal
) -> list[trying.Change]:
    """What it would change if it were confirmed now."""
    trial = proposals.proposer(row, seconded_by=WOULD_BE)
    return trying.changes(uow, measure, lambda: _do(uow, means, row, trial))


def refusal(session: Session, measure: Measure, row: Proposal, by: Officer) -> DomainError | None:
    """Why somebody could not be the second officer: another office, or no such role.

    Their code is asked for when they confirm.
    """
    if by.authority.value != row.proposer_authority:
        return NotYourAct(act=row.kind, by=row.proposer_authority)
    act = act_of(row)
    if act is None:
        return None if Role.CLERK in by.roles else RoleMissing(role=Role.CLERK.value)
    return acting.right(session, measure, _step(measure, act), by).refusal


def waiting_for(session: Session, by: Officer, now: datetime) -> int:
    """How many proposals of the own office somebody else made and wait."""
    return sum(
        1
        for row in proposals.waiting(session, by.jurisdiction, now)
        if row.proposer_authority == by.authority.value and row.proposed_by != by.id
    )


def about(session: Session, measure: Measure, by: Officer, now: datetime) -> list[Proposal]:
    """What waits about one measure in the office of whoever asks."""
    return [
        row
        for row in proposals.waiting(session, by.jurisdiction, now)
        if row.subject_id == measure.id and row.proposer_authority == by.authority.value
    ]


def pressing(session: Session, place: UUID, now: datetime) -> list[Proposal]:
    """What should not wait any longer.

    Its legal day, or its own end, is near, or it is a halt that nobody has looked at for a day. A
    halt that somebody objected to is among them as long as it stands.
    """
    here = select(Proposal).where(
        Proposal.jurisdiction_id == place,
        Proposal.state.in_([State.WAITING.value, State.DECLINED.value]),
    )
    return [row for row in session.scalars(here) if _presses(session, row, now)]


def _presses(session: Session, row: Proposal, now: datetime) -> bool:
    state = proposals.standing(row, now)
    if row.kind.startswith(PLACED):
        hold = session.get(Hold, UUID(row.what["hold"]))
        lies = hold is not None and hold.lifted_at is None
        return lies and (state is State.DECLINED or now - row.proposed_at >= NEAR)
    if state is not State.WAITING:
        return False
    measure, act = measure_of(session, row), act_of(row)
    steps = stages.steps_from(Instrument(measure.instrument), Stage(measure.stage))
    names = [step.due for step in steps if step.act is act and step.due]
    dues = [session.get(DeadlineKept, (measure.id, name)) for name in names]
    ends = [row.lapses_at, *(due.at for due in dues if due is not None)]
    return any(end is not None and end - now <= NEAR for end in ends)


def measure_of(session: Session, row: Proposal) -> Measure:
    """The measure that it is about."""
    if row.subject_id is None:
        raise proposals.ProposalNotFound(proposal=str(row.id))
    return locating.get(session, row.subject_id)


def act_of(row: Proposal) -> Act | None:
    """The act that is proposed, where it is one."""
    if row.kind.startswith(ANSWER):
        return Act.ANSWER
    return Act(row.kind.removeprefix(ACT)) if row.kind.startswith(ACT) else None


def _put(
    uow: UnitOfWork,
    means: Means,
    measure: Measure,
    by: Officer,
    kind: str,
    authority: Authority,
    what: Mapping[str, Any],
    reason: str | None,
) -> Proposal:
    trial = replace(by, seconded_by=WOULD_BE)
    run = _DOES[_sort(kind)]
    put = Put(
        kind=kind,
        place=measure.jurisdiction_id,
        authority=authority,
        subject=measure.id,
        what=what,
        changes=trying.changes(uow, measure, lambda: run(uow, means, measure.id, what, trial)),
        reason=reason,
    )
    return proposals.put(uow, put, by=by)


def _held(uow: UnitOfWork, proposal_id: UUID, by: Officer) -> tuple[Measure, Proposal]:
    """What it is about and the proposal itself, locked in this order and still waiting."""
    shown = proposals.get(uow.session, proposal_id, place=by.jurisdiction)
    measure = acting.lock(uow.session, measure_of(uow.session, shown).id)
    return measure, proposals.held(uow, proposal_id, by=by)


def _insist(session: Session, measure: Measure, row: Proposal, by: Officer) -> None:
    found = refusal(session, measure, row, by)
    if found is not None:
        raise found


def _do(uow: UnitOfWork, means: Means, row: Proposal, by: Officer) -> None:
    assert row.subject_id is not None
    _DOES[_sort(row.kind)](uow, means, row.subject_id, row.what, by)


def _act(
    uow: UnitOfWork, means: Means, measure_id: UUID, what: Mapping[str, Any], by: Officer
) -> None:
    performing.perform(uow, means, measure_id, Act(what["act"]), by, _read(what))


def _lift(
    uow: UnitOfWork, _means: Means, measure_id: UUID, what: Mapping[str, Any], by: Officer
) -> None:
    holding.lift(uow, measure_id, UUID(what["hold"]), reason=what["reason"], by=by)


def _answer(
    uow: UnitOfWork, means: Means, measure_id: UUID, what: Mapping[str, Any], by: Officer
) -> None:
    said = {name: what[name] for name in ("reasons_ko", "reasons_en", "answered_by", "office")}
    reply = Reply(**said, document=_read_paper(what["document"]))
    decision = Decision(what["decision"])
    answering.answer(uow, means, measure_id, decision=decision, reply=reply, by=by)


def _see(
    uow: UnitOfWork, _means: Means, measure_id: UUID, what: Mapping[str, Any], by: Officer
) -> None:
    holding.confirm_placed(uow, measure_id, UUID(what["hold"]), by=by)


_DOES: Final[Mapping[str, Callable[..., None]]] = {
    ACT: _act,
    ANSWER: _answer,
    LIFTING: _lift,
    PLACED: _see,
}


def _sort(kind: str) -> str:
    return kind[: kind.index(".") + 1]


def _step(measure: Measure, act: Act) -> Step:
    return stages.find(Instrument(measure.instrument), Stage(measure.stage), act)


def _paper(document: Document | None) -> dict[str, str] | None:
    if document is None:
        return None
    return {"number": document.number, "day": document.day.isoformat()}


def _read_paper(paper: Mapping[str, str] | None) -> Document | None:
    return Document(paper["number"], date.fromisoformat(paper["day"])) if paper else None


def _written(act: Act, given: Particulars) -> dict[str, Any]:
    """An act with its particulars, in JSON's own types."""
    return {
        "act": act.value,
        "document": _paper(given.document),
        "reason": given.reason,
        "day": given.day.isoformat() if given.day else None,
        "electors": {str(district): count for district, count in given.electors.items()},
        "source": given.source,
        "excluded": given.excluded,
    }


def _read(what: Mapping[str, Any]) -> Particulars:
    """The same, read again."""
    return Particulars(
        document=_read_paper(what["document"]),
        reason=what["reason"],
        day=date.fromisoformat(what["day"]) if what["day"] else None,
        electors={UUID(district): count for district, count in what["electors"].items()},
        source=what["source"],
        excluded=what["excluded"],
    )
