"""LIF-02, LIF-03: how a measure ends before its vote or without one, and by which rulebook."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from referendum.lifecycle import drafting, rules
from referendum.lifecycle.errors import DocumentNeeded, LastRepresentative, NotYourAct
from referendum.lifecycle.stages import Act, ActNotAllowed, Stage
from tests.scenarios.deciding import CHAIR, COURT, MAYOR
from tests.together import withdraws
from tests.town import Town
from thresholds import library
from thresholds.vocabulary import Event, Instrument, Route


def test_lif_02_the_council_accepts_the_purpose_and_no_vote_is_held(
    town: Town, referendum_sufficient: UUID
) -> None:
    """LIF-02, REF §13."""
    town.acts(referendum_sufficient, Act.ACCEPT_PURPOSE, town.officer(MAYOR), COURT)
    assert town.stage(referendum_sufficient) is Stage.PURPOSE_ACCEPTED
    with pytest.raises(ActNotAllowed):
        town.calls(referendum_sufficient, MAYOR)


@pytest.mark.parametrize("moment", ["collecting", "sufficient", "called"])
def test_lif_02_a_court_annuls_at_any_time_also_under_a_hold(town: Town, moment: str) -> None:
    """LIF-02: Hanam 2007 was stopped a week before the vote."""
    if moment == "collecting":
        measure = town.opens(Instrument.REFERENDUM)
    else:
        measure = town.qualifies(Instrument.REFERENDUM, 40)
    if moment == "called":
        town.calls(measure, MAYOR)
    town.halts(measure)
    town.acts(measure, Act.ANNUL, town.officer(MAYOR), COURT)
    assert town.stage(measure) is Stage.ANNULLED
    town.waits(days=200)
    assert town.stage(measure) is Stage.ANNULLED


def test_lif_02_the_last_representative_withdraws_the_measure_and_it_ends_a_day_later(
    town: Town, initiative_open: UUID
) -> None:
    """LIF-02: representatives are a set; the last of them does not leave, but ends it."""
    measure = initiative_open
    first, second = (town.resident(number) for number in town.some(2))
    with town.begin() as uow:
        drafting.join(uow, measure, person=second.person, by=first)
    with town.begin() as uow:
        drafting.leave(uow, measure, by=first)
    with town.begin() as uow, pytest.raises(LastRepresentative):
        drafting.leave(uow, measure, by=second)
    assert town.stage(measure) is Stage.COLLECTING
    withdraws(town, measure)
    assert town.stage(measure) is Stage.WITHDRAWN


def test_a_petition_that_is_not_handed_in_lapses(town: Town, referendum_open: UUID) -> None:
    measure = referendum_open
    town.waits_for("collection_ends", measure)
    town.waits_for("submission_due", measure)
    assert town.stage(measure) is Stage.LAPSED


def test_the_council_may_prolong_its_term_once(town: Town) -> None:
    measure = town.qualifies(Instrument.INITIATIVE, 10)
    chair = town.officer(CHAIR)
    town.acts(measure, Act.ACCEPT, chair)
    town.acts(measure, Act.TABLE, chair)
    town.acts(measure, Act.EXTEND, chair, COURT)
    with pytest.raises(Exception, match="extended-before"):
        town.acts(measure, Act.EXTEND, chair, COURT)
    town.acts(measure, Act.VOTE_DOWN, chair, COURT)
    assert town.stage(measure) is Stage.VOTED_DOWN


@pytest.mark.parametrize("called", [date(2022, 4, 25), date(2022, 5, 2)])
def test_lif_03_a_transitional_clause_names_the_rulebook_of_the_count(
    town: Town, called: date
) -> None:
    """LIF-03, 부칙 18849 §8: called before 2022-04-26 the old count rule stays, else not."""
    before, after = "kr-referendum-2016-05-29", "kr-referendum-2022-04-26"
    mayor = town.officer(MAYOR)
    measure = town.measure(town.drafts(Instrument.REFERENDUM, by=mayor, route=Route.COUNCIL))
    measure.rulebook = before
    measure.rulebook_fingerprint = library.by_id(before).fingerprint
    decides = rules.for_poll(measure, {Event.CALLED: called})
    expected = before if called < date(2022, 4, 26) else after
    assert decides.id == expected


def test_lif_03_a_newer_version_without_a_clause_changes_nothing(
    town: Town, referendum_called: UUID
) -> None:
    """LIF-03: the 2023 version (e-signing) has no clause for the count."""
    assert town.measure(referendum_called).rulebook == "kr-referendum-2023-04-27"


def test_an_act_out_of_turn_or_of_another_is_refused_and_changes_nothing(
    town: Town, initiative_open: UUID
) -> None:
    measure = initiative_open
    before = town.steps(measure)
    chair, mayor = town.officer(CHAIR), town.officer(MAYOR)
    with pytest.raises(ActNotAllowed):
        town.acts(measure, Act.CALL, chair)
    with pytest.raises(ActNotAllowed):
        town.acts(measure, Act.OPEN_INSPECTION, chair)
    with pytest.raises(NotYourAct):
        town.acts(measure, Act.CLOSE_COLLECTION, mayor)
    with pytest.raises(DocumentNeeded):
        town.acts(measure, Act.ANNUL, chair)
    assert town.steps(measure) == before
