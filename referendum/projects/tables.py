"""What is kept of the city's projects: what they are now, every change, and votes not called."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from referendum.kernel.db import APPEND_ONLY, Base
from referendum.papers.tables import as_named

PROJECT_SAYS: Final = "name_ko || ' ' || coalesce(name_en, '') || ' ' || summary"
"""What a project is found by. An index is made of it, and asked for by the same letters."""


class Project(Base):
    """A project of the city, or without a total a matter that costs nothing of its own."""

    __tablename__ = "project"
    __table_args__ = (
        UniqueConstraint("jurisdiction_id", "code", name="uq_project_code"),
        UniqueConstraint("jurisdiction_id", "number", name="uq_project_public_number"),
        Index(
            "ix_project_search", text(f"referendum_grams({PROJECT_SAYS})"), postgresql_using="gin"
        ),
        CheckConstraint("total > 0", name="total"),
        CheckConstraint("yearly >= 0 and yearly <= total", name="yearly"),
        CheckConstraint("yearly is null or total is not null", name="yearly_of_a_total"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"))
    number: Mapped[int]
    """Counts up within the jurisdiction; its page's address."""
    code: Mapped[str]
    """The city's own, by which a later file means the same project."""
    name_ko: Mapped[str]
    name_en: Mapped[str | None]
    kind: Mapped[str]
    department: Mapped[str]
    total: Mapped[int | None] = mapped_column(BigInteger)
    """Whole won from the first year to the last; none: a matter without a budget."""
    yearly: Mapped[int | None] = mapped_column(BigInteger)
    """Whole won in the current year's budget."""
    stage: Mapped[str]
    districts: Mapped[list[str] | None] = mapped_column(JSONB(none_as_null=True))
    """Ids of the districts it concerns; none: the whole jurisdiction."""
    decision_on: Mapped[date | None]
    """The day on which the city decides it; a vote has to come before."""
    summary: Mapped[str]
    listed: Mapped[bool] = mapped_column(server_default=text("true"))
    """Whether the last file still had it. Nothing is ever taken out."""
    added_at: Mapped[datetime] = mapped_column(server_default=func.referendum_now())


class ProjectImport(Base):
    """One file taken whole."""

    __tablename__ = "project_import"
    __table_args__ = (
        UniqueConstraint("jurisdiction_id", "number", name="uq_project_import_number"),
        {"info": APPEND_ONLY},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"))
    number: Mapped[int]
    imported_at: Mapped[datetime] = mapped_column(server_default=func.referendum_now())
    imported_by: Mapped[str]
    file_sha256: Mapped[str]
    added: Mapped[int]
    changed: Mapped[int]
    unchanged: Mapped[int]
    absent: Mapped[int]


class ProjectChange(Base):
    """One change of one project, by a file or by hand."""

    __tablename__ = "project_change"
    __table_args__ = (
        Index("ix_project_change_project_id", "project_id", "at"),
        CheckConstraint("act in ('added', 'changed', 'unlisted', 'relisted')", name="act"),
        CheckConstraint("import_id is not null or reason is not null", name="explained"),
        {"info": APPEND_ONLY},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"))
    act: Mapped[str]
    fields: Mapped[dict[str, Any]]
    """By field what it was and what it became: {"total": [null, 6200000000]}."""
    import_id: Mapped[UUID | None] = mapped_column(ForeignKey("project_import.id"))
    reason: Mapped[str | None]
    """Why it was changed by hand; a file speaks for itself."""
    by: Mapped[str]
    at: Mapped[datetime]


class NotCalled(Base):
    """The mayor's reasoned decision not to call a vote that the promise would have covered."""

    __tablename__ = "not_called"
    __table_args__ = (
        UniqueConstraint("project_id", "delegation_id", name="uq_not_called_once"),
        as_named("paper_id", "document_number", "document_day"),
        {"info": APPEND_ONLY},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("project.id"))
    delegation_id: Mapped[UUID]
    """The promise under which it could have been called."""
    delegation_number: Mapped[int]
    reason: Mapped[str]
    paper_id: Mapped[UUID] = mapped_column(index=True)
    document_number: Mapped[str]
    document_day: Mapped[date]
    total: Mapped[int | None] = mapped_column(BigInteger)
    """The project's total when it was decided."""
    decided_on: Mapped[date]
    call_by: Mapped[date | None]
    """Until when a vote could have been called in time, as it was computed then."""
    by: Mapped[str]
    decided_at: Mapped[datetime] = mapped_column(server_default=func.referendum_now())
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("record_entry.id"))
