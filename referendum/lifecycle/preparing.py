"""What is no step of a measure and yet must be done before its next one: whose it is, by when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy.orm import Session

from ballots import canvassing, stations
from referendum.kernel.people import Authority, Role
from referendum.lifecycle import area, duties, holds, polling, stages, unfiled
from referendum.lifecycle.advisory import arguing, drawing
from referendum.lifecycle.dates import deadlines
from referendum.lifecycle.stages import Stage
from referendum.lifecycle.tables import Measure
from signatures import petitions, tallying
from thresholds.vocabulary import DeadlineName, Instrument

EXAMINED_AT: Final = (Stage.EXAMINING, Stage.INSPECTING, Stage.OBJECTING)


class Work(StrEnum):
    """What is no act by itself: a verdict chooses the certified one, figures come before it."""

    CERTIFY = "certify"
    EXAMINE = "examine"
    RETURNS = "returns"
    STATIONS = "stations"
    ARGUMENTS = "arguments"
    DRAW = "draw"
    HALT_PAPER = "halt_paper"


@dataclass(frozen=True, slots=True)
class Owed:
    """One piece of work, and which officers' it is."""

    work: Work
    authority: Authority
    role: Role
    due: str | None = None
    """The deadline by which."""
    since: datetime | None = None
    """From when on it could be done, where no rule says by when."""
    left: int | None = None
    """How many things of it are missing, for those whose work it is."""


def owed(session: Session, measure: Measure, now: datetime) -> Iterator[Owed]:
    """All that is to be done for one measure now, whoever's it is."""
    stage = Stage(measure.stage)
    for hold in unfiled.of_measure(session, measure.id).values():
        office = unfiled.office_of(session, hold) or duties.deciding(measure)
        yield Owed(Work.HALT_PAPER, office, Role.CLERK, since=hold.from_at)
    if stage in EXAMINED_AT:
        petition = petitions.of_measure(session, measure.id)
        left = tallying.unsettled(session, petition.id) if petition is not None else 0
        if left:
            due = DeadlineName.LIST_PUBLICATION_DUE.value
            yield Owed(Work.EXAMINE, duties.deciding(measure), Role.EXAMINER, due, left=left)
    if stage is Stage.COUNTING:
        yield from _returns(session, measure)
    if stage is Stage.CALLED and holds.stops(session, measure.id) is None:
        yield from _before_the_polls(session, measure, now)


def countable(session: Session, measure: Measure) -> bool:
    """Returns come first; a reviewed petition has all its numbers."""
    return not list(_returns(session, measure))


def _returns(session: Session, measure: Measure) -> Iterator[Owed]:
    """The returns that are not in, since the polls have closed."""
    if Stage(measure.stage) is not Stage.COUNTING:
        return
    counting = stages.counting_authority(Instrument(measure.instrument))
    closed = deadlines.kept(session, measure.id, deadlines.POLLS_CLOSE)
    since = closed.at if closed is not None else None
    poll = polling.current_poll(session, measure)
    if poll is None:
        yield Owed(Work.RETURNS, counting, Role.CANVASSER, since=since)
        return
    found = canvassing.canvass(session, poll.id)
    if not found.complete:
        # One sheet has both; a box whose votes are missing may have its turnout already.
        left = max(found.turnout_missing, found.count_missing)
        yield Owed(Work.RETURNS, counting, Role.CANVASSER, since=since, left=left)


def _before_the_polls(session: Session, measure: Measure, now: datetime) -> Iterator[Owed]:
    """Stations without which nobody can vote, the sides' texts, and the lot of their order."""
    counting = stages.counting_authority(Instrument(measure.instrument))
    poll = polling.current_poll(session, measure)
    if poll is not None:
        furnished = {box.district_id for box in stations.boxes_of(session, poll.id)}
        left = sum(1 for one in area.districts(session, measure) if one.id not in furnished)
        if left:
            yield Owed(Work.STATIONS, counting, Role.CANVASSER, deadlines.POLLS_OPEN, left=left)
    if Instrument(measure.instrument) is not Instrument.ADVISORY:
        return
    due = deadlines.kept(session, measure.id, DeadlineName.ARGUMENTS_END)
    left = sum(1 for one in arguing.spaces(session, measure) if one.argument is None)
    if due is not None and due.at > now and left:
        end = DeadlineName.ARGUMENTS_END.value
        yield Owed(Work.ARGUMENTS, Authority.MAYOR, Role.CLERK, end, left=left)
    if drawing.lot(session, measure).state is not drawing.LotState.DRAWN:
        yield Owed(Work.DRAW, Authority.MAYOR, Role.CLERK, deadlines.POLLS_OPEN)
