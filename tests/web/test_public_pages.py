"""The first page, the list and a measure's page, on whole stories."""

from __future__ import annotations

import pytest

from referendum.lifecycle.stages import Act, Stage
from referendum.kernel.people import Authority
from tests.town import Town
from tests.web.conftest import Open
from tests.web.reading import Page
from tests.web.visitors import Visitor, folds
from thresholds.vocabulary import Instrument


@pytest.fixture
def visitor(site: Open, town: Town, database_url: str) -> Visitor:
    return Visitor(site(database=database_url), town)


def test_an_empty_city_says_so(visitor: Visitor) -> None:
    assert "아직 진행 중인 안건이 없습니다." in visitor.opens("/")
    assert "아직 진행 중인 안건이 없습니다." in visitor.opens("/measures")


def test_a_collecting_measure_is_on_the_first_page_with_its_deadline(visitor: Visitor) -> None:
    measure = visitor.town.opens(Instrument.INITIATIVE)
    visitor.town.brings(measure, visitor.town.some(3), bad=2)
    folds(visitor.town, measure)
    html = visitor.opens("/")
    assert "도서관 야간 개관 조례" in html
    assert "심사 전 접수된 줄" in html
    assert "다음 기한: 서명 마감" in html
    page = visitor.opens("/measures/1")
    assert page
