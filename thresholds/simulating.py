"""The same cases under other rules: who would have qualified, been counted, been adopted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from thresholds.casefile import Case
from thresholds.cases import petition_numbers, poll_numbers
from thresholds.errors import Problem, RuleRefusal
from thresholds.norms import Norm
from thresholds.quorum import turnout_findings
from thresholds.requirement import Finding
from thresholds.rulebook import Rulebook
from thresholds.sets import RuleSet
from thresholds.verdict import PetitionVerdict, PollVerdict, judge_petition, judge_poll
from thresholds.vocabulary import Route

Rules = Rulebook | RuleSet


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """One case under one set of rules.

    `rulebook` is None where the rules have none for such a measure. A part that the case lacks,
    or that cannot be judged for want of a number, is None; `wanting` says what was wanting.
    """

    case: str
    rules: str
    rulebook: str | None
    petition: PetitionVerdict | None
    poll: PollVerdict | None
    quorum: tuple[Finding, ...] = ()
    """The turnout alone, where a box that was never opened would have been."""
    wanting: tuple[Problem, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings: of the petition, of the poll, and of a turnout judged alone."""
        parts = (self.petition, self.poll)
        found = (finding for part in parts if part is not None for finding in part.findings)
        return (*found, *self.quorum)

    @property
    def short(self) -> tuple[Finding, ...]:
        """What was missed; each finding says by how many."""
        return tuple(finding for finding in self.findings if finding.met is False)

    def as_json(self) -> dict[str, Any]:
        """As `referendum rules simulate --json` prints it.

        `poll` has the outcome null where only its turnout could be judged.
        """
        return {
            "case": self.case,
            "rules": self.rules,
            "rulebook": self.rulebook,
            "petition": None if self.petition is None else self.petition.as_json(),
            "poll": self._poll_json(),
            "wanting": [{"key": one.key, "reason": one.reason} for one in self.wanting],
        }

    def _poll_json(self) -> dict[str, Any] | None:
        if self.poll is not None:
            return self.poll.as_json()
        if not self.quorum:
            return None
        findings = [finding.as_json() for finding in self.quorum]
        return {"outcome": None, "winner": None, "findings": findings}


def simulate(cases: Iterable[Case], rules: Sequence[Rules]) -> Iterator[Simulated]:
    """Every case under all of the rules, in the order given; nothing is ever guessed."""
    for case in cases:
        for one in rules:
            yield simulated(case, one)


def simulated(case: Case, rules: Rules) -> Simulated:
    """A case under rules that may not be of its day, its place or its country."""
    book = _book(case, rules)
    if book is None:
        return Simulated(case=case.case.id, rules=rules.id, rulebook=None, petition=None, poll=None)
    petition, petition_wants = _petition(case, book)
    poll, quorum, poll_wants = _poll(case, book)
    return Simulated(
        case=case.case.id,
        rules=rules.id,
        rulebook=book.id,
        petition=petition,
        poll=poll,
        quorum=quorum,
        wanting=(*petition_wants, *poll_wants),
    )


def _petition(case: Case, book: Rulebook) -> tuple[PetitionVerdict | None, tuple[Problem, ...]]:
    if case.petition is None or book.petition is None:
        return None, ()
    # An ordinance's own number is its place's; a case brings its share to a bare statute only.
    bare = book.norm is Norm.STATUTE and book.leaves_share_open
    try:
        verdict = judge_petition(
            book,
            petition_numbers(case.petition),
            ordinance=case.ordinance.share if bare else None,
            population=case.case.population,
        )
    except RuleRefusal as refusal:
        return None, refusal.problems
    return verdict, ()


def _poll(
    case: Case, book: Rulebook
) -> tuple[PollVerdict | None, tuple[Finding, ...], tuple[Problem, ...]]:
    if case.poll is None or book.poll is None:
        return None, (), ()
    numbers = poll_numbers(case, case.poll)
    try:
        return judge_poll(book, numbers), (), ()
    except RuleRefusal as refusal:
        quorum: tuple[Finding, ...] = ()
        if numbers.electors is not None and numbers.voted is not None:
            quorum = turnout_findings(
                book.poll.requirements, electors=numbers.electors, voted=numbers.voted
            )
        return None, quorum, refusal.problems


def _book(case: Case, rules: Rules) -> Rulebook | None:
    if isinstance(rules, Rulebook):
        return rules if rules.instrument is case.case.instrument else None
    return rules.rulebook_for(
        instrument=case.case.instrument,
        level=case.case.level,
        office=case.case.office,
        route=case.case.route or Route.RESIDENTS,
    )
