"""Following by one field and one button, and stopping by one link, without signing in."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import func, select

from referendum.identity import codes
from referendum.kernel.people import Authority
from referendum.lifecycle.advisory.answering import Decision
from referendum.lifecycle.news import following, telling
from referendum.lifecycle.news.tables import FollowAsk, Following, FollowLetter
from referendum.lifecycle.stages import Act
from referendum.web import atom
from referendum.web.atom import Entry
from tests.doors.browser import Browser
from tests.town import Town
from tests.web.visitors import Visitor, phone_of
from thresholds.vocabulary import Instrument

ATOM = "{http://www.w3.org/2005/Atom}"
MAILBOX = "resident@example.com"


@pytest.fixture
def visitor(site: Callable[..., Browser], town: Town, database_url: str) -> Visitor:
    """At the pages of a city that has a mail server, which nobody speaks to here."""
    given = {"mail_host": "mail.example", "mail_sender": "city@mail.example"}
    return Visitor(site(database=database_url, **given), town)


def count(town: Town, table: type[Following | FollowLetter | FollowAsk]) -> int:
    with town.begin() as uow:
        return uow.session.scalar(select(func.count()).select_from(table)) or 0


def only(town: Town) -> Following:
    with town.begin() as uow:
        return uow.session.scalars(select(Following)).one()


def proves(visitor: Visitor, seen: str, of: str, number: int) -> str:
    """By message: gives the page on which it ends."""
    sent = visitor.sends("/follow", seen=seen, of=of, to=phone_of(number))
    page = sent.headers["location"]
    code = codes.derive(visitor.town.vault, UUID(page.rpartition("/")[2]))
    answer = visitor.sends(page, seen=visitor.opens(page), code=code)
    assert (answer.status_code, answer.headers["location"]) == (303, page)
    return visitor.opens(page)


def entries_of(document: bytes) -> list[tuple[str, str]]:
    """By a reader that knows nothing of the writer: what each entry is called, and its id."""
    feed = ET.fromstring(document)
    assert feed.tag == f"{ATOM}feed"
    for name in ("id", "title", "updated", "author"):
        assert feed.find(f"{ATOM}{name}") is not None, name
    found = []
    for entry in feed.findall(f"{ATOM}entry"):
        said = {name: entry.findtext(f"{ATOM}{name}") for name in ("id", "title", "updated")}
        assert all(said.values()), said
        assert datetime.fromisoformat(str(said["updated"])) <= datetime(2100, 1, 1, tzinfo=UTC)
        found.append((str(said["title"]), str(said["id"])))
    assert len({name for _, name in found}) == len(found)
    return found


def test_a_measures_page_leads_to_one_field_and_a_number_follows_by_its_code(
    town: Town, visitor: Visitor, initiative_open: UUID
) -> None:
    number = town.measure(initiative_open).number
    assert f'href="/follow?measure={number}"' in visitor.opens(f"/measures/{number}")
    seen = visitor.opens(f"/follow?measure={number}")
    assert seen.count('class="input input-') == 1, "one field"
    done = proves(visitor, seen, f"measure-{number}", 7_001)
    assert "이제 소식을 보내 드립니다" in done
    row = only(town)
    assert (row.measure_id, row.channel, row.confirmed) == (initiative_open, "sms", True)
    with town.begin() as uow:
        address = following.address_of(uow.session, town.vault, row)
    assert address == f"+82{phone_of(7_001).replace('-', '')[1:]}"
    assert phone_of(7_001)[-4:].encode() not in row.sealed


def test_a_wrong_code_follows_nothing_and_a_code_for_one_thing_is_none_for_another(
    town: Town, visitor: Visitor, initiative_open: UUID
) -> None:
    number = town.measure(initiative_open).number
    seen = visitor.opens(f"/follow?measure={number}")
    sent = visitor.sends("/follow", seen=seen, of=f"measure-{number}", to=phone_of(7_001))
    page = sent.headers["location"]
    right = codes.derive(town.vault, UUID(page.rpartition("/")[2]))
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    answer = visitor.sends(page, seen=visitor.opens(page), code=wrong)
    assert (answer.status_code, "error-summary" in answer.text) == (401, True)
    elsewhere = page.replace(f"measure-{number}", "all")
    assert visitor.sends(elsewhere, seen=answer.text, code=right).status_code == 404
    assert count(town, Following) == 0


def test_a_mailbox_follows_once_its_holder_has_pressed_the_button(
    town: Town, visitor: Visitor, initiative_open: UUID
) -> None:
    """To open the link does nothing: machines open links too."""
    number = town.measure(initiative_open).number
    seen = visitor.opens(f"/follow?measure={number}")
    sent = visitor.sends("/follow", seen=seen, of=f"measure-{number}", to=f" {MAILBOX} ")
    assert sent.headers["location"] == "/follow/sent"
    assert not only(town).confirmed
    link = f"/follow/{following.token_of(town.vault, only(town).id)}"
    asked = visitor.opens(link)
    assert "소식을 받으시겠습니까" in asked
    assert not only(town).confirmed
    own = visitor.opens(visitor.sends(link, seen=asked).headers["location"])
    assert only(town).confirmed
    assert "소식을 받고 있습니다" in own
    visitor.sends(f"{link}/language", seen=own, language="en")
    assert only(town).language == "en"
    visitor.sends(f"{link}/language", seen=own, language="fr")
    assert only(town).language == "en"
    stopped = visitor.sends(f"{link}/stop", seen=own)
    assert "이제 소식을 보내지 않습니다" in visitor.opens(stopped.headers["location"])
    assert count(town, Following) == 0


def test_the_same_is_answered_whether_or_not_somebody_follows(
    town: Town, visitor: Visitor, initiative_open: UUID
) -> None:
    number = town.measure(initiative_open).number
    seen = visitor.opens(f"/follow?measure={number}")
    of = f"measure-{number}"
    answers = []
    for to in (MAILBOX, MAILBOX, "stranger@example.com"):
        sent = visitor.sends("/follow", seen=seen, of=of, to=to)
        answers.append((sent.status_code, sent.headers["location"], sent.text))
        with town.begin() as uow:
            for row in uow.session.scalars(select(Following)).all():
                following.confirm(uow, town.vault, following.token_of(town.vault, row.id))
    assert len(set(answers)) == 1
    first, second = proves(visitor, seen, of, 7_001), proves(visitor, seen, of, 7_001)
    assert re.sub(r"[0-9a-f-]{36}", "", first) == re.sub(r"[0-9a-f-]{36}", "", second)
    assert count(town, Following) == 3
    gone = visitor.opens("/follow/nothing-of-ours")
    forged = following.token_of(town.vault, only_id(town))[:-2] + "AA"
    assert visitor.opens(f"/follow/{forged}") == gone.replace("nothing-of-ours", forged)


def only_id(town: Town) -> UUID:
    with town.begin() as uow:
        return uow.session.scalars(select(Following.id).limit(1)).one()


def test_a_mailbox_gets_no_more_letters_than_a_number_gets_codes(
    town: Town, visitor: Visitor
) -> None:
    """Five an hour by one browser, whether or not the mailbox follows."""
    seen = visitor.opens("/follow")
    told = []
    for to in (MAILBOX, "other@example.com"):
        for _ in range(5):
            assert visitor.sends("/follow", seen=seen, of="all", to=to).status_code == 303
        refused = visitor.sends("/follow", seen=seen, of="all", to=to)
        told.append((refused.status_code, refused.text.replace(to, "")))
    assert told[0][0] == 422
    assert len({text for _, text in told}) == 1
    assert count(town, FollowLetter) == count(town, FollowAsk) == 10


@pytest.mark.parametrize("typed", ["", "02-123-4567", "nobody@", "@example.com", "서명 안내"])
def test_what_is_neither_number_nor_mailbox_is_said_at_the_field(
    town: Town, visitor: Visitor, typed: str
) -> None:
    refused = visitor.sends("/follow", seen=visitor.opens("/follow"), of="all", to=typed)
    assert refused.status_code == 422
    assert 'id="error-to"' in refused.text
    assert count(town, Following) == 0


@pytest.mark.parametrize("of", ["", "district-nowhere", "measure-", "measure-0", "people"])
def test_what_is_not_there_is_not_followed(town: Town, visitor: Visitor, of: str) -> None:
    answer = visitor.sends("/follow", seen=visitor.opens("/follow"), of=of, to=MAILBOX)
    assert answer.status_code in {404, 409}
    assert count(town, Following) == 0


def test_of_a_recall_there_is_no_button_no_page_and_no_feed_while_it_is_signed(
    town: Town, visitor: Visitor
) -> None:
    """From the certificate until its petition is found sufficient."""
    measure = town.opens(Instrument.RECALL)
    number = town.measure(measure).number
    shown = visitor.opens(f"/measures/{number}")
    assert "/follow?measure" not in shown
    assert "news.atom" not in shown
    asked = visitor.opens(f"/follow?measure={number}")
    assert 'name="to"' not in asked
    seen = visitor.opens("/follow")
    refused = visitor.sends("/follow", seen=seen, of=f"measure-{number}", to=MAILBOX)
    assert refused.status_code == 409
    assert entries_of(visitor.client.get(f"/measures/{number}/news.atom").content) == []
    assert entries_of(visitor.client.get("/measures/news.atom").content) == []
    for calendar in ("/measures/calendar.ics", f"/measures/{number}/calendar.ics"):
        assert "BEGIN:VEVENT" not in visitor.client.get(calendar).text


def test_a_feed_tells_what_happened_and_nothing_of_how_far_it_is(
    town: Town, visitor: Visitor, initiative_open: UUID
) -> None:
    number = town.measure(initiative_open).number
    for one in town.some(3):
        town.signs(initiative_open, one)
    path = f"/measures/{number}/news.atom"
    answer = visitor.client.get(path)
    assert answer.headers["content-type"].startswith("application/atom+xml")
    (opened,) = entries_of(answer.content)
    assert opened[0].startswith("서명 시작")
    town.waits_for("collection_ends", initiative_open)
    later = entries_of(visitor.client.get(path).content)
    assert later[-1] == opened, "an entry keeps its name"
    assert later[0][0].startswith("서명 마감")
    english = entries_of(visitor.client.get(f"{path}?lang=en").content)
    assert english[0][0].startswith("Collection of signatures closed")


def test_the_feed_of_a_district_has_what_concerns_it(town: Town, visitor: Visitor) -> None:
    here, there = town.districts[0], town.districts[5]
    measure = town.drafts(Instrument.REFERENDUM, districts=[str(here.id)])
    town.acts(measure, Act.APPLY, town.resident(town.some(1)[0]))
    town.acts(measure, Act.ADMIT, town.examiner_of(measure))
    for district, entries in ((here.code, 1), (there.code, 0), ("nowhere", 1)):
        answer = visitor.client.get(f"/measures/news.atom?district={district}")
        assert len(entries_of(answer.content)) == entries, district


def test_a_vote_that_was_answered_has_all_of_its_news_in_order(
    town: Town, visitor: Visitor
) -> None:
    drafted = town.drafts(Instrument.ADVISORY, by=town.officer(Authority.MAYOR))
    town.calls(drafted, Authority.MAYOR)
    town.votes(drafted, turnout=6, votes={"yes": 2, "no": 4})
    town.certifies(drafted, Authority.MAYOR)
    town.answers(drafted, Decision.FOLLOWED)
    with town.begin() as uow:
        told = telling.history(uow.session, [town.measure(drafted)])
    assert [one.kind.value for one in told] == ["answer", "result", "called"]
    number = town.measure(drafted).number
    assert len(entries_of(visitor.client.get(f"/measures/{number}/news.atom").content)) == 3


def test_a_title_cannot_break_out_of_a_feed() -> None:
    told = 'x" & <b>]]>\x00\x0b\ufffe 한글'
    entry = Entry(id="tag:a,2026:1", title=told, summary=told, url="https://a/?a=1&b=2", at=STAMP)
    document = atom.write(
        [entry],
        id="tag:a,2026:f",
        title=told,
        author=told,
        url="https://a/f",
        page="https://a",
        language="ko",
        stamp=STAMP,
    )
    ((title, _),) = entries_of(document)
    assert title == 'x" & <b>]]> 한글'


STAMP = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)


def test_where_no_mail_goes_out_a_number_alone_is_asked_for(
    town: Town, site: Callable[..., Browser], database_url: str
) -> None:
    visitor = Visitor(site(database=database_url), town)
    seen = visitor.opens("/follow")
    assert "메일 주소" not in seen.partition('for="field-to"')[2].partition("</label>")[0]
    refused = visitor.sends("/follow", seen=seen, of="all", to=MAILBOX)
    assert (refused.status_code, count(town, Following)) == (422, 0)
    assert "메일로 소식을 보내지 않습니다" in refused.text
