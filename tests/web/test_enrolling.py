"""Enrolling for a vote on its pages and at the desk: the way there, and what is never told."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import event, func, select, update

from referendum.identity import codes
from referendum.identity.masking import NO_ONE
from referendum.identity.tables import Challenge, SessionRow
from referendum.kernel.people import Authority, Role
from referendum.lifecycle.enrolment.tables import Enrolment, StandingEnrolment
from tests.doors.browser import Browser
from tests.entering import meant
from tests.lifecycle.enrolment.enrolling import all_enrol, calls_by_enrolment, enrols
from tests.town import Town
from tests.web.conftest import Open
from tests.web.desk import sends, sits
from tests.web.reading import Page
from tests.web.staff import hire
from tests.web.visitors import Visitor, identity_of, phone_of, registers_phone

HERE = "/measures/1/enrol"
LABEL = "자문투표 · 법적 구속력 없음"


@pytest.fixture
def measure(enrolment_called: UUID) -> UUID:
    return enrolment_called


def asks(visitor: Visitor, phone: int = 1) -> str:
    """Have a code sent; gives the address of the page that takes it."""
    response = visitor.sends(HERE, seen=visitor.opens(HERE), phone=phone_of(phone))
    assert response.status_code == 303, response.text
    return str(response.headers["location"])


def proves(visitor: Visitor, phone: int = 1) -> str:
    page = asks(visitor, phone)
    code = codes.derive(visitor.town.vault, UUID(page.rpartition("/")[2]))
    response = visitor.sends(f"{page}/code", seen=visitor.opens(page), code=code)
    assert response.status_code == 303, response.text
    return page


def fills_in(visitor: Visitor, page: str, **changed: str) -> httpx2.Response:
    given = {
        "name": "낯선이",
        "birth_date": "19900505",
        "district": str(visitor.town.districts[0].id),
        "nationality": "korean",
        "lives_there": "yes",
        "of_age": "yes",
        "consent": "yes",
    }
    return visitor.sends(page, seen=visitor.opens(page), **(given | changed))


def count(town: Town, table: Any) -> int:
    with town.begin() as uow:
        return uow.session.scalar(select(func.count()).select_from(table)) or 0


def test_from_the_measures_page_to_what_was_received(visitor: Visitor, measure: UUID) -> None:
    html = visitor.opens("/measures/1")
    assert f'href="{HERE}"' in html
    assert "먼저 스스로 등록해야 합니다" in html
    html = visitor.opens(HERE)
    assert "누구인지, 어디에 사는지는 보여 주지 않습니다" in html
    assert "본인임을 증명" not in html
    page = proves(visitor)
    html = visitor.opens(page)
    assert not re.search(r'type="checkbox"[^>]* checked', html)
    response = fills_in(visitor, page)
    assert response.headers["location"] == page
    html = visitor.opens(page)
    assert "등록을 접수했습니다" in html
    assert "낯선이" in html
    assert "1명 등록" in visitor.opens("/measures/1")
    assert count(visitor.town, StandingEnrolment) == 1
    with visitor.town.begin() as uow:
        assert meant(uow.session, visitor.town.vault) == [NO_ONE]
    assert measure


def test_an_expired_code_is_replaced_at_one_press(visitor: Visitor, measure: UUID) -> None:
    assert measure
    page = asks(visitor)
    seen = visitor.opens(page)
    with visitor.town.begin() as uow:
        long_ago = Challenge.created_at - timedelta(seconds=1)
        uow.session.execute(update(Challenge).values(expires_at=long_ago))
    over = visitor.sends(f"{page}/code", seen=seen, code="123456")
    assert (over.status_code, f'action="{page}/anew"' in over.text) == (410, True)
    newer = visitor.sends(f"{page}/anew", seen=over.text).headers["location"]
    code = codes.derive(visitor.town.vault, UUID(newer.rpartition("/")[2]))
    answer = visitor.sends(f"{newer}/code", seen=visitor.opens(newer), code=code)
    assert answer.headers["location"] == newer != page


def test_every_page_says_what_kind_of_vote_it_is(visitor: Visitor, measure: UUID) -> None:
    """CER-08 on the pages of enrolling, from the number to what was received."""
    assert measure
    shown = [visitor.opens(HERE), visitor.opens(asks(visitor, 2))]
    page = proves(visitor)
    shown.append(visitor.opens(page))
    fills_in(visitor, page)
    shown.append(visitor.opens(page))
    for html in shown:
        assert LABEL in html
        assert f"<title>[{LABEL}]" in html
        assert "주민투표" not in html.partition("<main")[2].partition("</main>")[0]
        assert Page(html).faults == []


def test_taking_it_back_with_the_same_phone_in_another_browser(
    visitor: Visitor, measure: UUID, site: Open, database_url: str
) -> None:
    assert measure
    fills_in(visitor, proves(visitor))
    later = Visitor(site(database=database_url), visitor.town)
    page = proves(later)
    html = later.opens(page)
    assert "등록 철회하기" in html
    assert later.sends(f"{page}/withdraw", seen=html).headers["location"] == page
    html = later.opens(page)
    assert "등록을 철회했습니다" in html
    assert "등록할 내용을 적어 주세요" in html
    assert count(visitor.town, StandingEnrolment) == 0
    again = later.sends(f"{page}/withdraw", seen=html)
    assert again.status_code == 303
    assert "철회할 등록이 없습니다" in later.opens(page)


def test_otp_16_a_second_enrolment_is_told_the_same(
    visitor: Visitor, measure: UUID, site: Open, database_url: str
) -> None:
    """OTP-16: by name or by phone, and whether or not the register knows somebody."""
    enrols(visitor.town, measure, 99, name="먼저온이")
    texts = []
    for number, name in enumerate(("먼저온이", "처음온이"), 1):
        browser = Visitor(site(database=database_url), visitor.town)
        page = proves(browser, number)
        response = fills_in(browser, page, name=name)
        assert response.status_code == 303
        told = browser.opens(page).replace(name, "#")
        texts.append(re.sub(r"[0-9a-f]{64}|[0-9a-f]{8}-[0-9a-f-]{27}", "#", told))
    tokens = re.compile(r'name="csrf" value="[^"]*"|data-request="[^"]*"')
    assert tokens.sub("", texts[0]) == tokens.sub("", texts[1])
    assert count(visitor.town, StandingEnrolment) == 2
    assert count(visitor.town, Enrolment) == 3


def test_the_register_is_not_looked_at(visitor: Visitor, measure: UUID) -> None:
    """Whoever the register knows goes the same way as a stranger, and no statement reads it."""
    assert measure
    registers_phone(visitor.town, 30)
    name, born = identity_of(30)
    services = cast("Any", visitor.client.app).state.pages.services
    read: list[str] = []

    def hears(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        del connection, cursor, rest
        read.append(statement)

    event.listen(services.engine, "before_cursor_execute", hears)
    page = proves(visitor, 30)
    assert fills_in(visitor, page, name=name, birth_date=born.isoformat()).status_code == 303
    visitor.opens(page)
    assert any("enrolment" in statement for statement in read)
    assert [one for one in read if re.search(r"\b(residence|person|former_name)\b", one)] == []


def test_otp_04_a_code_for_one_vote_or_for_signing_in_is_good_for_nothing_else(
    visitor: Visitor, measure: UUID
) -> None:
    """OTP-04: bound to the vote, the purpose and the browser."""
    other = calls_by_enrolment(visitor.town)
    page = asks(visitor)
    challenge = page.rpartition("/")[2]
    code = codes.derive(visitor.town.vault, UUID(challenge))
    seen = visitor.opens(page)
    elsewhere = visitor.sends(f"/measures/2/enrol/{challenge}/code", seen=seen, code=code)
    assert elsewhere.status_code == 404
    signing_in = visitor.sends(f"/sign-in/{challenge}", seen=seen, code=code, next="/")
    assert signing_in.status_code == 404
    assert count(visitor.town, SessionRow) == 0
    assert visitor.sends(f"{page}/code", seen=seen, code=code).status_code == 303
    assert visitor.client.get(f"/measures/2/enrol/{challenge}").status_code == 404
    assert fills_in(visitor, page).status_code == 303
    assert {measure} == _enrolled_for(visitor.town), other


def _enrolled_for(town: Town) -> set[UUID]:
    with town.begin() as uow:
        return set(uow.session.scalars(select(Enrolment.measure_id)))


def test_without_the_code_nothing_is_enrolled_and_nothing_shown(
    visitor: Visitor, measure: UUID, site: Open, database_url: str
) -> None:
    page = asks(visitor)
    seen = visitor.opens(page)
    refused = visitor.sends(page, seen=seen, name="낯선이", birth_date="19900505")
    assert refused.status_code == 404
    wrong = visitor.sends(f"{page}/code", seen=seen, code="000000")
    assert wrong.status_code in {401, 429}
    assert 'href="#field-code"' in wrong.text
    assert visitor.sends(f"{page}/again", seen=seen).status_code == 303
    assert visitor.sends(f"{page}/longer", seen=seen).status_code == 303
    stranger = Visitor(site(database=database_url), visitor.town)
    stranger.opens(HERE)
    assert stranger.client.get(page).status_code == 404
    assert count(visitor.town, Enrolment) == 0
    assert measure


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": " "}, "name"),
        ({"birth_date": "어제"}, "birth_date"),
        ({"birth_date": "20150505"}, "birth_date"),
        ({"district": ""}, "district"),
        ({"district": "여기"}, "district"),
        ({"nationality": ""}, "nationality"),
        ({"nationality": "foreign"}, "status"),
        ({"lives_there": ""}, "lives_there"),
        ({"of_age": ""}, "of_age"),
        ({"consent": ""}, "consent"),
    ],
)
def test_a_fault_names_its_field_and_keeps_what_was_typed(
    visitor: Visitor, measure: UUID, changed: dict[str, str], field: str
) -> None:
    assert measure
    response = fills_in(visitor, proves(visitor), **changed)
    assert response.status_code == 422
    assert f'href="#field-{field}"' in response.text
    assert f'id="field-{field}"' in response.text
    if field != "name":
        assert 'value="낯선이"' in response.text
    assert count(visitor.town, Enrolment) == 0


def test_all_that_is_missing_is_said_at_once(visitor: Visitor, measure: UUID) -> None:
    assert measure
    page = proves(visitor)
    html = visitor.sends(page, seen=visitor.opens(page)).text
    wanted = ("name", "birth_date", "district", "nationality", "lives_there", "of_age", "consent")
    assert [field for field in wanted if f'href="#field-{field}"' not in html] == []


def test_what_cannot_be_read_is_said_together_with_what_is_missing(
    visitor: Visitor, measure: UUID
) -> None:
    assert measure
    unread = {"birth_date": "어제", "district": "여기"}
    html = fills_in(visitor, proves(visitor), name="", **unread).text
    wanted = ("name", "birth_date", "district")
    assert [field for field in wanted if f'href="#field-{field}"' not in html] == []
    assert count(visitor.town, Enrolment) == 0


def test_a_number_that_no_code_can_go_to(visitor: Visitor, measure: UUID) -> None:
    assert measure
    for number in ("", "02-123-4567"):
        response = visitor.sends(HERE, seen=visitor.opens(HERE), phone=number)
        assert response.status_code == 422
        assert 'href="#field-phone"' in response.text


def test_after_the_base_day_the_page_says_so_and_takes_nothing(
    visitor: Visitor, measure: UUID
) -> None:
    page = proves(visitor)
    seen = visitor.opens(page)
    enrols(visitor.town, measure, 50)
    visitor.town.waits_for("roll_base", measure)
    assert "등록 기간이 끝났습니다" in visitor.opens(HERE)
    assert "등록 기간이 끝났습니다" in visitor.opens("/measures/1")
    late = visitor.sends(page, seen=seen, name="낯선이", birth_date="19900505")
    assert late.status_code == 409
    assert visitor.sends(HERE, seen=seen, phone=phone_of(3)).status_code == 409
    assert visitor.sends(f"{page}/withdraw", seen=seen).status_code == 409
    assert count(visitor.town, Enrolment) == 1


@pytest.mark.usefixtures("initiative_open")
def test_where_the_register_decides_there_is_no_such_page(visitor: Visitor) -> None:
    assert visitor.client.get(HERE).status_code == 404
    assert HERE not in visitor.opens("/measures/1")


def test_sig_08_the_page_hides_small_districts(visitor: Visitor, measure: UUID) -> None:
    """SIG-08: no small cell, and never a name."""
    all_enrol(visitor.town, measure, range(1, 9))
    enrols(visitor.town, measure, 20, district=visitor.town.districts[1].id)
    html = visitor.opens(HERE)
    assert "9명 등록" in html
    row = re.findall(rf"{visitor.town.districts[1].name_ko}</th><td[^>]*>([^<]*)<", html)
    assert row == ["표시 안 함"]
    assert "낯선이" not in html


def test_may_i_does_not_answer_for_a_vote_that_one_enrols_for(
    visitor: Visitor, measure: UUID
) -> None:
    title = visitor.town.measure(measure).title_ko
    assert title
    html = visitor.is_signed_in(1).opens("/may-i")
    (told,) = [one for one in html.split("</li>") if f"{title}</a></h3>" in one]
    assert "투표할 수 있습니다" not in told
    assert "주민 기록으로는 알 수 없습니다." in told
    assert 'href="/measures/1/enrol"' in told
    visitor.town.waits_for("roll_base", measure)
    (told,) = [one for one in visitor.opens("/may-i").split("</li>") if f"{title}</a></h3>" in one]
    assert 'href="/measures/1/enrol"' not in told, "nobody enrols any more"


# The desk


@pytest.fixture
def desk(site: Open, town: Town, database_url: str, measure: UUID) -> Browser:
    assert measure
    clerk = hire(town, "mayor.clerk", authority=Authority.MAYOR, roles=(Role.CLERK,))
    return sits(site(database=database_url), clerk)


def counter(town: Town, **changed: str) -> dict[str, str]:
    given = {
        "seen": "주민등록증",
        "name": "폰없는이",
        "birth_date": "19500505",
        "district": str(town.districts[0].id),
        "nationality": "korean",
        "lives_there": "yes",
        "of_age": "yes",
        "consent": "yes",
    }
    return given | changed


def test_otp_14_at_the_desk_no_phone_is_needed(desk: Browser, town: Town) -> None:
    """OTP-14: enrolled at the counter, and taken back there."""
    path = "/desk/measures/1/enrol"
    assert f'href="{path}"' in desk.get("/desk/measures/1").text
    html = desk.get(path).text
    assert LABEL in html
    response = sends(desk, path, html=html, **counter(town))
    assert response.headers["location"] == path
    assert "창구에서 등록했습니다" in desk.get(path).text
    assert count(town, StandingEnrolment) == 1
    sends(desk, path, html=html, **counter(town))
    assert "창구에서 한 등록이 이미 있습니다" in desk.get(path).text
    gone = {"gone_name": "폰없는이", "gone_birth_date": "19500505"}
    sends(desk, f"{path}/withdraw", html=html, **gone)
    assert count(town, StandingEnrolment) == 0
    again = sends(desk, f"{path}/withdraw", html=html, **gone)
    assert again.status_code == 409
    assert 'href="#field-gone_name"' in again.text


@pytest.mark.parametrize("field", ["seen", "name", "birth_date", "district"])
def test_at_the_desk_too_a_fault_names_its_field(desk: Browser, town: Town, field: str) -> None:
    path = "/desk/measures/1/enrol"
    response = sends(desk, path, html=desk.get(path).text, **counter(town, **{field: ""}))
    assert response.status_code == 422
    assert f'href="#field-{field}"' in response.text
    assert count(town, Enrolment) == 0


def test_nowhere_the_back_of_a_resident_number_is_shown_again(
    visitor: Visitor, desk: Browser, town: Town, measure: UUID
) -> None:
    assert measure
    wrong = {"birth_date": "900505-1234567", "district": ""}
    html = fills_in(visitor, proves(visitor), **wrong).text
    path = "/desk/measures/1/enrol"
    html += sends(desk, path, html=desk.get(path).text, **counter(town, **wrong)).text
    gone = {"gone_name": "", "gone_birth_date": wrong["birth_date"]}
    html += sends(desk, f"{path}/withdraw", html=desk.get(path).text, **gone).text
    assert html.count('value="1990-05-05"') == 3
    assert "234567" not in html


def test_the_desk_closes_with_the_roll(desk: Browser, town: Town, measure: UUID) -> None:
    path = "/desk/measures/1/enrol"
    html = desk.get(path).text
    enrols(town, measure, 1)
    town.waits_for("roll_base", measure)
    assert "등록 기간이 끝났습니다" in desk.get(path).text
    assert sends(desk, path, html=html, **counter(town)).status_code == 410


@pytest.mark.parametrize(
    ("authority", "role"),
    [(Authority.MAYOR, Role.EXAMINER), (Authority.COUNCIL_CHAIR, Role.CLERK)],
)
def test_another_officer_enrols_nobody(
    site: Open, town: Town, database_url: str, measure: UUID, authority: Authority, role: Role
) -> None:
    assert measure
    other = sits(
        site(database=database_url), hire(town, "other.one", authority=authority, roles=(role,))
    )
    assert other.get("/desk/measures/1/enrol").status_code == 403
    refused = sends(other, "/desk/measures/1/enrol", **counter(town))
    assert refused.status_code == 403
    assert count(town, Enrolment) == 0
