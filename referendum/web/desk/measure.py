"""A measure as the desk opens it: by its number, once, for those whose business it is."""

from __future__ import annotations

from referendum.kernel.errors import DomainError
from referendum.kernel.people import Authority, Role
from referendum.kernel.proposals import Proposal
from referendum.lifecycle import acting, agreed, confirming, entries, locating, stages
from referendum.lifecycle.dates import moving
from referendum.lifecycle.entries import Entry
from referendum.lifecycle.errors import MeasureNotFound
from referendum.lifecycle.tables import Measure
from referendum.web.desk.form import Desk
from referendum.web.measures import Number
from thresholds.vocabulary import Instrument


def on_desk(desk: Desk, number: Number) -> Measure:
    """The measure of this number; to the desk a resident's draft does not exist."""
    measure = locating.numbered(desk.session, desk.place, number)
    if locating.is_private(desk.session, measure):
        raise MeasureNotFound(number=number)
    return measure


def for_clerks(desk: Desk, number: Number) -> Measure:
    """The measure, for officers who are clerks."""
    desk.officer.insist(Role.CLERK)
    return on_desk(desk, number)


def for_halting(desk: Desk, number: Number) -> Measure:
    """The measure, for clerks of an office that may halt it: refused before anything is typed."""
    measure = for_clerks(desk, number)
    acting.insist_on_authority(desk.session, measure, desk.officer, act="hold")
    return measure


def may_halt(desk: Desk, measure: Measure) -> bool:
    """Whether this officer is offered a halt, and its end."""
    return _may(desk, measure, "hold", frozenset())


def may_depart(desk: Desk, measure: Measure) -> bool:
    """Whether this officer is offered to record that a representative is one no longer."""
    examines = stages.examining_authority(Instrument(measure.instrument))
    open_ = entries.possible(measure, Entry.LEAVE_REPRESENTATIVES)
    several = len(agreed.present(desk.session, measure.id)) > 1
    return open_ and several and _may(desk, measure, "leave", frozenset({examines}))


def may_move(desk: Desk, measure: Measure, name: str) -> bool:
    """Whether this officer is offered to move a deadline."""
    return _may(desk, measure, "override", moving.deciding(measure, name))


def _may(desk: Desk, measure: Measure, act: str, deciding: frozenset[Authority]) -> bool:
    try:
        acting.insist_on_authority(desk.session, measure, desk.officer, act=act, deciding=deciding)
    except DomainError:
        return False
    return Role.CLERK in desk.officer.roles


def waits(desk: Desk, measure: Measure, *kinds: str) -> list[Proposal]:
    """What of these kinds waits about a measure in the own office: it is not proposed twice."""
    found = confirming.about(desk.session, measure, desk.officer, desk.uow.now())
    return [row for row in found if row.kind in kinds]
