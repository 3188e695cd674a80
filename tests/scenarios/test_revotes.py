"""LIF-02: a result that is annulled, and the vote that is held again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from ballots import dividing, polls, stations
from ballots.dividing import NewStation
from ballots.tables import Kind
from referendum.lifecycle import locating, polling, surveying
from referendum.lifecycle.stages import Act, Stage
from tests.scenarios.deciding import COMMISSION, COURT, MAYOR
from tests.town import Town


def test_lif_02_a_result_is_annulled_and_voted_on_again(
    town: Town, referendum_called: UUID
) -> None:
    """LIF-02, REF §26: a re-vote is a new poll, the former one stays readable."""
    town.votes(referendum_called, turnout=6, votes={"yes": 5, "no": 1})
    first = town.certifies(referendum_called, COMMISSION).certificate_id
    commission = town.officer(COMMISSION)
    town.acts(referendum_called, Act.ANNUL_RESULT, commission, COURT)
    day = (town.now() + timedelta(days=15)).date()
    base = town.deadline(referendum_called, "roll_base")
    town.acts(referendum_called, Act.CALL_REVOTE, commission, replace(COURT, day=day))
    assert town.stage(referendum_called) is Stage.CALLED
    assert town.deadline(referendum_called, "vote_day").date() == day
    assert town.deadline(referendum_called, "roll_base") == base
    town.votes(referendum_called, turnout=6, votes={"yes": 1, "no": 5})
    second = town.certifies(referendum_called, COMMISSION).certificate_id
    assert town.measure(referendum_called).outcome == "rejected"
    with town.begin() as uow:
        shown = surveying.overview(uow.session, locating.get(uow.session, referendum_called))
    assert [one.id for one in shown.certificates][-2:] == [first, second]


def test_a_revote_that_is_postponed_is_held_with_a_new_poll_and_the_same_electors(
    town: Town, referendum_called: UUID
) -> None:
    """REF §26: the poll whose result was annulled has closed, and its count is nobody's again."""
    town.votes(referendum_called, turnout=6, votes={"yes": 5, "no": 1})
    town.certifies(referendum_called, COMMISSION)
    commission, today = town.officer(COMMISSION), town.now().date()
    town.acts(referendum_called, Act.ANNUL_RESULT, commission, COURT)
    soon, later = today + timedelta(days=15), today + timedelta(days=30)
    town.acts(referendum_called, Act.CALL_REVOTE, commission, replace(COURT, day=soon))
    town.acts(referendum_called, Act.RESET_DAY, town.officer(MAYOR), replace(COURT, day=later))
    town.waits_for("polls_open", referendum_called)
    with town.begin() as uow:
        first, postponed, held = polls.of_measure(uow.session, referendum_called)
    assert postponed.cancelled_at is not None
    assert held.opened_at == town.deadline(referendum_called, "polls_open")
    assert held.electors == first.electors
    town.votes(referendum_called, turnout=6, votes={"yes": 1, "no": 5})
    town.certifies(referendum_called, COMMISSION)
    assert town.measure(referendum_called).outcome == "rejected"


def test_a_revote_is_held_over_all_electors_of_a_divided_district(
    town: Town, referendum_called: UUID
) -> None:
    """REF §26: the whole on which turnout is judged does not change by dividing a district."""
    town.waits_for("roll_base", referendum_called)
    commission = town.officer(COMMISSION)
    district = town.districts[3].id
    with town.begin() as uow:
        poll = polling.poll_of(uow.session, locating.get(uow.session, referendum_called)).id
        for kind, electors in ((Kind.REGULAR, 3), (Kind.EARLY, None)):
            station = NewStation(district, kind, "제2투표소", "Station 2")
            dividing.open_station(uow, poll, station, electors=electors, by=commission)
    town.votes(referendum_called, turnout=3, votes={"yes": 2, "no": 1})
    town.certifies(referendum_called, COMMISSION)
    town.acts(referendum_called, Act.ANNUL_RESULT, commission, COURT)
    day = (town.now() + timedelta(days=15)).date()
    town.acts(referendum_called, Act.CALL_REVOTE, commission, replace(COURT, day=day))
    with town.begin() as uow:
        again = polling.poll_of(uow.session, locating.get(uow.session, referendum_called))
        there = stations.electors_by_district(stations.boxes_of(uow.session, again.id))
    assert (again.sequence, again.electors) == (2, 44 * 12)
    assert there[district] == 12, "nine and three, and the early box has none of its own"
    assert sum(number or 0 for number in there.values()) == again.electors
