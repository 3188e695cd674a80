"""One task of the queue: who of the office sees to it, and who did before."""

from __future__ import annotations

from typing import Final

from referendum.identity.staff import names_of
from referendum.lifecycle import assigning
from referendum.lifecycle.assigning import HANDS_OUT, Held, Whose
from referendum.web.desk.form import Context, Desk, Form, Page
from referendum.web.desk.queue import DONE_AT, QUEUE
from referendum.web.fields import Figure, Given, Id
from referendum.web.measures import Number

SEEN: Final = Figure(needed=True)
"""The last turn that the page showed: who acts on an older one is told so."""


def _opened(desk: Desk, number: Number, task_name: str) -> Held:
    return assigning.find(desk.session, desk.officer, number, task_name, desk.uow.now())


def _show(desk: Desk, one: Held) -> Context:
    turns = assigning.history(desk.session, desk.officer, one)
    marks = [f"officer:{who}" for turn in turns for who in (turn.holder, turn.by) if who]
    able = assigning.able(desk.session, desk.officer, one, desk.uow.now())
    may_give = one.whose is Whose.MINE or bool(desk.officer.roles & HANDS_OUT)
    return {
        "measure": one.task.measure,
        "turns": turns,
        "people": names_of(desk.session, marks),
        "can": any(each.id == desk.officer.id for each in able),
        "may_give": may_give,
        "others": [
            (str(each.id), f"{each.display_name} ({each.office_title})")
            for each in able
            if each.id not in (one.holder, desk.officer.id)
        ],
        "done_at": DONE_AT,
    }


def _take(desk: Desk, one: Held, given: Given) -> None:
    assigning.take(
        desk.uow, one.task.measure.number, one.task.name, seen=given["seen"], by=desk.officer
    )


def _hand_on(desk: Desk, one: Held, given: Given) -> None:
    assigning.hand_on(
        desk.uow,
        one.task.measure.number,
        one.task.name,
        given["colleague"],
        seen=given["seen"],
        by=desk.officer,
    )


def _give_back(desk: Desk, one: Held, given: Given) -> None:
    assigning.give_back(
        desk.uow, one.task.measure.number, one.task.name, seen=given["seen"], by=desk.officer
    )


TASK: Final = Page("/desk/tasks/{number}/{task_name}", "task", "desk.assign.title", _opened, _show)
TAKING: Final = Form(
    TASK, _take, {"seen": SEEN}, path="/taking", to=QUEUE, flash="desk.flash.task-taken"
)
HANDING: Final = Form(
    TASK,
    _hand_on,
    {"seen": SEEN, "colleague": Id(label="desk.assign.to")},
    path="/handing",
    flash="desk.flash.task-handed",
)
GIVING: Final = Form(
    TASK, _give_back, {"seen": SEEN}, path="/giving-back", flash="desk.flash.task-given-back"
)
