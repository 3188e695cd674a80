"""The HTTP carrier against a real server: what it sends, and how it reads every ending."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from referendum.notices.carriers import CarrierDown, CarrierUnsure, Message
from referendum.notices.gateway import HttpSms
from tests.patience import SECONDS

WORD = Message(
    to="+821023456789",
    template="notices.code",
    language="ko",
    facts={"minutes": 5},
    secrets={"code": "271828"},
)


class Provider(ThreadingHTTPServer):
    """Answers as it is told and remembers what it was asked."""

    daemon_threads = True
    status: int = 200
    answer: bytes = b'{"reference": "m-1"}'
    speaks: threading.Event
    heard: list[tuple[str, dict[str, str], bytes]]

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class Handler(BaseHTTPRequestHandler):
    server: Provider

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append((self.path, dict(self.headers), body))
        self.server.speaks.wait(SECONDS)
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(self.server.answer)))
        self.end_headers()
        self.wfile.write(self.server.answer)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the library's own name
        """Say nothing."""


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider(("127.0.0.1", 0), Handler) as server:
        server.heard = []
        server.speaks = threading.Event()
        server.speaks.set()
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def gateway(port: int, *, answer_timeout: float = SECONDS) -> HttpSms:
    return HttpSms(
        name="gateway",
        url=f"http://127.0.0.1:{port}/v1/messages",
        sender="0311234567",
        account="city",
        secret=b"shared secret",
        clock=lambda: 1_800_000_000.7,
        connect_timeout=SECONDS,
        answer_timeout=answer_timeout,
    )


def test_it_posts_the_text_signed_and_under_its_key(provider: Provider) -> None:
    assert gateway(provider.port).send(WORD, key="c:1") == "m-1"
    ((path, headers, body),) = provider.heard
    assert path == "/v1/messages"
    assert json.loads(body) == {"to": WORD.to, "from": "0311234567", "text": WORD.text}
    assert "271828" in WORD.text
    assert headers["Idempotency-Key"] == "c:1"
    assert headers["X-Account"] == "city"
    signed = f"POST\n{path}\n1800000000\nc:1\n{hashlib.sha256(body).hexdigest()}"
    expected = hmac.new(b"shared secret", signed.encode(), "sha256").hexdigest()
    assert headers["X-Signature"] == expected


@pytest.mark.parametrize("status", [302, 400, 401, 403, 422, 429, 503])
def test_a_plain_no_took_nothing(provider: Provider, status: int) -> None:
    provider.status = status
    with pytest.raises(CarrierDown):
        gateway(provider.port).send(WORD, key="c:1")


@pytest.mark.parametrize("status", [500, 502, 504])
def test_an_error_on_its_side_may_have_come_after_sending(provider: Provider, status: int) -> None:
    provider.status = status
    with pytest.raises(CarrierUnsure):
        gateway(provider.port).send(WORD, key="c:1")


@pytest.mark.parametrize("answer", [b"", b"ok", b"[]", b"{}", b"\xff"])
def test_a_yes_that_cannot_be_read_is_unsure(provider: Provider, answer: bytes) -> None:
    provider.answer = answer
    with pytest.raises(CarrierUnsure):
        gateway(provider.port).send(WORD, key="c:1")


def test_silence_is_unsure(provider: Provider) -> None:
    provider.speaks.clear()
    with pytest.raises(CarrierUnsure):
        gateway(provider.port, answer_timeout=0.1).send(WORD, key="c:1")
    provider.speaks.set()


def test_nobody_listening_took_nothing() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        with pytest.raises(CarrierDown):
            gateway(held.getsockname()[1]).send(WORD, key="c:1")


@pytest.mark.parametrize("url", ["http://sms.example/v1", "sms.example", "ftp://sms.example", ""])
def test_only_a_secure_address_is_taken(url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        HttpSms(
            name="a", url=url, sender="1", account="b", secret=b"c", clock=lambda: 1_800_000_000
        )


def test_its_secret_is_not_printed() -> None:
    assert "shared secret" not in repr(gateway(1))
