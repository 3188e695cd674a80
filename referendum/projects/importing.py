"""Importing the city's list of projects: the whole file or nothing of it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from referendum.kernel.canonical import canonical
from referendum.kernel.faults import Faults
from referendum.kernel.people import Officer
from referendum.kernel.spreadsheet import Refused
from referendum.kernel.tree import grow, root_of
from referendum.kernel.uow import UnitOfWork
from referendum.projects.errors import (
    ProjectFileFaulty,
    ProjectsMovedOn,
)
from referendum.projects.keeping import (
    changes_so_far,
    districts_known,
    hold_projects,
    insist_on_office,
)
from referendum.projects.lines import Entry
from referendum.projects.reading import read_entries, read_table
from referendum.projects.tables import Project, ProjectChange, ProjectImport
from referendum.roll.tables import Jurisdiction


@dataclass(frozen=True, slots=True)
class Changed:
    """A project that the file says something else of; `fields` as a change keeps them."""

    project: Project
    entry: Entry
    fields: dict[str, list[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What a file does to the register, or did. With a fault it does nothing."""

    basis: int
    """How many changes the register had seen: another number, another register."""
    added: Sequence[Entry]
    changed: Sequence[Changed]
    returned: Sequence[Project]
    """On the list again, and told apart from what else changed of them."""
    absent: Sequence[Project]
    """No longer in the file: kept, and marked as no longer listed."""
    unchanged: int
    refused: Sequence[Refused]
    sha256: str
    encoding: str

    @property
    def counts(self) -> dict[str, int]:
        return {
            "added": len(self.added),
            "changed": len(
                {one.project.id for one in self.changed} | {one.id for one in self.returned}
            ),
            "unchanged": self.unchanged,
            "absent": len(self.absent),
        }

    @property
    def refusal(self) -> ProjectFileFaulty:
        """Of a file with faults: why nothing of it is taken."""
        return ProjectFileFaulty.because(Faults.of(one.fault for one in self.refused))

    @property
    def changes_anything(self) -> bool:
        return bool(self.added or self.changed or self.returned or self.absent)


def compare(session: Session, *, jurisdiction_id: UUID, data: bytes) -> ImportReport:
    """What the file would do; its faults are in the report, unless it is no table of projects."""
    table = read_table(data)
    entries, refused = read_entries(table, districts_known(session, jurisdiction_id))
    before = {
        one.code: one
        for one in session.scalars(
            select(Project).where(Project.jurisdiction_id == jurisdiction_id)
        )
    }
    added, changed, returned, unchanged = [], [], [], 0
    for entry in entries:
        project = before.get(entry.code)
        if project is None:
            added.append(entry)
            continue
        if not project.listed:
            returned.append(project)
        if fields := entry.differences(Entry.of(project)):
            changed.append(Changed(project, entry, fields))
        elif project.listed:
            unchanged += 1
    present = {entry.code for entry in entries}
    return ImportReport(
        basis=changes_so_far(session, jurisdiction_id),
        added=added,
        changed=changed,
        returned=returned,
        absent=[one for one in before.values() if one.listed and one.code not in present],
        unchanged=unchanged,
        refused=refused,
        sha256=hashlib.sha256(data).hexdigest(),
        encoding=table.encoding,
    )


def import_projects(
    uow: UnitOfWork, *, data: bytes, by: Officer, on_basis: int | None = None
) -> ImportReport:
    """Take the file whole; refused with every fault's place where there is one.

    Give the basis of the report that was read before and a change in between is refused.
    """
    insist_on_office(by, fresh=True)
    hold_projects(uow.session, by.jurisdiction)
    report = compare(uow.session, jurisdiction_id=by.jurisdiction, data=data)
    if report.refused:
        raise report.refusal
    if on_basis is not None and report.basis != on_basis:
        raise ProjectsMovedOn(expected=on_basis, basis=report.basis)
    _write(uow, report, by)
    return report


def _write(uow: UnitOfWork, report: ImportReport, by: Officer) -> None:
    session = uow.session
    last = select(func.max(ProjectImport.number)).where(
        ProjectImport.jurisdiction_id == by.jurisdiction
    )
    taken = ProjectImport(
        jurisdiction_id=by.jurisdiction,
        number=(session.scalar(last) or 0) + 1,
        imported_by=by.mark,
        file_sha256=report.sha256,
        **report.counts,
    )
    session.add(taken)
    session.flush()
    writing = _Writing(taken.id, by, uow.now())
    writing.all(session, report)
    place = session.get_one(Jurisdiction, by.jurisdiction)
    uow.record(
        "projects.imported",
        by=by,
        facts={
            "jurisdiction": place.code,
            "number": taken.number,
            "file_sha256": report.sha256,
            "merkle_root": _root(writing.changes).hex(),
            **report.counts,
        },
    )


@dataclass(slots=True)
class _Writing:
    """The rows of one import, written in a handful of statements."""

    import_id: UUID
    by: Officer
    at: datetime
    changes: list[dict[str, Any]] = field(default_factory=list)

    def all(self, session: Session, report: ImportReport) -> None:
        last = select(func.max(Project.number)).where(
            Project.jurisdiction_id == self.by.jurisdiction
        )
        number = session.scalar(last) or 0
        made = []
        for at, entry in enumerate(report.added, number + 1):
            row = {"id": uuid4(), "jurisdiction_id": self.by.jurisdiction, "number": at}
            made.append({**row, **entry.values(), "added_at": self.at})
            self._keep(row["id"], "added", entry.differences(None))
        moved = []
        for one in report.changed:
            moved.append({"id": one.project.id, **one.entry.values()})
            self._keep(one.project.id, "changed", one.fields)
        back = [{"id": one.id, "listed": True} for one in report.returned]
        gone = [{"id": one.id, "listed": False} for one in report.absent]
        for rows, act in ((back, "relisted"), (gone, "unlisted")):
            for row in rows:
                self._keep(row["id"], act, {})
        if made:
            session.execute(insert(Project), made)
        for updates in (moved, [*back, *gone]):
            if updates:
                session.execute(update(Project), updates)
        if self.changes:
            session.execute(insert(ProjectChange), self.changes)

    def _keep(self, project_id: Any, act: str, fields: dict[str, list[Any]]) -> None:
        self.changes.append(
            {
                "id": uuid4(),
                "project_id": project_id,
                "act": act,
                "fields": fields,
                "import_id": self.import_id,
                "by": self.by.mark,
                "at": self.at,
            }
        )


def _root(changes: Sequence[dict[str, Any]]) -> bytes:
    """RFC 9162 over the changes in the order of the file, as the record's one entry for all."""
    leaves = [
        canonical({"project": str(one["project_id"]), "act": one["act"], "fields": one["fields"]})
        for one in changes
    ]
    return root_of(0, len(leaves), grow(0, leaves, {}))


def history(session: Session, jurisdiction_id: UUID) -> Sequence[ProjectImport]:
    """All files taken, newest first."""
    here = select(ProjectImport).where(ProjectImport.jurisdiction_id == jurisdiction_id)
    return session.scalars(here.order_by(ProjectImport.number.desc())).all()
