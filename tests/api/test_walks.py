"""How many statements and transactions the walks of an ordinary day take, from door to answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, event

from ballots import stations
from referendum.kernel import clock
from referendum.kernel.people import Authority, Role
from referendum.lifecycle import calendar, locating, polling
from referendum.lifecycle.stages import Act
from tests.api.callers import Switchboard
from tests.driver import watched
from tests.town import Town
from thresholds.vocabulary import Instrument


@dataclass
class Walked:
    statements: int = 0
    transactions: int = 0


@contextmanager
def walk() -> Iterator[Walked]:
    """All that any engine of the process is asked meanwhile."""
    walked = Walked()

    def asked(*_: Any) -> None:
        walked.statements += 1

    def begun(*_: Any) -> None:
        walked.transactions += 1

    event.listen(Engine, "before_cursor_execute", asked)
    event.listen(Engine, "begin", begun)
    try:
        yield walked
    finally:
        event.remove(Engine, "before_cursor_execute", asked)
        event.remove(Engine, "begin", begun)


MOST = {
    "signing by API": (2, 0),
    "keying a turnout by API": (19, 3),
    "correcting it by API": (19, 3),
    # The step is tried and undone, so that both officers are shown what it changes.
    "the first officer certifies by API": (70, 4),
    "the second officer certifies by API": (73, 4),
    # One of them looks for what all representatives of a measure agreed to.
    "the sweep of the calendar": (6, 1),
    "the calendar closes a collection": (32, 1),
}
"""Statements and transactions: a step that asks for more wants a reason, and a new figure here."""


def test_no_walk_asks_more_of_the_database_than_it_did(
    line: Switchboard, town: Town, initiative_open: UUID
) -> None:
    walks: dict[str, Walked] = {}
    collecting = initiative_open
    earlier, resident = line.resident(8), line.resident(7)
    consents = {"consents": {"purpose": "1", "sensitive": "1", "retention": "1"}}
    petition = town.petition(collecting)
    # Whoever is first finds no connection yet, and what it says as it is opened is nobody's walk.
    answer = earlier.post(f"/petitions/{petition}/signatures", consents)
    assert answer.status_code == 201, answer.text
    with watched() as signed:
        answer = resident.post(f"/petitions/{petition}/signatures", consents)
    assert answer.status_code == 201, answer.text
    walks["signing by API"] = Walked(*signed.cost)

    measure = town.qualifies(Instrument.REFERENDUM, 40)
    town.calls(measure, Authority.MAYOR)
    town.waits_for("polls_close", measure)
    with town.begin() as uow:
        poll = polling.poll_of(uow.session, locating.get(uow.session, measure))
        first = stations.boxes_of(uow.session, poll.id)[0].id
    canvasser = line.officer(Authority.ELECTION_COMMISSION, Role.CANVASSER)
    with walk() as keyed:
        answer = canvasser.post(f"/boxes/{first}/turnouts", {"issued": 6, "cast": 6})
    assert answer.status_code == 201, answer.text
    walks["keying a turnout by API"] = keyed
    again = {"issued": 7, "cast": 6, "reason": "재확인"}
    with walk() as corrected:
        answer = canvasser.post(f"/boxes/{first}/turnouts/corrections", again)
    assert answer.status_code == 201, answer.text
    walks["correcting it by API"] = corrected

    petitioned = town.opens(Instrument.INITIATIVE)
    town.reviews(petitioned, town.spread(10))
    for number in ("first", "second"):
        officer = line.officer(Authority.COUNCIL_CHAIR, Role.CERTIFIER)
        with walk() as certified:
            answer = officer.post(f"/measures/{petitioned}/certifications", {})
        assert answer.status_code in (200, 201), answer.text
        walks[f"the {number} officer certifies by API"] = certified

    ending = town.opens(Instrument.REFERENDUM)
    ends = town.deadline(ending, "collection_ends")
    with town.begin() as uow:
        clock.advance(uow.session, ends - uow.now())
    with walk() as nominated, town.begin() as uow:
        calendar.nominate(uow)
    walks["the sweep of the calendar"] = nominated
    with walk() as closed, town.begin() as uow:
        assert calendar.act(uow, town.means, ending, Act.CLOSE_COLLECTION)
    walks["the calendar closes a collection"] = closed
    counted = {name: (one.statements, one.transactions) for name, one in walks.items()}
    assert counted.keys() == MOST.keys()
    more = {name: count for name, count in counted.items() if count > MOST[name]}
    assert not more, counted
