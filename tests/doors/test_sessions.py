"""Who is let in by which door, with real sessions on a real database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest

from referendum.identity import demonstrating, sessions, staff
from referendum.identity.accounts import Wanted
from referendum.kernel.keys import Keyring
from referendum.kernel.people import Assurance, Authority, Resident, Role
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import Begin
from tests.doors.browser import Browser
from tests.doors.conftest import small_app
from tests.doors.gate import services
from tests.entering import comes_in
from tests.identity.neighbourhood import Neighbourhood


@dataclass
class House:
    """The small app with people who can sign in."""

    client: Browser
    begin: Begin
    neighbourhood: Neighbourhood

    def resident(self) -> tuple[str, UUID]:
        person = self.neighbourhood.lives("홍길동")
        who = Resident(person, self.neighbourhood.jurisdiction_id, Assurance.PHONE_ON_FILE)
        with self.begin() as uow:
            return comes_in(uow, self.neighbourhood.vault, who).token, person

    def brings(self, token: str) -> None:
        self.client.cookies.set("session", token)


@pytest.fixture
def house(begin: Begin, vault: Vault, keyring: Keyring, database_url: str) -> Iterator[House]:
    service = services(keyring, database_url)
    client = Browser(small_app(service))
    yield House(client, begin, Neighbourhood.build(begin, vault))
    service.engine.dispose()


def test_a_resident_comes_through_the_residents_door(house: House) -> None:
    token, person = house.resident()
    house.brings(token)
    assert house.client.get("/mine").json() == str(person)
    assert house.client.get("/who/1").json()["signed_in"] is True


def test_a_resident_does_not_come_through_the_staffs_door(house: House) -> None:
    house.brings(house.resident()[0])
    assert house.client.get("/desk").status_code == 401


def test_an_officer_comes_through_the_staffs_door_and_not_through_the_residents(
    house: House,
) -> None:
    with house.begin() as uow:
        link = demonstrating.account(
            uow,
            house.neighbourhood.vault,
            Wanted(
                username="officer",
                display_name="담당",
                office_title="주무관",
                roles=frozenset({Role.CLERK}),
            ),
            of=house.neighbourhood.jurisdiction_id,
            authority=Authority.MAYOR,
            invented=True,
        )
        account = staff.held(uow.session, link.staff_id)
        token = sessions.open_staff(uow, account).token
    house.brings(token)
    assert house.client.get("/desk").json() == "mayor"
    assert house.client.get("/mine").status_code == 401


def test_nobody_comes_through_either_without_a_session(house: House) -> None:
    for path in ("/mine", "/desk"):
        refused = house.client.get(path)
        assert refused.status_code == 401
        assert refused.json()["type"] == "/problems/not-signed-in"


@pytest.mark.parametrize("forged", ["x", "A" * 43, "'; drop table session_row; --", "0" * 4000])
def test_a_forged_session_is_a_visitor_whose_session_ended(house: House, forged: str) -> None:
    house.brings(forged)
    assert house.client.get("/mine").status_code == 401
    seen = house.client.get("/who/1").json()
    assert (seen["signed_in"], seen["ended"]) == (False, True)


def test_a_revoked_session_opens_nothing(house: House) -> None:
    token, _ = house.resident()
    with house.begin() as uow:
        view = sessions.find_session(uow.session, token)
        assert view is not None
        sessions.revoke(uow.session, view)
    house.brings(token)
    assert house.client.get("/mine").status_code == 401


def test_without_a_cookie_the_open_door_asks_no_database(keyring: Keyring) -> None:
    client = Browser(small_app(services(keyring)))
    assert client.get("/who/1").status_code == 200
    client.cookies.set("session", "something")
    assert client.get("/who/1").status_code == 503
