"""What a list shows of measures: as many statements for a hundred as for one, and no signature."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ARRAY,
    Boolean,
    Date,
    DateTime,
    Integer,
    String,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session

from ballots import canvassing, stations, versions
from ballots.canvassing import Canvass
from ballots.tables import Box, Poll
from referendum.certificates.tables import Certificate
from referendum.kernel.together import Rows, Together
from referendum.lifecycle import (
    area,
    duties,
    holds,
    judging,
    locating,
    progressing,
    rules,
    stages,
    surveying,
)
from referendum.lifecycle.advisory import answering
from referendum.lifecycle.advisory.answer_tables import Answer
from referendum.lifecycle.advisory.answering import Missing
from referendum.lifecycle.area import NOTHING_PUBLISHED, Ground
from referendum.lifecycle.dates import deadlines
from referendum.lifecycle.stages import Stage
from referendum.lifecycle.tables import DeadlineKept, Hold, Measure, StepTaken
from referendum.roll import totals
from referendum.roll.errors import JurisdictionNotFound
from referendum.roll.tables import District, Jurisdiction
from referendum.roll.totals import TotalKind, YearsNumbers
from signatures import tallying
from signatures.tables import Petition, PetitionTally
from signatures.tallying import NOTHING, Part
from thresholds.vocabulary import Instrument


@dataclass(frozen=True, slots=True)
class Support:
    """How far a petition is, in one line: what `reading.Progress` tells at length."""

    tally: Part
    needed: int
    examined: bool
    broken_off: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A measure among others."""

    measure: Measure
    support: Support | None
    """None where support was collected elsewhere, or not at all."""
    due: DeadlineKept | None
    """The next deadline of a step that can be taken."""
    decision: str | None
    """What the mayor answered to an advisory vote."""
    canvass: Canvass | None
    """The count of an advisory vote, once it is public."""
    halt: Hold | None = None
    """What halts it now: of several one that stops the clock, where one does."""


ASKED: Final = func.any(bindparam("measures", type_=ARRAY(Uuid())))
READABLE: Final = func.any(bindparam("readable", type_=ARRAY(Uuid())))
"""Of the measures asked for, the advisory votes whose stage lets a certified count be read."""
WANTED_OVER: Final = cast(bindparam("over"), Boolean)
INSTRUMENT: Final = bindparam("instrument", type_=String)
STAGES: Final = bindparam("stages", type_=ARRAY(String()))
BEFORE: Final = bindparam("before", type_=Integer)
DISTRICT: Final = bindparam("district", type_=String)
"""How a list is narrowed; null where it is not."""
ENDINGS: Final = literal(sorted(stage.value for stage in stages.ENDINGS), ARRAY(String()))
CERTIFIED: Final = (
    select(Poll.id)
    .join(Certificate, Certificate.measure_id == Poll.measure_id)
    .where(Poll.measure_id == READABLE, Certificate.subject == func.concat("poll-", Poll.sequence))
)
"""The polls whose count two officers have certified."""
ALL: Final = Together(
    petitions=select(Petition).where(Petition.measure_id == ASKED),
    sums=tallying.SUMS.join(Petition, PetitionTally.petition_id == Petition.id).where(
        Petition.measure_id == ASKED
    ),
    numbers=totals.NUMBERS,
    ended=select(StepTaken.measure_id, StepTaken.source)
    .where(StepTaken.measure_id == ASKED, StepTaken.target == func.any(ENDINGS))
    .order_by(StepTaken.measure_id, StepTaken.sequence),
    halts=select(Hold)
    .where(Hold.measure_id == ASKED, Hold.lifted_at.is_(None))
    .order_by(Hold.stops_clock, Hold.from_at),
    deadlines=select(DeadlineKept)
    .where(
        DeadlineKept.measure_id == ASKED,
        DeadlineKept.at > bindparam("now", type_=DateTime(timezone=True)),
    )
    .order_by(DeadlineKept.at),
    answers=select(Answer.measure_id, Answer.decision).where(
        Answer.measure_id == ASKED, Answer.decision.is_not(None)
    ),
    polls=select(Poll)
    .where(Poll.measure_id == READABLE, Poll.cancelled_at.is_(None))
    .order_by(Poll.sequence),
    certified=select(Certificate.measure_id, Certificate.subject).where(
        Certificate.measure_id == READABLE
    ),
    boxes=stations.BOXES.where(Box.poll_id.in_(CERTIFIED)),
    turnouts=versions.LATEST_TURNOUTS.where(Box.poll_id.in_(CERTIFIED)),
    counts=versions.LATEST_COUNTS.where(Box.poll_id.in_(CERTIFIED)),
)


NOW: Final = select(func.referendum_now(type_=DateTime(timezone=True)).label("now"))
OVER: Final = Measure.stage == func.any(ENDINGS)
HERE: Final = (
    select(Measure)
    .join(Jurisdiction, Measure.jurisdiction_id == Jurisdiction.id)
    .where(Jurisdiction.code == bindparam("place"), locating.IS_PUBLISHED)
    .order_by(Measure.number.desc())
)
"""The published measures of a place, newest first."""
TODAY: Final = cast(NOW.scalar_subquery(), Date)
THERE_NOW: Final = (
    District.jurisdiction_id
    == select(Jurisdiction.id).where(Jurisdiction.code == bindparam("place")).scalar_subquery(),
    District.valid_from <= TODAY,
    or_(District.valid_to.is_(None), District.valid_to > TODAY),
)
DISTRICTS: Final = select(District).where(*THERE_NOW).order_by(District.position, District.code)
"""The districts of a place as it is divided now."""
IN_DISTRICT: Final = or_(
    DISTRICT.is_(None),
    DISTRICT.not_in(select(District.code).where(*THERE_NOW)),
    func.coalesce(func.jsonb_typeof(Measure.districts), "null") != "array",
    # By its code: one district bears one through all the days on which a city was divided anew.
    exists().where(
        District.jurisdiction_id == Measure.jurisdiction_id,
        District.code == DISTRICT,
        or_(
            Measure.districts.has_key(cast(District.id, String)),
            Measure.place["districts"].op("?", return_type=Boolean())(cast(District.id, String)),
        ),
    ),
)
"""Whether a measure is about a district: about the whole place, or about some, and this is one, or
about something that lies there.

A district that is not there narrows nothing.
"""
FIRST: Final = case(
    {Stage.VOTING.value: 0, Stage.CALLED.value: 1, Stage.COLLECTING.value: 2},
    value=Measure.stage,
    else_=3,
)
"""What somebody can do something about stands before what an office has in hand."""
PLACE: Final = select(Jurisdiction).where(Jurisdiction.code == bindparam("place"))
OVERDUE: Final = (
    DeadlineKept.measure_id == Measure.id,
    DeadlineKept.at <= NOW.scalar_subquery(),
    *answering.UNANSWERED,
)
CALLED: Final = literal([Stage.CALLED.value, Stage.VOTING.value], ARRAY(String()))
VOTING: Final = (
    DeadlineKept.measure_id == Measure.id,
    DeadlineKept.name == deadlines.POLLS_CLOSE,
    DeadlineKept.at > NOW.scalar_subquery(),
    DeadlineKept.at <= NOW.scalar_subquery() + timedelta(days=1),
    Measure.stage == func.any(CALLED),
    ~holds.over(Measure.id),
)
"""Votes whose polls close within a day: those of today are among them."""
FRONT: Final = Together(
    moment=NOW,
    place=PLACE,
    living=HERE.where(~OVER, IN_DISTRICT)
    .order_by(None)
    .order_by(FIRST, Measure.number.desc())
    .limit(bindparam("living", type_=Integer)),
    ended=HERE.where(OVER, IN_DISTRICT).limit(bindparam("ended", type_=Integer)),
    districts=DISTRICTS,
    unanswered=HERE.join(DeadlineKept, and_(*OVERDUE))
    .order_by(None)
    .order_by(DeadlineKept.at, Measure.number),
    dues=select(DeadlineKept)
    .join(Measure, and_(*OVERDUE))
    .join(Jurisdiction, Measure.jurisdiction_id == Jurisdiction.id)
    .where(Jurisdiction.code == bindparam("place"))
    .order_by(DeadlineKept.at, Measure.number),
    voting=HERE.join(DeadlineKept, and_(*VOTING))
    .order_by(None)
    .order_by(DeadlineKept.at, Measure.number),
    closings=select(DeadlineKept)
    .join(Measure, and_(*VOTING))
    .join(Jurisdiction, Measure.jurisdiction_id == Jurisdiction.id)
    .where(Jurisdiction.code == bindparam("place"), locating.IS_PUBLISHED)
    .order_by(DeadlineKept.at, Measure.number),
)
NARROWED: Final = Together(
    moment=NOW,
    place=PLACE,
    districts=DISTRICTS,
    measures=HERE.where(
        or_(WANTED_OVER.is_(None), OVER == WANTED_OVER),
        or_(INSTRUMENT.is_(None), Measure.instrument == INSTRUMENT),
        or_(STAGES.is_(None), Measure.stage == func.any(STAGES)),
        or_(BEFORE.is_(None), Measure.number < BEFORE),
        IN_DISTRICT,
    ).limit(bindparam("most", type_=Integer)),
)


@dataclass(frozen=True, slots=True)
class Front:
    """What the first page of a place shows."""

    place: Jurisdiction
    under_way: Sequence[Listed]
    ended: Sequence[Listed]
    unanswered: Sequence[Missing]
    """The measures whose answer is overdue, the longest overdue first."""
    votes_today: Sequence[tuple[Measure, datetime]]
    """The votes that are held today and are not over, each with the moment polls close."""
    districts: Sequence[District]
    chosen: District | None
    """The district that all but the unanswered and the votes of today are narrowed by."""
    now: datetime


def front(
    session: Session, place_code: str, *, under_way: int, ended: int, district: str = ""
) -> Front:
    """At most so many of each kind, the newest first: what can be voted or signed before the rest.

    `district` is the code of one; of one that is not there nothing is narrowed.
    """
    found = FRONT.ask(
        session, place=place_code, living=under_way, ended=ended, district=district or None
    )
    place, now = _there(found, place_code)
    living = found["living"]
    shown = of_all(session, place, [*living, *found["ended"]], now)
    overdue = zip(found["unanswered"], found["dues"], strict=True)
    zone = ZoneInfo(place.zone)
    unanswered = answering.missing(overdue, now, zone)
    closing = zip(found["voting"], found["closings"], strict=True)
    today = rules.local_day(now, zone)
    return Front(
        place,
        shown[: len(living)],
        shown[len(living) :],
        unanswered,
        [(measure, kept.at) for measure, kept in closing if kept.day == today],
        found["districts"],
        chosen_of(found["districts"], district),
        now,
    )


def chosen_of(districts: Sequence[District], code: str) -> District | None:
    """The district of this code, where there is one."""
    return next((one for one in districts if one.code == code), None)


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list."""

    shown: Sequence[Listed]
    more: bool
    """Whether it goes on."""
    districts: Sequence[District]
    chosen: District | None


def narrowed(
    session: Session,
    place_code: str,
    *,
    under_way: bool | None = None,
    instrument: Instrument | None = None,
    within: Collection[Stage] | None = None,
    district: str = "",
    before: int | None,
    limit: int,
) -> Listing:
    """Published measures, newest first, of stages `within` some and of a `district` as above.

    `before` is the number of the last one seen.
    """
    found = NARROWED.ask(
        session,
        place=place_code,
        over=None if under_way is None else not under_way,
        instrument=instrument and instrument.value,
        stages=None if within is None else sorted(one.value for one in within),
        district=district or None,
        before=before,
        most=limit + 1,
    )
    place, now = _there(found, place_code)
    shown = of_all(session, place, found["measures"][:limit], now)
    districts = found["districts"]
    return Listing(shown, len(found["measures"]) > limit, districts, chosen_of(districts, district))


def _there(found: Mapping[str, Rows], place_code: str) -> tuple[Jurisdiction, datetime]:
    if not found["place"]:
        raise JurisdictionNotFound(jurisdiction=place_code)
    ((place,), ((now,),)) = found["place"], found["moment"]
    return place, now


def of_all(
    session: Session, place: Jurisdiction, measures: Sequence[Measure], now: datetime
) -> list[Listed]:
    """What is shown of each, in their order. All are of one place."""
    if not measures:
        return []
    advisory = [one for one in measures if one.instrument == Instrument.ADVISORY]
    found = ALL.ask(
        session,
        measures=[one.id for one in measures],
        readable=[one.id for one in advisory if Stage(one.stage) in surveying.COUNT_READABLE],
        now=now,
        jurisdiction=place.id,
        kind=TotalKind.CLAIMANTS.value,
        instruments=sorted({one.instrument for one in measures}),
        years=sorted({one.base_year for one in measures if one.base_year}),
    )
    supports = _supports(place, measures, found)
    ahead = defaultdict(list)
    for deadline in found["deadlines"]:
        ahead[deadline.measure_id].append(deadline)
    decisions = {row.measure_id: row.decision for row in found["answers"]}
    counted = _canvasses(found)
    halts = {one.measure_id: one for one in found["halts"]}
    return [
        Listed(
            measure,
            supports.get(measure.id),
            None
            if Stage(measure.stage) in stages.ENDINGS
            else duties.next_of(measure, ahead[measure.id]),
            decisions.get(measure.id),
            counted.get(measure.id),
            None if Stage(measure.stage) in stages.ENDINGS else halts.get(measure.id),
        )
        for measure in measures
    ]


def _supports(
    place: Jurisdiction, measures: Sequence[Measure], found: Mapping[str, Rows]
) -> dict[UUID, Support]:
    petitions = {one.measure_id: one for one in found["petitions"]}
    sums, published = tallying.parts(found["sums"]), totals.by_year(found["numbers"])
    before = {row.measure_id: Stage(row.source) for row in found["ended"]}
    supports = {}
    for measure in measures:
        if measure.id not in petitions:
            continue
        examined = progressing.is_examined(measure, before.get(measure.id))
        supports[measure.id] = Support(
            sums.get(petitions[measure.id].id, NOTHING),
            _needed(measure, place, published),
            examined,
            broken_off=not examined and Stage(measure.stage) in stages.ENDINGS,
        )
    return supports


def _needed(
    measure: Measure,
    place: Jurisdiction,
    published: Mapping[tuple[Instrument, int], YearsNumbers],
) -> int:
    """The number alone: what is needed in districts is left to the measure's own page."""
    key = Instrument(measure.instrument), measure.base_year or 0
    claimants = area.claimants_in(measure, published.get(key, NOTHING_PUBLISHED))
    rulebook, where = rules.pinned(measure), Ground((), claimants, {})
    found = judging.judged_by(rulebook, measure, place, where, None)
    return progressing.signatures_needed(found.findings)


def _canvasses(found: Mapping[str, Rows]) -> dict[UUID, Canvass]:
    """Of those whose count two officers have certified (`surveying.public_canvass`)."""
    issued = {(row.measure_id, row.subject) for row in found["certified"]}
    current = {one.measure_id: one for one in found["polls"]}
    public = [
        poll
        for poll in current.values()
        if poll.closed_at is not None and (poll.measure_id, surveying.subject_of(poll)) in issued
    ]
    boxes = stations.by_poll([row._asdict() for row in found["boxes"]])
    canvassed = canvassing.added_up(
        public,
        {poll.id: boxes.get(poll.id, []) for poll in public},
        {row.box_id: row for row in found["turnouts"]},
        {row.box_id: row for row in found["counts"]},
    )
    return {poll.measure_id: canvassed[poll.id] for poll in public}
