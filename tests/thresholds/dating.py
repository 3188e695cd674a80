"""The dates that a rulebook gives from what has happened, beside the real holidays."""

from collections.abc import Mapping
from datetime import date, timedelta

from tests.thresholds.cases_at_hand import KOREAN_HOLIDAYS, law
from thresholds.periods import Election, OrdinanceNumbers
from thresholds.rulebook import Rulebook
from thresholds.vocabulary import ElectionKind, Event, Level
from thresholds.windows import Deadline, deadlines

ONE_DAY = timedelta(days=1)
INITIATIVE = law("initiative", date(2026, 3, 3))
REFERENDUM = law("referendum", date(2026, 3, 3))
RECALL = law("recall", date(2026, 3, 3), office="mayor")

Events = Mapping[Event, date]


def dates(
    book: Rulebook,
    events: Events,
    *elections: Election,
    level: Level | None = None,
    **ordinance: int,
) -> dict[str, Deadline]:
    found = deadlines(
        book,
        events,
        elections=elections,
        holidays=KOREAN_HOLIDAYS,
        ordinance=OrdinanceNumbers.model_validate(ordinance),
        level=level,
    )
    return {deadline.name: deadline for deadline in found}


def election(day: date, kind: str = "local", *districts: str) -> Election:
    return Election(date=day, kind=ElectionKind(kind), districts=districts or None)
