"""The people of a place: its districts, its register in versions, its rolls, its totals."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from referendum.kernel.db import APPEND_ONLY, KEPT, Base


class Jurisdiction(Base):
    """A city or province that this deployment serves."""

    __tablename__ = "jurisdiction"
    __table_args__ = ({"info": KEPT},)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    code: Mapped[str] = mapped_column(unique=True)
    name_ko: Mapped[str]
    name_en: Mapped[str]
    level: Mapped[str]
    """`city` or `province`."""
    zone: Mapped[str] = mapped_column(server_default=text("'Asia/Seoul'"))
    population: Mapped[int]
    operated_by: Mapped[list[str]] = mapped_column(server_default=text("'[]'"))
    """The authorities that use this deployment themselves; the others' acts are recorded."""


class District(Base):
    """The smallest area counted (읍·면·동), with the days on which it existed, half-open."""

    __tablename__ = "district"
    __table_args__ = (
        UniqueConstraint(
            "jurisdiction_id", "code", "valid_from", name="uq_district_code_valid_from"
        ),
        CheckConstraint("valid_to is null or valid_from < valid_to", name="period"),
        {"info": KEPT},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"))
    code: Mapped[str]
    name_ko: Mapped[str]
    name_en: Mapped[str]
    borough_ko: Mapped[str] = mapped_column(server_default=text("''"))
    """구, where the city has them."""
    borough_en: Mapped[str] = mapped_column(server_default=text("''"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    tile_x: Mapped[int | None]
    """The column and row on the tile map, from the north-west."""
    tile_y: Mapped[int | None]
    position: Mapped[int] = mapped_column(server_default=text("0"))
    """Where it stands in the city's own order, in which its lists are read."""


class Street(Base):
    """A street, or some of its house numbers, with the district and station of who lives there.

    Of streets and no people: as the city's list says it, which a newer one replaces whole.
    """

    __tablename__ = "street"
    __table_args__ = (
        CheckConstraint(
            "(first_number is null) = (last_number is null) and first_number <= last_number",
            name="numbers",
        ),
        Index("ix_street_jurisdiction_id_key", "jurisdiction_id", "key"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"))
    name: Mapped[str]
    key: Mapped[str]
    """The name without what differs between two hands: case, space and signs."""
    first_number: Mapped[int | None]
    """None: the whole street."""
    last_number: Mapped[int | None]
    district_id: Mapped[UUID] = mapped_column(ForeignKey("district.id"))
    station: Mapped[int | None]
    """The number of the station in the district; None where nobody said which."""


class PublishedTotal(Base):
    """A number that an authority published; a correction is a row of its own."""

    __tablename__ = "published_total"
    __table_args__ = (
        CheckConstraint("kind in ('claimants', 'electors')", name="kind"),
        CheckConstraint("number >= 0", name="number"),
        Index(
            "uq_published_total_first",
            "jurisdiction_id",
            "instrument",
            "kind",
            "base_year",
            "district_id",
            unique=True,
            postgresql_where=text("corrects_id is null"),
            postgresql_nulls_not_distinct=True,
        ),
        UniqueConstraint("corrects_id", name="uq_published_total_corrects_id"),
        {"info": APPEND_ONLY},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"))
    instrument: Mapped[str]
    kind: Mapped[str]
    base_year: Mapped[int]
    district_id: Mapped[UUID | None] = mapped_column(ForeignKey("district.id"))
    """None for the whole jurisdiction."""
    number: Mapped[int]
    source: Mapped[str]
    """The notice in which it stands."""
    published_on: Mapped[date]
    corrects_id: Mapped[UUID | None] = mapped_column(ForeignKey("published_total.id"))
    entered_at: Mapped[datetime] = mapped_column(server_default=func.referendum_now())


class RegisterVersion(Base):
    """One import of the whole register."""

    __tablename__ = "register_version"
    __table_args__ = (
        UniqueConstraint("jurisdiction_id", "number", name="uq_register_version_number"),
        {"info": APPEND_ONLY},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"))
    number: Mapped[int]
    as_of: Mapped[date]
    imported_at: Mapped[datetime] = mapped_column(server_default=func.referendum_now())
    imported_by: Mapped[str]
    seconded_by: Mapped[str | None]
    """The second registrar, where it changed so much that one was not enough."""
    mode: Mapped[str] = mapped_column(server_default=text("'whole'"))
    meanings: Mapped[dict[str, Any] | None]
    """What the officer said that unknown words of the file mean."""
    effects: Mapped[dict[str, Any] | None]
    """Who lived where before it and after, in numbers."""
    preview: Mapped[str | None]
    file_sha256: Mapped[str]
    key_id: Mapped[UUID | None] = mapped_column(ForeignKey("sealed_data_key.id"))
    """The key under which this version sealed names and addresses; none for invented people."""
    added: Mapped[int]
    changed: Mapped[int]
    ended: Mapped[int]
    refused: Mapped[int]
    unchanged: Mapped[int]
    phones_replaced: Mapped[int] = mapped_column(server_default=text("0"))
    phones_first: Mapped[int] = mapped_column(server_default=text("0"))
    """People who had none in the version before. Not counted in the first version of a place."""


class Person(Base):
    """Somebody the source system has a number for, or who enrolled themselves for one vote.

    Never found by name alone. Who enrolled has no residence: the register's
    look-ups, versions and counts all go by residences, so that none of them sees such a person.
    """

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("jurisdiction_id", "register_no", name="uq_person_register_no"),
        {"info": KEPT},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    jurisdiction_id: Mapped[UUID]
    """Of a jurisdiction, which is never deleted: no reference that is looked up for each row."""
    register_no: Mapped[str | None]
    """None: in no register. Such a person's id is that of the enrolment, on one roll at most."""


class Residence(Base):
    """An episode of living in a district, as the versions from..to of the register state it.

    A change closes `version_to` (the first version without the row) and adds a row; nothing is
    deleted, so that the register of any version can be read again. Intervals are half-open.
    """

    __tablename__ = "residence"
    __table_args__ = (
        # A hash of hashes: what lies anywhere and is asked for as it stands wants no order. Whose
        # telephone it is, is asked only of those who bear a name.
        Index("ix_residence_name_index", "name_index", postgresql_using="hash"),
        # One row per version that holds the episode: of two that do, none could be the truth.
        UniqueConstraint(
            "person_id",
            "registered_from",
            "version_to",
            name="uq_residence_episode",
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint("version_to is null or version_from < version_to", name="versions"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    person_id: Mapped[UUID]
    """Of a person, who is never deleted. That there is one, and that the district is of their
    place, is checked once a statement (`residence_of_somebody`): a reference locks the person for
    each of a million rows."""
    version_from: Mapped[int]
    version_to: Mapped[int | None]
    district_id: Mapped[UUID]
    """Of a district, as `key_id` is of a key; neither is ever deleted."""
    birth_date: Mapped[date]
    nationality: Mapped[str]
    status: Mapped[str | None]
    status_since: Mapped[date | None]
    stated_from: Mapped[date]
    """The source's own registered-from: an episode that began with a change of district, which
    the source did not date, keeps it and starts on the day of the import that showed it."""
    registered_from: Mapped[date]
    registered_to: Mapped[date | None]
    lost_from: Mapped[date | None]
    lost_to: Mapped[date | None]
    line_mac: Mapped[bytes | None]
    """A keyed hash of the line it came from, so that an unchanged line costs nothing."""
    sealed: Mapped[bytes | None]
    """Name, former names, address and phone, sealed in the place `residence:<person>`."""
    key_id: Mapped[UUID | None]
    name_index: Mapped[bytes]
    phone_index: Mapped[bytes | None]


class FormerName(Base):
    """A keyed hash of a name, with the birth date, that a person went by earlier."""

    __tablename__ = "former_name"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    name_index: Mapped[bytes] = mapped_column(primary_key=True, index=True)
    version_from: Mapped[int]


class Roll(Base):
    """A frozen list (명부) for one purpose and base day."""

    __tablename__ = "roll"
    __table_args__ = (
        CheckConstraint("purpose in ('signing', 'voting')", name="purpose"),
        CheckConstraint(
            "register_version is not null or purpose = 'voting'", name="register_unless_enrolled"
        ),
        Index("ix_roll_measure_id", "measure_id"),
        {"info": APPEND_ONLY},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey("jurisdiction.id"))
    purpose: Mapped[str]
    instrument: Mapped[str]
    measure_id: Mapped[UUID | None]
    base_date: Mapped[date]
    age_date: Mapped[date]
    register_version: Mapped[int | None]
    """None: made of those who enrolled themselves, and of no register."""
    electorate_fingerprint: Mapped[str]
    fingerprint: Mapped[str]
    """SHA-256 of the sorted entries, published."""
    size: Mapped[int]
    frozen_at: Mapped[datetime] = mapped_column(server_default=func.referendum_now())


class RollDraft(Base):
    """A roll whose entries are being written: it has to be there as their transaction ends.

    One reference that waits for the end, where each of a million entries had one.
    """

    __tablename__ = "roll_draft"
    __table_args__ = ({"info": APPEND_ONLY},)

    roll_id: Mapped[UUID] = mapped_column(
        ForeignKey("roll.id", deferrable=True, initially="DEFERRED"), primary_key=True
    )


class RollEntry(Base):
    """One person on a roll, in one district.

    That both are there, that the roll is begun and that it does not stand yet is looked up once a
    statement (`roll_entry_of_draft`): none of the three is ever deleted, and references locked a
    row for each of a million entries.
    """

    __tablename__ = "roll_entry"
    __table_args__ = ({"info": APPEND_ONLY},)

    roll_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    district_id: Mapped[UUID]
