"""What a browser may do with our pages: nothing but show them and talk to us."""

from __future__ import annotations

from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

DIRECTIVES: Final = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
}
POLICY: Final = "; ".join(f"{directive} {sources}" for directive, sources in DIRECTIVES.items())
ALWAYS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
HTTPS_ONLY: Final = "max-age=31536000; includeSubDomains"
KEEPING: Final = b"cache-control"
UNSAID: Final = b"no-store"
"""What a page says of its keeping unless it says otherwise: it may show somebody's own things."""


class SecurityHeaders:
    """Sets them on every answer, errors included."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self.app = app
        always = ALWAYS | ({"Strict-Transport-Security": HTTPS_ONLY} if https else {})
        self.always = [
            (name.lower().encode(), value.encode("latin-1")) for name, value in always.items()
        ]
        self.names = frozenset(name for name, _ in self.always)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = [pair for pair in message["headers"] if pair[0] not in self.names]
                if not any(name == KEEPING for name, _ in given):
                    given.append((KEEPING, UNSAID))
                message["headers"] = [*given, *self.always]
            await send(message)

        await self.app(scope, receive, send_guarded)
