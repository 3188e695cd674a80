"""What an officer was told of and has read."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from referendum.kernel.db import APPEND_ONLY, Base


class ShiftRead(Base):
    """That an officer has read what a cause moved."""

    __tablename__ = "shift_read"
    __table_args__ = ({"info": APPEND_ONLY},)

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    shift_id: Mapped[UUID] = mapped_column(ForeignKey("shift.id"), primary_key=True)
    read_at: Mapped[datetime]
