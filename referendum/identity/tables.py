"""What identity keeps: challenges, sends and lock-outs; sessions; staff. No code, no secret."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import (
    ARRAY,
    Boolean,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    UniqueConstraint,
    Uuid,
    any_,
    exists,
    func,
    text,
)
from sqlalchemy.orm import Mapped, column_property, mapped_column

from referendum.kernel.db import KEPT, Base
from referendum.kernel.people import Role
from referendum.roll.tables import Jurisdiction


class CodeKey(Base):
    """The data key of one day's phone numbers; destroyed, it takes them with it."""

    __tablename__ = "code_key"

    day: Mapped[date] = mapped_column(primary_key=True)
    key_id: Mapped[UUID] = mapped_column(ForeignKey("sealed_data_key.id"))


class PhoneLock(Base):
    """What went to one number within a day, by whose asking; the row under which they take turns.

    One row decides, so that no two requests for a number, and no two tries, can pass each other.
    Its arrays are as long as each other, an entry a send. It goes a day after the last of them.
    """

    __tablename__ = "phone_lock"
    __table_args__ = ({"postgresql_with": {"fillfactor": "70"}},)

    number_index: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    """A keyed hash for this purpose alone: it joins no row of the register."""
    sends: Mapped[list[datetime]] = mapped_column(ARRAY(DateTime(timezone=True)))
    challenges: Mapped[list[UUID | None]] = mapped_column(ARRAY(Uuid))
    """Of each browser the latest, at its latest send: one that is not here is superseded."""
    browsers: Mapped[list[bytes]] = mapped_column(ARRAY(LargeBinary(32)))
    """Who asked, as keyed hashes that are others for every number."""
    addresses: Mapped[list[bytes | None]] = mapped_column(ARRAY(LargeBinary(32)))
    misses: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    """Wrong tries since a right one."""
    answered: Mapped[list[bool]] = mapped_column(ARRAY(Boolean))
    """Whether the code was given back: that browser is the number's own for a day."""
    lifted_at: Mapped[datetime | None]
    """When the desk last let go of all that strangers had used up: older entries count no more."""


class Challenge(Base):
    """One code asked for. The code itself derives from the id and a key outside the database.

    By the row alone nobody learns whom it means, who asks, or for what: `meant` is masked and
    `bound` is a hash with the browser's cookie in it. It goes minutes after it has ended.
    """

    __tablename__ = "challenge"
    __table_args__ = ({"postgresql_with": {"fillfactor": "70"}},)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey(Jurisdiction.id))
    bound: Mapped[bytes] = mapped_column(LargeBinary(32))
    """`Aim.bound`: no other browser may answer, and for nothing else."""
    meant: Mapped[UUID]
    """Who the details and the number pointed at, nobody, or several: under a mask (`masking`).
    The asker learns of it only after the code."""
    phone_sealed: Mapped[bytes]
    """The number and the language of its message."""
    number_index: Mapped[bytes] = mapped_column(LargeBinary(32))
    """Of its number's row, and of no row of the register."""
    key_id: Mapped[UUID] = mapped_column(ForeignKey("sealed_data_key.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    wrong: Mapped[int] = mapped_column(server_default=text("0"))
    used_at: Mapped[datetime | None]
    next_try_at: Mapped[datetime | None]
    is_latest: Mapped[bool] = column_property(
        exists()
        .where(PhoneLock.number_index == number_index, id == any_(PhoneLock.challenges))  # noqa: A003  # the column
        .correlate_except(PhoneLock)
    )
    """Whether its browser asked for none later with the same number: else this is superseded."""


class CodeSend(Base):
    """One message to go out for a challenge: what the limits count, and how it went.

    It is its own outbox: written with the challenge, open until a carrier has taken it or it is
    given up, claimed for a while by whoever sends.
    """

    __tablename__ = "code_send"
    __table_args__ = (
        Index("ix_code_send_address", "address_index", "at"),
        Index("ix_code_send_prefix", "prefix", "at"),
        Index(
            "ix_code_send_open",
            "due_at",
            postgresql_where=text("sent_at is null and failed_at is null"),
        ),
        {"postgresql_with": {"fillfactor": "70"}},
    )

    challenge_id: Mapped[UUID] = mapped_column(primary_key=True)
    """No foreign key: the count of sends outlives the challenge."""
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """The first send of a challenge is 1, each resend one more."""
    at: Mapped[datetime] = mapped_column(index=True)
    due_at: Mapped[datetime]
    """Not before: later than `at` where many from one address go unanswered."""
    address_index: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    prefix: Mapped[str | None]
    """A keyed hash of the day, of the number without its last four digits: the range that pumping
    shows up in. Kept as long as it is counted by."""
    claimed_until: Mapped[datetime | None]
    carrier: Mapped[str | None]
    """Who took it, or who alone may be asked again because they may have taken it."""
    reference: Mapped[str | None]
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]


class CodeSpending(Base):
    """Messages first handed to a carrier, by the minute: what the gateway is paid for."""

    __tablename__ = "code_spending"

    minute: Mapped[datetime] = mapped_column(primary_key=True)
    codes: Mapped[int]


class SessionRow(Base):
    """Somebody signed in. The cookie holds a token, this row its SHA-256. It goes as it ends.

    Which resident, only the cookie tells: `whose` is under a mask that derives from the token.
    """

    __tablename__ = "session_row"
    __table_args__ = (CheckConstraint("(whose is null) <> (staff_id is null)", name="one_subject"),)

    id_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    kind: Mapped[str]
    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey(Jurisdiction.id))
    whose: Mapped[UUID | None]
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"), index=True)
    assurance: Mapped[str | None]
    way: Mapped[str | None]
    """How an officer came in, a `sessions.SessionWay`."""
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    idle_until: Mapped[datetime] = mapped_column(index=True)
    """Never later than `expires_at`."""
    expires_at: Mapped[datetime]
    extensions: Mapped[int] = mapped_column(server_default=text("0"))
    fresh_until: Mapped[datetime | None]
    missed: Mapped[int] = mapped_column(server_default=text("0"))
    """Wrong codes in a row, given to confirm something in this session."""
    paused_until: Mapped[datetime | None]
    """No code is looked at before: nobody but this session turns it."""


class Staff(Base):
    """An officer's account. It belongs to one authority and is never deleted: acts name it."""

    __tablename__ = "staff"
    __table_args__ = (UniqueConstraint("username", name="uq_staff_username"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey(Jurisdiction.id))
    username: Mapped[str]
    display_name: Mapped[str]
    office_title: Mapped[str]
    authority: Mapped[str]
    roles: Mapped[list[str]]
    password_hash: Mapped[str | None]
    totp_sealed: Mapped[bytes | None]
    key_id: Mapped[UUID] = mapped_column(ForeignKey("sealed_data_key.id"))
    totp_last_step: Mapped[int] = mapped_column(server_default=text("0"))
    email_sealed: Mapped[bytes | None]
    """The mailbox to which its set-up link goes."""
    consent_asked_at: Mapped[datetime | None]
    """Since when what it was given waits for a second administrator (`consenting`)."""
    consent_asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    """Who asked for it, and so cannot give it."""
    consent_roles: Mapped[list[str]] = mapped_column(server_default=text("'[]'"))
    """The roles among `roles` that wait for it; the others count."""
    waits: Mapped[timedelta] = mapped_column(server_default=text("'0'"))
    """How long its certifying rests after it was set up or changed, as it was when that began."""
    certifies_from: Mapped[datetime | None]
    confirm_by: Mapped[datetime]
    """Until when an administrator confirms its roles anew."""
    rests_from: Mapped[datetime]
    """From when, unconfirmed, its roles rest."""
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.referendum_now())

    @property
    def role_set(self) -> frozenset[Role]:
        return frozenset(Role(role) for role in self.roles)

    @property
    def awaiting(self) -> frozenset[Role]:
        return frozenset(Role(role) for role in self.consent_roles)


class Absence(Base):
    """An officer is away and another one deputises. Never deleted."""

    __tablename__ = "absence"
    __table_args__ = (
        CheckConstraint("deputy_id <> staff_id", name="two_people"),
        CheckConstraint("starts_at < ends_at", name="in_order"),
        CheckConstraint(
            "consented_by is null or consented_by not in (entered_by, staff_id, deputy_id)",
            name="another_consents",
        ),
        {"info": KEPT},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    jurisdiction_id: Mapped[UUID] = mapped_column(ForeignKey(Jurisdiction.id))
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    deputy_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    starts_at: Mapped[datetime]
    """The beginning of the first day, in the place's zone."""
    ends_at: Mapped[datetime]
    """The end of the last day: the first moment at which it is over."""
    roles: Mapped[list[str]]
    """What the deputy is lent at most: roles that the absent officer is given later are not."""
    entered_by: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    entered_at: Mapped[datetime]
    consent_asked_at: Mapped[datetime | None]
    """Since when the roles that weigh wait for a second administrator."""
    consented_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    waits: Mapped[timedelta]
    """How long certifying waits after the consent, as it was set when it was asked for."""
    certifies_from: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    """When somebody ended it before its day."""
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))

    @property
    def role_set(self) -> frozenset[Role]:
        return frozenset(Role(role) for role in self.roles)

    @property
    def until(self) -> datetime:
        """When it is over, or was."""
        return min(self.ends_at, self.ended_at or self.ends_at)


class Deputising(Base):
    """From when until when a deputy acted as such, and not for themselves. Never deleted."""

    __tablename__ = "deputising"
    __table_args__ = (
        Index(
            "uq_deputising_open",
            "deputy_id",
            unique=True,
            postgresql_where=text("laid_down_at is null"),
        ),
        Index("ix_deputising_deputy_id", "deputy_id", "taken_up_at"),
        {"info": KEPT},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    absence_id: Mapped[UUID] = mapped_column(ForeignKey("absence.id"))
    deputy_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"))
    taken_up_at: Mapped[datetime]
    laid_down_at: Mapped[datetime | None]
    """None while it lasts: it ends with the absence all the same."""


class DirectoryLink(Base):
    """An account and its office's own directory: whom of it the account belongs to."""

    __tablename__ = "directory_link"
    __table_args__ = (UniqueConstraint("subject_index", name="uq_directory_link_subject"),)

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    subject_index: Mapped[bytes] = mapped_column(LargeBinary(32))
    """A keyed hash of issuer and subject: one person of a directory is one officer."""
    linked_at: Mapped[datetime]


class DirectoryVisit(Base):
    """A browser on its way to a directory and back. It goes minutes after it has begun."""

    __tablename__ = "directory_visit"

    state_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    authority: Mapped[str]
    errand: Mapped[str]
    """A `linking.Errand`."""
    browser: Mapped[bytes] = mapped_column(LargeBinary(32))
    """The mark of the browser that went: in no other does it come back."""
    session_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    """Of the officer's session, where a link is made."""
    expires_at: Mapped[datetime] = mapped_column(index=True)
    back_at: Mapped[datetime | None]
    """When it came back, which it does once."""
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    """The account that was recognised, which still has to give its code."""


class RecoveryCode(Base):
    """A spare code for the day the phone is lost: a keyed hash, good once."""

    __tablename__ = "recovery_code"

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    used_at: Mapped[datetime | None]


class SetupLink(Base):
    """A link that lets its holder choose password and second factor, once.

    Its token derives from the id and a key outside the database (`inviting`).
    """

    __tablename__ = "setup_link"
    __table_args__ = (UniqueConstraint("id", name="uq_setup_link_id"),)

    id: Mapped[UUID] = mapped_column(default=uuid4)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id"), index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    way: Mapped[str]
    """How it comes to its holder, an `inviting.Way`."""
    tries: Mapped[int] = mapped_column(server_default=text("0"))
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    """When it was given up to send it."""


class SignInLock(Base):
    """Failed sign-ins in a row for a name from one place, whether or not an account has that name.

    A place is a browser that this name signed in with before, or an address; one row more counts
    what comes from all addresses. Keyed hashes; a row goes a day after its last failure.
    """

    __tablename__ = "sign_in_lock"

    name_index: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    asker_index: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    failed: Mapped[int] = mapped_column(server_default=text("0"))
    failed_at: Mapped[datetime] = mapped_column(index=True)
    locked_until: Mapped[datetime | None]
