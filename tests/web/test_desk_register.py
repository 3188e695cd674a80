"""The register, published totals, elections and accounts at the desk (issue 2, bad input)."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from referendum.i18n.words import Words
from referendum.identity.limits import number_index
from referendum.identity.tables import PhoneLock
from referendum.kernel.people import Role
from referendum.kernel.record import RecordEntry
from referendum.roll import importing, versions
from referendum.roll.errors import RegisterMostlyBroken
from referendum.roll.lines import COLUMNS
from tests.doors.browser import Browser
from tests.town import Town
from tests.web.conftest import Open
from tests.web.desk import seconds, sends, sends_twice, sits
from tests.web.handing_in import read
from tests.web.staff import Colleague, hire

HEAD = (
    "register_no,name,former_names,birth_date,address,district,nationality,status,status_since,"
    "registered_from,registered_to,voting_right_lost_from,voting_right_lost_to,phone\n"
)


def line(number: int, *, born: str = "1990-01-01", district: str) -> str:
    return f"GY-{number:07d},홍길동{number},,{born},견본로 1,{district},KR,,,2020-01-01,,,,\n"


@pytest.fixture
def registrar(town: Town) -> Colleague:
    return hire(town, "registrar")


@pytest.fixture
def client(site: Open, registrar: Colleague, database_url: str) -> Browser:
    return sits(site(database=database_url), registrar)


@pytest.mark.parametrize(("percent", "many"), [(0, True), (5, False)])
def test_a_file_that_would_change_much_stands_out_from_the_share_that_was_set(
    site: Open, registrar: Colleague, town: Town, database_url: str, percent: int, *, many: bool
) -> None:
    client = sits(site(database=database_url, register_adding_percent=percent), registrar)
    data = (HEAD + line(900_001, district=town.districts[0].name_ko)).encode()
    report = client.get(looked_at(client, data, mode="changes")).text
    assert ("다른 명부 담당자의 확인도 필요합니다" in report) == many


def looked_at(client: Browser, data: bytes, *, mode: str = "whole") -> str:
    """The address of the report on a file."""
    file = {"file": ("register.csv", data)}
    path = "/desk/register/preview/import"
    sent = sends(client, path, as_of="2027-02-01", mode=mode, files=file)
    assert sent.status_code == 303, read(sent.text)
    return str(sent.headers["location"])


@pytest.fixture
def second(site: Open, town: Town, database_url: str) -> tuple[Browser, Colleague]:
    colleague = hire(town, "registrar.two")
    return sits(site(database=database_url), colleague), colleague


def confirms(client: Browser, way: str, by: Colleague | None = None) -> Any:
    given = dict(re.findall(r'name="(preview)" value="([^"]+)"', client.get(way).text))
    return sends(client, f"{way}/import", **given, **({"code": by.code()} if by else {}))


def test_where_there_is_a_register_a_file_says_what_it_is(client: Browser, town: Town) -> None:
    data = (HEAD + line(900_001, district=town.districts[0].name_ko)).encode()
    file = {"file": ("register.csv", data)}
    refused = sends(client, "/desk/register/preview/import", as_of="2027-02-01", files=file)
    assert refused.status_code == 422
    assert 'id="error-mode"' in refused.text


def test_what_a_file_changes_is_shown_in_tables_with_bars(client: Browser, town: Town) -> None:
    data = (HEAD + line(900_001, district=town.districts[0].name_ko)).encode()
    report = client.get(looked_at(client, data)).text
    for said in ("읍·면·동별", "국적별", "나이별", "권리별", "moved-bars", "이제 살지 않는 사람"):
        assert said in report


def test_unknown_words_are_asked_for_by_page_and_read_again(client: Browser, town: Town) -> None:
    foreign = line(900_001, district=town.districts[0].name_ko)
    foreign = foreign.replace(",KR,,,", ",VN,영주권자,2015-01-01,")
    way = looked_at(client, (HEAD + foreign).encode(), mode="changes")
    page = client.get(way).text
    assert "영주권자" in page
    assert "2)" in page, "the line"
    wrong = sends(client, f"{way}/meanings", word_0="영주")
    assert wrong.status_code == 422
    assert 'id="error-word_0"' in wrong.text
    assert sends(client, f"{way}/meanings", word_0="F-5").status_code == 303
    assert 'value="F-5"' in client.get(way).text


def test_a_second_registrar_sees_the_same_and_declines(
    client: Browser, second: tuple[Browser, Colleague], town: Town, registrar: Colleague
) -> None:
    data = (HEAD + line(900_001, district=town.districts[0].name_ko)).encode()
    way = looked_at(client, data)
    assert confirms(client, way, registrar).status_code == 303
    other, _ = second
    page = other.get(way).text
    assert "담당 registrar (주무관) 님이" in page
    listed = other.get("/desk/proposals").text
    assert f'href="{way}"' in listed, "it waits where everything waits for a second officer"
    assert listed.index(f'href="{way}"') < listed.index("내가 올린 일")
    mine = client.get("/desk/proposals").text
    assert mine.index(f'href="{way}"') > mine.index("내가 올린 일")
    assert "확인을 기다리는 일 (1)" in other.get("/desk").text
    assert "거절하기" in page
    assert sends(other, f"{way}/removal").status_code == 303
    assert "버렸습니다" in client.get(way).text
    assert way not in other.get("/desk/proposals").text


def test_a_file_is_reported_on_and_then_confirmed_with_a_fresh_code_by_two(
    client: Browser, second: tuple[Browser, Colleague], town: Town, registrar: Colleague
) -> None:
    asked = client.get("/desk/register").text
    told = [f"<code>{column[0]}</code>" for column in COLUMNS.values()]
    assert [one for one in told if one not in asked] == [], "told before it is sent"
    district = town.districts[0].name_ko
    rows = [line(number, district=district) for number in range(900_001, 900_004)]
    broken = line(900_004, born="x", district=district)
    data = (HEAD + "".join(rows) + broken).encode("utf-8-sig")
    file = {"file": ("register.csv", data)}
    sent = sends(
        client, "/desk/register/preview/import", as_of="2027-02-01", mode="whole", files=file
    )
    way = sent.headers["location"]
    report = client.get(way)
    assert report.status_code == 200
    assert "5번째 줄" in report.text
    assert "notice-danger" in report.text, "almost everybody would end"
    given = dict(re.findall(r'name="(preview|file)" value="([^"]+)"', report.text))
    assert set(given) == {"preview"}, "the file is not asked for again"
    no_code = sends(client, f"{way}/import", **given)
    assert (no_code.status_code, "error-summary" in no_code.text) == (403, True)
    other = sends(client, f"{way}/import", preview="77", code=registrar.code())
    assert other.status_code == 409
    assert sends(client, f"{way}/import", **given).status_code == 303
    assert "이미 확인하셨습니다" in client.get(way).text
    twice = sends(client, f"{way}/import", **given)
    assert twice.status_code == 409, "not twice by one"
    colleague, theirs = second
    assert confirms(colleague, way, theirs).status_code == 303
    assert "notice-success" in client.get(way).text
    late = sends(client, f"{way}/import", **given)
    assert late.status_code == 409, "it is in already"


def test_a_large_file_is_read_and_goes_in_while_nobody_waits(
    client: Browser, second: tuple[Browser, Colleague], town: Town, registrar: Colleague
) -> None:
    """OPS-03: the page says how far it is; a worker does it, and another where one is killed."""
    district = town.districts[0].name_ko
    rows = "".join(line(number, district=district) for number in range(800_000, 815_000))
    file = {"file": ("register.csv", (HEAD + rows).encode())}
    path = "/desk/register"
    sent = sends(client, f"{path}/preview/import", as_of="2027-02-01", mode="whole", files=file)
    assert sent.status_code == 303
    way = sent.headers["location"]
    waits = client.get(way)
    assert "<progress" in waits.text
    assert 'http-equiv="refresh"' in waits.text
    assert way in client.get(path).text
    intake = UUID(way.rpartition("/")[2])
    importing.carry_on(town.begin, town.vault, intake)
    report = client.get(way)
    assert "notice-danger" in report.text, "almost everybody would end"
    assert confirms(client, way, registrar).status_code == 303
    confirmed = confirms(second[0], way, second[1])
    assert (confirmed.status_code, confirmed.headers["location"]) == (303, way)
    assert "<progress" in client.get(way).text
    importing.carry_on(town.begin, town.vault, intake)
    assert "notice-success" in client.get(way).text
    with town.begin() as uow:
        assert versions.people_now(uow.session, town.place) == 15_000


def test_a_file_that_is_not_to_go_in_is_let_go(client: Browser, town: Town) -> None:
    file = {"file": ("register.csv", (HEAD + line(1, district=town.districts[0].name_ko)).encode())}
    path = "/desk/register"
    sent = sends(client, f"{path}/preview/import", as_of="2027-02-01", mode="whole", files=file)
    report = client.get(sent.headers["location"])
    (removal,) = re.findall(rf'action="({path}/intakes/[0-9a-f-]+/removal)"', report.text)
    assert sends(client, removal).status_code == 303
    assert "버렸습니다" in client.get(removal.removesuffix("/removal")).text
    assert removal.removesuffix("/removal") not in client.get(path).text


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00broken", b"a,b\n1,2\n"], ids=str)
def test_a_file_that_is_no_register_is_refused(client: Browser, language: str, data: bytes) -> None:
    client.headers["accept-language"] = language
    file = {"file": ("register.csv", data)}
    response = sends(
        client, "/desk/register/preview/import", as_of="2027-02-01", mode="whole", files=file
    )
    assert response.status_code == 422
    assert "error-summary" in response.text
    assert 'href="#field-file"' in response.text


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "ko",
            [
                "줄 가운데",
                "줄에 잘못이 있어",
                "곳). 생년월일: ",
                "성명: 비어 있습니다. (1곳)",
                "2번째 줄",
                "3번째 줄",
            ],
        ),
        (
            "en",
            [
                "lines are broken",
                "The commonest fault (",
                " times): date of birth: ",
                "name: ",
                "Line 2",
            ],
        ),
    ],
)
def test_a_file_that_is_mostly_broken_is_summed_up_at_once_or_once_it_was_read(
    client: Browser, town: Town, language: str, told: list[str], *, large: bool
) -> None:
    client.headers["accept-language"] = language
    rows = 16_000 if large else 8
    district = town.districts[0].name_ko
    broken = [line(number, born="x", district=district) for number in range(1, rows)]
    data = (HEAD + line(0, district=district).replace("홍길동0", "") + "".join(broken)).encode()
    file = {"file": ("register.csv", data)}
    sent = sends(
        client, "/desk/register/preview/import", as_of="2027-02-01", mode="whole", files=file
    )
    if large:
        way = sent.headers["location"]
        with pytest.raises(RegisterMostlyBroken):
            importing.carry_on(town.begin, town.vault, UUID(way.rpartition("/")[2]))
        sent = client.get(way)
    assert sent.status_code == (200 if large else 422)
    said = read(sent.text)
    assert [one for one in told if one not in said] == []
    assert f"{rows:,}" in said
    assert f"{rows - 1:,}" in said
    assert said.count("생년월일: " if language == "ko" else "date of birth: ") <= 1 + 100


NOTICE = {"document_number": "고양시 공고 제2027-1호", "document_day": "2027-01-10"}


def test_an_office_with_one_registrar_is_told_that_its_numbers_wait(
    client: Browser, town: Town
) -> None:
    path, said = "/desk/register/totals", "명부 담당자가 한 명뿐입니다"
    assert said in client.get(path).text
    hire(town, "second", roles=(Role.REGISTRAR,))
    assert said not in client.get(path).text


def test_a_file_of_totals_is_looked_at_and_entered_whole_with_a_fresh_code(
    client: Browser, town: Town, registrar: Colleague
) -> None:
    path, names = "/desk/register/totals", [one.name_ko for one in town.districts]
    head = "기준연도,제도,구분,행정동,총수,출처,공표일\n"
    rows = [f"2025,주민투표,투표권자,{name},1000,공고 1호,2026-01-08\n" for name in names]
    whole = f'2025,주민투표,투표권자,,"{1000 * len(names) + 7:,}",공고 1호,2026-01-08\n'
    data = {"totals": ("totals.csv", (head + whole + "".join(rows)).encode("cp949"))}
    seen = sends(client, f"{path}/preview/file", files=data)
    assert seen.status_code == 200, read(seen.text)
    assert "-7" in read(seen.text).replace("\N{MINUS SIGN}", "-"), "told, and not refused"
    (sha256,) = re.findall(r'name="sha256" value="([0-9a-f]{64})"', seen.text)
    assert "공고 1호" not in client.get(path).text, "nothing is entered yet"
    other = {"totals": ("totals.csv", (head + whole).encode())}
    sent = {"sha256": sha256, **NOTICE}
    refused = sends(client, f"{path}/file", **sent, files=other, code=registrar.code())
    assert (refused.status_code, 'id="error-totals"' in refused.text) == (409, True)
    done = sends(client, f"{path}/file", **sent, files=data, code=registrar.code())
    assert done.status_code == 303, read(done.text)
    assert "공고 1호" not in client.get(path).text, "nor before a second registrar has looked"
    page = client.get(done.headers["location"]).text
    assert all(name in page for name in names)
    seconds(town, done)
    assert "공고 1호" in client.get(path).text


def test_faults_of_a_file_of_totals_are_named_by_line_and_column(client: Browser) -> None:
    rows = [
        "기준연도,제도,구분,행정동,총수,출처,공표일",
        "2027,주민투표,청구권자,,5,공고 1호,2027-01-08",
        "2025,주민투표,투표권자,없는동,5,공고 1호,2026-01-08",
    ]
    file = {"totals": ("totals.csv", "\n".join(rows).encode())}
    said = read(sends(client, "/desk/register/totals/preview/file", files=file).text)
    assert "2번째 줄" in said
    assert "아직 끝나지 않은 해입니다" in said
    assert "3번째 줄" in said
    assert "행정동" in said


def test_a_district_above_its_city_is_told_by_its_name(client: Browser, town: Town) -> None:
    given = {"instrument": "referendum", "kind": "electors", "base_year": "2026"}
    announced = {"source": "공고 1호", "published_on": "2027-01-10", **NOTICE}
    path, district = "/desk/register/totals", town.districts[0]
    put = sends(client, path, **given, **announced, district="", number="10")
    assert put.status_code == 303
    seconds(town, put)
    above = sends(client, path, **given, **announced, district=str(district.id), number="11")
    assert above.status_code == 422
    assert f"{district.name_ko}의 총수(11)" in above.text


def test_a_total_is_entered_once_and_corrected_beside_the_old_number(
    client: Browser, town: Town
) -> None:
    given = {"instrument": "referendum", "kind": "electors", "base_year": "2026", "district": ""}
    announced = {"number": "1,060", "source": "공고 1호", "published_on": "2027-01-10"} | NOTICE
    path = "/desk/register/totals"
    put = sends(client, path, **given, **announced)
    assert "1,060" in client.get(put.headers["location"]).text
    waiting = sends(client, path, **given, **announced)
    assert (waiting.status_code, "error-summary" in waiting.text) == (409, True)
    seconds(town, put)
    twice = sends(client, path, **given, **announced)
    assert (twice.status_code, "error-summary" in twice.text) == (409, True)
    letters = sends(client, path, **given, **(announced | {"number": "많음"}))
    assert (letters.status_code, 'id="error-number"' in letters.text) == (422, True)
    page = client.get(path).text
    row = page[page.index("공고 1호") :]
    total = re.findall(r"correct=([0-9a-f-]+)", row)[0]
    corrected = sends(client, path, corrects=total, **(announced | {"number": "1,061"}))
    assert corrected.status_code == 303
    assert "<s>1,060</s>" not in client.get(path).text
    seconds(town, corrected)
    assert "<s>1,060</s>" in client.get(path).text


def test_an_election_is_entered_and_removed_with_a_reason_and_deadlines_follow(
    client: Browser, town: Town, referendum_open: UUID
) -> None:
    measure = referendum_open
    before = town.deadline(measure, "collection_ends")
    path = "/desk/register/elections"
    given = {"day": "2027-03-31", "kind": "by_election", "title_ko": "보궐", "title_en": "By"}
    district = re.findall(r'name="districts" value="([0-9a-f-]+)"', client.get(path).text)[0]
    refused = sends(client, path, **given, districts=district)
    assert refused.status_code == 422
    assert f'value="{district}" checked' in refused.text
    seconds(town, sends_twice(client, path, **given, **NOTICE, reason="공고"))
    assert sends(client, path, **given, **NOTICE, reason="공고").status_code == 409
    assert town.deadline(measure, "collection_ends") > before
    removal = re.findall(rf"({path}/[0-9a-f-]+/removal)", client.get(path).text)[0]
    assert sends(client, removal, reason="").status_code == 422
    seconds(town, sends_twice(client, removal, **NOTICE, reason="취소"))
    assert town.deadline(measure, "collection_ends") == before


def test_without_the_role_there_is_no_register(site: Open, town: Town, database_url: str) -> None:
    clerk = sits(site(database=database_url), hire(town, "clerk", roles=(Role.CLERK,)))
    assert clerk.get("/desk/register").status_code == 403
    assert clerk.get("/desk/staff").status_code == 403


def test_otp_05_a_closed_number_is_opened_when_its_holder_comes_to_the_desk(
    client: Browser, town: Town, registrar: Colleague
) -> None:
    with town.begin() as uow:
        now = uow.session.scalars(select(func.clock_timestamp())).one()
        uow.session.add(
            PhoneLock(
                number_index=number_index(town.vault, "+821023456789"),
                sends=[now] * 20,
                challenges=[None] * 20,
                browsers=[bytes([each]) * 32 for each in range(20)],
                addresses=[None] * 20,
                misses=[5] * 20,
                answered=[False] * 20,
            )
        )
    path = "/desk/register/phones/unlocking"
    no_code = sends(client, path, phone="010-2345-6789")
    assert (no_code.status_code, "error-summary" in no_code.text) == (403, True)
    wrong = sends(client, path, phone="031-123-4567", code=registrar.code())
    assert wrong.status_code == 422
    assert "field-wrong" in wrong.text
    for said in ("막힌 번호를 풀었습니다", "막혀 있지 않습니다"):
        assert sends(client, path, phone="010-2345-6789").status_code == 303
        assert said in client.get("/desk/register").text
    with town.begin() as uow:
        told = select(RecordEntry.leaf).where(RecordEntry.act == "phone.unlocked")
        assert b"2345" not in uow.session.scalars(told).one()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_column_is_explained_and_the_sample_is_taken_in_as_it_is(
    client: Browser, town: Town, language: str
) -> None:
    client.headers["accept-language"] = language
    page = client.get("/desk/register").text
    assert page.count("<code>") >= len(COLUMNS)
    assert {"ko": "읍·면·동 이름 그대로", "en": "exactly as this place has it"}[language] in page
    saved = client.get("/desk/register/sample.csv")
    assert saved.headers["content-type"].startswith("text/csv")
    assert town.districts[0].name_ko in saved.content.decode("utf-8-sig")
    report = client.get(looked_at(client, saved.content, mode="changes")).text
    words = Words.load(language)
    assert words("roll.report.refused", count=0) in report
    assert words("roll.report.added", count=3) in report


def test_two_files_on_their_way_are_told_apart(client: Browser, town: Town) -> None:
    for number in (900_001, 900_002):
        data = (HEAD + line(number, district=town.districts[0].name_ko)).encode()
        looked_at(client, data, mode="changes")
    page = client.get("/desk/register").text
    assert page.count("현재의 명부 파일") == 2
    assert "판, " not in page.partition("현재의 명부 파일")[0].rpartition("<ul>")[2]


def test_a_phone_that_is_dropped_is_told_above_the_button(client: Browser, town: Town) -> None:
    wrong = line(900_001, district=town.districts[0].name_ko).replace(",,,,\n", ",,,,031-1\n")
    assert "031-1" in wrong
    report = client.get(looked_at(client, (HEAD + wrong).encode(), mode="changes")).text
    assert report.index("전화번호를 쓸 수 없어") < report.index('name="preview"')
    fine = line(900_002, district=town.districts[0].name_ko)
    report = client.get(looked_at(client, (HEAD + fine).encode(), mode="changes")).text
    assert "전화번호를 쓸 수 없어" not in report


def test_a_version_names_both_registrars(
    client: Browser, second: tuple[Browser, Colleague], registrar: Colleague, town: Town
) -> None:
    data = (HEAD + line(900_001, district=town.districts[0].name_ko)).encode()
    way = looked_at(client, data)
    assert confirms(client, way, registrar).status_code == 303
    other, colleague = second
    assert confirms(other, way, colleague).status_code == 303
    row = client.get("/desk/register").text.partition('id="versions"')[2]
    assert "담당 registrar" in row
    assert "확인: 담당 registrar.two" in row


def test_a_file_that_became_outdated_says_so_and_is_sent_again(
    site: Open, town: Town, registrar: Colleague, database_url: str
) -> None:
    client = sits(site(database=database_url, register_adding_percent=5), registrar)
    files = [
        (HEAD + line(number, district=town.districts[0].name_ko)).encode()
        for number in (900_001, 900_002)
    ]
    first, other = (looked_at(client, data, mode="changes") for data in files)
    said = "그 뒤 다른 파일이 명부에 들어갔습니다"
    assert said not in client.get(other).text
    assert confirms(client, first, registrar).status_code == 303
    page = client.get(other).text
    assert said in page
    assert 'name="preview"' not in page, "what is no longer so is not confirmed"
    assert sends(client, f"{other}/removal").status_code == 303
    anew = looked_at(client, files[1], mode="changes")
    assert said not in client.get(anew).text
    assert confirms(client, anew).status_code == 303
    with town.begin() as uow:
        latest = versions.latest_version(uow.session, town.place)
    assert latest is not None
    assert latest.number == 3, "the town's own, and both files"
