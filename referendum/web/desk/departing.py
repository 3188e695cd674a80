"""Recording on paper that a representative is one no longer: who died, or cannot be reached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from referendum.lifecycle import acting, agreed, proposable, proposing, stages
from referendum.lifecycle.tables import Measure
from referendum.roll import finding
from referendum.web.dated import Paper
from referendum.web.desk.acts import MEASURE
from referendum.web.desk.form import Context, Desk, Form, Went
from referendum.web.desk.measure import for_clerks, waits
from referendum.web.fields import REASON, Given, Id
from referendum.web.measures import Number
from thresholds.vocabulary import Instrument


@dataclass(frozen=True, slots=True)
class Person:
    """One who represents the measure now; without a name where the register holds none."""

    id: UUID
    name: str | None
    joined_at: datetime


def _measure(desk: Desk, number: Number) -> Measure:
    measure = for_clerks(desk, number)
    examines = stages.examining_authority(Instrument(measure.instrument))
    acting.insist_on_authority(
        desk.session, measure, desk.officer, act="leave", deciding={examines}
    )
    return measure


def _shown(desk: Desk, measure: Measure) -> Context:
    here = agreed.present(desk.session, measure.id)
    people = []
    for one in here:
        details = finding.person_details(desk.session, desk.vault, one.person_id)
        people.append(Person(one.id, details.name if details else None, one.joined_at))
    kinds = [f"{proposable.LEAVING}{one.id}" for one in here]
    return {"representatives": people, "already": waits(desk, measure, *kinds)}


def _propose(desk: Desk, measure: Measure, given: Given) -> Went:
    put = proposing.propose_leaving(
        desk.uow,
        desk.services.means,
        measure.id,
        given["representative"],
        document=given["document"],
        reason=given["reason"],
        by=desk.officer,
    )
    return Went(f"/desk/proposals/{put.id}", "proposal.flash.put")


LEAVING: Final = Form(
    MEASURE.below("/representatives", "departing", "desk.depart.title", _measure, _shown),
    _propose,
    {
        "representative": Id(needed=True, label="desk.depart.who"),
        "document": Paper(),
        "reason": REASON,
    },
)
