"""The desk's page of the mayor's answer, and of what is added to it later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from referendum.lifecycle import proposable, proposing
from referendum.lifecycle.advisory import answering, drawing, undertaking
from referendum.lifecycle.advisory.answering import Decision, Owed, Reply
from referendum.lifecycle.office import approving
from referendum.lifecycle.stages import Act, ActNotAllowed
from referendum.lifecycle.tables import Measure
from referendum.web.desk.acts import MEASURE
from referendum.web.desk.approving import SIGNED, approval_of, seated
from referendum.web.desk.form import Context, Desk, Form, Went
from referendum.web.desk.measure import on_desk, waits
from referendum.web.fields import Choice, Fields, Given, Text
from referendum.web.measures import Number

REPLY: Final[Fields] = {
    "reasons_ko": Text(needed=True, label="answer.desk.reasons-ko"),
    "reasons_en": Text(),
    **SIGNED,
}


@dataclass(frozen=True, slots=True)
class Answerable:
    """A measure whose answer is due or given."""

    measure: Measure
    owed: Owed


def _opened(desk: Desk, number: Number) -> Answerable:
    measure = on_desk(desk, number)
    drawing.insist_on_office(desk.session, measure, desk.officer, act=Act.ANSWER.value)
    owed = answering.owed(desk.session, measure, desk.uow.now())
    if owed is None:
        raise ActNotAllowed(stage=measure.stage, act=Act.ANSWER.value, possible=[])
    return Answerable(measure, owed)


def _fields(_desk: Desk, about: Answerable) -> Fields:
    return REPLY if about.owed.answers else {"decision": Choice(Decision), **REPLY}


def _answer(desk: Desk, about: Answerable, given: Given) -> Went:
    """Propose the answer, or what is to be added to it, to a second officer."""
    decision = given.get("decision")
    reply = Reply(
        reasons_ko=given["reasons_ko"],
        reasons_en=given["reasons_en"],
        approval=approval_of(given),
    )
    if decision is None:
        put = proposing.propose_addition(
            desk.uow, desk.services.means, about.measure.id, reply=reply, by=desk.officer
        )
        return Went(f"/desk/proposals/{put.id}", "proposal.flash.put")
    put = proposing.propose_answer(
        desk.uow,
        desk.services.means,
        about.measure.id,
        decision=decision,
        reply=reply,
        by=desk.officer,
    )
    return Went(f"/desk/proposals/{put.id}", "proposal.flash.put")


def _show(desk: Desk, about: Answerable) -> Context:
    return {
        "already": waits(desk, about.measure, f"{proposable.ANSWER}{about.measure.id}"),
        "reached": undertaking.public(desk.session, about.measure),
        "decisions": desk.choices(Decision, "answer.decision", "answer.means"),
        "longest": answering.LONGEST,
        "signed": {one.entry_id: one for one in approving.of(desk.session, about.measure.id)},
        **seated(desk),
    }


ANSWERING: Final = Form(
    MEASURE.below("/answer", "answer", "answer.title", _opened, _show),
    _answer,
    _fields,
)
