"""What real use broke once, asked again by page: forms and uploads as offices send them.

The interface's side of the same is tests/api/test_found_in_use.py; the inputs are shared with it.
"""

from __future__ import annotations

import html
import re
import unicodedata
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest

from ballots import returns, stations
from ballots.tables import Kind
from referendum.identity import codes
from referendum.kernel.people import Authority
from referendum.lifecycle import locating, polling
from referendum.lifecycle.stages import Act, Stage
from signatures import tallying
from tests.api.test_found_in_use import DAY, PEOPLE, REGISTER, SHEET, person
from tests.doors.browser import Browser
from tests.town import Town
from tests.web.conftest import Open
from tests.web.desk import sends, sits
from tests.web.reading import csrf_of
from tests.web.staff import Colleague, hire
from tests.web.visitors import Visitor, folds
from tests.worker.office import Office
from thresholds.vocabulary import Instrument

INTAKES = "/desk/register/preview/import"
CONSENTS = dict.fromkeys(("purpose", "sensitive", "retention"), "yes")
LANGUAGES = ("ko", "en")


@pytest.fixture
def colleague(town: Town) -> Colleague:
    return hire(town, "officer")


@pytest.fixture
def desk(site: Open, colleague: Colleague, database_url: str) -> Browser:
    return sits(site(database=database_url), colleague)


def upload(data: bytes | str) -> dict[str, Any]:
    return {"file": ("file.csv", data.encode() if isinstance(data, str) else data)}


def looks(desk: Browser, *rows: str, head: str = REGISTER) -> tuple[str, str]:
    """The report on a register's file: its address and what it says."""
    sent = sends(desk, INTAKES, as_of=DAY, files=upload("\n".join([head, *rows, ""])))
    assert sent.status_code == 303, read(sent.text)
    way = sent.headers["location"]
    return way, desk.get(way).text


def takes_in(desk: Browser, colleague: Colleague, *rows: str, head: str = REGISTER) -> str:
    """The file is looked at, confirmed with a fresh code, and in."""
    way, report = looks(desk, *rows, head=head)
    given = dict(re.findall(r'name="(version)" value="([^"]+)"', report))
    done = sends(desk, f"{way}/import", **given, code=colleague.code())
    assert done.status_code == 303, read(done.text)
    assert "notice-success" in desk.get(way).text
    return report


def read(page: str) -> str:
    """The words of a page, as somebody reads them."""
    main = page.partition("<main")[2].partition("</main>")[0] or page
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def asks(visitor: Visitor, name: str, born: str, phone: str) -> Any:
    way = "/measures/1/sign/consent"
    seen = visitor.opens(f"/sign-in?next={way}")
    who = {"name": name, "birth_date": born, "phone": phone}
    return visitor.sends("/sign-in", seen=seen, next=way, **who)


def arrives(visitor: Visitor, name: str, born: str, phone: str) -> str:
    """Signed in with a code as the words were typed; gives the page that asks for consent."""
    asked = asks(visitor, name, born, phone)
    assert asked.status_code == 303, read(asked.text)
    page = asked.headers["location"]
    challenge = UUID(re.findall(r"[0-9a-f-]{36}", page)[0])
    code = codes.derive(visitor.town.vault, challenge)
    came = visitor.types(page, code, way="/measures/1/sign/consent")
    assert came.status_code == 303, f"{name} is not recognised: {read(came.text)}"
    return visitor.opens(came.headers["location"])


def signs(visitor: Visitor, seen: str) -> str:
    agreed = visitor.sends("/measures/1/sign/consent", seen=seen, **CONSENTS)
    done = visitor.sends("/measures/1/sign", seen=agreed.text, **CONSENTS)
    return read(done.text)


# Who somebody is


@pytest.mark.parametrize(
    ("name", "born", "phone"),
    [
        ("Đặng Thị Lan", "1990-03-04", "010-2000-0001"),
        (unicodedata.normalize("NFD", "Đặng Thị Lan"), "1990.3.4", "010 2000 0001"),
        ("OʼBrien Sean", "1985-05-06", "010-2000-0002"),
        ("O’Brien Sean", "850506", "０１０-2000-0002"),
        ("Yıldız Irmak", "1988-07-08", "010-2000-0003"),
        ("한내국", "1982-12-31", "010-2000-0011"),
        ("김숫자", "1980-01-02", "010-2000-0099"),
        ("김백세", "26.12.25", "010-2000-0007"),
    ],
)
def test_people_sign_by_page_however_their_keyboard_and_their_register_write(
    desk: Browser, colleague: Colleague, visitor: Visitor, name: str, born: str, phone: str
) -> None:
    """Among them one whom the register calls a national by another word than KR."""
    digits = person("P-2", "김숫자", "1980-01-02", "010-２０００-0099")
    oldest = person("K-1", "김백세", "1926-12-25", "010-2000-0007")
    takes_in(desk, colleague, *PEOPLE, digits, oldest)
    visitor.town.opens(Instrument.INITIATIVE)
    assert "서명했습니다" in signs(visitor, arrives(visitor, name, born, phone))


def test_who_left_and_came_back_under_another_number_signs_by_page(
    desk: Browser, colleague: Colleague, visitor: Visitor
) -> None:
    takes_in(desk, colleague, *PEOPLE)
    visitor.town.opens(Instrument.INITIATIVE)
    back = person("N-77", "박평범", "1980-12-31", "010-2000-0009")
    rest = [row for row in PEOPLE if not row.startswith("K-3")]
    takes_in(desk, colleague, *rest, back.replace("2016-01-01", "2027-01-24"))
    arrives(visitor, "박평범", "1980-12-31", "010-2000-0009")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("phone", ["010-200-0009", "010-1000-0000", "02-123-4567", "\0"])
@pytest.mark.usefixtures("initiative_open")
def test_a_phone_that_nobody_has_is_refused_at_its_field_and_noted_in_a_file(
    desk: Browser, colleague: Colleague, visitor: Visitor, phone: str, language: str
) -> None:
    assert colleague
    visitor.client.headers["accept-language"] = language
    refused = asks(visitor, "김전화", "1980-01-02", phone)
    assert refused.status_code == 422
    assert 'id="error-phone"' in refused.text or phone == "\0"
    if phone.startswith("010"):
        desk.headers["accept-language"] = language
        _, report = looks(desk, *PEOPLE, person("P-1", "김전화", "1980-01-02", phone))
        assert {"ko": "전화번호", "en": "phone"}[language] in read(report).lower()
        assert "phone-unusable" not in report


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_number_in_two_unicode_forms_is_refused_at_both_its_lines(
    desk: Browser, colleague: Colleague, language: str
) -> None:
    desk.headers["accept-language"] = language
    rows = [person(f"가-10{at}", "홍길동", "1980-01-02", "") for at in range(1, 6)]
    report = takes_in(desk, colleague, *rows, unicodedata.normalize("NFD", rows[0]))
    said = read(report)
    for line in (2, 7):
        assert {"ko": f"{line}번째 줄", "en": f"line {line}"}[language] in said.lower(), said
    assert "repeated" not in report
    _, again = looks(desk, *(unicodedata.normalize("NFD", row) for row in rows[1:]))
    assert "notice-danger" not in again, "the same four people, and nobody ends"


def test_the_21st_code_from_one_address_is_slower_and_not_refused(
    desk: Browser, colleague: Colleague, visitor: Visitor
) -> None:
    crowd = [
        person(f"C-{at}", f"이웃{chr(0xAC00 + at)}", "1980-01-02", f"010-2{at:03d}-0001")
        for at in range(22)
    ]
    takes_in(desk, colleague, *crowd)
    visitor.town.opens(Instrument.INITIATIVE)
    for at in range(22):
        asked = asks(visitor, f"이웃{chr(0xAC00 + at)}", "1980-01-02", f"010-2{at:03d}-0001")
        assert asked.status_code == 303, f"{at + 1}: {read(asked.text)}"


def test_pressing_sign_again_and_again_leaves_one_line(
    desk: Browser, colleague: Colleague, visitor: Visitor
) -> None:
    takes_in(desk, colleague, *PEOPLE)
    measure = visitor.town.opens(Instrument.INITIATIVE)
    seen = arrives(visitor, "박평범", "1980-12-31", "010-2000-0009")
    assert "서명했습니다" in signs(visitor, seen)
    folds(visitor.town, measure)
    before = read(visitor.opens("/measures/1"))
    for _ in range(4):
        answer = visitor.sends("/measures/1/sign", seen=seen, **CONSENTS)
        assert "이미 서명하셨습니다" in answer.text
    folds(visitor.town, measure)
    assert read(visitor.opens("/measures/1")) == before


# Files


def by_desk(town: Town, kind: str) -> tuple[str, dict[str, str]]:
    """Where such a file goes, and what is typed beside it."""
    if kind == "register":
        return INTAKES, {"as_of": DAY}
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
    "register": (REGISTER, PEOPLE[3]),
    "lines": (SHEET, f"D-1,1,박평범,1980-12-31,견본로 1,장항2동,{DAY},o"),
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


def paper(desk: Browser, town: Town, measure: UUID, *rows: str) -> Any:
    path = f"/desk/measures/{town.measure(measure).number}/examination/paper"
    day = town.now().date().isoformat()
    file = upload("\n".join([SHEET, *rows, ""]))
    return sends(desk, f"{path}/import", received_on=day, files=file)


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
    assert paper(desk, town, measure, *rows).status_code == 303
    with town.begin() as uow:
        assert tallying.exact(uow.session, town.petition(measure)).submitted == 4


# After the end


def test_after_a_measure_has_ended_no_line_comes_and_no_day_moves_by_page(
    desk: Browser, colleague: Colleague, town: Town, referendum_open: UUID
) -> None:
    measure = referendum_open
    town.acts(measure, Act.WITHDRAW, town.resident(town.some(1)[0]))
    base = f"/desk/measures/{town.measure(measure).number}"
    came = paper(desk, town, measure, f"A,1,박평범,1980-12-31,견본로 1,,{town.now().date()},o")
    assert came.status_code == 409
    assert desk.get(base).text.count(f'href="{base}/deadlines/') == 0
    day = "2027-12-01"
    moved = sends(
        desk, f"{base}/deadlines/collection_ends", day=day, reason="착오", code=colleague.code()
    )
    assert moved.status_code == 409
    assert town.deadline(measure, "collection_ends").date().isoformat() != day


# The count


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
    with town.begin() as uow:
        poll = polling.poll_of(uow.session, locating.get(uow.session, measure))
        electors, poll_id = poll.electors, poll.id
        first, *_ = stations.boxes_of(uow.session, poll_id)
        here = first.station_id
        stations.add_box(
            uow, poll_id=poll_id, station_id=here, electors=None, kind=Kind.EARLY, by=officer
        )
    town.waits_for("polls_close", measure)
    with town.begin() as uow:
        for box in stations.boxes_of(uow.session, poll_id):
            cast = box.electors or 5
            returns.enter_turnout(uow, box.id, issued=cast, cast=cast, by=officer)
    with town.begin() as uow:
        for box in stations.boxes_of(uow.session, poll_id):
            cast = box.electors or 5
            votes = {"yes": cast, "no": 0}
            returns.enter_count(uow, box.id, papers=cast, votes=votes, invalid=0, by=officer)
    sits(canvass, commission)
    path = f"/desk/measures/{town.measure(measure).number}/certify"
    refused = sends(canvass, path, code=commission.code())
    assert refused.status_code == 409
    said = read(refused.text)
    assert f"{electors + 5:,}" in said, said
    assert f"{electors:,}" in said
    assert town.stage(measure) is Stage.COUNTING


# Words


def test_signs_of_official_papers_in_a_title_stay_and_what_hides_is_refused_or_shown(
    visitor: Visitor,
) -> None:
    title = "행주산성(幸州山城) 정비 및 ㈔가상회 위탁(2026∼2028)"
    visitor.is_signed_in(1)
    seen = visitor.opens("/workspace/new")
    visitor.sends("/workspace/new", seen=seen, instrument="initiative")
    seen = visitor.opens("/workspace/1/edit")
    words = {"question_ko": "물음", "reason": "이유", "body": "제1조(목적) 견본"}
    assert visitor.sends("/workspace/1/edit", seen=seen, title_ko=title, **words).status_code == 303
    assert title in html.unescape(visitor.opens("/workspace/1"))
    for hidden in ("\0", "\u202e", "\ud800"):
        raw = {"csrf": csrf_of(seen), "title_ko": f"가{hidden}나", **words}
        body = urlencode(raw, errors="surrogatepass")
        form = {"content-type": "application/x-www-form-urlencoded"}
        answer = visitor.client.post("/workspace/1/edit", content=body, headers=form)
        assert answer.status_code in {303, 422}, repr(hidden)
        assert hidden not in visitor.opens("/workspace/1") or hidden == "\u202e"
