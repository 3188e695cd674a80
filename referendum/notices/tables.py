"""Notices to residents, and the messages that the demo shows instead of sending."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from referendum.kernel.db import Base


class Notice(Base):
    """One text message to one person. The recipient goes as soon as a carrier has taken it.

    Its times are the machine's: they are about processes and carriers, not about deadlines.
    """

    __tablename__ = "notice"
    __table_args__ = (
        CheckConstraint("(recipient is null) = (key_id is null)", name="sealed_with_a_key"),
        Index(
            "ix_notice_waiting",
            "created_at",
            postgresql_where=text("delivered_at is null and failed_at is null"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kind: Mapped[str]
    """The sentence `notices.<kind>` of the catalogues."""
    recipient: Mapped[bytes | None]
    key_id: Mapped[UUID | None] = mapped_column(ForeignKey("sealed_data_key.id"))
    language: Mapped[str]
    facts: Mapped[dict[str, Any]]
    """What the sentence is filled with: numbers, dates and public names, nothing personal."""
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp(), index=True)
    tries: Mapped[int] = mapped_column(server_default=text("0"))
    delivered_by: Mapped[str | None]
    """Who took it, or who alone may be asked again because they may have taken it."""
    reference: Mapped[str | None]
    delivered_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]


class DemoMessage(Base):
    """What the demo's outbox page shows. No code is in it: the page derives that from `about`."""

    __tablename__ = "demo_message"

    key: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp(), index=True)
    """By the service's clock, which the demo's page shows and puts forward."""
    recipient: Mapped[str]
    """Masked."""
    template: Mapped[str]
    language: Mapped[str]
    facts: Mapped[dict[str, Any]]
    about: Mapped[UUID | None]
