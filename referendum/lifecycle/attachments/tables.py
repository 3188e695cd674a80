"""The files that were brought to a draft. Which of them are its attachments, the measure says."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column

from referendum.kernel.db import Base


class AttachedFile(Base):
    """A file as everybody will be given it. Never changed; gone where no draft has it any more."""

    __tablename__ = "attached_file"
    __table_args__ = (
        CheckConstraint("kind in ('pdf', 'png', 'jpeg')", name="kind"),
        CheckConstraint("size > 0", name="size"),
        CheckConstraint("(kind = 'pdf') = (preview is null)", name="previewed"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    measure_id: Mapped[UUID] = mapped_column(ForeignKey("measure.id"), index=True)
    kind: Mapped[str]
    """What it is, by its content (`papers.recognising.Kind`)."""
    size: Mapped[int]
    """Bytes."""
    sha256: Mapped[str]
    """Of the content as it is handed out, in hexadecimal digits."""
    width: Mapped[int | None]
    height: Mapped[int | None]
    """Of a picture, in pixels."""
    content: Mapped[bytes] = mapped_column(deferred=True)
    preview: Mapped[bytes | None] = mapped_column(deferred=True)
    """A picture made smaller, as JPEG."""
    brought_by: Mapped[str]
    brought_at: Mapped[datetime] = mapped_column(server_default=func.referendum_now())
