"""What an officer is to look at that somebody else asked for: one list, each with its page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from referendum.identity import absenting, objecting
from referendum.identity.staff import names_of
from referendum.kernel.people import Role
from referendum.lifecycle import confirmable, confirming
from referendum.lifecycle.tables import Measure
from referendum.web.desk import proposals
from referendum.web.desk.form import Desk

ABSENCES: Final = "/desk/absences"


@dataclass(frozen=True, slots=True)
class Look:
    """One thing to look at."""

    page: str
    named: str
    by: str | None = None
    """Who asked, by name; None where it was no officer."""
    at: datetime | None = None
    ends: datetime | None = None
    """When it comes to nothing."""
    measure: Measure | None = None


def all_for(desk: Desk) -> list[Look]:
    """All that this officer can look at now: halts, proposals, files, accounts, phones."""
    return [*_proposed(desk), *_elsewhere(desk), *_absences(desk), *_phones(desk)]


def _proposed(desk: Desk) -> Iterator[Look]:
    rows = confirming.waiting(desk.session, desk.officer, desk.uow.now())
    names = names_of(desk.session, [f"officer:{row.proposed_by}" for row in rows])
    for row in rows:
        one = proposals.seen(desk, row)
        if one.may:
            yield Look(
                f"/desk/proposals/{row.id}",
                one.named,
                by=names.get(f"officer:{row.proposed_by}"),
                at=row.proposed_at,
                ends=row.lapses_at,
                measure=one.measure,
            )


def _elsewhere(desk: Desk) -> Iterator[Look]:
    found = [one for one in confirmable.elsewhere(desk.session, desk.officer) if one.may]
    names = names_of(desk.session, [one.by for one in found])
    for one in found:
        yield Look(
            f"{proposals.CONFIRMED_AT[one.sort]}/{one.id}",
            desk.words(f"proposal.kind.{one.sort.value}", name=one.named),
            by=names.get(one.by),
            at=one.at,
            ends=one.ends,
        )


def _absences(desk: Desk) -> Iterator[Look]:
    """Absences whose roles weigh, for administrators who may consent."""
    if Role.ADMINISTRATOR not in desk.officer.roles:
        return
    waiting = absenting.of_office(desk.session, desk.officer, desk.uow.now())
    for one in waiting:
        if absenting.is_for(one, desk.officer):
            named = desk.words("desk.queue.look-absence")
            yield Look(ABSENCES, named, at=one.consent_asked_at)


def _phones(desk: Desk) -> Iterator[Look]:
    """Objections to phones that came onto the register, all of them together."""
    if Role.REGISTRAR not in desk.officer.roles:
        return
    count = len(objecting.open_ones(desk.session, desk.officer))
    if count:
        yield Look("/desk/register/phones", desk.words("desk.queue.look-phones", count=count))
