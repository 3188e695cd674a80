"""LIF-02, LIF-04: a recall, from the bar before its time to the powers that it suspends."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from referendum.lifecycle import locating, surveying
from referendum.lifecycle.errors import BarApplies
from referendum.lifecycle.stages import Act, Stage
from tests.scenarios.deciding import COMMISSION, COURT, SEOUL
from tests.town import Town
from thresholds.vocabulary import Instrument


def test_lif_02_the_office_falls_vacant_and_the_recall_ends(town: Town) -> None:
    """LIF-02, REC §13: also while the vote is called, and powers are no longer suspended."""
    measure = called_recall(town)
    town.acts(measure, Act.END_BY_VACANCY, town.officer(COMMISSION), COURT)
    assert town.stage(measure) is Stage.OFFICE_VACANT
    suspension = town.suspension(measure)
    assert suspension is not None
    assert suspension.until_at is not None


def called_recall(town: Town) -> UUID:
    measure = town.qualifies(Instrument.RECALL, 100)
    town.acts(measure, Act.REQUEST_EXPLANATION, town.officer(COMMISSION))
    town.waits_for("explanation_due", measure)
    town.calls(measure, COMMISSION, day=(town.now() + timedelta(days=25)).date())
    return measure


def test_an_early_recall_is_parked_until_its_time_bar_ends(town: Town) -> None:
    """REC §8, RECD §4①: held, not refused."""
    measure = town.drafts(
        Instrument.RECALL, term_started=date(2026, 7, 1), term_ends=date(2030, 6, 30)
    )
    town.acts(measure, Act.APPLY, town.resident(town.some(1)[0]))
    commission = town.officer(COMMISSION)
    with pytest.raises(BarApplies):
        town.acts(measure, Act.ADMIT, commission)
    town.acts(measure, Act.PARK, commission, COURT)
    town.waits_for("bar_ends", measure, seconds=-60)
    assert town.stage(measure) is Stage.PARKED
    town.waits(seconds=61)
    assert town.stage(measure) is Stage.APPLIED
    assert town.now().astimezone(SEOUL).date() == date(2027, 7, 1)


def test_lif_04_powers_are_suspended_from_the_call_to_the_publication(town: Town) -> None:
    """LIF-04, REC §21: exactly, also where the box stays shut."""
    measure = called_recall(town)
    suspension = town.suspension(measure)
    assert suspension is not None
    with town.begin() as uow:
        steps = surveying.overview(uow.session, locating.get(uow.session, measure)).steps
        call = next(step for step in steps if step.act == Act.CALL)
    assert suspension.from_at == call.at
    town.votes(measure, turnout=2, votes=None)
    still = town.suspension(measure)
    assert still is not None
    assert still.until_at is None, "a provisional figure restores nothing"
    town.certifies(measure, COMMISSION)
    restored = town.suspension(measure)
    with town.begin() as uow:
        steps = surveying.overview(uow.session, locating.get(uow.session, measure)).steps
        published = next(step for step in steps if step.act == Act.DECLARE)
    assert restored is not None
    assert restored.until_at == published.at
