"""What an office cannot do is not offered to its officers, and is refused on opening."""

from __future__ import annotations

from uuid import UUID

import pytest

from referendum.kernel.people import Authority, Role
from referendum.lifecycle.stages import Act
from tests.doors.browser import Browser
from tests.town import Town
from tests.web.conftest import Open
from tests.web.desk import TYPED, sends, sends_twice, sits
from tests.web.staff import Colleague, hire
from thresholds.vocabulary import DeadlineName


@pytest.fixture
def mayor(kim: Colleague, opens: Open) -> Browser:
    return sits(opens(), kim)


@pytest.fixture
def chair(town: Town, opens: Open) -> Browser:
    return sits(opens(), hire(town, "chair.one", authority=Authority.COUNCIL_CHAIR))


def at(town: Town, measure: UUID) -> str:
    return f"/desk/measures/{town.measure(measure).number}"


@pytest.mark.parametrize(
    "page", ["acts/annul", "holds", f"deadlines/{DeadlineName.COLLECTION_ENDS}"]
)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_councils_measure_offers_the_mayors_officers_nothing(
    mayor: Browser, chair: Browser, town: Town, initiative_open: UUID, page: str, language: str
) -> None:
    """An initiative is the council's: the address is refused when it is opened, in words."""
    base = at(town, initiative_open)
    assert f'href="{base}/{page}"' in chair.get(base).text
    assert chair.get(f"{base}/{page}").status_code == 200
    mayor.headers["accept-language"] = language
    assert f'href="{base}/{page}"' not in mayor.get(base).text
    refused = mayor.get(f"{base}/{page}")
    assert refused.status_code == 403
    assert "<textarea" not in refused.text
    assert 'type="file"' not in refused.text
    assert {"ko": "다른 기관", "en": "another authority"}[language] in refused.text


def test_a_halt_is_lifted_by_an_office_that_may(
    mayor: Browser, chair: Browser, town: Town, initiative_open: UUID
) -> None:
    base, hold = at(town, initiative_open), town.halts(initiative_open)
    assert f"{base}/holds/{hold}/lift" in chair.get(base).text
    assert f"{base}/holds/{hold}/lift" not in mayor.get(base).text
    assert mayor.get(f"{base}/holds/{hold}/lift").status_code == 403


def test_who_is_no_clerk_is_offered_no_act(town: Town, opens: Open, referendum_open: UUID) -> None:
    base = at(town, referendum_open)
    examiner = sits(opens(), hire(town, "mayor.five", roles=(Role.EXAMINER,)))
    shown = examiner.get(base).text
    assert f"{base}/holds" not in shown
    assert f"{base}/deadlines/" not in shown
    assert examiner.get(f"{base}/acts/{Act.ANNUL}").status_code == 403


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_form_that_only_proposes_says_so_and_what_waits_is_linked(
    mayor: Browser, kim: Colleague, town: Town, referendum_open: UUID, language: str
) -> None:
    two = {"ko": "두 사람이 하는 일입니다", "en": "This takes two people"}[language]
    waits = {"ko": "이미 다른 담당자의", "en": "for a second officer already"}[language]
    base = at(town, referendum_open)
    deadline, annul = f"{base}/deadlines/collection_ends", f"{base}/acts/annul"
    hold = town.halts(referendum_open)
    lift = f"{base}/holds/{hold}/lift"
    mayor.headers["accept-language"] = language
    sends(mayor, "/desk/confirm", code=kim.code())
    for page in (deadline, annul, lift):
        shown = mayor.get(page).text
        assert two in shown, page
        assert waits not in shown, page
    day = town.deadline(referendum_open, "collection_ends").date().isoformat()
    for page, fields in (
        (annul, TYPED),
        (lift, TYPED),
        (deadline, {**TYPED, "day": day}),
    ):
        put = sends_twice(mayor, page, **fields)
        assert put.status_code == 303, put.text
        shown = mayor.get(page).text
        assert waits in shown, page
        assert f'href="{put.headers["location"]}"' in shown, page


def test_the_answers_page_says_that_it_takes_two_and_links_what_waits(
    mayor: Browser, town: Town, advisory_declared: UUID
) -> None:
    page = f"{at(town, advisory_declared)}/answer"
    assert "두 사람이 하는 일입니다" in mayor.get(page).text
    put = sends(mayor, page, decision="followed", reasons_ko="따릅니다", **TYPED)
    assert put.status_code == 303, put.text
    assert f'href="{put.headers["location"]}"' in mayor.get(page).text
