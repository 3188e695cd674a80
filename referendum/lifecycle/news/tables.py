"""Who follows what, under seal, and the letters that wait to be sent to them."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from referendum.kernel.db import Base


class Following(Base):
    """One address that follows a measure, a district, or all of a place.

    By the row alone nobody learns whose it is: the address is sealed under a key of its own, at a
    length that says nothing, and its hash is another one for everything that it follows. The day
    is kept and not the moment. It goes, with its key, when it is stopped or nothing can follow.
    """

    __tablename__ = "following"
    __table_args__ = (
        CheckConstraint("measure_id is null or district_code is null", name="one_thing"),
        CheckConstraint("channel in ('mail', 'sms')", name="channel"),
        CheckConstraint("only_end = false or measure_id is not null", name="ends_with_a_measure"),
        CheckConstraint("confirmed = (ends_at is null)", name="confirmed_or_over_soon"),
        Index("uq_following_to", "to_index", unique=True, postgresql_where=text("confirmed")),
        Index("ix_following_of", "jurisdiction_id", "measure_id", "district_code", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"))
    measure_id: Mapped[UUID | None] = mapped_column(ForeignKey("measure.id"))
    district_code: Mapped[str | None]
    """By its code: one district bears one through all the days of a city divided anew."""
    only_end: Mapped[bool]
    """Whether it asked for one message, of how the measure ended."""
    channel: Mapped[str]
    key_id: Mapped[UUID] = mapped_column(ForeignKey("sealed_data_key.id"))
    sealed: Mapped[bytes]
    """The address, in the place `following:<id>`."""
    to_index: Mapped[bytes] = mapped_column(LargeBinary(32))
    language: Mapped[str]
    since: Mapped[date]
    confirmed: Mapped[bool]
    ends_at: Mapped[datetime | None]
    """Until when a mailbox that was typed may be confirmed, by the machine's clock."""


class FollowAsk(Base):
    """That a mailbox was asked whether it wants to follow: so many a day. It goes after a day."""

    __tablename__ = "follow_ask"
    __table_args__ = (Index("ix_follow_ask_to", "to_index", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    to_index: Mapped[bytes] = mapped_column(LargeBinary(32))
    asker_index: Mapped[bytes] = mapped_column(LargeBinary(32))
    place_index: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    """Where it was asked from, as this mailbox knows it; none where many share an address."""
    origin_index: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True)
    """The same as it is known over all mailboxes, of one day."""
    at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp(), index=True)


class NewsItem(Base):
    """Something that happened to a measure and is told to whoever follows it, piece by piece."""

    __tablename__ = "news_item"
    __table_args__ = (
        Index("ix_news_item_waiting", "made_at", postgresql_where=text("done_at is null")),
    )

    measure_id: Mapped[UUID] = mapped_column(ForeignKey("measure.id"), primary_key=True)
    mark: Mapped[str] = mapped_column(primary_key=True)
    """What happened: a step, a shift, what followed an answer."""
    kind: Mapped[str]
    final: Mapped[bool]
    """Whether the measure ended with it."""
    made_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    reached: Mapped[UUID | None]
    """The last who was written to: the next piece begins behind it."""
    done_at: Mapped[datetime | None]


class FollowLetter(Base):
    """One message to one who follows. It goes as soon as a carrier has taken it."""

    __tablename__ = "follow_letter"
    __table_args__ = (
        UniqueConstraint("following_id", "mark", name="uq_follow_letter_once"),
        Index("ix_follow_letter_due", "due_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    following_id: Mapped[UUID] = mapped_column(ForeignKey("following.id"))
    measure_id: Mapped[UUID | None] = mapped_column(ForeignKey("measure.id"))
    kind: Mapped[str]
    mark: Mapped[str]
    final: Mapped[bool]
    due_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    claimed_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(server_default=text("0"))
    carrier: Mapped[str | None]
    """Who alone may be asked again, because they may have taken it."""
