"""What if: a measure under way, what other rules would ask of it, and other shares and quorums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.errors import PageNotFound
from referendum.doors.sessions import Visitor
from referendum.doors.sharing import shared
from referendum.lifecycle import locating, progressing, surveying
from referendum.web import charts, knowing, presenting, sliders
from referendum.web.knowing import Known
from referendum.web.measures import Number
from referendum.web.pages import page, wants_fragment
from referendum.web.sliders import Slider
from thresholds import curving, outlook, planning, precedents
from thresholds.alternatives import Needed, alternatives, needed_under, quorum_of
from thresholds.curving import Point, Shared, Turnout
from thresholds.planning import Margin, Plan
from thresholds.requirement import RequirementName
from thresholds.rulebook import Rulebook
from thresholds.share import Share
from thresholds.vocabulary import Instrument

router = APIRouter(prefix="/measures")

PARTS: Final = 60
ROOM: Final = Fraction(5, 4)
"""How far a drawing goes beyond the largest share that any rule here asks for."""
MOST_QUORUM: Final = Fraction(3, 5)

Points = Annotated[int | None, Query(ge=0, le=sliders.HUNDRED_PERCENT)]
Written = Annotated[str, Query(max_length=30)]


@dataclass(frozen=True, slots=True)
class Other:
    """One rulebook's row of the table."""

    needed: Needed
    rule: Shared | None
    share: Share | None
    """The share of its whole that the rules ask for."""
    part: Fraction | None
    """What share of the claimants the number comes to."""
    assumed: bool
    quorum: Shared | None
    quorum_share: Share | None
    voters: int | None
    """How many must vote, or vote for it, where the electors are known."""


@dataclass(frozen=True, slots=True)
class Signatures:
    """The part of the page on signatures."""

    rule: Shared
    slider: Slider
    chosen: Point
    drawn: charts.Curve
    table: Sequence[Point]
    envelope: tuple[str, str] | None
    plan: Plan | None


@dataclass(frozen=True, slots=True)
class Quorum:
    """The part of the page on turnout; `reached` of `turnouts` would have been enough."""

    slider: Slider
    voters: int | None
    turnouts: Sequence[Turnout]
    reached: int
    drawn: charts.DotRow


@router.get("/{number}/what-if")
@shared("share", "share_points", "quorum", "quorum_points")
def show(
    request: Request,
    number: Number,
    caller: Visitor,  # noqa: ARG001  # the door
    share: Written = "",
    share_points: Points = None,
    quorum: Written = "",
    quorum_points: Points = None,
) -> Response:
    """What is needed today and elsewhere, and what another share or quorum would mean."""
    services = services_of(request)
    with services.look() as uow:
        place, measure = locating.to_show(uow.session, services.settings.jurisdiction, number)
        overview = surveying.to_show(uow.session, place, measure)
        if overview.rulebook is None:
            raise PageNotFound
        known = knowing.known(uow.session, overview, overview.rulebook)
    others = _others(overview.rulebook, known)
    margin = planning.margin(overview.rulebook.country)
    progress = overview.progress
    signatures = (
        _signatures(overview.rulebook, others, known, progress, margin, share, share_points)
        if progress is not None
        else None
    )
    return page(
        request,
        "measures/what_if_outcome.html" if wants_fragment(request) else "measures/what_if.html",
        measure=measure,
        kind=presenting.kind_of(measure),
        progress=progress,
        known=known,
        others=others,
        signatures=signatures,
        quorum=_quorum(overview.rulebook, known, quorum, quorum_points),
        margin=margin,
        names=RequirementName,
    )


def _others(pinned: Rulebook, known: Known) -> list[Other]:
    books = alternatives(pinned, level=known.level, office=known.office, route=known.route)
    return [_other(book, pinned, known) for book in books]


def _other(book: Rulebook, pinned: Rulebook, known: Known) -> Other:
    found = needed_under(
        book,
        known.numbers if book.country == pinned.country else known.abroad,
        population=known.population,
        ordinance=known.share if book == pinned else None,
    )
    quorum = quorum_of(book)
    share = None if quorum is None else known.statute(quorum)
    voters = None
    if quorum is not None and share is not None and known.electors is not None:
        voters = quorum.needed(share, known.electors)
    least, claimants = found.signatures, known.numbers.claimants
    part = Fraction(least, claimants) if least is not None and claimants else None
    rules = () if book.petition is None else book.petition.requirements
    rule = curving.shared(rules, RequirementName.SIGNATURES)
    return Other(
        needed=found,
        rule=rule,
        share=None if rule is None else _asked(rule, known, pinned=book == pinned),
        part=part,
        assumed=outlook.assumes(book) or (book == pinned and known.assumed),
        quorum=quorum,
        quorum_share=share,
        voters=voters,
    )


def _asked(rule: Shared, known: Known, *, pinned: bool) -> Share | None:
    """The share in force: the ordinance's own under the pinned rules, else what the rules say."""
    return (known.share if pinned else None) or rule.chosen or known.statute(rule)


def _signatures(
    pinned: Rulebook,
    others: Sequence[Other],
    known: Known,
    progress: progressing.Progress,
    margin: Margin | None,
    written: str,
    points: int | None,
) -> Signatures | None:
    """None where the law asks for no share of the claimants, or no total is published."""
    rules = () if pinned.petition is None else pinned.petition.requirements
    rule = curving.shared(rules, RequirementName.SIGNATURES)
    whole = known.numbers.claimants
    if rule is None or whole is None:
        return None
    today = _asked(rule, known, pinned=True)
    if today is None:
        return None
    bounds = curving.bounds(rule, statute=known.statute(rule))
    shares = [today.value, *(one.part for one in others if one.part is not None)]
    shares += [] if bounds is None else [bounds[1]]
    # Rules made for a small town would press the curve of a large one into its corner.
    near = [one for one in shares if one <= today.value * 5]
    slider = sliders.slider(max(near) * ROOM, today, written, points)
    top = Fraction(slider.most, sliders.HUNDRED_PERCENT)
    chosen = Point(share=slider.share.value, needed=rule.needed(slider.share, whole))
    curve = curving.curve(rule, whole=whole, top=top, parts=PARTS)
    return Signatures(
        rule=rule,
        slider=slider,
        chosen=chosen,
        drawn=charts.curve(curve, chosen=chosen, lines=_levels(progress), band=bounds),
        table=curve[:: PARTS // 10],
        envelope=None if bounds is None else (sliders.said(bounds[0]), sliders.said(bounds[1])),
        plan=None if margin is None or progress.is_hushed else margin.plan(chosen.needed),
    )


def _levels(progress: progressing.Progress) -> list[tuple[str, int]]:
    """How far the petition is, as lines across the curve; none where that is not told."""
    tally = progress.tally
    if tally is None:
        return []
    checked = "valid" if progress.examined else "checked"
    return [("submitted", tally.possible), (checked, tally.standing)]


def _quorum(pinned: Rulebook, known: Known, written: str, points: int | None) -> Quorum | None:
    """None where no vote of the people decides, or none has to reach a turnout."""
    rules = () if pinned.poll is None else pinned.poll.requirements
    rule = curving.shared(rules, RequirementName.TURNOUT)
    usual = None if rule is None else known.statute(rule)
    if rule is None or usual is None:
        return None
    slider = sliders.slider(MOST_QUORUM, usual, written, points)
    own = Instrument(pinned.instrument)
    # An advisory vote has no history of its own: the votes that the law knows stand in for it.
    kinds = (Instrument.REFERENDUM, Instrument.RECALL) if own is Instrument.ADVISORY else (own,)
    here = [one for one in precedents.all_cases() if one.case.country == pinned.country]
    found = curving.turnouts(here, [kind.value for kind in kinds])
    least = slider.share.value
    return Quorum(
        slider,
        None if known.electors is None else rule.needed(slider.share, known.electors),
        found,
        curving.reaching(found, least),
        charts.row(
            [(one.share, "reached" if one.share >= least else "missed") for one in found],
            most=Fraction(1),
            quorum=least,
            whole=False,
        ),
    )
