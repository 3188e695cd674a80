"""Sign-in by an office's own directory: linked once, then in place of the password."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest
from joserfc.jwk import ECKey
from sqlalchemy import select, update

from referendum.identity import accounts
from referendum.identity.tables import DirectoryLink, DirectoryVisit
from referendum.kernel.people import Authority, Role
from referendum.kernel.record import RecordEntry
from tests.directory import CLIENT, SECRET, Claims, Provider, key_of, running
from tests.doors.browser import Browser
from tests.identity.desk import PASSWORD, TERMS
from tests.patience import SECONDS
from tests.town import Town
from tests.web.conftest import Open
from tests.web.desk import enters, sends, sits
from tests.web.reading import csrf_of, text_of
from tests.web.staff import Colleague, hire


@pytest.fixture
def provider() -> Iterator[Provider]:
    with running() as found:
        yield found


@dataclass
class Office:
    """The mayor's office, which signs in by its own directory."""

    town: Town
    site: Open
    database: str
    directory: dict[str, Any]
    authorises: Callable[[str, str], str]

    def browser(self) -> Browser:
        return self.site(database=self.database, directories={"mayor": self.directory})

    def links(self, who: Colleague, subject: str, client: Browser | None = None) -> Any:
        """Signed in with password and code, and both once more."""
        client = client or sits(self.browser(), who)
        asked = sends(client, "/desk/directory", password=PASSWORD, code=who.code())
        return self.comes_back(client, self.authorises(way_of(asked.text), subject))

    def sets_out(self, client: Browser) -> str:
        """Gives the way to the directory that the page shows."""
        page = client.get("/desk/sign-in").text
        asked = sends(client, "/desk/directory/visits", html=page, authority="mayor")
        assert asked.status_code == 200, text_of(asked.text)
        return way_of(asked.text)

    def comes_back(self, client: Browser, address: str) -> Any:
        parts = urlsplit(address)
        return client.get(f"{parts.path}?{parts.query}")

    def gives(self, client: Browser, back: Any, code: str) -> Any:
        state = re.findall(r'name="state" value="([^"]+)"', back.text)
        given = {"csrf": csrf_of(back.text), "state": state[0], "code": code}
        return client.post("/desk/directory/code", data=given)

    def signs_in(self, who: Colleague, subject: str, client: Browser) -> Any:
        back = self.comes_back(client, self.authorises(self.sets_out(client), subject))
        return self.gives(client, back, who.code())


def way_of(html: str) -> str:
    found = re.search(r'<a class="button button-primary" href="([^"]+)"', html)
    assert found, text_of(html)
    return unescape(found[1])


@pytest.fixture
def office(town: Town, site: Open, database_url: str, provider: Provider) -> Office:
    directory = {"issuer": provider.issuer, "client_id": CLIENT, "client_secret": SECRET}
    return Office(town, site, database_url, directory, provider.authorises)


@pytest.fixture
def kim(town: Town) -> Colleague:
    return hire(town, "kim", roles=(Role.CLERK,))


def test_an_officer_links_the_account_and_signs_in_with_directory_and_code(
    office: Office, kim: Colleague
) -> None:
    linked = office.links(kim, "s-1")
    assert (linked.status_code, linked.headers["location"]) == (303, "/desk/directory")
    client = office.browser()
    done = office.signs_in(kim, "s-1", client)
    assert (done.status_code, done.headers["location"]) == (303, "/desk")
    page = text_of(client.get("/desk").text)
    assert "로그인: 담당 kim, 주무관" in page
    assert "기관 로그인" in page
    other = office.browser()
    enters(other, kim)
    assert "비밀번호로 로그인" in text_of(other.get("/desk").text)


def test_the_directory_alone_lets_nobody_in(office: Office, kim: Colleague) -> None:
    office.links(kim, "s-1")
    client = office.browser()
    back = office.comes_back(client, office.authorises(office.sets_out(client), "s-1"))
    assert client.get("/desk").status_code != 200
    for _ in range(5):
        wrong = office.gives(client, back, "000000")
        assert (wrong.status_code, 'id="error-code"' in wrong.text) == (403, True)
    paused = office.gives(client, back, kim.code())
    assert paused.status_code == 429
    with office.town.begin() as uow:
        ends = uow.session.scalars(select(DirectoryVisit.staff_id)).all()
    assert kim.id in ends


def test_nobody_is_found_by_a_mailbox_or_a_name(office: Office, kim: Colleague) -> None:
    """Whoever the directory knows and no account is linked to is sent to link it first."""
    for subject in ("kim", "kim@city.example"):
        client = office.browser()
        back = office.comes_back(client, office.authorises(office.sets_out(client), subject))
        assert back.status_code == 401
        assert "연결된 계정이 없습니다" in text_of(back.text)
        assert 'name="password"' in back.text
    assert kim.id


def test_one_person_of_a_directory_is_one_officer(office: Office, kim: Colleague) -> None:
    office.links(kim, "s-1")
    lee = hire(office.town, "lee", roles=(Role.CLERK,))
    assert office.links(lee, "s-1").status_code == 409
    again = sends(
        sits(office.browser(), kim), "/desk/directory", password=PASSWORD, code=kim.code()
    )
    assert again.status_code == 409


def test_a_link_is_made_with_password_and_code_given_just_now(
    office: Office, kim: Colleague
) -> None:
    client = sits(office.browser(), kim)
    for given in ({"password": "wrong", "code": kim.code()}, {"password": PASSWORD, "code": "1"}):
        refused = sends(client, "/desk/directory", **given)
        assert (refused.status_code, 'id="error-password"' in refused.text) == (403, True)
    office.links(kim, "s-1")
    with office.town.begin() as uow:
        link = uow.session.get_one(DirectoryLink, kim.id)
        uow.session.delete(link)
    lee = hire(office.town, "lee", roles=(Role.CLERK,))
    office.links(lee, "s-2")
    by_directory = office.browser()
    office.signs_in(lee, "s-2", by_directory)
    with office.town.begin() as uow:
        uow.session.delete(uow.session.get_one(DirectoryLink, lee.id))
    asked = sends(by_directory, "/desk/directory", password=PASSWORD, code=lee.code())
    assert (asked.status_code, "비밀번호와 인증 앱으로 로그인" in text_of(asked.text)) == (
        403,
        True,
    )


def test_a_way_back_is_good_once_in_its_browser_and_for_ten_minutes(
    office: Office, kim: Colleague
) -> None:
    office.links(kim, "s-1")
    client, other = office.browser(), office.browser()
    back = office.authorises(office.sets_out(client), "s-1")
    other.get("/desk/sign-in")
    stolen = office.comes_back(other, back)
    assert (stolen.status_code, "다른 브라우저" in text_of(stolen.text)) == (401, True)
    assert office.comes_back(client, back).status_code == 200
    replayed = office.comes_back(client, back)
    assert replayed.status_code == 401
    forged = re.sub(r"state=[^&]+", "state=made-up", back)
    assert office.comes_back(client, forged).status_code == 401
    late = office.authorises(office.sets_out(client), "s-1")
    with office.town.begin() as uow:
        ended = DirectoryVisit.expires_at - timedelta(minutes=10)
        uow.session.execute(update(DirectoryVisit).values(expires_at=ended))
    assert office.comes_back(client, late).status_code == 401


def ahead(seconds: int) -> int:
    return int(time.time()) + seconds


LIES: dict[str, Callable[[Claims], Claims]] = {
    "of another issuer": lambda said: {**said, "iss": "https://other.example"},
    "for somebody else": lambda said: {**said, "aud": "another-client"},
    "for several, asked by another": lambda said: {
        **said, "aud": [CLIENT, "another"], "azp": "another",
    },
    "for several, asked by nobody": lambda said: {**said, "aud": [CLIENT, "another"]},
    "asked by another": lambda said: {**said, "azp": "another"},
    "of another visit": lambda said: {**said, "nonce": "0" * 64},
    "of several visits": lambda said: {**said, "nonce": [said["nonce"], "0" * 64]},
    "of no visit": lambda said: {name: one for name, one in said.items() if name != "nonce"},
    "expired": lambda said: {**said, "exp": ahead(-61)},
    "without an end": lambda said: {name: one for name, one in said.items() if name != "exp"},
    "of tomorrow": lambda said: {**said, "iat": ahead(86_400)},
    "not yet good": lambda said: {**said, "nbf": ahead(3_600)},
    "of nobody": lambda said: {name: one for name, one in said.items() if name != "sub"},
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_a_token_is_from_there_for_us_for_this_visit_and_good_now(
    office: Office, kim: Colleague, provider: Provider, lie: str
) -> None:
    office.links(kim, "s-1")
    provider.claims = LIES[lie]
    client = office.browser()
    back = office.comes_back(client, office.authorises(office.sets_out(client), "s-1"))
    assert back.status_code == 401, lie
    assert "응답을 받아들일 수 없습니다" in text_of(back.text)
    assert 'name="state"' not in back.text


def tampered(provider: Provider, said: Claims) -> str:
    head, _, mark = provider.signed(said).split(".")
    other = provider.signed({**said, "sub": "s-1", "admin": True}).split(".")[1]
    return f"{head}.{other}.{mark}"


FORGED: dict[str, Callable[[Provider, Claims], str]] = {
    "unsigned": Provider.unsigned,
    "signed with the public key": Provider.mixed_up,
    "signed with another key": lambda provider, said: provider.signed(said, key_of("a thief")),
    "changed": tampered,
    "no token": lambda _, __: "no.token",
    "endless": lambda provider, said: provider.signed({**said, "more": "x" * 20_000}),
}


@pytest.mark.parametrize("how", FORGED)
def test_a_token_is_signed_with_a_key_of_the_directory(
    office: Office, kim: Colleague, provider: Provider, how: str
) -> None:
    office.links(kim, "s-1")
    provider.signs = FORGED[how]
    client = office.browser()
    back = office.comes_back(client, office.authorises(office.sets_out(client), "s-1"))
    assert (back.status_code, 'name="state"' in back.text) == (401, False)


def test_keys_that_we_cannot_read_or_that_share_a_name_stand_beside_it(
    office: Office, kim: Colleague, provider: Provider
) -> None:
    """RFC 7517 §5: a key of a curve that is not understood is passed over; §4.5: one name, two."""
    foreign = {"kty": "EC", "kid": "2", "crv": "BP-256", "x": "AA", "y": "AA"}
    alike = {**ECKey.generate_key("P-256").as_dict(private=False), "kid": "1"}
    provider.beside = [foreign, alike, {"kty": "AKP", "kid": "3", "pub": "AA"}]
    assert office.links(kim, "s-1").status_code == 303


def test_an_answer_of_another_issuer_or_a_denial_lets_nobody_in(
    office: Office, kim: Colleague
) -> None:
    office.links(kim, "s-1")
    client = office.browser()
    mixed = office.authorises(office.sets_out(client), "s-1") + "&iss=https%3A%2F%2Fother.example"
    assert office.comes_back(client, mixed).status_code == 401
    denied = re.sub(
        r"code=[^&]+", "error=access_denied", office.authorises(office.sets_out(client), "s-1")
    )
    assert office.comes_back(client, denied).status_code == 401


def test_where_the_directory_is_down_password_and_code_go_on(
    office: Office, kim: Colleague, provider: Provider
) -> None:
    provider.down = True
    client = office.browser()
    page = client.get("/desk/sign-in").text
    asked = sends(client, "/desk/directory/visits", html=page, authority="mayor")
    assert asked.status_code == 503
    assert "비밀번호와 인증 앱으로 로그인해 주세요" in text_of(asked.text)
    assert enters(client, kim).status_code == 303
    provider.down = False
    provider.says = {"issuer": "https://other.example"}
    fresh = office.browser()
    page = fresh.get("/desk/sign-in").text
    assert sends(fresh, "/desk/directory/visits", html=page, authority="mayor").status_code == 401
    provider.says = {"token_endpoint": "http://other.example/token"}
    assert sends(fresh, "/desk/directory/visits", html=page, authority="mayor").status_code == 401
    elsewhere = sends(fresh, "/desk/directory/visits", html=page, authority="council_chair")
    assert elsewhere.status_code == 404


def test_a_token_states_what_the_operator_asks_for(office: Office, kim: Colleague) -> None:
    office.links(kim, "s-1")
    office.directory = {**office.directory, "claims": {"organisation": "mayor"}}
    client = office.browser()
    back = office.comes_back(client, office.authorises(office.sets_out(client), "s-1"))
    assert back.status_code == 401


def test_a_second_administrator_parts_them_on_record_and_a_closed_account_stays_closed(
    office: Office, kim: Colleague
) -> None:
    town = office.town
    office.links(kim, "s-1")
    boss = hire(town, "boss", roles=(Role.ADMINISTRATOR,))
    client = office.browser()
    office.signs_in(kim, "s-1", client)
    desk = sits(office.browser(), boss)
    assert "연결 끊기" in desk.get(f"/desk/staff/{kim.id}").text
    parted = sends(desk, f"/desk/staff/{kim.id}", what="unlink", code=boss.code())
    assert parted.status_code == 303
    assert client.get("/desk").status_code != 200
    gone = office.comes_back(client, office.authorises(office.sets_out(client), "s-1"))
    assert gone.status_code == 401
    with town.begin() as uow:
        told = [json.loads(one) for one in uow.session.scalars(select(RecordEntry.leaf))]
    acts = [one["act"] for one in told if "linked" in one["act"]]
    assert acts == ["staff.linked", "staff.unlinked"]
    assert "s-1" not in str(told)
    office.links(kim, "s-1")
    with town.begin() as uow:
        accounts.disable(uow, kim.id, by=admin_of(town))
    shut = office.comes_back(client, office.authorises(office.sets_out(client), "s-1"))
    assert shut.status_code == 401


def test_a_new_set_up_link_parts_them_too(office: Office, kim: Colleague) -> None:
    office.links(kim, "s-1")
    one, _ = (hire(office.town, name, roles=(Role.ADMINISTRATOR,)) for name in ("one", "other"))
    by = replace(admin_of(office.town), id=one.id)
    with office.town.begin() as uow:
        accounts.renew_link(uow, office.town.vault, TERMS, kim.id, by=by)
        assert uow.session.get(DirectoryLink, kim.id) is None


def admin_of(town: Town) -> Any:
    return town.officer(Authority.MAYOR, Role.ADMINISTRATOR)


@pytest.fixture
def real() -> Iterator[str]:
    """A provider that others wrote, as a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, **quiet) as process:  # type: ignore[call-overload]  # as given
        issuer = f"http://127.0.0.1:{port}"
        try:
            until = time.monotonic() + SECONDS
            while time.monotonic() < until:
                try:
                    httpx2.get(f"{issuer}/.well-known/openid-configuration").raise_for_status()
                    break
                except httpx2.HTTPError:
                    time.sleep(0.1)
            yield issuer
        finally:
            process.terminate()


def consents(way: str, subject: str) -> str:
    """Whoever is asked there says who they are, in the provider's own form."""
    assert dict(parse_qsl(urlsplit(way).query))["nonce"]
    answer = httpx2.post(way, data={"sub": subject})
    assert answer.status_code == 302, answer.text
    return answer.headers["location"]


@pytest.mark.slow
def test_a_real_provider_recognises_an_officer(
    town: Town, site: Open, database_url: str, real: str, kim: Colleague
) -> None:
    directory = {"issuer": real, "client_id": "any", "client_secret": "any"}
    office = Office(town, site, database_url, directory, consents)
    assert office.links(kim, "employee-7").status_code == 303
    client = office.browser()
    assert office.signs_in(kim, "employee-7", client).status_code == 303
    assert "기관 로그인" in text_of(client.get("/desk").text)
    stranger = office.browser()
    back = office.comes_back(stranger, office.authorises(office.sets_out(stranger), "employee-8"))
    assert back.status_code == 401
