"""What one petition would need under other rules for the same kind of measure."""

from __future__ import annotations

from dataclasses import dataclass

from thresholds import library, sets
from thresholds.curving import Shared, shared
from thresholds.errors import Problem, RuleRefusal
from thresholds.kinds import named
from thresholds.requirement import Finding, FixedRequirement, RequirementName
from thresholds.rulebook import Rulebook
from thresholds.share import Share
from thresholds.verdict import PetitionNumbers, judge_petition
from thresholds.vocabulary import Level, Office, Route


@dataclass(frozen=True, slots=True, kw_only=True)
class Needed:
    """A rulebook applied to a petition's numbers; `wanting` names those it lacks."""

    rulebook: Rulebook
    findings: tuple[Finding, ...]
    wanting: tuple[Problem, ...] = ()

    def finding(self, name: RequirementName) -> Finding | None:
        """The finding of that name, where the law makes one."""
        return next((one for one in self.findings if one.requirement is name), None)

    @property
    def signatures(self) -> int | None:
        """How many signatures in all; None where the law asks for none or a number is wanting."""
        found = self.finding(RequirementName.SIGNATURES)
        return None if found is None or found.needed is None else int(found.needed)

    @property
    def fixed(self) -> bool:
        """Whether the law asks for a number of people, however many live there."""
        petition = self.rulebook.petition
        rules = () if petition is None else petition.requirements
        return any(
            isinstance(rule, FixedRequirement) for rule in named(rules, RequirementName.SIGNATURES)
        )


def alternatives(
    pinned: Rulebook, *, level: Level, office: Office | None, route: Route
) -> tuple[Rulebook, ...]:
    """The pinned rulebook, what each set would have instead, then other countries' rules."""
    found = [pinned]
    for one in sets.all_sets():
        book = one.rulebook_for(
            instrument=pinned.instrument, level=level, office=office, route=route
        )
        if book is not None:
            found.append(book)
    abroad = [
        book
        for book in library.all_rulebooks()
        if book.country != pinned.country
        and book.instrument is pinned.instrument
        and book.valid_to is None
    ]
    unique: dict[str, Rulebook] = {}
    for book in (*found, *abroad):
        unique.setdefault(book.id, book)
    return tuple(unique.values())


def needed_under(
    book: Rulebook,
    numbers: PetitionNumbers,
    *,
    population: int | None = None,
    ordinance: Share | None = None,
) -> Needed:
    """What is needed, or which number is wanting to say so; nothing where nobody signs."""
    if book.petition is None:
        return Needed(rulebook=book, findings=())
    try:
        found = judge_petition(book, numbers, ordinance=ordinance, population=population)
    except RuleRefusal as refusal:
        return Needed(rulebook=book, findings=(), wanting=refusal.problems)
    return Needed(rulebook=book, findings=found.findings)


def quorum_of(book: Rulebook) -> Shared | None:
    """What share of all electors a vote must reach: those who vote, or those who vote for it."""
    rules = () if book.poll is None else book.poll.requirements
    turnout = shared(rules, RequirementName.TURNOUT)
    return shared(rules, RequirementName.APPROVAL) if turnout is None else turnout
