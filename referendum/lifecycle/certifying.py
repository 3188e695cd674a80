"""Certifying a verdict: two different officers, one document, and the step that it takes.

The first officer's certification is a proposal as any other (`kernel.proposals`): it is seen where
they all are, sent back with a reason, taken back, or lapses. The second one's issues the document.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from referendum.certificates.tables import Attestation, Certificate
from referendum.identity import staff
from referendum.identity.tables import Staff
from referendum.kernel import log, proposals
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Officer, Role
from referendum.kernel.proposals import ChangesOtherwise, Proposal, Put, State
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import (
    acting,
    concluding,
    papering,
    rules,
    stating,
    taking,
    trying,
    voting,
)
from referendum.lifecycle.acting import Document, Means, Particulars
from referendum.lifecycle.advisory import correcting
from referendum.lifecycle.concluding import Verdict
from referendum.lifecycle.errors import (
    AttestedBefore,
    AttestedOnAnother,
    DocumentNeeded,
    OwnFigures,
)
from referendum.lifecycle.stages import Act
from referendum.lifecycle.statements import Statement
from referendum.lifecycle.tables import Measure
from referendum.lifecycle.taking import Allowed
from referendum.roll.tables import Jurisdiction

OFFICERS = 2
CERTIFY: Final = "certify."
"""The sort of proposal by which a first officer certifies: its subject stands behind it."""
WOULD_BE: Final = "nobody yet"
"""Who certifies second while it is only tried: what is written with it is undone."""


@dataclass(frozen=True, slots=True)
class Signatory:
    """How an officer is named in a certificate: the name and office that the account states."""

    officer: Officer
    name: str
    office: str
    deputising_for: str | None = None
    """Name and office of whoever is away, where they certify as a deputy."""

    @classmethod
    def of(cls, session: Session, officer: Officer) -> Signatory:
        account = session.get_one(Staff, officer.id)
        away = officer.deputising_for
        return cls(
            officer,
            account.display_name,
            account.office_title,
            staff.names_of(session, [away])[away] if away else None,
        )


@dataclass(frozen=True, slots=True)
class Certified:
    """How far certification has come: the second officer's brings the certificate."""

    verdict_sha256: str
    outcome: str
    attested: int
    certificate_id: UUID | None
    proposal_id: UUID


def certify(
    uow: UnitOfWork,
    means: Means,
    measure_id: UUID,
    *,
    by: Signatory,
    document: Document | None = None,
) -> Certified:
    """Certify the verdict that the numbers give now; refused while any number is open.

    The first officer's certification is a proposal; the second one's confirms it. A verdict is
    named by the hash of its numbers: where a number changed between the two officers, the first
    one's certification is of another verdict and both are needed again.
    """
    measure = acting.lock(uow.session, measure_id)
    waiting = _waiting(uow, measure, lock=True)
    # Asked before any number is looked at: how many returns are missing is not for everybody.
    given = Particulars(document=document or _paper_of(waiting))
    allowed = taking.allow(
        uow, means, measure, concluding.certified_step(measure).act, by.officer, given
    )
    concluding.insist_on_other_hands(uow.session, measure, by.officer)
    verdict = concluding.verdict(uow.session, measure)
    for row in waiting:
        if _is_of(row, verdict) and not concluding.keyed_it(uow.session, measure, _first(row)):
            return _second(allowed, verdict, row, by, document)
        proposals.overtake(uow, row, by=by.officer)
    if allowed.recorded_from and document is None:
        # The paper of what was overtaken is not this officer's.
        raise DocumentNeeded(act=allowed.step.act.value, authority=allowed.step.by.value)
    own = replace(allowed, given=Particulars(document=document))
    return _propose(own, verdict, by, document)


def _propose(
    allowed: Allowed, verdict: Verdict, by: Signatory, document: Document | None
) -> Certified:
    """The first officer's certification: it waits for a second one, and rests on its paper."""
    uow, measure, statement = allowed.uow, allowed.measure, verdict.statement
    issuer = papering.issuer_of(allowed.step)
    authority = allowed.step.by.authority
    assert authority is not None, "officers certify"
    what = {
        "act": verdict.act.value,
        "subject": statement.subject,
        "verdict_sha256": verdict.digest,
        "outcome": statement.outcome,
        "document": papering.written(uow, measure.jurisdiction_id, issuer, document, by=by.officer),
    }
    put = Put(
        kind=f"{CERTIFY}{statement.subject}",
        place=measure.jurisdiction_id,
        authority=authority,
        subject=measure.id,
        what=what,
        changes=_changes(allowed, verdict),
    )
    row = proposals.put(uow, put, by=by.officer)
    _attest(uow, measure, verdict, by, row)
    return Certified(verdict.digest, statement.outcome, 1, None, row.id)


def _second(
    allowed: Allowed, verdict: Verdict, row: Proposal, by: Signatory, document: Document | None
) -> Certified:
    """The second officer's: on the same paper, and with it the document is issued."""
    uow, measure, statement = allowed.uow, allowed.measure, verdict.statement
    if row.proposed_by == by.officer.id:
        raise AttestedBefore(measure=str(measure.id))
    paper = _same_paper(allowed, row, document)
    officer = proposals.confirm(uow, row, by=by.officer, measure=measure.id)
    _attest(uow, measure, verdict, by, row)
    officers = _attested(uow.session, row)
    assert len(officers) == OFFICERS, "two people, by the proposal's own constraint"
    given = Particulars(document=paper)
    taken = replace(allowed, by=officer, given=given).turned_to(verdict.act)
    certificate = _issue(taken, statement, officers)
    return Certified(verdict.digest, statement.outcome, OFFICERS, certificate.id, row.id)


def _same_paper(allowed: Allowed, row: Proposal, document: Document | None) -> Document | None:
    """What both stand on. Where the first named none, as none is needed, the second may."""
    meant, by = row.what["document"], allowed.by
    assert isinstance(by, Officer)
    issuer = papering.issuer_of(allowed.step)
    named = papering.written(allowed.uow, allowed.measure.jurisdiction_id, issuer, document, by=by)
    if meant is not None and named is not None and named["paper"] != meant["paper"]:
        raise AttestedOnAnother(number=meant["number"], day=meant["day"])
    return papering.read(meant or named)


def would_change(
    uow: UnitOfWork, means: Means, measure: Measure, what: Mapping[str, Any], by: Officer
) -> list[trying.Change]:
    """What certifying changes now; refused where the numbers, or whose they are, are others."""
    given = Particulars(document=papering.read(what["document"]))
    allowed = taking.allow(uow, means, measure, concluding.certified_step(measure).act, by, given)
    verdict = concluding.verdict(uow.session, measure)
    same = (verdict.act.value, verdict.digest) == (what["act"], what["verdict_sha256"])
    if not same or concluding.keyed_it(uow.session, measure, by):
        raise ChangesOtherwise(measure=str(measure.id))
    return _changes(allowed, verdict)


def _changes(allowed: Allowed, verdict: Verdict) -> list[trying.Change]:
    """All but the days that follow: they count from the day of the second certification."""
    uow = allowed.uow
    assert isinstance(allowed.by, Officer)
    trial = (
        replace(allowed, by=replace(allowed.by, seconded_by=WOULD_BE))
        .turned_to(verdict.act)
        .dated(uow.now())
    )
    found = trying.changes(uow, allowed.measure, lambda: _take(trial, verdict.statement, uuid4()))
    return [one for one in found if not str(one["what"]).startswith(trying.DEADLINE)]


def refusal(session: Session, measure: Measure, by: Officer) -> DomainError | None:
    """Why an officer could not be the second one; their code is asked for when they certify."""
    found = acting.right(session, measure, concluding.certified_step(measure), by).refusal
    if found is None and concluding.keyed_it(session, measure, by):
        return OwnFigures(measure=str(measure.id))
    return found


def is_for(row: Proposal, by: Officer) -> bool:
    """Whether an officer of the same office may read it: what is not certified is not for all."""
    certifies = Role.CERTIFIER in by.roles or row.state == State.CONFIRMED
    return certifies or not row.kind.startswith(CERTIFY)


def asked(uow: UnitOfWork, measure: Measure, verdict: Verdict) -> Proposal | None:
    """The first officer's certification of this very verdict, while it waits."""
    found = _waiting(uow, measure, lock=False)
    return next((row for row in found if _is_of(row, verdict)), None)


def attestations(session: Session, row: Proposal | None) -> list[Attestation]:
    """Who has certified what waits."""
    return [] if row is None else _attested(session, row)


def _is_of(row: Proposal, verdict: Verdict) -> bool:
    """Whether a first officer certified this very one."""
    said = row.what["act"], row.what["verdict_sha256"]
    return said == (verdict.act.value, verdict.digest)


def _waiting(uow: UnitOfWork, measure: Measure, *, lock: bool) -> list[Proposal]:
    """First certifications of any verdict of a measure that nobody has answered yet."""
    rows = select(Proposal).where(
        Proposal.subject_id == measure.id,
        Proposal.kind.startswith(CERTIFY, autoescape=True),
        Proposal.state == State.WAITING.value,
    )
    found = uow.session.scalars(rows.with_for_update() if lock else rows)
    now = uow.now()
    return [row for row in found if proposals.standing(row, now) is State.WAITING]


def _paper_of(waiting: Sequence[Proposal]) -> Document | None:
    return papering.read(waiting[0].what["document"]) if waiting else None


def _first(row: Proposal) -> Officer:
    return proposals.proposer(row, seconded_by=None)


def _attest(
    uow: UnitOfWork, measure: Measure, verdict: Verdict, by: Signatory, row: Proposal
) -> None:
    subject = verdict.statement.subject
    attested = Attestation(
        measure_id=measure.id,
        subject=subject,
        verdict_sha256=verdict.digest,
        officer_id=by.officer.id,
        name=by.name,
        role=by.office,
        authority=by.officer.authority.value,
        deputising_for=by.deputising_for,
        certified_at=uow.now(),
        proposal_id=row.id,
    )
    uow.session.add(attested)
    uow.session.flush()
    uow.record(
        "verdict.attested",
        by=by.officer,
        measure=measure.id,
        facts={"subject": subject, "verdict_sha256": verdict.digest},
    )


def _attested(session: Session, row: Proposal) -> list[Attestation]:
    rows = select(Attestation).where(Attestation.proposal_id == row.id)
    return list(session.scalars(rows.order_by(Attestation.certified_at)))


def _issue(allowed: Allowed, statement: Statement, officers: list[Attestation]) -> Certificate:
    """Write the document and take the step that the verdict chooses.

    The record is sealed to its end, so that the checkpoint covers every act before. Whoever
    seals keeps every other sealer waiting until the commit: so all that can be read or written
    before is, and only the document itself comes after.
    """
    uow, measure, means = allowed.uow, allowed.measure, allowed.means
    now, certificate_id = uow.now(), uuid4()
    replaced = correcting.latest(uow.session, measure.id, statement.subject)
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
        replaces=replaced,
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
        replaces_id=replaced.id if replaced else None,
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
            **({"replaces": str(replaced.id)} if replaced else {}),
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
