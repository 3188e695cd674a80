"""What if: sets of rules, real cases under them, and what a petition would need."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query

from referendum.api.errors import CaseNotFound, NumbersNotUsable, RulebookNotFound
from referendum.api.paging import Asks
from referendum.api.refusing import Route, possible
from referendum.api.shapes import FindingOut, Label, Page, Told
from referendum.doors.sessions import Visitor
from referendum.doors.sharing import shared
from thresholds import library, outlook, precedents, sets
from thresholds.casefile import Case
from thresholds.errors import Problem, RuleRefusal, UnknownCase, UnknownRulebook
from thresholds.outlook import Step
from thresholds.reading import LARGEST
from thresholds.share import Share
from thresholds.simulating import Rules, Simulated, simulated
from thresholds.verdict import PetitionNumbers, judge_petition

router = APIRouter(prefix="/rules", tags=["rules"], route_class=Route)

Name = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9-]{2,60}$")]
Number = Annotated[int | None, Query(ge=1, le=LARGEST)]


class RuleSetOut(Told):
    """Rules that belong together: one rulebook for each kind of measure."""

    id: str
    title: Label
    note: Label
    rulebooks: list[str]
    proposed: bool


class WantingOut(Told):
    """A number that the rules ask for and nobody has published, or why they do not fit."""

    key: str
    reason: str


class OutlookOut(Told):
    """`yes`, `no`, `advisory`, `unknown`, or `not_asked` where the case has no such part."""

    qualified: str
    counted: str
    adopted: str


class SimulatedOut(Told):
    """One real case under one set of rules; `rulebook` is null where there is none for it."""

    case: str
    title: Label | None
    date: date
    rules: str
    rulebook: str | None
    outlook: OutlookOut
    winner: str | None
    findings: list[FindingOut]
    wanting: list[WantingOut]
    assumed: list[str]
    """Numbers of the case that no source gave."""


class NeededOut(Told):
    rulebook: str
    findings: list[FindingOut]


@router.get("/sets")
@shared(declared=True)
def list_sets(
    caller: Visitor,  # noqa: ARG001  # the door
    asks: Asks,
) -> Page[RuleSetOut]:
    """Every set of rules, by its id."""
    return asks.part(sets.all_sets(), _set_out, key=lambda one: one.id)


@router.get("/simulate", responses=possible(RulebookNotFound, CaseNotFound))
@shared(declared=True)
def simulate(
    caller: Visitor,  # noqa: ARG001  # the door
    asks: Asks,
    rules: Annotated[
        list[str],
        Query(min_length=1, max_length=10, description="Ids of sets or rulebooks."),
    ],
    case: Annotated[
        list[str] | None,
        Query(max_length=100, description="Ids of cases; all that there are if none is named."),
    ] = None,
) -> Page[SimulatedOut]:
    """Real cases under other rules. What was never counted is `unknown`, and never guessed."""
    chosen = [_rules(name) for name in dict.fromkeys(rules)]
    cases = [_case(name) for name in dict.fromkeys(case)] if case else precedents.all_cases()
    pairs = [(one, under) for one in cases for under in chosen]
    return asks.part(pairs, _simulated_out, key=lambda pair: f"{pair[0].case.id} {pair[1].id}")


@router.get("/{rulebook_id}/needed", responses=possible(RulebookNotFound, NumbersNotUsable))
@shared(declared=True)
def show_needed(
    rulebook_id: Name,
    caller: Visitor,  # noqa: ARG001  # the door
    population: Number = None,
    claimants: Number = None,
    last_vote: Number = None,
    share: Annotated[
        str | None,
        Query(max_length=30, description="The ordinance's share as a law writes it: 1/12 or 5%."),
    ] = None,
) -> NeededOut:
    """How many signatures a petition needs under a rulebook, with the sum and its article."""
    try:
        book = library.by_id(rulebook_id)
    except UnknownRulebook as unknown:
        raise RulebookNotFound(rulebook=rulebook_id) from unknown
    try:
        found = judge_petition(
            book,
            PetitionNumbers(claimants=claimants, last_vote=last_vote),
            ordinance=_share(share),
            population=population,
        )
    except RuleRefusal as refused:
        raise _unusable(refused.problems) from refused
    return NeededOut(rulebook=book.id, findings=[FindingOut.of(one) for one in found.findings])


def _rules(name: str) -> Rules:
    try:
        return sets.rules_called(name)
    except UnknownRulebook as unknown:
        raise RulebookNotFound(rulebook=name) from unknown


def _case(name: str) -> Case:
    try:
        return precedents.by_id(name)
    except UnknownCase as unknown:
        raise CaseNotFound(case=name) from unknown


def _share(written: str | None) -> Share | None:
    if written is None:
        return None
    try:
        return Share.parse(written)
    except ValueError:
        raise _unusable([Problem("share", "not-a-share")]) from None


def _unusable(problems: Iterable[Problem]) -> NumbersNotUsable:
    found: list[dict[str, str | int | None]] = [
        {"key": problem.key, "reason": problem.reason} for problem in problems
    ]
    return NumbersNotUsable(count=len(found), problems=found)


def _set_out(one: sets.RuleSet) -> RuleSetOut:
    return RuleSetOut(
        id=one.id,
        title=Label(ko=one.title.ko, en=one.title.en),
        note=Label(ko=one.note.ko, en=one.note.en),
        rulebooks=[book.id for book in one.rulebooks],
        proposed=any(book.proposed for book in one.rulebooks),
    )


def _simulated_out(pair: tuple[Case, Rules]) -> SimulatedOut:
    case, rules = pair
    told: Simulated = simulated(case, rules)
    look, title = outlook.outlook(told), case.case.title
    return SimulatedOut(
        case=case.case.id,
        title=None if title is None else Label(ko=title.ko, en=title.en),
        date=case.case.as_of,
        rules=told.rules,
        rulebook=told.rulebook,
        outlook=OutlookOut(**{step.value: look.of(step).value for step in Step}),
        winner=None if told.poll is None else told.poll.winner,
        findings=[FindingOut.of(one) for one in told.findings],
        wanting=[WantingOut(key=one.key, reason=one.reason) for one in told.wanting],
        assumed=list(case.case.assumed),
    )
