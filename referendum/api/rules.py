"""The rules: every rulebook in full, and a case judged by the law of its day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Body, Path

from referendum.api.errors import CaseNotUsable, RulebookNotFound
from referendum.api.paging import Asks
from referendum.api.refusing import Route, possible
from referendum.api.shapes import FindingOut, Label, Page, Told, ToldOf
from referendum.doors.sessions import Visitor
from referendum.doors.sharing import shared
from thresholds import cases, library
from thresholds.errors import Problem, RuleRefusal, UnknownRulebook
from thresholds.rulebook import Rulebook
from thresholds.verdict import PetitionVerdict, PollVerdict

router = APIRouter(prefix="/rules", tags=["rules"], route_class=Route)

Toml = Annotated[
    bytes,
    Body(media_type="application/toml", description="A case file, as `referendum judge` reads."),
]


class RulebookOut(ToldOf[Rulebook]):
    """One version of a law: in force from its first day up to, not including, its last."""

    id: str
    title: Label
    country: str
    instrument: str
    levels: list[str]
    offices: list[str]
    routes: list[str]
    valid_from: date
    valid_to: date | None
    binding: bool
    fingerprint: str


class WholeRulebookOut(RulebookOut):
    """With all of its content: the fingerprint is the SHA-256 of that."""

    content: dict[str, Any]


class PetitionVerdictOut(ToldOf[PetitionVerdict]):
    outcome: str
    findings: list[FindingOut]


class PollVerdictOut(ToldOf[PollVerdict]):
    outcome: str
    winner: str | None
    findings: list[FindingOut]


class JudgementOut(Told):
    case: str
    rulebook: str
    petition: PetitionVerdictOut | None
    poll: PollVerdictOut | None


@router.get("")
@shared(declared=True)
def list_rulebooks(
    caller: Visitor,  # noqa: ARG001  # the door
    asks: Asks,
) -> Page[RulebookOut]:
    """Every rulebook, by its id."""
    return asks.part(library.all_rulebooks(), RulebookOut.of, key=lambda book: book.id)


@router.get("/{rulebook_id}", responses=possible(RulebookNotFound))
@shared(declared=True)
def show_rulebook(
    rulebook_id: Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9-]{2,60}$")],
    caller: Visitor,  # noqa: ARG001  # the door
) -> WholeRulebookOut:
    """One rulebook in full, each rule with its article."""
    try:
        book = library.by_id(rulebook_id)
    except UnknownRulebook as unknown:
        raise RulebookNotFound(rulebook=rulebook_id) from unknown
    told = RulebookOut.of(book).model_dump(exclude={"title"})
    title = Label(ko=book.title.ko, en=book.title.en)
    return WholeRulebookOut(**told, title=title, content=book.model_dump(mode="json"))


@router.post("/judgements", responses=possible(CaseNotUsable))
def judge(
    case: Toml,
    caller: Visitor,  # noqa: ARG001  # the door
) -> JudgementOut:
    """Judge a case: every finding with its sum and its article. Nothing is kept."""
    try:
        judged = cases.judge_case(cases.read_case(_text(case)))
    except RuleRefusal as refused:
        raise _unusable(refused.problems) from refused
    return JudgementOut(
        case=judged.case,
        rulebook=judged.rulebook.id,
        petition=PetitionVerdictOut.of(judged.petition) if judged.petition else None,
        poll=PollVerdictOut.of(judged.poll) if judged.poll else None,
    )


def _text(case: bytes) -> str:
    try:
        return case.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _unusable([Problem("file", "unreadable-file")]) from None


def _unusable(problems: Iterable[Problem]) -> CaseNotUsable:
    found: list[dict[str, str | int | None]] = [
        {"key": problem.key, "reason": problem.reason} for problem in problems
    ]
    return CaseNotUsable(count=len(found), problems=found)
