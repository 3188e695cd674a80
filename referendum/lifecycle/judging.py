"""The verdict on a petition: what is needed, what was counted, the order to cure a shortfall."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from referendum.lifecycle import (
    acting,
    area,
    petitioning,
    reviewing,
    rules,
)
from referendum.lifecycle.dates import deadlines
from referendum.lifecycle.errors import (
    CuredBefore,
    VerdictOtherwise,
)
from referendum.lifecycle.stages import Act, Stage
from referendum.lifecycle.tables import Measure, StepTaken
from referendum.lifecycle.taking import Allowed
from referendum.roll.tables import Jurisdiction
from signatures import tallying
from signatures.tallying import Tally
from thresholds.requirement import Area
from thresholds.rulebook import Rulebook
from thresholds.verdict import (
    PetitionNumbers,
    PetitionStatus,
    PetitionVerdict,
    judge_petition,
)
from thresholds.vocabulary import PetitionOutcome


def order_cure(allowed: Allowed) -> StepTaken:
    """Order a shortfall to be cured, once."""
    session, measure = allowed.session, allowed.measure
    if acting.times_taken(session, measure.id, Act.ORDER_CURE):
        raise CuredBefore(measure=str(measure.id))
    found = verdict(session, measure)
    if found.outcome is PetitionOutcome.SUFFICIENT:
        raise VerdictOtherwise(act=Act.FIND_SUFFICIENT.value)
    return allowed.take()


@dataclass(frozen=True, slots=True)
class Valid:
    """Signatures that were found valid, in all and in each district that has some."""

    total: int
    by_district: Mapping[UUID, int]


def numbers(measure: Measure, where: area.Ground, valid: Valid | None) -> PetitionNumbers:
    """The petition's figures in the form that the rules judge (None: not yet examined)."""
    districts = [
        Area(
            name=district.name_ko,
            whole=where.by_district[district.id],
            counted=None if valid is None else valid.by_district.get(district.id, 0),
        )
        for district in where.districts
        if district.id in where.by_district
    ]
    lapsed = Stage(measure.stage) is Stage.LAPSED
    return PetitionNumbers(
        claimants=where.claimants,
        valid=None if valid is None else valid.total,
        districts=tuple(districts) or None,
        status=PetitionStatus.NOT_FILED if lapsed else PetitionStatus.FILED,
    )


def judged(
    session: Session, measure: Measure, valid: Valid | None, *, where: area.Ground | None = None
) -> PetitionVerdict:
    """What the pinned rulebook says of so many valid signatures (None: not yet examined)."""
    place = session.get_one(Jurisdiction, measure.jurisdiction_id)
    return judged_by(
        rules.pinned(measure), measure, place, where or area.ground(session, measure), valid
    )


def judged_by(
    rulebook: Rulebook,
    measure: Measure,
    place: Jurisdiction,
    where: area.Ground,
    valid: Valid | None,
) -> PetitionVerdict:
    """The same, of what was read before."""
    with rules.asking():
        return judge_petition(
            rulebook,
            numbers(measure, where, valid),
            ordinance=deadlines.ordinance_of(measure).share,
            population=place.population,
        )


@dataclass(frozen=True, slots=True)
class Weighed:
    """A petition's verdict, with all that it was read from: gathered once."""

    verdict: PetitionVerdict
    tally: Tally
    valid: Valid
    where: area.Ground


def weighed(session: Session, measure: Measure) -> Weighed:
    """The verdict on the standing signatures, once every line has been decided."""
    reviewing.insist_on_examined(session, measure)
    petition = petitioning.petition_of(session, measure)
    tally = tallying.exact(session, petition.id)
    valid = Valid(tally.standing, tallying.standing(session, petition.id))
    place = session.get_one(Jurisdiction, measure.jurisdiction_id)
    where = area.ground(session, measure)
    found = judged_by(rules.pinned(measure), measure, place, where, valid)
    return Weighed(found, tally, valid, where)


def verdict(session: Session, measure: Measure) -> PetitionVerdict:
    """The same, without what it was read from."""
    return weighed(session, measure).verdict
