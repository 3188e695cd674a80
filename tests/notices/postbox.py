"""A real mail server on this machine, that keeps what it is handed."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from referendum.notices.mail import Security, SmtpMail
from tests.patience import SECONDS

SENDER = "referendum@city.example"
USER, PASSWORD = "city", "correct horse"


@dataclass
class Postbox:
    """What came in, and what is answered to whom."""

    port: int = 0
    trusted: Path | None = None
    security: Security = Security.NONE
    asks_who: bool = False
    unknown: set[str] = field(default_factory=set)
    full: bool = False
    hangs_up: bool = False
    letters: list[EmailMessage] = field(default_factory=list)
    to: list[list[str]] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802  # the library's own name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        if address in self.unknown:
            return "550 No such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802  # the library's own name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.full:
            return "452 Insufficient system storage"
        assert isinstance(envelope.content, bytes)
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        self.to.append(list(envelope.rcpt_tos))
        self.encrypted.append(session.ssl is not None or self.security is Security.TLS)
        if self.hangs_up:
            assert server.transport is not None
            server.transport.close()
        return "250 Taken"

    def carrier(self, **otherwise: Any) -> SmtpMail:
        """The service's, towards this server."""
        usual: dict[str, Any] = {
            "name": "mail",
            "host": "127.0.0.1",
            "port": self.port,
            "security": self.security,
            "sender": SENDER,
            "user": USER if self.asks_who else None,
            "password": PASSWORD if self.asks_who else None,
            "trusted": self.trusted,
            "clock": lambda: 1_800_000_000.7,
            "timeout": SECONDS,
        }
        return SmtpMail(**{**usual, **otherwise})


@contextmanager
def opened(
    folder: Path, security: Security = Security.NONE, *, asks_who: bool = False
) -> Iterator[Postbox]:
    """A server that listens until the end of the block."""
    box = Postbox(security=security, asks_who=asks_who)
    how: dict[str, Any] = {"hostname": "127.0.0.1", "port": 0}
    if security is not Security.NONE:
        box.trusted, secured = _certified(folder)
        starttls = security is Security.STARTTLS
        how |= {"tls_context": secured, "require_starttls": True} if starttls else {}
        how |= {} if starttls else {"ssl_context": secured}
    if asks_who:
        how |= {"authenticator": _knows, "auth_required": True}
    server = Listening(box, **how)
    server.start()
    try:
        yield box
    finally:
        server.stop()


class Listening(Controller):
    """On a port that the machine chose, and that is known before anything connects to it."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]  # asyncio's
        self.handler.port = self.port
        super()._trigger_server()  # type: ignore[no-untyped-call]  # the library's own


def _knows(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    good = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=good, handled=False)


def _certified(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate for 127.0.0.1 that signs itself: its file, and a server's use of it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.city.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, SHA256())
    )
    public, private = folder / "mail.pem", folder / "mail.key"
    public.write_bytes(certificate.public_bytes(Encoding.PEM))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    secured = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    secured.load_cert_chain(public, private)
    return public, secured
