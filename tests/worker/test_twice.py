"""OPS-03: every task may run twice, or break off in between, and the state is the same."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from referendum.certificates.tables import Certificate, CertificatePdf
from referendum.i18n.words import Words
from referendum.kernel.outbox import OutboxMessage
from referendum.kernel.people import Authority
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import Begin, UnitOfWork
from referendum.lifecycle.acting import Particulars
from referendum.lifecycle.errors import MeasureNotFound
from referendum.lifecycle.stages import Act
from referendum.lifecycle.tables import Representative
from referendum.notices.tables import DemoMessage, Notice
from referendum.worker.carrying import once
from tests.identity.neighbourhood import Neighbourhood
from tests.papers import PAPER
from tests.town import Town
from tests.web.staff import hire
from tests.worker.office import Office
from tests.worker.residents import PHONE, lives_with_phone
from thresholds.vocabulary import Instrument


def test_a_step_is_told_once_to_each_representative_with_a_number(
    town: Town, office: Office
) -> None:
    person = lives_with_phone(town)
    measure = town.drafts(Instrument.REFERENDUM)
    town.acts(measure, Act.APPLY, town.resident(town.some(1)[0]))
    with town.begin() as uow:
        uow.session.add(Representative(measure_id=measure, person_id=person))

    (told,) = office.waiting("notices.tell_step")
    office.carries(told, times=2)
    assert office.count(Notice) == 1
    assert office.empties(times=2) == 1
    assert office.rows("select template, recipient from demo_message") == [
        ("notices.act-both", "•••••••••6789")
    ]
    assert office.count(Notice, Notice.recipient.is_not(None)) == 0


def test_what_moved_is_told_once_to_each_representative_with_the_old_day_and_the_new(
    town: Town, office: Office, referendum_open: UUID
) -> None:
    """One message a measure, however many of its deadlines moved."""
    person = lives_with_phone(town)
    with town.begin() as uow:
        uow.session.add(Representative(measure_id=referendum_open, person_id=person))
    hold = town.halts(referendum_open)
    town.waits(days=7)
    town.lifts(referendum_open, hold)
    (told,) = office.waiting("notices.tell_moved")
    office.carries(told, times=2)
    ((facts,),) = office.rows("select facts from notice where kind = 'moved-both'")
    assert "정지 해제" in facts["ko"]
    assert "2027년 5월 4일 화요일 → 2027년 5월 10일 월요일" in facts["ko"]
    assert facts["ko"].count("→") == 2, "what follows from it moves with it"
    assert "A hold was lifted" in facts["en"]
    assert "Tuesday 4 May 2027 → Monday 10 May 2027" in facts["en"].replace(",", "")
    for said in facts.values():
        assert PAPER.number in said, "on which paper"


def test_a_halt_and_its_lifting_are_told_in_both_languages_with_the_courts_paper(
    town: Town, office: Office, referendum_open: UUID
) -> None:
    person = lives_with_phone(town)
    with town.begin() as uow:
        uow.session.add(Representative(measure_id=referendum_open, person_id=person))
    mayor = replace(town.officer(Authority.MAYOR), id=hire(town, "mayor.one").id)
    hold = town.halts(referendum_open, by=mayor)
    (told,) = office.waiting("notices.tell_hold")
    office.carries(told, times=2)
    town.lifts(referendum_open, hold)
    office.empties(times=2)
    rows = office.rows(
        "select facts from demo_message where template = 'notices.hold-both' order by at"
    )
    placed, lifted = [facts for (facts,) in rows]
    assert "집행정지" in placed["ko"]
    assert "기관: 시장" in placed["ko"]
    assert f"문서: {PAPER.number}" in placed["ko"]
    assert "법원" in placed["ko"]
    assert "기한은 흐르지 않습니다" in placed["ko"]
    for word in ("Stayed by a court", "Office: Mayor", "Court", "Deadlines do not run"):
        assert word in placed["en"]
    assert "해제" in lifted["ko"]
    assert "lifted" in lifted["en"]
    assert "do not run" not in lifted["en"]
    words = Words.load("ko")("notices.hold-both", **placed)
    assert words.index("집행정지") < words.index("Stayed by a court")


def test_an_annulment_is_told_with_who_decided_and_on_which_paper(
    town: Town, office: Office, referendum_open: UUID
) -> None:
    person = lives_with_phone(town)
    with town.begin() as uow:
        uow.session.add(Representative(measure_id=referendum_open, person_id=person))
    given = Particulars(document=PAPER, reason="각하")
    town.acts(referendum_open, Act.ANNUL, town.examiner_of(referendum_open), given)
    office.empties(times=2)
    (facts,) = [one for (one,) in office.rows(TOLD) if "무효·취소" in one["ko"]]
    assert "결정: 시장" in facts["ko"]
    assert "Decided by: Mayor" in facts["en"]
    for said in facts.values():
        assert PAPER.number in said


def test_two_steps_of_one_day_are_told_apart_and_dated_as_the_pages_date_them(
    town: Town, office: Office
) -> None:
    """A step of the calendar counts from midnight of a deadline's last day, and not of the next."""
    person = lives_with_phone(town)
    measure = town.drafts(Instrument.INITIATIVE)
    town.acts(measure, Act.APPLY, town.resident(town.some(1)[0]))
    with town.begin() as uow:
        uow.session.add(Representative(measure_id=measure, person_id=person))
    town.acts(measure, Act.ADMIT, town.examiner_of(measure))
    town.waits_for("collection_ends", measure)
    ended = town.deadline(measure, "collection_ends").astimezone(SEOUL) - timedelta(days=1)
    office.empties(times=2)
    words = Words.load("ko")
    told = [facts["ko"] for (facts,) in office.rows(TOLD)]
    assert len(told) == len(set(told)) == 3
    acts = ("apply", "admit", "close_collection")
    assert [words(f"measure.act.{act}") in one for act, one in zip(acts, told, strict=True)]
    last = f"{ended.year}년 {ended.month}월 {ended.day}일 밤 12시"
    assert [last in one for one in told] == [False, False, True]


SEOUL = ZoneInfo("Asia/Seoul")
TOLD = "select facts from demo_message order by at"


def test_a_code_goes_to_the_carrier_once(begin: Begin, vault: Vault, office: Office) -> None:
    village = Neighbourhood.build(begin, vault)
    village.lives("홍길동", phone=PHONE)
    village.asks()
    office.sends_codes(times=3)
    assert office.count(DemoMessage) == 1


@pytest.mark.usefixtures("referendum_sufficient")
def test_a_certificate_is_set_once_and_its_files_are_bound_by_the_record(office: Office) -> None:
    (ask,) = office.waiting("certificates.render")
    office.carries(ask, times=2)
    ((first, made),) = office.rows("select sha256, length(pdf) from certificate_pdf")
    assert made > 10_000
    again = office.asks("certificates.render", **ask.arguments)
    office.carries(again)
    assert office.rows("select sha256 from certificate_pdf") == [(first,)]
    assert office.count(CertificatePdf) == office.count(Certificate) == 1
    leaves = [json.loads(bytes(leaf)) for (leaf,) in office.rows("select leaf from record_entry")]
    told = {leaf["act"]: leaf["facts"] for leaf in leaves}
    ((document,),) = office.rows("select sha256 from certificate")
    assert told["certificate.issued"]["sha256"] == document
    assert told["certificate.printed"]["pdf_sha256"] == first
    assert [leaf["act"] for leaf in leaves].count("certificate.printed") == 1


def test_what_breaks_off_leaves_nothing_and_comes_again(begin: Begin, office: Office) -> None:
    ask = office.asks("notices.deliver", notice_id=str(uuid4()))

    def breaks(uow: UnitOfWork) -> None:
        uow.later("notices.deliver", notice_id="half")
        uow.session.flush()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        once(begin, str(ask.id), breaks)
    assert [message.id for message in office.waiting()] == [ask.id]

    ran: list[int] = []
    for _ in range(2):
        once(begin, str(ask.id), lambda _uow: ran.append(1))
    assert ran == [1]
    assert office.waiting() == []


def test_a_refusal_undoes_the_effect_and_ends_the_message(begin: Begin, office: Office) -> None:
    ask = office.asks("notices.deliver", notice_id=str(uuid4()))

    def refuses(uow: UnitOfWork) -> None:
        uow.later("notices.deliver", notice_id="half")
        uow.session.flush()
        raise MeasureNotFound(measure="none")

    once(begin, str(ask.id), refuses)
    assert office.count(OutboxMessage) == 1
    assert office.waiting() == []
