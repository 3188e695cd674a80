"""Who may arrange the stations of a vote by hand: those who will count it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from ballots import dividing
from referendum.kernel.people import Officer, Role
from referendum.lifecycle import acting, entries, holds, stages
from referendum.lifecycle.entries import Entry
from referendum.lifecycle.tables import Measure
from thresholds.vocabulary import Instrument

ACT = "arrange_stations"


def insist_on_furnisher(session: Session, measure_id: UUID, by: Officer) -> Measure:
    """The measure, locked, whose stations this officer may arrange; no hold may lie over it.

    An officer of the counting authority, or of one that operates the service and transcribes.
    Before the polls open; by the hour, that is the poll's own affair.
    """
    measure = acting.lock(session, measure_id)
    insist_on_furnishing(session, measure, by)
    entries.insist(measure, Entry.ARRANGE_STATIONS)
    holds.insist_on_none(session, measure.id)
    return measure


def insist_on_furnishing(session: Session, measure: Measure, by: Officer) -> None:
    """Refuse an officer of another authority, or without the role of a canvasser."""
    deciding = stages.counting_authority(Instrument(measure.instrument))
    acting.insist_on_authority(session, measure, by, act=ACT, deciding=[deciding])
    by.insist(Role.CANVASSER)


def insist_on_every_vote_at(session: Session, station_id: UUID, by: Officer) -> None:
    """A name on the door is every vote's there: refuse who may not arrange each of them."""
    for poll in dividing.polls_at(session, station_id):
        insist_on_furnishing(session, session.get_one(Measure, poll.measure_id), by)
