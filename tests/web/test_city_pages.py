"""The city's pages: written and previewed at the desk, read by everybody, never lost."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from referendum.cli import sample_pages
from referendum.kernel.people import Authority, Role
from referendum.lifecycle.office import contacts
from referendum.lifecycle.office.city_pages import BINDING, Leaf
from referendum.lifecycle.office.contacts import Reached
from tests.doors.browser import Browser
from tests.town import Town
from tests.web.city import says
from tests.web.conftest import Open
from tests.web.desk import seconds, sends, sends_twice, sits
from tests.web.reading import Page
from tests.web.staff import hire
from tests.web.visitors import Visitor
from tests.web.wording import read, unfit_words

DESK = Reached(
    name_ko="시민참여 창구",
    address_ko="가상시 시험로 1, 2층",
    telephone="031-000-0000",
    hours_ko="평일 아홉 시부터 여섯 시까지",
    name_en="Participation desk",
    address_en="1 Trial Road, second floor",
    hours_en="Weekdays, nine to six",
)
NASTY = "<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(2)>"
TEXT = "# 서명\n\n- 하나\n- 둘\n\n| 무엇 | 언제 |\n|---|---|\n| 가 | 나 |\n\n[안건](/measures)"


@pytest.fixture
def desk(town: Town, opens: Open) -> Browser:
    return sits(opens(), hire(town, "mayor.admin", roles=(Role.ADMINISTRATOR,)))


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("leaf", Leaf)
def test_until_it_is_written_a_page_says_so(visitor: Visitor, leaf: Leaf, language: str) -> None:
    visitor.client.headers["accept-language"] = language
    html = visitor.opens(f"/help/{leaf.value}")
    told = {"ko": "아직 이 글을 쓰지 않았습니다", "en": "has not written this page yet"}[language]
    assert told in html
    assert unfit_words(read(html), language) == []
    assert visitor.client.get(f"/help/{leaf.value}/versions/1").status_code == 404


def test_whoever_finds_no_text_is_told_where_people_are(visitor: Visitor, town: Town) -> None:
    assert "적어 둔 창구가 없습니다" in visitor.opens("/help/contact")
    with town.begin() as uow:
        contacts.change(uow, DESK, by=town.officer(Authority.MAYOR, Role.ADMINISTRATOR))
    for path in ("/help/contact", "/help/privacy"):
        html = visitor.opens(path)
        for told in (DESK.name_ko, DESK.address_ko, DESK.telephone, DESK.hours_ko):
            assert told in read(html), path
    says(town, Leaf.CONTACT)
    says(town, Leaf.PRIVACY)
    assert DESK.address_ko in visitor.opens("/help/contact"), "beside what the city writes"
    assert DESK.address_ko not in visitor.opens("/help/privacy")
    visitor.client.headers["accept-language"] = "en"
    html = visitor.opens("/help/contact")
    assert DESK.address_en in html
    assert "Mayor" in html


def test_the_foot_of_every_page_leads_to_them(visitor: Visitor) -> None:
    foot = visitor.opens("/").partition("<footer")[2]
    for path in ("/help", *(f"/help/{one.value}" for one in Leaf if one is not Leaf.QUESTIONS)):
        assert f'href="{path}"' in foot
        assert visitor.client.get(path).status_code == 200


def test_a_page_is_previewed_before_anybody_reads_it(desk: Browser, visitor: Visitor) -> None:
    address = "/desk/pages/questions"
    shown = sends(desk, address, text_ko=TEXT, text_en="# Signing")
    assert shown.status_code == 200
    assert "<h4>서명</h4>" in shown.text
    assert "아직 걸리지 않았습니다" in shown.text
    assert "아직 이 글을 쓰지" in visitor.opens("/help/questions")
    (seen,) = re.findall(r'name="seen" value="([0-9a-f]{64})"', shown.text)
    other = sends(desk, address, text_ko=f"{TEXT}!", text_en="# Signing", seen=seen)
    assert "아직 걸리지 않았습니다" in other.text, "what was changed since is previewed once more"
    done = sends(desk, address, text_ko=TEXT, text_en="# Signing", seen=seen)
    assert done.status_code == 303
    html = visitor.opens("/help/questions")
    assert "<h2>서명</h2>" in html
    assert '<a href="/measures"' in html
    assert '<table class="table">' in html
    visitor.client.headers["accept-language"] = "en"
    assert "<h2>Signing</h2>" in visitor.opens("/help/questions")


@pytest.mark.parametrize("leaf", sorted(BINDING))
def test_what_binds_is_read_by_a_second_administrator_first(
    desk: Browser, town: Town, opens: Open, visitor: Visitor, leaf: Leaf
) -> None:
    put = sends_twice(desk, f"/desk/pages/{leaf.value}", text_ko=TEXT)
    assert put.status_code == 303
    other = sits(opens(), hire(town, "mayor.admin2", roles=(Role.ADMINISTRATOR,)))
    html = other.get(put.headers["location"]).text
    assert "<h4>서명</h4>" in html, "the whole text, as residents would read it"
    assert "아직 이 글을 쓰지" in visitor.opens(f"/help/{leaf.value}")
    seconds(town, put)
    assert "<h2>서명</h2>" in visitor.opens(f"/help/{leaf.value}")


def test_what_was_said_before_stays_readable_with_its_days(visitor: Visitor, town: Town) -> None:
    says(town, Leaf.TERMS, "먼저 쓴 글")
    town.waits(days=3)
    says(town, Leaf.TERMS, "나중에 쓴 글")
    now = visitor.opens("/help/terms")
    assert "나중에 쓴 글" in now
    assert 'href="/help/terms/versions/1"' in now
    before = visitor.opens("/help/terms/versions/1")
    assert "먼저 쓴 글" in before
    assert "까지 걸려 있던 글입니다" in before
    assert "까지 걸려 있던" not in visitor.opens("/help/terms/versions/2")
    assert visitor.client.get("/help/terms/versions/3").status_code == 404
    assert visitor.client.get("/help/terms/versions/0").status_code == 422
    assert visitor.client.get("/help/imprint").status_code == 404


def test_nothing_that_was_written_acts(visitor: Visitor, town: Town) -> None:
    says(town, Leaf.CONTACT, NASTY)
    html = visitor.opens("/help/contact")
    main = html.partition("<main")[2].partition("</main>")[0]
    assert "<script" not in main
    assert "<img" not in main
    assert "javascript:" not in "".join(re.findall(r'href="[^"]*"', main))
    assert "&lt;script&gt;" in main


def test_a_page_in_korean_only_says_so_in_english(visitor: Visitor, town: Town) -> None:
    says(town, Leaf.QUESTIONS)
    visitor.client.headers["accept-language"] = "en"
    html = visitor.opens("/help/questions")
    assert "This was written in Korean only." in html
    assert re.search(r'<div class="prose" lang="ko">', html)


@pytest.mark.parametrize(
    ("authority", "roles", "may"),
    [
        (Authority.MAYOR, (Role.ADMINISTRATOR,), True),
        (Authority.COUNCIL_CHAIR, (Role.ADMINISTRATOR,), True),
        (Authority.ELECTION_COMMISSION, (Role.ADMINISTRATOR,), False),
        (Authority.MAYOR, (Role.CLERK,), False),
    ],
)
def test_who_may_write_is_led_there_and_nobody_else(
    town: Town, opens: Open, authority: Authority, roles: tuple[Role, ...], *, may: bool
) -> None:
    client = sits(opens(), hire(town, "one.officer", authority=authority, roles=roles))
    assert ('href="/desk/pages"' in client.get("/desk").text) is may
    assert client.get("/desk/pages").status_code == (200 if may else 403)
    answer = sends(client, "/desk/pages/questions", text_ko="글")
    assert answer.status_code == (200 if may else 403)


def test_pages_of_the_desk_are_sound(desk: Browser, town: Town) -> None:
    says(town, Leaf.PRIVACY)
    for path in ("/desk/pages", "/desk/pages/privacy"):
        page = Page(desk.get(path).text)
        assert page.faults == []
        assert len(page.ids) == len(set(page.ids))
    refused = sends(desk, "/desk/pages/privacy", text_ko="", text_en="Only English")
    assert refused.status_code == 422
    assert 'href="#field-text_ko"' in refused.text
    assert "Only English" in refused.text


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_demos_pages_are_marked_as_nobodys_words_and_lead_somewhere(
    visitor: Visitor, town: Town, language: str
) -> None:
    with town.begin() as uow:
        sample_pages.write(uow, town.place)
    visitor.client.headers["accept-language"] = language
    marked = {"ko": "시연용으로 써 둔 글입니다", "en": "Written for the demo"}[language]
    for leaf in Leaf:
        html = visitor.opens(f"/help/{leaf.value}")
        assert marked in html
        assert unfit_words(read(html), language) == []
        main = html.partition("<main")[2].partition("</main>")[0]
        if language == "en":
            assert re.findall(r"[가-힣]", main) == []
        levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", main)]
        assert all(after - before <= 1 for before, after in pairwise(levels)), "no level is skipped"
        for link in Page(main).all("a"):
            assert visitor.client.get(str(link["href"])).status_code < 400, link
