"""What a draft will need if it goes on today: as a petition that is admitted, as a vote called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from referendum.kernel.errors import DomainError
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import calling, designating, progressing, rules
from referendum.lifecycle.calling import DaysAllowed
from referendum.lifecycle.errors import RuleRefused
from referendum.lifecycle.stages import Stage
from referendum.lifecycle.starting import Beginning
from referendum.lifecycle.surveying import Overview
from referendum.lifecycle.tables import Measure
from referendum.roll.tables import Jurisdiction
from referendum.web.rulebooks import parts
from thresholds import planning
from thresholds.bars import parked_until, time_bars
from thresholds.electorate import Electorate
from thresholds.kinds import AnyRequirement
from thresholds.periods import Length, OrdinanceNumbers, Period
from thresholds.planning import Margin, Plan
from thresholds.requirement import DistrictFinding, Finding, RequirementName
from thresholds.rulebook import ChannelRule, Rulebook
from thresholds.vocabulary import DeadlineName, Level


@dataclass(frozen=True, slots=True)
class Span:
    """How long something lasts, and where that is written."""

    length: Length
    assumed: bool
    article: str


@dataclass(frozen=True, slots=True)
class Way:
    """A channel of the law, and whether it is open here."""

    rule: ChannelRule
    is_open: bool


@dataclass(frozen=True, slots=True)
class Foreseen:
    """Everything the panel shows, each with its article."""

    rulebook: Rulebook
    findings: tuple[Finding, ...]
    """Empty where the year's totals are not published yet."""
    plan: Plan | None
    """Lines to collect on paper so that enough outlast the examination."""
    margin: Margin | None
    """The real examinations that the plan is made from."""
    floors: tuple[DistrictFinding, ...]
    collecting: Span | None
    submitting: Span | None
    electorate: Electorate | None
    ways: tuple[Way, ...]
    barred_until: date | None


@dataclass(frozen=True, slots=True)
class Vote:
    """What a vote on an office's draft would need, were it called today."""

    rulebook: Rulebook
    requirements: Sequence[AnyRequirement]
    days: DaysAllowed | None
    article: str | None
    barred: DomainError | None


@dataclass(frozen=True, slots=True)
class Panel:
    """Beside an office's form: one of the two, or nothing where no rules are in force."""

    petition: Foreseen | None = None
    """What the petition that is taken up must have met elsewhere."""
    vote: Vote | None = None


def foresee(session: Session, measure: Measure, today: date) -> Foreseen | None:
    """None where no rulebook is in force for it, as for a recall without an office yet."""
    try:
        rulebook = rules.in_force(session, measure, today)
        findings = progressing.needed_for_draft(session, measure, today)
    except RuleRefused:
        return None
    needed = next((one.needed for one in findings if _is(one, RequirementName.SIGNATURES)), None)
    spread = next((one.districts for one in findings if _is(one, RequirementName.SPREAD)), None)
    bars = time_bars(
        rulebook.calendar,
        term_started=measure.term_started,
        term_ends=measure.term_ends,
        previous_vote=measure.previous_vote,
    )
    free = parked_until(bars, today)
    margin = planning.margin(rulebook.country)
    return Foreseen(
        rulebook=rulebook,
        findings=findings,
        plan=margin.plan(int(needed)) if margin is not None and needed is not None else None,
        margin=margin,
        floors=spread or (),
        collecting=span(session, measure, rulebook, DeadlineName.COLLECTION_ENDS, today),
        submitting=span(session, measure, rulebook, DeadlineName.SUBMISSION_DUE, today),
        electorate=rulebook.signing.electorate if rulebook.signing else None,
        ways=_ways(session, measure, rulebook, today),
        barred_until=free if free != today else None,
    )


def for_office(uow: UnitOfWork, begun: Beginning, measure: Measure) -> Panel:
    """What an office's draft would need if it went on today."""
    today = rules.today(uow, measure)
    if begun.takes_up:
        return Panel(petition=foresee(uow.session, measure, today))
    return Panel(vote=_vote(uow.session, measure, today))


def _vote(session: Session, measure: Measure, today: date) -> Vote | None:
    try:
        rulebook = rules.in_force(session, measure, today)
    except RuleRefused:
        return None
    days, barred = calling.days_or_bar(session, measure, today)
    vote_day = rulebook.calendar.vote_day
    return Vote(
        rulebook,
        requirements=parts(rulebook.poll.requirements) if rulebook.poll else (),
        days=days,
        article=vote_day.article if vote_day else None,
        barred=barred,
    )


def planned(overview: Overview) -> dict[str, Margin | Plan | None]:
    """How many lines to plan for, while more can come and nobody can know how many are valid."""
    progress, rulebook = overview.progress, overview.rulebook
    margin = None if rulebook is None else planning.margin(rulebook.country)
    come = Stage(overview.measure.stage) in (Stage.COLLECTING, Stage.CURING)
    waiting = progress is not None and not progress.examined
    plan = margin.plan(progress.needed) if margin and progress and waiting and come else None
    return {"margin": margin, "plan": plan}


def _is(finding: Finding, name: RequirementName) -> bool:
    return finding.requirement is name


def span(
    session: Session, measure: Measure, rulebook: Rulebook, name: DeadlineName, today: date
) -> Span | None:
    """How long a period of the rulebook is for this measure; None where it has no such period."""
    period: Period | None = rulebook.calendar.periods.get(name)
    if period is None:
        return None
    place = session.get_one(Jurisdiction, measure.jurisdiction_id)
    numbers = rules.ordinance(session, measure, today)
    numbers.pop("assumed", None)
    ordinance = OrdinanceNumbers.model_validate(numbers)
    with rules.asking():
        length, assumed = period.length_for(Level(place.level), ordinance)
    return Span(length, assumed, period.article)


def _ways(session: Session, measure: Measure, rulebook: Rulebook, today: date) -> tuple[Way, ...]:
    if rulebook.signing is None:
        return ()
    closed = designating.missing(session, measure, rulebook, today)
    return tuple(Way(rule, rule != closed) for rule in rulebook.signing.channels)
