"""The excluded subjects as a checklist: what initiators answer, and which one a refusal relies on.

It never blocks. Who decides reads the answers, and names the single item when refusing: courts
hold an authority to the reason it gave (서울고법(춘천) 2015누573).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from referendum.kernel.people import Officer, Resident
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import acting, drafting, entries, rules
from referendum.lifecycle.entries import Entry
from referendum.lifecycle.errors import NotADraft, NotOnTheList, RuleRefused
from referendum.lifecycle.tables import Measure, StepTaken
from referendum.lifecycle.taking import Allowed
from thresholds import library
from thresholds.provisions import Excluded
from thresholds.rulebook import Rulebook

NOTE_LIMIT: Final = 500
"""Characters of one note."""


class Applies(StrEnum):
    """What initiators say of one excluded subject."""

    NO = "no"
    MAYBE = "maybe"


@dataclass(frozen=True, slots=True)
class Answer:
    """One item of the list; nothing was answered where `applies` is None."""

    applies: Applies | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """An excluded subject with what was answered."""

    key: str
    rule: Excluded
    answer: Answer


def rulebook_of(session: Session, measure: Measure, today: date) -> Rulebook | None:
    """The pinned rulebook, or the one of today; None where none is in force."""
    try:
        if measure.rulebook is not None:
            return rules.pinned(measure)
        return rules.in_force(session, measure, today)
    except RuleRefused:
        return None


def checklist(session: Session, measure: Measure, today: date) -> tuple[Item, ...]:
    """What the law keeps out, each with its answer; empty where the law has no such list."""
    book = rulebook_of(session, measure, today)
    kept = measure.checklist or {}
    return tuple(
        Item(key, rule, answer_of(kept.get(key)))
        for key, rule in (book.excluded.items() if book else ())
    )


def answer_of(kept: Mapping[str, Any] | None) -> Answer:
    """One answer as it is kept."""
    if not kept:
        return Answer()
    return Answer(Applies(kept["applies"]) if kept.get("applies") else None, kept.get("note", ""))


def answer(
    uow: UnitOfWork,
    measure_id: UUID,
    *,
    answers: Mapping[str, Answer],
    by: Resident | Officer,
) -> Measure:
    """Keep the answers of a draft's authors; an item that the law does not have is refused."""
    measure = acting.lock(uow.session, measure_id)
    drafting.insist_on_author(uow, measure, by)
    if not entries.possible(measure, Entry.WRITE_DRAFT):
        raise NotADraft(stage=measure.stage)
    asked = {one.key for one in checklist(uow.session, measure, rules.today(uow, measure))}
    if strange := sorted(set(answers) - asked):
        raise NotOnTheList(item=strange[0])
    measure.checklist = {
        key: {"applies": one.applies.value if one.applies else None, "note": one.note[:NOTE_LIMIT]}
        for key, one in answers.items()
        if one.applies or one.note
    }
    uow.session.flush()
    return measure


def refuse(allowed: Allowed) -> StepTaken:
    """Refuse a certificate or reject a claim; an excluded subject is named in the record."""
    facts: dict[str, Any] = {}
    if excluded := allowed.given.excluded:
        today = rules.today(allowed.uow, allowed.measure)
        book = rulebook_of(allowed.session, allowed.measure, today)
        rule = book.excluded.get(excluded) if book else None
        if book is None or rule is None:
            raise NotOnTheList(item=excluded)
        facts = {"excluded": excluded, "citation": rule.citation, "rulebook": book.id}
    return allowed.take(facts=facts)


def relied_on(step: StepTaken) -> Excluded | None:
    """The excluded subject that a refusal named, as the rulebook of its day has it."""
    if "excluded" not in step.facts:
        return None
    return library.by_id(step.facts["rulebook"]).excluded[step.facts["excluded"]]
