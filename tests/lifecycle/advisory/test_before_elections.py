"""The sixty days before an election: an advisory vote is called on a recorded opinion alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from referendum.kernel.people import Authority, Officer
from referendum.lifecycle.acting import Document, Particulars
from referendum.lifecycle.errors import DocumentAhead, RuleRefused
from referendum.lifecycle.promise import delegating
from referendum.lifecycle.stages import Act, Stage
from referendum.lifecycle.tables import ElectionSet
from tests.lifecycle.advisory.mayors_office import office_draft, today
from tests.papers import PAPER
from tests.town import Town
from thresholds.delegation import Asker
from thresholds.vocabulary import Instrument


def election_in(town: Town, days: int) -> None:
    with town.begin() as uow:
        uow.session.add(
            ElectionSet(
                jurisdiction_id=town.place,
                day=delegating.today(uow, town.place) + timedelta(days=days),
                kind="local",
                districts=None,
                title_ko="시험 선거",
                title_en="Test election",
            )
        )


OPINION = Document("법률 검토 1호", date(2027, 1, 15))


def test_before_an_election_a_call_needs_a_recorded_opinion(town: Town, mayor: Officer) -> None:
    """Barred without the opinion; with it the vote is held as if no election were near."""
    measure = office_draft(town, mayor)
    election_in(town, 40)
    with pytest.raises(RuleRefused) as refused:
        town.calls(measure, Authority.MAYOR)
    assert refused.value.facts["rule"] == "in-barred-period"
    town.states(measure, Asker.MAYOR, opinion=OPINION)
    town.calls(measure, Authority.MAYOR)
    vote = town.deadline(measure, "vote_day")
    assert today(town) + timedelta(days=22) < vote.date() < today(town) + timedelta(days=40)


def test_a_paper_of_a_day_to_come_is_not_there_yet(town: Town, mayor: Officer) -> None:
    measure = office_draft(town, mayor)
    later = Document("법률 검토 3호", today(town) + timedelta(days=1))
    with pytest.raises(DocumentAhead) as opinion:
        town.states(measure, Asker.MAYOR, opinion=later)
    with pytest.raises(DocumentAhead) as asked:
        town.states(measure, Asker.COUNCIL, asked=later)
    assert (opinion.value.facts["field"], asked.value.facts["field"]) == (
        "opinion_day",
        "asked_day",
    )


def test_the_promises_own_opinion_counts_for_every_vote_under_it(
    town: Town, mayor: Officer
) -> None:
    town.delegates(legal_opinion={"number": "법률 검토 2호", "day": "2027-01-15"})
    measure = town.drafts(Instrument.ADVISORY, by=mayor)
    election_in(town, 40)
    town.acts(measure, Act.CALL, mayor, Particulars(document=PAPER))
    assert town.stage(measure) is Stage.CALLED


def test_outside_the_sixty_days_no_opinion_is_asked(town: Town, mayor: Officer) -> None:
    measure = office_draft(town, mayor)
    election_in(town, 61)
    town.calls(measure, Authority.MAYOR)
    assert town.stage(measure) is Stage.CALLED
