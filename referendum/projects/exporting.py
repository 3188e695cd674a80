"""The list of projects as a file that can be changed and imported again."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from referendum.kernel import spreadsheet
from referendum.projects.lines import COLUMNS
from referendum.projects.tables import Project
from referendum.roll.tables import District


def as_file(session: Session, jurisdiction_id: UUID) -> bytes:
    """What is listed now, by number; what has left the list would come back with it."""
    here = (
        select(Project)
        .where(Project.jurisdiction_id == jurisdiction_id, Project.listed)
        .order_by(Project.number)
    )
    names = district_names(session, jurisdiction_id)
    rows = (cells_of(one, names) for one in session.scalars(here))
    return spreadsheet.write(list(COLUMNS), rows)


def district_names(session: Session, jurisdiction_id: UUID) -> dict[str, str]:
    """Every district that there ever was, by its id."""
    here = select(District).where(District.jurisdiction_id == jurisdiction_id)
    return {str(one.id): one.name_ko for one in session.scalars(here)}


def cells_of(project: Project, names: dict[str, str]) -> Sequence[str]:
    """A project in the order of COLUMNS, as a file writes it."""
    return (
        project.code,
        project.name_ko,
        project.name_en or "",
        project.kind,
        project.department,
        "" if project.total is None else str(project.total),
        "" if project.yearly is None else str(project.yearly),
        project.stage,
        "|".join(names.get(one, one) for one in project.districts or ()),
        project.decision_on.isoformat() if project.decision_on else "",
        project.summary,
    )
