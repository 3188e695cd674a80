"""Sheets of signatures keyed in at the desk: what once broke, asked again by page."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from referendum.lifecycle.stages import Act
from signatures import tallying
from tests.api.test_found_in_use import PEOPLE, person
from tests.doors.browser import Browser
from tests.together import withdraws
from tests.town import Town
from tests.web.desk import sends, sits
from tests.web.handing_in import LANGUAGES, paper, read, takes_in
from tests.web.staff import Colleague
from tests.worker.office import Office
from thresholds.vocabulary import Instrument


def test_dates_of_a_sheet_are_read_as_meant_and_the_back_of_a_number_is_shown_nowhere(
    desk: Browser, colleague: Colleague, town: Town, office: Office
) -> None:
    takes_in(desk, colleague, *PEOPLE, person("K-1", "김백세", "1926-12-25", "010-2000-0007"))
    measure = town.opens(Instrument.REFERENDUM)
    day = town.now().date()
    kept = paper(
        desk,
        town,
        measure,
        f"D-1,2,박평범,801231-1,견본로 9,장항2동,{day},o",
        f"D-1,4,김백세,26.12.25,견본로 7,장항2동,{day},o",
        f"D-1,5,한내국,언젠가,견본로 9,장항2동,{day},o",
        f"D-1,6,모르는이,801231-1234567,견본로 9,장항2동,{day},o",
    )
    assert kept.status_code == 303, read(kept.text)
    town.waits_for("collection_ends", measure)
    town.acts(measure, Act.FILE, town.resident(town.some(1)[0]))
    sits(desk, colleague)
    path = f"/desk/measures/{town.measure(measure).number}/examination"
    assert sends(desk, f"{path}/run").status_code == 303
    office.empties()
    page = desk.get(path).text
    assert "4줄을 심사했습니다: 유효 2, 무효 0, 결정 대기 2." in page
    lines = re.findall(rf'href="({path}/lines/[0-9a-f-]+)"', page)
    said = [desk.get(one).text for one in lines]
    assert len(said) == 2
    asked = {"what": "search", "name": "김백세", "birth_date": "26.12.25"}
    found = sends(desk, lines[0], html=said[0], **asked)
    assert "1926-12-25" in found.text
    assert "1926-12-25" not in "".join(said)
    assert "언젠가" in "".join(said)
    assert "234567" not in "".join([page, *said])


def test_a_row_keyed_in_with_a_whole_resident_number_is_never_shown_again(
    desk: Browser, town: Town, referendum_open: UUID
) -> None:
    path = f"/desk/measures/{town.measure(referendum_open).number}/examination/paper"
    row = {"name-1": "모르는이", "birth_date-1": "801231-1234567"}
    refused = sends(desk, path, sheet="", received_on="", **row)
    assert refused.status_code == 422
    assert "1980-12-31" in refused.text, "the date that it says"
    assert "234567" not in refused.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_row_of_a_sheet_that_is_known_is_named_and_a_batch_is_taken_back_by_page(
    desk: Browser, town: Town, referendum_open: UUID, language: str
) -> None:
    desk.headers["accept-language"] = language
    day, measure = town.now().date(), referendum_open
    rows = [f"A,{row},사람{row},1980-01-0{row},견본로 1,,{day},o" for row in range(1, 5)]
    assert paper(desk, town, measure, *rows[:3]).status_code == 303
    again = paper(desk, town, measure, *rows)
    assert again.status_code == 409
    for row in range(1, 5):
        named = {"ko": f"서명부 A, {row}번째 줄", "en": f"sheet A, row {row}"}[language]
        assert (named in read(again.text)) == (row < 4)
    path = f"/desk/measures/{town.measure(measure).number}/examination/paper"
    batch = re.findall(r'name="batch" value="([0-9a-f-]{36})"', desk.get(path).text)[0]
    silent = sends(desk, f"{path}/miskeyed", batch=batch, note=" ")
    assert silent.status_code == 422
    assert sends(desk, f"{path}/miskeyed", batch=batch, note="다른 장").status_code == 303
    back = {"ko": "제외한 것을 되돌림", "en": "Put it back"}[language]
    assert back in desk.get(path).text
    assert sends(desk, f"{path}/restored", batch=batch, note=" ").status_code == 422
    assert sends(desk, f"{path}/restored", batch=batch, note="맞는 장").status_code == 303
    assert back not in desk.get(path).text
    with town.begin() as uow:
        assert tallying.exact(uow.session, town.petition(measure)).submitted == 3
    assert sends(desk, f"{path}/restored", batch=batch, note="맞는 장").status_code == 409
    assert sends(desk, f"{path}/miskeyed", batch=batch, note="다른 장").status_code == 303
    assert paper(desk, town, measure, *rows).status_code == 303
    with town.begin() as uow:
        assert tallying.exact(uow.session, town.petition(measure)).submitted == 4


def test_after_a_measure_has_ended_no_line_comes_and_no_day_moves_by_page(
    desk: Browser, colleague: Colleague, town: Town, referendum_open: UUID
) -> None:
    measure = referendum_open
    withdraws(town, measure)
    base = f"/desk/measures/{town.measure(measure).number}"
    came = paper(desk, town, measure, f"A,1,박평범,1980-12-31,견본로 1,,{town.now().date()},o")
    assert came.status_code == 409
    assert desk.get(base).text.count(f'href="{base}/deadlines/') == 0
    day = "2027-12-01"
    rests_on = {"document_number": "공고 1호", "document_day": town.now().date().isoformat()}
    given = {"day": day, "reason": "착오", **rests_on}
    moved = sends(desk, f"{base}/deadlines/collection_ends", **given, code=colleague.code())
    assert moved.status_code == 409
    assert "이미 끝난 단계의 기한" in read(moved.text)
    assert town.deadline(measure, "collection_ends").date().isoformat() != day
