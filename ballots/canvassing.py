"""Adding up the returns of a poll: turnout, votes, per district, and what does not agree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from ballots import polls
from ballots.errors import BelowCountGate, TurnoutIncomplete
from ballots.gates import Gate, GateFinding
from ballots.stations import BoxView, boxes_of, boxes_of_polls, electors_by_district
from ballots.tables import CountReturn, Poll, TurnoutReturn
from ballots.versions import latest_counts, latest_turnouts


@dataclass(frozen=True, slots=True)
class Gap:
    """A box in which other papers were found than were cast, and why, in writing."""

    box_id: UUID
    box: str
    cast: int
    papers: int
    reason: str | None


@dataclass(frozen=True, slots=True)
class Excess:
    """More papers than electors. Without a district it is the whole poll."""

    electors: int
    papers: int
    """The larger of what was cast and what was found in the boxes."""
    code: str | None = None
    name_ko: str | None = None
    name_en: str | None = None


@dataclass(frozen=True, slots=True)
class FullBox:
    """An early or postal box with more papers than its own electors, and why, in writing."""

    box: str
    electors: int
    cast: int
    reason: str | None


@dataclass(frozen=True, slots=True)
class DistrictCanvass:
    """One district's part. `electors` is None where no box of it has published electors."""

    district_id: UUID
    code: str
    name_ko: str
    name_en: str
    boxes: int
    electors: int | None
    issued: int
    cast: int
    papers: int | None
    invalid: int | None
    votes: Mapping[str, int] | None


@dataclass(frozen=True, slots=True)
class Canvass:
    """A poll added up. `papers`, `invalid` and `votes` are None while they are withheld."""

    electors: int
    issued: int
    cast: int
    papers: int | None
    invalid: int | None
    votes: Mapping[str, int] | None
    by_district: tuple[DistrictCanvass, ...]
    boxes: int
    turnout_missing: int
    count_missing: int
    gate: GateFinding | None
    gaps: tuple[Gap, ...]
    excesses: tuple[Excess, ...] = ()
    """What cannot be: the whole poll first, then districts whose boxes all have known electors."""
    full_boxes: tuple[FullBox, ...] = ()
    """What happens, and is explained: early boxes do hold a few papers too many."""

    @property
    def complete(self) -> bool:
        """Whether every number that this poll will ever have is there."""
        shut = self.gate is not None and self.gate.met is False
        return self.turnout_missing == 0 and (shut or self.count_missing == 0)


@dataclass(frozen=True, slots=True)
class PollTurnout:
    """Who voted, before any box is opened. This alone feeds the gate."""

    electors: int
    issued: int
    cast: int
    boxes: int
    missing: int
    gate: GateFinding | None


def turnout(session: Session, poll_id: UUID) -> PollTurnout:
    """The latest turnout returns added up; refused while people vote."""
    poll = polls.get_closed(session, poll_id)
    return _turnout(poll, boxes_of(session, poll_id), latest_turnouts(session, poll_id))


def canvass(session: Session, poll_id: UUID) -> Canvass:
    """The latest returns added up; refused while people vote.

    Votes are withheld until every box is counted, so that no part of a result is out first, and
    wherever the gate is not met (REF-old §24, REC §22), even where papers were already counted.
    """
    return canvasses(session, [polls.get_closed(session, poll_id)])[poll_id]


def canvasses(session: Session, closed: Sequence[Poll]) -> dict[UUID, Canvass]:
    """The same of many polls that are closed, in as many statements as of one."""
    ids = [poll.id for poll in closed]
    boxes = boxes_of_polls(session, ids)
    return added_up(closed, boxes, latest_turnouts(session, *ids), latest_counts(session, *ids))


def added_up(
    closed: Iterable[Poll],
    boxes: Mapping[UUID, Sequence[BoxView]],
    turnouts: Mapping[UUID, TurnoutReturn],
    counts: Mapping[UUID, CountReturn],
) -> dict[UUID, Canvass]:
    """The same of boxes, by poll, and of returns, by box, that were read before."""
    return {
        poll.id: _canvass(poll, here, _of(here, turnouts), _of(here, counts))
        for poll in closed
        for here in (boxes[poll.id],)
    }


Version = TypeVar("Version", TurnoutReturn, CountReturn)


def _of(boxes: Sequence[BoxView], returns: Mapping[UUID, Version]) -> dict[UUID, Version]:
    return {box.id: returns[box.id] for box in boxes if box.id in returns}


def _canvass(
    poll: Poll,
    boxes: Sequence[BoxView],
    turnouts: Mapping[UUID, TurnoutReturn],
    counts: Mapping[UUID, CountReturn],
) -> Canvass:
    voted = _turnout(poll, boxes, turnouts)
    shut = voted.missing > 0 or (voted.gate is not None and voted.gate.met is not True)
    shown = counts if not shut and len(counts) == len(boxes) else None
    total = _counted(poll, boxes, shown)
    by_district = tuple(_by_district(poll, boxes, turnouts, shown))
    return Canvass(
        electors=poll.electors,
        issued=voted.issued,
        cast=voted.cast,
        papers=total.papers,
        invalid=total.invalid,
        votes=total.votes,
        by_district=by_district,
        boxes=len(boxes),
        turnout_missing=voted.missing,
        count_missing=len(boxes) - len(counts),
        gate=voted.gate,
        gaps=tuple(_gaps(boxes, turnouts, shown or {})),
        excesses=tuple(_excesses(poll, boxes, voted.cast, total.papers, by_district)),
        full_boxes=tuple(_full_boxes(boxes, turnouts)),
    )


def insist_on_counting(session: Session, poll: Poll) -> None:
    """Refuse a count while turnout is incomplete or below the gate.

    To open a box without a basis in law is a crime (REF §28.3, REC §29.6).
    """
    voted = _turnout(poll, boxes_of(session, poll.id), latest_turnouts(session, poll.id))
    if voted.missing:
        raise TurnoutIncomplete(poll=str(poll.id), missing=voted.missing, boxes=voted.boxes)
    if voted.gate is not None and not voted.gate.met:
        raise BelowCountGate(
            poll=str(poll.id),
            electors=voted.gate.electors,
            cast=voted.gate.cast,
            needed=voted.gate.needed,
            citation=voted.gate.citation,
        )


def _turnout(
    poll: Poll, boxes: Sequence[BoxView], turnouts: Mapping[UUID, TurnoutReturn]
) -> PollTurnout:
    missing = len(boxes) - len(turnouts)
    cast = sum(row.cast for row in turnouts.values())
    gate = None
    if poll.gate is not None:
        gate = Gate.read(poll.gate).judge(electors=poll.electors, cast=cast, complete=missing == 0)
    return PollTurnout(
        electors=poll.electors,
        issued=sum(row.issued for row in turnouts.values()),
        cast=cast,
        boxes=len(boxes),
        missing=missing,
        gate=gate,
    )


@dataclass(frozen=True, slots=True)
class _Counted:
    papers: int | None = None
    invalid: int | None = None
    votes: Mapping[str, int] | None = None


def _counted(
    poll: Poll, boxes: Sequence[BoxView], counts: Mapping[UUID, CountReturn] | None
) -> _Counted:
    """The counts of these boxes added up, or nothing at all where they are withheld."""
    if counts is None:
        return _Counted()
    rows = [counts[box.id] for box in boxes]
    return _Counted(
        papers=sum(row.papers for row in rows),
        invalid=sum(row.invalid for row in rows),
        votes={option: sum(row.votes[option] for row in rows) for option in poll.options},
    )


def _by_district(
    poll: Poll,
    boxes: Sequence[BoxView],
    turnouts: Mapping[UUID, TurnoutReturn],
    counts: Mapping[UUID, CountReturn] | None,
) -> list[DistrictCanvass]:
    districts = []
    electors = electors_by_district(boxes)
    for _, group in groupby(boxes, key=lambda box: box.district):
        here = list(group)
        voted = [turnouts[box.id] for box in here if box.id in turnouts]
        counted = _counted(poll, here, counts)
        districts.append(
            DistrictCanvass(
                district_id=here[0].district_id,
                code=here[0].district,
                name_ko=here[0].district_ko,
                name_en=here[0].district_en,
                boxes=len(here),
                electors=electors[here[0].district_id],
                issued=sum(row.issued for row in voted),
                cast=sum(row.cast for row in voted),
                papers=counted.papers,
                invalid=counted.invalid,
                votes=counted.votes,
            )
        )
    return districts


def _gaps(
    boxes: Sequence[BoxView],
    turnouts: Mapping[UUID, TurnoutReturn],
    counts: Mapping[UUID, CountReturn],
) -> list[Gap]:
    """Equality is never forced: a turnout corrected after the count explains a gap as well."""
    return [
        Gap(
            box_id=box.id,
            box=box.label,
            cast=turnouts[box.id].cast,
            papers=counts[box.id].papers,
            reason=counts[box.id].reason or turnouts[box.id].reason,
        )
        for box in boxes
        if box.id in counts and counts[box.id].papers != turnouts[box.id].cast
    ]


def _excesses(
    poll: Poll,
    boxes: Sequence[BoxView],
    cast: int,
    papers: int | None,
    districts: Sequence[DistrictCanvass],
) -> Iterator[Excess]:
    """No box shows it, and yet the sum may be more than there are people.

    In a district with a box of unknown electors people of elsewhere may have voted: the sum over
    the whole poll is the one that holds there.
    """
    if (most := max(cast, papers or 0)) > poll.electors:
        yield Excess(poll.electors, most)
    open_to_others = {box.district for box in boxes if box.electors is None}
    for one in districts:
        most = max(one.cast, one.papers or 0)
        if one.electors is not None and one.code not in open_to_others and most > one.electors:
            yield Excess(one.electors, most, one.code, one.name_ko, one.name_en)


def _full_boxes(
    boxes: Sequence[BoxView], turnouts: Mapping[UUID, TurnoutReturn]
) -> Iterator[FullBox]:
    for box in boxes:
        row = turnouts.get(box.id)
        if row is not None and box.electors is not None and row.cast > box.electors:
            yield FullBox(box.label, box.electors, row.cast, row.reason)
