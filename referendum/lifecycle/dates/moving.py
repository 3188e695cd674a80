"""Moving a deadline on a paper, within bounds, and taking that back: both go into the record."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from referendum.kernel import proposals
from referendum.kernel.people import Authority, Officer, Role
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import acting, entries, locating, papering, rules, stages
from referendum.lifecycle.acting import Document
from referendum.lifecycle.dates import bounds, deadlines, following, reckoning
from referendum.lifecycle.dates.moves import Cause, Moved
from referendum.lifecycle.entries import Entry
from referendum.lifecycle.errors import DeadlineNotFound, NotOverridden
from referendum.lifecycle.tables import DeadlineKept, Measure
from referendum.papers.naming import Issuer
from thresholds.deciding import Decided
from thresholds.vocabulary import DeadlineName, Instrument

OVERRIDDEN, RESTORED = "deadline.overridden", "deadline.restored"


def preview(
    uow: UnitOfWork, measure_id: UUID, name: str, *, day: date | None, by: Officer | None = None
) -> tuple[Moved, ...]:
    """Every deadline that another last day would move, or none (`day`): that it be computed again.

    Refused as the act itself would be; `moves.digest` of it says whether it is still the same.
    `by`: whoever is about to do it, who is told nothing else where they may not.
    """
    measure = (
        locating.get(uow.session, measure_id) if by is None else _may(uow, measure_id, name, by)
    )
    return _moved_by(uow, measure, _open(uow.session, measure, name), day=day)


def override(
    uow: UnitOfWork,
    measure_id: UUID,
    name: str,
    *,
    day: date,
    document: Document,
    reason: str,
    by: Officer,
    seen: str | None = None,
) -> DeadlineKept:
    """Set another last day, the same in every district; an open petition then ends with it.

    Refused outside of `bounds`, and for a vote day that was announced: people were told that day,
    and its poll and stations stand on it. What follows from the deadline follows; days of a hold
    that ends later come on top. What the calendar does next, dated by this deadline, cannot be
    made to have been done: whoever signed since was let sign. `seen`: the digest of what was
    shown of it; refused where it moves anything else by now.
    """
    measure = _may(uow, measure_id, name, by)
    following.insist_written(reason=reason)
    deadline = _open(uow.session, measure, name)
    _moved_by(uow, measure, deadline, day=day)
    issuer = Issuer(by.authority.value)
    named = papering.name(uow, measure.jurisdiction_id, issuer, document, by=by)
    paper = Document(named.paper.number, named.paper.day)
    proposals.insist_seconded(by, act="override")
    before = deadline.latest
    deadline.overridden_to, deadline.overridden_at = day, uow.now()
    deadline.overridden_by, deadline.overridden_reason = by.mark, reason.strip()
    deadline.overridden_number, deadline.overridden_date = paper.number, paper.day
    uow.session.flush()
    told = {
        "deadline": name,
        "from": before.isoformat(),
        "to": day.isoformat(),
        "document": paper.number,
        "document_day": paper.day.isoformat(),
        **named.facts,
        "reason": reason.strip(),
    }
    cause = Cause(act=OVERRIDDEN, about=measure.id, reason=reason, document=paper)
    following.follow_measure(uow, measure, cause, by=by, facts=told, seen=seen)
    return deadline


def revoke(
    uow: UnitOfWork,
    measure_id: UUID,
    name: str,
    *,
    document: Document,
    reason: str,
    by: Officer,
    seen: str | None = None,
) -> DeadlineKept:
    """Take an override back on a paper: the computed day stands again, never before today."""
    measure = _may(uow, measure_id, name, by)
    following.insist_written(reason=reason)
    deadline = _open(uow.session, measure, name)
    _moved_by(uow, measure, deadline, day=None)
    issuer = Issuer(by.authority.value)
    named = papering.name(uow, measure.jurisdiction_id, issuer, document, by=by)
    paper = Document(named.paper.number, named.paper.day)
    proposals.insist_seconded(by, act="restore")
    told = {
        "deadline": name,
        "from": deadline.latest.isoformat(),
        "document": paper.number,
        "document_day": paper.day.isoformat(),
        **named.facts,
        "reason": reason.strip(),
    }
    reckoning.clear(deadline)
    uow.session.flush()
    cause = Cause(act=RESTORED, about=measure.id, reason=reason, document=paper)
    following.follow_measure(uow, measure, cause, by=by, facts=told, seen=seen)
    return deadline


def _may(uow: UnitOfWork, measure_id: UUID, name: str, by: Officer) -> Measure:
    """The measure under lock, for a clerk of the authority whose step the deadline is for."""
    measure = acting.lock(uow.session, measure_id)
    own = deciding(measure, name)
    acting.insist_on_authority(uow.session, measure, by, act="override", deciding=own)
    by.insist(Role.CLERK, fresh=True)
    entries.insist(measure, Entry.OVERRIDE)
    return measure


def deciding(measure: Measure, name: str) -> frozenset[Authority]:
    """Whose steps a deadline is for; of the calendar's and the initiators' none: then any's."""
    life = stages.LIVES[Instrument(measure.instrument)]
    return frozenset(step.by.authority for step in life if step.due == name and step.by.authority)


def _open(session: Session, measure: Measure, name: str) -> DeadlineKept:
    """A deadline that can be moved at all, or the refusal."""
    deadline = deadlines.kept(session, measure.id, name)
    if deadline is None:
        raise DeadlineNotFound(deadline=name)
    bounds.insist_movable(session, measure, name)
    return deadline


def _moved_by(
    uow: UnitOfWork, measure: Measure, deadline: DeadlineKept, *, day: date | None
) -> tuple[Moved, ...]:
    """What moves, within bounds; refused where nothing was overridden that could be taken back."""
    name = DeadlineName(deadline.name)
    if day is None and deadline.overridden_to is None:
        raise NotOverridden(deadline=deadline.name)
    if day is not None:
        following.insist_plausible(day=day)
        bounds.insist_within(uow.session, measure, name, day=day, today=rules.today(uow, measure))
    chosen = {name: None if day is None else Decided(day)}
    found = reckoning.reckon(uow.session, measure, chosen=chosen)
    bounds.insist_in_order(uow.session, measure, found, of=name)
    return reckoning.between(uow.session, measure, found)
