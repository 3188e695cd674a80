"""What everybody reads of a measure that a court ended or halted, or whose days an office moved."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from referendum.i18n.words import Language, Words
from referendum.kernel.people import Authority, Officer
from referendum.kernel.proposals import Proposal
from referendum.kernel.record import RecordEntry
from referendum.lifecycle import announcing, papering, proposing
from referendum.lifecycle.acting import Deputy, Document, Particulars
from referendum.lifecycle.dates import deadlines
from referendum.lifecycle.promise.tables import Delegation
from referendum.lifecycle.stages import Act, Stage
from referendum.papers.naming import Issuer
from referendum.roll.tables import PublishedTotal
from tests import scans
from tests.doors.browser import Browser
from tests.ground import PER_DISTRICT
from tests.papers import PAPER
from tests.town import Town
from tests.web.reading import text_of
from tests.web.staff import hire
from tests.web.visitors import Visitor, folds
from thresholds.vocabulary import Instrument

ANNULLED = Particulars(document=PAPER, reason="법원이 청구를 각하했습니다.")
NOT_EXAMINED = {
    "ko": "심사를 마치기 전에 끝나 유효한 서명 수를 확인하지 않았습니다.",
    "en": "Not examined: it ended before that.",
}
LOOKS_EXAMINED = {
    "ko": ("심사를 마친 유효한 서명", "서명이 더 필요합니다"),
    "en": ("Valid signatures after examination", "more signatures are needed"),
}
LANGUAGES = pytest.mark.parametrize("language", ["ko", "en"])


def annuls(town: Town, measure: UUID) -> None:
    town.acts(measure, Act.ANNUL, town.examiner_of(measure), ANNULLED)
    assert town.stage(measure) is Stage.ANNULLED


def looks_examined(html: str, language: str) -> list[str]:
    """Whatever on a page says that something was found, or is still wanted."""
    said = text_of(html)
    marks = [mark for mark in ("finding-met", "finding-short") if mark in html]
    return marks + [words for words in LOOKS_EXAMINED[language] if words in said]


@LANGUAGES
def test_what_was_annulled_while_it_collected_was_not_examined(
    visitor: Visitor, initiative_open: UUID, language: str
) -> None:
    town = visitor.town
    town.brings(initiative_open, town.some(2), bad=1)
    folds(town, initiative_open)
    annuls(town, initiative_open)
    visitor.client.headers["accept-language"] = language
    for path in ("/", "/measures", "/measures/1"):
        html = visitor.opens(path)
        assert NOT_EXAMINED[language] in text_of(html), path
        assert not looks_examined(html, language), path


@LANGUAGES
def test_a_recall_annulled_while_examined_has_no_verdict(
    visitor: Visitor, recall_open: UUID, language: str
) -> None:
    """Every line found valid, but the examination was not over: no district is met or short."""
    town = visitor.town
    town.collects(recall_open, town.spread(140))
    town.examines(recall_open)
    assert town.stage(recall_open) is Stage.EXAMINING
    folds(town, recall_open)
    annuls(town, recall_open)
    visitor.client.headers["accept-language"] = language
    html = visitor.opens("/measures/1")
    assert NOT_EXAMINED[language] in text_of(html)
    assert not looks_examined(html, language)
    code = town.districts[0].code
    chosen = text_of(visitor.opens(f"/measures/1?district={code}"))
    assert "minimum has been reached" not in chosen
    assert "최소 서명 수를 채웠" not in chosen
    what_if = text_of(visitor.opens("/measures/1/what-if"))
    assert NOT_EXAMINED[language] in what_if


def test_what_ends_after_its_examination_keeps_what_was_found(
    visitor: Visitor, referendum_sufficient: UUID
) -> None:
    town = visitor.town
    folds(town, referendum_sufficient)
    annuls(town, referendum_sufficient)
    for path in ("/", "/measures/1"):
        said = text_of(visitor.opens(path))
        assert LOOKS_EXAMINED["ko"][0] in said
        assert NOT_EXAMINED["ko"] not in said


@LANGUAGES
def test_a_halt_ends_with_its_measure(
    visitor: Visitor, initiative_open: UUID, language: str
) -> None:
    town = visitor.town
    visitor.client.headers["accept-language"] = language
    town.halts(initiative_open)
    halted = {"ko": "정지된 동안", "en": "while it is halted"}[language]
    assert halted in text_of(visitor.opens("/measures/1"))
    annuls(town, initiative_open)
    assert halted not in text_of(visitor.opens("/measures/1"))


@LANGUAGES
def test_a_halt_that_nobody_has_compared_says_so_until_somebody_has(
    visitor: Visitor, initiative_open: UUID, language: str
) -> None:
    town = visitor.town
    visitor.client.headers["accept-language"] = language
    town.halts(initiative_open)
    unseen = Words.load(language)("public.hold.unseen")
    assert unseen in text_of(visitor.opens("/measures/1"))
    assert town.seconds_all() == 1
    assert unseen not in text_of(visitor.opens("/measures/1"))


@LANGUAGES
def test_a_promise_that_was_revoked_with_notice_says_so_and_from_which_day(
    visitor: Visitor, language: str
) -> None:
    town = visitor.town
    promise = town.delegates(valid_to=None)
    visitor.client.headers["accept-language"] = language
    in_force, open_ended = {
        "ko": ("지금 유효", "철회할 때까지 유효합니다"),
        "en": ("in force", "until it is revoked"),
    }[language]
    for path in ("/promises", "/promises/1"):
        said = text_of(visitor.opens(path))
        assert in_force in said
        assert open_ended in said
    town.revokes(promise)
    with town.begin() as uow:
        revoked = uow.session.get_one(Delegation, promise).revoked_from
    assert revoked is not None
    day = Words.load(language).date(revoked)
    says = {"ko": f"{day}부터 철회", "en": f"revoked from {day}"}[language]
    for path in ("/promises", "/promises/1"):
        said = text_of(visitor.opens(path))
        assert says in said
        assert in_force not in said
        assert open_ended not in said


@LANGUAGES
def test_the_record_names_the_measure_of_a_proposal_once_it_is_done_and_not_before(
    visitor: Visitor, initiative_open: UUID, language: str
) -> None:
    town = visitor.town
    visitor.client.headers["accept-language"] = language
    put, confirmed, annul = {
        "ko": ("다른 담당자에게 확인 요청", "다른 담당자가 확인", "무효·취소(판결 등)"),
        "en": ("Put to a second officer", "Confirmed by a second officer", "Annul"),
    }[language]
    officer = town.examiner_of(initiative_open)
    with town.begin() as uow:
        waiting = proposing.take(uow, town.means, initiative_open, Act.ANNUL, officer, ANNULLED)
    assert isinstance(waiting, Proposal)
    town.seals()
    (row,) = rows_of(visitor.opens("/record"), put)
    assert re.search(r"– \d+$", row), "it names no measure"
    assert annul not in row
    town.seconds(waiting, officer)
    town.seals()
    html = visitor.opens("/record")
    for said in (put, confirmed):
        (row,) = rows_of(html, said)
        assert annul in row
        title = {"ko": "도서관 야간 개관 조례", "en": "Libraries open at night"}[language]
        assert title in row
    about = select(RecordEntry.act, RecordEntry.measure_id).where(
        RecordEntry.act.startswith("proposal.")
    )
    with town.begin() as uow:
        kept = {row.act: row.measure_id for row in uow.session.execute(about)}
    assert kept == {"proposal.put": None, "proposal.confirmed": initiative_open}


def rows_of(html: str, said: str) -> list[str]:
    """The rows of a page's tables that say this, as text."""
    rows = (text_of(row) for row in html.split("<tr>"))
    return [row for row in rows if said in row]


@dataclass(frozen=True)
class Chair:
    """An officer of the council's chair with an account, as the demo and a city have them."""

    town: Town
    officer: Officer

    @classmethod
    def of(cls, town: Town) -> Chair:
        authority = Authority.COUNCIL_CHAIR
        hired = hire(town, "chair.one", authority=authority)
        return cls(town, replace(town.officer(authority), id=hired.id))

    def moves(self, measure: UUID, day: date, number: str) -> None:
        with self.town.begin() as uow:
            put = proposing.propose_override(
                uow,
                self.town.means,
                measure,
                "collection_ends",
                day=day,
                document=Document(number, PAPER.day),
                reason="서버 점검",
                by=self.officer,
            )
        self.town.seconds(put, self.officer)

    def moves_back(self, measure: UUID) -> None:
        with self.town.begin() as uow:
            put = proposing.propose_restoring(
                uow,
                self.town.means,
                measure,
                "collection_ends",
                document=Document("시험-취소", PAPER.day),
                reason="점검 취소",
                by=self.officer,
            )
        self.town.seconds(put, self.officer)

    def lifts(self, measure: UUID, hold: UUID) -> None:
        with self.town.begin() as uow:
            put = proposing.propose_lifting(
                uow,
                self.town.means,
                measure,
                hold,
                document=Document("2027구합9", PAPER.day),
                reason="본안 기각",
                by=self.officer,
            )
        self.town.seconds(put, self.officer)


def times_of(html: str) -> str:
    return html.partition('aria-labelledby="times"')[2].partition("</section>")[0]


@LANGUAGES
def test_an_annulment_says_why_on_which_paper_and_that_one_proposed_and_another_confirmed(
    visitor: Visitor, recall_open: UUID, language: str
) -> None:
    """A commission's paper with its file: number, day, issuer and fingerprint with the step."""
    town = visitor.town
    commission = town.examiner_of(recall_open)
    brought = town.brought(PAPER)
    digest = hashlib.sha256(scans.pdf()).hexdigest()
    town.acts(recall_open, Act.ANNUL, commission, replace(ANNULLED, document=brought))
    visitor.client.headers["accept-language"] = language
    said = text_of(times_of(visitor.opens("/measures/1")))
    assert "법원이 청구를 각하했습니다." in said
    assert PAPER.number in said
    assert re.search(r"[0-9a-f]{64}", said), digest
    expected = {
        "ko": ("선거관리위원회", "같은 기관의 한 담당자가 올리고 다른 담당자가 확인함", "이유:"),
        "en": ("Election commission", "one officer of the office proposed it", "Reason:"),
    }[language]
    for words in expected:
        assert words in said
    assert "confirmed by two officers" not in said


def test_what_is_certified_says_that_two_officers_did_it(
    visitor: Visitor, referendum_sufficient: UUID
) -> None:
    assert visitor.town.stage(referendum_sufficient) is Stage.SUFFICIENT
    html = times_of(visitor.opens("/measures/1"))
    found = html.partition("요건을 채운 것으로 확인함")[2].partition("</li>")[0]
    assert "다른 담당자가 확인함" in found


@LANGUAGES
def test_moved_days_say_whose_they_are_and_when_they_stand_again_as_announced(
    visitor: Visitor, initiative_open: UUID, language: str
) -> None:
    town = visitor.town
    chair = Chair.of(town)
    with town.begin() as uow:
        announced = deadlines.kept(uow.session, initiative_open, "collection_ends")
    assert announced is not None
    with town.begin() as uow:
        courts = Document("의정 2027-9", PAPER.day)
        papering.name(uow, town.place, Issuer.COURT, courts, by=chair.officer)
    chair.moves(initiative_open, announced.day + timedelta(days=3), "의정 2027-9")
    visitor.client.headers["accept-language"] = language
    office, two, back, documents = {
        "ko": ("시의회 의장", "다른 담당자가 확인함", "처음 알려 드린 날로 돌아온", 'id="papers"'),
        "en": ("council", "another one confirmed it", "are again those", 'id="papers"'),
    }[language]
    html = visitor.opens("/measures/1")
    why = text_of(html.partition('id="moved"')[2].partition("</section>")[0])
    assert office in why
    assert two in why
    assert "의정 2027-9" in why
    assert back not in why
    listed = html.partition(documents)[2].partition("</ul>")[0]
    assert listed.count("의정 2027-9") == 1, "among the documents, and the court's is not"
    course = text_of(times_of(html).partition('id="moved"')[0])
    paper = {"ko": "의정 2027-9(2027년 2월 1일 월요일), 시의회", "en": "2027), Council chair"}
    assert paper[language] in course, "and in the course, as the office's own"
    chair.moves_back(initiative_open)
    html = visitor.opens("/measures/1")
    assert back in text_of(html.partition('id="moved"')[2])
    with town.begin() as uow:
        now = deadlines.kept(uow.session, initiative_open, "collection_ends")
    assert now is not None
    assert now.day == announced.day
    assert now.sum_en == announced.sum_en


@LANGUAGES
def test_a_halt_and_its_lifting_stand_in_the_course_and_on_the_lists(
    visitor: Visitor, initiative_open: UUID, language: str
) -> None:
    town = visitor.town
    chair = Chair.of(town)
    hold = town.halts(initiative_open, by=chair.officer)
    visitor.client.headers["accept-language"] = language
    stayed, halted, due, lifted, entered = {
        "ko": (
            "집행정지",
            "정지된 동안 기한은 흐르지",
            "다음 기한",
            "해제",
            "시의회 의장에서 입력",
        ),
        "en": ("Stayed by a court", "Deadlines do not run", "Next deadline", "lifted", "Written"),
    }[language]
    for path in ("/", "/measures"):
        said = text_of(visitor.opens(path))
        assert halted in said, path
        assert due not in said, path
    html = visitor.opens("/measures/1")
    said = text_of(times_of(html))
    assert stayed in said
    assert entered in said
    assert {"ko": "예정", "en": "To come"}[language] not in said
    feed = visitor.client.get("/measures/1/calendar.ics").text.replace("\r\n ", "")
    told = {"ko": "이 날은 뒤로 밀립니다", "en": "this day will move on"}[language]
    assert told in feed
    town.waits(days=4)
    chair.lifts(initiative_open, hold)
    for path in ("/", "/measures"):
        said = text_of(visitor.opens(path))
        assert halted not in said, path
        assert due in said, path
    said = text_of(times_of(visitor.opens("/measures/1")).partition('id="moved"')[0])
    assert stayed in said
    assert lifted in said
    assert "본안 기각" in said
    assert "2027구합9" in said, "the paper that ended it"
    assert "→" in said, "the days that moved"
    assert told not in visitor.client.get("/measures/1/calendar.ics").text.replace("\r\n ", "")


def test_the_desk_tells_halts_and_moved_days_among_what_happened(
    desk: Browser, town: Town, initiative_open: UUID
) -> None:
    chair = Chair.of(town)
    hold = town.halts(initiative_open, by=chair.officer)
    town.waits(days=4)
    chair.lifts(initiative_open, hold)
    html = desk.get("/desk/measures/1").text
    course = html[html.rindex('<ol class="timeline"') :]
    for said in ("집행정지", "해제", "본안 기각", "→", "대표자 증명서를 발급·공표함"):
        assert said in course


@LANGUAGES
def test_the_call_of_a_referendum_names_who_held_the_office_and_who_signed(
    visitor: Visitor, referendum_sufficient: UUID, language: str
) -> None:
    town = visitor.town
    given = Particulars(document=PAPER, deputy=Deputy(name="나국장", office="기획조정실장"))
    town.acts(referendum_sufficient, Act.CALL, town.officer(Authority.MAYOR), given)
    visitor.client.headers["accept-language"] = language
    said = text_of(visitor.opens("/measures/1"))
    delegated = {"ko": "전결", "en": "by delegation (전결)"}[language]
    assert f"시험시장 가상시장, {delegated} 기획조정실장 나국장" in said
    step = said.partition("시험시장 가상시장")[2][:200]
    assert step.count(PAPER.number) == 1, "the paper of the step, said once"
    assert PAPER.number in said


@LANGUAGES
def test_a_corrected_total_says_what_was_needed_and_is_needed_now_and_why(
    visitor: Visitor, desk: Browser, referendum_open: UUID, language: str
) -> None:
    """Only on the measure whose need it changed; at the desk as for everybody."""
    assert referendum_open
    town = visitor.town
    town.opens(Instrument.INITIATIVE)
    visitor.client.headers["accept-language"] = language
    desk.headers["accept-language"] = language
    title = Words.load(Language(language))("public.needed.corrected")
    assert title not in visitor.opens("/measures/1")
    with town.begin() as uow:
        total = uow.session.scalars(
            select(PublishedTotal.id).where(
                PublishedTotal.instrument == Instrument.REFERENDUM.value,
                PublishedTotal.district_id.is_(None),
            )
        ).one()
        one = town.officer(Authority.MAYOR)
        put = announcing.propose_correcting(
            uow,
            total,
            number=PER_DISTRICT * 44 * 2,
            source="시보 제9호",
            published_on=PAPER.day,
            document=Document("정정-1", PAPER.day),
            by=one,
        )
    assert title not in visitor.opens("/measures/1"), "nothing before the second officer"
    town.seconds(put, one)
    (changed,) = (one for one in put.changes if one["what"] == "needed.1.signatures")
    for html in (visitor.opens("/measures/1"), desk.get("/desk/measures/1").text):
        said = text_of(html)
        assert title in said
        for told in ("시보 제9호", "정정-1", "528 → 1,056"):
            assert told in said, told
        assert f"{changed['before']} → {changed['after']}" in said
    assert title not in visitor.opens("/measures/2"), "another instrument's number is another"
