"""Drafting a measure, its representatives, and applying for its certificate."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import func, select, text

from referendum.kernel import proposals
from referendum.kernel.canonical import canonical
from referendum.kernel.people import Officer, Resident, Role
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import (
    acting,
    agreed,
    described,
    describing,
    entries,
    offering,
    papering,
    rules,
    stages,
    starting,
    versions,
)
from referendum.lifecycle.acting import Document
from referendum.lifecycle.dates import following
from referendum.lifecycle.describing import Cost, Place
from referendum.lifecycle.entries import Entry
from referendum.lifecycle.errors import (
    DraftIncomplete,
    LastRepresentative,
    NotADraft,
    NotRepresentative,
    NotYourAct,
)
from referendum.lifecycle.stages import LIVES, Act, By, Stage
from referendum.lifecycle.tables import Measure, Representative
from referendum.papers.naming import Issuer
from thresholds.vocabulary import Instrument, Route

TELL_PEOPLE: Final = "notices.tell_people"
WITHDRAWN_FROM: Final = frozenset(
    step.source for life in LIVES.values() for step in life if step.act is Act.WITHDRAW
)
"""Where representatives can still end their measure; later nothing depends on the last of them."""
NUMBERING_LOCK: Final = 0x0A55
DAYS: Final = ("term_started", "term_ends", "previous_vote")
"""Of a recall: the office's term, and the vote before."""
LIMITS: Final = {"title": 120, "question": 500, "reason": 4_000, "body": 60_000}
"""Characters; a page, a ballot and a certificate must hold them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftText:
    """What an initiator writes. Everything may be empty while it is a draft."""

    title_ko: str = ""
    title_en: str = ""
    question_ko: str = ""
    question_en: str = ""
    reason: str = ""
    body: str = ""
    office: str | None = None
    official: str | None = None
    term_started: date | None = None
    term_ends: date | None = None
    previous_vote: date | None = None
    districts: tuple[UUID, ...] = ()
    options: tuple[tuple[str, str, str], ...] = ()
    """(key, Korean, English) of each choice; none: yes and no."""
    easy: Mapping[str, str] = field(default_factory=dict)
    """By field: its easy-read version (`describing`)."""
    cost: Cost | None = None
    place: Place | None = None


def draft(
    uow: UnitOfWork,
    *,
    instrument: Instrument,
    words: DraftText,
    by: Resident | Officer,
    route: Route | None = None,
    demo: bool = False,
) -> Measure:
    """Begin a measure. A resident becomes its first representative; an office drafts its own."""
    asked = _route(instrument, route, by)
    if isinstance(by, Officer):
        starting.beginning(by, instrument, asked)
    measure = blank(by.jurisdiction, instrument, asked)
    measure.number, measure.demo = _next_number(uow, by.jurisdiction), demo
    _write(uow, measure, words)
    uow.session.add(measure)
    uow.session.flush()
    if isinstance(by, Resident):
        uow.session.add(Representative(measure_id=measure.id, person_id=by.person))
    uow.record(
        "measure.drafted",
        by=by,
        measure=measure.id,
        facts={"number": measure.number, "instrument": instrument.value},
    )
    return measure


def blank(place: UUID, instrument: Instrument, route: str | None) -> Measure:
    """A draft in which nothing is written yet; stored by nobody, to ask the rules about it."""
    measure = Measure(
        id=uuid4(),
        jurisdiction_id=place,
        instrument=instrument.value,
        route=None if route is None else str(route),
        stage=Stage.DRAFT.value,
        ordinance={},
    )
    fill(measure, DraftText())
    return measure


def edit(uow: UnitOfWork, measure_id: UUID, *, words: DraftText, by: Resident | Officer) -> Measure:
    """Rewrite a draft. Once applied for, a text is frozen."""
    measure = acting.lock(uow.session, measure_id)
    insist_on_author(uow, measure, by)
    if not entries.possible(measure, Entry.WRITE_DRAFT):
        raise NotADraft(stage=measure.stage)
    versions.keep(uow.session, measure)
    _write(uow, measure, words)
    uow.session.flush()
    return measure


def restore(uow: UnitOfWork, measure_id: UUID, *, number: int, by: Resident | Officer) -> Measure:
    """Write a draft as it was before a change; what stands now becomes a version itself."""
    measure = acting.lock(uow.session, measure_id)
    insist_on_author(uow, measure, by)
    if not entries.possible(measure, Entry.WRITE_DRAFT):
        raise NotADraft(stage=measure.stage)
    versions.restore(uow.session, measure, number)
    uow.session.flush()
    return measure


def insist_on_author(uow: UnitOfWork, measure: Measure, by: Resident | Officer) -> None:
    """Refuse anyone but a representative, or a clerk of the office that may begin such a one."""
    if isinstance(by, Resident):
        acting.insist_on_representative(uow.session, measure.id, by.person)
        return
    starting.beginning(by, measure.instrument, measure.route)
    here = select(Representative.id).where(Representative.measure_id == measure.id)
    if by.jurisdiction != measure.jurisdiction_id or uow.session.scalar(here) is not None:
        raise NotYourAct(act="edit", by=By.INITIATOR.value)


def missing(measure: Measure) -> list[str]:
    """What every sheet and ballot must carry and the text lacks, by the names of its fields."""
    needed = ["title_ko", "question_ko", "reason", "body"]
    if measure.instrument == Instrument.RECALL:
        needed += ["office", "official", "term_started", "term_ends"]
    return [name for name in needed if not getattr(measure, name)]


def check_complete(measure: Measure) -> None:
    """Refuse a text that lacks any of it."""
    if lacks := missing(measure):
        raise DraftIncomplete(fields=lacks)


def fingerprint(measure: Measure) -> bytes:
    """SHA-256 of all that a signer reads: every signature refers to it."""
    text_of_measure = {
        "title": measure.title_ko,
        "question": measure.question_ko,
        "reason": measure.reason,
        "body": measure.body,
        "official": measure.official,
        "options": measure.options,
    }
    return hashlib.sha256(canonical(text_of_measure | described.written(measure))).digest()


def join(uow: UnitOfWork, measure_id: UUID, *, person: UUID, by: Resident) -> Representative:
    """Add a representative; those who are there invite them.

    Who is one is not added again, and who has left does not come back: their row is given as it is.
    """
    measure = acting.lock(uow.session, measure_id)
    acting.insist_on_representative(uow.session, measure.id, by.person)
    entries.insist(measure, Entry.JOIN_REPRESENTATIVES)
    theirs = select(Representative).where(
        Representative.measure_id == measure.id, Representative.person_id == person
    )
    if (known := uow.session.scalars(theirs).one_or_none()) is not None:
        return known
    added = Representative(measure_id=measure.id, person_id=person)
    uow.session.add(added)
    uow.session.flush()
    uow.record("representative.joined", by=by, measure=measure.id, facts={"id": str(added.id)})
    uow.later(TELL_PEOPLE, measure_id=str(measure.id), what="joined")
    return added


def leave(uow: UnitOfWork, measure_id: UUID, *, by: Resident) -> None:
    """Leave the representatives. The last one withdraws the measure instead (`agreeing`)."""
    measure = acting.lock(uow.session, measure_id)
    here = agreed.present(uow.session, measure.id)
    mine = next((one for one in here if one.person_id == by.person), None)
    if mine is None:
        raise NotRepresentative(measure=str(measure_id))
    entries.insist(measure, Entry.LEAVE_REPRESENTATIVES)
    if len(here) == 1 and Stage(measure.stage) in WITHDRAWN_FROM:
        raise LastRepresentative(measure=str(measure_id))
    _left(uow, measure, mine, by)


def record_left(
    uow: UnitOfWork,
    measure_id: UUID,
    representative_id: UUID,
    *,
    document: Document,
    reason: str,
    by: Officer,
) -> None:
    """Two officers of the examining authority record on paper that somebody represents no longer.

    The way out where one has died or cannot be reached: then the others are all. The last one is
    not taken away: what ends a measure has acts of its own.
    """
    measure = acting.lock(uow.session, measure_id)
    by.insist(Role.CLERK)
    examines = stages.examining_authority(Instrument(measure.instrument))
    acting.insist_on_authority(uow.session, measure, by, act="leave", deciding={examines})
    entries.insist(measure, Entry.LEAVE_REPRESENTATIVES)
    here = {one.id: one for one in agreed.present(uow.session, measure.id)}
    if Stage(measure.stage) in stages.UNPUBLISHED or representative_id not in here:
        raise NotRepresentative(measure=str(measure_id))
    if len(here) == 1:
        raise LastRepresentative(measure=str(measure_id))
    following.insist_written(reason=reason)
    issuer = Issuer(by.authority.value)
    named = papering.name(uow, measure.jurisdiction_id, issuer, document, by=by)
    proposals.insist_seconded(by, act="leave")
    _left(uow, measure, here[representative_id], by, facts=named.facts)


def _left(
    uow: UnitOfWork,
    measure: Measure,
    one: Representative,
    by: Resident | Officer,
    *,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """They are one no longer; what waited for them alone waits no more."""
    one.left_at = uow.now()
    uow.session.flush()
    said = {"id": str(one.id), **(facts or {})}
    uow.record("representative.left", by=by, measure=measure.id, facts=said)
    agreed.weigh(uow, measure)
    uow.later(TELL_PEOPLE, measure_id=str(measure.id), what="left")


def _write(uow: UnitOfWork, measure: Measure, words: DraftText) -> None:
    for limited, most in LIMITS.items():
        for name in (limited, f"{limited}_ko", f"{limited}_en"):
            if len(getattr(words, name, "")) > most:
                raise DraftIncomplete(fields=[name], most=most)
    days = {name: getattr(words, name) for name in DAYS}
    following.insist_plausible(**{name: day for name, day in days.items() if day is not None})
    describing.insist(uow.session, measure, easy=words.easy, cost=words.cost, place=words.place)
    fill(measure, words)
    if words.options:
        today = rules.today(uow, measure)
        offering.insist(words.options, offering.questions(uow.session, measure, today))


def fill(measure: Measure, words: DraftText) -> None:
    """Put the words into a measure, as they are."""
    for one in fields(words):
        match one.name:
            case "districts":
                measure.districts = [str(one) for one in words.districts] or None
            case "options":
                given = [{"key": key, "ko": ko, "en": en} for key, ko, en in words.options]
                measure.options = given or list(offering.YES_NO)
            case "title_en" | "question_en":
                setattr(measure, one.name, getattr(words, one.name).strip() or None)
            case "easy" | "cost" | "place":
                setattr(measure, one.name, describing.kept(getattr(words, one.name)))
            case _:
                value = getattr(words, one.name)
                setattr(measure, one.name, value.strip() if isinstance(value, str) else value)


def _route(instrument: Instrument, route: Route | None, by: Resident | Officer) -> str | None:
    """Only a referendum has routes: residents ask for one unless an office says otherwise."""
    if instrument is not Instrument.REFERENDUM:
        return None
    chosen = Route.RESIDENTS if isinstance(by, Resident) else route or Route.MAYOR
    return chosen.value


def _next_number(uow: UnitOfWork, jurisdiction_id: UUID) -> int:
    """Public numbers count up without gaps: one draft at a time takes one."""
    uow.session.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": NUMBERING_LOCK})
    last = select(func.max(Measure.number)).where(Measure.jurisdiction_id == jurisdiction_id)
    return (uow.session.scalar(last) or 0) + 1
