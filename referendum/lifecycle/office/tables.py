"""What is kept of those who hold an office, and of who signed its acts."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from referendum.kernel.db import APPEND_ONLY, Base
from referendum.papers.tables import as_named


class OfficeHolder(Base):
    """That somebody holds an office from a day on. Whoever comes next ends it."""

    __tablename__ = "office_holder"
    __table_args__ = (
        as_named(),
        CheckConstraint("demo or paper_id is not null", name="rests_on_a_paper"),
        CheckConstraint("until_day is null or from_day <= until_day", name="period"),
        Index("ix_office_holder_office", "jurisdiction_id", "office", "from_day"),
        {"info": APPEND_ONLY},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"))
    office: Mapped[str]
    """The authority at whose head they stand."""
    name: Mapped[str]
    title: Mapped[str]
    """As their acts name the office: 고양시장, 고양시장 권한대행."""
    from_day: Mapped[date]
    until_day: Mapped[date | None]
    """The last day, where nobody follows at once."""
    paper_id: Mapped[UUID | None] = mapped_column(index=True)
    document_number: Mapped[str]
    document_date: Mapped[date]
    recorded_by: Mapped[str]
    confirmed_by: Mapped[str | None]
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.referendum_now())
    demo: Mapped[bool] = mapped_column(server_default=text("false"))


class Contact(Base):
    """Where people find an authority's desk; as it is now, and not as it was."""

    __tablename__ = "contact"

    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"), primary_key=True)
    authority: Mapped[str] = mapped_column(primary_key=True)
    name_ko: Mapped[str]
    """As a sign at its door says it: 시민참여과 민원 창구."""
    name_en: Mapped[str] = mapped_column(server_default=text("''"))
    """Empty, as all English here may be: then the Korean is told."""
    address_ko: Mapped[str]
    address_en: Mapped[str] = mapped_column(server_default=text("''"))
    telephone: Mapped[str]
    hours_ko: Mapped[str]
    hours_en: Mapped[str] = mapped_column(server_default=text("''"))
    changed_by: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(server_default=func.referendum_now())


class SignedAct(Base):
    """How an act of an office was signed: by whom, by whom in their place, under which number.

    Names stand here and not in the record, which has ids and the paper's number.
    """

    __tablename__ = "signed_act"
    __table_args__ = (
        as_named(),
        CheckConstraint("(deputy_name is null) = (deputy_office is null)", name="deputy_is_whole"),
        {"info": APPEND_ONLY},
    )

    entry_id: Mapped[UUID] = mapped_column(ForeignKey("record_entry.id"), primary_key=True)
    """The entry of the act itself."""
    what: Mapped[str]
    """`promise.sign`, `promise.publish`, `promise.revoke`, `project.not_call`, `answer`, or the act
    of a step that is signed (`stages`)."""
    about: Mapped[UUID] = mapped_column(index=True)
    """The promise, the project, or the measure."""
    office: Mapped[str]
    holder_id: Mapped[UUID] = mapped_column(ForeignKey("office_holder.id"))
    holder_name: Mapped[str]
    holder_title: Mapped[str]
    deputy_name: Mapped[str | None]
    deputy_office: Mapped[str | None]
    """Who signed by delegation within the office (전결), and as what."""
    paper_id: Mapped[UUID] = mapped_column(index=True)
    document_number: Mapped[str]
    document_date: Mapped[date]
    at: Mapped[datetime] = mapped_column(server_default=func.referendum_now())


class CityPage(Base):
    """One version of a page that the city writes about its own service; the latest is shown.

    What it said before stays readable: somebody may have relied on it.
    """

    __tablename__ = "city_page"
    __table_args__ = (
        CheckConstraint("version > 0", name="counted"),
        UniqueConstraint("jurisdiction_id", "page", "version"),
        {"info": APPEND_ONLY},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"))
    page: Mapped[str]
    """Which of the pages (`city_pages.Leaf`)."""
    version: Mapped[int]
    text_ko: Mapped[str]
    text_en: Mapped[str]
    """Empty, where the city wrote it in Korean only."""
    sha256: Mapped[str]
    """Of both texts, as the record has it (hex)."""
    published_by: Mapped[str]
    confirmed_by: Mapped[str | None]
    """The second officer, where the page says something binding."""
    published_at: Mapped[datetime] = mapped_column(server_default=func.referendum_now())
    demo: Mapped[bool] = mapped_column(server_default=text("false"))
