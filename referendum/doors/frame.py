"""The frame around an application: what every request passes, outermost first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from referendum.bootstrap import Services
from referendum.doors import problems
from referendum.doors.cookies import over_https
from referendum.doors.headers import SecurityHeaders
from referendum.doors.heads import Heads
from referendum.doors.journal import AccessLines
from referendum.doors.limits import Answer, BodyLimit, Brought, Buckets, RateLimit
from referendum.doors.proxies import TrustedProxies
from referendum.doors.request_ids import RequestIds
from referendum.doors.sessions import is_known, is_officer
from referendum.doors.sharing import SharedAnswers
from referendum.doors.straightway import Straightway

IMPORT: Final = "/import"
"""How the addresses end that take a file: they have a body limit of their own."""
PAPERS: Final = re.compile(r"(?:/desk/|/api/v1/papers).*")
"""The addresses to which the file of a paper may be brought."""


ATTACHED: Final = re.compile(r"/workspace/\d+/attachments")
"""The addresses at which a draft's author brings a file for its text."""


class LastAnswer:
    """Answers an outage honestly and a defect with a fixed text, inside the security headers.

    The framework's own last resort stands outside all middleware and would answer without them.
    """

    def __init__(self, app: ASGIApp, answer: Answer) -> None:
        self.app = app
        self.answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def send_noticed(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, send_noticed)
        except Exception as error:
            problems.note(error)
            if started or scope["type"] != "http":
                raise
            await self.answer(Request(scope), error)(scope, receive, send)


def install(
    app: FastAPI,
    services: Services,
    *,
    answer: Answer,
    buckets: Buckets | None = None,
    routes: Sequence[APIRoute] = (),
) -> None:
    """Put the frame around an app. Two apps of one process share their `buckets`.

    Of the `routes`, those that say so have their answers shared by all visitors, and those of a
    crowd are answered straight.
    """
    settings = services.settings
    app.state.services = services
    problems.handle(app, answer)
    frame = (
        Middleware(TrustedProxies, trusted=settings.trusted_proxies),
        Middleware(RequestIds),
        Middleware(AccessLines),
        Middleware(SecurityHeaders, https=over_https(services)),
        Middleware(Heads),
        Middleware(LastAnswer, answer=answer),
        Middleware(
            RateLimit,
            buckets=buckets or Buckets(settings.requests_per_minute),
            answer=answer,
            plain=services.limits.plain_networks,
        ),
        Middleware(SharedAnswers, routes=routes, seconds=settings.page_seconds),
        Middleware(
            BodyLimit,
            limit=settings.body_limit,
            import_limit=settings.import_limit,
            imports=IMPORT,
            whole=[route.path_regex for route in routes if route.body_field is not None],
            brought=(
                Brought(at=ATTACHED, most=settings.attachment_limit, may=is_known),
                Brought(at=PAPERS, most=settings.paper_limit, may=is_officer),
            ),
            may_import=is_officer,
            answer=answer,
        ),
        Middleware(Straightway, routes=routes, answer=answer),
    )
    app.user_middleware[:0] = frame
