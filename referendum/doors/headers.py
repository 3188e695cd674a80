"""What a browser may do with our pages: nothing but show them and talk to us."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import MutableHeaders
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
UNSAID: Final = "no-store"
"""What a page says of its keeping unless it says otherwise: it may show somebody's own things."""


class SecurityHeaders:
    """Sets them on every answer, errors included."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self.app = app
        self.always = ALWAYS | ({"Strict-Transport-Security": HTTPS_ONLY} if https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self.always)
                headers.setdefault("Cache-Control", UNSAID)
            await send(message)

        await self.app(scope, receive, send_guarded)
