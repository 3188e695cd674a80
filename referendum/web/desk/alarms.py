"""How the service fares, and what of the officer's place stands still or is red."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from referendum.i18n.words import Language
from referendum.identity import accounts
from referendum.identity.figures import code_figures
from referendum.identity.timing import machine_now
from referendum.kernel import log, outbox
from referendum.kernel.people import Officer
from referendum.lifecycle import calendar, confirmable, locating, refusals, unfiled
from referendum.notices.figures import notice_figures
from referendum.web.desk.form import Context, Desk, Page, every_officer
from signatures import petitions, recounting

WINDOW: Final = timedelta(hours=1)
OUTBOX_LATE: Final = timedelta(minutes=2)
"""A message waits a second or two; after two minutes nobody carries."""
SEAL_LATE: Final = timedelta(minutes=5)
NOTICE_LATE: Final = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Reading:
    """One figure: seconds where it is an age, else a count; red from `limit` on."""

    name: str
    value: int
    limit: int
    is_age: bool = False

    @property
    def red(self) -> bool:
        return self.value >= self.limit


def _alarms(desk: Desk, _nothing: None) -> Context:
    """Every reading with the value from which it is red, and what is overdue in the place."""
    session, now, place = desk.session, desk.uow.now(), desk.place
    korean = desk.words.language is Language.KO
    return {
        "readings": readings(session, now, place),
        "own_pressing": confirmable.pressing_for(session, desk.officer, now),
        "late": [
            (locating.get(session, one.measure_id), one.act.value, one.at)
            for one in calendar.due(session, now, place=place)
        ],
        "turned_down": [
            (locating.get(session, one.measure_id), one)
            for one in refusals.unresolved(session, place)
        ],
        "unfiled": unfiled.late(session, place, now),
        "miscounted": [
            (locating.get(session, petitions.get(session, one.petition_id).measure_id), one)
            for one in recounting.wrong(session, place)
        ],
        "names": {str(one.id): one.name_ko if korean else one.name_en for one in desk.districts()},
        "checkpoint": log.latest_checkpoint(session),
        "now": now,
    }


def readings(
    session: Session, now: datetime, place: UUID, *, of: Officer | None = None
) -> list[Reading]:
    """All figures of this moment: those of measures of one place, the others of the service.

    What waits for a second officer: where an officer is named, of that one's office alone.
    """
    pressing = (
        confirmable.pressing(session, place, now)
        if of is None
        else confirmable.pressing_for(session, of, now)
    )
    unfiled_here = unfiled.late(session, place, now, of=None if of is None else of.authority)
    since = machine_now(session) - WINDOW
    codes, notices = code_figures(session, since), notice_figures(session, since)
    return [
        _age("outbox", outbox.oldest_waiting(session), OUTBOX_LATE),
        _age("unsealed", log.oldest_unsealed(session), SEAL_LATE),
        Reading("overdue", calendar.overdue(session, now, place=place), 1),
        Reading("miscounted", len(recounting.wrong(session, place)), 1),
        Reading("unseconded", pressing, 1),
        Reading("unfiled", len(unfiled_here), 1),
        Reading("refused", len(refusals.unresolved(session, place)), 1),
        Reading("codes-failed", codes.failed, max(5, codes.sent // 10)),
        Reading("notices-failed", notices.failed, 5),
        _age("notices", notices.oldest_waiting, NOTICE_LATE),
        Reading("unconfirmed", accounts.overdue(session, place), 1),
    ]


def _age(name: str, age: timedelta | None, limit: timedelta) -> Reading:
    seconds = 0 if age is None else max(int(age.total_seconds()), 0)
    return Reading(name, seconds, int(limit.total_seconds()), is_age=True)


ALARMS: Final = Page("/desk/alarms", "alarms", "desk.nav.alarms", every_officer, _alarms)
