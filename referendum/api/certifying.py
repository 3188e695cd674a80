"""Certifying a verdict: what waits to be certified, and the officers who do."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from referendum.api.access import ACTING, measure_here, paper_of
from referendum.api.callers import House
from referendum.api.labelling import Labelled, binding_of
from referendum.api.refusing import Route, possible
from referendum.api.repeating import act
from referendum.api.shapes import Asked, Moment, PaperIn, ToldOf
from referendum.certificates.tables import Attestation
from referendum.doors.sessions import Staff
from referendum.kernel import log
from referendum.kernel.people import RoleMissing
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import certifying, concluding, errors
from referendum.lifecycle.certifying import Certified, Signatory
from referendum.lifecycle.stages import ActNotAllowed
from referendum.lifecycle.tables import Measure

router = APIRouter(prefix="/measures/{measure_id}", tags=["certificates"], route_class=Route)


class CertificationIn(Asked):
    document: PaperIn | None = None


class CertificationOut(Labelled):
    """How far it has come: the second officer's certification brings the certificate."""

    verdict_sha256: str
    outcome: str
    attested: int
    needed: int
    certificate: UUID | None
    proposal: UUID
    """By which the second officer is asked for; it is sent back and taken back there."""

    @classmethod
    def of(cls, found: Certified, measure: Measure) -> CertificationOut:
        return cls(
            verdict_sha256=found.verdict_sha256,
            outcome=found.outcome,
            attested=found.attested,
            needed=certifying.OFFICERS,
            certificate=found.certificate_id,
            proposal=found.proposal_id,
            **binding_of(measure),
        )


class AttestationOut(ToldOf[Attestation]):
    name: str
    role: str
    authority: str
    certified_at: Moment


class PendingVerdictOut(Labelled):
    """The verdict that waits to be certified, with every number in it."""

    act: str
    subject: str
    outcome: str
    numbers: dict[str, Any]
    attestations: list[AttestationOut]
    proposal: UUID | None
    """The first officer's certification, which waits for a second one."""


@router.get(
    "/verdict",
    responses=possible(
        errors.MeasureNotFound,
        errors.NotYourAct,
        errors.ExaminationOpen,
        errors.CountIncomplete,
        errors.PollAboveElectors,
        errors.DistrictAboveElectors,
        errors.RuleRefused,
        errors.TotalNotPublished,
        ActNotAllowed,
        RoleMissing,
    ),
)
def show_verdict(measure_id: UUID, house: House, by: Staff) -> PendingVerdictOut:
    """What the numbers say now: for those who may certify it, before anybody else."""
    with house.begin() as uow:
        measure = measure_here(uow, measure_id, by)
        concluding.insist_on_reader(uow.session, measure, by)
        verdict = concluding.verdict(uow.session, measure)
        statement, asked = verdict.statement, certifying.asked(uow, measure, verdict)
        attested = certifying.attestations(uow.session, asked)
        return PendingVerdictOut(
            act=verdict.act.value,
            subject=statement.subject,
            outcome=statement.outcome,
            numbers=statement.numbers,
            attestations=[AttestationOut.of(one) for one in attested],
            proposal=asked.id if asked else None,
            **binding_of(measure),
        )


@act(
    router,
    "/certifications",
    *ACTING,
    errors.OwnFigures,
    errors.ExaminationOpen,
    errors.CountIncomplete,
    errors.PollAboveElectors,
    errors.DistrictAboveElectors,
    errors.AttestedBefore,
    errors.AttestedOnAnother,
    errors.RuleRefused,
    errors.TotalNotPublished,
)
def certify(
    uow: UnitOfWork, measure_id: UUID, given: CertificationIn, house: House, by: Staff
) -> CertificationOut:
    """Certify the verdict that the numbers give now. A code must have been given just before."""
    log.catch_up(house.begin, house.log_key)
    measure = measure_here(uow, measure_id, by)
    found = certifying.certify(
        uow,
        house.means,
        measure_id,
        by=Signatory.of(uow.session, by),
        document=paper_of(given.document),
    )
    return CertificationOut.of(found, measure)
