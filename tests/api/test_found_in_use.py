"""What real use broke once, asked again through the service's own doors: API and files.

Each of these went wrong with inputs as offices, keyboards and people write them.
"""

from __future__ import annotations

import unicodedata
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from referendum.kernel.people import Authority, Role
from referendum.roll.intake_tables import RegisterIntake
from signatures import tallying
from tests.api.callers import Caller, Switchboard, code_of
from tests.api.test_signing import CONSENTS, code_for
from tests.together import withdraws
from tests.town import Town
from tests.worker.office import Office
from thresholds.vocabulary import Instrument

DAY = "2027-01-25"
REGISTER = (
    "등록번호,성명,이전성명,생년월일,주소,행정동,국적,체류자격,체류자격취득일,등록일,등록종료일,"
    "선거권상실일,선거권회복일,전화번호"
)
SHEET = "서명부,번호,성명,생년월일,주소,읍면동,서명일,서명"
FOREIGN = "F-5,2015-01-01,2016-01-01,,,"
OWN = ",,2016-01-01,,,"


def person(no: str, name: str, born: str, phone: str, *, rest: str = OWN, of: str = "KR") -> str:
    return f"{no},{name},,{born},견본로 1,장항2동,{of},{rest},{phone}"


PEOPLE = (
    person("V-1", "DANG THI LAN", "1990-03-04", "010-2000-0001", rest=FOREIGN, of="VN"),
    person("V-2", "O'BRIEN SEAN", "1985-05-06", "010-2000-0002", rest=FOREIGN, of="IE"),
    person("V-3", "YILDIZ IRMAK", "1988-07-08", "010-2000-0003", rest=FOREIGN, of="TR"),
    person("K-3", "박평범", "1980-12-31", "010-2000-0009"),
    person("K-5", "한내국", "1982-12-31", "010-2000-0011", of="내국인"),
)


def imports(line: Switchboard, *rows: str, day: str = DAY, head: str = REGISTER) -> dict[str, Any]:
    """Look at the file, read what it would do, and take it in; gives the report."""
    registrar = line.officer(Authority.MAYOR, Role.REGISTRAR)
    file = "\n".join([head, *rows]).encode()
    preview = registrar.post(f"/register/preview/import?as_of={day}&mode=changes", file)
    assert preview.status_code == 200, preview.text
    terms = f"as_of={day}&mode=changes&preview={preview.json()['preview']}"
    done = registrar.post(f"/register/import?{terms}", file)
    assert done.status_code == 201, done.text
    same = ("added", "changed", "ended", "refused", "noted", "refused_lines", "noted_lines")
    assert {name: done.json()[name] for name in same} == {
        name: preview.json()[name] for name in same
    }
    told: dict[str, Any] = done.json()
    return told


def test_a_register_that_is_mostly_broken_says_how_much_and_what_and_where(
    line: Switchboard, town: Town
) -> None:
    registrar = line.officer(Authority.MAYOR, Role.REGISTRAR)
    rows = [person(f"B-{at}", "김날짜", "어제", "") for at in range(3)]
    file = "\n".join([REGISTER, PEOPLE[3], *rows]).encode()
    refused = registrar.post(f"/register/preview/import?as_of={DAY}&mode=changes", file)
    assert code_of(refused) == "register-mostly-broken"
    facts = refused.json()["facts"]
    fault = {"column": "birth_date", "reason": "not-a-date"}
    assert facts == {
        "whole": 4,
        "lines": 3,
        "count": 3,
        "commonest": [{**fault, "count": 3}],
        "faults": [{"line": line, **fault} for line in (3, 4, 5)],
    }
    with town.begin() as uow:
        intake = uow.session.scalars(select(RegisterIntake.id)).one()
    kept = registrar.get(f"/register/intakes/{intake}").json()
    assert (kept["refusal"], kept["facts"]) == ("register-mostly-broken", facts)


def signs_in(line: Switchboard, town: Town, name: str, born: str, phone: str) -> Caller:
    """Ask for a code and answer it, as the words were typed, with a phone that serves."""
    town.phones_serve()
    caller = line.visitor()
    who = {"name": name, "birth_date": born, "phone": phone}
    asked = caller.post("/challenges", who)
    assert asked.status_code == 201, asked.text
    challenge = asked.json()["id"]
    given = {"challenge": challenge, "code": code_for(town, challenge)}
    opened = caller.post("/sessions", given)
    caller.csrf = opened.json().get("csrf")
    return caller


def assurance(caller: Caller) -> str | None:
    told = caller.get("/session")
    return None if told.status_code != 200 else told.json()["assurance"]


@pytest.mark.parametrize(
    ("name", "born", "phone"),
    [
        ("Đặng Thị Lan", "1990-03-04", "010-2000-0001"),
        ("ĐẶNG THỊ LAN", "1990-03-04", "010 2000 0001"),
        ("OʼBrien Sean", "1985-05-06", "010-2000-0002"),
        ("O’Brien Sean", "1985-05-06", "０１０-2000-0002"),
        ("Yıldız Irmak", "1988-07-08", "010-2000-0003"),
    ],
)
def test_people_are_recognised_however_their_keyboard_writes_them(
    line: Switchboard, town: Town, name: str, born: str, phone: str
) -> None:
    imports(line, *PEOPLE)
    for written in (name, unicodedata.normalize("NFD", name)):
        assert assurance(signs_in(line, town, written, born, phone)) == "phone_on_file"


def test_nobody_loses_a_right_to_the_word_for_a_national(line: Switchboard, town: Town) -> None:
    imports(line, *PEOPLE)
    petition = town.petition(town.opens(Instrument.INITIATIVE))
    caller = signs_in(line, town, "한내국", "1982-12-31", "010-2000-0011")
    may = caller.get("/eligibility?instrument=initiative")
    assert may.status_code == 200, may.text
    assert may.json()["eligible"] is True
    assert caller.post(f"/petitions/{petition}/signatures", CONSENTS).status_code == 201


def test_who_left_and_came_back_under_another_number_is_recognised(
    line: Switchboard, town: Town
) -> None:
    imports(line, *PEOPLE)
    returned = person("N-77", "박평범", "1980-12-31", "010-2000-0009").replace(
        "2016-01-01", "2027-01-24"
    )
    (left,) = (row for row in PEOPLE if row.startswith("K-3"))
    imports(line, left.replace("2016-01-01,", "2016-01-01,2027-01-24"), returned)
    caller = signs_in(line, town, "박평범", "1980-12-31", "010-2000-0009")
    assert assurance(caller) == "phone_on_file"


def test_one_number_in_two_unicode_forms_is_given_twice_and_refused(line: Switchboard) -> None:
    rows = [person(f"가-10{at}", "홍길동", "1980-01-02", "") for at in range(1, 6)]
    apart = unicodedata.normalize("NFD", rows[0])
    done = imports(line, *rows, apart)
    assert [(one["line"], one["reason"]) for one in done["refused"]] == [
        (2, "repeated"),
        (7, "repeated"),
    ]
    assert done["added"] == 4
    again = imports(line, *(unicodedata.normalize("NFD", row) for row in rows[1:]))
    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, 4)


@pytest.mark.parametrize("phone", ["010-200-0009", "010-1000-0000"])
def test_a_phone_that_nobody_has_is_noted_and_no_code_goes_to_it(
    line: Switchboard, phone: str
) -> None:
    done = imports(line, *PEOPLE, person("P-1", "김전화", "1980-01-02", phone))
    assert [(one["column"], one["reason"]) for one in done["noted"]] == [
        ("phone", "phone-unusable")
    ]
    who = {"name": "김전화", "birth_date": "1980-01-02", "phone": phone}
    assert line.visitor().post("/challenges", who).status_code == 422


def test_digits_of_any_width_are_digits(line: Switchboard, town: Town) -> None:
    imports(line, *PEOPLE, person("P-2", "김숫자", "1980-01-02", "010-２０００-0099"))
    caller = signs_in(line, town, "김숫자", "1980-01-02", "010-2000-0099")
    assert assurance(caller) == "phone_on_file"


def test_a_file_says_what_it_is_and_goes_in_as_the_preview_that_was_read(
    line: Switchboard,
) -> None:
    registrar = line.officer(Authority.MAYOR, Role.REGISTRAR)
    file = "\n".join([REGISTER, *PEOPLE]).encode()
    unsaid = registrar.post(f"/register/preview/import?as_of={DAY}", file)
    assert (unsaid.status_code, code_of(unsaid)) == (422, "register-mode-not-given")
    for preview in ("", "&preview=0123456789abcdef"):
        refused = registrar.post(f"/register/import?as_of={DAY}&mode=changes{preview}", file)
        assert (refused.status_code, code_of(refused)) == (409, "register-preview-not-read")
    assert registrar.get("/register/versions").json()["items"][0]["number"] == 1


def test_a_small_file_over_many_people_needs_a_second_registrar(line: Switchboard) -> None:
    registrar, second = (line.officer(Authority.MAYOR, Role.REGISTRAR) for _ in range(2))
    file = "\n".join([REGISTER, *PEOPLE]).encode()
    seen = registrar.post(f"/register/preview/import?as_of={DAY}&mode=whole", file).json()
    assert seen["effects"]["changes"]["left"] == seen["effects"]["people"]["before"]
    way = f"/register/intakes/{seen['intake']}/confirmation?preview={seen['preview']}"
    assert registrar.post(way).json()["waits"] is True
    assert code_of(registrar.post(way)) == "register-same-registrar"
    assert registrar.get("/register/versions").json()["items"][0]["number"] == 1
    assert second.get(f"/register/intakes/{seen['intake']}").json()["stage"] == "seconding"
    assert second.post(way).json()["waits"] is False
    assert registrar.get("/register/versions").json()["items"][0]["number"] == 2


def test_a_second_registrar_declines(line: Switchboard) -> None:
    registrar, second = (line.officer(Authority.MAYOR, Role.REGISTRAR) for _ in range(2))
    file = "\n".join([REGISTER, *PEOPLE]).encode()
    seen = registrar.post(f"/register/preview/import?as_of={DAY}&mode=whole", file).json()
    way = f"/register/intakes/{seen['intake']}"
    assert registrar.post(f"{way}/confirmation?preview={seen['preview']}").json()["waits"] is True
    assert second.sends("DELETE", way).status_code == 204
    assert second.get(way).json()["stage"] == "given_up"


def test_unknown_words_are_listed_and_explained(line: Switchboard) -> None:
    registrar = line.officer(Authority.MAYOR, Role.REGISTRAR)
    unclear = person("V-9", "LE VAN", "1990-03-04", "", rest=FOREIGN, of="VN")
    file = "\n".join([REGISTER, PEOPLE[0], unclear.replace("F-5", "영주권자")]).encode()
    seen = registrar.post(f"/register/preview/import?as_of={DAY}&mode=changes", file).json()
    way = f"/register/intakes/{seen['intake']}"
    (word,) = registrar.get(f"{way}/words").json()
    assert word == {"column": "status", "word": "영주권자", "lines": 1, "costing": 1, "first": [3]}
    refused = registrar.post(f"{way}/confirmation?preview={seen['preview']}")
    assert code_of(refused) == "register-words-unexplained"
    wrong = registrar.sends("PUT", f"{way}/meanings", {"status": {"영주권자": "영주"}})
    assert (wrong.status_code, code_of(wrong)) == (422, "register-meaning-unknown")
    again = registrar.sends("PUT", f"{way}/meanings", {"status": {"영주권자": "F-5"}}).json()
    assert (again["unexplained"], again["meanings"]["status"]) == (0, {"영주권자": "F-5"})
    done = registrar.post(f"{way}/confirmation?preview={again['preview']}")
    assert done.status_code == 201


COMMAS = {
    "register": (REGISTER, PEOPLE[3]),
    "lines": (SHEET, f"D-1,1,박평범,1980-12-31,견본로 1,장항2동,{DAY},o"),
}


@pytest.mark.parametrize("kind", COMMAS)
@pytest.mark.parametrize("ends", [",", ",,,", ", "])
def test_a_file_whose_rows_all_end_in_commas_is_read(
    line: Switchboard, town: Town, kind: str, ends: str
) -> None:
    head, row = COMMAS[kind]
    answer = brought(line, town, kind, f"{head}{ends}\n{row}{ends}\n".encode())
    assert answer.status_code in {200, 201}, answer.text


@pytest.mark.parametrize("kind", COMMAS)
def test_a_column_without_a_heading_that_holds_something_is_named(
    line: Switchboard, town: Town, kind: str
) -> None:
    head, row = COMMAS[kind]
    answer = brought(line, town, kind, f"{head},\n{row},등본\n".encode())
    assert answer.status_code == 422
    assert f"#{len(head.split(',')) + 1}" in str(answer.json()["facts"])


def brought(line: Switchboard, town: Town, kind: str, file: bytes) -> Any:
    if kind == "register":
        registrar = line.officer(Authority.MAYOR, Role.REGISTRAR)
        return registrar.post(f"/register/preview/import?as_of={DAY}&mode=changes", file)
    petition = town.petition(town.opens(Instrument.INITIATIVE))
    chair = line.officer(Authority.COUNCIL_CHAIR, Role.EXAMINER)
    return chair.post(f"/petitions/{petition}/lines/import?received_on={today(town)}", file)


def today(town: Town) -> date:
    return town.now().date()


def test_dates_of_a_sheet_are_read_as_meant_and_the_back_of_a_number_is_never_kept(
    line: Switchboard, town: Town, office: Office
) -> None:
    imports(line, *PEOPLE, person("K-1", "김백세", "1926-12-25", "010-2000-0007"))
    measure = town.opens(Instrument.INITIATIVE)
    chair = line.officer(Authority.COUNCIL_CHAIR, Role.EXAMINER)
    path, day = f"/petitions/{town.petition(measure)}", today(town)
    rows = [
        f"D-1,2,박평범,801231-1,견본로 9,장항2동,{day},o",
        f"D-1,4,김백세,26.12.25,견본로 7,장항2동,{day},o",
        f"D-1,5,한내국,언젠가,견본로 9,장항2동,{day},o",
        f"D-1,6,모르는이,801231-1234567,견본로 9,장항2동,{day},o",
    ]
    file = "\n".join([SHEET, *rows]).encode()
    assert chair.post(f"{path}/lines/import?received_on={day}", file).status_code == 201
    town.waits_for("collection_ends", measure)
    line.resident(town.some(1)[0]).post(f"/measures/{measure}/acts", {"act": "file"})
    course = chair.post(f"{path}/examinations").json()["id"]
    office.empties()
    report = chair.get(f"{path}/examinations/{course}").json()["report"]
    assert (report["valid"], report["void"]) == (2, {})
    unread, unknown = (one["written"] for one in chair.get(f"{path}/lines/open").json()["items"])
    assert (unread["name"], unread["birth_date"]) == ("한내국", "언젠가")
    assert unknown["name"] == "모르는이"
    assert "1231" in unknown["birth_date"].replace("-", "")
    assert "234567" not in unknown["birth_date"]
    meant = {"name": "김백세", "birth_date": "26.12.25", "reference": str(day)}
    assert len(chair.post(f"{path}/candidates", meant).json()["candidates"]) == 1


def test_a_row_of_a_sheet_that_is_known_is_reported_and_a_batch_can_be_taken_back(
    line: Switchboard, town: Town, initiative_open: UUID
) -> None:
    petition = town.petition(initiative_open)
    chair = line.officer(Authority.COUNCIL_CHAIR, Role.EXAMINER)
    path, day = f"/petitions/{petition}", today(town)

    def keys(rows: range, *, sheet: str = "가-1") -> Any:
        lines = [f"{sheet},{row},사람{row},1980-01-0{row},견본로 1,,{day},o" for row in rows]
        file = "\n".join([SHEET, *lines]).encode()
        return chair.post(f"{path}/lines/import?received_on={day}", file)

    wrong = keys(range(1, 4))
    typed = {"row": 3, "name": "", "birth_date": "", "address": "", "district": "", "signed_on": ""}
    for sheet in ("가-1", unicodedata.normalize("NFD", "가-1"), "가－１"):
        again = keys(range(1, 5), sheet=sheet)
        assert (again.status_code, code_of(again)) == (409, "rows-already-brought")
        assert [one["row"] for one in again.json()["facts"]["rows"]] == [1, 2, 3]
        row = {**typed, "sheet": sheet, "has_mark": True}
        by_hand = chair.post(f"{path}/lines", {"received_on": str(day), "lines": [row]})
        assert (by_hand.status_code, code_of(by_hand)) == (409, "rows-already-brought")
    taken = chair.post(f"{path}/batches/{wrong.json()['id']}/miskeyed", {"note": "다른 장"})
    assert taken.status_code in {200, 201}, taken.text
    back = f"{path}/batches/{wrong.json()['id']}/restoration"
    assert chair.post(back, {"note": "맞는 장"}).json()["lines"] == 3
    assert code_of(chair.post(back, {"note": "맞는 장"})) == "batch-not-marked"
    assert code_of(keys(range(1, 4))) in {"batch-already-brought", "rows-already-brought"}
    chair.post(f"{path}/batches/{wrong.json()['id']}/miskeyed", {"note": "다른 장"})
    assert keys(range(1, 5)).status_code == 201
    with town.begin() as uow:
        assert tallying.exact(uow.session, petition).submitted == 4


def test_after_a_measure_has_ended_no_line_comes_and_no_day_moves(
    line: Switchboard, town: Town, initiative_open: UUID
) -> None:
    measure = initiative_open
    petition = town.petition(measure)
    withdraws(town, measure)
    chair = line.officer(Authority.COUNCIL_CHAIR, Role.EXAMINER, Role.CLERK)
    row = f"A,1,박평범,1980-12-31,견본로 1,,{today(town)},o"
    file = f"{SHEET}\n{row}\n".encode()
    came = chair.post(f"/petitions/{petition}/lines/import?received_on={today(town)}", file)
    assert (came.status_code, code_of(came)) == (409, "act-not-allowed")
    day = (today(town) + timedelta(days=90)).isoformat()
    paper = {"number": "공고 1호", "day": today(town).isoformat()}
    moved = chair.post(
        f"/measures/{measure}/deadlines/collection_ends/override",
        {"day": day, "reason": "착오", "document": paper},
    )
    assert (moved.status_code, code_of(moved)) == (409, "act-not-allowed")


@pytest.mark.parametrize("ends", ["", ","])
def test_a_sign_that_nobody_types_in_a_file_of_returns_is_refused_at_its_line(
    line: Switchboard, advisory_counting: UUID, ends: str
) -> None:
    canvasser = line.officer(Authority.MAYOR, Role.CANVASSER)
    poll = line.visitor().get(f"/measures/{advisory_counting}").json()["poll"]
    file = f"district,station,issued,cast,reason{ends}\n장항2동,1,5,5,a\0b{ends}\n".encode()
    refused = canvasser.post(f"/polls/{poll}/turnouts/import", file)
    assert refused.status_code == 422
    assert refused.json()["facts"]["line"] == 2
