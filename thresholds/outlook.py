"""What a simulation says in three words: qualified, counted, adopted; and when nobody knows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from thresholds import library
from thresholds.quorum import CountGate
from thresholds.rulebook import Rulebook
from thresholds.simulating import Simulated
from thresholds.vocabulary import PetitionOutcome, PollOutcome


class Answer(StrEnum):
    """`unknown`: a number that it depends on was never published. `not_asked`: no such part."""

    YES = "yes"
    NO = "no"
    ADVISORY = "advisory"
    UNKNOWN = "unknown"
    NOT_ASKED = "not_asked"


class Step(StrEnum):
    """What a proposal has to get past, in this order."""

    QUALIFIED = "qualified"
    COUNTED = "counted"
    ADOPTED = "adopted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """One case under one set of rules, step by step."""

    qualified: Answer
    counted: Answer
    adopted: Answer

    def of(self, step: Step) -> Answer:
        """The answer at one step."""
        return {
            Step.QUALIFIED: self.qualified,
            Step.COUNTED: self.counted,
            Step.ADOPTED: self.adopted,
        }[step]


def outlook(one: Simulated) -> Outlook:
    """Read from the verdicts alone: a box that was never opened has no votes to guess from."""
    return Outlook(qualified=_qualified(one), counted=_counted(one), adopted=_adopted(one))


def rulebook_of(one: Simulated) -> Rulebook | None:
    """The rulebook that a simulation was judged by."""
    return None if one.rulebook is None else library.by_id(one.rulebook)


def assumes(book: Rulebook) -> bool:
    """Whether a number of it that decides here is assumed; an assumed deadline decides nothing."""
    return any(key.startswith(_DECIDING) for key in book.assumed)


_DECIDING = ("petition", "poll", "choices")


def totals(found: Iterable[Outlook]) -> Mapping[Step, Counter[Answer]]:
    """How many cases got how far."""
    counted: dict[Step, Counter[Answer]] = {step: Counter() for step in Step}
    for one in found:
        for step in Step:
            counted[step][one.of(step)] += 1
    return counted


_QUALIFIED = {
    PetitionOutcome.SUFFICIENT: Answer.YES,
    PetitionOutcome.INSUFFICIENT: Answer.NO,
    PetitionOutcome.NOT_FILED: Answer.NO,
    PetitionOutcome.UNKNOWN: Answer.UNKNOWN,
}


def _qualified(one: Simulated) -> Answer:
    if one.petition is not None:
        return _QUALIFIED[one.petition.outcome]
    wants_it = any(problem.key in _OF_A_PETITION for problem in one.wanting)
    return Answer.UNKNOWN if wants_it else Answer.NOT_ASKED


_OF_A_PETITION = frozenset({"claimants", "last_vote", "population"})


def _counted(one: Simulated) -> Answer:
    if one.poll is not None:
        return Answer.NO if one.poll.outcome is PollOutcome.NOT_COUNTED else Answer.YES
    if one.quorum:
        # Judged no further for want of votes: the box would have been opened, or has no gate.
        return Answer.YES if _opens(one) else Answer.NO
    return Answer.UNKNOWN if _asks_for_votes(one) else Answer.NOT_ASKED


def _adopted(one: Simulated) -> Answer:
    if one.poll is None:
        return Answer.UNKNOWN if one.quorum or _asks_for_votes(one) else Answer.NOT_ASKED
    match one.poll.outcome:
        case PollOutcome.ADOPTED:
            return Answer.YES
        case PollOutcome.ADVISORY:
            return Answer.ADVISORY
        case _:
            return Answer.NO


def _opens(one: Simulated) -> bool:
    book = rulebook_of(one)
    poll = None if book is None else book.poll
    gated = poll is not None and poll.count_gate is CountGate.TURNOUT
    return not gated or all(finding.met for finding in one.quorum)


def _asks_for_votes(one: Simulated) -> bool:
    return any(problem.key not in _OF_A_PETITION for problem in one.wanting)
