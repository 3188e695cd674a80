"""Who is really asking: a forwarded address is believed from a configured proxy only."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

Network = IPv4Network | IPv6Network
Headers = list[tuple[bytes, bytes]]

REMEMBERED: Final = 4_096

ONLY_FROM_PROXIES: Final = frozenset(
    {b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host", b"forwarded", b"x-request-id"}
)
"""Headers that a stranger could use to speak as somebody else: taken away from strangers."""


class TrustedProxies:
    """Puts the visitor's own address and scheme into the scope.

    Behind several trusted proxies the visitor is the last address in X-Forwarded-For that is
    not itself a trusted proxy: what stands before it was written by the visitor.
    """

    def __init__(self, app: ASGIApp, trusted: Sequence[str]) -> None:
        self.app = app
        self.trusted: list[Network] = [ip_network(each, strict=False) for each in trusted]
        # The same few proxies stand before every request.
        self._trusts = lru_cache(REMEMBERED)(self._is_trusted)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope = self._resolved(scope)
        await self.app(scope, receive, send)

    def _resolved(self, scope: Scope) -> Scope:
        headers: Headers = scope["headers"]
        peer = scope.get("client")
        if not (peer and self._trusts(peer[0])):
            kept = [pair for pair in headers if pair[0] not in ONLY_FROM_PROXIES]
            return {**scope, "headers": kept}
        resolved: Scope = {**scope}
        if address := self._visitor(headers):
            resolved["client"] = (address, 0)
        if (scheme := _last(headers, b"x-forwarded-proto")) in {"http", "https"}:
            resolved["scheme"] = scheme
        return resolved

    def _visitor(self, headers: Headers) -> str | None:
        lines = [value.decode("latin-1") for name, value in headers if name == b"x-forwarded-for"]
        hops = [hop.strip() for line in lines for hop in line.split(",")]
        for hop in reversed(hops):
            if not _is_address(hop):
                return None
            if not self._trusts(hop):
                return hop
        return None

    def _is_trusted(self, address: str) -> bool:
        if not _is_address(address):
            return False
        parsed = ip_address(address)
        return any(parsed in network for network in self.trusted)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _last(headers: Headers, name: bytes) -> str | None:
    values = [value for key, value in headers if key == name]
    return values[-1].decode("latin-1").rpartition(",")[2].strip() if values else None
