"""One paper and all that it serves for: entered, filed, read with a reason, shown as a copy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from referendum.kernel.people import Officer, Role, RoleMissing
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import Begin, UnitOfWork
from referendum.lifecycle import papering
from referendum.lifecycle.advisory.answer_tables import Answer, Argument
from referendum.lifecycle.errors import ParticularMissing
from referendum.lifecycle.office.tables import OfficeHolder, SignedAct
from referendum.lifecycle.promise.tables import ScopeStated
from referendum.lifecycle.tables import (
    DayOff,
    Designation,
    DesignationRevoked,
    ElectionSet,
    Hold,
    Measure,
    OutageKept,
    StepTaken,
)
from referendum.papers import filing, naming
from referendum.papers.errors import (
    PaperCopyIsOriginal,
    PaperFiledBefore,
    PaperFileNotFound,
    PaperNotYours,
)
from referendum.papers.filing import Opened, Scan
from referendum.papers.naming import Document, Issuer
from referendum.papers.tables import Paper, PaperFile
from referendum.projects.tables import NotCalled, Project

READERS: Final = frozenset({Role.CLERK, Role.CERTIFIER})
"""Who acts on papers, or confirms what was entered from one."""

LIFTING: Final = "lifting"
RESTING: Final[Sequence[tuple[Any, str, str]]] = (
    (StepTaken, "act", "taken_at"),
    (Hold, "hold", "from_at"),
    (Hold, LIFTING, "lifted_at"),
    (Argument, "argument", "entered_at"),
    (Answer, "answer", "given_at"),
)
"""What of a measure rests on papers: its table, what it is called, and when it was entered."""


@dataclass(frozen=True, slots=True)
class Service:
    """One thing that rests on a paper."""

    what: str
    """`act`, `hold`, `lifting`, `scope`, `argument`, `answer`, `not_called`, `day_off`, `outage`,
    `designation`, `designation_over`, `office_holder` or `promise`."""
    at: datetime | None
    """When it was entered, where that is kept."""
    measure: Measure | None = None
    act: str | None = None
    project: Project | None = None


def enter(uow: UnitOfWork, *, issuer: Issuer, document: Document, by: Officer) -> Paper:
    """Enter a paper before anything rests on it; the same once more changes nothing."""
    by.insist(Role.CLERK)
    named = papering.name(uow, by.jurisdiction, issuer, document, by=by)
    paper = named.paper
    if named.new:
        facts = {"paper": str(paper.id), "issuer": paper.issuer, "document": paper.number}
        uow.record("paper.entered", by=by, facts={**facts, **named.facts})
    return paper


def add_file(uow: UnitOfWork, paper_id: UUID, *, scan: Scan, by: Officer) -> PaperFile:
    """Bring the file of a paper that was entered without."""
    by.insist(Role.CLERK)
    paper = naming.get(uow.session, by.jurisdiction, paper_id)
    if filing.own(uow.session, paper.id) is not None:
        raise PaperFiledBefore(paper=str(paper.id))
    row = filing.keep(uow, paper, scan, by=by)
    uow.record("paper.filed", by=by, facts=_facts(paper, row))
    return row


def publish_copy(uow: UnitOfWork, paper_id: UUID, *, scan: Scan, by: Officer) -> PaperFile:
    """Let everybody read a copy of a paper, in which whatever is nobody's business is blacked out.

    It is for those who may read the paper itself, with a code just given: what is out is out.
    """
    by.insist(Role.CLERK, fresh=True)
    paper = naming.get(uow.session, by.jurisdiction, paper_id)
    own = filing.own(uow.session, paper.id)
    if own is None:
        raise PaperFileNotFound
    _insist_on_reader(paper, own, by)
    if scan.sha256() == own.sha256:
        raise PaperCopyIsOriginal
    row = filing.keep_copy(uow, paper, scan, by=by)
    uow.record("paper.copy_published", by=by, facts=_facts(paper, row))
    return row


def withdraw_copy(
    uow: UnitOfWork, vault: Vault, paper_id: UUID, *, reason: str, by: Officer
) -> None:
    """Take a copy back for good: its key is destroyed. Whoever has read it has read it."""
    by.insist(Role.CLERK)
    paper = naming.get(uow.session, by.jurisdiction, paper_id)
    row = filing.copy_of(uow.session, paper.id)
    if row is None:
        raise PaperFileNotFound
    _insist_on_reader(paper, row, by)
    if not reason.strip():
        raise ParticularMissing(field="reason")
    filing.withdraw(uow, vault, row, reason=reason.strip(), by=by)
    facts = {**_facts(paper, row), "reason": reason.strip()}
    uow.record("paper.copy_withdrawn", by=by, facts=facts)


def read(
    uow: UnitOfWork, begin: Begin, vault: Vault, paper_id: UUID, *, reason: str, by: Officer
) -> Opened:
    """A paper's own file for an officer who says why, which goes into the record."""
    insist_on_role(by)
    paper = naming.get(uow.session, by.jurisdiction, paper_id)
    row = filing.own(uow.session, paper.id)
    if row is None:
        raise PaperFileNotFound
    _insist_on_reader(paper, row, by)
    if not reason.strip():
        raise ParticularMissing(field="reason")
    uow.record("paper.read", by=by, facts={**_facts(paper, row), "reason": reason.strip()})
    return filing.opened(uow.session, begin, vault, row)


def may_read(paper: Paper, row: PaperFile, by: Officer) -> bool:
    """Whether it is this officer's to read the file itself."""
    return by.authority.value in filing.readers(paper, row) and bool(READERS & by.roles)


def serves(session: Session, paper: Paper) -> list[Service]:
    """All that rests on a paper, whatever it is."""
    found: list[Service] = []
    for table, what, moment in RESTING:
        of = select(table, Measure).join(Measure, Measure.id == table.measure_id)
        column = table.lifting_paper_id if what == LIFTING else table.paper_id
        for row, measure in session.execute(of.where(column == paper.id)):
            act = row.act if isinstance(row, StepTaken) else None
            found.append(Service(what, getattr(row, moment), measure, act))
    by_scope = or_(ScopeStated.asked_paper_id == paper.id, ScopeStated.opinion_paper_id == paper.id)
    stated = select(ScopeStated, Measure).join(Measure, Measure.id == ScopeStated.measure_id)
    for scope, measure in session.execute(stated.where(by_scope)):
        found.append(Service("scope", scope.stated_at, measure))
    declined = select(NotCalled, Project).join(Project, Project.id == NotCalled.project_id)
    for decision, project in session.execute(declined.where(NotCalled.paper_id == paper.id)):
        found.append(Service("not_called", decision.decided_at, project=project))
    for days, what in (
        (DayOff, "day_off"),
        (ElectionSet, "election"),
        (OutageKept, "outage"),
        (Designation, "designation"),
        (DesignationRevoked, "designation_over"),
        (OfficeHolder, "office_holder"),
    ):
        rows = session.scalars(select(days).where(days.paper_id == paper.id))
        found += [Service(what, None) for _ in rows]
    of_promises = SignedAct.what.startswith("promise.")
    acts = select(SignedAct).where(SignedAct.paper_id == paper.id, of_promises)
    found += [Service("promise", one.at) for one in session.scalars(acts)]
    return found


def of_measure(session: Session, measure_id: UUID) -> Sequence[Paper]:
    """The papers that a measure's steps and halts rest on, by their day."""
    rested = select(Paper).where(Paper.id.in_(papering.rested(measure_id)))
    return session.scalars(rested.order_by(Paper.day, Paper.number, Paper.id)).all()


def offered(
    session: Session, jurisdiction_id: UUID, measure_id: UUID | None, *, limit: int
) -> list[Paper]:
    """What is offered where a paper is asked for: this measure's first, then the latest."""
    own = list(of_measure(session, measure_id)) if measure_id else []
    others = naming.latest(session, jurisdiction_id, limit=limit)
    return own + [one for one in others if one not in own]


def insist_on_role(by: Officer) -> None:
    """Refuse whoever neither acts on papers nor confirms what rests on them."""
    if not READERS & by.roles:
        raise RoleMissing(role=Role.CLERK.value)


def _insist_on_reader(paper: Paper, row: PaperFile, by: Officer) -> None:
    if not may_read(paper, row, by):
        raise PaperNotYours(paper=str(paper.id))


def _facts(paper: Paper, row: PaperFile) -> dict[str, str]:
    return {"paper": str(paper.id), "document": paper.number, "document_sha256": row.sha256}
