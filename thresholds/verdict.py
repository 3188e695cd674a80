"""Findings read together: is the petition sufficient, and what has the vote decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from thresholds.errors import NotItsQuestion, NotOfThisLaw, NumberMissing
from thresholds.kinds import findings_of, named
from thresholds.majority import leader
from thresholds.quorum import CountGate, turnout_findings
from thresholds.requirement import (
    YES,
    Area,
    Finding,
    Numbers,
    RequirementName,
    ShareRequirement,
    Side,
    TierRequirement,
    Whole,
)
from thresholds.rulebook import PollRule, Question, Rulebook
from thresholds.share import Share
from thresholds.vocabulary import PetitionOutcome, PollOutcome


class PetitionStatus(StrEnum):
    """Whether the signatures were handed in at all."""

    FILED = "filed"
    NOT_FILED = "not_filed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PetitionNumbers:
    """The published totals of which a law asks a share, and what the examination left standing.

    `districts` is None where none are stated; `last_vote`: votes cast for the office last time.
    """

    claimants: int | None = None
    valid: int | None = None
    districts: tuple[Area, ...] | None = None
    status: PetitionStatus = PetitionStatus.FILED
    last_vote: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PollNumbers:
    """`options` is None where the box was not opened. `areas` are per-area yes votes.

    `population` is for laws whose quorum falls as the place grows.
    """

    electors: int | None
    voted: int | None
    options: Mapping[str, int] | None = None
    invalid: int | None = None
    areas: tuple[Area, ...] | None = None
    population: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PetitionVerdict:
    """Whether the signatures are enough, with every finding that says why.

    `outcome` is `unknown` where a number that it depends on is not known: an examination that is
    not finished, a total that was not published. That is an answer, not an error.
    """

    outcome: PetitionOutcome
    findings: tuple[Finding, ...]

    def as_json(self) -> dict[str, Any]:
        """{"outcome": ..., "findings": [...]}, each finding as `Finding.as_json` says."""
        findings = [finding.as_json() for finding in self.findings]
        return {"outcome": self.outcome.value, "findings": findings}


@dataclass(frozen=True, slots=True, kw_only=True)
class PollVerdict:
    """`gap` is voted minus all counted papers, where both are known: reported, never forced."""

    outcome: PollOutcome
    winner: str | None
    findings: tuple[Finding, ...]
    gap: int | None = None

    def as_json(self) -> dict[str, Any]:
        """{"outcome": ..., "winner": key or null, "findings": [...]}.

        The winner is null where nothing was chosen: a tie, a missed quorum, a box that stays shut.
        """
        findings = [finding.as_json() for finding in self.findings]
        return {"outcome": self.outcome.value, "winner": self.winner, "findings": findings}


def judge_petition(
    rulebook: Rulebook,
    numbers: PetitionNumbers,
    *,
    ordinance: Share | None = None,
    population: int | None = None,
) -> PetitionVerdict:
    """What is needed, and whether the valid signatures reach it in total and in the districts.

    `ordinance` is the local norm's own share, `population` the number of people that a tier table
    asks for. Raises NotOfThisLaw where nobody signs under this rulebook, NumberMissing for a total
    it needs, OutsideEnvelope for a share that the statute does not leave to an ordinance.

    >>> from datetime import date
    >>> from thresholds import library
    >>> law = library.in_force(
    ...     country="kr", level="city", instrument="recall", on=date(2023, 3, 2), office="mayor"
    ... )
    >>> numbers = PetitionNumbers(claimants=914_826, valid=129_700)
    >>> found = judge_petition(law, numbers)
    >>> found.outcome.value, [(one.requirement.value, one.needed) for one in found.findings]
    ('insufficient', [('signatures', 137224), ('spread', None)])
    """
    if rulebook.petition is None:
        raise NotOfThisLaw(key="petition")
    not_filed = numbers.status is PetitionStatus.NOT_FILED
    areas = numbers.districts
    if not_filed and areas is not None:
        areas = tuple(Area(name=area.name, whole=area.whole) for area in areas)
    wholes = {
        Whole.CLAIMANTS: numbers.claimants,
        Whole.POPULATION: population,
        Whole.LAST_VOTE: numbers.last_vote,
    }
    findings = findings_of(
        rulebook.petition.requirements,
        Numbers(
            wholes={name: whole for name, whole in wholes.items() if whole is not None},
            signatures=None if not_filed else numbers.valid,
            areas=areas,
            ordinance=ordinance,
        ),
    )
    if not_filed:
        return PetitionVerdict(outcome=PetitionOutcome.NOT_FILED, findings=findings)
    return PetitionVerdict(outcome=_petition_outcome(numbers, findings), findings=findings)


def refuse_share_outside(
    rulebook: Rulebook, share: Share, *, population: int | None = None
) -> None:
    """An ordinance's share is checked against the statute even where no petition asks for it."""
    known = {} if population is None else {Whole.POPULATION: population}
    numbers = Numbers(wholes=known, ordinance=share)
    for rule in () if rulebook.petition is None else rulebook.petition.requirements:
        if isinstance(rule, ShareRequirement) or (isinstance(rule, TierRequirement) and known):
            rule.share_for(numbers)


def _petition_outcome(numbers: PetitionNumbers, findings: tuple[Finding, ...]) -> PetitionOutcome:
    """Without an examined total nothing is decided; a requirement not stated decides nothing."""
    met = [finding.met for finding in findings if finding.stated]
    if numbers.valid is None:
        return PetitionOutcome.UNKNOWN
    if False in met:
        return PetitionOutcome.INSUFFICIENT
    return PetitionOutcome.UNKNOWN if None in met else PetitionOutcome.SUFFICIENT


def judge_poll(rulebook: Rulebook, numbers: PollNumbers) -> PollVerdict:
    """Quorum first; where it is missed and the box stays shut, nothing after it is looked at.

    Raises NotOfThisLaw where no people vote under this rulebook, NumberMissing for a number that
    the verdict needs, NotItsQuestion for options that the law does not know.

    >>> from datetime import date
    >>> from thresholds import library
    >>> law = library.in_force(
    ...     country="kr", level="city", instrument="referendum", on=date(2026, 11, 4)
    ... )
    >>> vote = PollNumbers(electors=1_000, voted=250, options={"yes": 130, "no": 110}, invalid=10)
    >>> found = judge_poll(law, vote)
    >>> found.outcome.value, found.winner, found.gap
    ('adopted', 'yes', 0)
    """
    rule = rulebook.poll
    if rule is None:
        raise NotOfThisLaw(key="poll")
    quorum = _quorum(rule, numbers)
    short = any(not finding.met for finding in quorum)
    if short and rule.count_gate is CountGate.TURNOUT:
        return PollVerdict(outcome=rule.outcomes.short, winner=None, findings=quorum)
    if numbers.options is None:
        if short and rule.binding:
            return PollVerdict(outcome=rule.outcomes.short, winner=None, findings=quorum)
        raise NumberMissing(key="options")
    refuse_unknown_question(rule, numbers.options)
    return _counted(rule, numbers, numbers.options, quorum=quorum, short=short)


_OF_THE_CONTENT: Final = (
    RequirementName.MAJORITY,
    RequirementName.APPROVAL,
    RequirementName.SPREAD,
)


def _quorum(rule: PollRule, numbers: PollNumbers) -> tuple[Finding, ...]:
    if not named(rule.requirements, RequirementName.TURNOUT):
        return ()
    if numbers.electors is None:
        raise NumberMissing(key="electors")
    if numbers.voted is None:
        raise NumberMissing(key="voted")
    return turnout_findings(rule.requirements, electors=numbers.electors, voted=numbers.voted)


def _counted(
    rule: PollRule,
    numbers: PollNumbers,
    options: Mapping[str, int],
    *,
    quorum: tuple[Finding, ...],
    short: bool,
) -> PollVerdict:
    votes = sum(options.values())
    wholes = {
        Whole.ELECTORS: numbers.electors,
        Whole.VOTED: numbers.voted,
        Whole.VALID_VOTES: votes,
        Whole.POPULATION: numbers.population,
    }
    known = Numbers(
        wholes={name: whole for name, whole in wholes.items() if whole is not None},
        options=options,
        areas=numbers.areas,
    )
    content = findings_of(named(rule.requirements, *_OF_THE_CONTENT), known)
    if any(finding.met is None for finding in content):
        raise NumberMissing(key="areas")
    first = leader(options)
    if short:
        outcome = rule.outcomes.short
    elif first is None:
        outcome = rule.outcomes.tied
    elif _too_light(rule, known):
        outcome = rule.outcomes.short
    elif all(finding.met for finding in content):
        outcome = rule.outcomes.carried
    else:
        outcome = rule.outcomes.defeated
    undecided = outcome in {PollOutcome.NEITHER, PollOutcome.NOT_COUNTED}
    all_papers = numbers.voted is not None and numbers.invalid is not None
    return PollVerdict(
        outcome=outcome,
        winner=None if undecided else first,
        findings=(*quorum, *content),
        gap=(numbers.voted or 0) - votes - (numbers.invalid or 0) if all_papers else None,
    )


def _too_light(rule: PollRule, numbers: Numbers) -> bool:
    """Whether the majority, for or against, misses the share of all that gives it weight."""
    rules = tuple(
        part
        for part in named(rule.requirements, RequirementName.APPROVAL)
        if isinstance(part, (ShareRequirement, TierRequirement)) and part.side is Side.LEADING
    )
    return any(not finding.met for finding in findings_of(rules, numbers))


def refuse_unknown_question(rule: PollRule, options: Mapping[str, int]) -> None:
    """Only the questions that the law allows may be judged under it."""
    if question_of(options) not in rule.questions:
        raise NotItsQuestion(key="options", options=", ".join(options))


def question_of(options: Mapping[str, int]) -> Question | None:
    """What was asked, told from the options; None where they make no question."""
    if set(options) == {YES, "no"}:
        return Question.YES_NO
    if len(options) < 2 or YES in options or "no" in options:  # noqa: PLR2004  # a choice is between two or more
        return None
    return Question.TWO if len(options) == 2 else Question.SEVERAL  # noqa: PLR2004  # as above
