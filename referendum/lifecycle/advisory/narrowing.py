"""The list of projects, narrowed to what somebody looks for, in the order of their last days."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_, select

from referendum.lifecycle.advisory.considered import UNDECIDED, Considered, State
from referendum.lifecycle.advisory.considering import Board
from referendum.projects.lines import ProjectStage
from referendum.projects.tables import Project
from thresholds.terms import ProjectKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """What is looked for; nothing given narrows by nothing."""

    text: str = ""
    kind: ProjectKind | None = None
    stage: ProjectStage | None = None
    district: str | None = None
    """Its id; a project of the whole place concerns every district."""
    promised: bool | None = None
    """Whether a promise covers it."""
    state: State | None = None


def listed(board: Board, by: Narrowing) -> list[Considered]:
    """All that fit: what is undecided by its last day, then the rest."""
    asked = select(Project).where(Project.jurisdiction_id == board.jurisdiction_id)
    for part in by.text.split():
        columns = (
            Project.name_ko,
            Project.name_en,
            Project.code,
            Project.department,
            Project.summary,
        )
        asked = asked.where(or_(*(column.icontains(part, autoescape=True) for column in columns)))
    if by.kind is not None:
        asked = asked.where(Project.kind == by.kind.value)
    if by.stage is not None:
        asked = asked.where(Project.stage == by.stage.value)
    if by.district is not None:
        concerns = Project.districts.contains([by.district])
        asked = asked.where(or_(Project.districts.is_(None), concerns))
    found = board.all(board.session.scalars(asked))
    return [
        one
        for one in found
        if (by.promised is None or (one.flag is not None) is by.promised)
        and (by.state is None or one.state is by.state)
    ]


def counts(found: list[Considered]) -> dict[str, int]:
    """How many there are, how many a promise covers, and how many of those nobody decided on."""
    return {
        "all": len(found),
        "promised": sum(one.flag is not None for one in found),
        "undecided": sum(one.state in UNDECIDED for one in found),
        "missed": sum(one.state is State.MISSED for one in found),
    }
