"""OTP-13, OPS-03 and OPS-12: a code goes out once, or the resident is told that it did not."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from referendum.identity import sending, sessions
from referendum.identity.checking import Recognised
from referendum.identity.codes import Aim, ChallengeView
from referendum.identity.errors import CodeUnknown
from referendum.identity.figures import CodeFigures, code_figures
from referendum.identity.sending import CodeMessage, Delivery
from referendum.kernel.clock import advance
from referendum.notices.carriers import Carrier, CarrierDown, CarrierUnsure, Message
from referendum.notices.sending import Handover, hand_over
from tests.identity.neighbourhood import SIGN, Letterbox, Neighbourhood, Post


class Flaky:
    """A gateway that sends once per key and may break before or after it has sent."""

    def __init__(self, name: str, *breaks: type[Exception] | None) -> None:
        self.name = name
        self.breaks = list(breaks)
        self.texts: dict[str, str] = {}
        self.asked = 0

    def send(self, message: Message, *, key: str) -> str:
        self.asked += 1
        broken = self.breaks.pop(0) if self.breaks else None
        if broken is CarrierDown:
            raise CarrierDown(self.name)
        self.texts.setdefault(key, message.text)
        if broken is not None:
            raise broken(self.name)
        return f"{self.name}-{len(self.texts)}"


def by(carriers: Sequence[Carrier]) -> Post:
    """What the worker does: words for the code, and one carrier after another."""

    def deliver(sms: CodeMessage) -> Handover:
        message = Message(
            to=sms.phone,
            template="notices.code",
            language=sms.language,
            facts={"minutes": sms.minutes},
            secrets={"code": sms.code},
            about=sms.challenge_id,
        )
        return hand_over(carriers, message, key=sms.key, only=sms.only)

    return deliver


def stands(village: Neighbourhood, challenge: ChallengeView) -> Delivery:
    with village.begin() as uow:
        return sending.delivery(uow.session, challenge.id, aim=SIGN)


def test_the_code_goes_to_the_number_given(village: Neighbourhood) -> None:
    letterbox = Letterbox()
    challenge = village.asks()
    assert stands(village, challenge) is Delivery.WAITING
    village.post(letterbox)
    (message,) = letterbox.heard
    assert (message.phone, message.code) == ("+821023456789", village.code_of(challenge))
    assert (message.minutes, message.language, message.only) == (5, "ko", None)
    assert stands(village, challenge) is Delivery.SENT
    assert village.open_sends() == []


def test_otp_13_a_timeout_after_sending_and_then_ok_is_one_message(village: Neighbourhood) -> None:
    gateway, spare = Flaky("a", CarrierUnsure), Flaky("b")
    challenge = village.asks()
    village.post(by([gateway, spare]))
    assert len(gateway.texts) == 1
    assert village.code_of(challenge) in next(iter(gateway.texts.values()))
    assert gateway.asked == 2
    assert spare.asked == 0
    assert stands(village, challenge) is Delivery.SENT


def test_otp_13_while_it_is_unsure_only_the_same_carrier_is_asked_again(
    village: Neighbourhood,
) -> None:
    gateway = Flaky("a", *[CarrierUnsure] * 3, CarrierDown, CarrierUnsure)
    spare = Flaky("b")
    challenge = village.asks()
    for _ in range(3):
        assert stands(village, challenge) is Delivery.WAITING
        assert len(village.open_sends()) == 1
        village.post(by([spare, gateway] if gateway.asked else [gateway, spare]))
        village.wait(sending.AGAIN)
    assert len(gateway.texts) == 1
    assert spare.asked == 0
    village.post(by([spare, gateway]))
    assert stands(village, challenge) is Delivery.SENT
    assert (len(gateway.texts), spare.asked) == (1, 0)


def test_otp_13_a_carrier_that_surely_took_nothing_hands_over_to_the_next(
    village: Neighbourhood,
) -> None:
    gateway, spare = Flaky("a", CarrierDown), Flaky("b")
    challenge = village.asks()
    village.post(by([gateway, spare]))
    assert (len(gateway.texts), len(spare.texts)) == (0, 1)
    assert stands(village, challenge) is Delivery.SENT


def test_ops_12_with_all_carriers_down_the_resident_is_told_and_may_ask_again(
    village: Neighbourhood,
) -> None:
    down = [Flaky("a", CarrierDown), Flaky("b", CarrierDown)]
    challenge = village.asks()
    village.post(by(down))
    assert stands(village, challenge) is Delivery.FAILED
    assert village.open_sends() == []
    village.asks_again(challenge)
    assert stands(village, challenge) is Delivery.WAITING
    village.post(by(down))
    assert stands(village, challenge) is Delivery.SENT


def test_ops_12_without_any_carrier_nothing_counts_as_sent(village: Neighbourhood) -> None:
    challenge = village.asks()
    village.post(by([]))
    assert stands(village, challenge) is Delivery.FAILED


def test_ops_03_sending_twice_sends_once(village: Neighbourhood) -> None:
    letterbox = Letterbox()
    village.asks()
    for _ in range(2):
        village.post(letterbox)
    assert len(letterbox.heard) == 1


def test_ops_03_workers_that_send_at_once_share_the_codes(village: Neighbourhood) -> None:
    letterbox = Letterbox()
    asked = {village.asks(phone=f"010-{3000 + each}-5678").id for each in range(12)}

    def send(_: int) -> int:
        return sending.send_due(
            village.begin, village.vault, lambda all_: [letterbox(one) for one in all_], most=5
        )

    with ThreadPoolExecutor(4) as crowd:
        looked_at = list(crowd.map(send, range(4)))
    looked_at.append(send(0))
    assert sum(looked_at) == len(letterbox.heard) == 12
    assert {message.challenge_id for message in letterbox.heard} == asked


def test_a_hundred_are_sent_at_a_time_and_no_transaction_is_open_meanwhile(
    village: Neighbourhood,
) -> None:
    asked = [village.asks(phone=f"010-{3000 + each}-5678") for each in range(3)]
    seen: list[Delivery] = []

    def deliver(messages: Sequence[CodeMessage]) -> list[Handover]:
        assert [one.challenge_id for one in messages] == [one.id for one in asked]
        with village.begin() as uow:
            uow.session.execute(text("update code_send set carrier = carrier"))  # nobody holds them
        seen.extend(stands(village, one) for one in asked)
        return [Handover("post", "r-1") for _ in messages]

    assert sending.send_due(village.begin, village.vault, deliver) == 3
    assert seen == [Delivery.WAITING] * 3
    assert [stands(village, one) for one in asked] == [Delivery.SENT] * 3


def test_ops_03_a_worker_lost_on_the_wire_is_followed_by_another_with_the_same_key(
    village: Neighbourhood,
) -> None:
    gateway = Flaky("a", KeyboardInterrupt)  # type: ignore[arg-type]  # a kill, not an error
    challenge = village.asks()
    with pytest.raises(KeyboardInterrupt):
        village.post(by([gateway]))
    village.post(by([gateway]))
    assert gateway.asked == 1  # still in the lost one's hands
    village.wait(sending.LEASE)
    village.post(by([gateway]))
    assert (gateway.asked, len(gateway.texts)) == (2, 1)
    assert stands(village, challenge) is Delivery.SENT
    assert village.open_sends() == []


def test_a_code_that_could_only_come_late_is_not_sent(village: Neighbourhood) -> None:
    letterbox = Letterbox()
    challenge = village.asks()
    village.wait(timedelta(minutes=5))
    village.post(letterbox)
    assert letterbox.heard == []
    assert stands(village, challenge) is Delivery.FAILED


def test_a_superseded_code_is_not_sent(village: Neighbourhood) -> None:
    letterbox = Letterbox()
    village.asks()
    latest = village.asks()
    village.post(letterbox)
    assert [message.challenge_id for message in letterbox.heard] == [latest.id]


def test_otp_04_another_browser_does_not_see_how_it_stands(village: Neighbourhood) -> None:
    challenge = village.asks()
    stranger = Aim(purpose="sign", subject=UUID(int=7), browser=sessions.mark("another browser"))
    with village.begin() as uow, pytest.raises(CodeUnknown):
        sending.delivery(uow.session, challenge.id, aim=stranger)


def test_the_figures_count_sent_completed_and_failed(village: Neighbourhood) -> None:
    village.lives("홍길동", phone="+821023456789")
    challenge = village.asks()
    village.post(Letterbox())
    village.types(challenge, village.code_of(challenge))
    village.asks(phone="010-8765-4321")
    village.post(Letterbox())
    village.asks(phone="010-8765-4322")
    village.post(Letterbox([Handover()]))
    with village.begin() as uow:
        assert code_figures(uow.session, datetime(2020, 1, 1, tzinfo=UTC)) == CodeFigures(2, 1, 1)
        assert code_figures(uow.session, datetime(2999, 1, 1, tzinfo=UTC)) == CodeFigures(0, 0, 0)


def test_the_jump_of_the_demos_clock_ages_no_code(village: Neighbourhood) -> None:
    village.lives("홍길동", phone="+821023456789")
    challenge = village.asks()
    with village.begin() as uow:
        advance(uow.session, timedelta(days=90))
    letterbox = Letterbox()
    village.post(letterbox)
    assert len(letterbox.heard) == 1
    assert isinstance(village.types(challenge, letterbox.heard[0].code), Recognised)
