"""The cookies: what they are called, and that no script and no other site may read them."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from referendum.bootstrap import Services

SESSION: Final = "session"
"""Somebody signed in."""
BROWSER: Final = "browser"
"""A browser that has shown nobody: binds a code to it, and its forms."""
DEVICE: Final = "device"
"""A browser in which officers signed in: it outlives their sessions and lets nobody in. Whoever
guesses at their names elsewhere cannot keep them out here."""
TYPED: Final = "typed"
"""What somebody typed to say who they are, sealed, while a code is asked for."""
FLASH: Final = "flash"
"""One sentence to show on the next page."""


def services_of(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


def over_https(services: Services) -> bool:
    """Whether people reach us by https, as the public address says."""
    return services.settings.public_url.startswith("https://")


def read(request: Request, cookie: str) -> str | None:
    return request.cookies.get(_name(cookie, secure=over_https(services_of(request))))


def write(
    request: Request,
    response: Response,
    cookie: str,
    value: str,
    *,
    days: int | None = None,
    minutes: int | None = None,
) -> None:
    """For this browser session, for days or for minutes. `__Host-` lets no neighbour plant one."""
    secure = over_https(services_of(request))
    response.set_cookie(
        _name(cookie, secure=secure),
        value,
        max_age=minutes * 60 if minutes else days * 86_400 if days else None,
        secure=secure,
        httponly=True,
        samesite="lax",
        path="/",
    )


def clear(request: Request, response: Response, cookie: str) -> None:
    secure = over_https(services_of(request))
    response.delete_cookie(
        _name(cookie, secure=secure), secure=secure, httponly=True, samesite="lax", path="/"
    )


def _name(cookie: str, *, secure: bool) -> str:
    return f"__Host-{cookie}" if secure else cookie
