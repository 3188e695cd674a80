"""Accounts at the desk: invited, consented to by a second administrator, and who is signed in."""

from __future__ import annotations

import re

import pytest

from referendum.kernel.people import Authority, Role
from tests.doors.browser import Browser
from tests.identity.desk import PASSWORD
from tests.town import Town
from tests.web.conftest import Open
from tests.web.desk import sends, sits
from tests.web.reading import csrf_of
from tests.web.staff import Colleague, account_of, hire
from tests.worker.office import Office

NEWCOMER = {"username": "choi", "display_name": "최담당", "office_title": "감사담당관"}
LINK = re.compile(r"https?://[\w.:]+/desk/set-up/([\w-]{40,})")


@pytest.fixture
def kim(town: Town) -> Colleague:
    return hire(town, "kim", roles=(Role.ADMINISTRATOR,))


@pytest.fixture
def lee(town: Town) -> Colleague:
    return hire(town, "lee", roles=(Role.ADMINISTRATOR,))


@pytest.fixture
def first(site: Open, kim: Colleague, database_url: str) -> Browser:
    """The first administrator's."""
    return sits(site(database=database_url), kim)


@pytest.fixture
def second(site: Open, lee: Colleague, database_url: str) -> Browser:
    return sits(site(database=database_url), lee)


@pytest.mark.usefixtures("lee")
def test_a_clerks_account_is_made_with_a_fresh_code_and_its_link_is_printed(
    first: Browser, kim: Colleague, town: Town
) -> None:
    assert sends(first, "/desk/staff", **NEWCOMER, roles="clerk").status_code == 403
    made = sends(first, "/desk/staff", **NEWCOMER, roles="clerk", code=kim.code())
    assert made.status_code == 200
    address = made.text.index("/desk/set-up/")
    assert made.text.rindex("print-only", 0, address) > made.text.rindex("no-print", 0, address)
    assert not LINK.search(first.get("/desk/staff").text)
    twice = sends(first, "/desk/staff", **NEWCOMER)
    assert (twice.status_code, 'id="error-username"' in twice.text) == (409, True)
    page = f"/desk/staff/{account_of(town, 'choi').id}"
    assert first.get(page).status_code == 200
    assert sends(first, page, what="disable").status_code == 303


@pytest.mark.usefixtures("lee")
def test_who_sets_up_from_paper_says_that_it_came_closed(
    first: Browser, kim: Colleague, site: Open, town: Town, database_url: str
) -> None:
    made = sends(first, "/desk/staff", **NEWCOMER, roles="clerk", code=kim.code())
    found = LINK.search(made.text)
    assert found
    path, visitor = f"/desk/set-up/{found[1]}", site(database=database_url)
    html = visitor.get(path).text
    assert 'name="closed"' in html
    secret = re.findall(r'<code class="receipt-value">(\w+)</code>', html)[0]
    choi = Colleague(town, account_of(town, "choi").id, "choi", secret)
    given = {"csrf": csrf_of(html), "password": PASSWORD, "again": PASSWORD, "code": choi.code()}
    refused = visitor.post(path, data=given)
    assert (refused.status_code, 'id="error-closed"' in refused.text) == (422, True)
    assert visitor.post(path, data=given | {"closed": "yes"}).status_code == 200


def test_a_certifier_needs_a_second_administrator(
    first: Browser, second: Browser, kim: Colleague, lee: Colleague, town: Town
) -> None:
    made = sends(first, "/desk/staff", **NEWCOMER, roles="certifier", code=kim.code())
    assert made.status_code == 200
    page = f"/desk/staff/{account_of(town, 'choi').id}"
    own = first.get(page).text
    assert "다른 계정 관리자가 동의해야 합니다" in own
    assert 'value="consent"' not in own
    assert sends(first, page, what="consent").status_code == 403
    assert 'value="consent"' in second.get(page).text
    assert f'href="{page}"' in second.get("/desk/proposals").text
    assert "확인을 기다리는 일 (1)" in second.get("/desk").text
    assert "확인을 기다리는 일 (" not in first.get("/desk").text, "who asked does not answer"
    assert sends(second, page, what="consent", code=lee.code()).status_code == 303
    assert account_of(town, "choi").consent_asked_at is None
    assert page not in second.get("/desk/proposals").text
    assert "담당 kim" in own


def test_one_account_does_not_manage_accounts_and_certify(
    first: Browser, kim: Colleague, second: Browser
) -> None:
    del second
    roles = ["administrator", "certifier"]
    refused = sends(first, "/desk/staff", **NEWCOMER, roles=roles, code=kim.code())
    assert (refused.status_code, 'id="error-roles"' in refused.text) == (422, True)
    assert "계정을 관리하는 사람은 확인·공표를 할 수 없습니다" in refused.text


def test_where_there_is_one_administrator_the_page_says_that_a_second_comes_first(
    first: Browser, kim: Colleague
) -> None:
    assert "계정 관리자가 한 명뿐입니다" in first.get("/desk/staff").text
    refused = sends(first, "/desk/staff", **NEWCOMER, roles="certifier", code=kim.code())
    assert refused.status_code == 409


@pytest.mark.usefixtures("lee")
def test_with_mail_the_link_goes_to_the_person_and_the_administrator_sees_none(
    site: Open, town: Town, kim: Colleague, office: Office, database_url: str
) -> None:
    how = {"mail_host": "127.0.0.1", "mail_port": 9, "mail_security": "none"}
    client = sits(site(database=database_url, **how, mail_sender="a@city.example"), kim)
    no_mailbox = sends(client, "/desk/staff", **NEWCOMER, roles="clerk", code=kim.code())
    assert (no_mailbox.status_code, 'id="error-email"' in no_mailbox.text) == (422, True)
    given = NEWCOMER | {"email": "choi@city.example"}
    made = sends(client, "/desk/staff", **given, roles="clerk")
    assert made.status_code == 303
    assert "/desk/set-up/" not in client.get("/desk/staff").text
    account = client.get(f"/desk/staff/{account_of(town, 'choi').id}").text
    assert "choi@city.example" in account
    assert "/desk/set-up/" not in account
    assert len(office.waiting("staff.invite")) == 1


def test_every_page_of_the_desk_says_who_is_signed_in(
    site: Open, town: Town, database_url: str
) -> None:
    clerk = hire(town, "park", authority=Authority.COUNCIL_CHAIR, roles=(Role.CLERK,))
    client = sits(site(database=database_url), clerk)
    for path in ("/desk", "/desk/alarms", "/desk/register/elections"):
        page = client.get(path).text
        bar = re.search(r'<section class="session-bar".*?</section>', page, re.DOTALL)
        assert bar is not None
        assert "담당 park, 주무관" in bar[0]
        assert "의장" in bar[0]
        assert "session-who" in bar[0]


@pytest.mark.usefixtures("lee")
def test_what_an_officer_did_is_shown_to_them_and_to_their_administrators(
    first: Browser, kim: Colleague, site: Open, town: Town, database_url: str
) -> None:
    sends(first, "/desk/staff", **NEWCOMER, roles="clerk", code=kim.code())
    page = f"/desk/officers/{kim.id}/acts"
    own = first.get(page)
    assert own.status_code == 200
    assert own.text.count("담당자 계정 생성") == 1
    assert "설정 주소 인쇄" in own.text
    assert "이때 한 일이 없습니다" in first.get(f"{page}?day=2001-01-01").text
    assert first.get(f"{page}?day=2026-13-01").status_code == 422
    file = first.get(f"{page}.csv")
    assert file.headers["content-type"].startswith("text/csv")
    assert "staff.link_printed" in file.text
    clerk = hire(town, "clerk", roles=(Role.CLERK,))
    other = sits(site(database=database_url), clerk)
    assert other.get(f"/desk/officers/{clerk.id}/acts").status_code == 200
    assert other.get(page).status_code == 403
    assert first.get(f"/desk/officers/{clerk.id}/acts").status_code == 200
    chair = hire(town, "chair", authority=Authority.COUNCIL_CHAIR, roles=(Role.ADMINISTRATOR,))
    elsewhere = sits(site(database=database_url), chair)
    assert elsewhere.get(page).status_code == 404
