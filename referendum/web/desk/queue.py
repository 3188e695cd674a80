"""What an authority has to do, by when, and how the service fares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from referendum.identity import staff
from referendum.identity.staff import names_of
from referendum.lifecycle import (
    assigning,
    beginning,
    confirmable,
    confirming,
    duties,
    telling,
    waiting,
)
from referendum.lifecycle.advisory import soon
from referendum.lifecycle.assigning import HANDS_OUT, Held, Whose
from referendum.lifecycle.office import city_pages
from referendum.lifecycle.preparing import Work
from referendum.roll import places
from referendum.web.desk import looking, moving, proposals
from referendum.web.desk.alarms import readings
from referendum.web.desk.form import Context, Desk, Form, Page, every_officer
from referendum.web.fields import Given

DONE_AT: Final = {
    Work.CERTIFY: "certify",
    Work.EXAMINE: "examination",
    Work.RETURNS: "polling",
    Work.STATIONS: "stations",
    Work.ARGUMENTS: "arguments",
    Work.DRAW: "draw",
    Work.HALT_PAPER: "halt-paper",
}
"""The page of a measure where each is done; an act has one of its own."""


def _queue(desk: Desk, _nothing: None) -> Context:
    """The queue: overdue first, then by deadline, then what has none."""
    session, officer, now = desk.session, desk.officer, desk.uow.now()
    under_way = waiting.measures(session, officer)
    mine = [one for one in under_way if waiting.concerns(one, officer)]
    today = places.today(desk.uow, desk.place)
    held = assigning.held(session, officer, waiting.tasks(session, officer, under_way, now))
    handed_out = _handed_out(desk, held)
    look = looking.all_for(desk)
    marks = [one.mark for one in (*held, *handed_out) if one.holder]
    return {
        "trail": [],
        "tasks": {
            whose: [one for one in held if one.whose is whose and not one.task.transcribed]
            for whose in Whose
        },
        "transcribed": [one for one in held if one.task.transcribed],
        "handed_out": handed_out,
        "people": names_of(session, marks),
        "own": [proposals.seen(desk, row) for row in confirming.of_officer(session, officer, now)],
        "look": look,
        "consents": sum(one.page == looking.ABSENCES for one in look),
        "came_back": proposals.came_back(desk),
        "awaited": waiting.awaited(session, officer, mine, now),
        "follow_ups": [
            (measure, item, (item.now.planned - today).days)
            for measure, item in soon.follow_ups(session, officer, now)
        ],
        "projects": [
            (one, one.call_by, (one.call_by.day - today).days)
            for one in soon.projects_near(session, officer)
            if one.call_by is not None
        ],
        "may_write_pages": city_pages.refusal(session, officer) is None,
        "has_directory": officer.authority in desk.services.settings.directories,
        "stead": [
            (
                absence,
                who,
                assigning.held(session, deputy, waiting.tasks(session, deputy, under_way, now)),
            )
            for absence, who, deputy in staff.deputies_of(session, officer)
            if officer.deputising_for != deputy.deputising_for
        ],
        "caused": moving.by_cause(telling.unread(session, officer, now)),
        "done_at": DONE_AT,
        "measures": mine,
        "ahead": {one.id: duties.now_due(session, one, now) for one in mine},
        "waiting": confirmable.waiting_for(session, officer, now),
        "first": any(one.pressing for one in beginning.steps(session, officer, now)),
        "red": [one for one in readings(session, now, desk.place, of=officer) if one.red],
    }


def _handed_out(desk: Desk, mine: Sequence[Held]) -> list[Held]:
    """What waits in the office beyond one's own roles, for those who hand it to colleagues."""
    if not desk.officer.roles & HANDS_OUT:
        return []
    known = {(one.task.measure.id, one.task.name) for one in mine}
    found = assigning.of_office(desk.session, desk.officer, desk.uow.now())
    return [one for one in found if (one.task.measure.id, one.task.name) not in known]


def _read(desk: Desk, _nothing: None, _given: Given) -> None:
    telling.read(desk.uow, desk.at["shift_id"], by=desk.officer)


QUEUE: Final = Page("/desk", "queue", "desk.name", every_officer, _queue)
READING: Final = Form(
    QUEUE, _read, path="/moved/{shift_id}/reading", more={"shift_id": UUID}, flash="desk.flash.read"
)
