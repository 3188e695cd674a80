"""Set-up links of officers: handed to a carrier of mail."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from referendum.bootstrap import Services
from referendum.i18n.words import Language, Words
from referendum.identity.inviting import Invitation, Inviting
from referendum.kernel import errands
from referendum.notices.carriers import Message
from referendum.notices.sending import Handover, hand_over
from referendum.worker.carriers import mail_of

LANGUAGE: Final = Language.KO
"""An account says nothing of the language that its holder reads."""
LEASE: Final = timedelta(minutes=4)
"""Longer than two calls of a mail server that is slow at each of its answers."""


def invite(services: Services, *, message_id: str, link_id: str) -> None:
    """Hand one link to a carrier. The message itself says which link it is of."""
    del link_id
    carriers = mail_of(services)

    def deliver(invitation: Invitation) -> Handover:
        return hand_over(carriers, _message(services, invitation), key=str(invitation.link_id))

    errand = Inviting(services.vault, deliver)
    errands.run(services.begin, errand, [UUID(message_id)], lease=LEASE)


def _message(services: Services, invitation: Invitation) -> Message:
    until = Words.load(LANGUAGE).moment(invitation.expires_at)
    return Message(
        to=invitation.to,
        template="notices.set-up",
        headed="notices.set-up-subject",
        language=LANGUAGE,
        facts={"until": until},
        secrets={"link": services.addresses.set_up(invitation.token)},
        about=invitation.link_id,
    )
