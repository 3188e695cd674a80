"""All of one measure that anyone may read at its stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from ballots import canvassing
from ballots.canvassing import Canvass
from ballots.tables import Poll
from referendum.certificates.tables import Certificate, CertificatePdf
from referendum.lifecycle import acting, polling, progressing, rules, stages
from referendum.lifecycle.stages import Act, Stage
from referendum.lifecycle.tables import (
    DeadlineKept,
    Hold,
    Measure,
    StepTaken,
    Suspension,
)
from thresholds.rulebook import Rulebook

COUNT_READABLE = frozenset({Stage.DECLARED, Stage.REVOTE_DUE, *(stage for stage in stages.ENDINGS)})
"""Results are public once two officers have certified them (no partial result before)."""


@dataclass(frozen=True, slots=True)
class Overview:
    """One measure as its page and the API show it."""

    measure: Measure
    rulebook: Rulebook | None
    steps: Sequence[StepTaken]
    deadlines: Sequence[DeadlineKept]
    halts: Sequence[Hold]
    """Every hold there was, those lifted among them."""
    progress: progressing.Progress | None
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


def overview(session: Session, measure: Measure) -> Overview:
    """All of a measure that is public at its stage."""
    issued = select(Certificate).where(Certificate.measure_id == measure.id)
    suspended = select(Suspension).where(Suspension.measure_id == measure.id)
    halts = select(Hold).where(Hold.measure_id == measure.id)
    poll = polling.current_poll(session, measure)
    return Overview(
        measure=measure,
        rulebook=rules.pinned(measure) if measure.rulebook else None,
        steps=acting.history(session, measure.id),
        deadlines=deadlines_of(session, measure),
        halts=session.scalars(halts.order_by(Hold.from_at)).all(),
        progress=progressing.progress(session, measure),
        poll=poll,
        canvass=canvass_of(session, measure, poll),
        certificates=session.scalars(issued.order_by(Certificate.issued_at)).all(),
        suspension=session.scalars(suspended.order_by(Suspension.from_at.desc())).first(),
    )


def deadlines_of(session: Session, measure: Measure) -> Sequence[DeadlineKept]:
    """Every deadline that is known of a measure, in the order in which they are over."""
    kept = select(DeadlineKept).where(DeadlineKept.measure_id == measure.id)
    return session.scalars(kept.order_by(DeadlineKept.at)).all()


def pdf_of(session: Session, certificate_id: UUID) -> bytes | None:
    """The PDF of a certificate; None while it is being made."""
    row = session.get(CertificatePdf, certificate_id)
    return row.pdf if row else None


def public_canvass(session: Session, measure: Measure) -> Canvass | None:
    """The count, once two officers have certified it: an annulled one never comes out."""
    return canvass_of(session, measure, polling.current_poll(session, measure))


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
