"""Representatives are invited by phone, and end or publish a measure only together, with codes."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from uuid import UUID

import httpx2
import pytest
from pypdf import PdfReader

from referendum.lifecycle.stages import Act, Stage
from tests.town import Town
from tests.web.conftest import Open
from tests.web.reading import Page
from tests.web.test_workspace import FULL, number_of, starts
from tests.web.visitors import Visitor, folds, phone_of, registers_phone
from tests.worker.office import Office
from thresholds.vocabulary import Instrument

INITIATOR, FRIEND, STRANGER = 1, 20, 30
Somebody = Callable[[int], Visitor]


@pytest.fixture
def somebody(site: Open, town: Town, database_url: str) -> Somebody:
    def comes(number: int) -> Visitor:
        registers_phone(town, number)
        visitor = Visitor(site(database=database_url), town)
        visitor.opens("/sign-in")
        return visitor.is_signed_in(number)

    return comes


@pytest.fixture
def founder(somebody: Somebody) -> Visitor:
    visitor = somebody(INITIATOR)
    visitor.sends("/workspace/1/edit", seen=starts(visitor, Instrument.INITIATIVE), **FULL)
    return visitor


def invites(founder: Visitor, number: int) -> str:
    """The founder types a number; gives the address in the message."""
    seen = founder.opens("/workspace/1/invite")
    sent = founder.sends("/workspace/1/invite", seen=seen, phone=phone_of(number))
    assert sent.status_code == 303, sent.text
    page = founder.opens("/workspace/1/invite")
    action = next(
        str(form["action"]) for form in Page(page).all("form") if "take-back" in str(form["action"])
    )
    return f"/workspace/1/join/{action.split('/')[4]}"


def joins(founder: Visitor, friend: Visitor, number: int = FRIEND) -> None:
    link = invites(founder, number)
    done = friend.sends(link, seen=friend.opens(link), agreed="yes")
    assert done.headers["location"] == "/workspace/1"


def consents(one: Visitor, number: int, act: str) -> httpx2.Response:
    """As somebody does it: a number, the code that comes, and a press."""
    asked = one.sends(
        f"/workspace/1/agree/{act}", seen=one.opens(f"/workspace/1/{act}"), phone=phone_of(number)
    )
    assert asked.status_code == 303, asked.text
    page = asked.headers["location"]
    return one.sends(page, seen=one.opens(page), code=one.code_for(page))


def test_a_friend_joins_by_the_phone_that_was_invited_and_nobody_else(
    founder: Visitor, somebody: Somebody
) -> None:
    friend, stranger = somebody(FRIEND), somebody(STRANGER)
    link = invites(founder, FRIEND)
    assert stranger.client.get(link).status_code == 404, "a link passed on serves nobody"
    seen = stranger.opens("/workspace/new")
    assert stranger.sends(link, seen=seen, agreed="yes").status_code == 404
    page = friend.opens(link)
    for text in (FULL["question_ko"], *FULL["reason"].splitlines(), *FULL["body"].splitlines()):
        assert text in page, "one reads what one is to stand for"
    assert "대표자의 수(2명)" in page, "what becomes public is said as it is"
    assert "이름은 나오지 않습니다" in page
    silent = friend.sends(link, seen=page)
    assert silent.status_code == 422
    assert "동의한다고 표시해 주세요" in silent.text
    assert friend.sends(link, seen=page, agreed="yes").headers["location"] == "/workspace/1"
    assert "2명" in friend.opens("/workspace/1")
    assert "이미 이 안건의 대표자입니다." in friend.opens(link)
    assert stranger.client.get(link).status_code == 404


def test_an_invitation_taken_back_or_of_whoever_left_serves_nobody(
    founder: Visitor, somebody: Somebody
) -> None:
    friend = somebody(FRIEND)
    link = invites(founder, FRIEND)
    founder.sends(
        f"/workspace/1/invite/{link.rsplit('/', 1)[1]}/take-back",
        seen=founder.opens("/workspace/1/invite"),
    )
    assert friend.client.get(link).status_code == 404
    joins(founder, friend)
    third = somebody(STRANGER)
    link = invites(founder, STRANGER)
    founder.sends("/workspace/1/leave", seen=founder.opens("/workspace/1/leave"))
    assert founder.client.get("/workspace/1").status_code == 404
    assert third.client.get(link).status_code == 404, "the inviter has left"
    alone = friend.opens("/workspace/1/leave")
    assert "마지막 대표자는 그냥 떠날 수 없습니다" in alone
    assert friend.sends("/workspace/1/leave", seen=alone).status_code == 409


def test_what_comes_to_a_wrong_number_does_not_name_the_measure(
    founder: Visitor, office: Office
) -> None:
    invites(founder, FRIEND)
    (asked,) = office.waiting("notices.tell_invitation")
    office.carries(asked)
    ((facts,),) = office.rows("select facts from notice")
    assert FULL["title_ko"] not in str(facts)
    assert "/workspace/1/join/" in facts["ko"]


def test_who_joined_does_not_end_the_measure_with_three_presses(
    town: Town, founder: Visitor, somebody: Somebody, office: Office
) -> None:
    """One asks, all must agree with a code of their own, it rests a day, and all are told."""
    measure = number_of(town)
    founder.sends("/workspace/1/apply", seen=founder.opens("/workspace/1/apply"))
    town.acts(measure, Act.ADMIT, town.examiner_of(measure))
    town.brings(measure, town.some(9))
    folds(town, measure)
    friend = somebody(FRIEND)
    joins(founder, friend)
    question = friend.opens("/workspace/1/withdraw")
    assert "서명 9건이 쓰이지 않게 됩니다" in question, "what would be lost"
    assert "대표자 2명이 모두 동의해야 합니다" in question
    assert "연락이 닿지 않거나" in question
    old = friend.sends("/workspace/1/withdraw", seen=question)
    assert old.status_code == 405, "there is no press that ends it"
    elsewhere = friend.sends(
        "/workspace/1/agree/withdraw", seen=question, phone=phone_of(INITIATOR)
    )
    assert elsewhere.status_code == 422, "a code of another's phone is not theirs"
    assert consents(friend, FRIEND, "withdraw").headers["location"] == "/workspace/1"
    assert town.stage(measure) is Stage.COLLECTING
    town.waits(days=2)
    assert town.stage(measure) is Stage.COLLECTING, "one alone ends nothing, however long"

    founder.is_signed_in(INITIATOR)
    told = founder.opens("/workspace/1")
    assert "안건 철회: 대표자의 동의를 기다립니다" in told
    assert consents(founder, INITIATOR, "withdraw").status_code == 303
    assert town.stage(measure) is Stage.COLLECTING, "a day to take it back"
    friend.is_signed_in(FRIEND)
    assert "대표자가 모두 동의했습니다" in friend.opens("/workspace/1")
    friend.sends("/workspace/1/take-back", seen=friend.opens("/workspace/1"))
    town.waits(days=2)
    assert town.stage(measure) is Stage.COLLECTING

    for one, number in ((friend, FRIEND), (founder, INITIATOR)):
        one.is_signed_in(number)
    consents(founder, INITIATOR, "withdraw")
    consents(friend, FRIEND, "withdraw")
    town.waits(days=1)
    assert town.stage(measure) is Stage.WITHDRAWN
    assert len(office.waiting("notices.tell_agreement")) == 5


def test_a_draft_of_two_is_published_by_both_and_no_text_is_slipped_in_between(
    town: Town, founder: Visitor, somebody: Somebody
) -> None:
    measure, friend = number_of(town), somebody(FRIEND)
    joins(founder, friend)
    alone = founder.sends("/workspace/1/apply", seen=founder.opens("/workspace/1/apply"))
    assert alone.status_code == 200
    assert "모두 동의해야 합니다" in alone.text
    consents(founder, INITIATOR, "apply")
    assert town.stage(measure) is Stage.DRAFT
    seen = friend.opens("/workspace/1/edit")
    friend.sends("/workspace/1/edit", seen=seen, **{**FULL, "title_ko": "다른 글"})
    consents(friend, FRIEND, "apply")
    assert town.stage(measure) is Stage.DRAFT, "the founder consented to another text"
    done = consents(founder, INITIATOR, "apply")
    assert done.status_code == 303
    assert town.stage(measure) is Stage.APPLIED


def test_the_last_save_is_undone_and_every_version_can_be_had_back(founder: Visitor) -> None:
    seen = founder.opens("/workspace/1/edit")
    founder.sends("/workspace/1/edit", seen=seen, **{**FULL, "reason": "망친 글"})
    page = founder.opens("/workspace/1/edit")
    assert "마지막 저장 되돌리기" in page
    founder.sends("/workspace/1/restore", seen=page, version="1")
    assert "늦게까지 일하는 주민이 많다." in founder.opens("/workspace/1/edit")
    kept = founder.opens("/workspace/1/versions")
    assert "망친 글" in kept, "undoing is undone, too"
    founder.sends("/workspace/1/restore", seen=kept, version="2")
    assert "망친 글" in founder.opens("/workspace/1/edit")
    assert founder.sends("/workspace/1/restore", seen=kept, version="9").status_code == 404
    founder.sends("/workspace/1/apply", seen=founder.opens("/workspace/1/apply"))
    assert founder.client.get("/workspace/1/versions").status_code == 409


@pytest.mark.parametrize("instrument", Instrument)
def test_what_comes_next_is_said_with_who_has_it_and_how_long(
    somebody: Somebody, instrument: Instrument
) -> None:
    visitor = somebody(INITIATOR)
    starts(visitor, instrument)
    page = visitor.opens("/workspace/1")
    assert "다음에 할 일" in page
    assert "대표자 증명서 신청" in page
    if instrument is Instrument.INITIATIVE:
        assert "3개월" in page, "the rulebook's period"
        assert "주민조례발안법 §8①" in page


def test_a_day_that_is_known_is_named(town: Town, founder: Visitor) -> None:
    measure: UUID = number_of(town)
    founder.sends("/workspace/1/apply", seen=founder.opens("/workspace/1/apply"))
    assert "이 단계의 기한이 따로 없습니다." in founder.opens("/workspace/1")
    town.acts(measure, Act.ADMIT, town.examiner_of(measure))
    assert "날짜가 되면 자동으로" in founder.opens("/workspace/1")


def test_a_representative_alone_gets_what_can_be_spread_while_it_collects(
    town: Town, founder: Visitor, somebody: Somebody
) -> None:
    measure = number_of(town)
    paths = ("", "/code.png", "/poster-a4.pdf", "/poster-a3.pdf")
    assert [founder.client.get(f"/workspace/1/share{path}").status_code for path in paths] == [
        404
    ] * 4, "nothing before the certificate"
    founder.sends("/workspace/1/apply", seen=founder.opens("/workspace/1/apply"))
    town.acts(measure, Act.ADMIT, town.examiner_of(measure))
    page = founder.opens("/workspace/1/share")
    assert "http://testserver/measures/1" in page
    assert "서명을 요청할 수 있는 사람은 대표자와" in page
    assert founder.client.get("/workspace/1/share/code.png").content.startswith(b"\x89PNG")
    small, large = (
        PdfReader(BytesIO(founder.client.get(f"/workspace/1/share/poster-{paper}.pdf").content))
        for paper in ("a4", "a3")
    )
    assert len(small.pages) == len(large.pages) == 1
    assert large.pages[0].mediabox.width > small.pages[0].mediabox.width * 1.4
    assert FULL["title_ko"] in small.pages[0].extract_text()
    assert founder.client.get("/workspace/1/share/poster-a9.pdf").status_code == 404
    stranger = somebody(STRANGER)
    assert [stranger.client.get(f"/workspace/1/share{path}").status_code for path in paths] == [
        404
    ] * 4
    assert "/share" not in stranger.opens("/measures/1")
    town.waits_for("collection_ends", measure)
    founder.is_signed_in(INITIATOR)
    assert founder.client.get("/workspace/1/share").status_code == 404


def test_a_recall_is_not_spread_and_its_sealed_sheets_are_not_printed(
    town: Town, somebody: Somebody
) -> None:
    visitor = somebody(INITIATOR)
    measure = town.opens(Instrument.RECALL)
    number = town.measure(measure).number
    page = visitor.opens(f"/workspace/{number}")
    assert "/share" not in page
    assert "/sheet" not in page
    assert visitor.client.get(f"/workspace/{number}/share").status_code == 404
    assert visitor.client.get(f"/workspace/{number}/sheet").status_code != 200
