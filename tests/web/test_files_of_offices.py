"""Every page that takes a file names its columns, gives one to begin from, tells all faults."""

from __future__ import annotations

import csv
import io
import re
from base64 import b64decode
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from ballots import stations
from ballots.reading import HEADINGS
from referendum.i18n.words import Words
from referendum.kernel.people import Authority
from referendum.lifecycle import locating, polling
from referendum.projects.lines import COLUMNS as PROJECT
from signatures.lines import ROWS, WRITTEN
from tests.doors.browser import Browser
from tests.town import Town
from tests.web.conftest import Open
from tests.web.desk import sends, sits
from tests.web.handing_in import LANGUAGES, looks, paper, read, upload
from tests.web.staff import hire

REGISTER_ROW = text("select quoted from register_intake where id = :intake")
FACTS = text("select facts::text from register_intake where facts is not null")
TOTALS = "/desk/register/totals"
STREETS = "/desk/register/streets"
PROJECTS = "/desk/projects"


@pytest.fixture
def canvass(site: Open, town: Town, database_url: str) -> Browser:
    clerk = hire(town, "election.one", authority=Authority.ELECTION_COMMISSION)
    return sits(site(database=database_url), clerk)


def boxes(town: Town, measure: UUID) -> list[stations.BoxView]:
    with town.begin() as uow:
        found = locating.get(uow.session, measure)
        return stations.boxes_of(uow.session, polling.poll_of(uow.session, found).id)


def table(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def taken_away(page: str) -> list[dict[str, str]]:
    """The faults as the table that the page holds."""
    (held,) = re.findall(r'href="data:text/csv;charset=utf-8;base64,([^"]+)"', page)
    heading, *rows = table(b64decode(held))
    assert len(heading) == 6
    names = ("line", "whose", "column", "value", "wrong", "right")
    return [dict(zip(names, row, strict=True)) for row in rows]


def explains(client: Browser, page: str, template: str) -> Sequence[str]:
    """The template's headings, each of which its page names with what it holds; in both languages.

    Those of the Korean page are given.
    """
    for language in ("en", "ko"):
        client.headers["accept-language"] = language
        shown = client.get(page)
        assert shown.status_code == 200
        heading, *rows = table(client.get(template).content)
        assert rows, "no example"
        assert [one for one in heading if f"<code>{one}</code>" not in shown.text] == []
        assert f'href="{template}"' in shown.text
    return heading


@pytest.mark.parametrize("page", [TOTALS, STREETS, PROJECTS])
def test_a_page_names_its_columns_and_its_template_is_read_as_it_is(
    desk: Browser, page: str
) -> None:
    template = f"{page}/template.csv"
    explains(desk, page, template)
    way, name = {
        TOTALS: (f"{TOTALS}/preview/file", "totals"),
        STREETS: (STREETS, "streets"),
        PROJECTS: (f"{PROJECTS}/preview/import", "file"),
    }[page]
    for language in LANGUAGES:
        desk.headers["accept-language"] = language
        file = desk.get(template).content
        answer = sends(desk, way, files={name: ("t.csv", file)})
        assert answer.status_code in {200, 303}, read(answer.text)
        assert "notice-danger" not in answer.text


def test_the_totals_that_hold_are_taken_away_and_known_again(desk: Browser) -> None:
    present = desk.get(f"{TOTALS}/present.csv").content
    heading, *rows = table(present)
    assert heading[:5] == ["기준연도", "제도", "구분", "행정동", "총수"]
    assert ["주민투표", "청구권자"] in [row[1:3] for row in rows]
    again = sends(desk, f"{TOTALS}/preview/file", files={"totals": ("t.csv", present)})
    faults = taken_away(again.text)
    assert len(faults) == len(rows)
    assert {one["wrong"] for one in faults} == {"이미 공표된 총수입니다. 정정만 할 수 있습니다."}
    assert [one["value"] for one in faults] == [row[4] for row in rows]


def test_faults_of_totals_are_told_at_once_with_what_is_written(desk: Browser, town: Town) -> None:
    first = town.districts[0].name_ko
    rows = (
        "기준연도,제도,구분,행정동,총수,출처,공표일",
        f"2025,주민투표,청구권자,고양시 {first},많음,공고 1호,2026. 1. 8.",
        "2025,주민선거,청구권자,없는동,5,공고 1호,2026년 13월 8일",
    )
    file = {"totals": ("totals.csv", "\n".join(rows).encode())}
    page = sends(desk, f"{TOTALS}/preview/file", files=file).text
    faults = [(one["line"], one["column"], one["value"]) for one in taken_away(page)]
    assert faults == [
        ("2", "총수", "많음"),
        ("3", "제도", "주민선거"),
        ("3", "공표일", "2026년 13월 8일"),
        ("3", "행정동", "없는동"),
    ]
    said = read(page)
    assert all(f"{line}번째 줄" in said and value in said for line, _, value in faults)
    assert "바르게 적는 법: 공고한 날" in said


def test_faults_of_projects_name_the_project(desk: Browser) -> None:
    row = "GY-1,하늘길,,교통,교통과,많이,,설계,없는동,언젠가,지어냄"
    page = sends(
        desk, f"{PROJECTS}/preview/import", files=upload(f"{','.join(PROJECT)}\n{row}\n")
    ).text
    faults = taken_away(page)
    assert {one["value"] for one in faults} == {"많이", "없는동", "언젠가"}
    assert {one["whose"] for one in faults} == {"하늘길"}
    assert "하늘길" in read(page)


def test_a_register_s_page_explains_its_columns_and_quotes_what_it_leaves_out(
    desk: Browser, town: Town
) -> None:
    page = desk.get("/desk/register").text
    assert "2026년 3월 1일" in read(page)
    assert "개인정보가 있어 여기서는 내려받을 수 없습니다" in read(page)
    rest = "KR,,,2016. 1. 1.,,,,"
    good = [f"{at},가람{at},,1990. 1. 31.,견본로 1,고양시 장항제2동,{rest}" for at in range(3)]
    wrong = f"9,나래,,1990-02-30,견본로 1,장항2동,{rest}"
    way, report = looks(desk, *good, wrong)
    (fault,) = taken_away(report)
    told = (fault["line"], fault["whose"], fault["column"], fault["value"])
    assert told == ("5", "나래", "생년월일", "1990-02-30")
    assert "나래" in read(report)
    with town.begin() as uow:
        stored = uow.session.execute(REGISTER_ROW, {"intake": UUID(way.rpartition("/")[2])}).one()
    assert "나래".encode() not in bytes(stored.quoted), "it is sealed"
    sends(desk, f"{way}/removal")
    assert "나래" not in desk.get(way).text


def test_a_register_that_is_mostly_broken_quotes_its_cells_and_keeps_none_of_them(
    desk: Browser, town: Town
) -> None:
    rest = "KR,,,2016-01-01,,,,"
    rows = [f"{at},가람{at},,생일{at},견본로 1,장항2동,{rest}" for at in range(3)]
    head = "등록번호,성명,이전성명,생년월일,주소,행정동,국적,체류자격,체류자격취득일,등록일,"
    head += "등록종료일,선거권상실일,선거권회복일,전화번호"
    sent = sends(
        desk,
        "/desk/register/preview/import",
        as_of="2027-02-01",
        mode="changes",
        files=upload("\n".join([head, *rows])),
    )
    assert sent.status_code == 422
    assert [one["value"] for one in taken_away(sent.text)] == ["생일0", "생일1", "생일2"]
    with town.begin() as uow:
        kept = uow.session.execute(FACTS).scalars().all()
    assert kept
    assert not any("생일" in one or "가람" in one for one in kept)


def test_a_sheet_is_keyed_in_by_the_rows_and_columns_that_are_printed(
    desk: Browser, town: Town, referendum_open: UUID
) -> None:
    path = f"/desk/measures/{town.measure(referendum_open).number}/examination/paper"
    form = desk.get(path).text.partition('<table class="table sheet">')[2].partition("</table>")[0]
    words = Words.load("ko")
    heads = [words(f"signatures.field.{one}") for one in ("row", *WRITTEN, "mark")]
    assert re.findall(r'<th scope="col">([^<]+)</th>', form) == heads
    assert form.count('<th scope="row">') == ROWS


def test_sheets_have_a_template_and_their_faults_name_who_signed(
    desk: Browser, town: Town, referendum_open: UUID
) -> None:
    path = f"/desk/measures/{town.measure(referendum_open).number}/examination/paper"
    heading = explains(desk, path, f"{path}/template.csv")
    file = desk.get(f"{path}/template.csv").content
    day = town.now().date()
    typed = f"{day.year}. {day.month}. {day.day}."
    taken = sends(desk, f"{path}/import", received_on=typed, files=upload(file))
    assert taken.status_code == 303, read(taken.text)
    rows = ("S,둘,솔빛,900131-1234567,견본로 1,가람동,2027-02-01,예", "S,3,하늘,,,,,글쎄")
    refused = paper(desk, town, referendum_open, *rows)
    faults = [(one["whose"], one["column"], one["value"]) for one in taken_away(refused.text)]
    assert faults == [("솔빛", "줄 번호", "둘"), ("하늘", "서명 또는 날인", "글쎄")]
    assert "1234567" not in refused.text
    assert len(heading) == 9


def test_a_plan_of_stations_has_a_template_and_all_faults_of_a_line_are_told(
    canvass: Browser, town: Town, referendum_furnished: UUID
) -> None:
    path = f"/desk/measures/{town.measure(referendum_furnished).number}/stations"
    explains(canvass, path, f"{path}/template.csv")
    first = boxes(town, referendum_furnished)[0]
    rows = (
        "행정동,번호,이름,투표권자 수,종류",
        f"{first.borough_ko} {first.district_ko},첫째,,많음,투표일 투표",
        "없는동,1,없는동 제1투표소,10,풍선",
    )
    page = sends(canvass, f"{path}/import", files=upload("\n".join(rows))).text
    faults = [(one["line"], one["whose"], one["value"]) for one in taken_away(page)]
    assert faults == [
        ("2", "", "첫째"),
        ("2", "", "많음"),
        ("2", "", ""),
        ("2", "", ""),
        ("3", "없는동 제1투표소", "없는동"),
        ("3", "없는동 제1투표소", "풍선"),
    ]


def test_columns_that_are_wrong_are_called_as_the_template_calls_them(
    canvass: Browser, town: Town, referendum_counting: UUID
) -> None:
    for name, headings in HEADINGS.items():
        assert Words.load("ko")(f"files.heading.{name}") == headings[0]
    path = f"/desk/measures/{town.measure(referendum_counting).number}/polling"
    answer = sends(canvass, f"{path}/turnout/import", files=upload("투표소,교부\n1,5\n"))
    assert "빠짐: 투표수, 투표용지 교부수, 알 수 없음: 교부" in read(answer.text)


@pytest.mark.parametrize("kind", ["turnout", "count"])
def test_returns_have_a_template_of_all_boxes_and_their_figures_so_far(
    canvass: Browser, town: Town, referendum_counting: UUID, kind: str
) -> None:
    measure = referendum_counting
    path = f"/desk/measures/{town.measure(measure).number}/polling"
    heading = explains(canvass, path, f"{path}/{kind}/template.csv")
    here = boxes(town, measure)
    lines = table(canvass.get(f"{path}/{kind}/template.csv").content)[1:]
    assert [line[1] for line in lines] == [str(box.number) for box in here]
    assert table(canvass.get(f"{path}/{kind}/present.csv").content)[1:] == []
    empty = canvass.get(f"{path}/{kind}/template.csv").content
    faults = taken_away(sends(canvass, f"{path}/{kind}/import", files=upload(empty)).text)
    assert len(faults) == len(here) * (len(heading) - 4)
    assert here[0].district_ko in faults[0]["whose"]
    if kind == "turnout":
        filled = written(heading, [[*line[:3], "5", "5", ""] for line in lines])
        taken = sends(canvass, f"{path}/{kind}/import", files=upload(filled))
        assert taken.status_code == 303, read(taken.text)
        assert table(canvass.get(f"{path}/{kind}/present.csv").content) == table(filled)


def test_a_count_is_taken_in_by_the_words_of_the_ballot_and_shown_when_all_are_there(
    canvass: Browser, town: Town, referendum_counting: UUID
) -> None:
    path = f"/desk/measures/{town.measure(referendum_counting).number}/polling"
    for kind, figures in (("turnout", ["5", "5", ""]), ("count", ["5", "3", "2", "0", ""])):
        heading, *lines = table(canvass.get(f"{path}/{kind}/template.csv").content)
        filled = written(heading, [[*line[:3], *figures] for line in lines])
        some = written(heading, [[*lines[0][:3], *figures]])
        if kind == "count":
            assert "찬성" in heading
            assert sends(canvass, f"{path}/count/import", files=upload(some)).status_code == 303
            hidden = table(canvass.get(f"{path}/count/present.csv").content)
            assert hidden[1:] == [], "no single box before all of them"
            filled = written(heading, [[*line[:3], *figures] for line in lines[1:]])
        taken = sends(canvass, f"{path}/{kind}/import", files=upload(filled))
        assert taken.status_code == 303, read(taken.text)
    shown = table(canvass.get(f"{path}/count/present.csv").content)
    assert len(shown) == len(lines) + 1


def written(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    lines: Any = io.StringIO()
    csv.writer(lines).writerows([heading, *rows])
    return str(lines.getvalue()).encode("utf-8-sig")
