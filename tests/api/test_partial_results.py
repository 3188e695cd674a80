"""CAN-06: nobody sees a part of a result, whoever they are and wherever they look."""

from __future__ import annotations

import base64
import json
from typing import Any
from uuid import UUID

import pytest

from ballots import returns, stations
from referendum.kernel.people import Authority, Role
from referendum.lifecycle import certifying, locating, polling, stages
from referendum.lifecycle.certifying import Signatory
from referendum.lifecycle.errors import PollAboveElectors
from tests.api.callers import Caller, Switchboard
from tests.overfull import STRAY, counts_more_than_electors
from tests.papers import PAPER
from tests.town import Town
from thresholds.vocabulary import Instrument

VOTES = {"yes": 3, "no": 2}


@pytest.fixture
def measure(advisory_called: UUID) -> UUID:
    """A vote whose polls have closed: a small station in each district."""
    return advisory_called


def enters(town: Town, measure: UUID, *, counts: slice) -> str:
    """Turnout of all boxes, and the counts of some; gives the poll."""
    with town.begin() as uow:
        found = locating.get(uow.session, measure)
        officer = town.officer(stages.counting_authority(Instrument(found.instrument)))
        poll = polling.poll_of(uow.session, found).id
        boxes = stations.boxes_of(uow.session, poll)
    with town.begin() as uow:
        for box in boxes:
            if counts.start == 0:
                returns.enter_turnout(uow, box.id, issued=5, cast=5, by=officer)
    with town.begin() as uow:
        for box in boxes[counts]:
            returns.enter_count(uow, box.id, papers=5, votes=VOTES, invalid=0, by=officer)
    return f"/polls/{poll}"


def told(caller: Caller) -> list[dict[str, object]]:
    """What the record tells of counts to whoever asks."""
    lines = caller.get("/record/export").text.splitlines()
    rows = [json.loads(line) for line in lines]
    leaves = [json.loads(base64.b64decode(row["leaf"])) for row in rows if row["type"] == "entry"]
    return [leaf["facts"] for leaf in leaves if "count" in leaf["act"]]


def test_can_06_no_role_sees_a_part_of_a_result_in_any_state(
    town: Town, line: Switchboard, measure: UUID
) -> None:
    """Before the last box is counted those who count see no sum either, others nothing at all."""
    town.waits_for("polls_close", measure)
    path = enters(town, measure, counts=slice(0, 3))
    town.seals()
    strangers = {
        "nobody": line.visitor(),
        "a resident": line.resident(1),
        "another authority": line.officer(Authority.COUNCIL_CHAIR),
        "a colleague who does not count": line.officer(Authority.MAYOR, Role.CLERK),
    }
    counts = line.officer(Authority.MAYOR, Role.CANVASSER)
    for who, caller in strangers.items():
        assert caller.get(f"{path}/canvass").status_code in (403, 404, 409), who
        assert all("votes" not in json.dumps(one) for one in told(caller)), who
    partial = counts.get(f"{path}/canvass").json()
    assert (partial["votes"], partial["papers"]) == (None, None)
    assert all(one["votes"] is None for one in partial["districts"])

    enters(town, measure, counts=slice(3, None))
    town.seals()
    whole = counts.get(f"{path}/canvass").json()
    assert whole["votes"]["yes"] == 3 * whole["boxes"]
    for who, caller in strangers.items():
        assert caller.get(f"{path}/canvass").status_code in (403, 404, 409), who
    # The record is told as plain JSON, of which nothing is known but that it is there.
    public: list[Any] = list(told(line.visitor()))
    shown = [row for one in public for row in one.get("returns", ()) if row]
    assert len([row for row in shown if "votes" in row]) == whole["boxes"], "all of it at once"


def test_a_poll_above_its_electors_is_not_certified(town: Town, measure: UUID) -> None:
    """The sum over its boxes is: no box alone shows it, as early ones know no electors."""
    with town.begin() as uow:
        found = locating.get(uow.session, measure)
        authority = stages.counting_authority(Instrument(found.instrument))
        officer = town.officer(authority)
    town.waits_for("roll_base", measure)
    town.waits(days=1)
    electors = counts_more_than_electors(town, measure, officer)
    by = Signatory(town.officer(authority), "담당관", "과장")
    with town.begin() as uow, pytest.raises(PollAboveElectors) as refused:
        certifying.certify(uow, town.means, measure, by=by, document=PAPER)
    facts = refused.value.facts
    assert (facts["electors"], facts["papers"]) == (electors, electors + STRAY)
