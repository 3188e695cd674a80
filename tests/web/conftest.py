"""The pages' own frame, with a page of every macro that only the tests have."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Form, Request
from jinja2 import BaseLoader, FileSystemLoader
from sqlalchemy import text
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.sessions import Signer, Staff, Visitor
from referendum.doors.tables import Table
from referendum.identity.errors import SessionNotExtendable
from referendum.kernel.keys import Keyring
from referendum.web import staying
from referendum.web.app import CHECKS, ROUTERS, create_web
from referendum.web.navigation import way_back
from referendum.web.pages import go, page
from tests.doors.browser import Browser
from tests.doors.gate import services
from tests.town import Town
from tests.web import visitors
from tests.web.desk import sits
from tests.web.staff import Colleague, hire
from tests.worker.office import Office

Open = Callable[..., Browser]
HERE = Path(__file__).parent / "templates"

router = APIRouter()


def everything(*, wrong: bool) -> dict[str, Any]:
    """What the gallery page shows."""
    return {
        "title": "시청사 <이전> & 주민투표",
        "errors": {"phone": "고쳐 주세요.", "side": "골라 주세요."} if wrong else Nothing(),
        "labels": ["하나", "둘", "셋", "넷"],
        "moment": datetime(2026, 11, 23, 6, 30, tzinfo=UTC),
        "moments": [
            {"when": "1일", "title": "시작", "state": "done", "citation": "법 제1조"},
            {"when": "2일", "title": "지금", "state": "now", "text": "설명"},
            {"when": "3일", "title": "다음"},
        ],
        "tiles": [
            {"x": n % 8, "y": n // 8, "name": f"{n}동", "value": f"{n}%", "level": n % 5}
            for n in range(44)
        ],
        "legend": [(level, f"{level}") for level in range(5)],
        "rows": [(f"{n}동", "1", "2") for n in range(3)],
    }


class Nothing(dict[str, str]):
    """No errors, whatever field is asked about."""

    def __getattr__(self, field: str) -> None:
        return None


@router.get("/gallery")
def gallery(request: Request, caller: Visitor) -> Response:
    del caller
    wrong = "wrong" in request.query_params
    return page(request, "gallery.html", **everything(wrong=wrong))


@router.post("/gallery")
def send(
    request: Request,
    caller: Visitor,
    phone: Annotated[str, Form()],
    back: Annotated[str, Form()] = "/gallery",
) -> Response:
    del caller, phone
    return go(request, way_back(back), flash="web.flash.extended")


@router.get("/sign-in")
def sign_in(request: Request, caller: Visitor) -> Response:
    del caller
    return page(request, "gallery.html", **everything(wrong=False))


@router.get("/my-signatures")
def mine(request: Request, resident: Signer) -> Response:
    del resident
    return page(request, "gallery.html", **everything(wrong=False))


@router.get("/desk/lists")
def lists(officer: Staff) -> str:
    return officer.mark


@router.get("/conflict")
def conflict(caller: Visitor) -> None:
    raise SessionNotExtendable(ended=caller.ended)


@router.get("/count/{number}")
def count(number: int, caller: Visitor) -> int:
    return number if caller.session is None else 0


@router.get("/outage")
def outage(request: Request, caller: Visitor) -> None:
    with services_of(request).begin() as uow:
        uow.session.execute(text("select 1"), {"ended": caller.ended})


@router.get("/defect")
def defect(caller: Visitor) -> None:
    raise RuntimeError(f"010-1234-5678 {caller.ended}")


WITH_GALLERY = Table.of((*ROUTERS, router), *CHECKS)
ALMOST_NOTHING = Table.of((staying.router, router), *CHECKS)


@pytest.fixture
def site(keyring: Keyring) -> Iterator[Open]:
    """Opens the site, the gallery beside its pages: settings as keywords."""
    opened = []

    def opens(
        *, table: Table = WITH_GALLERY, templates: BaseLoader | None = None, **settings: Any
    ) -> Browser:
        service = services(keyring, **settings)
        opened.append(service)
        app = create_web(service, table=table, templates=templates or FileSystemLoader(HERE))
        client = Browser(app, base_url=service.settings.public_url, follow_redirects=False)
        client.headers["accept-language"] = "ko"
        return client

    yield opens
    for service in opened:
        service.engine.dispose()


@pytest.fixture
def visitor(site: Open, town: Town, database_url: str) -> visitors.Visitor:
    """Somebody who comes to the town's pages for the first time."""
    return visitors.Visitor(site(database=database_url), town)


@pytest.fixture
def office(keyring: Keyring, database_url: str) -> Iterator[Office]:
    """The background of the town's service, which works when it is told to."""
    service = services(keyring, database_url)
    yield Office(service)
    service.engine.dispose()


@pytest.fixture
def colleague(town: Town) -> Colleague:
    """An officer of the mayor's with every role."""
    return hire(town, "officer")


@pytest.fixture
def desk(site: Open, colleague: Colleague, database_url: str) -> Browser:
    """That officer's, who sits at it."""
    return sits(site(database=database_url), colleague)


@pytest.fixture
def opens(site: Open, database_url: str) -> Open:
    """Browsers of the town's own database."""
    return lambda **_: site(database=database_url)


@pytest.fixture
def kim(town: Town) -> Colleague:
    """Of the mayor's office, with every working role."""
    return hire(town, "mayor.one")
