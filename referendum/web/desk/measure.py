"""A measure as the desk opens it: by its number, once, for those whose business it is."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from referendum.kernel.people import Officer, Role
from referendum.lifecycle import locating
from referendum.lifecycle.errors import MeasureNotFound
from referendum.lifecycle.tables import Measure
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
    if locating.is_private(session, measure):
        raise MeasureNotFound(number=number)
    return measure
