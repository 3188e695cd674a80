"""A vote's result: in words first, the same figures on the page and in the file, in order."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from fractions import Fraction
from uuid import UUID

import pytest
from starlette.status import HTTP_404_NOT_FOUND

from ballots.canvassing import DistrictCanvass
from referendum.roll import places
from referendum.web import press_figures, promise_pages, results
from tests.town import Town
from tests.web.reading import text_of
from tests.web.visitors import Visitor

WORDS = {
    "ko": ("찬성 쪽이 유효표의 83.33%를 얻어 {ahead}표 더 많습니다.", "투표율 50.00%"),
    "en": ("Yes has more: 83.33% of the valid votes, {ahead} votes ahead.", "Turnout 50.00%"),
}


def table_of(visitor: Visitor, number: int = 1) -> list[dict[str, str]]:
    said = visitor.client.get(f"/measures/{number}/result.csv").content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(said)))


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_outcome_stands_in_words_before_any_table(
    visitor: Visitor, advisory_declared: UUID, language: str
) -> None:
    visitor.client.headers["accept-language"] = language
    html = visitor.opens("/measures/1")
    said = text_of(html)
    ahead = 4 * len(visitor.town.districts)
    for words in WORDS[language]:
        assert words.format(ahead=ahead) in said, words
    assert html.index('class="result-bar"') < html.index('id="result-table"')
    assert "result-bar" in html
    assert advisory_declared


def test_the_file_adds_up_to_what_is_certified(visitor: Visitor, advisory_declared: UUID) -> None:
    *rows, total = table_of(visitor)
    town = visitor.town
    assert [row["district"] for row in rows] == [one.code for one in town.districts]
    assert total["district"] == press_figures.TOTAL
    for column in ("electors", "issued", "cast", "papers", "invalid", "찬성", "반대"):
        assert sum(int(row[column]) for row in rows) == int(total[column]), column
    assert total["turnout_percent"] == "50.00"
    assert advisory_declared


def test_nothing_of_it_is_there_before_two_officers_have_certified(
    visitor: Visitor, advisory_called: UUID
) -> None:
    town = visitor.town
    town.votes(advisory_called, turnout=6, votes={"yes": 5, "no": 1})
    assert visitor.client.get("/measures/1/result.csv").status_code == HTTP_404_NOT_FOUND
    assert "result-bar" not in visitor.opens("/measures/1")


def test_the_result_stands_in_the_picture_of_the_promise(
    visitor: Visitor, advisory_declared: UUID
) -> None:
    html = visitor.opens("/measures/1")
    x, y = promise_pages.spot(Fraction(1, 2), Fraction(5, 6))
    circle = re.search(r'<circle class="promise-landed" cx="(\d+)" cy="(\d+)"', html)
    assert circle is not None
    assert (int(circle[1]), int(circle[2])) == (x, y)
    assert advisory_declared


@pytest.mark.parametrize(
    ("electors", "cast", "shade"),
    [
        (None, 5, 0),
        (0, 0, 0),
        (100, 24, 1),
        (100, 25, 2),
        (99, 32, 2),
        (99, 33, 3),
        (100, 49, 3),
        (100, 50, 4),
    ],
)
def test_a_shade_changes_exactly_at_the_shares_of_the_law(
    electors: int | None, cast: int, shade: int
) -> None:
    one = DistrictCanvass(
        district_id=UUID(int=0),
        code="d1",
        name_ko="가동",
        name_en="Ga",
        boxes=1,
        electors=electors,
        issued=cast,
        cast=cast,
        papers=None,
        invalid=None,
        votes=None,
    )
    assert results.shade(one) == shade


def test_districts_stand_in_the_citys_own_order_and_not_in_that_of_an_alphabet(town: Town) -> None:
    """A list of a city begins where its own lists begin; a later district comes after them."""
    plans = [
        places.DistrictPlan(code=code, name_ko=code, name_en=code, valid_from=date(2026, 1, 1))
        for code in ("z-first", "a-second", "m-third")
    ]
    with town.begin() as uow:
        place = places.add_jurisdiction(
            uow,
            code="order",
            name_ko="차례시",
            name_en="Order",
            level="city",
            zone="Asia/Seoul",
            population=3,
            operated_by=[],
        )
        places.add_districts(uow, place.id, plans[:2])
        places.add_districts(uow, place.id, plans[2:])
        found = places.districts_on(uow.session, place.id, date(2026, 6, 1))
        assert [one.code for one in found] == ["z-first", "a-second", "m-third"]
    assert [one.position for one in found] == [1, 2, 3]


def test_goyang_begins_with_the_district_of_its_city_hall() -> None:
    plan = places.read_place()
    assert [one.name_ko for one in plan.districts[:3]] == ["주교동", "원신동", "흥도동"]
