"""Signing from a measure's page to the receipt, and every way in which it is not possible.

The pages' side of SIG-01, SIG-04, OTP-04, OTP-06, OTP-10, OTP-11 and OTP-16.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from referendum.doors.naming import said
from referendum.i18n.words import Words
from referendum.identity import codes
from referendum.identity.tables import Challenge, CodeSend, SessionRow
from referendum.kernel.people import Authority, Role
from referendum.lifecycle.office import contacts
from referendum.lifecycle.office.contacts import Reached
from referendum.roll.tables import Residence
from signatures import collecting
from signatures.tables import Line
from tests.town import Town
from tests.web.conftest import Open
from tests.web.visitors import Visitor, folds, identity_of, phone_of, registers_phone
from tests.web.wording import read
from thresholds.vocabulary import Instrument

SIGNER = 30


@pytest.fixture
def visitor(site: Open, town: Town, database_url: str) -> Visitor:
    registers_phone(town, SIGNER)
    return Visitor(site(database=database_url), town)


@pytest.fixture
def measure(initiative_open: UUID) -> UUID:
    return initiative_open


def lines(town: Town) -> int:
    with town.begin() as uow:
        return len(uow.session.scalars(select(Line.id)).all())


def agrees(visitor: Visitor, *consents: str) -> str:
    seen = visitor.opens("/measures/1/sign/consent")
    answers = dict.fromkeys(consents or ("purpose", "sensitive", "retention"), "yes")
    return visitor.sends("/measures/1/sign/consent", seen=seen, **answers).text


def signs(visitor: Visitor) -> str:
    answers = dict.fromkeys(("purpose", "sensitive", "retention"), "yes")
    response = visitor.sends("/measures/1/sign", seen=agrees(visitor), **answers)
    assert response.status_code == 200
    return str(response.text)


def test_four_steps_from_the_text_to_a_receipt(visitor: Visitor, measure: UUID) -> None:
    html = visitor.opens("/measures/1/sign")
    assert "제1조(목적)" in html
    text_hash = visitor.town.measure(measure).text_sha256
    assert text_hash
    assert text_hash.hex() in html
    assert "/sign-in?next=/measures/1/sign/consent" in html

    arrived = visitor.proves(SIGNER, way="/measures/1/sign/consent")
    assert arrived.headers["location"] == "/measures/1/sign/consent"

    html = signs(visitor)
    assert "(안건 1호)</dd>" in html, "whoever keeps it can tell by its title what was signed"
    receipt = re.findall(r"(?:[A-Z2-7]{4}-){20,}[A-Z2-7]{1,4}", html)
    with visitor.town.begin() as uow:
        assert collecting.entry_of_receipt(uow.session, receipt[0])
        kept = uow.session.scalars(select(Line.consents)).one()
    assert kept == dict.fromkeys(("purpose", "sensitive", "retention"), "2026-11")
    assert "철회" in visitor.opens("/my-signatures")


@pytest.mark.parametrize(
    ("language", "said"),
    [("ko", r"인증번호는 [1-3]분 안에 보내"), ("en", r"will be sent within [1-3] min")],
)
def test_a_code_that_goes_out_later_is_said_to_be_later(
    visitor: Visitor, measure: UUID, language: str, said: str
) -> None:
    assert measure
    page = visitor.asks_for_a_code(SIGNER, way="/measures/1/sign/consent")
    seen = visitor.opens(f"{page}&lang={language}")
    assert not re.search(said, seen)
    with visitor.town.begin() as uow:
        later = CodeSend.due_at + timedelta(minutes=3)
        uow.session.execute(update(CodeSend).values(due_at=later))
    assert re.search(said, visitor.opens(f"{page}&lang={language}"))


def test_each_consent_is_asked_for_by_itself(visitor: Visitor, measure: UUID) -> None:
    assert measure
    visitor.is_signed_in(SIGNER)
    html = agrees(visitor, "purpose", "retention")
    assert 'href="#field-sensitive"' in html
    assert 'href="#field-purpose"' not in html
    assert re.search(r'id="field-purpose"[^>]* checked', html), "what was agreed to stays"
    assert "종이 서명부" in html

    response = visitor.sends("/measures/1/sign", seen=html, purpose="yes", sensitive="no")
    assert response.status_code == 422
    assert lines(visitor.town) == 0


def test_signing_twice_keeps_the_first(visitor: Visitor, measure: UUID) -> None:
    assert measure
    visitor.is_signed_in(SIGNER)
    signs(visitor)
    for step in ("/measures/1/sign", "/measures/1/sign/consent"):
        assert "이미 서명하셨습니다" in visitor.opens(step)
    seen = visitor.opens("/my-signatures")
    answers = dict.fromkeys(("purpose", "sensitive", "retention"), "yes")
    again = visitor.sends("/measures/1/sign", seen=seen, **answers)
    assert "이미 서명하셨습니다" in again.text
    assert lines(visitor.town) == 1


def test_who_signs_elsewhere_before_the_last_step_is_told_by_it(
    visitor: Visitor, measure: UUID
) -> None:
    assert measure
    visitor.is_signed_in(SIGNER)
    seen = visitor.opens("/measures/1/sign/consent")
    signs(visitor)
    answers = dict.fromkeys(("purpose", "sensitive", "retention"), "yes")
    last = visitor.sends("/measures/1/sign/consent", seen=seen, **answers).text
    told = visitor.sends("/measures/1/sign", seen=last, **answers).text
    assert "이미 서명하셨습니다" in told
    assert "receipt-value" not in told
    assert lines(visitor.town) == 1


def test_who_is_not_on_the_roll_is_told_why_and_by_which_day(visitor: Visitor) -> None:
    with visitor.town.begin() as uow:
        uow.session.execute(
            update(Residence)
            .where(Residence.person_id == visitor.town.resident(SIGNER).person)
            .values(registered_from=date(2027, 1, 15), stated_from=date(2027, 1, 15))
        )
    visitor.town.opens(Instrument.INITIATIVE)
    visitor.is_signed_in(SIGNER)
    html = visitor.opens("/measures/1/sign/consent")
    assert "이 안건의 명부에 없습니다" in html
    assert "기준일에 이 지역 주민이 아님" in html
    assert "2026년 12월 31일" in html


def test_a_recall_is_signed_on_paper_and_the_article_says_so(
    visitor: Visitor, recall_open: UUID
) -> None:
    assert recall_open
    html = visitor.opens("/measures/1/sign")
    assert "종이 서명부로만 서명할 수 있습니다" in html
    assert "주민소환법 §9①" in html
    assert 'href="/sign-in?next=/measures/1/sign/consent"' not in html


def test_a_petition_that_closes_meanwhile_takes_no_signature(
    visitor: Visitor, measure: UUID
) -> None:
    visitor.is_signed_in(SIGNER)
    seen = agrees(visitor)
    visitor.town.waits_for("collection_ends", measure)
    visitor.is_signed_in(SIGNER)
    answers = dict.fromkeys(("purpose", "sensitive", "retention"), "yes")
    seen = visitor.opens("/my-signatures")
    late = visitor.sends("/measures/1/sign", seen=seen, **answers)
    assert "서명 기간이 끝났습니다" in late.text
    assert lines(visitor.town) == 0
    assert "서명 기간이 끝났습니다" in visitor.opens("/measures/1/sign")


def test_a_halted_petition_takes_no_signature(visitor: Visitor, measure: UUID) -> None:
    visitor.town.halts(measure)
    assert "안건이 정지되어 있습니다" in visitor.opens("/measures/1/sign")
    assert "법원의 집행정지" in visitor.opens("/measures/1")


def test_a_signature_is_withdrawn_and_may_be_given_again(visitor: Visitor, measure: UUID) -> None:
    visitor.is_signed_in(SIGNER)
    signs(visitor)
    html = visitor.opens("/my-signatures/1/withdraw")
    response = visitor.sends("/my-signatures/1/withdraw", seen=html)
    assert response.headers["location"] == "/my-signatures"
    html = visitor.opens("/my-signatures")
    assert "서명을 철회했습니다." in html
    assert "철회한 서명" in html
    assert "서명했습니다" in signs(visitor)
    visitor.town.waits_for("collection_ends", measure)
    visitor.is_signed_in(SIGNER)
    for language, word in (("ko", "철회"), ("en", "withdraw")):
        visitor.client.headers["accept-language"] = language
        main = visitor.opens("/my-signatures").partition("<main")[2].partition("</main>")[0]
        assert "/measures/1" in main
        assert word not in main.lower(), "only where it is possible"
    visitor.client.headers["accept-language"] = "ko"
    assert "서명 기간이 끝나 철회할 수 없습니다." in visitor.opens("/my-signatures/1/withdraw")


def test_a_signature_that_was_withdrawn_is_missing_again_wherever_the_petition_is_shown(
    visitor: Visitor, measure: UUID
) -> None:
    visitor.town.brings(measure, visitor.town.some(1))
    visitor.is_signed_in(SIGNER)
    signs(visitor)
    folds(visitor.town, measure)
    assert "유효한 서명이 적어도 2명 더 필요합니다" in visitor.opens("/measures/1")
    visitor.sends("/my-signatures/1/withdraw", seen=visitor.opens("/my-signatures/1/withdraw"))
    folds(visitor.town, measure)
    assert "유효한 서명이 적어도 3명 더 필요합니다" in visitor.opens("/measures/1")
    assert "적어도 3명의 서명이 더 필요합니다." in visitor.opens("/")
    assert "아직 유효할 수 있는 서명: 1" in visitor.opens("/measures/1/what-if")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_receipt_and_the_petitions_page_say_the_same_of_a_signature_given_online(
    visitor: Visitor, measure: UUID, language: str
) -> None:
    """It counts for now, and the examination decides."""
    visitor.client.headers["accept-language"] = language
    visitor.is_signed_in(SIGNER)
    receipt = signs(visitor)
    folds(visitor.town, measure)
    said = Words.load(language)("signing.done.examined")
    assert said in receipt
    assert said in visitor.opens("/measures/1")


def test_nobody_withdraws_what_they_did_not_sign(visitor: Visitor, measure: UUID) -> None:
    assert measure
    visitor.is_signed_in(SIGNER)
    assert visitor.client.get("/my-signatures/1/withdraw").status_code == 404


@pytest.mark.parametrize("path", ["/my-signatures", "/workspace", "/measures/1/sign/consent"])
def test_pages_of_ones_own_lead_to_the_code_and_back(
    visitor: Visitor, measure: UUID, path: str
) -> None:
    assert measure
    response = visitor.client.get(path)
    assert response.status_code == 303
    assert response.headers["location"] == f"/sign-in?next={path}"


# The code


def test_the_answer_is_the_same_for_a_stranger(visitor: Visitor) -> None:
    name, born = identity_of(SIGNER)
    texts = []
    for claimed in (name, "없는사람"):
        seen = visitor.opens("/sign-in")
        response = visitor.sends(
            "/sign-in",
            seen=seen,
            name=claimed,
            birth_date=born.isoformat(),
            phone=phone_of(SIGNER),
        )
        page = visitor.opens(response.headers["location"])
        texts.append(re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+", "#", page))
    assert texts[0] == texts[1]


def test_a_stranger_learns_only_after_the_code_and_is_shown_other_ways(visitor: Visitor) -> None:
    seen = visitor.opens("/sign-in")
    sent = visitor.sends(
        "/sign-in", seen=seen, name="없는사람", birth_date="19800229", phone=phone_of(SIGNER)
    )
    page = sent.headers["location"]
    html = visitor.types(page, visitor.code_for(page)).text
    assert "주민 기록에서 찾지 못했습니다" in html
    assert "신분증을 가지고 창구를 방문하기" in html
    assert "종이 서명부에 서명하기" in html
    assert "session" not in visitor.client.cookies


def test_what_was_typed_wrongly_is_shown_and_can_be_mended(
    visitor: Visitor, site: Open, database_url: str
) -> None:
    """With two ways out, and the desk that an administrator has written down."""
    town = visitor.town
    with town.begin() as uow:
        desk = Reached(
            name_ko="민원 창구", address_ko="시청 1층", telephone="031-000-0001", hours_ko="평일"
        )
        contacts.change(uow, desk, by=town.officer(Authority.MAYOR, Role.ADMINISTRATOR))
    seen = visitor.opens("/sign-in")
    typed = {"name": "김오타", "birth_date": "19800229", "phone": phone_of(SIGNER)}
    page = visitor.sends("/sign-in", seen=seen, **typed).headers["location"]
    told = read(visitor.types(page, visitor.code_for(page)).text)
    for shown in (*typed.values(), "시청 1층", "031-000-0001", "평일", "종이 서명부에 서명하기"):
        assert shown in told, shown
    again = f"/sign-in?next=/&again={page.partition('?')[0].rpartition('/')[2]}"
    assert all(f'value="{value}"' in visitor.opens(again) for value in typed.values())
    assert "김오타" not in visitor.opens("/sign-in"), "whoever sits down here next"
    other = Visitor(site(database=database_url), town)
    assert "김오타" not in other.opens(again), "nobody else, with the same address"
    cookie = next(one for one in visitor.client.cookies.jar if one.name == "typed")
    assert "김오타" not in str(cookie.value)
    visitor.proves(SIGNER)
    assert "typed" not in visitor.client.cookies, "it has served"


def test_otp_04_a_code_asked_for_on_one_petition_is_refused_on_another(
    visitor: Visitor, measure: UUID
) -> None:
    """OTP-04: the right code, the right browser, the other petition; and for no petition."""
    assert measure
    other = visitor.town.opens(Instrument.INITIATIVE)
    mine = "/measures/1/sign/consent"
    page = visitor.asks_for_a_code(SIGNER, way=mine)
    path, code, seen = page.partition("?")[0], visitor.code_for(page), visitor.opens(page)
    number = visitor.town.measure(other).number
    for way in (f"/measures/{number}/sign/consent", "/my-signatures"):
        refused = visitor.sends(path, seen=seen, code=code, next=way)
        assert refused.status_code == 404, way
        assert "session" not in visitor.client.cookies
    assert visitor.sends(path, seen=seen, code=code, next=mine).status_code == 303


def test_a_wrong_code_says_how_many_tries_are_left(visitor: Visitor) -> None:
    page = visitor.asks_for_a_code(SIGNER)
    wrong = f"{(int(visitor.code_for(page)) + 1) % 1_000_000:06}"
    response = visitor.types(page, wrong)
    assert response.status_code == 401
    assert "4번 남았습니다" in response.text
    assert " 0초 뒤" not in response.text, "the next try may be at once"
    assert 'href="#field-code"' in response.text
    assert "숫자 여섯 자리입니다" in visitor.types(page, "12").text


def test_an_expired_code_leads_to_a_new_one(visitor: Visitor) -> None:
    page = visitor.asks_for_a_code(SIGNER)
    code, seen = visitor.code_for(page), visitor.opens(page)
    with visitor.town.begin() as uow:
        uow.session.execute(
            update(Challenge).values(expires_at=Challenge.created_at - timedelta(seconds=1))
        )
    response = visitor.sends(page.partition("?")[0], seen=seen, code=code, next="/")
    assert response.status_code == 410
    assert "유효 시간이 지났습니다" in response.text
    main = response.text.partition("<main")[2].partition("</main>")[0]
    assert main.count("<button") == 1, "one press, and nothing to type again"
    fresh = visitor.sends(f"{page.partition('?')[0]}/anew", seen=response.text, next="/")
    assert fresh.status_code == 303
    newer = fresh.headers["location"]
    assert newer != page
    assert visitor.types(newer, visitor.code_for(newer)).status_code == 303
    assert "session" in visitor.client.cookies


def test_who_typed_nothing_here_begins_from_the_beginning(visitor: Visitor) -> None:
    page = visitor.asks_for_a_code(SIGNER)
    seen = visitor.opens(page)
    visitor.client.cookies.delete("typed")
    fresh = visitor.sends(f"{page.partition('?')[0]}/anew", seen=seen, next="/my-signatures")
    assert fresh.headers["location"] == "/sign-in?next=/my-signatures"


def test_a_code_is_good_in_the_browser_that_asked_for_it(
    visitor: Visitor, site: Open, database_url: str
) -> None:
    page = visitor.asks_for_a_code(SIGNER)
    other = Visitor(site(database=database_url), visitor.town)
    seen = other.opens("/sign-in")
    stolen = other.sends(page.partition("?")[0], seen=seen, code=visitor.code_for(page))
    assert stolen.status_code == 404
    assert "session" not in other.client.cookies


def test_the_codes_field_is_focused_and_takes_a_pasted_code(visitor: Visitor) -> None:
    """Whatever stands between the digits; and no time of day, which the demo's clock belies."""
    page = visitor.asks_for_a_code(SIGNER, way="/my-signatures")
    html = visitor.opens(page)
    main = html.partition("<main")[2].partition("</main>")[0]
    assert re.findall(r"<input[^>]* autofocus[^>]*>", main) == re.findall(
        r'<input[^>]*id="field-code"[^>]*>', main
    )
    assert not re.search(r"\d\d:\d\d", re.sub(r"<[^>]+>", " ", main))
    assert "약 4분 동안 쓸 수 있습니다." in main
    assert "보내고 있습니다" in main
    assert "보냈습니다" not in main, "one truth about it"
    code = visitor.code_for(page)
    pasted = f" {code[:2]}\u2013{code[2:4]} - {code[4:]}\u00a0"
    assert visitor.types(page, pasted, way="/my-signatures").status_code == 303


def test_a_wait_is_never_told_as_none_or_in_many_seconds() -> None:
    ko, en = Words.load("ko"), Words.load("en")
    assert [ko.span(one) for one in (0, 1, 59, 60, 1800, 7200, 200_000)] == [
        *("1초", "1초", "59초", "1분", "30분", "2시간", "3일"),
    ]
    assert (en.span(0), en.span(1800), en.span(61)) == ("1 second", "30 minutes", "2 minutes")
    assert said(ko, "code-too-soon", {"wait_seconds": 0}).startswith("1초 뒤에")
    assert "30분 뒤에" in said(ko, "too-many-requests", {"seconds": 1800})


def test_the_same_code_is_sent_again_and_more_time_is_given(visitor: Visitor) -> None:
    page = visitor.asks_for_a_code(SIGNER, way="/my-signatures")
    address = page.partition("?")[0]
    again = visitor.sends(f"{address}/again", seen=visitor.opens(page), next="/my-signatures")
    assert again.headers["location"] == page
    assert "같은 인증번호를 한 번 더 보냅니다." in visitor.opens(page)
    longer = visitor.sends(f"{address}/longer", seen=visitor.opens(page), next="/my-signatures")
    assert longer.headers["location"] == page
    seconds = re.findall(r'data-countdown="(\d+)" data-near="60"', visitor.opens(page))
    assert 400 < int(seconds[0]) <= 600


def test_what_is_wrong_in_the_form_is_named_and_kept(visitor: Visitor) -> None:
    seen = visitor.opens("/sign-in")
    response = visitor.sends(
        "/sign-in", seen=seen, name="홍길동", birth_date="어제", phone="031-123-4567"
    )
    assert response.status_code == 422
    assert 'href="#field-birth_date"' in response.text
    assert 'value="홍길동"' in response.text
    response = visitor.sends(
        "/sign-in", seen=seen, name="홍길동", birth_date="800229", phone="031-123-4567"
    )
    assert "유선전화 번호입니다" in response.text
    for back in ("-1234567", " 1234567", "－１２３４５６７"):
        response = visitor.sends(
            "/sign-in", seen=seen, name="홍길동", birth_date=f"801231{back}", phone="031-123-4567"
        )
        assert 'value="1980-12-31"' in response.text
        assert back[1:] not in response.text


def test_too_many_codes_are_refused_before_anything_is_sent(visitor: Visitor) -> None:
    for _ in range(5):
        visitor.asks_for_a_code(SIGNER)
    with pytest.raises(AssertionError, match=r"이 브라우저에서 이 번호로 .*너무 많"):
        visitor.asks_for_a_code(SIGNER)


def test_a_stranger_beside_me_who_asks_and_types_in_my_name_does_not_keep_me_out(
    visitor: Visitor, site: Open, database_url: str
) -> None:
    """OTP-05, OTP-06 and OTP-10 by pages: another browser, even of the same network."""
    page = visitor.asks_for_a_code(SIGNER)
    stranger = Visitor(site(database=database_url), visitor.town)
    for _ in range(2):
        theirs = stranger.asks_for_a_code(SIGNER)
        wrong = f"{(int(stranger.code_for(theirs)) + 1) % 1_000_000:06}"
        assert "남았습니다" in stranger.types(theirs, wrong).text
    assert visitor.types(page, visitor.code_for(page)).status_code == 303, "my code is good yet"

    for _ in range(2):
        stranger.asks_for_a_code(SIGNER)
    with pytest.raises(AssertionError, match="다른 연결에서 요청해 보세요"):
        stranger.asks_for_a_code(SIGNER)
    visitor.client.cookies.delete("session")
    assert visitor.proves(SIGNER).status_code == 303, "and I come in again"


@pytest.mark.parametrize("way", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_nobody_is_led_off_the_site(visitor: Visitor, way: str) -> None:
    visitor.is_signed_in(SIGNER)
    response = visitor.client.get("/sign-in", params={"next": way})
    assert response.headers["location"] == "/"


def test_a_session_that_ended_is_asked_for_again(visitor: Visitor, measure: UUID) -> None:
    assert measure
    visitor.is_signed_in(SIGNER)
    seen = agrees(visitor)
    with visitor.town.begin() as uow:
        uow.session.execute(
            update(SessionRow).values(idle_until=SessionRow.created_at - timedelta(seconds=1))
        )
    response = visitor.sends("/measures/1/sign", seen=seen, purpose="yes")
    assert response.status_code in {401, 403}
    assert lines(visitor.town) == 0


def test_a_code_shows_a_phone_and_the_page_says_so(visitor: Visitor) -> None:
    html = visitor.opens("/sign-in")
    assert "휴대전화를 가지고 있다는 것만 보여 줍니다" in html
    assert codes.DIGITS == 6
