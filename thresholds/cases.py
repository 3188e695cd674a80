"""Case files judged by the law of their day, and compared with what was really decided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from thresholds.casefile import Case, Expected, Petition, Poll
from thresholds.consistency import inconsistencies
from thresholds.errors import CaseUnreadable, Problem, RuleRefusal
from thresholds.reading import faults, parse
from thresholds.requirement import Finding, RequirementName
from thresholds.rulebook import Rulebook
from thresholds.share import Share
from thresholds.verdict import (
    PetitionNumbers,
    PetitionStatus,
    PetitionVerdict,
    PollNumbers,
    PollVerdict,
    judge_petition,
    judge_poll,
    refuse_share_outside,
    refuse_unknown_question,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseJudgement:
    """What the law of its day makes of a case; None for a part that the case does not have."""

    case: str
    rulebook: Rulebook
    petition: PetitionVerdict | None
    poll: PollVerdict | None

    def as_json(self) -> dict[str, Any]:
        """As `referendum judge --json` prints it: case, rulebook, petition, poll."""
        return {
            "case": self.case,
            "rulebook": self.rulebook.id,
            "petition": None if self.petition is None else self.petition.as_json(),
            "poll": None if self.poll is None else self.poll.as_json(),
        }


def read_case(text: str) -> Case:
    """The case, sound and fit to be judged; else every problem that was found, all at once."""
    table = parse(text)
    if isinstance(table, Problem):
        raise CaseUnreadable([table])
    try:
        case = Case.model_validate(table)
    except ValidationError as error:
        raise CaseUnreadable(faults(error)) from None
    judge_case(case)
    return case


_PLACES: Final = {
    "claimants": "petition.claimants",
    "last_vote": "petition.last_vote",
    "population": "case.population",
    "electors": "poll.electors",
    "voted": "poll.voted",
    "options": "poll.options",
    "districts": "petition.districts",
    "areas": "poll.areas",
}


def judge_case(case: Case) -> CaseJudgement:
    """Both verdicts by the law of the case's day; `[expected]` is not looked at."""
    problems = list(inconsistencies(case))
    if problems:
        raise CaseUnreadable(problems)
    rulebook = case.rulebook()
    petition: PetitionVerdict | None = None
    poll: PollVerdict | None = None
    try:
        petition = None if case.petition is None else _petition(case, case.petition, rulebook)
    except RuleRefusal as refusal:
        problems += _placed(refusal)
    try:
        poll = None if case.poll is None else _poll(case, case.poll, rulebook)
    except RuleRefusal as refusal:
        problems += _placed(refusal)
    if case.petition is None and case.ordinance.share is not None:
        problems += _share_alone(case, case.ordinance.share, rulebook)
    if problems:
        raise CaseUnreadable(problems)
    return CaseJudgement(case=case.case.id, rulebook=rulebook, petition=petition, poll=poll)


def _petition(case: Case, petition: Petition, rulebook: Rulebook) -> PetitionVerdict:
    return judge_petition(
        rulebook,
        petition_numbers(petition),
        ordinance=case.ordinance.share,
        population=case.case.population,
    )


def petition_numbers(petition: Petition) -> PetitionNumbers:
    """The petition of a case file as the rules take it."""
    return PetitionNumbers(
        claimants=petition.claimants,
        last_vote=petition.last_vote,
        valid=petition.valid,
        districts=petition.areas(),
        status=PetitionStatus(petition.status or "filed"),
    )


def _poll(case: Case, poll: Poll, rulebook: Rulebook) -> PollVerdict:
    if rulebook.poll is not None and poll.options is not None:
        refuse_unknown_question(rulebook.poll, poll.options)
    return judge_poll(rulebook, poll_numbers(case, poll))


def poll_numbers(case: Case, poll: Poll) -> PollNumbers:
    """The vote of a case file as the rules take it."""
    return PollNumbers(
        electors=poll.electors,
        voted=poll.voted,
        options=poll.options,
        invalid=poll.invalid,
        areas=poll.vote_areas(),
        population=case.case.population,
    )


def _share_alone(case: Case, share: Share, rulebook: Rulebook) -> list[Problem]:
    try:
        refuse_share_outside(rulebook, share, population=case.case.population)
    except RuleRefusal as refusal:
        return _placed(refusal)
    return []


def _placed(refusal: RuleRefusal) -> list[Problem]:
    """The refusal's problems under the keys that the case file uses."""
    found = []
    for problem in refusal.problems:
        name, dot, rest = problem.key.partition(".")
        place = f"{_PLACES.get(name, name)}{dot}{rest}"
        found.append(Problem(place, problem.reason, problem.facts))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Where a judgement is not what the authorities decided."""

    key: str
    expected: object
    found: object


def differences(judgement: CaseJudgement, expected: Expected) -> tuple[Difference, ...]:
    """Everything that `[expected]` states and the judgement does not say."""
    found = _comparable(judgement)
    stated = expected.model_dump(exclude_none=True)
    by_district = stated.pop("district_needed", {})
    pairs = [(key, value, found.get(key)) for key, value in stated.items()]
    pairs += [
        (f"district_needed.{name}", value, found["district_needed"].get(name))
        for name, value in by_district.items()
    ]
    return tuple(
        Difference(key=key, expected=value, found=other)
        for key, value, other in pairs
        if value != other
    )


def _comparable(judgement: CaseJudgement) -> dict[str, Any]:
    petition, poll = judgement.petition, judgement.poll
    findings = {finding.requirement: finding for finding in _findings(judgement)}
    spread = findings.get(RequirementName.SPREAD)
    districts = (spread.districts or ()) if spread else ()
    return {
        "petition_needed": _needed(findings.get(RequirementName.SIGNATURES)),
        "petition": petition.outcome if petition else None,
        "district_needed": {district.name: district.needed for district in districts},
        "districts_required": _needed(spread),
        "turnout_needed": _needed(findings.get(RequirementName.TURNOUT)),
        "poll": poll.outcome if poll else None,
        "winner": poll.winner if poll else None,
    }


def _findings(judgement: CaseJudgement) -> Iterator[Finding]:
    for verdict in (judgement.petition, judgement.poll):
        if verdict is not None:
            yield from verdict.findings


def _needed(finding: Finding | None) -> object:
    return None if finding is None else finding.needed
