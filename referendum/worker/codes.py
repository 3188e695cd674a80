"""One-time codes: handed to a carrier, and their traces erased in time."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from referendum.bootstrap import Services
from referendum.identity.forgetting import forget
from referendum.identity.sending import CodeMessage, send_code
from referendum.notices.carriers import Carrier, Message
from referendum.notices.sending import Handover, hand_over
from referendum.worker.carriers import carriers_of


def send(services: Services, *, message_id: str, challenge_id: str) -> None:
    """Claims, hands over and settles by itself: no transaction is open on the wire."""
    send_code(
        services.begin,
        services.vault,
        partial(_deliver, carriers_of(services)),
        challenge_id=UUID(challenge_id),
        message_id=UUID(message_id),
    )


def forget_traces(services: Services) -> None:
    """Erase what ended codes and sessions left."""
    with services.begin() as uow:
        forget(uow, services.vault)


def _deliver(carriers: tuple[Carrier, ...], code: CodeMessage) -> Handover:
    message = Message(
        to=code.phone,
        template="notices.code",
        language=code.language,
        facts={"minutes": code.minutes},
        secrets={"code": code.code},
        about=code.challenge_id,
    )
    return hand_over(carriers, message, key=code.key, only=code.only)
