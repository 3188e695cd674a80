"""What a ballot says, to be read beforehand: labelled, in the lot's order, from the call on."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest

from referendum.kernel.draw import Source
from referendum.kernel.people import Authority
from referendum.lifecycle.advisory import drawing
from tests.web.visitors import Visitor

PATH = "/measures/1/ballot"
LABEL = "자문투표 · 법적 구속력 없음"


def ballot(html: str) -> str:
    return html.partition('<section class="ballot')[2].partition("</section>")[0]


def options(html: str) -> list[str]:
    return re.findall(r'class="ballot-words">([^< ]+)', ballot(html))


@pytest.mark.usefixtures("referendum_open")
def test_there_is_no_ballot_before_the_call(visitor: Visitor) -> None:
    assert visitor.client.get(PATH).status_code == 404
    assert PATH not in visitor.opens("/measures/1")


def test_cer_08_an_advisory_ballot_is_labelled_and_follows_the_lot(
    visitor: Visitor, advisory_called: UUID
) -> None:
    """CER-08."""
    town, mayor = visitor.town, visitor.town.officer(Authority.MAYOR)
    measure = advisory_called
    assert f'href="{PATH}"' in visitor.opens("/measures/1")
    before = visitor.opens(PATH)
    assert LABEL in ballot(before)
    assert "견본" in ballot(before)
    assert "아직 추첨하지 않았습니다" in before
    assert options(before) == ["찬성", "반대"]
    day = (town.now() + timedelta(days=2)).date()
    with town.begin() as uow:
        drawing.commit(
            uow, measure, kind=Source.DRAND, name="default", number="5123456", day=day, by=mayor
        )
    town.waits(days=2)
    for officer in (mayor, town.officer(Authority.MAYOR)):
        with town.begin() as uow:
            drawing.enter_value(
                uow, measure, value="0a" * 32, published_in="api.drand.sh", by=officer
            )
    after = visitor.opens(PATH)
    with town.begin() as uow:
        drawn = [one["ko"] for one in drawing.options(uow.session, town.measure(measure))]
    assert options(after) == drawn
    assert sorted(drawn) == ["반대", "찬성"]
    assert "아직 추첨하지 않았습니다" not in after


@pytest.mark.usefixtures("referendum_called")
def test_a_statutory_ballot_names_its_instrument_and_carries_no_such_label(
    visitor: Visitor,
) -> None:
    html = visitor.opens(PATH)
    assert '<strong lang="ko">주민투표</strong>' in ballot(html)
    assert LABEL not in html
    assert "ballot-advisory" not in html
    english = visitor.client.get(PATH, headers={"accept-language": "en"}).text
    assert "Sample ballot" in english
    assert "Nobody can vote with this picture." in english
