"""What the representatives of a measure decide together, and whom they invite to be one."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from referendum.kernel.db import APPEND_ONLY, KEPT, Base


class JointAct(Base):
    """An act of the representatives that waits for all of them, or for its day."""

    __tablename__ = "joint_act"
    __table_args__ = (
        CheckConstraint("(state in ('waiting', 'agreed')) = (settled_at is null)", name="settled"),
        CheckConstraint("(takes_effect_at is null) or (agreed_at is not null)", name="agreed"),
        Index("uq_joint_act_open", "measure_id", unique=True,
              postgresql_where=text("settled_at is null")),
        {"info": KEPT},
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    measure_id: Mapped[UUID] = mapped_column(ForeignKey("measure.id"), index=True)
    act: Mapped[str]
    stage: Mapped[str]
    """Where the measure stood: elsewhere the same act is another one."""
    text_mark: Mapped[bytes]
    """SHA-256 of the text as it was consented to: nobody puts another one under it."""
    put_by: Mapped[UUID] = mapped_column(ForeignKey("representative.id"))
    put_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(server_default=text("'waiting'"))
    agreed_at: Mapped[datetime | None]
    takes_effect_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]


class JointConsent(Base):
    """That one of the representatives consented, having given a code for it."""

    __tablename__ = "joint_consent"
    __table_args__ = ({"info": APPEND_ONLY},)

    joint_act_id: Mapped[UUID] = mapped_column(ForeignKey("joint_act.id"), primary_key=True)
    representative_id: Mapped[UUID] = mapped_column(
        ForeignKey("representative.id"), primary_key=True
    )
    at: Mapped[datetime] = mapped_column(server_default=func.referendum_now())


class Invitation(Base):
    """That a representative asked the holder of one phone to join; nobody else can."""

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint("(phone is null) = (key_id is null)", name="sealed_with_a_key"),
        {"info": KEPT},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    measure_id: Mapped[UUID] = mapped_column(ForeignKey("measure.id"), index=True)
    invited_by: Mapped[UUID] = mapped_column(ForeignKey("representative.id"))
    key_id: Mapped[UUID | None] = mapped_column(ForeignKey("sealed_data_key.id"))
    phone: Mapped[bytes | None]
    """Sealed; forgotten once it was answered, taken back or over."""
    invited_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    joined: Mapped[UUID | None] = mapped_column(ForeignKey("representative.id"))


class DraftVersion(Base):
    """A draft as it was before it was written over: what an author restores. Never published."""

    __tablename__ = "draft_version"

    measure_id: Mapped[UUID] = mapped_column(ForeignKey("measure.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    words: Mapped[dict[str, Any]]
    checklist: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime] = mapped_column(server_default=func.referendum_now())
