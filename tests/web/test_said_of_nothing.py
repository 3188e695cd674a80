"""No page states something about nothing: empty spaces, ticks where nothing was done."""

from __future__ import annotations

import re
from datetime import date
from uuid import UUID

import pytest

from referendum.kernel.people import Authority
from referendum.lifecycle.acting import Document
from referendum.lifecycle.advisory import arguing
from referendum.lifecycle.advisory.arguing import Point
from tests.town import Town
from tests.web.conftest import Open
from tests.web.visitors import Visitor
from thresholds.vocabulary import Instrument

PAPER = Document("시민참여과-7", date(2027, 2, 1))


@pytest.fixture
def visitor(site: Open, town: Town, database_url: str) -> Visitor:
    return Visitor(site(database=database_url), town)


def arguments_of(visitor: Visitor) -> str:
    html = visitor.opens("/measures/1")
    return html.partition('aria-labelledby="arguments"')[2].partition("</section>")[0]


@pytest.fixture
def called(town: Town) -> UUID:
    measure = town.drafts(Instrument.ADVISORY, by=town.officer(Authority.MAYOR))
    town.calls(measure, Authority.MAYOR)
    return measure


def writes(town: Town, measure: UUID, side: str) -> None:
    with town.begin() as uow:
        arguing.enter(
            uow,
            measure,
            option=side,
            said_by="모임",
            points=[Point("까닭", "A reason")],
            document=PAPER,
            by=town.officer(Authority.MAYOR),
        )


def test_empty_spaces_are_not_said_to_be_written_in(
    visitor: Visitor, town: Town, called: UUID
) -> None:
    town.waits_for("arguments_end", called)
    section = arguments_of(visitor)
    assert "어느 쪽도 글을 내지 않았습니다." in section
    assert "적었습니다" not in section
    assert "side" not in re.findall(r'class="([a-z-]+)"', section), "no empty boxes either"


@pytest.mark.parametrize(
    ("sides", "says"),
    [
        (("yes",), "글을 낸 쪽의 것만 실립니다"),
        (("yes", "no"), "각 쪽이 같은 크기의 자리에 적었습니다."),
    ],
)
def test_what_is_said_of_the_sides_is_so(
    visitor: Visitor, town: Town, called: UUID, sides: tuple[str, ...], says: str
) -> None:
    for side in sides:
        writes(town, called, side)
    town.waits_for("arguments_end", called)
    assert says in arguments_of(visitor)


def test_a_draft_with_open_questions_is_not_said_to_be_filled_in(
    visitor: Visitor, town: Town
) -> None:
    town.drafts(Instrument.INITIATIVE, by=town.resident(1))
    html = visitor.is_signed_in(1).opens("/workspace/1/edit")
    assert "모두 채웠습니다" not in html
    assert "아직 답하지 않은 것이" in html
    assert 'name="then" value="apply"' in html, "one may go on all the same"


def test_no_tick_stands_beside_what_is_yet_to_be_done(visitor: Visitor) -> None:
    asked = visitor.client.get("/my-signatures")
    assert asked.status_code == 303
    html = visitor.opens(str(asked.headers["location"]))
    before = html.partition("먼저 본인 확인이 필요합니다.")[0]
    assert before != html
    assert "notice-info" in before
    assert "notice-success" not in before


def test_nobody_is_sent_to_a_representative_when_it_is_too_late(
    visitor: Visitor, town: Town, initiative_open: UUID
) -> None:
    signers = town.spread(9)
    town.collects(initiative_open, signers)
    town.examines(initiative_open)
    town.inspects(initiative_open)
    town.waits(days=150)
    visitor.is_signed_in(signers[0])
    assert "종이 서명부" in visitor.opens("/my-signatures")
    html = visitor.opens("/my-signatures/1/withdraw")
    assert "대표자를 통해" not in html
    assert "서명 기간이 끝나 철회할 수 없습니다." in html


def test_who_signed_nothing_is_told_nothing_about_their_receipts(visitor: Visitor) -> None:
    html = visitor.is_signed_in(1).opens("/my-signatures")
    assert "서명한 안건이 없습니다." in html
    assert "확인증은 저장하지 않습니다" not in html
