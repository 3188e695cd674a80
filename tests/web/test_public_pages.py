"""The first page and a measure's page, as a story goes on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from referendum.kernel.people import Authority
from referendum.lifecycle.stages import Act, Stage
from tests.town import OF_A_RECALL, Town
from tests.web.conftest import Open
from tests.web.visitors import Visitor, folds
from thresholds.vocabulary import Instrument


@pytest.fixture
def visitor(site: Open, town: Town, database_url: str) -> Visitor:
    return Visitor(site(database=database_url), town)


def test_an_empty_city_says_so(visitor: Visitor) -> None:
    assert "아직 진행 중인 안건이 없습니다." in visitor.opens("/")
    assert "아직 진행 중인 안건이 없습니다." in visitor.opens("/measures")


def test_gross_lines_are_never_called_enough(visitor: Visitor) -> None:
    measure = visitor.town.opens(Instrument.INITIATIVE)
    visitor.town.brings(measure, visitor.town.some(3), bad=20)
    folds(visitor.town, measure)
    for path in ("/", "/measures/1"):
        html = visitor.opens(path)
        assert "심사 전 접수된 줄" in html
        assert "잠정" in html
        assert "목표 달성" not in html
        assert "충족" not in html
    assert "다음 기한: 서명 마감" in visitor.opens("/")
    assert "심사에서 줄어들 수 있습니다." in html


def test_after_the_examination_the_page_shows_what_stands(visitor: Visitor) -> None:
    measure = visitor.town.opens(Instrument.INITIATIVE)
    visitor.town.collects(measure, visitor.town.spread(9), bad=6)
    visitor.town.examines(measure)
    visitor.town.inspects(measure)
    folds(visitor.town, measure)
    html = visitor.opens("/measures/1")
    assert "심사를 마친 유효한 서명" in html
    assert "심사에서 줄어들 수 있습니다." not in html
    assert "ceil(528 × 1/150) = 4" in html
    assert "주민조례발안법 §5①" in html


def test_the_timeline_shows_steps_deadlines_and_their_sums(visitor: Visitor) -> None:
    measure = visitor.town.opens(Instrument.INITIATIVE)
    html = visitor.opens("/measures/1")
    assert "대표자 증명서 발급·공표" in html
    assert "시의회 의장" in html
    assert "주민조례발안법 §8①" in html, "the article of the deadline"
    assert "시의회가 조례안을 심의해 의결합니다." in html
    assert 'href="/measures/1/sign"' in html
    digest = visitor.town.measure(measure).text_sha256
    assert digest is not None
    assert digest.hex() in html


def test_what_an_authority_elsewhere_decided_is_said_to_be_recorded(visitor: Visitor) -> None:
    visitor.town.opens(Instrument.RECALL)
    html = visitor.opens("/measures/1")
    assert "그 기관의 문서를 옮겨 기록합니다" in html
    assert str(OF_A_RECALL["official"]) in html


def test_a_suspension_is_shown_with_its_article(visitor: Visitor) -> None:
    town = visitor.town
    measure = town.qualifies(Instrument.RECALL, 132)
    commission = town.officer(Authority.ELECTION_COMMISSION)
    town.acts(measure, Act.REQUEST_EXPLANATION, commission)
    day = (town.now() + timedelta(days=25)).date()
    town.calls(measure, Authority.ELECTION_COMMISSION, day=day)
    assert town.stage(measure) is Stage.CALLED
    html = visitor.opens("/measures/1")
    assert "권한행사가 정지되어 있습니다" in html
    assert "주민소환법 §21" in html
    assert "읍·면·동별 서명 지도" in html
