"""A machine's door: a small app that answers as the API does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi import Depends, FastAPI, Request
from pydantic import BaseModel, Field
from sqlalchemy import text

from referendum.bootstrap import Services
from referendum.doors import csrf, frame, problems
from referendum.doors.cookies import services_of
from referendum.doors.errors import PageNotFound
from referendum.doors.limits import Buckets
from referendum.doors.sessions import Signer, Staff, Visitor
from referendum.kernel.keys import Keyring
from tests.doors.browser import Browser
from tests.doors.gate import services

Door = Callable[..., Browser]


class Wish(BaseModel):
    """Something with fields that can be wrong."""

    number: int = Field(ge=1)
    kind: str


def small_app(service: Services, buckets: Buckets | None = None) -> FastAPI:
    app = FastAPI(openapi_url=None)
    frame.install(app, service, answer=problems.answer, buckets=buckets)

    @app.get("/who/{number}")
    def who(request: Request, number: int, caller: Visitor) -> dict[str, Any]:
        return {
            "number": number,
            "address": caller.address,
            "scheme": request.url.scheme,
            "signed_in": caller.session is not None,
            "ended": caller.ended,
        }

    @app.post("/wishes")
    def wish(given: Wish, caller: Visitor) -> int:
        return given.number if caller.session is None else 0

    @app.post("/changes", dependencies=[Depends(csrf.checked_with_session)])
    def change() -> str:
        return "changed"

    @app.get("/mine")
    def mine(resident: Signer) -> str:
        return str(resident.person)

    @app.get("/desk")
    def desk(officer: Staff) -> str:
        return officer.authority.value

    @app.get("/refusal")
    def refuse(caller: Visitor) -> None:
        raise PageNotFound(measure="m-1", ended=caller.ended)

    @app.get("/outage")
    def fail_to_connect(request: Request, caller: Visitor) -> None:
        with services_of(request).begin() as uow:
            uow.session.execute(text("select 1"), {"ended": caller.ended})

    @app.get("/defect")
    def break_down(caller: Visitor) -> None:
        raise RuntimeError(f"홍길동 010-1234-5678 {caller.ended}")

    return app


@pytest.fixture
def door(keyring: Keyring) -> Door:
    """Opens a door: settings as keywords; `peer` is who stands directly before it."""

    def opened(
        *, peer: str = "203.0.113.9", buckets: Buckets | None = None, **settings: Any
    ) -> Browser:
        service = services(keyring, **settings)
        app = small_app(service, buckets)
        return Browser(app, client=(peer, 5000), base_url=service.settings.public_url)

    return opened
