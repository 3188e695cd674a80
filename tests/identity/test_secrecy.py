"""OTP-07, OTP-09 and OTP-16: what rows, logs and answers give away, which is nothing."""

from __future__ import annotations

import base64
import logging
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.orm import sessionmaker

from referendum.identity.tables import Challenge, CodeSend
from referendum.kernel.db import Base, connect
from referendum.kernel.outbox import OutboxMessage
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import beginner
from referendum.notices.carriers import DemoCarrier, Message
from referendum.notices.sending import hand_over
from tests.identity.neighbourhood import AWAY, HOME, Letterbox, Neighbourhood

E164 = "+821023456789"


def dump(village: Neighbourhood) -> str:
    """Every row of every table, as text."""
    with village.begin() as uow:
        return "\n".join(
            row
            for table in Base.metadata.sorted_tables
            for row in uow.session.scalars(text(f"select t::text from {table.name} t"))
        )


def shapes(secret: bytes) -> set[str]:
    return {
        secret.hex(),
        base64.b64encode(secret).decode(),
        base64.b32encode(secret).decode(),
        base64.urlsafe_b64encode(secret).decode(),
    }


def test_otp_07_and_09_no_table_task_or_log_holds_code_secret_or_number(
    vault: Vault, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="sqlalchemy.engine")
    engine = connect(database_url)  # made now, it logs every statement with its parameters
    village = Neighbourhood.build(beginner(sessionmaker(engine, expire_on_commit=False)), vault)
    village.lives("홍길동", phone=E164)
    carrier = DemoCarrier(village.begin, demo=True)

    def show(sms: Any) -> Any:
        message = Message(
            to=sms.phone,
            template="notices.code",
            language=sms.language,
            facts={"minutes": sms.minutes},
            secrets={"code": sms.code},
            about=sms.challenge_id,
        )
        return hand_over([carrier], message, key=sms.key)

    challenge = village.asks()
    kept = [dump(village)]
    village.post(show)
    village.asks_again(challenge)
    village.post(show)
    village.types(challenge, village.wrong_code_of(challenge))
    kept.append(dump(village))
    village.types(challenge, village.code_of(challenge))
    kept.append(dump(village))

    everything = "\n".join([*kept, caplog.text])
    assert kept[1].count(f"{challenge.id}:") >= 2  # the demo's messages are there
    assert caplog.text.count(str(challenge.id)) > 5  # parameters were logged
    assert village.code_of(challenge) not in everything
    for form in (E164, "01023456789", "1023456789", "010-2345-6789", "홍길동"):
        assert form not in everything
    for form in shapes(village.vault.code_secret(challenge.id)):
        assert form not in everything
    engine.dispose()


def test_otp_07_nothing_of_a_code_goes_to_the_queue(village: Neighbourhood) -> None:
    before = counts(village)
    village.asks()
    assert counts(village)["outbox_message"] == before["outbox_message"]
    (send,) = village.open_sends()
    assert send.sent_at is None


def test_otp_09_a_message_does_not_show_its_code_or_number_when_printed(
    village: Neighbourhood,
) -> None:
    letterbox = Letterbox()
    challenge = village.asks()
    village.post(letterbox)
    printed = repr(letterbox.heard)
    assert village.code_of(challenge) not in printed
    assert "2345" not in printed


def test_otp_16_unknown_known_and_known_elsewhere_take_the_same_steps(
    village: Neighbourhood,
) -> None:
    village.lives("홍길동", phone=E164)
    village.lives("아무개", phone="+821099998888")
    village.lives("이둘", phone=E164)
    village.lives("이 둘", phone=E164)
    village.asks("그누구", phone=AWAY)  # the day's first request makes the day's key

    told = [steps(village, name) for name in ("그누구", "홍길동", "아무개", "이둘")]
    assert told[1:] == told[:-1]
    statements, rows, _ = told[0]
    assert sum("insert into challenge" in each for each in statements) == 1
    assert rows == {"challenge": 1, "code_send": 1, "outbox_message": 0}


def steps(village: Neighbourhood, name: str) -> tuple[list[str], dict[str, int], list[str | None]]:
    """The statements of one request, the rows it leaves, where its code went."""
    heard: list[str] = []

    def hear(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
        heard.append(statement)

    before, letterbox = counts(village), Letterbox()
    with village.begin() as uow:
        engine = uow.session.get_bind()
    event.listen(engine, "before_cursor_execute", hear)
    village.asks(name, phone=HOME)
    event.remove(engine, "before_cursor_execute", hear)
    rows = {table: after - before[table] for table, after in counts(village).items()}
    village.post(letterbox)
    return heard, rows, [letterbox.heard[-1].phone]


def counts(village: Neighbourhood) -> dict[str, int]:
    with village.begin() as uow:
        return {
            table.__tablename__: uow.session.scalar(select(func.count()).select_from(table)) or 0
            for table in (Challenge, CodeSend, OutboxMessage)
        }


def test_otp_16_the_answer_holds_an_id_and_two_times(village: Neighbourhood) -> None:
    answer = village.asks("그누구")
    assert isinstance(answer.id, UUID)
    assert set(answer.__slots__) == {"id", "expires_at", "sends_at"}
