"""What is kept of a mayor's prior promises, and of what each vote under one was said to be."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from referendum.kernel.db import Base
from referendum.papers.tables import as_named


class Delegation(Base):
    """A mayor's prior promise: drafted, signed (then frozen), published, perhaps revoked."""

    __tablename__ = "delegation"
    __table_args__ = (
        UniqueConstraint("jurisdiction_id", "number", name="uq_delegation_number"),
        CheckConstraint("(number is null) = (signed_at is null)", name="numbered_when_signed"),
        CheckConstraint("published_at is null or signed_at is not null", name="signed_first"),
        CheckConstraint("revoked_at is null or published_at is not null", name="published_first"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"))
    number: Mapped[int | None]
    """Counts up within the jurisdiction in the order of signing."""
    terms: Mapped[dict[str, Any]]
    """As `thresholds.terms.Terms` reads them; of a draft, as far as they go."""
    sha256: Mapped[str | None]
    """Of the canonical terms, from the signature on."""
    rulebook: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """The terms as a rulebook, in full."""
    rulebook_fingerprint: Mapped[str | None]
    drafted_by: Mapped[str]
    drafted_at: Mapped[datetime] = mapped_column(server_default=func.referendum_now())
    signed_at: Mapped[datetime | None]
    signer_name: Mapped[str | None]
    signer_office: Mapped[str | None]
    """The office-holder whose promise it is, as it is published."""
    signed_by: Mapped[UUID | None]
    """The officer whose password and code signed it, and how the account names them."""
    officer_name: Mapped[str | None]
    officer_office: Mapped[str | None]
    published_at: Mapped[datetime | None]
    published_on: Mapped[date | None]
    """The same as a day where the promise is made."""
    revoked_at: Mapped[datetime | None]
    revoked_from: Mapped[date | None]
    """The first day on which nothing more can be called under it."""
    revoked_reason: Mapped[str | None]
    demo: Mapped[bool] = mapped_column(server_default=text("false"))

    @property
    def valid_from(self) -> date:
        """No earlier than it was made known."""
        first = date.fromisoformat(self.terms["valid_from"])
        return first if self.published_on is None else max(first, self.published_on)

    @property
    def valid_to(self) -> date | None:
        """The last day of its own term, if it has one."""
        last = self.terms.get("valid_to")
        return None if last is None else date.fromisoformat(last)

    def runs_on(self, day: date) -> bool:
        """Whether something can be called under it that day, nothing newer counted in."""
        ended = self.revoked_from is not None and self.revoked_from <= day
        over = self.valid_to is not None and self.valid_to < day
        return self.published_on is not None and self.valid_from <= day and not (ended or over)


class ScopeStated(Base):
    """What an advisory vote was said to be before its call: who asked, and what it is about."""

    __tablename__ = "scope_stated"
    __table_args__ = (
        as_named("asked_paper_id", "asked_document", "asked_on", name="fk_scope_stated_asked"),
        as_named(
            "opinion_paper_id", "opinion_document", "opinion_on", name="fk_scope_stated_opinion"
        ),
    )

    measure_id: Mapped[UUID] = mapped_column(ForeignKey("measure.id"), primary_key=True)
    asked_by: Mapped[str]
    asked_paper_id: Mapped[UUID | None] = mapped_column(index=True)
    asked_document: Mapped[str | None]
    asked_on: Mapped[date | None]
    """The paper by which a council or a district asked."""
    subject: Mapped[int | None]
    """Of a matter without a budget: its place among the promise's subjects."""
    project_kind: Mapped[str | None]
    project_total: Mapped[int | None] = mapped_column(BigInteger)
    excluded_confirmed: Mapped[list[str]]
    """The excluded matters of which it was confirmed, one by one, that this is none."""
    opinion_paper_id: Mapped[UUID | None] = mapped_column(index=True)
    opinion_document: Mapped[str | None]
    opinion_on: Mapped[date | None]
    """A legal opinion on calling it within the days before an election."""
    stated_by: Mapped[str]
    stated_at: Mapped[datetime]
