"""What an office has promised and must see to these days: follow-ups, and projects to decide on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from referendum.kernel.people import Authority, Officer, Role
from referendum.lifecycle import rules
from referendum.lifecycle.advisory.considered import Considered, State
from referendum.lifecycle.advisory.considering import Board
from referendum.lifecycle.advisory.following_up import Item, items
from referendum.lifecycle.advisory.following_up import State as Said
from referendum.lifecycle.stages import Stage
from referendum.lifecycle.tables import Measure
from referendum.projects.tables import Project

AHEAD: Final = timedelta(days=14)
"""How long before its planned day a follow-up is looked at."""


def follow_ups(session: Session, officer: Officer, now: datetime) -> list[tuple[Measure, Item]]:
    """The items of the office's answers that are late, or planned for these days."""
    if not _keeps_promises(officer):
        return []
    rows = select(Measure).where(
        Measure.jurisdiction_id == officer.jurisdiction, Measure.stage == Stage.ANSWERED.value
    )
    return [
        (measure, item)
        for measure in session.scalars(rows.order_by(Measure.number.desc()))
        for item in items(session, measure, now)
        if item.now.state in (Said.PLANNED, Said.UNDER_WAY)
        and item.now.planned <= rules.local_day(now, rules.zone_of(session, measure)) + AHEAD
    ]


def projects_near(session: Session, officer: Officer) -> list[Considered]:
    """The projects on which a vote must be called these days, or should have been."""
    if not _keeps_promises(officer):
        return []
    listed = select(Project).where(
        Project.jurisdiction_id == officer.jurisdiction, Project.listed.is_(True)
    )
    board = Board.of(session, officer.jurisdiction)
    found = board.all(session.scalars(listed).all())
    return [one for one in found if one.state in (State.NEAR, State.MISSED)]


def _keeps_promises(officer: Officer) -> bool:
    return officer.authority is Authority.MAYOR and Role.CLERK in officer.roles
