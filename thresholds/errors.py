"""Refusals of the rules: what cannot be judged, said as a code, a key and a reason.

RuleRefusal
 ├── NoRulebookInForce   no law for that place, instrument and date
 │    └── NoRulebookKnown  nor for any other date
 ├── UnknownRulebook     no rulebook has that id
 ├── UnknownCase         no case that comes with the package has that id
 ├── RulebookUnreadable  a rulebook that does not load
 ├── OutsideEnvelope     an ordinance's number the statute does not allow
 ├── NumberMissing       a rule needs a number that was not given
 ├── NotOfThisLaw        a petition or a poll that the law does not know
 ├── NotItsQuestion      options that make no question the law allows
 ├── NotAnAmendment      two rulebooks of which one is no change of the other
 ├── InBarredPeriod      an event on a day on which the law forbids it
 └── CaseUnreadable      a case file with problems, all of them listed
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of an input: the dotted key where it lies, why, and the numbers behind it."""

    key: str
    reason: str
    facts: dict[str, Any] = field(default_factory=dict)


class RuleRefusal(Exception):
    """A refusal with a stable code and facts, and no prose."""

    code: ClassVar[str]

    def __init__(self, **facts: Any) -> None:
        super().__init__(self.code, facts)
        self.facts = facts

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong, one entry per fault; most refusals are one fault."""
        facts = {name: fact for name, fact in self.facts.items() if name != "key"}
        return (Problem(str(self.facts.get("key", "case")), self.code, facts),)


class NoRulebookInForce(RuleRefusal):
    """No version is in force on that day; `first` is the first day of any."""

    code = "no-rulebook-in-force"


class NoRulebookKnown(NoRulebookInForce):
    """No rulebook is known for such a place, instrument, office and route at all."""

    code = "no-rulebook-known"


class UnknownRulebook(RuleRefusal):
    """No rulebook that comes with the package has that id."""

    code = "unknown-rulebook"


class UnknownCase(RuleRefusal):
    """No case that comes with the package has that id."""

    code = "unknown-case"


class OutsideEnvelope(RuleRefusal):
    """An ordinance's share lies outside what the statute leaves to it: `low` to `high`."""

    code = "outside-envelope"


class NumberMissing(RuleRefusal):
    """A rule needs the number that `key` names, and it was not given."""

    code = "number-missing"


class NotOfThisLaw(RuleRefusal):
    """A petition or a poll was given that this law does not have."""

    code = "not-of-this-law"


class NotItsQuestion(RuleRefusal):
    """The options make no question that this law allows."""

    code = "not-its-question"


class NotAnAmendment(RuleRefusal):
    """One of two rulebooks is no change of the other: another place or instrument."""

    code = "not-an-amendment"


class InBarredPeriod(RuleRefusal):
    """An event fell on a day on which the law forbids it: `first` to `last`, both included."""

    code = "in-barred-period"


class _ManyProblems(RuleRefusal):
    def __init__(self, problems: Iterable[Problem]) -> None:
        self._problems = tuple(problems)
        super().__init__(problems=[(problem.key, problem.reason) for problem in self._problems])

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self._problems


class CaseUnreadable(_ManyProblems):
    """A case or calendar file with faults, every one of them in `problems`."""

    code = "case-unreadable"


class RulebookUnreadable(_ManyProblems):
    """A rulebook that does not load, with every fault in `problems`."""

    code = "rulebook-unreadable"
