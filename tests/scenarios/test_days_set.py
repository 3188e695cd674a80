"""Days that an officer sets or moves, and those that nobody may."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from referendum.lifecycle.dates import moving
from referendum.lifecycle.errors import (
    AnnouncedDayStands,
    DayImplausible,
    DayIsOver,
    DayNotAllowed,
    NotYourAct,
    ParticularMissing,
    RuleRefused,
)
from referendum.lifecycle.stages import Act, ActNotAllowed, Stage
from referendum.lifecycle.tables import ElectionSet
from tests.papers import PAPER
from tests.scenarios.deciding import CHAIR, COMMISSION, COURT, MAYOR, SEOUL
from tests.together import withdraws
from tests.town import Town, seconded
from thresholds.vocabulary import Instrument


def test_a_vote_day_that_the_law_does_not_compute_is_refused(
    town: Town, referendum_sufficient: UUID
) -> None:
    with pytest.raises(DayNotAllowed):
        town.calls(referendum_sufficient, MAYOR, day=date(2028, 1, 1))


def test_a_call_within_sixty_days_of_an_election_is_refused_with_its_article(
    town: Town, referendum_sufficient: UUID
) -> None:
    """REF §13: the rulebook forbids it, not an `if`."""
    with town.begin() as uow:
        uow.session.add(
            ElectionSet(
                jurisdiction_id=town.place,
                day=(uow.now() + timedelta(days=30)).date(),
                kind="by_election",
                districts=None,
                title_ko="보궐선거",
                title_en="By-election",
            )
        )
    with pytest.raises(RuleRefused) as refused:
        town.calls(referendum_sufficient, MAYOR)
    assert refused.value.facts["rule"] == "in-barred-period"
    assert "13" in str(refused.value.facts["article"])


def test_an_officer_overrides_a_date_only_with_a_reason_which_the_record_keeps(
    town: Town,
    initiative_open: UUID,
) -> None:
    measure = initiative_open
    chair = town.officer(CHAIR)
    day = date(2027, 7, 1)
    with town.begin() as uow, pytest.raises(ParticularMissing):
        moving.override(
            uow, measure, "collection_ends", day=day, document=PAPER, reason=" ", by=seconded(chair)
        )
    stranger = town.officer(COMMISSION)
    with town.begin() as uow, pytest.raises(NotYourAct):
        moving.override(
            uow,
            measure,
            "collection_ends",
            day=day,
            document=PAPER,
            reason="-",
            by=seconded(stranger),
        )
    with town.begin() as uow:
        moving.override(
            uow,
            measure,
            "collection_ends",
            day=day,
            document=PAPER,
            reason="전산 장애",
            by=seconded(chair),
        )
    assert town.deadline(measure, "collection_ends") == datetime.combine(
        day + timedelta(days=1), time(), SEOUL
    )
    assert "deadline.overridden" in town.recorded(measure)


def test_a_period_that_runs_is_not_ended_in_the_past(town: Town, initiative_open: UUID) -> None:
    """Who signed since then was let sign, and would have signed after the end."""
    measure, chair = initiative_open, town.officer(CHAIR)
    before = town.deadline(measure, "collection_ends")
    town.waits(days=10)
    today = town.now().astimezone(SEOUL).date()
    with town.begin() as uow, pytest.raises(DayIsOver):
        moving.override(
            uow,
            measure,
            "collection_ends",
            day=today - timedelta(days=1),
            document=PAPER,
            reason="착오",
            by=seconded(chair),
        )
    assert town.deadline(measure, "collection_ends") == before
    with town.begin() as uow:
        moving.override(
            uow,
            measure,
            "collection_ends",
            day=today,
            document=PAPER,
            reason="법원 결정",
            by=seconded(chair),
        )
    town.calendar_catches_up()
    assert town.stage(measure) is Stage.COLLECTING


def test_an_overridden_period_that_begins_anew_after_a_cure_is_computed(
    town: Town, referendum_open: UUID
) -> None:
    """The reason was of the first inspection; the second would have ended before it began."""
    measure, mayor = referendum_open, town.officer(MAYOR)
    town.collects(measure, town.spread(10))
    town.examines(measure)
    town.acts(measure, Act.OPEN_INSPECTION, mayor)
    longer = town.deadline(measure, "inspection_ends").astimezone(SEOUL).date()
    with town.begin() as uow:
        moving.override(
            uow,
            measure,
            "inspection_ends",
            day=longer,
            document=PAPER,
            reason="전산 장애",
            by=seconded(mayor),
        )
    town.waits_for("inspection_ends", measure)
    for act in (Act.SETTLE_OBJECTIONS, Act.ORDER_CURE):
        town.acts(measure, act, mayor, COURT)
    town.waits_for("cure_ends", measure)
    town.acts(measure, Act.OPEN_INSPECTION, mayor)
    town.calendar_catches_up()
    assert town.stage(measure) is Stage.INSPECTING
    assert town.deadline(measure, "inspection_ends") > town.now()
    town.waits_for("inspection_ends", measure)
    assert town.stage(measure) is Stage.OBJECTING


def test_a_day_of_another_age_is_refused_wherever_it_is_set(
    town: Town, referendum_called: UUID
) -> None:
    """Its end lies beyond the calendar: it was an error of the service."""
    mayor, far = town.officer(MAYOR), date.max
    with pytest.raises(DayImplausible):
        town.acts(referendum_called, Act.RESET_DAY, mayor, replace(COURT, day=far))
    with town.begin() as uow, pytest.raises(DayImplausible):
        moving.override(
            uow,
            referendum_called,
            "roll_base",
            day=far,
            document=PAPER,
            reason="-",
            by=seconded(mayor),
        )
    for name in ("term_started", "term_ends", "previous_vote"):
        changed: dict[str, Any] = {name: far}
        with pytest.raises(DayImplausible) as refused:
            town.drafts(Instrument.RECALL, **changed)
        assert refused.value.field == name


@pytest.mark.parametrize("name", ["vote_day", "polls_open", "polls_close"])
def test_an_announced_day_is_moved_by_setting_it_again_and_in_no_other_way(
    town: Town, referendum_called: UUID, name: str
) -> None:
    """Else there are two truths about one day: the deadline's, and the poll's and its stations'."""
    before, mayor = town.deadline(referendum_called, name), town.officer(MAYOR)
    later = before.astimezone(SEOUL).date() + timedelta(days=7)
    with town.begin() as uow, pytest.raises(AnnouncedDayStands):
        moving.override(
            uow,
            referendum_called,
            name,
            day=later,
            document=PAPER,
            reason="태풍",
            by=seconded(mayor),
        )
    assert town.deadline(referendum_called, name) == before
    town.acts(referendum_called, Act.RESET_DAY, mayor, replace(COURT, day=later))
    assert town.deadline(referendum_called, "polls_open").astimezone(SEOUL).date() == later


def test_no_deadline_of_an_ended_measure_is_moved(town: Town, initiative_open: UUID) -> None:
    measure = initiative_open
    withdraws(town, measure)
    before, chair = town.deadline(measure, "collection_ends"), town.officer(CHAIR)
    with town.begin() as uow, pytest.raises(ActNotAllowed):
        moving.override(
            uow,
            measure,
            "collection_ends",
            day=date(2027, 7, 1),
            document=PAPER,
            reason="착오",
            by=seconded(chair),
        )
    assert town.deadline(measure, "collection_ends") == before
