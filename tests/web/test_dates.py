"""Days on pages: entered at the desk, seen on the measure's page, and refused while signing."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from referendum.kernel.people import Authority, Role
from referendum.lifecycle.dates import deadlines, elections
from tests.doors.browser import Browser
from tests.papers import PAPER
from tests.town import Town, seconded
from tests.web.conftest import Open
from tests.web.desk import seconds, sends, sends_twice, sits
from tests.web.reading import Page
from tests.web.staff import Colleague, hire
from tests.web.visitors import Visitor
from thresholds.vocabulary import ElectionKind

SEOUL = ZoneInfo("Asia/Seoul")
DAYS_OFF = "/desk/register/days-off"
OUTAGES = "/desk/register/outages"
DOCUMENT = {"document_number": "공고 1호", "document_day": "2027-02-01", "reason": "공고"}
DAY_OFF = {"day": "2027-05-04", "off": "yes", "title_ko": "임시공휴일", "title_en": "Day off"}
OUTAGE = {
    "from_at": "2027-02-02T23:30",
    "until_at": "2027-02-03T00:15",
    "title_ko": "정전",
    "title_en": "Power cut",
}


@pytest.fixture
def hired(town: Town) -> Colleague:
    return hire(town, "clerk", roles=(Role.CLERK,))


@pytest.fixture
def clerk(site: Open, database_url: str, hired: Colleague) -> Browser:
    return sits(site(database=database_url), hired)


@pytest.fixture
def sure(clerk: Browser, hired: Colleague) -> Browser:
    """The clerk, who has just given a code."""
    assert sends(clerk, "/desk/confirm", code=hired.code()).status_code == 303
    return clerk


def ends(town: Town, measure: UUID) -> date:
    with town.begin() as uow:
        found = deadlines.kept(uow.session, measure, "collection_ends")
        assert found is not None
        return found.day


def by_election(town: Town, *districts: int, day: date = date(2027, 4, 7)) -> None:
    with town.begin() as uow:
        elections.add(
            uow,
            day=day,
            kind=ElectionKind.BY_ELECTION,
            title_ko="보궐선거",
            title_en="By-election",
            districts=[town.districts[one].id for one in districts],
            document=PAPER,
            reason="공고",
            by=seconded(town.officer(Authority.MAYOR)),
        )


def comes(town: Town, day: date) -> None:
    noon = datetime.combine(day, time(12), SEOUL)
    town.waits(seconds=(noon - town.now()).total_seconds())


def test_a_day_off_is_entered_and_removed_at_the_desk(
    clerk: Browser, town: Town, referendum_open: UUID
) -> None:
    measure = referendum_open
    before = ends(town, measure)
    put = sends_twice(clerk, DAYS_OFF, **DAY_OFF, **DOCUMENT)
    assert ends(town, measure) == before, "nothing moves before another officer has confirmed it"
    assert "임시공휴일" in clerk.get(put.headers["location"]).text
    seconds(town, put)
    assert ends(town, measure) > before
    page = clerk.get(DAYS_OFF).text
    assert "임시공휴일" in page
    assert "공고 1호" in page
    assert sends(clerk, DAYS_OFF, **DAY_OFF, **DOCUMENT).status_code == 409
    (removal,) = re.findall(rf"({DAYS_OFF}/[0-9a-f-]+/removal)", page)
    refused = sends(clerk, removal, reason=" ", document_day="2027-02-01")
    assert (refused.status_code, "error-summary" in refused.text) == (422, True)
    (row,) = re.findall(r"([0-9a-f-]{36})/removal", removal)
    for field in ("reason", "document_number"):
        assert f'id="error-{field}-{row}"' in refused.text
    seconds(town, sends_twice(clerk, removal, **(DOCUMENT | {"document_number": "공고 2호"})))
    assert ends(town, measure) == before


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"day": ""}, "day"),
        ({"day": "9999-01-01"}, "day"),
        ({"title_ko": " "}, "title_ko"),
        ({"document_number": ""}, "document_number"),
        ({"reason": ""}, "reason"),
    ],
)
def test_a_form_that_is_not_whole_names_the_field_and_keeps_what_was_typed(
    clerk: Browser, changed: dict[str, str], field: str
) -> None:
    refused = sends(clerk, DAYS_OFF, **(DAY_OFF | DOCUMENT | changed))
    assert refused.status_code == 422
    assert f'href="#field-{field}"' in refused.text
    assert f'id="field-{field}"' in refused.text
    assert 'value="Day off"' in refused.text


def test_an_outage_is_entered_to_the_minute_and_shows_the_days_it_counts_as(
    clerk: Browser, town: Town, advisory_open: UUID
) -> None:
    measure = advisory_open
    before = ends(town, measure)
    future = sends(clerk, OUTAGES, **OUTAGE, **DOCUMENT)
    assert (future.status_code, 'href="#field-until_at"' in future.text) == (422, True)
    comes(town, date(2027, 2, 4))
    missing = sends(clerk, OUTAGES, **(OUTAGE | DOCUMENT | {"from_at": "gestern"}))
    assert (missing.status_code, 'href="#field-from_at"' in missing.text) == (422, True)
    seconds(town, sends_twice(clerk, OUTAGES, **OUTAGE, **DOCUMENT))
    assert ends(town, measure) > before
    page = clerk.get(OUTAGES).text
    assert "2027년 2월 2일 23:30부터 2027년 2월 3일 00:15" in page
    assert "하루로 센 날 2일" in page
    (removal,) = re.findall(rf"({OUTAGES}/[0-9a-f-]+/removal)", page)
    assert sends(clerk, removal, reason="").status_code == 422
    seconds(town, sends_twice(clerk, removal, **(DOCUMENT | {"document_number": "공고 2호"})))
    assert ends(town, measure) == before


@pytest.mark.parametrize("path", [DAYS_OFF, OUTAGES])
def test_only_clerks_keep_the_days(site: Open, town: Town, database_url: str, path: str) -> None:
    other = sits(site(database=database_url), hire(town, "other", roles=(Role.EXAMINER,)))
    assert other.get(path).status_code == 403
    assert sends(other, path, **(DAY_OFF | OUTAGE | DOCUMENT)).status_code == 403


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_measures_page_draws_its_days_and_lists_the_ends_by_district(
    visitor: Visitor, town: Town, language: str, referendum_open: UUID
) -> None:
    visitor.client.headers["accept-language"] = language
    measure = referendum_open
    by_election(town, 0, 1)
    comes(town, date(2027, 2, 3))
    town.halts(measure)
    html = visitor.opens("/measures/1")
    page = Page(html)
    assert page.faults == []
    assert len(page.ids) == len(set(page.ids))
    drawing = html.partition('<svg class="dates"')[2].partition("</svg>")[0]
    assert "<title" in drawing
    assert "<desc" in drawing
    assert drawing.count('class="dates-excluded" fill="url(#dates-hatch)"') == 1
    assert drawing.count('class="dates-hold"') == 1
    assert drawing.count("dates-bar dates-period") == 1
    assert drawing.count("dates-bar dates-district") == 1, "both districts end on one day"
    assert "style=" not in drawing
    table = html.partition('id="own-ends-1"')[2].partition("</table>")[0]
    district = town.districts[0]
    assert (district.name_ko if language == "ko" else district.name_en) in table
    assert ("61일 제외" if language == "ko" else "excluded, 61 days") in table
    assert f"/measures/1/calendar.ics?lang={language}" in html


def test_the_desk_shows_the_ends_by_district_and_says_what_an_override_does(
    clerk: Browser, town: Town, referendum_open: UUID
) -> None:
    assert referendum_open
    by_election(town, 0)
    html = clerk.get("/desk/measures/1").text
    assert f"{town.districts[0].name_ko}: 2027년 7월 2일" in html
    assert (
        "1개 구역의 기한이 다릅니다" in clerk.get("/desk/measures/1/deadlines/collection_ends").text
    )


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2027, 2, 6), "다시 서명할 수 있는 날: 2027년 4월 8일"),
        (date(2027, 4, 8), None),
    ],
)
def test_who_is_barred_by_an_election_is_told_until_when(
    visitor: Visitor, town: Town, day: date, why: str | None, referendum_open: UUID
) -> None:
    assert referendum_open
    by_election(town, 0)
    comes(town, day)
    visitor.is_signed_in(town.some(2)[1])
    html = visitor.opens("/measures/1/sign/consent")
    assert ("지금은 이 지역에서 서명할 수 없습니다" in html) is (why is not None)
    assert why is None or why in html
    assert ("지금 서명할 수 없는 지역이 있습니다" in visitor.opens("/measures/1")) is bool(why)
    visitor.is_signed_in(town.some(1, district=3)[0])
    assert "서명할 수 없습니다" not in visitor.opens("/measures/1/sign/consent")
    visitor.is_signed_in(town.some(1)[0])
    told = "지금 서명할 수 없는 지역이 있습니다" in visitor.opens("/workspace/1")
    assert told is bool(why), "representatives may not ask there either"


def test_where_the_period_is_over_the_page_says_so_while_it_goes_on_elsewhere(
    visitor: Visitor, town: Town, referendum_open: UUID
) -> None:
    assert referendum_open
    by_election(town, 0)
    comes(town, date(2027, 5, 5))
    visitor.is_signed_in(town.some(1, district=3)[0])
    assert "이 지역의 서명기간이 끝났습니다" in visitor.opens("/measures/1/sign/consent")
    html = visitor.opens("/measures")
    assert "(구역에 따라 2027년 7월 2일" in html
    visitor.is_signed_in(town.some(2)[1])
    assert "서명기간이 끝났습니다" not in visitor.opens("/measures/1/sign/consent")


FAR_AWAY = {
    "ko": ("오늘에서 먼 날짜입니다(1999년 5월 4일)", "날짜를 맞게 적었습니다"),
    "en": ("This day lies far from today (4 May 1999)", "The day is as I mean it"),
}


@pytest.mark.parametrize("language", list(FAR_AWAY))
def test_a_day_that_lies_far_away_is_asked_for_once_more(clerk: Browser, language: str) -> None:
    """Whoever means it ticks a box for that very day; another one is asked for anew."""
    clerk.headers["accept-language"] = language
    given = {**DAY_OFF, **DOCUMENT, "day": "1999-05-04"}
    asked = sends(clerk, DAYS_OFF, **given)
    assert asked.status_code == 422
    assert [said for said in FAR_AWAY[language] if said not in asked.text] == []
    (box,) = [one for one in Page(asked.text).all("input") if one.get("name") == "sure"]
    assert box["value"] == "day:1999-05-04"
    assert "checked" not in box
    another = sends(clerk, DAYS_OFF, **{**given, "day": "1989-05-04"}, sure=box["value"])
    assert another.status_code == 422
    assert sends(clerk, DAYS_OFF, **given, sure=box["value"]).status_code == 303


@pytest.mark.parametrize("name", ["day", "document_day"])
def test_what_is_no_day_is_told_as_such_and_stays_in_its_field(clerk: Browser, name: str) -> None:
    """A browser would show nothing in a field for days that holds none."""
    clerk.headers["accept-language"] = "en"
    refused = sends(clerk, DAYS_OFF, **{**DAY_OFF, **DOCUMENT, name: "2027-02-30"})
    assert refused.status_code == 422
    assert "this is no day of the calendar" in refused.text
    assert "is empty" not in refused.text
    (field,) = [one for one in Page(refused.text).all("input") if one.get("name") == name]
    assert (field["type"], field["value"]) == ("text", "2027-02-30")


OVERRIDE = {"day": "2027-05-13", **DOCUMENT}
DEADLINE = "/desk/measures/1/deadlines/collection_ends"


@pytest.mark.parametrize("language", ["ko", "en"])
def test_what_an_override_moves_is_shown_before_and_it_is_taken_back(
    sure: Browser, town: Town, language: str, referendum_open: UUID
) -> None:
    """Looked at, confirmed, on its page with its paper, and restored the same way."""
    sure.headers["accept-language"] = language
    before = ends(town, referendum_open)
    shown = sends(sure, DEADLINE, **OVERRIDE)
    assert (shown.status_code, ends(town, referendum_open)) == (409, before)
    assert Page(shown.text).faults == []
    told = re.sub(r"<[^>]+>|\s+", " ", shown.text)
    if language == "ko":
        assert "2027년 5월 13일" in told
        assert "아직 아무것도 바꾸지 않았습니다" in told
    else:
        assert "13 May 2027" in told
        assert "Nothing has been changed yet" in told
    assert sends(sure, DEADLINE, **OVERRIDE, seen="0" * 64).status_code == 409
    put = sends_twice(sure, DEADLINE, **OVERRIDE)
    assert (put.status_code, ends(town, referendum_open)) == (303, before), "two officers move it"
    assert put.headers["location"].startswith("/desk/proposals/")
    assert town.seconds_all() == 1
    assert ends(town, referendum_open) == date(2027, 5, 13)
    page = sure.get(DEADLINE).text
    assert "<del>" in page
    assert "공고 1호" in page
    restoration = f"{DEADLINE}/restoration"
    paper = {"document_number": "공고 2호", "document_day": "2027-02-01"}
    empty = sends(sure, restoration, reason=" ")
    assert (empty.status_code, 'href="#field-reason"' in empty.text) == (422, True)
    assert 'href="#field-document_number"' in empty.text
    assert sends(sure, restoration, **paper, reason="착오").status_code == 409
    assert sends_twice(sure, restoration, **paper, reason="착오").status_code == 303
    assert ends(town, referendum_open) == date(2027, 5, 13), "two officers take it back"
    assert town.seconds_all() == 1
    assert ends(town, referendum_open) == before


def test_a_deadline_that_stays_has_no_form(
    sure: Browser, town: Town, referendum_called: UUID
) -> None:
    assert referendum_called
    page = sure.get("/desk/measures/1/deadlines/vote_day").text
    assert "이 기한은 바꿀 수 없습니다" in page
    assert 'name="day"' not in page
    assert "/deadlines/vote_day" not in sure.get("/desk/measures/1").text
    refused = sends(sure, "/desk/measures/1/deadlines/vote_day", **OVERRIDE)
    assert (refused.status_code, 'href="#field-form"' in refused.text) == (409, True)
    assert town.deadline(referendum_called, "vote_day")


def test_lifting_a_hold_shows_what_it_moves(
    clerk: Browser, town: Town, referendum_open: UUID
) -> None:
    hold = town.halts(referendum_open)
    town.waits(days=4)
    before = ends(town, referendum_open)
    path = f"/desk/measures/1/holds/{hold}/lift"
    put = sends(clerk, path, document_number="2027구합9", document_day="2027-02-01", reason="기각")
    assert (put.status_code, ends(town, referendum_open)) == (303, before)
    shown = clerk.get(put.headers["location"]).text.partition('id="changes"')[2]
    assert "2027년 5월 4일" in shown
    assert town.seconds_all() == 2, "lifting, and a look at the halt"
    after = ends(town, referendum_open)
    assert after > before
    assert f"{after.year}년 {after.month}월 {after.day}일" in shown, "both officers saw the new day"
    assert "정지 해제" in clerk.get("/desk/measures/1").text


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_measures_page_says_why_a_date_changed_with_the_old_day_struck_through(
    visitor: Visitor, town: Town, language: str, referendum_open: UUID
) -> None:
    visitor.client.headers["accept-language"] = language
    assert referendum_open
    why = "날짜가 바뀐 까닭" if language == "ko" else "Why dates changed"
    assert why not in visitor.opens("/measures/1")
    by_election(town)
    html = visitor.opens("/measures/1")
    assert Page(html).faults == []
    assert why in html
    assert ("공직선거 등록: 보궐선거" if language == "ko" else "An election was set") in html
    old = re.findall(r"<del>.*?</del>", html)
    assert len(old) == 2
    assert ("2027년 5월 4일" if language == "ko" else "4 May 2027") in old[0]
