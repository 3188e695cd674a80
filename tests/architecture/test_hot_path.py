"""What the three steps of a crowd ask of the database: one statement each, and no transaction.

A statement by itself is its own transaction, so nothing is begun and nothing is committed beside
it; what several ask for at once is still one statement (`kernel.gathering`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

import fastapi.routing
import pytest
from sqlalchemy import text

from referendum.api.app import create_api
from referendum.bootstrap import Services
from referendum.identity import codes
from referendum.kernel.keys import Keyring
from referendum.web.app import create_web
from tests.doors.browser import Browser
from tests.doors.gate import services
from tests.driver import watched
from tests.town import Town
from tests.web.visitors import Visitor, identity_of, phone_of, registers_phone
from thresholds.vocabulary import Instrument

FIRST, SECOND = 30, 31
AGREED: Final = dict.fromkeys(("purpose", "sensitive", "retention"), "yes")
WAY: Final = "/measures/1/sign/consent"


@pytest.fixture
def nothing_is_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has the framework solve what a route needs, fails."""

    def refuse(**_given: Any) -> None:
        raise AssertionError("a step of the crowd is not straight")

    monkeypatch.setattr(fastapi.routing, "solve_dependencies", refuse)


@pytest.fixture
def petition(town: Town) -> UUID:
    for number in (FIRST, SECOND):
        registers_phone(town, number)
    return town.petition(town.opens(Instrument.INITIATIVE))


@pytest.fixture
def service(keyring: Keyring, database_url: str) -> Iterator[Services]:
    made = services(keyring, database_url, requests_per_minute=1_000_000)
    yield made
    made.crowd.close()
    made.engine.dispose()


def test_a_desk_s_statements_are_seen_and_their_transaction_too(town: Town) -> None:
    with watched() as asked, town.begin() as uow:
        uow.session.execute(text("select 1"))
    assert asked.cost == (1, 2)


@pytest.mark.usefixtures("nothing_is_searched")
def test_by_the_interface_a_flow_is_four_statements_and_no_transaction(
    service: Services, town: Town, petition: UUID
) -> None:
    client = Browser(create_api(service))

    def flow(number: int) -> dict[str, tuple[int, int]]:
        client.cookies.clear()
        name, born = identity_of(number)
        who = {"name": name, "birth_date": born.isoformat(), "phone": phone_of(number)}
        cost = {}
        with watched() as asked:
            made = client.post("/challenges", json=who).json()
        cost["ask"] = asked.cost
        code = codes.derive(town.vault, UUID(made["id"]))
        with watched() as asked:
            given = {"challenge": made["id"], "code": code}
            opened = client.post("/sessions", json=given).json()
        cost["answer"] = asked.cost
        with watched() as asked:
            signed = client.post(
                f"/petitions/{petition}/signatures",
                json={"consents": AGREED},
                headers={"X-CSRF-Token": opened["csrf"]},
            )
        cost["sign"] = asked.cost
        assert signed.json()["receipt"]
        return cost

    flow(FIRST)
    assert flow(SECOND) == {"ask": (1, 0), "answer": (1, 0), "sign": (2, 0)}


@pytest.mark.usefixtures("nothing_is_searched")
def test_by_pages_the_same_steps_ask_the_same_and_the_pages_between_hardly_more(
    service: Services, town: Town, petition: UUID
) -> None:
    assert petition
    client = Browser(create_web(service), follow_redirects=False)

    def flow(number: int) -> dict[str, tuple[int, int]]:
        client.cookies.clear()
        visitor, cost = Visitor(client, town), {}
        with watched() as asked:
            seen = visitor.opens(f"/sign-in?next={WAY}")
        cost["who"] = asked.cost
        name, born = identity_of(number)
        who = {"name": name, "birth_date": born.isoformat(), "phone": phone_of(number)}
        with watched() as asked:
            page = visitor.sends("/sign-in", seen=seen, next=WAY, **who).headers["location"]
        cost["ask"] = asked.cost
        with watched() as asked:
            seen = visitor.opens(page)
        cost["wait"] = asked.cost
        with watched() as asked:
            code = visitor.code_for(page)
            visitor.sends(page.partition("?")[0], seen=seen, code=code, next=WAY)
        cost["answer"] = asked.cost
        with watched() as asked:
            seen = visitor.opens(WAY)
        cost["consent"] = asked.cost
        with watched() as asked:
            seen = visitor.sends(WAY, seen=seen, **AGREED).text
        cost["confirm"] = asked.cost
        with watched() as asked:
            signed = visitor.sends("/measures/1/sign", seen=seen, **AGREED).text
        cost["sign"] = asked.cost
        assert "receipt-value" in signed
        return cost

    flow(FIRST)
    assert flow(SECOND) == {
        "who": (0, 0),
        "ask": (1, 0),
        "wait": (1, 0),
        "answer": (1, 0),
        "consent": (2, 0),
        "confirm": (1, 0),
        "sign": (2, 0),
    }
