"""A notice is sent once, by one carrier, and its recipient is then forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text, update

from referendum.i18n.words import WordMissing
from referendum.kernel import errands
from referendum.kernel.outbox import OutboxMessage
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import Begin
from referendum.notices import sending
from referendum.notices.carriers import Carrier, CarrierDown, CarrierUnsure, Message
from referendum.notices.figures import NoticeFigures, notice_figures
from referendum.notices.sending import Delivering, Handover, hand_over
from referendum.notices.tables import Notice

NUMBER = "+821023456789"
WORD = Message(to=NUMBER, template="notices.step", language="en", facts={})
EVER = datetime(2020, 1, 1, tzinfo=UTC)


class Gateway:
    """Sends once per key, and breaks as it is told: before it sent, or after."""

    def __init__(self, name: str, *breaks: type[Exception] | None) -> None:
        self.name = name
        self.breaks = list(breaks)
        self.sent: dict[str, Message] = {}
        self.asked = 0

    def send(self, message: Message, *, key: str) -> str:
        self.asked += 1
        broken = self.breaks.pop(0) if self.breaks else None
        if broken is not CarrierDown:
            self.sent.setdefault(key, message)
        if broken is not None:
            raise broken(self.name)
        return f"{self.name}-1"


def queue(begin: Begin, vault: Vault, *, kind: str = "act") -> UUID:
    with begin() as uow:
        return sending.queue(
            uow,
            kind=kind,
            to=NUMBER,
            key=vault.new_key(uow.session, purpose="test"),
            language="en",
            facts={
                "measure": "A park",
                "act": "Close collection",
                "when": "31 May 2027, 24:00",
                "link": "https://city.example/1",
            },
        )


def work(begin: Begin, vault: Vault, *carriers: Carrier) -> None:
    """Run the task of every message that is not done."""
    with begin() as uow:
        waiting = uow.session.scalars(
            select(OutboxMessage).where(OutboxMessage.done_at.is_(None))
        ).all()
    for message in waiting:
        errands.run(begin, Delivering(vault, carriers), [message.id])


def look(begin: Begin, notice_id: UUID) -> Notice:
    with begin() as uow:
        return uow.session.get_one(Notice, notice_id)


def open_messages(begin: Begin) -> int:
    with begin() as uow:
        rows = select(OutboxMessage).where(OutboxMessage.done_at.is_(None))
        return len(uow.session.scalars(rows).all())


def test_a_notice_reaches_its_reader_in_words(begin: Begin, vault: Vault) -> None:
    gateway = Gateway("a")
    notice_id = queue(begin, vault)
    work(begin, vault, gateway)
    (message,) = gateway.sent.values()
    assert message.to == NUMBER
    assert message.text == (
        "[Referendum] “A park”: Close collection (31 May 2027, 24:00). See https://city.example/1"
    )
    notice = look(begin, notice_id)
    assert (notice.delivered_by, notice.reference) == ("a", "a-1")
    assert open_messages(begin) == 0


def test_otp_09_the_number_is_sealed_and_goes_with_the_delivery(begin: Begin, vault: Vault) -> None:
    notice_id = queue(begin, vault)
    with begin() as uow:
        kept = [
            uow.session.execute(text(f"select t::text from {table} t")).scalar_one()
            for table in ("notice", "outbox_message")
        ]
    assert all("1023456789" not in row for row in kept)
    work(begin, vault, Gateway("a"))
    notice = look(begin, notice_id)
    assert (notice.recipient, notice.key_id) == (None, None)


def test_ops_03_a_task_run_twice_sends_once(begin: Begin, vault: Vault) -> None:
    gateway = Gateway("a")
    queue(begin, vault)
    with begin() as uow:
        message = uow.session.scalars(select(OutboxMessage)).one()
    for _ in range(2):
        errands.run(begin, Delivering(vault, [gateway]), [message.id])
    assert gateway.asked == 1


def test_ops_03_a_worker_lost_on_the_wire_leaves_it_to_the_next(begin: Begin, vault: Vault) -> None:
    gateway = Gateway("a", RuntimeError)
    notice_id = queue(begin, vault)
    with pytest.raises(RuntimeError):
        work(begin, vault, gateway)
    work(begin, vault, gateway)
    assert gateway.asked == 1  # it may still be in the other's hands
    with begin() as uow:
        uow.session.execute(update(OutboxMessage).values(claimed_until=EVER))
    work(begin, vault, gateway)
    assert (gateway.asked, len(gateway.sent)) == (2, 1)
    assert look(begin, notice_id).delivered_at is not None


def test_ops_12_with_all_carriers_down_it_waits_and_at_last_counts_as_failed(
    begin: Begin, vault: Vault
) -> None:
    down = Gateway("a", *[CarrierDown] * 100)
    notice_id = queue(begin, vault)
    for _ in range(sending.TRIES - 1):
        work(begin, vault, down)
        assert look(begin, notice_id).failed_at is None
        assert open_messages(begin) == 1
    work(begin, vault, down)
    notice = look(begin, notice_id)
    assert notice.failed_at is not None
    assert notice.delivered_at is None
    assert notice.recipient is None
    assert open_messages(begin) == 0


def test_ops_12_a_carrier_that_comes_back_delivers(begin: Begin, vault: Vault) -> None:
    gateway = Gateway("a", CarrierDown, CarrierDown)
    notice_id = queue(begin, vault)
    for _ in range(3):
        work(begin, vault, gateway)
    assert look(begin, notice_id).delivered_at is not None
    assert len(gateway.sent) == 1


def test_otp_13_what_one_carrier_may_have_taken_no_other_gets(begin: Begin, vault: Vault) -> None:
    unsure, spare = Gateway("a", *[CarrierUnsure] * 2, CarrierDown), Gateway("b")
    notice_id = queue(begin, vault)
    work(begin, vault, unsure, spare)
    work(begin, vault, spare, unsure)
    assert look(begin, notice_id).delivered_at is None
    work(begin, vault, spare, unsure)
    assert look(begin, notice_id).delivered_by == "a"
    assert (len(unsure.sent), spare.asked) == (1, 0)


def test_an_unsure_carrier_is_asked_again_at_once() -> None:
    gateway = Gateway("a", CarrierUnsure)
    assert hand_over([gateway], WORD, key="k") == Handover("a", "a-1")
    assert gateway.asked == 2


def test_unsure_and_then_down_is_unsure() -> None:
    gateway, spare = Gateway("a", CarrierUnsure, CarrierDown), Gateway("b")
    assert hand_over([gateway, spare], WORD, key="k") == Handover("a", unsure=True)
    assert spare.asked == 0


def test_down_is_followed_by_the_next() -> None:
    assert hand_over([Gateway("a", CarrierDown), Gateway("b")], WORD, key="k") == Handover(
        "b", "b-1"
    )


def test_nobody_there_is_nobody() -> None:
    assert hand_over([], WORD, key="k") == Handover()


def test_a_notice_without_words_is_a_defect(begin: Begin, vault: Vault) -> None:
    with pytest.raises(WordMissing):
        queue(begin, vault, kind="no-such-sentence")


def test_the_figures_count_what_became_of_notices(begin: Begin, vault: Vault) -> None:
    with begin() as uow:
        assert notice_figures(uow.session, EVER) == NoticeFigures(0, 0, 0, None)
    queue(begin, vault)
    work(begin, vault, Gateway("a"))
    queue(begin, vault)
    with begin() as uow:
        figures = notice_figures(uow.session, EVER)
    assert (figures.queued, figures.delivered, figures.failed) == (2, 1, 0)
    assert figures.oldest_waiting is not None
    assert timedelta(0) < figures.oldest_waiting < timedelta(minutes=1)
