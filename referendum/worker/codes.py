"""One-time codes: handed to a carrier, and their traces erased in time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from referendum.bootstrap import Services
from referendum.identity import forgetting
from referendum.identity.sending import BATCH, CodeMessage, send_due
from referendum.notices.carriers import Carrier, Message
from referendum.notices.sending import Handover, Parcel, hand_over_all
from referendum.worker.carriers import carriers_of


def send(services: Services) -> None:
    """Send all that is due, a hundred at a time: no transaction is open on the wire."""
    deliver = partial(_deliver, carriers_of(services))
    while send_due(services.begin, services.vault, deliver) == BATCH:
        pass


def forget_ended(services: Services) -> None:
    """Erase ended codes and sessions, in a transaction of its own for every piece."""
    more = True
    while more:
        with services.begin() as uow:
            more = forgetting.forget_ended(uow)


def forget_traces(services: Services) -> None:
    """Erase what codes left beside them, in a transaction of its own for every piece."""
    more = True
    while more:
        with services.begin() as uow:
            more = forgetting.forget(uow, services.vault, sends_kept=services.done_kept)


def _deliver(carriers: tuple[Carrier, ...], codes: Sequence[CodeMessage]) -> Sequence[Handover]:
    return hand_over_all(carriers, [Parcel(_message(one), one.key, one.only) for one in codes])


def _message(code: CodeMessage) -> Message:
    return Message(
        to=code.phone,
        template="notices.code",
        language=code.language,
        facts={"minutes": code.minutes},
        secrets={"code": code.code},
        about=code.challenge_id,
    )
