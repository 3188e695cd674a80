"""What real use broke once, asked again by page: who somebody is, and what they write.

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

from referendum.identity import codes
from tests.api.test_found_in_use import PEOPLE, person
from tests.doors.browser import Browser
from tests.web.handing_in import LANGUAGES, looks, read, takes_in
from tests.web.reading import csrf_of
from tests.web.staff import Colleague
from tests.web.visitors import Visitor, folds
from thresholds.vocabulary import Instrument

CONSENTS = dict.fromkeys(("purpose", "sensitive", "retention"), "yes")


def asks(visitor: Visitor, name: str, born: str, phone: str) -> Any:
    way = "/measures/1/sign/consent"
    seen = visitor.opens(f"/sign-in?next={way}")
    who = {"name": name, "birth_date": born, "phone": phone}
    return visitor.sends("/sign-in", seen=seen, next=way, **who)


def arrives(visitor: Visitor, name: str, born: str, phone: str) -> str:
    """Signed in with a code as the words were typed; gives the page that asks for consent.

    The phone serves, however lately it came onto the register.
    """
    visitor.town.phones_serve()
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
    (left,) = (row for row in PEOPLE if row.startswith("K-3"))
    gone = left.replace("2016-01-01,", "2016-01-01,2027-01-24")
    takes_in(desk, colleague, gone, back.replace("2016-01-01", "2027-01-24"))
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
