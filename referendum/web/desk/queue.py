"""What an authority has to do, by when, and how the service fares."""

from __future__ import annotations

from typing import Final

from referendum.lifecycle import duties, proposing, waiting
from referendum.lifecycle.waiting import Work
from referendum.web.desk.alarms import readings
from referendum.web.desk.form import Context, Desk, Page, every_officer

DONE_AT: Final = {Work.CERTIFY: "certify", Work.EXAMINE: "examination", Work.RETURNS: "polling"}
"""The page of a measure where each is done; an act has one of its own."""


def _queue(desk: Desk, _nothing: None) -> Context:
    """The queue: overdue first, then by deadline, then what has none."""
    session, officer, now = desk.session, desk.officer, desk.uow.now()
    under_way = waiting.measures(session, officer)
    mine = [one for one in under_way if waiting.concerns(one, officer)]
    return {
        "trail": [],
        "tasks": waiting.tasks(session, officer, under_way, now),
        "done_at": DONE_AT,
        "measures": mine,
        "ahead": {one.id: duties.now_due(session, one, now) for one in mine},
        "waiting": proposing.waiting_for(session, officer, now),
        "red": [one for one in readings(session, now, desk.place) if one.red],
    }


QUEUE: Final = Page("/desk", "queue", "desk.name", every_officer, _queue)
