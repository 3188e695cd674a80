"""A measure as the desk opens it: by its number, once, for those whose business it is."""

from __future__ import annotations

from referendum.kernel.people import Role
from referendum.lifecycle import locating
from referendum.lifecycle.errors import MeasureNotFound
from referendum.lifecycle.tables import Measure
from referendum.web.desk.form import Desk
from referendum.web.measures import Number


def on_desk(desk: Desk, number: Number) -> Measure:
    """The measure of this number; to the desk a resident's draft does not exist."""
    measure = locating.numbered(desk.session, desk.place, number)
    if locating.is_private(desk.session, measure):
        raise MeasureNotFound(number=number)
    return measure


def for_clerks(desk: Desk, number: Number) -> Measure:
    """The measure, for officers who are clerks."""
    desk.officer.insist(Role.CLERK)
    return on_desk(desk, number)
