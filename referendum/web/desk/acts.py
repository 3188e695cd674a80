"""A measure on the desk: what can be done with it, and each act with its form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from referendum.identity.staff import names_of
from referendum.kernel.errors import DomainError
from referendum.kernel.proposals import Proposal
from referendum.lifecycle import (
    acting,
    area,
    calling,
    charting,
    confirming,
    designating,
    duties,
    enveloping,
    papering,
    proposable,
    proposing,
    reviewing,
    rules,
    screening,
    stages,
    surveying,
    unfiled,
)
from referendum.lifecycle.acting import Particulars
from referendum.lifecycle.advisory import minding
from referendum.lifecycle.calling import DaysAllowed
from referendum.lifecycle.dates import bounds, moves
from referendum.lifecycle.errors import ParticularMissing
from referendum.lifecycle.screening import Item
from referendum.lifecycle.stages import Act, Stage, Step
from referendum.lifecycle.tables import Measure
from referendum.papers.naming import Issuer
from referendum.roll.tables import District
from referendum.web import picturing, recounting
from referendum.web.dated import Day, Paper
from referendum.web.desk import moving
from referendum.web.desk.approving import DEPUTY, deputy_of, seated
from referendum.web.desk.form import Context, Desk, Form, Page, Went
from referendum.web.desk.measure import may_depart, may_halt, may_move, on_desk, waits
from referendum.web.fields import Choice, Each, Field, Fields, Figure, Given, Text
from referendum.web.measures import Number
from signatures import petitions
from thresholds.vocabulary import Instrument

SETS_DAY: Final = frozenset({Act.CALL, Act.RESET_DAY, Act.CALL_REVOTE, Act.EXTEND})
"""Acts that set a day."""
SCREENED: Final = frozenset({Act.ADMIT, Act.REFUSE, Act.DISMISS})
"""Acts before which the excluded subjects are gone through."""
BEFORE_THE_VERDICT: Final = frozenset(
    {
        Stage.APPLIED, Stage.COLLECTING, Stage.COLLECTED, Stage.EXAMINING, Stage.INSPECTING,
        Stage.OBJECTING, Stage.CURING,
    }
)  # fmt: skip
"""While lines still come in or wait for a decision; from then on they can only be read."""
COUNTABLE: Final = frozenset({Stage.CALLED, Stage.VOTING, Stage.COUNTING, Stage.DECLARED})


@dataclass(frozen=True, slots=True)
class ActForm:
    """What the form of one act asks for."""

    measure: Measure
    step: Step
    recorded: bool
    """Whether the operator records it from the deciding authority's document."""
    days: DaysAllowed | None
    barred: DomainError | None
    districts: list[District]
    two: bool
    """Whether it waits for a second officer."""
    items: tuple[Item, ...] = ()
    """What the law keeps out, with what the initiators answered."""

    @property
    def refuses(self) -> bool:
        """Whether it may rely on one of the items."""
        return bool(self.items) and self.step.act is not Act.ADMIT

    @property
    def document(self) -> bool:
        return self.step.document or self.recorded or self.signed

    @property
    def issuers(self) -> tuple[Issuer, ...]:
        """Whose paper it may be, where the officer has to say so."""
        possible = papering.issuers_of(self.step)
        return possible if self.document and len(possible) > 1 else ()

    @property
    def signed(self) -> bool:
        """Whether it is an act of the office, with who signed it and on which document."""
        return self.step.signed

    @property
    def sets_day(self) -> bool:
        return self.step.act in SETS_DAY

    @property
    def fixed_day(self) -> date | None:
        """The one day that the law computes, where it does."""
        return self.days.first if self.days and self.days.first == self.days.last else None


def _measure(desk: Desk, measure: Measure) -> Context:
    """Stage, what can happen next, deadlines, and all that happened."""
    session, officer = desk.session, desk.officer
    view = surveying.overview(session, measure)
    shown = charting.came_or_come(view)
    steps = duties.possible(session, measure, officer)
    petition = petitions.of_measure(session, measure.id)
    return {
        "view": view,
        "deadlines": shown,
        "course": recounting.backwards(view, desk.words),
        "steps": [step for step in steps if not step.certified],
        "certify": any(step.certified for step in steps),
        "examines": petition is not None and reviewing.may_examine(measure, officer),
        "examined": Stage(measure.stage) not in BEFORE_THE_VERDICT,
        "broken_off": view.progress is not None and view.progress.broken_off,
        "counts": view.poll is not None and Stage(measure.stage) in COUNTABLE,
        "due": {deadline.name: deadline for deadline in view.deadlines},
        "ended": Stage(measure.stage) in stages.ENDINGS,
        "chores": minding.chores(desk.uow, measure, officer),
        "scopes": enveloping.may_state(session, measure, officer),
        "stated": enveloping.stated(session, measure),
        "people": names_of(
            session, [mark for step in view.steps for mark in (step.by, step.confirmed_by) if mark]
        ),
        "waiting": confirming.about(session, measure, officer, desk.uow.now()),
        "undesignated": designating.missing_here(desk.uow, measure),
        "now": desk.uow.now(),
        "movable": {
            one.name
            for one in shown
            if may_move(desk, measure, one.name) and bounds.is_movable(session, measure, one.name)
        },
        "halts": may_halt(desk, measure),
        "unfiled": unfiled.of_measure(session, measure.id),
        "departs": may_depart(desk, measure),
        "caused": moving.by_cause(moves.of_measure(session, measure.id)),
        "own_ends": picturing.own_ends(shown, charting.names_in(session, shown), desk.words),
    }


def _asked(desk: Desk, number: Number, act: Act) -> ActForm:
    """What this act asks of this officer now; refused where the step is not possible."""
    session, officer = desk.session, desk.officer
    measure = on_desk(desk, number)
    step = stages.find(Instrument(measure.instrument), Stage(measure.stage), act)
    right = acting.right(session, measure, step, officer)
    if right.refusal is not None:
        # Told before anything is typed or a file is chosen, and not when it is sent.
        raise right.refusal
    today = rules.today(desk.uow, measure)
    calls = act is Act.CALL
    days, barred = calling.days_or_bar(session, measure, today) if calls else (None, None)
    return ActForm(
        measure,
        step,
        recorded=right.recorded_from,
        days=days,
        barred=barred,
        districts=area.districts(session, measure) if act is Act.STATE_ELECTORS else [],
        two=proposing.takes_two(session, measure, act, officer),
        items=screening.checklist(session, measure, today) if act in SCREENED else (),
    )


def _act(desk: Desk, asked: ActForm) -> Context | Went:
    """The form of one act, made from its step. An answer has a form of its own."""
    act = asked.step.act
    if act is Act.ANSWER:
        return Went(f"/desk/measures/{asked.measure.number}/answer")
    office = asked.step.by.authority
    more = seated(desk, office) if asked.signed and office is not None else {}
    return {
        **more,
        "asked": asked,
        "already": waits(desk, asked.measure, f"{proposable.ACT}{act.value}"),
        "issuers": desk.choices(asked.issuers, "papers.issuer"),
        "act": act.value,
        "title": desk.words(f"measure.act.{act.value}"),
    }


def _fields(_desk: Desk, asked: ActForm) -> Fields:
    """What its page asks for. What is empty is told at once, and before the act is tried."""
    fields: dict[str, Field] = {}
    if asked.sets_day and not asked.fixed_day:
        fields["day"] = Day()
    if asked.districts:
        counted = [str(one.id) for one in asked.districts]
        fields |= {
            "electors": Each(counted, Figure(needed=True, least=0)),
            "source": Text(needed=True),
        }
    if asked.refuses:
        fields["excluded"] = Text()
    if asked.document:
        fields |= {
            "document": Paper(filed=asked.recorded),
            "reason": Text(needed=asked.step.document),
        }
    if asked.issuers:
        fields["issuer"] = Choice(Issuer, needed=False)
    if asked.signed:
        fields |= DEPUTY
    return fields


def _perform(desk: Desk, asked: ActForm, given: Given) -> Went | None:
    """Done; or where it takes two officers, proposed to the second one."""
    measure, act = asked.measure, asked.step.act
    said: dict[str, Any] = {
        name: value or None
        for name, value in given.items()
        if name != "electors" and name not in DEPUTY
    }
    document = said.get("document")
    if asked.issuers and said.get("issuer") is None and document and document.paper is None:
        raise ParticularMissing(field="issuer")
    counted = given.get("electors", {}).items()
    particulars = Particulars(
        **said,
        deputy=deputy_of(given),
        electors={UUID(one): number for one, number in counted if number is not None},
    )
    means = desk.services.means
    taken = proposing.take(desk.uow, means, measure.id, act, desk.officer, particulars)
    if isinstance(taken, Proposal):
        return Went(f"/desk/proposals/{taken.id}", "proposal.flash.put")
    return None


MEASURE: Final = Page(
    "/desk/measures/{number}", "measure", "desk.measure.number", on_desk, _measure
)
ACTING: Final = Form(
    MEASURE.below("/acts/{act}", "act", "desk.act.go", _asked, _act),
    _perform,
    _fields,
    to=MEASURE,
    flash="desk.flash.act-taken",
)
