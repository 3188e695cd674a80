"""Which carriers this deployment's settings name, in the order in which they are asked."""

from __future__ import annotations

import time
from typing import Final

from referendum.bootstrap import Services
from referendum.notices.carriers import Carrier, DemoCarrier
from referendum.notices.gateway import HttpSms
from referendum.notices.mail import SmtpMail

GATEWAY: Final = "sms"
MAIL: Final = "mail"


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


def mail_of(services: Services) -> tuple[Carrier, ...]:
    """The carriers of mail, by the same order; none where no mail server is set up."""
    if services.is_demo:
        return (DemoCarrier(services.begin, demo=True),)
    settings = services.settings
    if not (settings.mail_host and settings.mail_sender):
        return ()
    server = SmtpMail(
        name=MAIL,
        host=settings.mail_host,
        port=settings.mail_port,
        security=settings.mail_security,
        sender=settings.mail_sender,
        user=settings.mail_user,
        password=settings.mail_password,
        trusted=settings.mail_trusted,
        clock=time.time,
        timeout=settings.mail_timeout_seconds,
    )
    return (server,)
