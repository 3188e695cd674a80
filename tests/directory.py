"""A small directory of our own (OpenID Connect), which can be made to answer wrongly.

It stands at the outer edge in place of an office's own: it knows one client, keeps to PKCE, gives a
code once, and signs with keys that it publishes.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, parse_qsl, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT: Final = "referendum"
SECRET: Final = "a secret of the tests' own"
Claims = dict[str, Any]


@cache
def key_of(whose: str) -> RSAKey:
    """Made once, as it takes a while."""
    del whose
    return RSAKey.generate_key(2048, {"kid": "1"})


@dataclass
class Provider:
    """What it knows, and how it lies."""

    issuer: str = ""
    key: RSAKey = field(default_factory=lambda: key_of("the directory"))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    """By code: what was asked for, and who it is."""
    claims: Callable[[Claims], Claims] = lambda said: said
    """What it states in place of the truth."""
    signs: Callable[[Provider, Claims], str] = lambda self, said: self.signed(said)
    says: dict[str, str] = field(default_factory=dict)
    """What it says of itself in place of the truth."""
    beside: list[Claims] = field(default_factory=list)
    """Keys that it publishes before its own."""
    down: bool = False
    recognises: str | None = None
    """Whoever a browser comes with, without a question."""

    def authorises(self, way: str, subject: str) -> str:
        """As the browser at the directory: gives the address that it is sent back to."""
        asked = dict(parse_qsl(urlsplit(way).query))
        assert asked["client_id"] == CLIENT
        assert (asked["response_type"], asked["scope"]) == ("code", "openid")
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = {**asked, "sub": subject}
        return f"{asked['redirect_uri']}?code={code}&state={asked['state']}"

    def signed(self, said: Claims, key: Any = None, alg: str = "RS256") -> str:
        header = {"alg": alg, "kid": "1"}
        return jwt.encode(header, said, key or self.key, algorithms=[alg])

    def unsigned(self, said: Claims) -> str:
        return f"{_part({'alg': 'none'})}.{_part(said)}."

    def mixed_up(self, said: Claims) -> str:
        """Signed with the public key as if it were a shared secret."""
        told = f"{_part({'alg': 'HS256', 'kid': '1'})}.{_part(said)}"
        mark = hmac.digest(self.key.as_pem(private=False), told.encode(), "sha256")
        return f"{told}.{_letters(mark)}"

    def token(self, given: dict[str, str], basic: str) -> tuple[int, Claims]:
        known = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        asked = self.codes.pop(given.get("code", ""), None)
        digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        challenge = _letters(digest)
        if basic != f"Basic {known}":
            return 401, {"error": "invalid_client"}
        if asked is None or challenge != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        if given.get("redirect_uri") != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        said = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": asked["sub"],
            "nonce": asked["nonce"],
            "iat": now,
            "exp": now + 300,
            "email": "kim@city.example",
        }
        token = self.signs(self, self.claims(said))
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": token}

    def document(self, path: str) -> Claims | None:
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                **self.says,
            }
        return (
            {"keys": [*self.beside, self.key.as_dict(private=False)]} if path == "/keys" else None
        )


def _part(said: Claims) -> str:
    return _letters(json.dumps(said).encode())


def _letters(given: bytes) -> str:
    return base64.urlsafe_b64encode(given).decode().rstrip("=")


@contextmanager
def running() -> Iterator[Provider]:
    """The directory at an address of this machine."""
    provider = Provider()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if provider.recognises and self.path.startswith("/authorize?"):
                self.send_response(302)
                self.send_header("Location", provider.authorises(self.path, provider.recognises))
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            told = None if provider.down else provider.document(self.path)
            self.answer(503 if provider.down else 200 if told else 404, told or {})

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
            given = {name: values[0] for name, values in parse_qs(sent).items()}
            self.answer(*provider.token(given, self.headers.get("Authorization", "")))

        def answer(self, status: int, told: Claims) -> None:
            body = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_said: object) -> None:
            """Nothing is written on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    provider.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
