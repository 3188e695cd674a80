"""A poll in which more ballots are counted than it has electors, as misplaced papers make it."""

from __future__ import annotations

from uuid import UUID

from ballots import returns, stations
from ballots.tables import Kind
from referendum.kernel.people import Officer
from referendum.lifecycle import locating, polling
from tests.town import Town

STRAY = 5
"""Ballots in a box that belongs to no elector."""


def counts_more_than_electors(town: Town, measure: UUID, officer: Officer) -> int:
    """All electors of every box vote yes, and five more in an early one; gives the electors."""
    with town.begin() as uow:
        poll = polling.poll_of(uow.session, locating.get(uow.session, measure))
        first, *_ = stations.boxes_of(uow.session, poll.id)
        place, early = first.station_id, Kind.EARLY
        stations.add_box(
            uow, poll_id=poll.id, station_id=place, electors=None, kind=early, by=officer
        )
    town.waits_for("polls_close", measure)
    with town.begin() as uow:
        for box in stations.boxes_of(uow.session, poll.id):
            cast = box.electors or STRAY
            returns.enter_turnout(uow, box.id, issued=cast, cast=cast, by=officer)
    with town.begin() as uow:
        for box in stations.boxes_of(uow.session, poll.id):
            cast = box.electors or STRAY
            votes = {"yes": cast, "no": 0}
            returns.enter_count(uow, box.id, papers=cast, votes=votes, invalid=0, by=officer)
    return poll.electors
