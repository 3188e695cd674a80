"""What the second officer is shown of a proposal: its paper, its halt, its days, in plain words."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from uuid import UUID

import pytest

from referendum.i18n.words import Words
from referendum.kernel.people import Authority, Role
from referendum.lifecycle import proposing
from referendum.lifecycle.acting import Deputy, Particulars
from referendum.lifecycle.dates import deadlines
from referendum.lifecycle.stages import Act
from referendum.lifecycle.tables import Hold
from tests import scans
from tests.doors.browser import Browser
from tests.papers import PAPER
from tests.town import Town
from tests.web.conftest import Open
from tests.web.desk import TYPED, sends, sends_twice, sits
from tests.web.staff import Colleague, hire

DATA = scans.pdf()


@pytest.fixture
def one(kim: Colleague, opens: Open) -> Browser:
    return sits(opens(), kim)


@pytest.fixture
def lee(town: Town) -> Colleague:
    return hire(town, "mayor.two")


@pytest.fixture
def other(lee: Colleague, opens: Open) -> Browser:
    return sits(opens(), lee)


@pytest.fixture
def annulling(town: Town, referendum_open: UUID) -> str:
    return f"/desk/measures/{town.measure(referendum_open).number}/acts/annul"


def asked(client: Browser, path: str, *, data: bytes | None = DATA, **fields: str) -> str:
    """The address of what was asked for."""
    files = {"document_file": ("scan.pdf", data, "application/pdf")} if data else None
    answer = sends(client, path, files=files, **(TYPED | fields))
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def said(html: str) -> str:
    return re.sub(r"<[^>]+>|\s+", " ", html)


def paper_in(html: str) -> str:
    (found,) = set(re.findall(r'href="(/desk/papers/[0-9a-f-]{36})"', html))
    return str(found)


# The paper


def test_the_second_officer_sees_the_paper_and_opens_its_file(
    one: Browser, other: Browser, annulling: str
) -> None:
    address = asked(one, annulling)
    html = other.get(address).text
    told = said(html)
    assert "시민-9" in told
    assert "2027년 2월 1일" in told
    assert "파일 있음" in told
    assert hashlib.sha256(DATA).hexdigest() in told
    assert "서명된 문서와 같은지" in told
    paper = paper_in(html)
    page = other.get(paper).text
    assert f'href="{address}"' in page
    assert "확인을 기다리는 일이 이 문서에 근거합니다" in page
    assert "아직 없습니다." not in page
    taken = sends(other, f"{paper}/reading", html=page, reason="확인하려고")
    assert (taken.status_code, taken.content) == (200, DATA)


def test_without_a_file_the_second_officer_reads_so(
    one: Browser, other: Browser, annulling: str
) -> None:
    other.headers["accept-language"] = "en"
    html = other.get(asked(one, annulling, data=None)).text
    assert "<strong>Without a file</strong>" in html
    assert "See that document" in html


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_paper_of_a_proposal_that_came_to_nothing_is_marked(
    one: Browser, town: Town, annulling: str, language: str
) -> None:
    """Its number stays taken: the same document may be named once more, another one may not."""
    address = asked(one, annulling)
    paper = paper_in(one.get(address).text)
    assert sends(one, f"{address}/withdrawal").status_code == 303
    one.headers["accept-language"] = language
    page = one.get(paper).text
    words = {
        "ko": "처리하지 않게 된 일의 근거로 적혔습니다.",
        "en": "a proposal that came to nothing",
    }
    assert words[language] in page
    assert {"ko": "번호는 그대로", "en": "number stays taken"}[language] in page
    other_day = sends(one, annulling, **(TYPED | {"document_day": "2027-01-31"}))
    assert other_day.status_code == 409
    assert asked(one, annulling, data=None), "the same document may be named again"
    town.waits(days=8)
    assert words[language] in one.get(paper).text, "one that lapsed as well"


def test_another_office_learns_nothing_of_what_waits(
    one: Browser, town: Town, opens: Open, annulling: str
) -> None:
    paper = paper_in(one.get(asked(one, annulling)).text)
    chair = hire(town, "chair.one", authority=Authority.COUNCIL_CHAIR)
    assert "/desk/proposals/" not in sits(opens(), chair).get(paper).text


def test_who_has_no_business_with_papers_gets_no_link(
    one: Browser, town: Town, opens: Open, annulling: str
) -> None:
    address = asked(one, annulling)
    examiner = sits(opens(), hire(town, "mayor.six", roles=(Role.EXAMINER,)))
    html = examiner.get(address).text
    assert "시민-9" in html
    assert "/desk/papers/" not in html


# A halt, and its end


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("stops", [True, False])
def test_a_halt_says_which_since_when_and_what_stops(
    one: Browser, other: Browser, town: Town, referendum_open: UUID, language: str, *, stops: bool
) -> None:
    number = town.measure(referendum_open).number
    asked_for = {"stops_clock": "yes"} if stops else {}
    placed = sends(one, f"/desk/measures/{number}/holds", kind="postponement", **TYPED, **asked_for)
    assert placed.status_code == 303, placed.text
    other.headers["accept-language"] = language
    (address,) = set(
        re.findall(r'href="(/desk/proposals/[0-9a-f-]{36})"', other.get("/desk/proposals").text)
    )
    html = other.get(address).text
    told = said(html)
    missing = {"ko": "정지 문서의 파일이 없어", "en": "The file of the paper that halts it"}[
        language
    ]
    assert missing in told
    assert "/confirmation" not in html
    paper = paper_in(html)
    brought = {"document_file": ("scan.pdf", DATA, "application/pdf")}
    assert sends(other, f"{paper}/file", files=brought).status_code == 303
    html = other.get(address).text
    assert missing not in said(html)
    assert "/confirmation" in html
    with town.begin() as uow:
        (hold,) = uow.session.query(Hold).all()
        began = hold.from_at
    words = {
        "ko": ("연기", "진행할 수 없습니다", "기한도 멈" if stops else "기한은 계속"),
        "en": (
            "ostpone",
            "no step can be taken",
            "Deadlines stop" if stops else "Deadlines keep running",
        ),
    }[language]
    assert [one for one in words if one not in told] == []
    assert str(began.year) in told
    assert "시민-9" in told


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_lifting_says_which_halt_by_whom_on_which_paper_and_the_days_added(
    one: Browser, other: Browser, town: Town, referendum_open: UUID, language: str
) -> None:
    number = town.measure(referendum_open).number
    fields = {"kind": "court", "stops_clock": "yes", **TYPED}
    assert sends(one, f"/desk/measures/{number}/holds", **fields).status_code == 303
    with town.begin() as uow:
        (hold,) = uow.session.query(Hold).all()
        path = f"/desk/measures/{number}/holds/{hold.id}/lift"
    town.waits(days=4)
    ended = {"document_number": "2027구합9", "document_day": "2027-02-01", "reason": "기각"}
    address = str(sends(one, path, **ended).headers["location"])
    other.headers["accept-language"] = language
    html = other.get(address).text
    told = said(html)
    assert "시민-9" in told
    assert "담당 mayor.one" in told or "mayor.one" in told
    assert {"ko": "오늘 해제하면 4일", "en": "4 days, were it lifted today"}[language] in told
    assert "2027구합9" in told, "the paper that ends it, beside that of the halt"
    assert {"ko": "서명된 문서와 같은지", "en": "signed paper says"}[language] in told


# Days


def test_a_moved_day_that_is_taken_back_says_from_which_day_to_which(
    one: Browser, kim: Colleague, other: Browser, town: Town, referendum_open: UUID
) -> None:
    number = town.measure(referendum_open).number
    path = f"/desk/measures/{number}/deadlines/collection_ends"
    with town.begin() as uow:
        kept = deadlines.kept(uow.session, referendum_open, "collection_ends")
        assert kept is not None
        before = kept.latest
    after = before + timedelta(days=9)
    sends(one, "/desk/confirm", code=kim.code())
    assert sends_twice(one, path, day=after.isoformat(), **TYPED).status_code == 303
    assert town.seconds_all() == 1
    paper = {"document_number": "시민-10", "document_day": "2027-02-01", "reason": "착오"}
    back = sends_twice(one, f"{path}/restoration", **paper)
    told = said(other.get(str(back.headers["location"])).text)
    assert "단계와 날짜는 바뀌지 않습니다" not in told
    assert "옮긴 근거 문서" in told
    assert "시민-10" in told
    assert "시민-9" in told
    assert f"{after.year}년 {after.month}월 {after.day}일" in told
    assert f"{before.year}년 {before.month}월 {before.day}일" in told
    assert "서명된 문서와 같은지" in told


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_call_tells_its_days_in_time_with_the_hours(
    other: Browser, town: Town, referendum_sufficient: UUID, language: str
) -> None:
    """Polls open before they close, whatever their names begin with; and who signs is shown."""
    mayor = town.officer(Authority.MAYOR)
    given = Particulars(document=PAPER, deputy=Deputy(name="나국장", office="기획조정실장"))
    with town.begin() as uow:
        put = proposing.propose(uow, town.means, referendum_sufficient, Act.CALL, mayor, given)
    other.headers["accept-language"] = language
    html = other.get(f"/desk/proposals/{put.id}").text
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>.*?<strong>(.*?)</strong>', html)
    labels = [label for label, _ in rows]
    words = Words.load(language)
    opens, closes = (
        labels.index(words(f"measure.deadline.{name}")) for name in ("polls_open", "polls_close")
    )
    assert opens < closes
    assert "06:00" in rows[opens][1]
    assert "20:00" in rows[closes][1]
    told = said(html)
    for words_of_it in ("시험시장", "가상시장", "기획조정실장", "나국장", PAPER.number):
        assert words_of_it in told
