"""A certified advisory result that turned out wrong: counted and certified once more.

Two officers decide it on a document and with a reason. The returns can be corrected again, the next
certificate names the one that it replaces, and what was answered rested on the former result.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from referendum.certificates.tables import Certificate
from referendum.lifecycle import polling
from referendum.lifecycle.advisory.answer_tables import Answer
from referendum.lifecycle.stages import Act
from referendum.lifecycle.tables import StepTaken
from referendum.lifecycle.taking import Allowed


def correct(allowed: Allowed) -> StepTaken:
    """Open the count of a certified result once more; its certificate is marked at once."""
    uow, measure = allowed.uow, allowed.measure
    poll = polling.poll_of(uow.session, measure)
    wrong = latest(uow.session, measure.id, f"poll-{poll.sequence}")
    assert wrong is not None, "the result was certified"
    facts = {"certificate": str(wrong.id), "sha256": wrong.sha256}
    taken = allowed.take(facts=facts)
    measure.outcome = None
    uow.session.flush()
    uow.later("certificates.render", certificate_id=str(wrong.id), stamp="replaced")
    return taken


def latest(session: Session, measure_id: UUID, subject: str) -> Certificate | None:
    """The certificate that was issued last of one verdict."""
    found = select(Certificate).where(
        Certificate.measure_id == measure_id, Certificate.subject == subject
    )
    return session.scalars(found.order_by(Certificate.issued_at.desc()).limit(1)).one_or_none()


@dataclass(frozen=True, slots=True)
class Replaced:
    """That a certificate's numbers were found to be wrong: by which step, and what replaced it."""

    step: StepTaken
    by: Certificate | None
    """None until the corrected result is certified."""


def what_replaced(session: Session, certificate: Certificate) -> Replaced | None:
    """Why a certificate is no longer the result; None of one that is."""
    found = select(StepTaken).where(
        StepTaken.measure_id == certificate.measure_id,
        StepTaken.act == Act.CORRECT_RESULT.value,
        StepTaken.facts["certificate"].astext == str(certificate.id),
    )
    step = session.scalars(found).one_or_none()
    if step is None:
        return None
    after = select(Certificate).where(Certificate.replaces_id == certificate.id)
    return Replaced(step, session.scalars(after).one_or_none())


def wrong(steps: Iterable[StepTaken]) -> frozenset[str]:
    """The ids of the certificates whose numbers were found to be wrong."""
    corrected = (one for one in steps if one.act == Act.CORRECT_RESULT)
    return frozenset(str(one.facts["certificate"]) for one in corrected)


def corrections(session: Session, measures: Sequence[UUID]) -> Mapping[UUID, datetime]:
    """When each measure's result was last found to be wrong; none of those where it never was."""
    last = (
        select(StepTaken.measure_id, func.max(StepTaken.at))
        .where(StepTaken.measure_id.in_(measures), StepTaken.act == Act.CORRECT_RESULT.value)
        .group_by(StepTaken.measure_id)
    )
    return {row[0]: row[1] for row in session.execute(last)}


def rests_on_former(answer: Answer, corrected_at: datetime | None) -> bool:
    """Whether an answer was given to a result that was corrected since."""
    return corrected_at is not None and answer.given_at < corrected_at
