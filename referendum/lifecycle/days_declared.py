"""Elections, days off and outages as two clerks enter them and take them out, with what moves.

Each of them moves deadlines of every office's measures. So it rests on a paper, and both officers
are shown every last day before and after.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from referendum.kernel.errors import DomainError
from referendum.kernel.people import Officer, OtherJurisdiction, Role
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import papering, trying
from referendum.lifecycle.acting import Document
from referendum.lifecycle.dates import daysoff, elections, outages
from referendum.lifecycle.dates.declaring import Declared
from referendum.lifecycle.matter import Matter, What
from referendum.lifecycle.tables import DayOff, DeadlineKept, ElectionSet, Measure, OutageKept
from referendum.lifecycle.trying import Change
from referendum.papers.naming import Issuer
from referendum.roll import places
from thresholds.vocabulary import ElectionKind

MOVED: Final = "moved."
"""A last day of a measure: its number follows, and the deadline's name."""
OWN: Final = ".districts"
"""How many districts have a last day of their own."""


class Sort(StrEnum):
    """What is declared about days."""

    ELECTION = "election"
    DAY_OFF = "day_off"
    OUTAGE = "outage"

    @property
    def entering(self) -> str:
        """The sort of proposal with which one is entered."""
        return f"{self.value}."

    @property
    def removing(self) -> str:
        """The kind of proposal with which one is taken out."""
        return f"{self.value}.remove"


@dataclass(frozen=True, slots=True)
class _Kept:
    """Where one sort is kept, and how one of it is entered."""

    declared: Declared[Any]
    table: type[Any]
    add: Callable[..., Any]


KEPT_AS: Final[Mapping[Sort, _Kept]] = {
    Sort.ELECTION: _Kept(elections.ELECTIONS, ElectionSet, elections.add),
    Sort.DAY_OFF: _Kept(daysoff.DAYS_OFF, DayOff, daysoff.add),
    Sort.OUTAGE: _Kept(outages.OUTAGES, OutageKept, outages.add),
}


def issuer_of(sort: Sort, by: Officer) -> Issuer:
    """Whose paper it rests on: an outage is noted by the office that had it."""
    return Issuer(by.authority.value) if sort is Sort.OUTAGE else KEPT_AS[sort].declared.issuer


def insist(by: Officer) -> None:
    """Refuse whoever is no clerk."""
    by.insist(Role.CLERK)


def refusal(
    _session: Session, _subject: UUID | None, _what: What, by: Officer
) -> DomainError | None:
    """Why somebody of the same office could not be the second one."""
    return None if Role.CLERK in by.roles else by.lacking(Role.CLERK)


def written(
    uow: UnitOfWork, sort: Sort, document: Document, reason: str, by: Officer, **given: Any
) -> dict[str, Any]:
    """It as it is proposed, in JSON's own types."""
    issuer = issuer_of(sort, by)
    return {
        "sort": sort.value,
        "document": papering.written(uow, by.jurisdiction, issuer, document, by=by),
        "reason": reason,
        "given": {name: _plain(said) for name, said in given.items()},
    }


def enter(
    uow: UnitOfWork, _subject: UUID | None, what: What, by: Officer, *, seen: str | None = None
) -> None:
    """Keep it; every deadline follows. `seen`: what of that was shown before."""
    given = {name: _READ.get(name, _same)(said) for name, said in what["given"].items()}
    more = {"document": _document(what), "reason": what["reason"], "by": by, "seen": seen}
    KEPT_AS[Sort(what["sort"])].add(uow, **given, **more)


def entered(uow: UnitOfWork, subject: UUID | None, what: What, by: Officer) -> list[Change]:
    """What it is, and every last day that moves by it."""
    given = what["given"]
    said = {"title": given["title_ko"]}
    if what["sort"] == Sort.OUTAGE:
        zone = places.zone_of(uow.session, by.jurisdiction)
        for name in ("from_at", "until_at"):
            said[name] = f"{datetime.fromisoformat(given[name]).astimezone(zone):%Y-%m-%d %H:%M}"
    else:
        said["day"] = given["day"]
    if what["sort"] == Sort.ELECTION:
        said |= {"kind": given["kind"], "districts": _named(uow, by, given["districts"])}
    if what["sort"] == Sort.DAY_OFF:
        said["kind"] = "day-off" if given["off"] else "working"
    told: list[Change] = [
        {"what": f"declared.{name}", "before": None, "after": one} for name, one in said.items()
    ]
    return told + _moved(uow, by.jurisdiction, lambda: enter(uow, subject, what, by))


def remove(
    uow: UnitOfWork, subject: UUID | None, what: What, by: Officer, *, seen: str | None = None
) -> None:
    """Take it out; every deadline follows."""
    assert subject is not None
    KEPT_AS[Sort(what["sort"])].declared.remove(
        uow, subject, document=_document(what), reason=what["reason"], by=by, seen=seen
    )


def removed(uow: UnitOfWork, subject: UUID | None, what: What, by: Officer) -> list[Change]:
    """What goes, and every last day that moves by it."""
    assert subject is not None
    found = get(uow.session, Sort(what["sort"]), subject, by)
    zone = places.zone_of(uow.session, by.jurisdiction)
    day = found.from_at.astimezone(zone).date() if isinstance(found, OutageKept) else found.day
    return [
        {"what": "declared.title", "before": found.title_ko, "after": None},
        {"what": "declared.day", "before": day.isoformat(), "after": None},
        *_moved(uow, by.jurisdiction, lambda: remove(uow, subject, what, by)),
    ]


def get(
    session: Session, sort: Sort, row_id: UUID, by: Officer
) -> ElectionSet | DayOff | OutageKept:
    """One of the officer's own place."""
    found: ElectionSet | DayOff | OutageKept | None = session.get(KEPT_AS[sort].table, row_id)
    if found is None or found.jurisdiction_id != by.jurisdiction:
        raise OtherJurisdiction
    return found


def _document(what: What) -> Document:
    document = papering.read(what["document"])
    assert document is not None
    return document


def _named(uow: UnitOfWork, by: Officer, ids: list[str]) -> str:
    """The districts by name; everywhere without any."""
    names = {
        str(one.id): one.name_ko for one in places.districts_ever(uow.session, by.jurisdiction)
    }
    return ", ".join(names.get(one, one) for one in ids) or "everywhere"


def _plain(said: Any) -> Any:
    """A value of a form in JSON's own types."""
    if isinstance(said, (date, datetime)):
        return said.isoformat()
    return [str(one) for one in said] if isinstance(said, (list, tuple)) else said


def _same(said: Any) -> Any:
    return said


_READ: Final[Mapping[str, Callable[[Any], Any]]] = {
    "day": date.fromisoformat,
    "from_at": datetime.fromisoformat,
    "until_at": datetime.fromisoformat,
    "kind": ElectionKind,
    "districts": lambda said: [UUID(one) for one in said],
}


def _moved(uow: UnitOfWork, place: UUID, run: Callable[[], None]) -> list[Change]:
    """Every last day before and after: it is done, looked at and undone."""
    return trying.differences(uow, lambda: _days(uow.session, place), run)


def _days(session: Session, place: UUID) -> dict[str, str]:
    """The last day of every deadline of the place's measures."""
    rows = session.execute(
        select(Measure.number, DeadlineKept)
        .join(DeadlineKept, DeadlineKept.measure_id == Measure.id)
        .where(Measure.jurisdiction_id == place)
    )
    found = dict[str, str]()
    for number, one in rows:
        found[f"{MOVED}{number}.{one.name}"] = one.latest.isoformat()
        if one.districts:
            found[f"{MOVED}{number}.{one.name}{OWN}"] = str(len(one.districts))
    return found


_ENTERING: Final = Matter(run=enter, changes=entered, refusal=refusal)
_REMOVING: Final = Matter(run=remove, changes=removed, refusal=refusal)
MATTERS: Final = {
    **{one.entering: _ENTERING for one in Sort},
    **{one.removing: _REMOVING for one in Sort},
}
