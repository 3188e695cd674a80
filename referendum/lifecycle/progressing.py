"""How far a petition is, and what a draft would need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from referendum.lifecycle import acting, area, judging, rules, stages
from referendum.lifecycle.area import Ground
from referendum.lifecycle.errors import TotalNotPublished
from referendum.lifecycle.judging import Valid
from referendum.lifecycle.stages import Stage
from referendum.lifecycle.tables import Measure, StepTaken
from referendum.roll.tables import Jurisdiction
from signatures import petitions, tallying
from signatures.tables import Petition
from signatures.tallying import Tally
from thresholds.requirement import Finding
from thresholds.vocabulary import Instrument


@dataclass(frozen=True, slots=True, eq=False)
class Progress:
    """How far a petition is: gross, examined, and needed. Never "reached" on gross numbers.

    One is equal to itself alone, so that what is drawn of it can be kept by it.
    """

    petition: Petition
    tally: Tally | None
    """Folded behind the writers; public figures come from here alone. None where they are kept from
    whoever this was read for: as a quiet petition's are from the public."""
    needed: int
    claimants: int
    findings: tuple[Finding, ...]
    examined: bool
    broken_off: bool
    """Whether it ended before its examination was over: then nothing more is needed or met."""
    where: Ground

    @property
    def is_hushed(self) -> bool:
        """Whether it says what is needed and not how far that is."""
        return self.tally is None


def is_quiet(measure: Measure) -> bool:
    """Whether nothing may be shown that urges anybody to sign it."""
    return stages.is_quiet(Instrument(measure.instrument), Stage(measure.stage))


def progress(session: Session, measure: Measure, *, hushed: bool = False) -> Progress | None:
    """The petition's figures against what is needed; none where it was held elsewhere."""
    petition = petitions.of_measure(session, measure.id)
    if petition is None:
        return None
    place = session.get_one(Jurisdiction, measure.jurisdiction_id)
    where = area.ground(session, measure)
    tally = None if hushed else tallying.tally(session, petition.id)
    before = ended_from(acting.history(session, measure.id))
    return progress_of(measure, place, petition, tally, where, before=before)


def progress_of(
    measure: Measure,
    place: Jurisdiction,
    petition: Petition,
    tally: Tally | None,
    where: Ground,
    *,
    before: Stage | None,
) -> Progress:
    """The same of what was read before. `before`: from where it ended (`ended_from`)."""
    examined = is_examined(measure, before)
    valid = _counted(tally) if examined and tally is not None else None
    found = judging.judged_by(rules.pinned(measure), measure, place, where, valid)
    return Progress(
        petition=petition,
        tally=tally,
        needed=signatures_needed(found.findings),
        claimants=where.claimants,
        findings=found.findings,
        examined=examined,
        broken_off=not examined and Stage(measure.stage) in stages.ENDINGS,
        where=where,
    )


def is_examined(measure: Measure, before: Stage | None) -> bool:
    """Whether every line was decided; of what ended, whether it was so at the stage before."""
    here = Stage(measure.stage)
    if here not in stages.ENDINGS:
        return here in EXAMINED
    return before in EXAMINED and before is not Stage.CURING


def ended_from(steps: Sequence[StepTaken]) -> Stage | None:
    """The stage that a measure had before the one that it has now."""
    return Stage(steps[-1].source) if steps else None


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
    Stage.ABANDONED,
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
        return judging.judged(session, trial, None).findings
    except TotalNotPublished:
        return ()


def signatures_needed(findings: Sequence[Finding]) -> int:
    for finding in findings:
        if finding.requirement == "signatures" and finding.needed is not None:
            return int(finding.needed)
    return 0
