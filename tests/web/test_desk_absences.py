"""Absence at the desk: entered, consented to, told on every page, and acted on by the deputy."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from referendum.i18n.words import Words
from referendum.identity import staff
from referendum.identity.tables import Absence
from referendum.kernel.people import Role
from referendum.lifecycle.stages import Act
from tests.doors.browser import Browser
from tests.town import Town
from tests.web.conftest import Open
from tests.web.desk import enters, sends, sits
from tests.web.reading import text_of
from tests.web.staff import Colleague, hire
from thresholds.vocabulary import Instrument

CLERK = (Role.CLERK,)


@pytest.fixture
def park(town: Town) -> Colleague:
    return hire(town, "park", roles=CLERK)


@pytest.fixture
def jung(town: Town) -> Colleague:
    return hire(town, "jung", roles=(Role.EXAMINER,))


@pytest.fixture
def away(site: Open, park: Colleague, database_url: str) -> Browser:
    """Of whoever will be away."""
    return sits(site(database=database_url), park)


@pytest.fixture
def deputy(site: Open, jung: Colleague, database_url: str) -> Browser:
    return sits(site(database=database_url), jung)


def days(town: Town, *, last: int = 2) -> dict[str, str]:
    today = (town.now() + timedelta(hours=9)).date()
    return {"first": today.isoformat(), "last": (today + timedelta(days=last)).isoformat()}


def absence_of(town: Town) -> UUID:
    with town.begin() as uow:
        return uow.session.scalars(select(Absence.id)).one()


def leaves(client: Browser, by: Colleague, deputy: Colleague, **given: str) -> None:
    made = sends(
        client,
        "/desk/absences",
        **days(by.town),
        deputy=str(deputy.id),
        code=by.code(),
        **given,
    )
    assert made.status_code == 303, text_of(made.text)


def test_whoever_leaves_names_a_deputy_and_is_told_until_they_end_it(
    away: Browser, park: Colleague, jung: Colleague, town: Town, site: Open, database_url: str
) -> None:
    stale = sends(away, "/desk/absences", **days(town), deputy=str(jung.id))
    assert (stale.status_code, 'id="error-code"' in stale.text) == (403, True)
    leaves(away, park, jung)
    again = site(database=database_url)
    enters(again, park)
    for path in ("/desk", "/desk/alarms"):
        page = text_of(again.get(path).text)
        assert "부재 중으로 등록되어 있습니다" in page
        assert "역할 없음" in page
    refused = again.get("/desk/measures/new")
    assert refused.status_code == 403
    assert "돌아왔으면 먼저 부재를 끝내세요" in text_of(refused.text)
    page = f"/desk/absences/{absence_of(town)}"
    assert "복귀하여 부재 끝내기" in again.get(page).text
    assert sends(again, f"{page}/end").status_code == 303
    assert "부재 중으로" not in again.get("/desk").text
    assert again.get("/desk/measures/new").status_code == 200


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_days_that_are_shown_are_those_of_the_place(
    away: Browser, park: Colleague, jung: Colleague, town: Town, language: str
) -> None:
    """A day begins there nine hours before the day of the same name in the database."""
    leaves(away, park, jung)
    words = Words.load(language)
    first, last = (words.date(date.fromisoformat(one)) for one in days(town).values())
    said = words("absence.span", first=first, last=last)
    for path in ("/desk/absences", f"/desk/absences/{absence_of(town)}"):
        assert said in text_of(away.get(path, headers={"accept-language": language}).text)


def test_the_deputy_sees_what_waits_and_acts_in_that_stead(
    away: Browser, deputy: Browser, park: Colleague, jung: Colleague, town: Town, drafted: UUID
) -> None:
    leaves(away, park, jung)
    queue = text_of(deputy.get("/desk").text)
    assert "대리: 담당 park, 주무관의 할 일 1건" in queue
    assert deputy.get("/desk/measures/new").status_code == 403
    taken = sends(deputy, f"/desk/absences/{absence_of(town)}/deputising")
    assert (taken.status_code, taken.headers["location"]) == (303, "/desk")
    page = text_of(deputy.get("/desk").text)
    assert "로그인: 담당 jung, 주무관" in page
    assert "담당 park (주무관) 대리" in page
    assert deputy.get("/desk/measures/new").status_code == 200
    number = town.measure(drafted).number
    done = sends(deputy, f"/desk/measures/{number}/acts/admit", code=jung.code())
    assert done.status_code == 303, text_of(done.text)
    told = text_of(deputy.get(f"/desk/measures/{number}").text)
    assert "담당 jung (주무관), 담당 park (주무관) 대리" in told
    deeds = text_of(deputy.get(f"/desk/officers/{jung.id}/acts").text)
    assert "담당 park (주무관) 대리" in deeds
    assert sends(deputy, "/desk/absences/own").status_code == 303
    assert deputy.get("/desk/measures/new").status_code == 403
    told = text_of(deputy.get(f"/desk/measures/{number}").text)
    assert "담당 jung (주무관), 담당 park (주무관) 대리" in told


def test_an_administrator_enters_it_and_a_second_one_consents(
    site: Open, jung: Colleague, town: Town, database_url: str
) -> None:
    kim = hire(town, "kim", roles=(Role.ADMINISTRATOR,))
    lee = hire(town, "lee", roles=(Role.ADMINISTRATOR,))
    choi = hire(town, "choi", roles=(Role.CERTIFIER,))
    first = sits(site(database=database_url), kim)
    second = sits(site(database=database_url), lee)
    given = {**days(town), "who": str(choi.id)}
    own = sends(first, "/desk/absences", **given, deputy=str(kim.id), code=kim.code())
    assert (own.status_code, 'id="error-deputy"' in own.text) == (403, True)
    leaves(first, kim, jung, who=str(choi.id))
    page = f"/desk/absences/{absence_of(town)}"
    assert "부재와 대리 (1)" in text_of(second.get("/desk").text)
    assert "부재와 대리 (1)" not in text_of(first.get("/desk").text)
    assert "계정 관리자의 동의를 기다림" in first.get("/desk/absences").text
    assert 'value="consent"' not in first.get(page).text
    assert sends(first, f"{page}/consent", what="consent").status_code == 403
    assert 'value="consent"' in second.get(page).text
    agreed = sends(second, f"{page}/consent", what="consent", code=lee.code())
    assert agreed.status_code == 303
    assert "대리자로 확인·공표할 수 있는 때" in second.get(page).text
    with town.begin() as uow:
        assert staff.officer_now(uow.session, choi.id).roles == frozenset()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"first": "2001-01-01"}, "first"),
        ({"last": "2001-01-01"}, "last"),
        ({"deputy": ""}, "deputy"),
        ({"first": ""}, "first"),
    ],
)
def test_what_is_wrong_stands_at_its_field(
    away: Browser,
    park: Colleague,
    jung: Colleague,
    town: Town,
    wrong: dict[str, str],
    field: str,
) -> None:
    given = {**days(town), "deputy": str(jung.id), "code": park.code(), **wrong}
    given["sure"] = "2001-01-01"
    refused = sends(away, "/desk/absences", **given)
    assert refused.status_code == 422
    assert f'id="error-{field}"' in refused.text
    assert str(jung.id) in refused.text


def test_nobody_sees_the_absences_of_another_office(
    away: Browser, park: Colleague, jung: Colleague, town: Town, site: Open, database_url: str
) -> None:
    leaves(away, park, jung)
    other = sits(site(database=database_url), hire(town, "choi", roles=(Role.CERTIFIER,)))
    assert "볼 수 있는 사람 가운데" in other.get("/desk/absences").text
    assert other.get(f"/desk/absences/{absence_of(town)}").status_code == 404
    assert sends(other, f"/desk/absences/{absence_of(town)}/deputising").status_code == 404


@pytest.fixture
def drafted(town: Town) -> UUID:
    """A petition that waits for the mayor's office to admit it."""
    measure = town.drafts(Instrument.REFERENDUM)
    town.acts(measure, Act.APPLY, town.resident(town.some(1)[0]))
    return measure
