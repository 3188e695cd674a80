"""All of one measure that anyone may read at its stage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Date, DateTime, Uuid, bindparam, func, select
from sqlalchemy.orm import Session

from ballots import canvassing, stations, versions
from ballots.canvassing import Canvass
from ballots.tables import Box, Poll, PollingDay
from referendum.certificates.tables import Certificate, CertificatePdf
from referendum.kernel.proposals import Proposal
from referendum.kernel.together import Rows, Together
from referendum.lifecycle import (
    area,
    attributing,
    corrections,
    papering,
    polling,
    progressing,
    rules,
    stages,
)
from referendum.lifecycle.attributing import Halter, Mover
from referendum.lifecycle.dates import circumstances
from referendum.lifecycle.office.tables import SignedAct
from referendum.lifecycle.stages import Act, Stage
from referendum.lifecycle.tables import (
    DeadlineKept,
    DeadlineMoved,
    ElectionSet,
    Hold,
    Measure,
    Representative,
    Shift,
    StepTaken,
    Suspension,
)
from referendum.roll import places, totals
from referendum.roll.tables import District, Jurisdiction
from referendum.roll.totals import TotalKind
from signatures import tallying
from signatures.tables import Petition, PetitionTally
from thresholds.periods import Election
from thresholds.rulebook import Rulebook
from thresholds.vocabulary import Instrument

COUNT_READABLE = frozenset({Stage.DECLARED, Stage.REVOTE_DUE, *(stage for stage in stages.ENDINGS)})
"""Results are public once two officers have certified them (no partial result before)."""

MOMENT: Final = "moment"
KEPT: Final = 64
"""Measures of which is kept what follows from their rows."""
HERE: Final = bindparam("measure", type_=Uuid())
PLACE: Final = bindparam("jurisdiction", type_=Uuid())
CERTIFIED: Final = (
    select(Poll.id)
    .join(Certificate, Certificate.measure_id == Poll.measure_id)
    .where(
        Poll.measure_id == HERE,
        Poll.cancelled_at.is_(None),
        Certificate.subject == func.concat("poll-", Poll.sequence),
    )
)
"""The poll whose returns may be read, by what `subject_of` says of it."""
ALL: Final = Together(
    moment=select(
        func.referendum_now(type_=DateTime(timezone=True)).label("now"),
        select(func.count())
        .select_from(Representative)
        .where(Representative.measure_id == HERE, Representative.left_at.is_(None))
        .scalar_subquery()
        .label("representatives"),
    ),
    steps=select(StepTaken).where(StepTaken.measure_id == HERE).order_by(StepTaken.sequence),
    deadlines=select(DeadlineKept).where(DeadlineKept.measure_id == HERE).order_by(DeadlineKept.at),
    shifts=select(Shift)
    .where(Shift.id.in_(select(DeadlineMoved.shift_id).where(DeadlineMoved.measure_id == HERE)))
    .order_by(Shift.at.desc()),
    moved=select(DeadlineMoved)
    .where(DeadlineMoved.measure_id == HERE)
    .order_by(DeadlineMoved.before, DeadlineMoved.name),
    movers=attributing.movers(HERE),
    halters=attributing.halters(HERE),
    halts=select(Hold).where(Hold.measure_id == HERE).order_by(Hold.from_at),
    petition=select(Petition).where(Petition.measure_id == HERE),
    tally=tallying.FOLDED.join(Petition, PetitionTally.petition_id == Petition.id).where(
        Petition.measure_id == HERE
    ),
    numbers=totals.NUMBERS,
    districts=places.districts_there(PLACE, bindparam("day", type_=Date())),
    elections=circumstances.ELECTIONS.where(ElectionSet.jurisdiction_id == PLACE),
    certificates=select(
        Certificate.id,
        Certificate.kind,
        Certificate.serial,
        Certificate.subject,
        Certificate.issued_at,
    )
    .where(Certificate.measure_id == HERE)
    .order_by(Certificate.issued_at),
    suspensions=select(Suspension)
    .where(Suspension.measure_id == HERE)
    .order_by(Suspension.from_at.desc())
    .limit(1),
    corrections=corrections.of_measure(HERE),
    papers=papering.shown(HERE),
    signed=select(SignedAct).where(SignedAct.about == HERE),
    polls=select(Poll).where(Poll.measure_id == HERE).order_by(Poll.sequence),
    days=select(PollingDay)
    .distinct()
    .join(Poll, Poll.polling_day_id == PollingDay.id)
    .where(Poll.measure_id == HERE),
    boxes=stations.BOXES.where(Box.poll_id.in_(CERTIFIED)),
    turnouts=versions.LATEST_TURNOUTS.where(Box.poll_id.in_(CERTIFIED)),
    counts=versions.LATEST_COUNTS.where(Box.poll_id.in_(CERTIFIED)),
)
"""All that an overview is made of, in one statement, however much a measure has of anything."""


@dataclass(frozen=True, slots=True)
class Overview:
    """One measure as its page and the API show it."""

    measure: Measure
    place: Jurisdiction
    rulebook: Rulebook | None
    steps: Sequence[StepTaken]
    deadlines: Sequence[DeadlineKept]
    shifts: Sequence[Shift]
    """What moved its deadlines, the latest first."""
    moved: Sequence[DeadlineMoved]
    """Each deadline that one of them moved."""
    halts: Sequence[Hold]
    """Every hold there was, those lifted among them."""
    movers: Mapping[UUID, Mover]
    """By what moved its deadlines: whose it was."""
    halters: Mapping[UUID, Halter]
    """By hold: which offices placed and lifted it."""
    progress: progressing.Progress | None
    poll: Poll | None
    canvass: Canvass | None
    certificates: Sequence[Any]
    """Each with id, kind, serial, subject and issued_at: what it certifies is not read."""
    corrections: Sequence[Proposal]
    """Of published totals, those that changed what it needs."""
    papers: Sequence[Any]
    """What its steps and halts rest on: each with id, number, day, issuer, sha256 and copied."""
    signed: Mapping[UUID, SignedAct]
    """How its acts of an office were signed, by the entry of the act."""
    suspension: Suspension | None
    districts: Sequence[District]
    """Those that the measure is about, on its base day."""
    elections: Sequence[Election]
    """Those that are held where the measure is."""
    polling_day: PollingDay | None
    representatives: int
    """How many speak for it now."""
    now: datetime
    """The moment of which all of this is."""

    @property
    def holds(self) -> Sequence[Hold]:
        """The halts that lie over it now: none where it has ended, lifted before that or not."""
        if Stage(self.measure.stage) in stages.ENDINGS:
            return []
        return [halt for halt in self.halts if halt.lifted_at is None]

    def was(self, act: Act) -> bool:
        """Whether an act was ever taken."""
        return any(step.act == act.value for step in self.steps)


def overview(session: Session, measure: Measure, place: Jurisdiction | None = None) -> Overview:
    """All of a measure that is public at its stage. Whoever has read its place gives it."""
    if place is None:
        place = session.get_one(Jurisdiction, measure.jurisdiction_id)
    found = _read(session, measure, place)
    return Overview(**_made(measure, place, found), **_moment(found))


def to_show(session: Session, place: Jurisdiction, measure: Measure) -> Overview:
    """The same of what `reading.to_show` found: what was read before is not worked out again.

    It is what everybody may see: how far a quiet petition is, is not in it.
    """
    found = _read(session, measure, place)
    same = tuple((name, rows) for name, rows in found.items() if name != MOMENT)
    return Overview(**_kept(measure, place, same), **_moment(found))


@lru_cache(maxsize=KEPT)
def _kept(
    measure: Measure, place: Jurisdiction, found: tuple[tuple[str, Rows], ...]
) -> Mapping[str, Any]:
    """All that follows from these rows, which stand in no session and so never change."""
    return _made(measure, place, dict(found), hushed=progressing.is_quiet(measure))


def _read(session: Session, measure: Measure, place: Jurisdiction) -> dict[str, Rows]:
    return ALL.ask(
        session,
        measure=measure.id,
        jurisdiction=measure.jurisdiction_id,
        day=area.base_day_there(measure, ZoneInfo(place.zone)),
        kind=TotalKind.CLAIMANTS.value,
        instruments=[measure.instrument],
        years=[measure.base_year] if measure.base_year else [],
    )


def _moment(found: Mapping[str, Rows]) -> Mapping[str, Any]:
    ((now, representatives),) = found[MOMENT]
    return {"now": now, "representatives": representatives}


def _made(
    measure: Measure, place: Jurisdiction, found: Mapping[str, Rows], *, hushed: bool = False
) -> Mapping[str, Any]:
    """An overview's fields but those of its moment."""
    poll = polling.current_of(found["polls"])
    day = polling.day_named(found["steps"])
    districts = area.within(measure, found["districts"])
    return {
        "measure": measure,
        "place": place,
        "rulebook": rules.pinned(measure) if measure.rulebook else None,
        "steps": found["steps"],
        "deadlines": found["deadlines"],
        "shifts": found["shifts"],
        "moved": found["moved"],
        "halts": found["halts"],
        "movers": {row.id: Mover.of(row) for row in found["movers"]},
        "halters": {row.id: Halter(row.placed, row.lifted) for row in found["halters"]},
        "progress": _progress(measure, place, districts, found, hushed=hushed),
        "poll": poll,
        "canvass": _canvass(measure, poll, found),
        "certificates": found["certificates"],
        "corrections": found["corrections"],
        "papers": found["papers"],
        "signed": {one.entry_id: one for one in found["signed"]},
        "suspension": next(iter(found["suspensions"]), None),
        "districts": districts,
        "elections": circumstances.elections_about(measure, found["elections"]),
        "polling_day": next((one for one in found["days"] if poll and one.id == day), None),
    }


def _progress(
    measure: Measure,
    place: Jurisdiction,
    districts: Sequence[District],
    found: Mapping[str, Rows],
    *,
    hushed: bool,
) -> progressing.Progress | None:
    if not found["petition"]:
        return None
    (petition,) = found["petition"]
    key = Instrument(measure.instrument), measure.base_year or 0
    published = totals.by_year(found["numbers"]).get(key, area.NOTHING_PUBLISHED)
    where = area.ground_of(measure, districts, published)
    tally = None if hushed else tallying.folded(found["tally"])
    before = progressing.ended_from(found["steps"])
    return progressing.progress_of(measure, place, petition, tally, where, before=before)


def _canvass(measure: Measure, poll: Poll | None, found: Mapping[str, Rows]) -> Canvass | None:
    """What `public_canvass` gives: the returns were only read where their sum is certified."""
    if Stage(measure.stage) not in COUNT_READABLE or poll is None or poll.closed_at is None:
        return None
    if subject_of(poll) not in {one.subject for one in found["certificates"]}:
        return None
    boxes = stations.by_poll([row._asdict() for row in found["boxes"]])
    return canvassing.added_up(
        [poll],
        {poll.id: boxes.get(poll.id, [])},
        {row.box_id: row for row in found["turnouts"]},
        {row.box_id: row for row in found["counts"]},
    )[poll.id]


def pdf_of(session: Session, certificate_id: UUID) -> bytes | None:
    """The PDF of a certificate; None while it is being made."""
    row = latest_pdf(session, certificate_id)
    return row.pdf if row else None


def latest_pdf(session: Session, certificate_id: UUID) -> CertificatePdf | None:
    """The one that says that its numbers were replaced, once they were."""
    made = select(CertificatePdf).where(CertificatePdf.certificate_id == certificate_id)
    return session.scalars(made.order_by(CertificatePdf.stamped.desc()).limit(1)).one_or_none()


def public_canvass(session: Session, measure: Measure) -> Canvass | None:
    """The count, once two officers have certified it: an annulled one never comes out."""
    poll = polling.current_poll(session, measure)
    if Stage(measure.stage) not in COUNT_READABLE or poll is None or poll.closed_at is None:
        return None
    certified = select(Certificate.id).where(
        Certificate.measure_id == measure.id, Certificate.subject == subject_of(poll)
    )
    if session.scalar(certified) is None:
        return None
    return canvassing.canvasses(session, [poll])[poll.id]


def subject_of(poll: Poll) -> str:
    """What a poll's certificate says it is about."""
    return f"poll-{poll.sequence}"
