"""Phones that came onto the register after its first version: what is kept of each such change."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA
from sqlalchemy.orm import Mapped, mapped_column

from referendum.kernel.db import KEPT, Base


class PhoneChange(Base):
    """A version of the register gave somebody another phone, or their first one. No number is here.

    The newest one of a person decides whether their phone serves (`renumbering.SERVES`).
    """

    __tablename__ = "phone_change"
    __table_args__ = (
        UniqueConstraint("person_id", "version", name="uq_phone_change_version"),
        CheckConstraint("outcome in ('serves', 'refused')", name="outcome"),
        CheckConstraint("(objected_at is null) = (objected_by is null)", name="objection"),
        CheckConstraint(
            "(settled_at is null) = (outcome is null) and (settled_at is null) ="
            " (settled_by is null) and (settled_at is null or objected_at is not null)",
            name="settled",
        ),
        Index("ix_phone_change_former", "former", postgresql_using="gin"),
        Index("ix_phone_change_untold", "version", postgresql_where=text("told_at is null")),
        Index(
            "ix_phone_change_disputed",
            "objected_at",
            postgresql_where=text("objected_at is not null and settled_at is null"),
        ),
        {"info": KEPT},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    version: Mapped[int]
    """The version of the register that brought it; before that one is there, nobody sees it."""
    replaced: Mapped[bool]
    """Whether there was a phone in the version before; else this one is the first, or again one."""
    phone_index: Mapped[bytes] = mapped_column(LargeBinary(32))
    former: Mapped[list[bytes]] = mapped_column(ARRAY(BYTEA))
    """Keyed hashes of the numbers whose holders are told of it and may object."""
    changed_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    """When messages to the former numbers were written, or it was seen that there is none: from
    here on it rests for its days, and before it serves nothing."""
    objected_at: Mapped[datetime | None]
    objected_by: Mapped[str | None]
    """`former_number`, or the officer to whom its holder said so."""
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None]
    outcome: Mapped[str | None]
