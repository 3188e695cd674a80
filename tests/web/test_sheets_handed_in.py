"""Sheets are handed in by page: a list, a receipt to print, and the same list at the desk."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from referendum.lifecycle.acting import Particulars
from referendum.lifecycle.stages import Act, Stage
from signatures import handing_in
from signatures.handing_in import Sheet
from tests.doors.browser import Browser
from tests.papers import PAPER
from tests.town import Town
from tests.web.conftest import Open
from tests.web.desk import sends
from tests.web.handing_in import paper, read
from tests.web.visitors import Visitor

INITIATOR = 1


@pytest.fixture
def visitor(site: Open, town: Town, database_url: str) -> Visitor:
    return Visitor(site(database=database_url), town).is_signed_in(INITIATOR)


def handed(town: Town, measure: UUID) -> list[tuple[Sheet, ...]]:
    with town.begin() as uow:
        found = handing_in.receipts(uow.session, town.petition(measure))
        return [tuple(handing_in.sheets_of(uow.session, one.id)) for one in found]


@pytest.mark.parametrize(
    ("language", "unread", "receipt"),
    [
        ("ko", "서명부 목록의 2번째 줄을 읽을 수 없습니다.", "접수증 1호"),
        ("en", "Row 2 of the list of sheets cannot be read.", "Receipt no. 1"),
    ],
)
def test_a_representative_hands_in_a_list_and_has_a_receipt(
    visitor: Visitor, town: Town, initiative_open: UUID, language: str, unread: str, receipt: str
) -> None:
    measure, path = initiative_open, "/workspace/1/file"
    visitor.client.headers["accept-language"] = language
    town.brings(measure, town.some(4))
    town.waits_for("collection_ends", measure)
    visitor.is_signed_in(INITIATOR)
    seen = visitor.opens(path)
    wrong = visitor.sends(path, seen=seen, sheets="B-1 ~ B-3, 20\nB-4")
    assert wrong.status_code == 422
    assert unread in read(wrong.text)
    assert "B-1 ~ B-3, 20" in wrong.text, "what was typed stays to be mended"
    fewer = visitor.sends(path, seen=seen, sheets="A-1, 2")
    assert fewer.status_code == 409
    assert town.stage(measure) is Stage.COLLECTED
    filed = visitor.sends(path, seen=seen, sheets="B-1 ~ B-3, 20")
    assert filed.headers["location"] == "/workspace/1/sheets"
    assert handed(town, measure) == [
        (Sheet("A-1", 4), Sheet("B-1", 20), Sheet("B-2", 20), Sheet("B-3", 20))
    ]
    page = visitor.opens("/workspace/1/sheets")
    assert receipt in read(page)
    assert re.search(r"[0-9a-f]{64}", read(page))
    assert "/workspace/1/sheets" in visitor.opens("/workspace/1")


def test_only_what_was_handed_in_is_keyed_in_by_page(
    desk: Browser, town: Town, referendum_open: UUID
) -> None:
    measure = referendum_open
    town.collects(measure, town.some(1), sheets=[Sheet("B-1", 1)])
    day = town.now().date()
    late = paper(desk, town, measure, f"B-2,1,박평범,1980-12-31,견본로 1,,{day},o")
    assert late.status_code == 409
    assert "제출된 목록에 없는 서명부입니다: B-2" in read(late.text)
    kept = paper(desk, town, measure, f"B-1,1,박평범,1980-12-31,견본로 1,,{day},o")
    assert kept.status_code == 303, read(kept.text)
    more = paper(desk, town, measure, f"B-1,2,박평범,1980-12-31,견본로 1,,{day},o")
    assert "1줄이던 서명부가 2줄이 됩니다: B-1" in read(more.text)


def test_the_desk_registers_before_the_handing_in_and_not_after_it(
    desk: Browser, town: Town, referendum_open: UUID
) -> None:
    measure = referendum_open
    path = f"/desk/measures/{town.measure(measure).number}/examination/handed-in"
    assert "지금은 서명부를 더 접수할 수 없습니다." in read(desk.get(path).text)
    early = sends(desk, path, sheets="A-1, 20")
    assert early.status_code == 409
    assert "할 수 있는 단계: 서명 마감, 보정 중." in read(early.text)
    town.waits_for("collection_ends", measure)
    assert sends(desk, path, sheets="").status_code == 422
    assert sends(desk, path, sheets="A-1, 20\nA-2, 15").status_code == 303
    assert "접수증 1호" in read(desk.get(path).text)
    town.acts(measure, Act.FILE, town.resident(town.some(1)[0]))
    assert sends(desk, path, sheets="A-3, 20").status_code == 409
    assert handed(town, measure) == [(Sheet("A-1", 20), Sheet("A-2", 15)), ()]


def test_to_cure_a_shortfall_the_representative_registers_more(
    visitor: Visitor, town: Town, initiative_open: UUID
) -> None:
    measure, path = initiative_open, "/workspace/1/sheets"
    town.reviews(measure, town.some(3))
    visitor.is_signed_in(INITIATOR)
    assert '/workspace/1/sheets"' in visitor.opens("/workspace/1")
    assert 'name="sheets"' not in visitor.opens(path)
    given = Particulars(document=PAPER, reason="서명 수 부족")
    town.acts(measure, Act.ORDER_CURE, town.examiner_of(measure), given)
    seen = visitor.opens(path)
    assert visitor.sends(path, seen=seen, sheets="C-1, x").status_code == 422
    assert visitor.sends(path, seen=seen, sheets="C-1, 12").status_code == 303
    assert handed(town, measure)[-1] == (Sheet("C-1", 12),)
