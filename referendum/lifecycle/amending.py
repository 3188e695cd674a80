"""The ordinance in force that an initiative changes: its initiators put it beside their own."""

from __future__ import annotations

from typing import ClassVar, Final
from uuid import UUID

from referendum.kernel.errors import DomainError, Refusal
from referendum.kernel.people import Resident
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import acting, drafting, entries, versions
from referendum.lifecycle.entries import Entry
from referendum.lifecycle.errors import DraftIncomplete, NotADraft
from referendum.lifecycle.tables import Measure
from thresholds.vocabulary import Instrument

LIMITS: Final = {"in_force_name": 120, "in_force": 60_000}
"""Characters; the text as many as the proposed one."""


class NothingToAmend(DomainError):
    """Only an initiative proposes an ordinance, so only it can have one to change."""

    code: ClassVar[str] = "nothing-to-amend"
    refusal: ClassVar[Refusal] = Refusal.INVALID


def may_amend(measure: Measure) -> bool:
    """Whether there is an ordinance to compare with: an initiative alone proposes one."""
    return measure.instrument == Instrument.INITIATIVE


def put_beside(uow: UnitOfWork, measure_id: UUID, *, name: str, text: str, by: Resident) -> Measure:
    """Keep the ordinance in force with the draft; without text there is none.

    A text needs its name and a name its text. It is frozen with the measure's own text.
    """
    measure = acting.lock(uow.session, measure_id)
    drafting.insist_on_author(uow, measure, by)
    if not entries.possible(measure, Entry.WRITE_DRAFT):
        raise NotADraft(stage=measure.stage)
    if not may_amend(measure):
        raise NothingToAmend(instrument=measure.instrument)
    given = {"in_force_name": name.strip(), "in_force": text.strip()}
    for field, most in LIMITS.items():
        if len(given[field]) > most:
            raise DraftIncomplete(fields=[field], most=most)
    if any(given.values()) and (empty := [field for field, said in given.items() if not said]):
        raise DraftIncomplete(fields=empty)
    versions.keep(uow.session, measure)
    measure.in_force_name, measure.in_force = given["in_force_name"], given["in_force"]
    uow.session.flush()
    return measure
