"""Every page against everybody: what is not meant for someone lets them neither in nor act."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from uuid import UUID, uuid4

from fastapi.routing import APIRoute
from sqlalchemy import func, select

from referendum.doors import sessions as doors
from referendum.identity import sessions
from referendum.identity.staff import held
from referendum.kernel.people import Authority, Role
from referendum.kernel.record import RecordEntry
from referendum.web.app import routes
from tests.architecture.test_doors import calls
from tests.doors.browser import Browser
from tests.entering import comes_in
from tests.town import Town
from tests.web.staff import hire

KNOWN = {
    "number": "1",
    "index": "0",
    "act": "open_inspection",
    "kind": "turnout",
    "name": "collection_ends",
}
"""What stands for a parameter; every other one gets an id that nothing has."""

Client = tuple[Browser, str]


def fills(path: str) -> str:
    return re.sub(r"\{(\w+)[^}]*\}", lambda found: KNOWN.get(found[1]) or str(uuid4()), path)


def doors_of(route: APIRoute) -> set[object]:
    return set(calls(route.dependant)) & doors.DOORS


def asks(client: Client, route: APIRoute, method: str) -> int:
    browser, csrf = client
    data = {"csrf": csrf, "reason": "사유", "code": "000000", "document_number": "1"}
    if method == "POST":
        return browser.post(fills(route.path), data=data).status_code
    return browser.get(fills(route.path)).status_code


def entries(town: Town) -> int:
    with town.begin() as uow:
        return uow.session.scalar(select(func.count()).select_from(RecordEntry)) or 0


def signed_in(site: Callable[..., Browser], url: str, token: str) -> Client:
    browser = site(database=url)
    browser.cookies.set("session", token, domain="testserver.local")
    return browser, sessions.csrf_of(token)


def guarded(door: object) -> Iterator[tuple[APIRoute, str]]:
    for route in routes():
        for method in sorted(route.methods or ()):
            if door in doors_of(route):
                yield route, method


def test_ops_01_every_page_keeps_out_whom_it_is_not_for(
    site: Callable[..., Browser], town: Town, database_url: str, initiative_open: UUID
) -> None:
    """OPS-01: the desk for residents, residents' pages for officers, both for strangers."""
    assert initiative_open
    with town.begin() as uow:
        resident = comes_in(uow, town.vault, town.resident(town.some(9)[8])).token
    one = hire(town, "council.bare", authority=Authority.COUNCIL_CHAIR, roles=(Role.ADMINISTRATOR,))
    with town.begin() as uow:
        officer = sessions.open_staff(uow, held(uow.session, one.id)).token
    clients = {
        "stranger": signed_in(site, database_url, sessions.new_token()),
        "resident": signed_in(site, database_url, resident),
        "officer": signed_in(site, database_url, officer),
    }
    kept_out = {doors.officer: ("stranger", "resident"), doors.signer: ("stranger", "officer")}
    before = entries(town)
    let_in = []
    for door, strangers in kept_out.items():
        found = list(guarded(door))
        assert found
        for route, method in found:
            for who in strangers:
                status = asks(clients[who], route, method)
                if status not in ({303, 401, 403} if method == "GET" else {401, 403}):
                    let_in.append((method, route.path, who, status))
    assert let_in == []
    done = [
        (route.path, status)
        for route, method in guarded(doors.officer)
        if method == "POST"
        and "staff" not in route.path
        and (status := asks(clients["officer"], route, method)) < 300
    ]
    assert done == []
    assert entries(town) == before, "an officer without the role has changed something"
