"""What anyone may read of a measure: its stage, progress, findings, timeline and documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from ballots import canvassing
from ballots.canvassing import Canvass
from ballots.tables import Poll
from referendum.certificates.tables import Certificate, CertificatePdf
from referendum.kernel.people import Actor, Authority, Officer, Resident
from referendum.lifecycle import acting, holds, qualifying, rules, stages, voting
from referendum.lifecycle.errors import MeasureNotFound, TotalNotPublished
from referendum.lifecycle.qualifying import Ground, Valid
from referendum.lifecycle.stages import Act, By, Stage, Step
from referendum.lifecycle.tables import (
    DeadlineKept,
    Hold,
    Measure,
    Representative,
    StepTaken,
    Suspension,
)
from signatures import petitions, tallying
from signatures.tables import Petition
from signatures.tallying import Tally
from thresholds.requirement import Finding
from thresholds.rulebook import Rulebook
from thresholds.vocabulary import Instrument

COUNT_READABLE = frozenset({Stage.DECLARED, Stage.REVOTE_DUE, *(stage for stage in stages.ENDINGS)})
"""Results are public once two officers have certified them (no partial result before)."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a petition is: gross, examined, and needed. Never "reached" on gross numbers."""

    petition: Petition
    tally: Tally
    """Folded behind the writers; public figures come from here alone."""
    needed: int
    claimants: int
    findings: tuple[Finding, ...]
    examined: bool
    where: Ground


@dataclass(frozen=True, slots=True)
class Overview:
    """One measure as its page and the API show it."""

    measure: Measure
    rulebook: Rulebook | None
    steps: Sequence[StepTaken]
    deadlines: Sequence[DeadlineKept]
    halts: Sequence[Hold]
    """Every hold there was, those lifted among them."""
    progress: Progress | None
    poll: Poll | None
    canvass: Canvass | None
    certificates: Sequence[Certificate]
    suspension: Suspension | None

    @property
    def holds(self) -> Sequence[Hold]:
        """The halts that lie over it now."""
        return [halt for halt in self.halts if halt.lifted_at is None]

    def was(self, act: Act) -> bool:
        """Whether an act was ever taken."""
        return any(step.act == act.value for step in self.steps)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A step that an authority can take now, and by when."""

    measure: Measure
    step: Step
    due: DeadlineKept | None


def get(session: Session, measure_id: UUID) -> Measure:
    measure = session.get(Measure, measure_id)
    if measure is None:
        raise MeasureNotFound(measure=str(measure_id))
    return measure


def public(session: Session, measure_id: UUID) -> Measure:
    """A measure that everyone may see: a draft is its authors' alone."""
    return published(get(session, measure_id))


def published(measure: Measure) -> Measure:
    """The same measure, if everyone may see it."""
    if measure.stage == Stage.DRAFT:
        raise MeasureNotFound(measure=str(measure.id))
    return measure


def numbered(session: Session, jurisdiction_id: UUID, number: int) -> Measure:
    """The measure that a place's people call by this number, drafts among them."""
    here = (Measure.jurisdiction_id == jurisdiction_id, Measure.number == number)
    measure = session.scalars(select(Measure).where(*here)).one_or_none()
    if measure is None:
        raise MeasureNotFound(measure=str(number))
    return measure


def listed(
    session: Session,
    jurisdiction_id: UUID,
    *,
    under_way: bool | None = None,
    instrument: Instrument | None = None,
    stage: Stage | None = None,
    before: int | None = None,
    limit: int = 20,
) -> Sequence[Measure]:
    """Published measures, newest first; `before` is the number of the last one seen."""
    endings = [stage.value for stage in stages.ENDINGS]
    rows = select(Measure).where(
        Measure.jurisdiction_id == jurisdiction_id, Measure.stage != Stage.DRAFT.value
    )
    if under_way is not None:
        ended = Measure.stage.in_(endings)
        rows = rows.where(~ended if under_way else ended)
    if instrument is not None:
        rows = rows.where(Measure.instrument == instrument.value)
    if stage is not None:
        rows = rows.where(Measure.stage == stage.value)
    if before is not None:
        rows = rows.where(Measure.number < before)
    return session.scalars(rows.order_by(Measure.number.desc()).limit(limit)).all()


def mine(session: Session, person: UUID) -> Sequence[Measure]:
    """The measures that a person represents, drafts among them."""
    rows = (
        select(Measure)
        .join(Representative, Representative.measure_id == Measure.id)
        .where(Representative.person_id == person, Representative.left_at.is_(None))
        .order_by(Measure.number.desc())
    )
    return session.scalars(rows).all()


def overview(session: Session, measure: Measure) -> Overview:
    """All of a measure that is public at its stage."""
    issued = select(Certificate).where(Certificate.measure_id == measure.id)
    suspended = select(Suspension).where(Suspension.measure_id == measure.id)
    halts = select(Hold).where(Hold.measure_id == measure.id)
    poll = voting.current_poll(session, measure)
    return Overview(
        measure=measure,
        rulebook=rules.pinned(measure) if measure.rulebook else None,
        steps=acting.history(session, measure.id),
        deadlines=deadlines_of(session, measure),
        halts=session.scalars(halts.order_by(Hold.from_at)).all(),
        progress=progress(session, measure),
        poll=poll,
        canvass=canvass_of(session, measure, poll),
        certificates=session.scalars(issued.order_by(Certificate.issued_at)).all(),
        suspension=session.scalars(suspended.order_by(Suspension.from_at.desc())).first(),
    )


def deadlines_of(session: Session, measure: Measure) -> Sequence[DeadlineKept]:
    """Every deadline that is known of a measure, in the order in which they are over."""
    kept = select(DeadlineKept).where(DeadlineKept.measure_id == measure.id)
    return session.scalars(kept.order_by(DeadlineKept.at)).all()


def deadlines_of_all(
    session: Session, measures: Sequence[Measure]
) -> dict[UUID, list[DeadlineKept]]:
    """The same of many measures, by their ids."""
    kept = select(DeadlineKept).where(DeadlineKept.measure_id.in_([one.id for one in measures]))
    found: dict[UUID, list[DeadlineKept]] = {}
    for one in session.scalars(kept.order_by(DeadlineKept.at)):
        found.setdefault(one.measure_id, []).append(one)
    return found


def progress(session: Session, measure: Measure) -> Progress | None:
    """The petition's figures against what is needed; none where it was held elsewhere."""
    petition = petitions.of_measure(session, measure.id)
    if petition is None:
        return None
    tally = tallying.tally(session, petition.id)
    examined = Stage(measure.stage) in EXAMINED
    where = qualifying.ground(session, measure)
    found = qualifying.judged(session, measure, _counted(tally) if examined else None, where=where)
    return Progress(
        petition=petition,
        tally=tally,
        needed=signatures_needed(found.findings),
        claimants=where.claimants,
        findings=found.findings,
        examined=examined,
        where=where,
    )


def _counted(tally: Tally) -> Valid:
    """What the tally says: a public page never counts the signatures themselves."""
    by_district = {
        district: part.standing for district, part in tally.by_district.items() if district
    }
    return Valid(tally.standing, by_district)


EXAMINED = frozenset(Stage) - {
    Stage.DRAFT,
    Stage.APPLIED,
    Stage.PARKED,
    Stage.REQUESTED,
    Stage.COLLECTING,
    Stage.COLLECTED,
    Stage.EXAMINING,
    Stage.INSPECTING,
    Stage.OBJECTING,
    Stage.LAPSED,
    Stage.WITHDRAWN,
    Stage.REFUSED,
}
"""Stages at which every submitted line has been decided."""


def needed_for_draft(session: Session, measure: Measure, today: date) -> tuple[Finding, ...]:
    """What a draft would need if it were admitted today; empty where no total is published."""
    rulebook = rules.in_force(session, measure, today)
    trial = Measure(
        jurisdiction_id=measure.jurisdiction_id,
        instrument=measure.instrument,
        stage=measure.stage,
        office=measure.office,
        districts=measure.districts,
        ordinance=rules.ordinance(session, measure, today),
        base_year=today.year - 1,
        rulebook=rulebook.id,
        rulebook_fingerprint=rulebook.fingerprint,
        rulebook_document=rules.document_of(session, measure, today),
        id=measure.id,
    )
    try:
        return qualifying.judged(session, trial, None).findings
    except TotalNotPublished:
        return ()


def possible(session: Session, measure: Measure, by: Actor | None) -> list[Step]:
    """The steps that this actor may take now; what still needs a document is among them."""
    if by is None:
        return []
    halted = holds.stops(session, measure.id) is not None
    steps = stages.steps_from(Instrument(measure.instrument), Stage(measure.stage))
    return [
        step
        for step in steps
        if (step.under_hold or not halted) and _may(session, measure, step, by)
    ]


def queue(session: Session, officer: Officer) -> list[Waiting]:
    """What an officer's authority has to do, what is due first first."""
    endings = [stage.value for stage in stages.ENDINGS]
    rows = session.scalars(
        select(Measure).where(
            Measure.jurisdiction_id == officer.jurisdiction, Measure.stage.not_in(endings)
        )
    ).all()
    waiting = [
        Waiting(
            measure, step, session.get(DeadlineKept, (measure.id, step.due)) if step.due else None
        )
        for measure in rows
        for step in possible(session, measure, officer)
    ]
    return sorted(
        waiting,
        key=lambda one: (one.due is None, one.due.at if one.due else 0, one.measure.number),
    )


def pdf_of(session: Session, certificate_id: UUID) -> bytes | None:
    """The PDF of a certificate; None while it is being made."""
    row = session.get(CertificatePdf, certificate_id)
    return row.pdf if row else None


def _may(session: Session, measure: Measure, step: Step, by: Actor) -> bool:
    if step.by is By.CALENDAR:
        return False
    # A button is shown; the fresh code and the paper are asked for when it is pressed.
    return acting.right(session, measure, step, by).refusal is None


def public_canvass(session: Session, measure: Measure) -> Canvass | None:
    """The count, once two officers have certified it: an annulled one never comes out."""
    return canvass_of(session, measure, voting.current_poll(session, measure))


def canvass_of(session: Session, measure: Measure, poll: Poll | None) -> Canvass | None:
    """The same of its current poll."""
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


def signatures_needed(findings: Sequence[Finding]) -> int:
    for finding in findings:
        if finding.requirement == "signatures" and finding.needed is not None:
            return int(finding.needed)
    return 0


def deciding(measure: Measure) -> Authority:
    """Whose decision the petition's verdict is."""
    return qualifying.authority_of(Instrument(measure.instrument))


def is_representative(session: Session, measure: Measure, resident: Resident | None) -> bool:
    """Whether this resident represents the measure now."""
    return resident is not None and acting.represents(session, measure.id, resident.person)


def now_due(session: Session, measure: Measure, now: datetime) -> DeadlineKept | None:
    """The next deadline ahead of a step that can be taken from where the measure stands."""
    ahead = select(DeadlineKept).where(DeadlineKept.measure_id == measure.id, DeadlineKept.at > now)
    return next_of(measure, session.scalars(ahead.order_by(DeadlineKept.at)))


def next_of(measure: Measure, ahead: Iterable[DeadlineKept]) -> DeadlineKept | None:
    """The same, of the deadlines that lie ahead, in their order."""
    steps = stages.steps_from(Instrument(measure.instrument), Stage(measure.stage))
    names = {step.due for step in steps if step.due}
    return next((one for one in ahead if one.name in names), None)
