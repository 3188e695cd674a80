"""What is kept of a vote: polling days, polls, stations, boxes, and the returns of each box."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from referendum.kernel.db import APPEND_ONLY, Base


class Kind(StrEnum):
    """How the papers in a box were cast."""

    REGULAR = "regular"
    EARLY = "early"
    MAIL = "mail"


class PollingDay(Base):
    """A day of voting in one place. Several measures may share it, each with its own poll."""

    __tablename__ = "polling_day"
    __table_args__ = (
        UniqueConstraint("jurisdiction_id", "day", name="one_polling_day_a_date"),
        CheckConstraint("opens_at < closes_at", name="opens_before_it_closes"),
        CheckConstraint(
            "(early_from is null) = (early_until is null)"
            " and early_from < early_until and early_until <= opens_at",
            name="early_before_it_opens",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"))
    day: Mapped[date]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    early_from: Mapped[datetime | None]
    """When early voting begins on its first day; it begins at that hour on each of its days."""
    early_until: Mapped[datetime | None]
    """When it ends on its last day, and at that hour on each of them."""


class Poll(Base):
    """The vote on one measure. A re-vote is a new poll with the next sequence."""

    __tablename__ = "poll"
    __table_args__ = (
        UniqueConstraint("measure_id", "sequence", name="one_poll_a_sequence"),
        CheckConstraint("electors > 0", name="somebody_may_vote"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    measure_id: Mapped[UUID]
    """The measure lives a floor above; this room knows its number only."""
    sequence: Mapped[int]
    polling_day_id: Mapped[UUID] = mapped_column(ForeignKey("polling_day.id"), index=True)
    options: Mapped[list[str]]
    gate: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """The count gate of the pinned rulebook; without one the papers are always counted."""
    electors: Mapped[int]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]


class Station(Base):
    """Where people vote on a polling day."""

    __tablename__ = "station"
    __table_args__ = (
        UniqueConstraint(
            "polling_day_id", "district_id", "number", "kind", name="one_station_a_number"
        ),
        CheckConstraint("number > 0", name="numbered_from_one"),
        CheckConstraint("kind in ('regular', 'early', 'mail')", name="known_kind"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    polling_day_id: Mapped[UUID] = mapped_column(ForeignKey("polling_day.id"))
    district_id: Mapped[UUID] = mapped_column(ForeignKey("district.id"))
    number: Mapped[int]
    kind: Mapped[str]
    name_ko: Mapped[str]
    name_en: Mapped[str]
    address: Mapped[str | None]
    """Where its door is, as the office writes it; none where nobody has entered it."""


class Box(Base):
    """A ballot box of one poll at one station. Its row is what writers of its returns lock."""

    __tablename__ = "box"
    __table_args__ = (
        UniqueConstraint("poll_id", "station_id", "kind", name="one_box_a_kind"),
        CheckConstraint("electors >= 0", name="electors_not_negative"),
        CheckConstraint(
            "kind in ('early', 'mail') or electors is not null", name="regular_has_electors"
        ),
        CheckConstraint("kind in ('regular', 'early', 'mail')", name="known_kind"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    poll_id: Mapped[UUID] = mapped_column(ForeignKey("poll.id"))
    station_id: Mapped[UUID] = mapped_column(ForeignKey("station.id"), index=True)
    kind: Mapped[str]
    electors: Mapped[int | None]
    """As published. Unknown where people of other stations vote too: early and by mail."""


class TurnoutReturn(Base):
    """How many papers were handed out and cast, before a box is opened. A correction is added."""

    __tablename__ = "turnout_return"
    __table_args__ = (
        UniqueConstraint("box_id", "version", name="one_turnout_a_version"),
        CheckConstraint("version > 0", name="versions_from_one"),
        CheckConstraint('issued >= 0 and "cast" >= 0', name="not_negative"),
        CheckConstraint("version = 1 or reason is not null", name="correction_has_reason"),
        {"info": APPEND_ONLY},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    box_id: Mapped[UUID] = mapped_column(ForeignKey("box.id"))
    version: Mapped[int]
    issued: Mapped[int]
    cast: Mapped[int]
    reason: Mapped[str | None]
    keyed_by: Mapped[UUID]
    keyed_at: Mapped[datetime] = mapped_column(server_default=func.referendum_now())


class CountReturn(Base):
    """What was in the box, per option. A correction is a new version; the former stays."""

    __tablename__ = "count_return"
    __table_args__ = (
        UniqueConstraint("box_id", "version", name="one_count_a_version"),
        CheckConstraint("version > 0", name="versions_from_one"),
        CheckConstraint("papers >= 0 and invalid >= 0", name="not_negative"),
        CheckConstraint("version = 1 or reason is not null", name="correction_has_reason"),
        {"info": APPEND_ONLY},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    box_id: Mapped[UUID] = mapped_column(ForeignKey("box.id"))
    version: Mapped[int]
    papers: Mapped[int]
    invalid: Mapped[int]
    votes: Mapped[dict[str, int]] = mapped_column(JSONB())
    salt: Mapped[bytes | None]
    """With it the record's commitment opens. Earlier releases recorded the figures themselves."""
    reason: Mapped[str | None]
    keyed_by: Mapped[UUID]
    keyed_at: Mapped[datetime] = mapped_column(server_default=func.referendum_now())


class CountOpening(Base):
    """The entry of the record that shows a count, once all of its poll may be seen."""

    __tablename__ = "count_opening"
    __table_args__ = ({"info": APPEND_ONLY},)

    return_id: Mapped[UUID] = mapped_column(ForeignKey("count_return.id"), primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("record_entry.id"))
