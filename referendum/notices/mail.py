"""A carrier of mail: SMTP over TLS, one message a call, each under its key as Message-ID."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import formatdate
from enum import StrEnum
from pathlib import Path
from smtplib import (
    SMTP,
    SMTP_SSL,
    SMTPDataError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPSenderRefused,
)
from typing import Final

from referendum.notices.carriers import LOOPBACK, CarrierDown, CarrierUnsure, Message

TOOK_NOTHING: Final = (SMTPSenderRefused, SMTPRecipientsRefused, SMTPDataError)
"""Answers in words of the protocol (RFC 5321 §4.2.1): whoever says no has not taken it."""


class Security(StrEnum):
    """How the connection to the mail server is encrypted."""

    STARTTLS = "starttls"
    """It begins in the clear and changes over before anything is said (RFC 3207)."""
    TLS = "tls"
    """From the first byte (RFC 8314)."""
    NONE = "none"
    """Not at all: to a server on this very machine only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpMail:
    """Hands mail to one server, whose certificate is checked.

    SMTP knows no key under which a server would take a message once only: where its answer is lost
    the message may come twice, with the same Message-ID, by which mailboxes know it again.
    """

    name: str
    host: str
    port: int
    security: Security
    sender: str
    """The address in From, to which bounces come too."""
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    trusted: Path | None = None
    """The certificates that are trusted in place of the machine's own."""
    clock: Callable[[], float]
    """Seconds since 1970, for the message's date."""
    timeout: float = 10
    """For each answer of the server; a call waits for six at most, within an errand's lease."""

    def __post_init__(self) -> None:
        if self.security is Security.NONE and self.host not in LOOPBACK:
            raise ValueError("mail goes to another machine over TLS only")
        if (self.user is None) != (self.password is None):
            raise ValueError("a mail server's user and password are given together")
        Address(addr_spec=self.sender)

    def send(self, message: Message, *, key: str) -> str:
        mail = self._written(message, key)
        try:
            server = self._connected()
        except (OSError, SMTPException) as down:
            raise CarrierDown(self.name) from down
        try:
            server.sendmail(self.sender, [message.to], mail.as_bytes(policy=WIRE))
        except TOOK_NOTHING as no:
            raise CarrierDown(self.name) from no
        except (OSError, SMTPException) as broken:
            raise CarrierUnsure(self.name) from broken
        finally:
            _leave(server)
        return str(mail["Message-ID"])

    def _connected(self) -> SMTP:
        """A server that knows us: nothing was sent where there is none."""
        secured = ssl.create_default_context(cafile=self.trusted)
        if self.security is Security.TLS:
            server: SMTP = SMTP_SSL(self.host, self.port, timeout=self.timeout, context=secured)
        else:
            server = SMTP(self.host, self.port, timeout=self.timeout)
        try:
            if self.security is Security.STARTTLS:
                server.starttls(context=secured)
            if self.user is not None and self.password is not None:
                server.login(self.user, self.password)
        except BaseException:
            _leave(server)
            raise
        return server

    def _written(self, message: Message, key: str) -> EmailMessage:
        """Plain text. A header cannot be broken out of: the library refuses line ends in it."""
        mail = EmailMessage()
        mail["From"], mail["To"] = self.sender, message.to
        mail["Subject"] = message.subject
        mail["Date"] = formatdate(self.clock())
        mail["Message-ID"] = f"<{key}@{Address(addr_spec=self.sender).domain}>"
        # RFC 3834: no absence note answers what a machine sent.
        mail["Auto-Submitted"] = "auto-generated"
        if message.unsubscribe is not None:
            mail["List-Unsubscribe"] = f"<{message.unsubscribe}>"
        mail.set_content(message.text, cte="base64")
        # Afterwards: setting the content takes every header away that speaks of it.
        mail["Content-Language"] = message.language
        return mail


def _leave(server: SMTP) -> None:
    """Say good-bye, and go whether or not it is answered."""
    with suppress(OSError, SMTPException):
        server.quit()
    server.close()
