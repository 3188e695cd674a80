"""What is publicly known of a measure that other rules may ask for."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from referendum.lifecycle import area, judging
from referendum.lifecycle.dates import deadlines
from referendum.lifecycle.errors import TotalNotPublished
from referendum.lifecycle.surveying import Overview
from thresholds.curving import Shared
from thresholds.requirement import Numbers, Whole
from thresholds.rulebook import Rulebook
from thresholds.share import Share
from thresholds.verdict import PetitionNumbers
from thresholds.vocabulary import Level, Office, Route


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The published totals; a claimant total is never taken for an elector total, or back."""

    level: Level
    office: Office | None
    route: Route
    population: int | None
    numbers: PetitionNumbers
    electors: int | None
    share: Share | None
    """The share of the local ordinance."""
    assumed: bool
    """Whether that is assumed, as no text of the ordinance was at hand."""

    @property
    def abroad(self) -> PetitionNumbers:
        """Without our districts: other countries' rules divide their own area."""
        return replace(self.numbers, districts=None)

    def statute(self, rule: Shared) -> Share | None:
        """The share the statute itself asks for here; None where it leaves that open."""
        known = {} if self.population is None else {Whole.POPULATION: self.population}
        if self.numbers.claimants is not None:
            known[Whole.CLAIMANTS] = self.numbers.claimants
        return rule.statute_share(Numbers(wholes=known))


def known(session: Session, view: Overview, rulebook: Rulebook) -> Known:
    """Read for the measure as it stands."""
    measure, poll = view.measure, view.poll
    place = view.place
    return Known(
        level=Level(place.level),
        office=Office(measure.office) if measure.office else None,
        route=Route(measure.route) if measure.route else Route.RESIDENTS,
        population=place.population,
        numbers=_numbers(session, view, rulebook),
        electors=None if poll is None else poll.electors,
        share=deadlines.ordinance_of(measure).share,
        assumed="ordinance.share" in measure.ordinance.get("assumed", ()),
    )


def _numbers(session: Session, view: Overview, rulebook: Rulebook) -> PetitionNumbers:
    """What was published; nothing where the rules ask for no signatures, or nothing was yet."""
    if rulebook.petition is None:
        return PetitionNumbers()
    progress, measure = view.progress, view.measure
    try:
        where = area.ground(session, measure) if progress is None else progress.where
    except TotalNotPublished:
        return PetitionNumbers()
    return judging.numbers(measure, where, None)
