"""Certifying a verdict: two different officers, one document, and the step that it takes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ballots import returns
from referendum.certificates.tables import Attestation, Certificate
from referendum.identity.tables import Staff
from referendum.kernel import log
from referendum.kernel.canonical import canonical
from referendum.kernel.db import violates
from referendum.kernel.people import Officer
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import (
    acting,
    counting,
    papering,
    polling,
    rules,
    stages,
    stating,
    taking,
    voting,
)
from referendum.lifecycle.acting import Document, Means, Particulars, Right
from referendum.lifecycle.errors import AttestedBefore, OwnFigures, VerdictOtherwise
from referendum.lifecycle.stages import Act, Stage
from referendum.lifecycle.statements import Statement
from referendum.lifecycle.tables import Measure
from referendum.lifecycle.taking import Allowed
from referendum.roll.tables import Jurisdiction
from signatures import deciding, petitions
from thresholds.vocabulary import Instrument, PetitionOutcome, PollOutcome

OFFICERS = 2


@dataclass(frozen=True, slots=True)
class Signatory:
    """How an officer is named in a certificate: the name and office that the account states."""

    officer: Officer
    name: str
    office: str

    @classmethod
    def of(cls, session: Session, officer: Officer) -> Signatory:
        account = session.get_one(Staff, officer.id)
        return cls(officer, account.display_name, account.office_title)


@dataclass(frozen=True, slots=True)
class Certified:
    """How far certification has come: the second officer's brings the certificate."""

    verdict_sha256: str
    outcome: str
    attested: int
    certificate_id: UUID | None


def certify(
    uow: UnitOfWork,
    means: Means,
    measure_id: UUID,
    *,
    by: Signatory,
    document: Document | None = None,
) -> Certified:
    """Certify the verdict that the numbers give now; refused while any number is open.

    A verdict is named by the hash of its numbers: where a number changed between the two
    officers, the first one's certification is of another verdict and both are needed again.
    """
    measure = acting.lock(uow.session, measure_id)
    # Asked before any number is looked at: how many returns are missing is not for everybody.
    given = Particulars(document=document)
    allowed = taking.allow(uow, means, measure, certified_step(measure).act, by.officer, given)
    _insist_on_other_hands(uow.session, measure, by.officer)
    act, statement = pending(uow.session, measure)
    if document is not None:
        # The first officer's certification is no step yet, and rests on the paper all the same.
        issuer = papering.issuer_of(allowed.step)
        named = papering.name(uow, measure.jurisdiction_id, issuer, document, by=by.officer)
        if allowed.recorded_from:
            papering.insist_on_file(named)
    digest = _digest(uow.session, measure.id, statement)
    _attest(uow, measure, statement, digest, by)
    officers = _attested(uow.session, measure.id, statement.subject, digest)
    if len(officers) < OFFICERS:
        return Certified(digest, statement.outcome, len(officers), None)
    certificate = _issue(allowed.turned_to(act), statement, officers[:OFFICERS])
    return Certified(digest, statement.outcome, len(officers), certificate.id)


def insist_on_reader(session: Session, measure: Measure, by: Officer) -> Right:
    """Whoever may certify may read before; code and paper are asked for when they certify."""
    found = acting.right(session, measure, certified_step(measure), by)
    if found.refusal is not None:
        raise found.refusal
    return found


def certified_step(measure: Measure) -> stages.Step:
    """A step from here that is taken by certifying; all of a stage belong to one authority."""
    for step in stages.steps_from(Instrument(measure.instrument), Stage(measure.stage)):
        if step.certified:
            return step
    raise stages.ActNotAllowed(stage=measure.stage, act="certify", possible=[])


def pending(session: Session, measure: Measure) -> tuple[Act, Statement]:
    """The verdict that waits to be certified, and the act that it chooses."""
    match Stage(measure.stage):
        case Stage.REVIEWED:
            statement = stating.of_petition(session, measure)
            enough = statement.outcome == PetitionOutcome.SUFFICIENT
            return (Act.FIND_SUFFICIENT if enough else Act.FIND_INSUFFICIENT), statement
        case Stage.COUNTING:
            counting.insist_on_certifiable(session, measure)
            return Act.DECLARE, stating.of_poll(session, measure)
        case stage:
            raise stages.ActNotAllowed(stage=stage.value, act="certify", possible=[])


def attestations(session: Session, measure_id: UUID, statement: Statement) -> list[Attestation]:
    """Who has certified this very verdict so far."""
    digest = _digest(session, measure_id, statement)
    return _attested(session, measure_id, statement.subject, digest)


def _digest(session: Session, measure_id: UUID, statement: Statement) -> str:
    """What names a verdict. After a cure it is another one, though nothing was brought."""
    cured = acting.times_taken(session, measure_id, Act.ORDER_CURE)
    said = {**statement.numbers, "cured": cured} if cured else statement.numbers
    return hashlib.sha256(canonical(said)).hexdigest()


def settling(measure: Measure) -> Act:
    """The act by which a declared result becomes final, chosen by its outcome."""
    match measure.outcome:
        case PollOutcome.ADOPTED:
            return Act.SETTLE_ADOPTED
        case PollOutcome.REJECTED:
            return Act.SETTLE_REJECTED
        case PollOutcome.NEITHER:
            return Act.SETTLE_NEITHER
        case PollOutcome.NOT_COUNTED:
            return Act.SETTLE_NOT_COUNTED
        case PollOutcome.ADVISORY:
            return Act.SETTLE_ADVISED
    raise VerdictOtherwise(act=Act.DECLARE.value)


def keyed_it(session: Session, measure: Measure, by: Officer) -> bool:
    """Whether an officer brought, decided or keyed any of what is to be certified now."""
    if Stage(measure.stage) is Stage.COUNTING:
        poll = polling.current_poll(session, measure)
        return poll is not None and returns.keyed_by(session, poll.id, by.id)
    petition = petitions.of_measure(session, measure.id)
    return petition is not None and deciding.worked_on(session, petition.id, by.mark)


def _insist_on_other_hands(session: Session, measure: Measure, by: Officer) -> None:
    """CER-02: nobody certifies their own figures."""
    if keyed_it(session, measure, by):
        raise OwnFigures(measure=str(measure.id))


def _attest(
    uow: UnitOfWork, measure: Measure, statement: Statement, digest: str, by: Signatory
) -> None:
    row = Attestation(
        measure_id=measure.id,
        subject=statement.subject,
        verdict_sha256=digest,
        officer_id=by.officer.id,
        name=by.name,
        role=by.office,
        authority=by.officer.authority.value,
        certified_at=uow.now(),
    )
    try:
        with uow.session.begin_nested():
            uow.session.add(row)
    except IntegrityError as again:
        if not violates(again, "uq_attestation_once"):
            raise
        raise AttestedBefore(measure=str(measure.id)) from again
    uow.record(
        "verdict.attested",
        by=by.officer,
        measure=measure.id,
        facts={"subject": statement.subject, "verdict_sha256": digest},
    )


def _attested(session: Session, measure_id: UUID, subject: str, digest: str) -> list[Attestation]:
    rows = (
        select(Attestation)
        .where(
            Attestation.measure_id == measure_id,
            Attestation.subject == subject,
            Attestation.verdict_sha256 == digest,
        )
        .order_by(Attestation.certified_at)
    )
    return list(session.scalars(rows))


def _issue(allowed: Allowed, statement: Statement, officers: list[Attestation]) -> Certificate:
    """Write the document and take the step that the verdict chooses.

    The record is sealed to its end, so that the checkpoint covers every act before. Whoever
    seals keeps every other sealer waiting until the commit: so all that can be read or written
    before is, and only the document itself comes after.
    """
    uow, measure, means = allowed.uow, allowed.measure, allowed.means
    now, certificate_id = uow.now(), uuid4()
    content = stating.contents(
        uow.session,
        means,
        measure,
        statement,
        officers,
        certificate_id=certificate_id,
        serial=_serial(uow.session, measure, statement, now),
        issued_at=now,
        paper=allowed.given.document,
    )
    _take(allowed.dated(now), statement, certificate_id)
    log.seal_all(uow.session, means.log_key)
    document = stating.document(uow.session, means.log_key, content)
    certificate = Certificate(
        id=certificate_id,
        measure_id=measure.id,
        subject=statement.subject,
        serial=document.serial,
        kind=document.kind,
        document=document.canonical_bytes(),
        sha256=document.sha256,
        issued_at=now,
    )
    uow.session.add(certificate)
    uow.session.flush()
    uow.record(
        "certificate.issued",
        by=allowed.by,
        measure=measure.id,
        facts={
            "certificate": str(certificate.id),
            "serial": certificate.serial,
            "class": certificate.kind,
            "sha256": certificate.sha256,
        },
        at=now,
    )
    uow.later("certificates.render", certificate_id=str(certificate.id))
    return certificate


def _take(allowed: Allowed, statement: Statement, certificate_id: UUID) -> None:
    assert allowed.at is not None
    allowed.measure.outcome = statement.outcome
    allowed.take(facts={"outcome": statement.outcome, "certificate": str(certificate_id)})
    if allowed.step.act is Act.DECLARE:
        voting.restore_powers(allowed.uow, allowed.measure, allowed.by, allowed.at)


def _serial(session: Session, measure: Measure, statement: Statement, now: datetime) -> str:
    place = session.get_one(Jurisdiction, measure.jurisdiction_id)
    before = select(func.count()).where(Certificate.measure_id == measure.id)
    issued = (session.scalar(before) or 0) + 1
    kind = "P" if statement.poll is None else "V"
    year = rules.local_day(now, ZoneInfo(place.zone)).year
    return f"{place.code.upper()}-{year}-{measure.number:04d}-{kind}{issued}"
