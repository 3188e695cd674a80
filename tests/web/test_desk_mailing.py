"""What moved is read once at the desk, and whoever works there chooses their mail."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest

from referendum.identity import inviting, mailing, staff
from referendum.kernel.people import Authority, Role
from referendum.lifecycle.dates import daysoff
from tests.doors.browser import Browser
from tests.papers import PAPER
from tests.town import Town, seconded
from tests.web.conftest import Open
from tests.web.desk import sends, sits
from tests.web.staff import Colleague, hire


@pytest.fixture
def kim(town: Town) -> Colleague:
    return hire(town, "kim", roles=(Role.CLERK,))


@pytest.fixture
def client(site: Open, kim: Colleague, database_url: str) -> Browser:
    return sits(site(database=database_url), kim)


def declares_the_last_day_off(town: Town, measure: UUID) -> None:
    ends = town.deadline(measure, "collection_ends") + timedelta(hours=9)
    with town.begin() as uow:
        daysoff.add(
            uow, day=(ends - timedelta(days=1)).date(), off=True, title_ko="임시공휴일",
            title_en="Day off", reason="관보 제1호", document=PAPER,
            by=seconded(town.officer(Authority.MAYOR)),
        )  # fmt: skip


def test_what_moved_stands_in_the_queue_of_each_until_they_have_read_it(
    client: Browser, site: Open, town: Town, database_url: str, referendum_open: UUID
) -> None:
    declares_the_last_day_off(town, referendum_open)
    lee = sits(site(database=database_url), hire(town, "lee", roles=(Role.CLERK,)))
    chair = hire(town, "cho", authority=Authority.COUNCIL_CHAIR, roles=(Role.CLERK,))
    council = sits(site(database=database_url), chair)
    page = client.get("/desk").text
    assert "관보 제1호" in page, "why"
    assert "<del>" in page, "the old day beside the new one"
    (reading,) = re.findall(r'action="(/desk/moved/[0-9a-f-]+/reading)"', page)
    assert sends(client, reading).status_code == 303
    assert sends(client, reading).status_code == 303, "to say so twice changes nothing"
    assert "관보 제1호" not in client.get("/desk").text
    number = town.measure(referendum_open).number
    assert "관보 제1호" in client.get(f"/desk/measures/{number}").text, "there it stays"
    assert "관보 제1호" in lee.get("/desk").text, "each reads for themselves"
    assert "관보 제1호" not in council.get("/desk").text, "it is no business of theirs"
    assert sends(council, reading).status_code == 404


def test_an_officer_turns_the_daily_mail_off_and_chooses_a_language(
    client: Browser, town: Town, kim: Colleague
) -> None:
    page = client.get("/desk/mail").text
    assert "메일 주소가 없습니다" in page
    with town.begin() as uow:
        account = staff.held(uow.session, kim.id)
        inviting.keep_mailbox(uow.session, town.vault, account, "kim@city.example")
    page = client.get("/desk/mail").text
    assert "k••@city.example" in page
    assert "kim@city.example" not in page
    assert re.search(r'name="daily"[^>]* checked', page)
    assert sends(client, "/desk/mail", language="en").status_code == 303
    with town.begin() as uow:
        chosen = mailing.of(uow.session, kim.id)
    assert (chosen.language.value, chosen.daily) == ("en", False)
    assert not re.search(r'name="daily"[^>]* checked', client.get("/desk/mail").text)
    wrong = sends(client, "/desk/mail", language="fr", daily="yes")
    assert (wrong.status_code, 'id="error-language"' in wrong.text) == (422, True)
