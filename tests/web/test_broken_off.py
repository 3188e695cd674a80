"""What is told of days that do not come any more: of a measure that ended, of a result reopened."""

from __future__ import annotations

import html
from uuid import UUID

import pytest

from referendum.i18n.words import Language, Words
from referendum.kernel.people import Authority, Role
from referendum.lifecycle import charting, surveying
from referendum.lifecycle.acting import Particulars
from referendum.lifecycle.stages import Act
from referendum.lifecycle.surveying import Overview
from referendum.web import recounting
from tests.doors.browser import Browser
from tests.lifecycle.advisory.test_correcting import corrects
from tests.papers import PAPER
from tests.town import Town
from tests.web.conftest import Open
from tests.web.desk import sits
from tests.web.staff import hire

COURT = Particulars(document=PAPER, reason="법원이 청구를 각하했습니다.")
LANGUAGES = [Words.load(language) for language in Language]
IDS = [str(words.language) for words in LANGUAGES]


@pytest.fixture
def annulled(town: Town, referendum_open: UUID) -> UUID:
    """Ended while signatures came in, days before its period was over."""
    town.waits(days=2)
    town.acts(referendum_open, Act.ANNUL, town.officer(Authority.MAYOR), COURT)
    return referendum_open


def plain(page: str) -> str:
    """What it says, as people read it."""
    return html.unescape(page)


def view(town: Town, measure: UUID) -> Overview:
    with town.begin() as uow:
        return surveying.overview(uow.session, town.measure(measure))


@pytest.mark.parametrize("words", LANGUAGES, ids=IDS)
def test_the_desk_lists_no_deadline_that_will_not_come(
    site: Open, database_url: str, town: Town, annulled: UUID, words: Words
) -> None:
    colleague = hire(town, "examiner", roles=(Role.CLERK, Role.EXAMINER))
    client = sits(site(database=database_url), colleague)
    client.headers["accept-language"] = words.language
    page = plain(client.get(f"/desk/measures/{town.measure(annulled).number}").text)
    assert words("measure.deadline.collection_ends") not in page
    assert words("desk.measure.examine-over") not in page
    assert words("desk.measure.examine-broken-off") in page
    town.waits(days=400)
    page = plain(client.get(f"/desk/measures/{town.measure(annulled).number}").text)
    assert words("measure.deadline.collection_ends") not in page, "it never came"


@pytest.mark.parametrize("words", LANGUAGES, ids=IDS)
def test_its_page_says_until_when_signatures_came_and_not_until_when_they_would_have(
    site: Open, database_url: str, town: Town, annulled: UUID, words: Words
) -> None:
    client: Browser = site(database=database_url)
    client.headers["accept-language"] = words.language
    found = view(town, annulled)
    assert found.progress is not None
    number, petition = town.measure(annulled).number, found.progress.petition
    page = plain(client.get(f"/measures/{number}").text)
    ended = charting.ended_at(found)
    assert ended is not None
    assert ended < petition.closes_at
    assert words("public.progress.cut-short", opens=petition.opens_at, ended=ended) in page
    assert words.end(petition.closes_at) not in page


def test_of_a_measure_that_goes_on_both_are_told(
    site: Open, database_url: str, town: Town, referendum_open: UUID
) -> None:
    words = LANGUAGES[0]
    client = sits(site(database=database_url), hire(town, "mayor"))
    number = town.measure(referendum_open).number
    page = plain(client.get(f"/desk/measures/{number}").text)
    assert words("measure.deadline.collection_ends") in page
    assert words("desk.measure.examine-broken-off") not in page
    found = view(town, referendum_open)
    assert found.progress is not None
    page = plain(client.get(f"/measures/{number}").text)
    assert words.end(found.progress.petition.closes_at) in page


@pytest.mark.parametrize("words", LANGUAGES, ids=IDS)
def test_while_a_result_is_reopened_no_day_for_the_answer_is_told(
    site: Open, database_url: str, town: Town, advisory_declared: UUID, words: Words
) -> None:
    due = words("measure.deadline.answer_due")

    def told() -> list[str]:
        return [one["title"] for one in recounting.moments(view(town, advisory_declared), words)]

    colleague = hire(town, "mayor")
    client = sits(site(database=database_url), colleague)
    client.headers["accept-language"] = words.language
    number = town.measure(advisory_declared).number
    assert due in told()
    assert due in plain(client.get(f"/desk/measures/{number}").text)
    corrects(town, advisory_declared)
    assert due not in told()
    assert due not in plain(client.get(f"/desk/measures/{number}").text)
    assert due not in plain(client.get(f"/measures/{number}").text)
    town.certifies(advisory_declared, Authority.MAYOR)
    assert due in told(), "the result that stands now has an answer that is due"
