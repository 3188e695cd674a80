"""What the mayor undertook beforehand, held against the count of an advisory vote."""

from __future__ import annotations

from sqlalchemy.orm import Session

from ballots.canvassing import Canvass
from referendum.lifecycle import rules, surveying
from referendum.lifecycle.promise import delegating
from referendum.lifecycle.promise.tables import Delegation
from referendum.lifecycle.tables import Measure
from thresholds import undertakings
from thresholds.undertakings import Undertaken


def public(session: Session, measure: Measure) -> tuple[Undertaken, ...]:
    """Every undertaking of the promise that the measure follows, once the count is certified."""
    return on(session, measure, surveying.public_canvass(session, measure))


def on(session: Session, measure: Measure, counted: Canvass | None) -> tuple[Undertaken, ...]:
    """The same of a count that was read before; empty while papers are uncounted."""
    if measure.delegation_id is None or counted is None:
        return ()
    return _against(session, measure, counted)


def _against(session: Session, measure: Measure, counted: Canvass) -> tuple[Undertaken, ...]:
    poll = rules.pinned(measure).poll
    if counted.votes is None or poll is None:
        return ()
    promise = session.get_one(Delegation, measure.delegation_id)
    return undertakings.judged(
        delegating.terms_of(promise),
        electors=counted.electors,
        voted=counted.cast,
        options=counted.votes,
        citation=poll.count_gate_citation,
    )
