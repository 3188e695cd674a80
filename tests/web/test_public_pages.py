"""The first page and a measure's page, as a story goes on."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest

from referendum.kernel.people import Authority
from referendum.lifecycle.advisory.answering import Decision
from referendum.lifecycle.stages import Act, Stage
from tests.papers import OF_A_RECALL
from tests.web.visitors import Visitor, folds
from thresholds.vocabulary import Instrument


def test_an_empty_city_says_so(visitor: Visitor) -> None:
    assert "아직 진행 중인 안건이 없습니다." in visitor.opens("/")
    assert "아직 진행 중인 안건이 없습니다." in visitor.opens("/measures")


def test_gross_lines_are_never_called_enough(visitor: Visitor, initiative_open: UUID) -> None:
    measure = initiative_open
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


@pytest.mark.parametrize(
    ("language", "says", "fold", "why"),
    [
        (
            "ko",
            "적어도 2 명의 서명이 더 필요합니다(필요한 서명은 모두 4명).",
            "왜 필요한 수보다 더 모아야 하나요?",
            "대표자와 수임자를 위한 수입니다.",
        ),
        (
            "en",
            "At least 2 more signatures are needed, of 4 in all.",
            "Why should more be gathered than are needed?",
            "This is for the representatives and collectors",
        ),
    ],
)
def test_how_many_are_missing_is_one_figure_and_the_others_are_explained_behind_it(
    visitor: Visitor, initiative_open: UUID, language: str, says: str, fold: str, why: str
) -> None:
    visitor.town.brings(initiative_open, visitor.town.some(1), bad=1)
    folds(visitor.town, initiative_open)
    visitor.client.headers["accept-language"] = language
    section = visitor.opens("/measures/1").partition('aria-labelledby="progress"')[2]
    before, _, after = section.partition("</section>")[0].partition("<details>")
    assert says in " ".join(re.sub(r"<[^>]+>", " ", before).split())
    assert before.count("big-number") == 1
    behind = after.partition("</details>")[0]
    assert fold in behind
    assert why in behind
    assert behind.count("<dd>") == behind.count('<p class="hint">') - 1, "a sentence for each"


def test_once_the_sheets_are_handed_in_nobody_is_told_how_many_lines_to_plan_for(
    visitor: Visitor, initiative_open: UUID
) -> None:
    planning = "줄을 계획하세요"
    assert planning in visitor.opens("/measures/1")
    visitor.town.collects(initiative_open, visitor.town.some(3), bad=2)
    html = visitor.opens("/measures/1")
    assert "심사 전의 수이며" in html
    assert planning not in html


def test_after_the_examination_the_page_shows_what_stands(
    visitor: Visitor, initiative_open: UUID
) -> None:
    measure = initiative_open
    visitor.town.collects(measure, visitor.town.spread(9), bad=6)
    visitor.town.examines(measure)
    visitor.town.inspects(measure)
    folds(visitor.town, measure)
    html = visitor.opens("/measures/1")
    assert "심사를 마친 유효한 서명" in html
    assert "심사에서 줄어들 수 있습니다." not in html
    assert "528 × 1/150 = 4 (소수점 아래는 올림)" in html
    assert "주민조례발안법 §5①" in html


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.usefixtures("initiative_open")
def test_the_representatives_certificate_and_that_of_a_result_are_told_apart(
    visitor: Visitor, language: str
) -> None:
    """What is published when signing begins is no certificate of a result."""
    visitor.client.headers["accept-language"] = language
    html = visitor.opens("/measures/1")
    begun, none = {
        "ko": ("대표자 증명서 발급·공표", "확인된 결과가 아직 없습니다."),
        "en": (
            "Issue and publish the representatives&#39; certificate",
            "No result has been certified yet.",
        ),
    }[language]
    assert begun in html
    assert none in html


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_vote_that_waits_for_its_answer_is_on_the_first_page_once(
    visitor: Visitor, advisory_declared: UUID, language: str
) -> None:
    visitor.client.headers["accept-language"] = language
    town = visitor.town
    number = town.measure(advisory_declared).number
    link = re.compile(rf'href="/measures/{number}[#"]')
    assert len(link.findall(visitor.opens("/"))) == 1
    town.waits_for("answer_due", advisory_declared)
    html = visitor.opens("/")
    assert len(link.findall(html)) == 1
    assert 'class="unanswered"' in html
    assert "아직 진행 중인 안건이 없습니다." not in html
    assert 'href="/measures"' in html


def test_the_timeline_shows_steps_deadlines_and_their_sums(
    visitor: Visitor, initiative_open: UUID
) -> None:
    measure = initiative_open
    html = visitor.opens("/measures/1")
    assert "대표자 증명서 발급·공표" in html
    assert "시의회 의장" in html
    assert "주민조례발안법 §8①" in html, "the article of the deadline"
    assert "시의회가 조례안을 심의해 의결합니다." in html
    assert 'href="/measures/1/sign"' in html
    digest = visitor.town.measure(measure).text_sha256
    assert digest is not None
    assert digest.hex() in html


@pytest.mark.usefixtures("recall_open")
def test_what_an_authority_elsewhere_decided_is_said_to_be_recorded(visitor: Visitor) -> None:
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


def test_an_area_and_an_assumed_share_are_said(visitor: Visitor) -> None:
    town = visitor.town
    part = town.districts[:2]
    town.opens(Instrument.REFERENDUM, districts=tuple(one.id for one in part))
    html = visitor.opens("/measures/1")
    assert f"<dd>{part[0].name_ko}, {part[1].name_ko}</dd>" in html
    assert "지금의 비율은 조례를 확인하지 못해 가정한 값입니다." in html


def test_a_vote_that_is_over_is_not_to_come_and_days_end_at_24(
    visitor: Visitor, advisory_called: UUID
) -> None:
    town = visitor.town
    measure = advisory_called
    before = visitor.opens("/measures/1")
    assert moments(before).count("투표일") == 1
    town.waits_for("polls_close", measure)
    after = visitor.opens("/measures/1")
    assert town.stage(measure) is Stage.COUNTING
    assert "투표일" not in moments(after)
    whole_days = re.findall(
        r'밤 12시(?:(?!moment-title).)*moment-title">([^<]+)<', after, re.DOTALL
    )
    assert "투표인명부 작성" in whole_days


def test_a_card_says_which_side_had_more_and_what_the_mayor_answered(
    visitor: Visitor, advisory_called: UUID
) -> None:
    town = visitor.town
    measure = advisory_called
    town.votes(measure, turnout=6, votes={"yes": 2, "no": 4})
    assert "더 많은 쪽" not in visitor.opens("/measures"), "not before two officers certified"
    town.certifies(measure, Authority.MAYOR)
    assert "더 많은 쪽: 반대" in said(visitor.opens("/measures"))
    assert "더 많은 쪽: 반대" in said(visitor.opens("/measures/1")), "beside each undertaking"
    town.answers(measure, Decision.FOLLOWED)
    assert "시장의 답변: 결과를 따릅니다" in said(visitor.opens("/measures"))


def said(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def moments(html: str) -> list[str]:
    return re.findall(r'class="moment-title">([^<]+)<', html)
