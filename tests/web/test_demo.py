"""The demo's own pages: they exist in the demo only, and its clock jumps over nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from referendum.kernel import clock
from referendum.kernel.people import Authority, Role
from referendum.lifecycle.stages import Stage
from referendum.notices.carriers import DemoCarrier, Message
from tests.doors.browser import Browser
from tests.town import Town
from tests.web.conftest import Open
from tests.web.desk import sends, sits
from tests.web.staff import hire

SOON = timedelta(seconds=30)
"""How long after a date the clock may stand that was put forward to it: the tests run meanwhile."""


@pytest.fixture
def demo(site: Open, town: Town, database_url: str) -> Browser:
    del town
    return site(database=database_url, mode="demo")


@pytest.fixture
def called(town: Town, referendum_called: UUID) -> UUID:
    """A vote whose polls open in a minute."""
    town.waits_for("polls_open", referendum_called, seconds=-60)
    assert town.stage(referendum_called) is Stage.CALLED
    return referendum_called


def presses(demo: Browser) -> str:
    """Go to the next date; gives the page that is shown afterwards."""
    html = demo.get("/demo").text
    led = sends(demo, "/demo/clock", html=html, leap="next")
    assert led.status_code == 303
    return str(demo.get(led.headers["location"]).text)


def test_its_pages_exist_in_the_demo_only(
    site: Open, demo: Browser, town: Town, database_url: str, referendum_open: UUID
) -> None:
    client = site(database=database_url)
    assert client.get("/demo").status_code == 404
    assert client.get("/demo/outbox").status_code == 404
    assert 'href="/demo"' not in client.get("/").text, "no link leads to a page that is not there"
    measure = referendum_open
    assert 'href="/demo"' in demo.get("/").text
    html = demo.get("/demo").text
    assert demo.get("/demo/outbox").status_code == 200
    before = town.now()
    assert sends(demo, "/demo/clock", html=html, leap="day").status_code == 303
    assert (town.now() - before).days == 1
    assert sends(demo, "/demo/clock", html=html, leap="next").status_code == 303
    assert town.stage(measure) is Stage.COLLECTED
    assert town.calendar_catches_up() == [], "what is due was done with the leap"


def test_two_presses_open_the_polls_and_close_them(demo: Browser, town: Town, called: UUID) -> None:
    opened = presses(demo)
    assert town.stage(called) is Stage.VOTING
    assert "투표 마감" in opened, "the date after the opening is the closing, named at once"
    closed = presses(demo)
    assert town.stage(called) is Stage.COUNTING
    assert timedelta(0) <= town.now() - town.deadline(called, "polls_close") < SOON
    assert "투표 마감" not in closed


def test_what_is_due_happens_before_the_next_date_is_sought(
    demo: Browser, town: Town, called: UUID
) -> None:
    """The clock stands in the voting, and no worker has opened the polls yet."""
    with town.begin() as uow:
        clock.advance(uow.session, timedelta(minutes=2))
    waiting = demo.get("/demo").text
    assert "다음 날짜는" not in waiting, "no date is named that jumps over the closing"
    presses(demo)
    assert town.stage(called) is Stage.COUNTING
    assert timedelta(0) <= town.now() - town.deadline(called, "polls_close") < SOON


def test_a_message_stands_at_the_moment_that_the_demo_has(demo: Browser, town: Town) -> None:
    town.waits(days=100)
    code = Message(
        to="+821023456789",
        template="notices.code",
        language="ko",
        facts={"minutes": 5},
        about=uuid4(),
    )
    DemoCarrier(town.begin, demo=True).send(code, key="c:1")
    day = (town.now() + timedelta(hours=9)).date()
    assert f"{day.month}월 {day.day}일" in demo.get("/demo/outbox").text


def test_an_officers_mail_stands_among_the_messages_line_by_line(demo: Browser, town: Town) -> None:
    digest = Message(
        to="mayor.one@city.example",
        template="notices.digest",
        language="en",
        facts={"lines": "Overdue:\n- No. 1", "link": "https://x/desk", "choice": "https://x/m"},
        headed="notices.digest-subject",
    )
    DemoCarrier(town.begin, demo=True).send(digest, key="r:1")
    page = demo.get("/demo/outbox").text
    assert "m••••••••@city.example" in page
    assert "Overdue:<br>- No. 1" in page


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_period_ends_at_midnight_of_its_last_day_wherever_it_is_told(
    demo: Browser, town: Town, language: str, initiative_open: UUID
) -> None:
    """The clock, the first page, the measure, the desk and the record name one and the same day."""
    demo.headers["accept-language"] = language
    measure = initiative_open
    number = town.measure(measure).number
    day = town.deadline(measure, "collection_ends").astimezone(SEOUL) - timedelta(days=1)
    said = {"ko": f"{day.month}월 {day.day}일", "en": f"{day.day} {day:%B} {day.year}"}[language]
    ends = re.compile(said + {"ko": " 밤 12시", "en": ", midnight"}[language])
    ahead = ["/", "/measures", f"/measures/{number}", "/demo"]
    assert [path for path in ahead if not ends.search(demo.get(path).text)] == []
    town.waits_for("collection_ends", measure)
    town.seals()
    sits(demo, hire(town, "chair", authority=Authority.COUNCIL_CHAIR))
    over = [f"/measures/{number}", f"/desk/measures/{number}", "/record"]
    told = {path: re.sub(r"<[^>]+>", " ", demo.get(path).text) for path in over}
    assert [path for path in over if not ends.search(told[path])] == []
    # The town's clock stands still: its record was sealed at that very moment.
    assert [path for path in over[:2] if "00:00" in told[path]] == []


SEOUL = ZoneInfo("Asia/Seoul")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_it_says_who_does_what_and_by_which_clock_accounts_wait(
    demo: Browser, town: Town, language: str
) -> None:
    hire(town, "mayor.two", roles=(Role.CERTIFIER,))
    demo.headers["accept-language"] = language
    html = demo.get("/demo").text
    row = html.partition("<code>mayor.two</code>")[2].partition("</tr>")[0]
    assert {"ko": "확인·공표", "en": "ertifier"}[language] in row
    assert {"ko": "여섯 사람", "en": "has six"}[language] in html
    assert {"ko": "실제 시간으로", "en": "by the real time"}[language] in html
    assert {"ko": "메일", "en": "and email"}[language] in demo.get("/demo/outbox").text


def test_where_a_deadline_only_passes_it_promises_nothing(
    demo: Browser, referendum_sufficient: UUID
) -> None:
    """A date at which the calendar does nothing is not followed by an empty list."""
    assert referendum_sufficient
    demo.headers["accept-language"] = "en"
    html = demo.get("/demo").text.partition('id="clock"')[2].partition("</section>")[0]
    assert ("then this happens by itself" in html) is ("<li>" in html)
    assert "<ul></ul>" not in html.replace("\n", "")
