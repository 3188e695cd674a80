"""From the application to the verdict on the signatures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from referendum.kernel.people import Assurance, Authority, Officer, Role
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import acting, proposing, rules, stages
from referendum.lifecycle.acting import Means
from referendum.lifecycle.advisory import enveloping
from referendum.lifecycle.dates import barring, deadlines
from referendum.lifecycle.errors import (
    BarApplies,
    CuredBefore,
    ExaminationOpen,
    NotYourAct,
    RuleRefused,
    TotalNotPublished,
    VerdictOtherwise,
)
from referendum.lifecycle.stages import Act, Stage
from referendum.lifecycle.tables import Designation, Measure, StepTaken
from referendum.lifecycle.taking import Allowed
from referendum.roll import freezing, places, totals
from referendum.roll.freezing import Purpose
from referendum.roll.tables import District, Jurisdiction, RegisterVersion
from referendum.roll.totals import TotalKind, YearsNumbers
from signatures import examining, petitions, tallying
from signatures.lines import Origin
from signatures.sheets import Progress
from signatures.tables import Petition
from thresholds.bars import parked_until, time_bars
from thresholds.electorate import AgeDate
from thresholds.requirement import Area
from thresholds.rulebook import Channel, Rulebook, Signing
from thresholds.verdict import (
    PetitionNumbers,
    PetitionStatus,
    PetitionVerdict,
    judge_petition,
)
from thresholds.vocabulary import DeadlineName, Instrument, PetitionOutcome

NOTHING_PUBLISHED: Final = YearsNumbers(None, {})


def admit(allowed: Allowed) -> StepTaken:
    """Issue the representative's certificate and publish it: collection begins.

    A checklist of legal conditions, not a favour (대법원 2014두40647): the text is whole, no time
    bar runs, the year's claimant total is published.
    """
    uow, measure, by = allowed.uow, allowed.measure, allowed.by
    proposing.check_complete(measure)
    today = rules.today(uow, measure)
    rulebook = rules.pin(uow, measure, by, today)
    enveloping.insist_residents_may_ask(uow.session, measure)
    _insist_on_no_bar(rulebook, measure, today)
    measure.base_year = today.year - 1
    claimants_of(uow.session, measure)
    measure.text_sha256 = proposing.fingerprint(measure)
    taken = allowed.take(
        facts={"text_sha256": measure.text_sha256.hex(), "base_year": measure.base_year}
    )
    _open_petition(allowed, rulebook, taken)
    return taken


def park(allowed: Allowed) -> StepTaken:
    """Hold an application that came inside a time bar until the bar ends (RECD §4①)."""
    uow, measure = allowed.uow, allowed.measure
    today = rules.today(uow, measure)
    rulebook = rules.in_force(uow.session, measure, today)
    until = _bar_ends(rulebook, measure, today)
    if until == today:
        raise VerdictOtherwise(act=Act.ADMIT.value)
    taken = allowed.take(facts={"until": until.isoformat()})
    zone = rules.zone_of(uow.session, measure)
    eve = until - deadlines.ONE_DAY
    article = rulebook.calendar.time_bars.article if rulebook.calendar.time_bars else ""
    deadlines.keep(
        uow.session,
        measure,
        name="bar_ends",
        day=eve,
        at=deadlines.end_of(eve, zone),
        article=article,
        sums=(f"{until.isoformat()}부터 청구할 수 있음", f"claims are possible from {until}"),
    )
    return taken


def close_collection(allowed: Allowed) -> StepTaken:
    """Stop collecting at the deadline; what was signed later does not exist."""
    petition = petition_of(allowed.session, allowed.measure)
    # Whoever was signing is waited for, so that the number is of all who did.
    petitions.get_to_close(allowed.session, petition.id)
    collected = tallying.exact(allowed.session, petition.id).submitted
    return allowed.take(facts={"collected": collected})


def follow_deadline(uow: UnitOfWork, measure: Measure) -> None:
    """Let an open petition end when its deadline now does: after a hold or an override."""
    petition = petitions.of_measure(uow.session, measure.id)
    ends = deadlines.kept(uow.session, measure.id, DeadlineName.COLLECTION_ENDS)
    if petition is None or ends is None or Stage(measure.stage) is not Stage.COLLECTING:
        return
    if ends.at != petition.closes_at:
        petitions.move_deadline(uow, petition.id, closes_at=ends.at)


def file(allowed: Allowed) -> StepTaken:
    """Hand the lists in. From here on no line can be withdrawn."""
    petition = petition_of(allowed.session, allowed.measure)
    taken = allowed.take()
    petitions.submit(allowed.uow, petition.id, at=taken.at)
    return taken


def settle_objections(allowed: Allowed) -> StepTaken:
    """Objections are decided; every line has its decision."""
    insist_on_examined(allowed.session, allowed.measure)
    return allowed.take()


def order_cure(allowed: Allowed) -> StepTaken:
    """Order a shortfall to be cured, once."""
    session, measure = allowed.session, allowed.measure
    if acting.times_taken(session, measure.id, Act.ORDER_CURE):
        raise CuredBefore(measure=str(measure.id))
    found = verdict(session, measure)
    if found.outcome is PetitionOutcome.SUFFICIENT:
        raise VerdictOtherwise(act=Act.FIND_SUFFICIENT.value)
    return allowed.take()


def examine(
    uow: UnitOfWork,
    means: Means,
    measure_id: UUID,
    by: Officer,
    *,
    progress: Progress | None = None,
) -> examining.ExaminationReport:
    """The automatic pass over the frozen roll, for a petition that has been handed in."""
    measure = acting.lock(uow.session, measure_id)
    insist_on_examinable(measure, by)
    rulebook = rules.pinned(measure)
    return examining.examine(
        uow,
        means.vault,
        petition_of(uow.session, measure).id,
        electorate=signing_of(rulebook).electorate,
        by=by,
        closed_days=barring.closed_days(uow.session, measure),
        progress=progress,
    )


def insist_on_examinable(measure: Measure, by: Officer) -> None:
    """Only those who may, and only between the handing in and the verdict."""
    insist_on_examiner(measure, by)
    stages.insist_lines_decided(Stage(measure.stage))


def insist_on_examiner(measure: Measure, by: Officer) -> None:
    """Only the examiners of the deciding authority may list or open who signed."""
    by.insist(Role.EXAMINER)
    deciding = authority_of(Instrument(measure.instrument))
    if by.jurisdiction != measure.jurisdiction_id or by.authority is not deciding:
        raise NotYourAct(act="examine", by=deciding.value)


def authority_of(instrument: Instrument) -> Authority:
    """Who examines an instrument's signatures: the one its table names for the verdict."""
    step = stages.find(instrument, Stage.REVIEWED, Act.FIND_SUFFICIENT)
    assert step.by.authority is not None
    return step.by.authority


def insist_on_examined(session: Session, measure: Measure) -> None:
    """Refuse while lines wait for a decision."""
    open_lines = tallying.unsettled(session, petition_of(session, measure).id)
    if open_lines:
        raise ExaminationOpen(lines=open_lines)


def petition_of(session: Session, measure: Measure) -> Petition:
    """The measure's petition; refused where its support was collected elsewhere."""
    petition = petitions.of_measure(session, measure.id)
    if petition is None:
        raise stages.ActNotAllowed(stage=measure.stage, act="petition", possible=[])
    return petition


def base_day(session: Session, measure: Measure) -> date:
    """The day on whose districts the measure stands: the last of its base year, or its birth."""
    if measure.base_year is None:
        return rules.local_day(measure.created_at, rules.zone_of(session, measure))
    return date(measure.base_year, 12, 31)


def signing_of(rulebook: Rulebook) -> Signing:
    """Who may sign and how; refused where the law knows no petition (a vote the state asks for)."""
    if rulebook.signing is None:
        raise RuleRefused(rule="no-petition", rulebook=rulebook.id)
    return rulebook.signing


def area(session: Session, measure: Measure) -> list[District]:
    """The districts of the measure, as they were on its base day."""
    everywhere = places.districts_on(session, measure.jurisdiction_id, base_day(session, measure))
    if not measure.districts:
        return everywhere
    chosen = set(measure.districts)
    return [district for district in everywhere if str(district.id) in chosen]


@dataclass(frozen=True, slots=True)
class Ground:
    """Whom a petition can be signed by: its districts, and the people published of them."""

    districts: Sequence[District]
    claimants: int
    """Of the whole area."""
    by_district: Mapping[UUID, int]
    """Empty where only the total was published."""


@dataclass(frozen=True, slots=True)
class Valid:
    """Signatures that were found valid, in all and in each district that has some."""

    total: int
    by_district: Mapping[UUID, int]


def ground(session: Session, measure: Measure) -> Ground:
    """Of the measure's area and base year; refused where its total was not published."""
    published = claimants_published(session, measure)
    return Ground(area(session, measure), claimants_in(measure, published), published.by_district)


def claimants_of(session: Session, measure: Measure) -> int:
    """The published claimant total of the measure's area and base year."""
    return claimants_in(measure, claimants_published(session, measure))


def claimants_by_district(session: Session, measure: Measure) -> Mapping[UUID, int]:
    """Published claimants of each district; empty where only the total was published."""
    return claimants_published(session, measure).by_district


def claimants_published(session: Session, measure: Measure) -> YearsNumbers:
    """What was published of the claimants of the measure's base year, of the whole place."""
    if measure.base_year is None:
        return NOTHING_PUBLISHED
    instrument = Instrument(measure.instrument)
    found = totals.numbers(
        session,
        jurisdiction_id=measure.jurisdiction_id,
        kind=TotalKind.CLAIMANTS,
        instruments=[instrument],
        base_years=[measure.base_year],
    )
    return found.get((instrument, measure.base_year), NOTHING_PUBLISHED)


def claimants_in(measure: Measure, published: YearsNumbers) -> int:
    """Of these numbers, those of the measure's area added up; refused where one is missing."""
    if not measure.districts:
        found = published.whole
    elif any(UUID(district) not in published.by_district for district in measure.districts):
        found = None
    else:
        found = sum(published.by_district[UUID(district)] for district in measure.districts)
    if found is None:
        raise TotalNotPublished(instrument=measure.instrument, year=measure.base_year)
    return found


def numbers(measure: Measure, where: Ground, valid: Valid | None) -> PetitionNumbers:
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
    session: Session, measure: Measure, valid: Valid | None, *, where: Ground | None = None
) -> PetitionVerdict:
    """What the pinned rulebook says of so many valid signatures (None: not yet examined)."""
    place = session.get_one(Jurisdiction, measure.jurisdiction_id)
    return judged_by(
        rules.pinned(measure), measure, place, where or ground(session, measure), valid
    )


def judged_by(
    rulebook: Rulebook, measure: Measure, place: Jurisdiction, where: Ground, valid: Valid | None
) -> PetitionVerdict:
    """The same, of what was read before."""
    with rules.asking():
        return judge_petition(
            rulebook,
            numbers(measure, where, valid),
            ordinance=deadlines.ordinance_of(measure).share,
            population=place.population,
        )


def verdict(session: Session, measure: Measure) -> PetitionVerdict:
    """The verdict on the standing signatures, once every line has been decided."""
    insist_on_examined(session, measure)
    petition = petition_of(session, measure)
    standing = tallying.exact(session, petition.id).standing
    valid = Valid(standing, tallying.standing(session, petition.id))
    return judged(session, measure, valid)


def _open_petition(allowed: Allowed, rulebook: Rulebook, taken: StepTaken) -> None:
    uow, measure = allowed.uow, allowed.measure
    ends = deadlines.kept(uow.session, measure.id, DeadlineName.COLLECTION_ENDS)
    if ends is None or measure.base_year is None or measure.text_sha256 is None:
        raise RuleRefused(rule="no-collection-period", rulebook=rulebook.id)
    base = date(measure.base_year, 12, 31)
    signing = signing_of(rulebook)
    electorate = signing.electorate
    roll = freezing.freeze(
        uow,
        jurisdiction_id=measure.jurisdiction_id,
        purpose=Purpose.SIGNING,
        instrument=Instrument(measure.instrument),
        measure_id=measure.id,
        electorate=electorate,
        base_date=base,
        age_date=base if electorate.age_on is AgeDate.BASE_DATE else ends.day,
        districts=[UUID(one) for one in measure.districts] if measure.districts else None,
        by=allowed.by,
    )
    petitions.open_petition(
        uow,
        allowed.means.vault,
        measure_id=measure.id,
        jurisdiction_id=measure.jurisdiction_id,
        opens_at=taken.at,
        closes_at=ends.at,
        roll_id=roll.id,
        channels=channels(uow.session, measure, rulebook),
        text_sha256=measure.text_sha256,
        owner=authority_of(Instrument(measure.instrument)),
        minimum_assurance=Assurance(signing.minimum_assurance or Assurance.PAPER),
    )


def channels(session: Session, measure: Measure, rulebook: Rulebook) -> list[Origin]:
    """The ways of signing that the rulebook opens; online only on a designated system."""
    designated = session.scalar(
        select(Designation.id).where(
            Designation.jurisdiction_id == measure.jurisdiction_id,
            Designation.instrument == measure.instrument,
        )
    )
    origins = {Channel.PAPER: Origin.PAPER, Channel.ONLINE: Origin.ONLINE}
    return [
        origins[rule.channel]
        for rule in signing_of(rulebook).channels
        if designated is not None or not rule.needs_designation
    ]


def has_register(session: Session, jurisdiction_id: UUID) -> bool:
    """Whether residents of the place were ever imported here."""
    here = select(RegisterVersion.id).where(RegisterVersion.jurisdiction_id == jurisdiction_id)
    return session.scalar(here.limit(1)) is not None


def _insist_on_no_bar(rulebook: Rulebook, measure: Measure, today: date) -> None:
    until = _bar_ends(rulebook, measure, today)
    if until != today:
        raise BarApplies(until=until.isoformat())


def _bar_ends(rulebook: Rulebook, measure: Measure, today: date) -> date:
    bars = time_bars(
        rulebook.calendar,
        term_started=measure.term_started,
        term_ends=measure.term_ends,
        previous_vote=measure.previous_vote,
    )
    return parked_until(bars, today)
