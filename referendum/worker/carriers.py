"""Which carriers this deployment's settings name, in the order in which they are asked."""

from __future__ import annotations

import time
from typing import Final

from referendum.bootstrap import Services
from referendum.notices.carriers import Carrier, DemoCarrier
from referendum.notices.gateway import HttpSms

GATEWAY: Final = "sms"


def carriers_of(services: Services) -> tuple[Carrier, ...]:
    """None at all where nothing is set up: then a code counts as failed, and its page says so."""
    if services.is_demo:
        return (DemoCarrier(services.begin, demo=True),)
    settings = services.settings
    if not (settings.sms_url and settings.sms_token and settings.sms_sender):
        return ()
    account, _, secret = settings.sms_token.partition(":")
    gateway = HttpSms(
        name=GATEWAY,
        url=settings.sms_url,
        sender=settings.sms_sender,
        account=account,
        secret=secret.encode(),
        clock=time.time,
    )
    return (gateway,)
