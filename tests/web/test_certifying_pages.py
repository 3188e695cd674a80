"""The second certifier's pages: the list, the proposal, the certifying page beside it (CER-02)."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from ballots import returns, stations
from referendum.kernel.people import Authority, Role
from referendum.lifecycle import polling
from referendum.lifecycle.stages import Stage
from tests.doors.browser import Browser
from tests.town import Town
from tests.web.conftest import Open
from tests.web.desk import sends, sits
from tests.web.staff import Colleague, hire
from tests.web.test_four_eyes import version_of

CHAIR = Authority.COUNCIL_CHAIR
LIST = "/desk/proposals"


@pytest.fixture
def opens(site: Open, database_url: str) -> Open:
    return lambda **_: site(database=database_url)


@pytest.fixture
def reviewed(town: Town, initiative_open: UUID) -> UUID:
    town.reviews(initiative_open, town.some(6))
    return initiative_open


def certifier(town: Town, name: str) -> Colleague:
    return hire(town, name, authority=CHAIR, roles=(Role.CERTIFIER,))


def certified(client: Browser, colleague: Colleague, town: Town, measure: UUID) -> str:
    """The first officer certifies on the page; gives the proposal's address."""
    page = f"/desk/measures/{town.measure(measure).number}/certify"
    assert sends(client, page, code=colleague.code()).status_code == 303
    (address,) = set(re.findall(rf'href="({LIST}/[0-9a-f-]+)"', client.get(page).text))
    return str(address)


def test_it_waits_in_the_list_and_is_confirmed_from_there_with_a_fresh_code(
    opens: Open, town: Town, reviewed: UUID
) -> None:
    one, other = certifier(town, "chair.two"), certifier(town, "chair.three")
    address = certified(sits(opens(), one), one, town, reviewed)
    second = sits(opens(), other)
    assert f'{LIST}">확인을 기다리는 일 (1)' in second.get("/desk").text
    assert f'href="{address}"' in second.get(LIST).text
    html = second.get(address).text
    number = town.measure(reviewed).number
    for said in ("담당 chair.two", "충족", f"/desk/measures/{number}/certify", "날부터 셉니다"):
        assert said in html, said
    wrong = sends(second, f"{address}/confirmation", version=version_of(html), code="000000")
    assert wrong.status_code == 403
    assert town.stage(reviewed) is Stage.REVIEWED
    done = sends(second, f"{address}/confirmation", version=version_of(html), code=other.code())
    assert done.status_code == 303
    assert town.stage(reviewed) is Stage.SUFFICIENT
    assert "확인되어 처리되었습니다" in second.get(address).text
    (certificate,) = set(
        re.findall(r'href="(/certificates/[0-9a-f-]+)"', second.get(f"/measures/{number}").text)
    )
    paper = second.get(certificate).text
    assert "담당 chair.two" in paper
    assert "담당 chair.three" in paper


def test_it_is_sent_back_with_a_reason_that_the_first_one_reads(
    opens: Open, town: Town, reviewed: UUID
) -> None:
    one, other = certifier(town, "chair.two"), certifier(town, "chair.three")
    first, second = sits(opens(), one), sits(opens(), other)
    address = certified(first, one, town, reviewed)
    silent = sends(second, f"{address}/refusal", reason=" ")
    assert (silent.status_code, 'id="error-reason"' in silent.text) == (422, True)
    assert sends(second, f"{address}/refusal", reason="서명부 한 장이 빠짐").status_code == 303
    assert "서명부 한 장이 빠짐" in first.get(address).text
    page = f"/desk/measures/{town.measure(reviewed).number}/certify"
    assert "아직 없습니다" in second.get(page).text, "what was sent back counts for nothing"
    assert certified(second, other, town, reviewed) != address
    assert town.stage(reviewed) is Stage.REVIEWED


def test_a_first_certification_is_taken_back(opens: Open, town: Town, reviewed: UUID) -> None:
    one = certifier(town, "chair.two")
    client = sits(opens(), one)
    address = certified(client, one, town, reviewed)
    assert "/confirmation" not in client.get(address).text
    assert sends(client, f"{address}/withdrawal").status_code == 303
    assert certified(client, one, town, reviewed) != address


def test_ops_01_colleagues_who_do_not_certify_see_nothing_of_it(
    opens: Open, town: Town, reviewed: UUID
) -> None:
    one = certifier(town, "chair.two")
    address = certified(sits(opens(), one), one, town, reviewed)
    clerk = sits(
        opens(), hire(town, "chair.clerk", authority=CHAIR, roles=(Role.CLERK, Role.EXAMINER))
    )
    assert address not in clerk.get(LIST).text
    assert address not in clerk.get(f"/desk/measures/{town.measure(reviewed).number}").text
    assert clerk.get(address).status_code == 404
    for path in ("confirmation", "refusal", "withdrawal"):
        sent = sends(clerk, f"{address}/{path}", version="0" * 64, reason="x")
        assert sent.status_code == 404, path


def test_who_certifies_a_vote_sees_every_box_and_why_one_stands_apart(
    opens: Open, town: Town, advisory_called: UUID
) -> None:
    town.votes(advisory_called, turnout=6, votes={"yes": 5, "no": 1})
    two = hire(town, "mayor.two", authority=Authority.MAYOR, roles=(Role.CERTIFIER,))
    desk = sits(opens(), two)
    page = f"/desk/measures/{town.measure(advisory_called).number}/certify"
    html = desk.get(page).text
    assert "눈에 띄는 것이 없습니다" in html
    with town.begin() as uow:
        poll = polling.poll_of(uow.session, town.measure(advisory_called)).id
        first, *_ = boxes = stations.boxes_of(uow.session, poll)
        counter = town.officer(Authority.MAYOR)
        returns.correct_turnout(
            uow, first.id, issued=7, cast=7, reason="한 장을 빠뜨렸음", by=counter
        )
    html = desk.get(page).text
    assert f"투표함 {len(boxes)}개 가운데 1개가 눈에 띕니다" in html
    for why in ("투표한 수와 투표지 수가 다름", "고친 적 있음", "한 장을 빠뜨렸음"):
        assert why in html, why
    for district in town.districts:
        assert district.name_ko in html
