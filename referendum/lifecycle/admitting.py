"""Admitting an application: no bar runs, the text is frozen, the petition opens."""

from __future__ import annotations

from datetime import date

from referendum.kernel.people import Assurance
from referendum.lifecycle import area, designating, drafting, enveloping, petitioning, rules, stages
from referendum.lifecycle.dates import barring, deadlines
from referendum.lifecycle.errors import (
    BarApplies,
    RuleRefused,
    VerdictOtherwise,
)
from referendum.lifecycle.stages import Act
from referendum.lifecycle.tables import Measure, StepTaken
from referendum.lifecycle.taking import Allowed
from referendum.roll import freezing
from referendum.roll.freezing import Purpose
from signatures import petitions
from thresholds.bars import parked_until, time_bars
from thresholds.rulebook import Rulebook
from thresholds.vocabulary import DeadlineName, Instrument


def admit(allowed: Allowed) -> StepTaken:
    """Issue the representative's certificate and publish it: collection begins.

    A checklist of legal conditions, not a favour (대법원 2014두40647): the text is whole, no time
    bar runs, the year's claimant total is published.
    """
    uow, measure, by = allowed.uow, allowed.measure, allowed.by
    drafting.check_complete(measure)
    today = rules.today(uow, measure)
    rulebook = rules.pin(uow, measure, by, today)
    enveloping.insist_residents_may_ask(uow.session, measure)
    _insist_on_no_bar(rulebook, measure, today)
    measure.base_year = today.year - 1
    area.claimants(uow.session, measure)
    measure.text_sha256 = drafting.fingerprint(measure)
    taken = allowed.take(
        facts={"text_sha256": measure.text_sha256.hex(), "base_year": measure.base_year}
    )
    _open_petition(allowed, rulebook, taken)
    return taken


def park(allowed: Allowed) -> StepTaken:
    """Hold an application that came inside a time bar until the bar ends (RECD §4①)."""
    uow, measure = allowed.uow, allowed.measure
    today = rules.today(uow, measure)
    rulebook = rules.in_force(uow.session, measure, today)
    until = _bar_ends(rulebook, measure, today)
    if until == today:
        raise VerdictOtherwise(act=Act.ADMIT.value)
    taken = allowed.take(facts={"until": until.isoformat()})
    zone = rules.zone_of(uow.session, measure)
    eve = until - deadlines.ONE_DAY
    article = rulebook.calendar.time_bars.article if rulebook.calendar.time_bars else ""
    deadlines.keep(
        uow.session,
        measure,
        name="bar_ends",
        day=eve,
        at=deadlines.end_of(eve, zone),
        article=article,
        sums=(f"{until.isoformat()}부터 청구할 수 있음", f"claims are possible from {until}"),
    )
    return taken


def _open_petition(allowed: Allowed, rulebook: Rulebook, taken: StepTaken) -> None:
    uow, measure = allowed.uow, allowed.measure
    ends = deadlines.kept(uow.session, measure.id, DeadlineName.COLLECTION_ENDS)
    if ends is None or measure.base_year is None or measure.text_sha256 is None:
        raise RuleRefused(rule="no-collection-period", rulebook=rulebook.id)
    base = date(measure.base_year, 12, 31)
    ways = designating.ways(uow.session, measure, rulebook, rules.today(uow, measure))
    signing = petitioning.signing_of(rulebook)
    wanted = area.roll_of(measure, Purpose.SIGNING, signing.electorate, base=base, event=ends.day)
    roll = freezing.freeze(uow, wanted, by=allowed.by)
    opened = petitions.open_petition(
        uow,
        allowed.means.vault,
        petitions.Opening(
            measure_id=measure.id,
            jurisdiction_id=measure.jurisdiction_id,
            opens_at=taken.at,
            closes_at=ends.at,
            roll_id=roll.id,
            channels=ways.origins,
            online_days=ways.online_days,
            text_sha256=measure.text_sha256,
            owner=stages.examining_authority(Instrument(measure.instrument)),
            minimum_assurance=Assurance(signing.minimum_assurance or Assurance.PAPER),
        ),
    )
    petitions.close_days(uow, opened.id, barring.closed_days(uow.session, measure))


def _insist_on_no_bar(rulebook: Rulebook, measure: Measure, today: date) -> None:
    until = _bar_ends(rulebook, measure, today)
    if until != today:
        raise BarApplies(until=until.isoformat())


def _bar_ends(rulebook: Rulebook, measure: Measure, today: date) -> date:
    bars = time_bars(
        rulebook.calendar,
        term_started=measure.term_started,
        term_ends=measure.term_ends,
        previous_vote=measure.previous_vote,
    )
    return parked_until(bars, today)
