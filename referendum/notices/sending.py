"""Sending a notice once, with no transaction open while it is on the wire."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from referendum.i18n.words import WordMissing, Words
from referendum.kernel import outbox
from referendum.kernel.sealing import DataKey, Vault
from referendum.kernel.uow import Begin, UnitOfWork
from referendum.notices.carriers import Carrier, CarrierDown, CarrierUnsure, Message
from referendum.notices.tables import Notice

TASK: Final = "notices.deliver"
LEASE: Final = timedelta(seconds=60)
"""How long one worker may take; longer than all carriers' time-outs together."""

TRIES: Final = 8
"""How often all carriers are tried before a notice counts as failed; the outbox spaces them."""


@dataclass(frozen=True, slots=True)
class Handover:
    """Nobody took it (`carrier` is None), someone did, or someone may have (`unsure`)."""

    carrier: str | None = None
    reference: str | None = None
    unsure: bool = False


def hand_over(
    carriers: Sequence[Carrier], message: Message, *, key: str, only: str | None = None
) -> Handover:
    """Offer a message to one carrier after another until one takes it, or may have.

    `only` names the carrier that may have taken it earlier. No other is asked, and its being
    down now says nothing about then: better no message than two.
    """
    for carrier in carriers:
        if only is not None and carrier.name != only:
            continue
        try:
            return Handover(carrier.name, _ask(carrier, message, key))
        except CarrierDown:
            if only is not None:
                return Handover(carrier.name, unsure=True)
        except CarrierUnsure:
            return Handover(carrier.name, unsure=True)
    return Handover()


def _ask(carrier: Carrier, message: Message, key: str) -> str:
    """Send, and where that is unsure ask again at once: the key makes it one message."""
    try:
        return carrier.send(message, key=key)
    except CarrierUnsure:
        try:
            return carrier.send(message, key=key)
        except CarrierDown as down:
            raise CarrierUnsure(carrier.name) from down


def queue(
    uow: UnitOfWork,
    *,
    kind: str,
    to: str,
    key: DataKey,
    vault: Vault,
    language: str,
    facts: Mapping[str, str | int],
) -> UUID:
    """Write a notice and ask for its delivery; the number is sealed under `key` until then."""
    if not Words.load(language).has(f"notices.{kind}"):
        raise WordMissing(f"notices.{kind} ({language})")
    notice = Notice(
        id=uuid4(),
        kind=kind,
        key_id=key.id,
        address_index=vault.mac("phone").of(to),
        language=language,
        facts=dict(facts),
    )
    notice.recipient = key.seal(to.encode(), place=_place(notice.id))
    uow.session.add(notice)
    uow.later(TASK, notice_id=str(notice.id))
    return notice.id


def deliver(
    begin: Begin, vault: Vault, carriers: Sequence[Carrier], *, notice_id: UUID, message_id: UUID
) -> None:
    """The body of the task: claim, hand over, settle. It may run any number of times.

    Until a carrier has taken it the outbox message stays undone and comes again.
    """
    with begin() as uow:
        claimed = _claim(uow.session, vault, notice_id, message_id)
    if claimed is None:
        return
    message, only = claimed
    handover = hand_over(carriers, message, key=str(notice_id), only=only)
    with begin() as uow:
        _settle(uow.session, notice_id, message_id, handover)


def _claim(
    session: Session, vault: Vault, notice_id: UUID, message_id: UUID
) -> tuple[Message, str | None] | None:
    if not outbox.take(session, message_id):
        return None
    notice = session.get_one(Notice, notice_id, with_for_update=True)
    if notice.recipient is None or notice.key_id is None or notice.failed_at is not None:
        outbox.done(session, message_id)
        return None
    now = session.execute(select(func.clock_timestamp())).scalar_one()
    if notice.claimed_until is not None and now < notice.claimed_until:
        return None
    notice.claimed_until = now + LEASE
    notice.tries += 1
    key = vault.open_key(session, notice.key_id)
    message = Message(
        to=key.unseal(notice.recipient, place=_place(notice.id)).decode(),
        template=f"notices.{notice.kind}",
        language=notice.language,
        facts=notice.facts,
    )
    return message, notice.delivered_by


def _settle(session: Session, notice_id: UUID, message_id: UUID, handover: Handover) -> None:
    if not outbox.take(session, message_id):
        return
    notice = session.get_one(Notice, notice_id, with_for_update=True)
    now = session.execute(select(func.clock_timestamp())).scalar_one()
    notice.claimed_until, notice.delivered_by = None, handover.carrier
    if handover.carrier is not None and not handover.unsure:
        notice.reference, notice.delivered_at = handover.reference, now
    elif notice.tries >= TRIES:
        notice.failed_at = now
    else:
        return
    notice.recipient = notice.key_id = notice.address_index = None
    outbox.done(session, message_id)


def _place(notice_id: UUID) -> str:
    return f"notice.recipient:{notice_id}"
