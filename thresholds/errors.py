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
    code = "no-rulebook-in-force"


class NoRulebookKnown(NoRulebookInForce):
    code = "no-rulebook-known"


class UnknownRulebook(RuleRefusal):
    code = "unknown-rulebook"


class UnknownCase(RuleRefusal):
    code = "unknown-case"


class OutsideEnvelope(RuleRefusal):
    code = "outside-envelope"


class NumberMissing(RuleRefusal):
    code = "number-missing"


class NotOfThisLaw(RuleRefusal):
    code = "not-of-this-law"


class NotItsQuestion(RuleRefusal):
    code = "not-its-question"


class NotAnAmendment(RuleRefusal):
    code = "not-an-amendment"


class InBarredPeriod(RuleRefusal):
    code = "in-barred-period"


class _ManyProblems(RuleRefusal):
    def __init__(self, problems: Iterable[Problem]) -> None:
        self._problems = tuple(problems)
        super().__init__(problems=[(problem.key, problem.reason) for problem in self._problems])

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self._problems


class CaseUnreadable(_ManyProblems):
    code = "case-unreadable"


class RulebookUnreadable(_ManyProblems):
    code = "rulebook-unreadable"
