"""A small place with people in its register, and the words to ask for codes there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select, text

from referendum.identity import checking, codes, sending, sessions
from referendum.identity.codes import Aim, ChallengeView
from referendum.identity.errors import Refused
from referendum.identity.limits import DEFAULT, Limits
from referendum.identity.matching import Described
from referendum.identity.sending import CodeMessage
from referendum.identity.tables import CodeSend
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import Begin
from referendum.notices.sending import Handover
from referendum.roll.finding import name_index, phone_index
from referendum.roll.tables import District, Jurisdiction, Person, RegisterVersion, Residence

BIRTH = date(1980, 2, 29)
HOME = "010-2345-6789"
AWAY = "010-8765-4321"
SIGN = Aim(purpose="sign", subject=UUID(int=7), browser=sessions.mark("a browser"))

Post = Callable[[CodeMessage], sending.Handover]
"""What becomes of one message."""

TIMES = {
    "challenge": ("created_at", "expires_at", "used_at", "next_try_at"),
    "code_send": ("at", "due_at", "claimed_until"),
    "phone_lock": ("lifted_at",),
    "session_row": (
        "created_at",
        "last_seen_at",
        "idle_until",
        "expires_at",
        "fresh_until",
        "paused_until",
    ),
    "setup_link": ("expires_at",),
    "staff": ("certifies_from", "confirm_by", "rests_from"),
    "sign_in_lock": ("failed_at", "locked_until"),
}
KEYS = {"code_key": "day", "code_spending": "minute"}
ASIDE = "10000 days"
"""Times that are keys go far away first, so that none takes the place of one not yet moved."""


@dataclass
class Letterbox:
    """A carrier's far end: takes each key once, and answers as it is told."""

    answers: list[Handover] = field(default_factory=list)
    heard: list[CodeMessage] = field(default_factory=list)

    def __call__(self, message: CodeMessage) -> Handover:
        self.heard.append(message)
        return self.answers.pop(0) if self.answers else Handover("post", "r-1")

    def all(self, messages: Sequence[CodeMessage]) -> list[sending.Handover]:
        """One after the other, as a round hands them over."""
        return [self(message) for message in messages]


@dataclass
class Neighbourhood:
    """Everything a test says goes through here."""

    begin: Begin
    vault: Vault
    jurisdiction_id: UUID
    district_id: UUID

    @classmethod
    def build(cls, begin: Begin, vault: Vault, code: str = "kr-test") -> Neighbourhood:
        place, district = uuid4(), uuid4()
        with begin() as uow:
            uow.session.add(
                Jurisdiction(
                    id=place,
                    code=code,
                    name_ko="마을",
                    name_en="Village",
                    level="city",
                    population=9,
                )
            )
            uow.session.flush()
            uow.session.add(
                District(
                    id=district,
                    jurisdiction_id=place,
                    code="d1",
                    name_ko="가동",
                    name_en="Ga",
                    valid_from=date(2000, 1, 1),
                )
            )
            uow.session.add(
                RegisterVersion(
                    jurisdiction_id=place,
                    number=1,
                    as_of=date(2020, 1, 1),
                    imported_by="nobody",
                    file_sha256="",
                    **dict.fromkeys(("added", "changed", "ended", "refused", "unchanged"), 0),
                )
            )
        return cls(begin, vault, place, district)

    def lives(
        self, name: str, *, phone: str | None = None, birth: date = BIRTH, until: date | None = None
    ) -> UUID:
        """Since 2010, and until a day if they left."""
        person = Person(id=uuid4(), jurisdiction_id=self.jurisdiction_id, register_no=uuid4().hex)
        with self.begin() as uow:
            uow.session.add(person)
            uow.session.flush()
            uow.session.add(
                Residence(
                    person_id=person.id,
                    version_from=1,
                    district_id=self.district_id,
                    birth_date=birth,
                    nationality="KR",
                    stated_from=date(2010, 1, 1),
                    registered_from=date(2010, 1, 1),
                    registered_to=until,
                    name_index=name_index(self.vault, name, birth),
                    phone_index=phone_index(self.vault, phone) if phone else None,
                )
            )
        return person.id

    def asks(
        self,
        name: str = "홍길동",
        *,
        phone: str = HOME,
        aim: Aim = SIGN,
        address: str = "203.0.113.5",
        limits: Limits = DEFAULT,
    ) -> ChallengeView:
        with self.begin() as uow:
            return codes.request_code(
                uow,
                vault=self.vault,
                described=Described(
                    jurisdiction_id=self.jurisdiction_id, name=name, birth_date=BIRTH
                ),
                phone=phone,
                aim=aim,
                address=address,
                limits=limits,
            )

    def asks_again(
        self,
        challenge: ChallengeView,
        *,
        aim: Aim = SIGN,
        address: str = "203.0.113.5",
        limits: Limits = DEFAULT,
    ) -> ChallengeView:
        with self.begin() as uow:
            return codes.resend(
                uow,
                challenge.id,
                vault=self.vault,
                aim=aim,
                address=address,
                limits=limits,
            )

    def types(
        self,
        challenge: ChallengeView,
        code: str,
        *,
        aim: Aim = SIGN,
        limits: Limits = DEFAULT,
    ) -> checking.Recognised | Refused:
        with self.begin() as uow:
            return checking.verify_code(uow, self.vault, challenge.id, code, aim=aim, limits=limits)

    def code_of(self, challenge: ChallengeView) -> str:
        with self.begin() as uow:
            code = codes.show_code(uow.session, self.vault, challenge.id, demo=True)
        assert code is not None
        return code

    def wrong_code_of(self, challenge: ChallengeView) -> str:
        return f"{(int(self.code_of(challenge)) + 1) % 1_000_000:06}"

    def post(self, letterbox: Post) -> None:
        """Send what is due, as the worker's pulse does."""

        def deliver(messages: Sequence[CodeMessage]) -> list[sending.Handover]:
            return [letterbox(message) for message in messages]

        sending.send_due(self.begin, self.vault, deliver)

    def open_sends(self) -> Sequence[CodeSend]:
        """What is to go out, now or later."""
        waiting = select(CodeSend).where(CodeSend.sent_at.is_(None), CodeSend.failed_at.is_(None))
        with self.begin() as uow:
            return uow.session.scalars(waiting.order_by(CodeSend.due_at)).all()

    def wait(self, by: timedelta) -> None:
        """Let the machine's time pass, by moving all that identity noted back."""
        with self.begin() as uow:
            for table, columns in TIMES.items():
                moved = ", ".join(f"{column} = {column} - :by" for column in columns)
                uow.session.execute(text(f"update {table} set {moved}"), {"by": by})
            for table, key in KEYS.items():
                aside = f"update {table} set {key} = {key} - interval '{ASIDE}'"
                uow.session.execute(text(aside))
                moved = f"update {table} set {key} = {key} + interval '{ASIDE}' - :by"
                uow.session.execute(text(moved), {"by": by})
            uow.session.execute(
                text(
                    "update phone_lock set sends ="
                    " array(select at - :by from unnest(sends) at order by at)"
                ),
                {"by": by},
            )


def reason(outcome: object) -> str:
    """The code of a refusal."""
    assert isinstance(outcome, Refused), outcome
    return outcome.because.code
