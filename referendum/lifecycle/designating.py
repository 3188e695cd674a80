"""Designations, without which nobody signs online where the rules demand one.

The State designates a system; an office writes that down from the State's paper, by two officers,
and writes down as well that it is over. Petitions under way follow at once: on which days one can
sign online stands on their rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from referendum.kernel import proposals
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Authority, Officer, Role
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import acting, papering, petitioning, rules, stages
from referendum.lifecycle.acting import Document
from referendum.lifecycle.dates import following
from referendum.lifecycle.errors import (
    DayImplausible,
    DesignationNotDemanded,
    DesignationNotFound,
    DesignationOver,
    NotYourAct,
    ParticularMissing,
)
from referendum.lifecycle.stages import Stage
from referendum.lifecycle.tables import Designation, DesignationRevoked, Measure
from referendum.papers.naming import Issuer, Named
from referendum.roll import places
from signatures import petitions
from signatures.closing import OnlineDays
from signatures.lines import Origin
from thresholds import library
from thresholds.rulebook import Channel, ChannelRule, Rulebook
from thresholds.vocabulary import Instrument

LONGEST: Final = 200
ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Known:
    """A designation, and that it was revoked, if it was."""

    row: Designation
    revoked: DesignationRevoked | None

    @property
    def days(self) -> OnlineDays | None:
        """The days on which it holds; None where it never comes to hold."""
        ends = [self.row.until_day + ONE_DAY] if self.row.until_day else []
        ends += [self.revoked.from_day] if self.revoked else []
        until = min(ends, default=None)
        empty = until is not None and until <= self.row.from_day
        return None if empty else OnlineDays(self.row.from_day, until)

    def holds(self, day: date) -> bool:
        return self.days is not None and self.days.holds(day)


@dataclass(frozen=True, slots=True)
class Ways:
    """In which ways a petition can be signed, and on which days online; None: on each."""

    origins: Sequence[Origin]
    online_days: Sequence[OnlineDays] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the State's paper says."""

    instrument: Instrument
    system: str
    from_day: date
    until_day: date | None = None
    document: Document
    channel: Channel = Channel.ONLINE


@cache
def demanding() -> tuple[Instrument, ...]:
    """The instruments of which some rulebook demands a designation, in the vocabulary's order.

    A proposal that is in force nowhere demands nothing.
    """
    demand = {
        book.instrument
        for book in library.all_rulebooks()
        if book.signing
        and not book.proposed
        and any(rule.needs_designation for rule in book.signing.channels)
    }
    return tuple(one for one in Instrument if one in demand)


def office_for(instrument: Instrument) -> Authority:
    """Who writes it down: the authority that examines the petitions which it opens."""
    return stages.examining_authority(instrument)


def refusal(session: Session, by: Officer, instrument: Instrument) -> DomainError | None:
    """Why an officer may not write down a designation, or that it is over."""
    deciding = office_for(instrument)
    if acting.records_for(session, by.jurisdiction, by, deciding) is None:
        return NotYourAct(act="designation", by=deciding.value)
    return None if Role.CLERK in by.roles else by.lacking(Role.CLERK)


def record(uow: UnitOfWork, plan: Plan, *, by: Officer) -> Designation:
    """Write down a designation. Two officers do, from the paper itself: its file is on file."""
    insist(uow.session, by, plan.instrument)
    _insist_on_plan(plan)
    named = _named(uow, plan.document, by)
    proposals.insist_seconded(by, act="designation.record")
    row = Designation(
        jurisdiction_id=by.jurisdiction,
        instrument=plan.instrument.value,
        channel=plan.channel.value,
        system=plan.system.strip(),
        from_day=plan.from_day,
        until_day=plan.until_day,
        **named.columns,
        recorded_by=by.mark,
        confirmed_by=by.seconded_by,
        transcribed_by=_transcriber(by, plan.instrument),
        demo=False,
    )
    uow.session.add(row)
    uow.session.flush()
    facts = {
        "designation": str(row.id),
        "instrument": row.instrument,
        "channel": row.channel,
        "system": row.system,
        "from": row.from_day.isoformat(),
        "until": row.until_day.isoformat() if row.until_day else None,
        "document": row.document_number,
        "transcribed_by": row.transcribed_by,
        **named.facts,
    }
    uow.record("designation.recorded", by=by, facts=facts)
    follow(uow, by.jurisdiction, plan.instrument)
    return row


def revoke(
    uow: UnitOfWork,
    designation_id: UUID,
    *,
    from_day: date | None = None,
    document: Document,
    reason: str,
    by: Officer,
) -> DesignationRevoked:
    """Write down that a designation is over: from a day on, or at once. What was signed stands."""
    found = get(uow.session, by.jurisdiction, designation_id)
    instrument = Instrument(found.row.instrument)
    insist(uow.session, by, instrument)
    following.insist_written(reason=reason)
    today = places.today(uow, by.jurisdiction)
    if found.revoked is not None or (found.days and found.days.until and found.days.until <= today):
        raise DesignationOver(designation=str(designation_id))
    if from_day is not None:
        following.insist_plausible(from_day=from_day)
    named = _named(uow, document, by)
    proposals.insist_seconded(by, act="designation.revoke")
    assert by.seconded_by is not None
    row = DesignationRevoked(
        designation_id=designation_id,
        from_day=max(from_day or today, today),
        reason=reason.strip(),
        **named.columns,
        revoked_by=by.mark,
        confirmed_by=by.seconded_by,
        transcribed_by=_transcriber(by, instrument),
    )
    uow.session.add(row)
    uow.session.flush()
    facts = {
        "designation": str(designation_id),
        "instrument": found.row.instrument,
        "from": row.from_day.isoformat(),
        "document": row.document_number,
        "reason": row.reason,
        "transcribed_by": row.transcribed_by,
        **named.facts,
    }
    uow.record("designation.revoked", by=by, facts=facts)
    follow(uow, by.jurisdiction, instrument)
    return row


def listed(session: Session, place: UUID) -> list[Known]:
    """All that were ever written down, the latest first."""
    rows = (
        select(Designation, DesignationRevoked)
        .outerjoin(DesignationRevoked, DesignationRevoked.designation_id == Designation.id)
        .where(Designation.jurisdiction_id == place)
        .order_by(Designation.from_day.desc(), Designation.recorded_at.desc(), Designation.id)
    )
    return [Known(row, revoked) for row, revoked in session.execute(rows)]


def papers(found: Iterable[Known]) -> list[UUID]:
    """The papers that these, and the ends of these, rest on."""
    rows = [row for one in found for row in (one.row, one.revoked) if row is not None]
    return [row.paper_id for row in rows if row.paper_id is not None]


def get(session: Session, place: UUID, designation_id: UUID) -> Known:
    """One of this place's."""
    row = session.get(Designation, designation_id)
    if row is None or row.jurisdiction_id != place:
        raise DesignationNotFound(designation=str(designation_id))
    return Known(row, session.get(DesignationRevoked, designation_id))


def holding(session: Session, place: UUID, instrument: Instrument) -> list[OnlineDays]:
    """The days on which some designation holds for this instrument."""
    return [
        one.days
        for one in listed(session, place)
        if one.row.instrument == instrument.value
        and one.row.channel == Channel.ONLINE.value
        and one.days is not None
    ]


def ways(session: Session, measure: Measure, rulebook: Rulebook, today: date) -> Ways:
    """The ways of signing that the rulebook opens; online only while a system is designated."""
    rule = _online(rulebook)
    days = None
    if rule is not None and rule.needs_designation:
        held = holding(session, measure.jurisdiction_id, Instrument(measure.instrument))
        days = [one for one in held if one.until is None or one.until > today]
    known = {Channel.PAPER: Origin.PAPER, Channel.ONLINE: Origin.ONLINE}
    opened = [
        known[one.channel]
        for one in petitioning.signing_of(rulebook).channels
        if not (one.needs_designation and not days)
    ]
    return Ways(opened, days or None)


def missing(
    session: Session, measure: Measure, rulebook: Rulebook, day: date
) -> ChannelRule | None:
    """The rule for which no designation holds that day, though it demands one."""
    rule = _online(rulebook)
    if rule is None or not rule.needs_designation:
        return None
    held = holding(session, measure.jurisdiction_id, Instrument(measure.instrument))
    return None if any(one.holds(day) for one in held) else rule


def missing_here(uow: UnitOfWork, measure: Measure) -> ChannelRule | None:
    """The same of a measure today, by the rules that it follows or would follow."""
    if Stage(measure.stage) not in AWAITING:
        return None
    today = rules.today(uow, measure)
    pinned = measure.rulebook is not None
    try:
        book = rules.pinned(measure) if pinned else rules.in_force(uow.session, measure, today)
    except DomainError:
        return None
    return missing(uow.session, measure, book, today)


AWAITING: Final = frozenset({Stage.APPLIED, Stage.PARKED, Stage.COLLECTING})
"""Where a designation that comes would still open something."""


def touched(session: Session, place: UUID, instrument: Instrument) -> list[Measure]:
    """The petitions under way whose rules demand a designation."""
    under_way = select(Measure).where(
        Measure.jurisdiction_id == place,
        Measure.instrument == instrument.value,
        Measure.stage == Stage.COLLECTING.value,
    )
    found = session.scalars(under_way.order_by(Measure.id))
    return [one for one in found if _demands(rules.pinned(one))]


def follow(uow: UnitOfWork, place: UUID, instrument: Instrument) -> None:
    """Let petitions under way be signed online on the days that now are, in the order of locks."""
    for one in touched(uow.session, place, instrument):
        measure = acting.lock(uow.session, one.id)
        petition = petitions.of_measure(uow.session, measure.id)
        if petition is None or Stage(measure.stage) is not Stage.COLLECTING:
            continue
        found = ways(uow.session, measure, rules.pinned(measure), rules.today(uow, measure))
        petitions.set_channels(uow, petition.id, found.origins, found.online_days)


def written(uow: UnitOfWork, plan: Plan, by: Officer) -> dict[str, Any]:
    """A designation as it is proposed, in JSON's own types."""
    return {
        "instrument": plan.instrument.value,
        "channel": plan.channel.value,
        "system": plan.system.strip(),
        "from_day": plan.from_day.isoformat(),
        "until_day": plan.until_day.isoformat() if plan.until_day else None,
        "document": papering.written(uow, by.jurisdiction, Issuer.STATE, plan.document, by=by),
    }


def read(what: Mapping[str, Any]) -> Plan:
    """What was proposed."""
    until, document = what["until_day"], papering.read(what["document"])
    assert document is not None
    return Plan(
        instrument=Instrument(what["instrument"]),
        channel=Channel(what["channel"]),
        system=what["system"],
        from_day=date.fromisoformat(what["from_day"]),
        until_day=date.fromisoformat(until) if until else None,
        document=document,
    )


def _demands(rulebook: Rulebook) -> bool:
    rule = _online(rulebook)
    return rule is not None and rule.needs_designation


def _online(rulebook: Rulebook) -> ChannelRule | None:
    return rulebook.signing.channel(Channel.ONLINE) if rulebook.signing else None


def insist(session: Session, by: Officer, instrument: Instrument) -> None:
    """Refuse whoever may not write down one for this instrument."""
    found = refusal(session, by, instrument)
    if found is not None:
        raise found


def _insist_on_plan(plan: Plan) -> None:
    if plan.instrument not in demanding():
        raise DesignationNotDemanded(instrument=plan.instrument.value)
    following.insist_written(system=plan.system)
    if len(plan.system) > LONGEST:
        raise ParticularMissing(field="system")
    following.insist_plausible(from_day=plan.from_day)
    if plan.until_day is not None:
        following.insist_plausible(until_day=plan.until_day)
        if plan.until_day < plan.from_day:
            raise DayImplausible(field="until_day", day=plan.until_day.isoformat())


def _named(uow: UnitOfWork, document: Document, by: Officer) -> Named:
    """The State's paper, whose file is here: a number alone is too little to open signing with."""
    named = papering.name(uow, by.jurisdiction, Issuer.STATE, document, by=by)
    if named.sha256 is None:
        raise ParticularMissing(field=f"{document.called}_file")
    return named


def _transcriber(by: Officer, instrument: Instrument) -> str | None:
    return None if by.authority is office_for(instrument) else by.authority.value
