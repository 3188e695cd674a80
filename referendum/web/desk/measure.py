"""A measure as the desk opens it: by its number, once, for those whose business it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from referendum.identity.tables import Staff as Account
from referendum.kernel.people import Officer, Role
from referendum.lifecycle import locating
from referendum.lifecycle.errors import MeasureNotFound
from referendum.lifecycle.stages import Stage
from referendum.lifecycle.tables import Measure, Representative
from referendum.web.desk.form import Desk
from referendum.web.measures import Number


def on_measure(role: Role | None = None) -> Callable[[Desk, Number], Measure]:
    """Opens the measure, for officers who hold the role."""

    def opens(desk: Desk, number: Number) -> Measure:
        if role is not None:
            desk.officer.insist(role)
        return on_desk(desk.session, desk.officer, number)

    return opens


def on_desk(session: Session, officer: Officer, number: int) -> Measure:
    """The measure of this number; to the desk a resident's draft does not exist."""
    measure = locating.numbered(session, officer.jurisdiction, number)
    if is_private(session, measure):
        raise MeasureNotFound(number=number)
    return measure


def is_private(session: Session, measure: Measure) -> bool:
    """A resident's draft is its authors' alone; an office's own draft is on its desk."""
    authors = exists().where(Representative.measure_id == measure.id)
    return measure.stage == Stage.DRAFT and bool(session.scalar(select(authors)))


def names_of(session: Session, marks: Iterable[str]) -> dict[str, str]:
    """Officers of the record by the name that their account states."""
    ids = [UUID(mark.removeprefix("officer:")) for mark in marks if mark.startswith("officer:")]
    rows = session.scalars(select(Account).where(Account.id.in_(ids)))
    return {f"officer:{row.id}": f"{row.display_name} ({row.office_title})" for row in rows}
