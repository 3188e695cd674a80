"""Who of the own office is away and who deputises: entered, consented to, ended, and acted on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from referendum.identity import absences, absenting, deputising
from referendum.identity.absence_errors import AbsenceNotFound
from referendum.identity.absenting import LONGEST, Away
from referendum.identity.tables import Absence, Staff
from referendum.kernel.people import Role
from referendum.web.dated import Day
from referendum.web.desk.confirming import by_code
from referendum.web.desk.form import Context, Desk, Form, Page, Went, first
from referendum.web.fields import Given, Id, Text

INSTANT: Final = timedelta(microseconds=1)
"""From the moment at which an absence is over back into its last day."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One absence as this officer sees it."""

    row: Absence
    last: object
    """A moment of its last day."""
    running: bool
    mine: bool
    deputy: bool
    """Whether this officer deputises."""
    may_consent: bool
    lends: Sequence[Role]


@dataclass(frozen=True, slots=True)
class Absences:
    """All that an officer may see of an office, and the one that is looked at."""

    all: Sequence[Listed]
    people: Mapping[UUID, Staff]
    one: Listed | None = None


def _all(desk: Desk) -> Absences:
    now, by = desk.uow.now(), desk.officer
    rows = absenting.of_office(desk.session, by, now)
    shown = [
        Listed(
            row,
            row.ends_at - INSTANT,
            row.starts_at <= now,
            row.staff_id == by.id,
            row.deputy_id == by.id,
            Role.ADMINISTRATOR in by.roles and absenting.is_for(row, by),
            [role for role in Role if role in row.role_set],
        )
        for row in rows
    ]
    ids = {one for row in rows for one in (row.staff_id, row.deputy_id, row.entered_by)}
    people = {one: desk.session.get_one(Staff, one) for one in ids}
    return Absences(shown, people)


def _one(desk: Desk, absence_id: UUID) -> Absences:
    found = _all(desk)
    one = first((each for each in found.all if each.row.id == absence_id), AbsenceNotFound())
    return Absences(found.all, found.people, one)


def _show(desk: Desk, about: Absences) -> Context:
    by = desk.officer
    colleagues = absenting.colleagues(desk.session, by)
    manages = Role.ADMINISTRATOR in by.roles
    named = {
        one.id: f"{one.display_name}, {one.office_title}" for one in colleagues if one.id != by.id
    }
    chosen = [("", desk.words("absence.choose")), *((str(key), who) for key, who in named.items())]
    own = [(str(by.id), desk.words("absence.myself"))]
    return {
        "manages": manages,
        "who": [*own, *chosen[1:]] if manages else own,
        "deputies": chosen,
        "longest": LONGEST.days,
        "acting": absences.standing(desk.session, by.id).acting,
        **({"title": desk.words("absence.one")} if about.one else {}),
    }


def _enter(desk: Desk, _about: Absences, given: Given) -> str:
    terms = desk.services.terms
    away = Away(
        who=given["who"] or desk.officer.id,
        deputy=given["deputy"],
        first=given["first"],
        last=given["last"],
    )
    row = absenting.enter(desk.uow, terms, away, by=desk.officer)
    return "absence.flash.waits" if row.consent_asked_at else "absence.flash.entered"


def _settle(desk: Desk, about: Absences, given: Given) -> Went:
    assert about.one is not None
    this, by = about.one.row.id, desk.officer
    if given["what"] == "consent":
        absenting.consent(desk.uow, this, by=by)
        return Went(ABSENCES, "absence.flash.consented")
    absenting.refuse(desk.uow, this, by=by)
    return Went(ABSENCES, "absence.flash.refused")


def _end(desk: Desk, about: Absences, _given: Given) -> Went:
    assert about.one is not None
    deputising.end(desk.uow, about.one.row.id, by=desk.officer)
    return Went(ABSENCES, "absence.flash.ended")


def _take_up(desk: Desk, about: Absences, _given: Given) -> Went:
    assert about.one is not None
    deputising.take_up(desk.uow, about.one.row.id, by=desk.officer)
    return Went("/desk", "absence.flash.taken-up")


def _lay_down(desk: Desk, _about: Absences, _given: Given) -> Went:
    deputising.lay_down(desk.uow, by=desk.officer)
    return Went("/desk", "absence.flash.laid-down")


def aside(desk: Desk) -> Context:
    """What every page of the desk says of absences: in whose stead, for whom, or that one is."""
    found = absences.standing(desk.session, desk.officer.id)
    called = {
        one.id: f"{who.display_name} ({who.office_title})"
        for one in found.lent
        for who in [desk.session.get_one(Staff, one.staff_id)]
    }
    acting = desk.officer.deputising_for and found.acting
    return {
        "away": found.away and {"row": found.away, "last": found.away.ends_at - INSTANT},
        "acts_for": called[acting.id] if acting else None,
        "could_act_for": [
            (one, called[one.id]) for one in found.lent if not acting or one.id != acting.id
        ],
        "roles_now": sorted(desk.officer.roles) if acting or found.away else None,
    }


ABSENCES: Final = Page("/desk/absences", "absences", "absence.title", _all, _show)
ENTERING: Final = Form(
    ABSENCES,
    _enter,
    {
        "who": Id(needed=False, label="absence.who"),
        "deputy": Id(label="absence.deputy"),
        "first": Day(label="absence.first"),
        "last": Day(label="absence.last"),
    },
    confirm=by_code,
    usual="deputy",
)
LAYING_DOWN: Final = Form(ABSENCES, _lay_down, {}, path="/own")
ABSENCE: Final = ABSENCES.below("/{absence_id}", "absence", "absence.one", _one, _show)
SETTLING: Final = Form(ABSENCE, _settle, {"what": Text()}, path="/consent", confirm=by_code)
ENDING: Final = Form(ABSENCE, _end, {}, path="/end")
TAKING_UP: Final = Form(ABSENCE, _take_up, {}, path="/deputising")
