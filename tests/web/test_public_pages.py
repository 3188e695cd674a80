"""The first page and a measure's page, as a story goes on."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest

from referendum.kernel.people import Authority
from referendum.lifecycle.advisory.answering import Decision
from referendum.lifecycle.stages import Act, Stage
from signatures import withdrawing
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
        assert "아직 유효할 수 있는 서명" in html
        assert "잠정" in html
        assert "목표 달성" not in html
        assert "충족" not in html
    assert "다음 기한: 서명 마감" in visitor.opens("/")
    assert "심사에서 줄어들 수 있습니다." in html


def progress_of(visitor: Visitor) -> str:
    """The section of a measure's page about its signatures, as it is read."""
    section = visitor.opens("/measures/1").partition('aria-labelledby="progress"')[2]
    return section.partition("</section>")[0]


def said(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def rows_of(section: str) -> dict[str, int]:
    """The table of what was received, its last row by the name of the sum."""
    table = section.partition('id="received"')[2].partition("</table>")[0]
    cells = re.findall(r'<th scope="row">([^<]+)</th><td[^>]*>([\d,]+)</td>', table)
    return {name: int(count.replace(",", "")) for name, count in cells}


@pytest.mark.parametrize(
    ("language", "headline", "says", "total"),
    [
        (
            "ko",
            "아직 유효할 수 있는 서명 잠정 2 / 필요 4",
            r"서명이 적어도 2명 더 필요합니다. (\d+)일 남았습니다\(\d+월 \d+일 밤 12시까지\).",
            "접수한 서명 모두",
        ),
        (
            "en",
            "Signatures that may still count provisional 2 of 4 needed",
            r"2 more valid .* at least, (\d+) days left \(until \d+ [A-Z][a-z]+, midnight\).",
            "Signatures received in all",
        ),
    ],
)
def test_what_may_still_count_comes_first_and_what_is_missing_in_one_sentence(
    visitor: Visitor, initiative_open: UUID, language: str, headline: str, says: str, total: str
) -> None:
    town = visitor.town
    town.brings(initiative_open, town.some(1), bad=1)
    folds(town, initiative_open)
    visitor.client.headers["accept-language"] = language
    section = progress_of(visitor)
    before, _, after = section.partition("<details")
    assert headline in said(before)
    found = re.search(says, said(before))
    assert found
    closes = town.deadline(initiative_open, "collection_ends")
    assert int(found[1]) == (closes - timedelta(microseconds=1) - town.now()).days
    assert list(rows_of(before))[-1] == total
    assert "528 × 1/150 = 4" not in said(before), "the sum is behind the fold"
    assert "528 × 1/150 = 4" in said(after)


def test_on_the_last_day_it_says_so_and_one_is_one(visitor: Visitor, initiative_open: UUID) -> None:
    town = visitor.town
    for number in town.some(3):
        town.signs(initiative_open, number)
    folds(town, initiative_open)
    town.waits_for("collection_ends", initiative_open, seconds=-7200)
    visitor.client.headers["accept-language"] = "en"
    told = said(progress_of(visitor))
    assert "1 more valid signature is needed at least, today is the last day (until" in told
    assert "At least 1 more signature is needed." in said(visitor.opens("/"))


def test_received_is_the_sum_of_all_rows_and_never_shrinks(
    visitor: Visitor, initiative_open: UUID
) -> None:
    """What a signer takes back is still received, and is not called void."""
    town, measure = visitor.town, initiative_open
    who = town.some(3)
    for number in who:
        town.signs(measure, number)
    folds(town, measure)
    before = rows_of(progress_of(visitor))
    assert before["접수한 서명 모두"] == before["아직 유효할 수 있는 서명"] == 3
    with town.begin() as uow:
        withdrawing.withdraw(uow, town.vault, town.petition(measure), town.resident(who[0]))
    town.collects(measure, who[1:2], bad=2)
    town.examines(measure)
    town.inspects(measure)
    folds(town, measure)
    after = rows_of(progress_of(visitor))
    received = after.pop("접수한 서명 모두")
    assert received == sum(after.values()) == 6
    assert after["유효한 서명"] == 2
    assert after["철회(서명한 사람이 되돌림)"] == 1
    assert after["무효: 같은 사람의 서명이 이미 있음"] == 1
    assert not [name for name in after if "무효" in name and "철회" in name]


def test_nobody_who_only_signs_is_told_how_many_to_plan_for(
    visitor: Visitor, initiative_open: UUID
) -> None:
    html = visitor.opens("/measures/1")
    assert "계획하세요" not in html
    visitor.town.collects(initiative_open, visitor.town.some(3), bad=2)
    html = visitor.opens("/measures/1")
    assert "심사 전의 수이며" in html
    assert "일 남았습니다" not in progress_of(visitor), "nobody can sign any more"


def test_no_resident_reads_of_lines(visitor: Visitor, initiative_open: UUID) -> None:
    visitor.town.brings(initiative_open, visitor.town.some(2), bad=1)
    folds(visitor.town, initiative_open)
    for path in ("/measures/1", "/measures/1/sign", "/measures/1/what-if"):
        assert not re.search(r"(?<![가-힣])\d*줄(?!일|어|이|임|여)", said(visitor.opens(path))), (
            path
        )
        assert not re.search(r"\blines\b", said(visitor.opens(f"{path}?lang=en"))), path


def test_the_text_to_be_signed_comes_before_its_fingerprint(
    visitor: Visitor, initiative_open: UUID
) -> None:
    assert initiative_open
    html = visitor.opens("/measures/1/sign")
    text, fold = html.index("제1조(목적)"), html.index("SHA-256")
    assert html.index("<h1") < text < html.rindex("<details", 0, fold) < fold
    assert text < html.index("서명한다는 것")


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
        "ko": ("대표자 증명서를 발급·공표함", "확인된 결과가 아직 없습니다."),
        "en": (
            "Representatives&#39; certificate issued and published",
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
    assert "대표자 증명서를 발급·공표함" in html
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
    assert "투표인명부를 작성함" in whole_days


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


def moments(html: str) -> list[str]:
    return re.findall(r'class="moment-title">([^<]+)<', html)
