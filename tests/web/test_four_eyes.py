"""The page on which an authority sets what it leaves to one officer (OPS-01, OPS-02)."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from referendum.kernel.people import Authority, Role
from referendum.lifecycle.stages import Act
from tests.doors.browser import Browser
from tests.town import Town
from tests.web.conftest import Open
from tests.web.desk import sends, sits
from tests.web.staff import Colleague, hire

PAGE = "/desk/four-eyes"
CHAIR = Authority.COUNCIL_CHAIR
SETTLE = f"{PAGE}/settle_objections"


@pytest.fixture
def opens(site: Open, database_url: str) -> Open:
    """A browser for each officer."""
    return lambda **_: site(database=database_url)


def hires(town: Town, name: str, *roles: Role, authority: Authority = CHAIR) -> Colleague:
    return hire(town, name, authority=authority, roles=roles or (Role.ADMINISTRATOR,))


def asked(client: Browser, **fields: str) -> str:
    """The address of what was asked for."""
    answer = sends(client, SETTLE, **({"officers": "1", "reason": "담당자가 적음"} | fields))
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def version_of(html: str) -> str:
    (found,) = re.findall(r'name="version" value="([0-9a-f]{64})"', html)
    return str(found)


def confirmed(client: Browser, colleague: Colleague, address: str) -> int:
    html = client.get(address).text
    answer = sends(
        client,
        f"{address}/confirmation",
        html=html,
        version=version_of(html),
        code=colleague.code(),
    )
    return int(answer.status_code)


def test_one_administrator_asks_another_confirms_and_everybody_of_the_office_sees_it(
    opens: Open, town: Town
) -> None:
    one, other = hires(town, "chair.admin"), hires(town, "chair.admin2")
    asker, second = sits(opens(), one), sits(opens(), other)
    html = asker.get(PAGE).text
    assert f'href="{SETTLE}"' in html
    assert f'href="{PAGE}/annul"' not in html, "what ends a measure has no control"
    silent = sends(asker, SETTLE, officers="1", reason=" ")
    assert (silent.status_code, 'id="error-reason"' in silent.text) == (422, True)
    address = asked(asker)
    assert "확인을 기다립니다" in asker.get(PAGE).text
    assert "담당자가 적음" in second.get(address).text
    assert f'href="{address}"' in second.get("/desk/proposals").text
    assert "/desk/proposals" in second.get("/desk").text
    assert "(1)" in second.get("/desk").text, "it waits in the second administrator's queue"
    assert confirmed(second, other, address) == 303
    clerk = sits(opens(), hires(town, "chair.clerk", Role.CLERK))
    seen = clerk.get(PAGE).text
    assert re.search(f"담당 {one.username}[^<]*, 확인: 담당 {other.username}", seen)
    assert f'href="{SETTLE}"' not in seen, "who sets no rules has no control"
    assert confirmed(asker, one, asked(second, officers="2")) == 303
    assert "확인: " not in clerk.get(PAGE).text
    assert f'href="{address}"' in clerk.get(PAGE).text, "what was decided before stays to be read"


def test_what_is_locked_is_refused_in_words_however_it_is_sent(opens: Open, town: Town) -> None:
    client = sits(opens(), hires(town, "chair.admin"))
    page = client.get(f"{PAGE}/annul").text
    assert "<textarea" not in page
    assert "되돌릴 수 없습니다" in page
    for language, words in (("ko", "어느 기관도 한 사람에게"), ("en", "No office can leave")):
        client.headers["accept-language"] = language
        answer = sends(client, f"{PAGE}/annul", officers="1", reason="바쁨")
        assert (answer.status_code, words in answer.text) == (403, True)
    assert client.get(f"{PAGE}/record_explanation").status_code == 404, "not an act of this office"
    assert sends(client, SETTLE, officers="3", reason="바쁨").status_code == 422


def test_ops_02_whoever_is_no_administrator_of_this_office_changes_nothing(
    opens: Open, town: Town
) -> None:
    address = asked(sits(opens(), hires(town, "chair.admin")))
    clerk = sits(opens(), hires(town, "chair.clerk", Role.CLERK))
    assert clerk.get(SETTLE).status_code == 403
    assert sends(clerk, SETTLE, officers="1", reason="바쁨").status_code == 403
    assert "이 일을 확인할 역할이 없습니다" in clerk.get(address).text
    assert "<form" not in clerk.get(address).text.split("<main", 1)[1].split("</main", 1)[0]
    mayor = sits(opens(), hires(town, "mayor.admin", authority=Authority.MAYOR))
    assert mayor.get(address).status_code == 404
    assert address not in mayor.get("/desk/proposals").text
    assert "확인을 기다립니다" not in mayor.get(PAGE).text
    assert sends(mayor, f"{address}/confirmation", version="0" * 64).status_code == 404


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_only_administrator_reads_that_nobody_could_confirm(
    opens: Open, town: Town, language: str
) -> None:
    client = sits(opens(), hires(town, "chair.admin"))
    client.headers["accept-language"] = language
    words = {"ko": "다른 계정 관리자가 없습니다", "en": "no second administrator"}[language]
    assert words in client.get(PAGE).text
    assert words in client.get(SETTLE).text
    hires(town, "chair.admin2")
    assert words not in client.get(PAGE).text


def test_a_measure_is_acted_on_as_it_was_set(
    opens: Open, town: Town, initiative_open: UUID
) -> None:
    """Left to one, the act's own form does it; taken back, the form asks for confirmation."""
    one, other = hires(town, "chair.admin"), hires(town, "chair.admin2")
    asker, second = sits(opens(), one), sits(opens(), other)
    town.collects(initiative_open, town.some(5))
    town.examines(initiative_open)
    town.acts(initiative_open, Act.OPEN_INSPECTION, town.officer(CHAIR))
    town.waits_for("inspection_ends", initiative_open)
    clerk = sits(opens(), hires(town, "chair.clerk", Role.CLERK))
    path = f"/desk/measures/{town.measure(initiative_open).number}/acts/settle_objections"
    assert "두 사람이 하는 일입니다" in clerk.get(path).text
    assert confirmed(second, other, asked(asker)) == 303
    assert "두 사람이 하는 일입니다" not in clerk.get(path).text
