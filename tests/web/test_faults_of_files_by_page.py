"""Files as offices send them, handed in at the desk: what once broke, asked again by page."""

from __future__ import annotations

from uuid import UUID

import pytest

from referendum.kernel.people import Authority
from referendum.lifecycle.stages import Stage
from tests.api.test_found_in_use import COMMAS, DAY
from tests.doors.browser import Browser
from tests.overfull import counts_more_than_electors
from tests.town import Town
from tests.web.conftest import Open
from tests.web.desk import sends, sits
from tests.web.handing_in import INTAKES, LANGUAGES, read, upload
from tests.web.staff import Colleague, hire
from thresholds.vocabulary import Instrument


def by_desk(town: Town, kind: str) -> tuple[str, dict[str, str]]:
    """Where such a file goes, and what is typed beside it."""
    if kind == "register":
        return INTAKES, {"as_of": DAY, "mode": "whole"}
    if kind == "projects":
        return "/desk/projects/preview/import", {}
    number = town.measure(town.opens(Instrument.REFERENDUM)).number
    day = town.now().date().isoformat()
    return f"/desk/measures/{number}/examination/paper/import", {"received_on": day}


PROJECTS = (
    "code,name,name_en,kind,department,total_budget,yearly_budget,stage,districts,decision_date,"
    "summary"
)
FILES = {
    **COMMAS,
    "projects": (PROJECTS, "GY-1,가상 주차장,,교통,교통과,620,100,설계,,2027-09-01,지어냄"),
}


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("ends", [",", ",,,", ", "])
def test_rows_that_all_end_in_commas_are_read(
    desk: Browser, town: Town, kind: str, ends: str
) -> None:
    head, row = FILES[kind]
    path, given = by_desk(town, kind)
    answer = sends(desk, path, files=upload(f"{head}{ends}\n{row}{ends}\n"), **given)
    assert answer.status_code in {200, 303}, read(answer.text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", FILES)
def test_a_column_without_a_heading_that_holds_something_is_named_by_its_place(
    desk: Browser, town: Town, kind: str, language: str
) -> None:
    desk.headers["accept-language"] = language
    head, row = FILES[kind]
    path, given = by_desk(town, kind)
    answer = sends(desk, path, files=upload(f"{head},\n{row},등본\n"), **given)
    assert answer.status_code == 422
    place = len(head.split(",")) + 1
    named = {"ko": f"제목 없는 {place}번째 열", "en": f"column {place}, which has no heading"}
    assert named[language] in read(answer.text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize(
    "bad", [b"\0", b"\xff\xfe\x00\xd8", b"", b'"', b"\xed\xa0\x80", b"PK\x03\x04"], ids=repr
)
def test_a_file_with_signs_that_nobody_types_is_refused_in_words(
    desk: Browser, town: Town, kind: str, bad: bytes, language: str
) -> None:
    desk.headers["accept-language"] = language
    head, row = FILES[kind]
    path, given = by_desk(town, kind)
    broken = f"{head}\n{row}".encode().replace("박".encode(), bad).replace("가".encode(), bad)
    for file in (bad, broken if bad else b"\n\n"):
        answer = sends(desk, path, files=upload(file), **given)
        assert answer.status_code in {200, 303, 422}, answer.status_code
        assert file != bad or answer.status_code == 422, read(answer.text)


@pytest.fixture
def commission(town: Town) -> Colleague:
    return hire(town, "election.one", authority=Authority.ELECTION_COMMISSION)


@pytest.fixture
def canvass(site: Open, commission: Colleague, database_url: str) -> Browser:
    return sits(site(database=database_url), commission)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["turnout", "count"])
@pytest.mark.parametrize("ends", ["", ","])
def test_a_sign_that_nobody_types_in_a_file_of_returns_is_refused_at_its_line(
    canvass: Browser, town: Town, referendum_counting: UUID, kind: str, ends: str, language: str
) -> None:
    canvass.headers["accept-language"] = language
    base = f"/desk/measures/{town.measure(referendum_counting).number}/polling"
    heads = {"turnout": "issued,cast", "count": "papers,yes,no,invalid"}
    figures = {"turnout": "5,5", "count": "5,3,2,0"}
    file = (
        f"district,station,{heads[kind]},reason{ends}\n장항2동,1,{figures[kind]},a\0b{ends}\n"
    ).encode()
    refused = sends(canvass, f"{base}/{kind}/import", files=upload(file))
    assert refused.status_code == 422
    assert {"ko": "2번째 줄", "en": "line 2"}[language] in read(refused.text).lower()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_poll_above_its_electors_is_not_certified_by_page(
    canvass: Browser,
    commission: Colleague,
    town: Town,
    referendum_furnished: UUID,
    language: str,
) -> None:
    canvass.headers["accept-language"] = language
    measure, officer = referendum_furnished, town.officer(Authority.ELECTION_COMMISSION)
    electors = counts_more_than_electors(town, measure, officer)
    sits(canvass, commission)
    path = f"/desk/measures/{town.measure(measure).number}/certify"
    refused = sends(canvass, path, code=commission.code())
    assert refused.status_code == 409
    said = read(refused.text)
    assert f"{electors + 5:,}" in said, said
    assert f"{electors:,}" in said
    assert town.stage(measure) is Stage.COUNTING
