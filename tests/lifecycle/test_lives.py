"""Four lives from draft to ending."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from ballots import polls
from ballots.errors import DistrictNotInPoll
from referendum.kernel.people import Authority
from referendum.lifecycle import counting, locating
from referendum.lifecycle.acting import Particulars
from referendum.lifecycle.advisory.answering import Decision
from referendum.lifecycle.stages import Act, Stage
from tests.ground import PER_DISTRICT
from tests.papers import PAPER
from tests.town import Town
from thresholds.vocabulary import Instrument


def test_a_referendum_from_draft_to_its_final_result(town: Town) -> None:
    measure = town.qualifies(Instrument.REFERENDUM, 40)
    assert town.stage(measure) is Stage.SUFFICIENT
    town.calls(measure, Authority.MAYOR)
    town.votes(measure, turnout=6, votes={"yes": 4, "no": 1}, invalid=1)
    assert town.stage(measure) is Stage.COUNTING
    town.certifies(measure, Authority.ELECTION_COMMISSION)
    assert town.stage(measure) is Stage.DECLARED
    assert town.measure(measure).outcome == "adopted"
    town.waits_for("dispute_due", measure)
    assert town.stage(measure) is Stage.ADOPTED


def test_a_recall_below_a_third_is_not_counted_and_powers_come_back(town: Town) -> None:
    measure = town.qualifies(Instrument.RECALL, 100)
    town.acts(measure, Act.REQUEST_EXPLANATION, town.officer(Authority.ELECTION_COMMISSION))
    day = (town.now() + timedelta(days=25)).date()
    town.calls(measure, Authority.ELECTION_COMMISSION, day=day)
    suspended = town.suspension(measure)
    assert suspended is not None
    assert suspended.until_at is None
    town.votes(measure, turnout=3, votes=None)
    town.certifies(measure, Authority.ELECTION_COMMISSION)
    restored = town.suspension(measure)
    assert restored is not None
    assert restored.until_at is not None
    assert town.measure(measure).outcome == "not_counted"
    town.waits_for("dispute_due", measure)
    assert town.stage(measure) is Stage.NOT_COUNTED


def test_an_initiative_is_enacted_by_the_council(town: Town) -> None:
    measure = town.qualifies(Instrument.INITIATIVE, 10)
    chair = town.officer(Authority.COUNCIL_CHAIR)
    town.acts(measure, Act.ACCEPT, chair)
    town.acts(measure, Act.TABLE, chair)
    town.acts(measure, Act.ENACT, chair, Particulars(document=PAPER, reason="원안 가결"))
    assert town.stage(measure) is Stage.ENACTED


def test_an_advisory_vote_is_answered_by_the_mayor(town: Town) -> None:
    mayor = town.officer(Authority.MAYOR)
    measure = town.drafts(Instrument.ADVISORY, by=mayor)
    town.calls(measure, Authority.MAYOR)
    town.votes(measure, turnout=6, votes={"yes": 4, "no": 2})
    town.certifies(measure, Authority.MAYOR)
    town.answers(measure, Decision.FOLLOWED)
    assert town.stage(measure) is Stage.ANSWERED


def test_a_vote_in_part_of_the_city_has_that_parts_stations_and_electors(town: Town) -> None:
    mayor = town.officer(Authority.MAYOR)
    area = tuple(district.id for district in town.districts[:3])
    measure = town.drafts(Instrument.ADVISORY, by=mayor, districts=area)
    town.calls(measure, Authority.MAYOR)
    town.votes(measure, turnout=5, votes={"yes": 2, "no": 3})
    with town.begin() as uow:
        counted = counting.canvass(uow.session, locating.get(uow.session, measure))
    assert {one.district_id for one in counted.by_district} == set(area)
    assert counted.electors == 3 * PER_DISTRICT
    assert counted.votes == {"yes": 6, "no": 9}


@pytest.mark.parametrize("signers", [3])
def test_too_few_signatures_are_insufficient(
    town: Town, signers: int, initiative_open: UUID
) -> None:
    measure = initiative_open
    town.reviews(measure, town.some(signers), bad=2)
    town.certifies(measure, Authority.COUNCIL_CHAIR)
    assert town.stage(measure) is Stage.INSUFFICIENT


def test_electors_of_a_district_that_does_not_vote_are_refused(
    town: Town, referendum_called: UUID
) -> None:
    """They would be in the whole that turnout is judged by, and have no box to vote in."""
    electors = {town.districts[0].id: 100, uuid4(): 50}
    given = Particulars(document=PAPER, reason="공고", electors=electors, source="시험용 공고")
    with pytest.raises(DistrictNotInPoll):
        town.acts(
            referendum_called,
            Act.STATE_ELECTORS,
            town.officer(Authority.ELECTION_COMMISSION),
            given,
        )
    with town.begin() as uow:
        assert polls.of_measure(uow.session, referendum_called) == []
