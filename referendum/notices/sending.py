"""Sending a notice once: claimed, handed to a carrier, settled (`kernel.errands`)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from referendum.i18n.words import WordMissing, Words
from referendum.kernel.outbox import OutboxMessage
from referendum.kernel.sealing import DataKey, Vault
from referendum.kernel.uow import UnitOfWork
from referendum.notices.carriers import Bulk, Carrier, CarrierDown, CarrierUnsure, Message
from referendum.notices.tables import Notice

TASK: Final = "notices.deliver"
BESIDE: Final = 20
"""How many messages are on the wire at once, where the carrier takes them one by one."""
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


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message with its key, and the carrier that alone may be asked."""

    message: Message
    key: str
    only: str | None = None


def hand_over_all(carriers: Sequence[Carrier], parcels: Sequence[Parcel]) -> list[Handover]:
    """Hand over a list, each as `hand_over` does.

    At once where the carrier takes lists, else several beside each other, so that a hundred take
    no longer than a few.
    """
    first = carriers[0] if carriers else None
    if isinstance(first, Bulk) and all(one.only in {None, first.name} for one in parcels):
        references = first.send_all([(one.message, one.key) for one in parcels])
        return [Handover(first.name, reference) for reference in references]

    def one_by_one(one: Parcel) -> Handover:
        return hand_over(carriers, one.message, key=one.key, only=one.only)

    if len(parcels) == 1:
        return [one_by_one(parcels[0])]
    with ThreadPoolExecutor(BESIDE) as couriers:
        return list(couriers.map(one_by_one, parcels))


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
        language=language,
        facts=dict(facts),
    )
    notice.recipient = key.seal(to.encode(), place=_place(notice.id))
    uow.session.add(notice)
    uow.later(TASK, notice_id=str(notice.id))
    return notice.id


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A notice on its way: the message, and the carrier that alone may be asked, if any."""

    notice_id: UUID
    message: Message = field(repr=False)
    only: str | None


@dataclass(frozen=True, slots=True)
class Delivering:
    """The errand of notices. Until a carrier has taken one, its outbox message comes again."""

    vault: Vault
    carriers: Sequence[Carrier]

    def claim(self, uow: UnitOfWork, messages: Sequence[OutboxMessage]) -> dict[UUID, Outgoing]:
        """The notices that wait, with their numbers opened. Each claim counts as one try."""
        by_notice = {UUID(message.arguments["notice_id"]): message.id for message in messages}
        asked = {}
        for notice in _locked(uow.session, by_notice):
            if notice.recipient is None or notice.key_id is None:
                continue
            notice.tries += 1
            key = self.vault.open_key(uow.session, notice.key_id)
            to = key.unseal(notice.recipient, place=_place(notice.id)).decode()
            asked[by_notice[notice.id]] = Outgoing(
                notice.id, _message(notice, to), notice.delivered_by
            )
        return asked

    def call(self, asked: Sequence[Outgoing]) -> list[Handover]:
        return [
            hand_over(self.carriers, one.message, key=str(one.notice_id), only=one.only)
            for one in asked
        ]

    def settle(
        self, uow: UnitOfWork, answered: Mapping[UUID, tuple[Outgoing, Handover]]
    ) -> list[UUID]:
        """Note who took what; the recipient goes with the notice's end."""
        now = uow.session.execute(select(func.clock_timestamp())).scalar_one()
        by_notice = {
            asked.notice_id: (message, handover) for message, (asked, handover) in answered.items()
        }
        done = []
        for notice in _locked(uow.session, by_notice):
            message, handover = by_notice[notice.id]
            if _ended(notice, handover, now):
                done.append(message)
        return done


def _ended(notice: Notice, handover: Handover, now: datetime) -> bool:
    """Write into the notice how it went; gives whether that was the end of it."""
    notice.delivered_by = handover.carrier
    if handover.carrier is not None and not handover.unsure:
        notice.reference, notice.delivered_at = handover.reference, now
    elif notice.tries >= TRIES:
        notice.failed_at = now
    else:
        return False
    notice.recipient = notice.key_id = None
    return True


def _locked(session: Session, notices: Collection[UUID]) -> Sequence[Notice]:
    rows = select(Notice).where(Notice.id.in_(notices)).order_by(Notice.id)
    return session.scalars(rows.with_for_update()).all()


def _message(notice: Notice, to: str) -> Message:
    return Message(
        to=to, template=f"notices.{notice.kind}", language=notice.language, facts=notice.facts
    )


def _place(notice_id: UUID) -> str:
    return f"notice.recipient:{notice_id}"
