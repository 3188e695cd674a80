"""What is kept of a paper: its number, day and issuer, and its files, sealed by the piece."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from referendum.kernel.db import APPEND_ONLY, Base


class Paper(Base):
    """One document of one issuer. Never changed: what rests on it names it as it is."""

    __tablename__ = "paper"
    __table_args__ = (
        UniqueConstraint("id", "number", "day", name="uq_paper_as_named"),
        Index(
            "uq_paper_number",
            "jurisdiction_id",
            "issuer",
            "number_key",
            unique=True,
            postgresql_where=text("not doubled"),
        ),
        Index("ix_paper_entered", "jurisdiction_id", "entered_at"),
        {"info": APPEND_ONLY},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"))
    issuer: Mapped[str]
    """Whose document it is (`naming.Issuer`)."""
    number: Mapped[str]
    number_key: Mapped[str]
    """The number as it is compared: without spaces, in one width and one case."""
    day: Mapped[date]
    doubled: Mapped[bool] = mapped_column(server_default=text("false"))
    """Whether its number was borne by another one too when papers were first gathered."""
    entered_by: Mapped[str]
    entered_at: Mapped[datetime] = mapped_column(server_default=func.referendum_now())


class PaperFile(Base):
    """A paper's own file, or a copy that everybody may read."""

    __tablename__ = "paper_file"
    __table_args__ = (
        UniqueConstraint("paper_id", "copy", name="uq_paper_file_once"),
        CheckConstraint("copy >= 0", name="copy"),
        CheckConstraint("size > 0", name="size"),
        CheckConstraint("kind in ('pdf', 'png', 'jpeg', 'tiff')", name="kind"),
        {"info": APPEND_ONLY},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    paper_id: Mapped[UUID] = mapped_column(ForeignKey("paper.id"))
    copy: Mapped[int]
    """0: the paper's own file. Copies count from one: the last one stands, unless taken back."""
    kind: Mapped[str]
    """What it is, by its content (`recognising.Kind`)."""
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str]
    key_id: Mapped[UUID] = mapped_column(ForeignKey("sealed_data_key.id"))
    """Wrapped to the authority that added it; a copy for everybody, to the master."""
    authority: Mapped[str]
    """Whose officer added it."""
    added_by: Mapped[str]
    added_at: Mapped[datetime] = mapped_column(server_default=func.referendum_now())


class CopyWithdrawn(Base):
    """That a copy was taken back: its key is destroyed. The paper's own file never is."""

    __tablename__ = "paper_copy_withdrawn"
    __table_args__ = ({"info": APPEND_ONLY},)

    file_id: Mapped[UUID] = mapped_column(ForeignKey("paper_file.id"), primary_key=True)
    withdrawn_by: Mapped[str]
    withdrawn_at: Mapped[datetime] = mapped_column(server_default=func.referendum_now())
    reason: Mapped[str]


class PaperPiece(Base):
    """A piece of a file, sealed in the place `paper_piece:<file>:<number>`."""

    __tablename__ = "paper_piece"
    __table_args__ = ({"info": APPEND_ONLY},)

    file_id: Mapped[UUID] = mapped_column(ForeignKey("paper_file.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sealed: Mapped[bytes]


RESTS: Final = ("paper_id", "document_number", "document_date")
"""What the columns are called, in most tables, that say on which paper a row rests."""


def as_named(*columns: str, name: str | None = None) -> ForeignKeyConstraint:
    """That a row which rests on a paper says its number and its day as the paper has them."""
    return ForeignKeyConstraint(
        columns or RESTS, ["paper.id", "paper.number", "paper.day"], name=name
    )
