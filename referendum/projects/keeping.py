"""Keeping the project register: who may, its lock, and one project added or changed by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from referendum.kernel import clock
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Authority, Officer, Role
from referendum.kernel.uow import UnitOfWork
from referendum.projects.errors import (
    ProjectCodeTaken,
    ProjectNotFound,
    ProjectReasonMissing,
    ProjectsOfTheMayor,
    ProjectWrong,
)
from referendum.projects.lines import Entry, Known, Reason, read_entry
from referendum.projects.tables import Project, ProjectChange
from referendum.roll.places import districts_on
from referendum.roll.tables import Jurisdiction
from referendum.roll.usual_names import Gazetteer

LONGEST_REASON = 2_000


def insist_on_office(by: Officer, *, fresh: bool = False) -> None:
    """Refuse anyone but a clerk of the mayor's office."""
    by.insist(Role.CLERK, fresh=fresh)
    if by.authority is not Authority.MAYOR:
        raise ProjectsOfTheMayor(by=by.authority.value)


def refusal(by: Officer) -> DomainError | None:
    """Why an officer could not be the second one of the office; their code is asked for later."""
    if by.authority is not Authority.MAYOR:
        return ProjectsOfTheMayor(by=by.authority.value)
    return None if Role.CLERK in by.roles else by.lacking(Role.CLERK)


def hold_projects(session: Session, jurisdiction_id: UUID) -> None:
    """One change of a place's list at a time, until the transaction ends."""
    lock = func.pg_advisory_xact_lock(func.hashtextextended(f"projects:{jurisdiction_id}", 0))
    session.execute(select(lock))


def changes_so_far(session: Session, jurisdiction_id: UUID) -> int:
    """How many changes the register has seen."""
    here = (
        select(func.count())
        .select_from(ProjectChange)
        .join(Project, Project.id == ProjectChange.project_id)
        .where(Project.jurisdiction_id == jurisdiction_id)
    )
    return session.scalar(here) or 0


def districts_known(session: Session, jurisdiction_id: UUID) -> Known:
    """The districts of today, by their usual names."""
    place = session.get_one(Jurisdiction, jurisdiction_id)
    today = clock.read(session).astimezone(ZoneInfo(place.zone)).date()
    found = districts_on(session, jurisdiction_id, today)
    return Known(Gazetteer.of_place(place, found), [str(one.id) for one in found])


def get(session: Session, project_id: UUID) -> Project:
    project = session.get(Project, project_id)
    if project is None:
        raise ProjectNotFound(project=str(project_id))
    return project


def numbered(session: Session, jurisdiction_id: UUID, number: int) -> Project:
    """The project that a place's page calls by this number."""
    here = (Project.jurisdiction_id == jurisdiction_id, Project.number == number)
    project = session.scalars(select(Project).where(*here)).one_or_none()
    if project is None:
        raise ProjectNotFound(project=str(number))
    return project


def history(session: Session, project_id: UUID) -> Sequence[ProjectChange]:
    """Every change of one project, newest first."""
    here = select(ProjectChange).where(ProjectChange.project_id == project_id)
    return session.scalars(here.order_by(ProjectChange.at.desc(), ProjectChange.id)).all()


def read(
    session: Session, jurisdiction_id: UUID, cells: Mapping[str, str]
) -> tuple[Entry | None, list[tuple[str, Reason]]]:
    """What an officer wrote of one project, with every fault by column."""
    return read_entry(cells, districts_known(session, jurisdiction_id))


def add(uow: UnitOfWork, *, cells: Mapping[str, str], reason: str, by: Officer) -> Project:
    """Put one more on the list by hand; the next file should have it too."""
    insist_on_office(by)
    hold_projects(uow.session, by.jurisdiction)
    entry = _entry(uow.session, by, cells, reason)
    _insist_on_free_code(uow.session, by.jurisdiction, entry.code)
    last = select(func.max(Project.number)).where(Project.jurisdiction_id == by.jurisdiction)
    project = Project(
        jurisdiction_id=by.jurisdiction,
        number=(uow.session.scalar(last) or 0) + 1,
        listed=True,
        added_at=uow.now(),
        **entry.values(),
    )
    uow.session.add(project)
    uow.session.flush()
    _keep(uow, project, "added", entry.differences(None), reason, by)
    return project


def change(
    uow: UnitOfWork, project_id: UUID, *, cells: Mapping[str, str], reason: str, by: Officer
) -> Project:
    """Rewrite one by hand, with the reason. What is on no list any more comes back with it."""
    insist_on_office(by)
    hold_projects(uow.session, by.jurisdiction)
    project = here(uow.session, project_id, by)
    entry = _entry(uow.session, by, cells, reason)
    if entry.code != project.code:
        _insist_on_free_code(uow.session, by.jurisdiction, entry.code)
    fields = entry.differences(Entry.of(project))
    if project.listed and not fields:
        return project
    act = "changed" if project.listed else "relisted"
    for name, value in entry.values().items():
        setattr(project, name, value)
    project.listed = True
    uow.session.flush()
    _keep(uow, project, act, fields, reason, by)
    return project


def here(session: Session, project_id: UUID, by: Officer) -> Project:
    """A project of the officer's own place, as it is under the lock."""
    project = session.get(Project, project_id, populate_existing=True)
    if project is None or project.jurisdiction_id != by.jurisdiction:
        raise ProjectNotFound(project=str(project_id))
    return project


def _entry(session: Session, by: Officer, cells: Mapping[str, str], reason: str) -> Entry:
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise ProjectReasonMissing(field="reason", most=LONGEST_REASON)
    entry, faults = read(session, by.jurisdiction, cells)
    if entry is None:
        column, fault = faults[0]
        raise ProjectWrong(field=column, reason=fault.value)
    return entry


def _insist_on_free_code(session: Session, jurisdiction_id: UUID, code: str) -> None:
    taken = select(Project.id).where(
        Project.jurisdiction_id == jurisdiction_id, Project.code == code
    )
    if session.scalar(taken) is not None:
        raise ProjectCodeTaken(field="code", project=code)


def _keep(
    uow: UnitOfWork,
    project: Project,
    act: str,
    fields: dict[str, list[Any]],
    reason: str,
    by: Officer,
) -> None:
    uow.session.add(
        ProjectChange(
            project_id=project.id,
            act=act,
            fields=fields,
            reason=reason.strip(),
            by=by.mark,
            at=uow.now(),
        )
    )
    facts = {"project": str(project.id), "fields": sorted(fields), "reason": reason.strip()}
    uow.record(f"project.{act}", by=by, facts=facts)
