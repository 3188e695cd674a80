"""What a certificate states: the numbers, the law and the words of a measure, gathered once."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from ballots.canvassing import Canvass
from referendum.certificates import documents, parts
from referendum.certificates.tables import Attestation
from referendum.certificates.tables import Certificate as IssuedBefore
from referendum.kernel.log import LogKey, latest_checkpoint
from referendum.kernel.record import RecordCheckpoint
from referendum.lifecycle import (
    acting,
    binding,
    counting,
    judging,
    polling,
    rules,
)
from referendum.lifecycle.acting import Document as Paper
from referendum.lifecycle.acting import Means
from referendum.lifecycle.advisory import drawing, undertaking
from referendum.lifecycle.dates import deadlines
from referendum.lifecycle.errors import DocumentNeeded
from referendum.lifecycle.judging import Weighed
from referendum.lifecycle.stages import LIVES, Act
from referendum.lifecycle.statements import (
    AdvisoryCertificate,
    AdvisoryTranscript,
    Certificate,
    Statement,
    Transcript,
    authority_label,
    label,
)
from referendum.lifecycle.tables import Measure
from referendum.roll.tables import Jurisdiction
from thresholds.requirement import Finding
from thresholds.rulebook import Law, Rulebook
from thresholds.undertakings import Undertaken
from thresholds.verdict import PollVerdict
from thresholds.vocabulary import Instrument, PollOutcome


def of_petition(session: Session, measure: Measure) -> Statement:
    """The verdict on the signatures with all its numbers."""
    found = judging.weighed(session, measure)
    return Statement(
        "petition",
        rules.pinned(measure),
        found.verdict.outcome.value,
        petition=petition_part(found),
        poll=None,
    )


def of_poll(session: Session, measure: Measure) -> Statement:
    """The verdict on the vote with all its numbers, and the petition's where it was held here."""
    counted = counting.canvass(session, measure)
    found = counting.verdict_on(session, measure, counted)
    poll = polling.poll_of(session, measure)
    rulebook = rules.for_poll(measure, deadlines.events_of(session, measure))
    petition = None
    if acting.times_taken(session, measure.id, Act.FIND_SUFFICIENT):
        petition = petition_part(judging.weighed(session, measure))
    return Statement(
        f"poll-{poll.sequence}",
        rulebook,
        found.outcome.value,
        petition=petition,
        poll=poll_part(session, measure, counted, found),
        undertakings=tuple(map(undertaking_part, undertaking.on(session, measure, counted))),
    )


def petition_part(weighed: Weighed) -> parts.Petition:
    found, tally, where = weighed.verdict, weighed.tally, weighed.where
    return parts.Petition(
        outcome=found.outcome.value,
        findings=tuple(finding_part(finding) for finding in found.findings),
        claimants=where.claimants,
        submitted=tally.submitted,
        standing=tally.standing,
        void=tuple(
            parts.VoidTally.model_validate({"key": reason.value, "count": count})
            for reason, count in sorted(tally.void_by_reason.items())
        ),
        channels=tuple(
            parts.ChannelTally.model_validate({"key": origin.value, "count": part.submitted})
            for origin, part in sorted(tally.by_origin.items())
        ),
        districts=tuple(
            parts.PetitionDistrict(
                name=district.name_ko,
                claimants=where.by_district.get(district.id),
                valid=weighed.valid.by_district.get(district.id, 0),
            )
            for district in where.districts
            if not where.by_district or district.id in where.by_district
        ),
    )


def poll_part(
    session: Session, measure: Measure, counted: Canvass, found: PollVerdict
) -> parts.Poll:
    opened = found.outcome is not PollOutcome.NOT_COUNTED
    papers = counted.papers if opened else None
    votes = counted.votes if opened else None
    order = [option["key"] for option in drawing.options(session, measure)]
    gap = None
    if papers is not None and papers != counted.cast:
        reasons = sorted({gap.reason for gap in counted.gaps if gap.reason}) or ["—"]
        gap = parts.Gap(difference=papers - counted.cast, reason=" · ".join(reasons))
    return parts.Poll(
        outcome=found.outcome.value,
        counted=opened,
        winner=found.winner if opened else None,
        findings=tuple(finding_part(finding) for finding in found.findings),
        electors=counted.electors,
        issued=counted.issued,
        cast=counted.cast,
        papers=papers,
        invalid=counted.invalid if opened else None,
        options=_tallies(votes, order),
        gap=gap,
        districts=tuple(
            parts.PollDistrict(
                name=district.name_ko,
                electors=district.electors or 0,
                issued=district.issued,
                cast=district.cast,
                papers=district.papers if opened else None,
                invalid=district.invalid if opened else None,
                options=_tallies(district.votes if opened else None, order),
            )
            for district in counted.by_district
        ),
    )


def finding_part(finding: Finding) -> parts.Finding:
    return parts.Finding.model_validate({**finding.as_json(), "sum": finding.sum})


def undertaking_part(one: Undertaken) -> parts.Undertaking:
    return parts.Undertaking(
        number=one.number,
        text=parts.Label(ko=one.undertaking.ko, en=one.undertaking.en),
        met=one.met,
        turnout=finding_part(one.turnout),
        majority=finding_part(one.majority),
    )


def contents(
    session: Session,
    means: Means,
    measure: Measure,
    statement: Statement,
    officers: Sequence[Attestation],
    *,
    certificate_id: UUID,
    serial: str,
    issued_at: datetime,
    paper: Paper | None,
    replaces: IssuedBefore | None = None,
) -> dict[str, Any]:
    """All that the document says but where the record stands."""
    place = session.get_one(Jurisdiction, measure.jurisdiction_id)
    kind = _kind(measure, statement, officers, paper)
    return {
        "class": kind.name,
        "serial": serial,
        "jurisdiction": parts.Label(ko=place.name_ko, en=place.name_en),
        "instrument": measure.instrument,
        "measure": _measure_part(session, measure, place),
        "rulebook": rulebook_part(statement.rulebook),
        "petition": statement.petition,
        "poll": statement.poll,
        "outcome": statement.outcome,
        "label": _label(measure),
        "undertakings": statement.undertakings,
        "effects": kind.effects(Instrument(measure.instrument), statement),
        "authority": authority_label(deciding_authority(measure, statement)),
        "officers": tuple(
            parts.Officer(
                id=str(one.officer_id),
                name=one.name,
                role=one.role,
                authority=one.authority,
                deputising_for=one.deputising_for,
                certified_at=one.certified_at,
            )
            for one in officers
        ),
        "transcript_of": kind.original(),
        "replaces": replaces and parts.Replaced(serial=replaces.serial, sha256=replaces.sha256),
        "times": _times(session, measure, issued_at),
        "verification_url": means.addresses.certificate(certificate_id),
        "demo": means.demo,
        "rehearsal": means.rehearsal,
        "assumed": tuple(measure.ordinance.get("assumed", ())),
        "no_legal_effect": kind.has_no_legal_effect(statement),
    }


def document(session: Session, key: LogKey, content: Mapping[str, Any]) -> documents.Document:
    """The whole document, with the record's latest checkpoint."""
    checkpoint = latest_checkpoint(session)
    assert checkpoint is not None, "the record was sealed just before"
    return documents.Document.model_validate(
        {**content, "checkpoint": checkpoint_part(checkpoint, key)}
    )


def _kind(
    measure: Measure, statement: Statement, officers: Sequence[Attestation], paper: Paper | None
) -> Certificate:
    """Which document says it: that of the deciding authority's own officers, or one from its paper.

    Whoever certified decides that, whatever paper came with it and whoever runs the service.
    """
    authority = deciding_authority(measure, statement)
    advisory = measure.instrument == Instrument.ADVISORY
    if all(one.authority == authority for one in officers):
        return AdvisoryCertificate() if advisory else Certificate()
    if paper is None:
        raise DocumentNeeded(act="certify", authority=authority)
    return (AdvisoryTranscript if advisory else Transcript)(paper, authority)


def deciding_authority(measure: Measure, statement: Statement) -> str:
    """Who decides this verdict, by the measure's own table of steps."""
    act = Act.DECLARE if statement.poll is not None else Act.FIND_SUFFICIENT
    step = next(step for step in LIVES[Instrument(measure.instrument)] if step.act is act)
    return step.by.value


def rulebook_part(rulebook: Rulebook) -> parts.Rulebook:
    return parts.Rulebook(
        id=rulebook.id,
        title=parts.Label(ko=rulebook.title.ko, en=rulebook.title.en),
        fingerprint=rulebook.fingerprint,
        laws=tuple(map(_law, rulebook.laws)),
        assumed=tuple(rulebook.assumed),
    )


def _law(law: Law) -> str:
    """Name, number and day; a name that ends with its number (a promise's) has said it."""
    number = law.number if law.number and not law.name.endswith(law.number) else None
    return " ".join(filter(None, [law.name, number, f"({law.date.isoformat()})"]))


def checkpoint_part(checkpoint: RecordCheckpoint, key: LogKey) -> parts.Checkpoint:
    return parts.Checkpoint(
        origin=key.origin,
        size=checkpoint.size,
        root=base64.b64encode(checkpoint.root).decode(),
        note=checkpoint.note,
    )


def _label(measure: Measure) -> parts.Label | None:
    """The one sentence that marks everything of a vote without legal force."""
    key = binding.label_of(measure)
    return None if key is None else label(key)


def _measure_part(session: Session, measure: Measure, place: Jurisdiction) -> parts.Measure:
    return parts.Measure(
        id=str(measure.id),
        number=f"{place.code}-{measure.number}",
        title=parts.Label(ko=measure.title_ko, en=measure.title_en),
        question=parts.Phrase(ko=measure.question_ko, en=measure.question_en),
        options=tuple(
            parts.Option(
                key=option["key"], label=parts.Label(ko=option["ko"], en=option["en"] or None)
            )
            for option in drawing.options(session, measure)
        ),
        office=parts.Label(ko=measure.official) if measure.official else None,
        route=measure.route,
    )


def _times(session: Session, measure: Measure, issued_at: datetime) -> parts.Times:
    last = {step.act: step.at for step in acting.history(session, measure.id)}
    return parts.Times(
        issued_at=issued_at,
        petition_closed_at=last.get(Act.CLOSE_COLLECTION.value),
        polls_closed_at=last.get(Act.CLOSE_POLLS.value),
    )


def _tallies(votes: Any, order: Sequence[str]) -> tuple[parts.Tally, ...] | None:
    """Each option's votes, in the order in which the options stand on the ballot."""
    if votes is None:
        return None
    return tuple(parts.Tally(key=key, count=votes[key]) for key in order)
