"""A carrier behind HTTP: JSON, signed, one key a message. Hosts come from settings only."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from referendum.notices.carriers import LOOPBACK, CarrierDown, CarrierUnsure, Message

LARGEST_ANSWER: Final = 64 * 1024
TOOK_NOTHING: Final = frozenset({503})
"""Server errors that say so by their meaning; after any other the message may be on its way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpSms:
    """Posts `{"to", "from", "text"}` and reads `{"reference"}`.

    The body, the path and the moment are signed with HMAC-SHA-256; `Idempotency-Key` asks the
    gateway to send once. `clock` gives seconds since 1970 and is the caller's. Korean gateways
    want the sender's number registered with them beforehand.
    """

    name: str
    url: str
    sender: str
    account: str
    secret: bytes = field(repr=False)
    clock: Callable[[], float]
    connect_timeout: float = 3
    answer_timeout: float = 7

    def __post_init__(self) -> None:
        address = urlsplit(self.url)
        local = address.scheme == "http" and address.hostname in LOOPBACK
        if not address.hostname or not (address.scheme == "https" or local):
            raise ValueError("a carrier's address begins with https://")

    def send(self, message: Message, *, key: str) -> str:
        address = urlsplit(self.url)
        body = json.dumps(
            {"to": message.to, "from": self.sender, "text": message.text}, ensure_ascii=False
        ).encode()
        connection = self._connect(address)
        try:
            connection.request("POST", address.path or "/", body, self._headers(body, key))
            answer = connection.getresponse()
            return _reference(answer.status, answer.read(LARGEST_ANSWER))
        except (OSError, HTTPException) as broken:
            raise CarrierUnsure(self.name) from broken
        finally:
            connection.close()

    def _connect(self, address: SplitResult) -> HTTPConnection:
        """A connection that stands: nothing was sent where it does not."""
        kind = HTTPSConnection if address.scheme == "https" else HTTPConnection
        host = address.hostname or ""
        connection = kind(host, address.port, timeout=self.connect_timeout)
        try:
            connection.connect()
        except OSError as down:
            connection.close()
            raise CarrierDown(self.name) from down
        connection.sock.settimeout(self.answer_timeout)
        return connection

    def _headers(self, body: bytes, key: str) -> dict[str, str]:
        moment, path = str(int(self.clock())), urlsplit(self.url).path or "/"
        signed = "\n".join(["POST", path, moment, key, hashlib.sha256(body).hexdigest()])
        return {
            "Content-Type": "application/json; charset=utf-8",
            "Idempotency-Key": key,
            "X-Account": self.account,
            "X-Timestamp": moment,
            "X-Signature": hmac.digest(self.secret, signed.encode(), "sha256").hex(),
        }


def _reference(status: int, answer: bytes) -> str:
    """The gateway's own number for the message, or what its answer means."""
    if status in TOOK_NOTHING or 300 <= status < 500:  # noqa: PLR2004  # RFC 9110 §15: not taken
        raise CarrierDown(status)
    if status >= 500:  # noqa: PLR2004  # RFC 9110 §15.6: it may have been taken before it failed
        raise CarrierUnsure(status)
    try:
        said: Any = json.loads(answer)
        return str(said["reference"])
    except (ValueError, KeyError, TypeError) as unreadable:
        raise CarrierUnsure(status) from unreadable
