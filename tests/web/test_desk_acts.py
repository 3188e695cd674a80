"""An authority's queue, and its acts on a measure through their forms (LIF-01 to LIF-03)."""

from __future__ import annotations

import re
from datetime import date
from uuid import UUID

import pytest
from markupsafe import escape
from sqlalchemy import text

from referendum.doors.naming import said
from referendum.i18n.words import Language, Words
from referendum.kernel import clock
from referendum.kernel.people import Authority, Role
from referendum.lifecycle import locating, refusals
from referendum.lifecycle.errors import TotalNotPublished
from referendum.lifecycle.stages import Act, Stage
from referendum.roll.tables import District
from signatures import recounting, tallying
from tests import scans
from tests.doors.browser import Browser
from tests.ground import elsewhere
from tests.papers import PAPER
from tests.town import Town
from tests.web.conftest import Open
from tests.web.desk import sends, sends_twice, sits
from tests.web.reading import Page
from tests.web.staff import Colleague, hire
from thresholds.vocabulary import Instrument


@pytest.fixture
def mayor(town: Town) -> Colleague:
    return hire(town, "mayor")


@pytest.fixture
def client(site: Open, mayor: Colleague, database_url: str) -> Browser:
    return sits(site(database=database_url), mayor)


def applied(town: Town) -> int:
    measure = town.drafts(Instrument.REFERENDUM)
    town.acts(measure, Act.APPLY, town.resident(town.some(1)[0]))
    return town.measure(measure).number


def marked(html: str) -> set[str | None]:
    """The fields that are marked as wrong."""
    return {one.get("name") for _, one in Page(html).elements if "aria-invalid" in one}


def stage(town: Town, number: int) -> Stage:
    with town.begin() as uow:
        return Stage(locating.numbered(uow.session, town.place, number).stage)


def test_the_queue_shows_what_waits_and_admitting_takes_it(client: Browser, town: Town) -> None:
    number = applied(town)
    queue = client.get("/desk").text
    assert f'href="/desk/measures/{number}/acts/admit"' in queue
    assert client.get(f"/desk/measures/{number}/acts/admit").status_code == 200
    response = sends(client, f"/desk/measures/{number}/acts/admit")
    assert (response.status_code, response.headers["location"]) == (303, f"/desk/measures/{number}")
    assert stage(town, number) is Stage.COLLECTING
    assert "acts/admit" not in client.get("/desk").text


def test_a_residents_draft_is_on_nobodys_desk(client: Browser, town: Town) -> None:
    number = town.measure(town.drafts(Instrument.REFERENDUM)).number
    assert "take_up" not in client.get("/desk").text
    assert client.get(f"/desk/measures/{number}").status_code == 404
    assert client.get(f"/desk/measures/{number}/acts/take_up").status_code == 404


@pytest.mark.parametrize("language", ["ko", "en"])
def test_an_act_on_a_document_names_what_is_missing_and_keeps_what_was_typed(
    client: Browser, town: Town, language: str
) -> None:
    number = applied(town)
    client.headers["accept-language"] = language
    response = sends(client, f"/desk/measures/{number}/acts/refuse", reason="요건이 없음 <b>")
    assert response.status_code == 422
    assert marked(response.text) == {"document_number", "document_day"}
    assert "요건이 없음 &lt;b&gt;" in response.text
    assert stage(town, number) is Stage.APPLIED
    said = {"ko": "문서 번호: 비어 있습니다.", "en": "Document number: this is empty."}[language]
    assert said in response.text
    empty = sends(client, f"/desk/measures/{number}/acts/refuse").text
    assert marked(empty) == {"document_number", "document_day", "reason"}


@pytest.mark.parametrize("instrument", [Instrument.ADVISORY, Instrument.RECALL])
def test_only_the_call_of_a_recall_says_that_powers_are_suspended(
    site: Open, town: Town, instrument: Instrument, database_url: str
) -> None:
    if instrument is Instrument.ADVISORY:
        authority = Authority.MAYOR
        town.drafts(instrument, by=town.officer(authority))
    else:
        authority = Authority.ELECTION_COMMISSION
        measure = town.qualifies(instrument, 100)
        town.acts(measure, Act.REQUEST_EXPLANATION, town.officer(authority))
    client = sits(site(database=database_url), hire(town, "caller", authority=authority))
    page = client.get("/desk/measures/1/acts/call")
    assert page.status_code == 200
    assert ("직무가 정지" in page.text) is (instrument is Instrument.RECALL)


def test_an_act_out_of_turn_is_refused_on_a_page(client: Browser, town: Town) -> None:
    number = applied(town)
    assert client.get(f"/desk/measures/{number}/acts/call").status_code == 409
    assert sends(client, f"/desk/measures/{number}/acts/call").status_code == 409


def test_another_authority_and_another_role_are_refused(
    site: Open, town: Town, database_url: str
) -> None:
    number = applied(town)
    other = sits(
        site(database=database_url),
        hire(town, "election", authority=Authority.ELECTION_COMMISSION),
    )
    assert sends(other, f"/desk/measures/{number}/acts/admit").status_code == 403
    counting = sits(site(database=database_url), hire(town, "counting", roles=(Role.CANVASSER,)))
    assert sends(counting, f"/desk/measures/{number}/acts/admit").status_code == 403
    assert stage(town, number) is Stage.APPLIED


def test_the_operator_records_another_authoritys_act_from_its_document(
    client: Browser, town: Town
) -> None:
    measure = town.drafts(Instrument.RECALL)
    town.acts(measure, Act.APPLY, town.resident(town.some(1)[0]))
    number = town.measure(measure).number
    path = f"/desk/measures/{number}/acts/admit"
    assert 'name="document_number"' in client.get(path).text
    assert sends(client, path).status_code == 422
    given = {"document_number": "선관위-1", "document_day": "2027-02-01", "reason": "통보"}
    without = sends(client, path, **given)
    assert (without.status_code, 'id="error-document_file"' in without.text) == (422, True)
    scan = {"document_file": ("선관위-1.pdf", scans.pdf())}
    assert sends(client, path, files=scan, **given).status_code == 303
    assert stage(town, number) is Stage.APPLIED
    assert town.seconds_all() == 1
    assert stage(town, number) is Stage.COLLECTING
    assert "선관위-1" in client.get(f"/desk/measures/{number}").text


def test_a_deadline_moves_only_with_a_reason_and_a_fresh_code(
    client: Browser, town: Town, mayor: Colleague, referendum_open: UUID
) -> None:
    measure = referendum_open
    number = town.measure(measure).number
    path = f"/desk/measures/{number}/deadlines/collection_ends"
    day = date(2027, 6, 1).isoformat()
    paper = {"document_number": "공고 1호", "document_day": "2027-02-01"}
    without = sends(client, path, day=day, reason="연장", **paper)
    assert (without.status_code, 'id="error-code"' in without.text) == (403, True)
    code = mayor.code()
    silent = sends(client, path, day=day, reason=" ", code=code, **paper)
    assert (silent.status_code, 'id="error-reason"' in silent.text) == (422, True)
    # A form that is refused for something else uses no code up.
    given = {"day": day, "reason": "연장", "code": code, **paper}
    before = town.deadline(measure, "collection_ends")
    assert sends_twice(client, path, **given).status_code == 303
    assert town.deadline(measure, "collection_ends") == before, "a second officer has to see it"
    assert town.seconds_all() == 1
    assert town.deadline(measure, "collection_ends").date() == date(2027, 6, 1)
    assert "연장" in client.get(f"/desk/measures/{number}").text


def test_a_hold_stops_every_act_until_it_is_lifted(
    client: Browser, town: Town, referendum_open: UUID
) -> None:
    measure = referendum_open
    base = f"/desk/measures/{town.measure(measure).number}"
    assert sends(client, f"{base}/holds", kind="court", reason="집행정지").status_code == 422
    given = {"document_number": "법원-1", "document_day": "2027-02-01", "reason": "집행정지"}
    placed = sends(client, f"{base}/holds", kind="court", stops_clock="yes", **given)
    assert placed.status_code == 303
    page = client.get(base).text
    assert "법원-1" in page
    lift = page[page.index(f"{base}/holds/") :].partition('"')[0]
    assert sends(client, lift, reason="").status_code == 422
    assert sends(client, lift, reason="기각").status_code == 422, "it rests on a paper"
    ended = {"document_number": "법원-2", "document_day": "2027-02-01", "reason": "기각"}
    assert sends(client, lift, **ended).status_code == 303
    assert "법원-1" in client.get(base).text
    town.files_papers()
    assert town.seconds_all() == 2, "the halt is looked at, too"
    over = client.get(base).text
    assert f"{base}/holds/" not in over, "nothing lies over it that could be lifted"
    happened = over[over.index('<ol class="timeline">') :]
    assert "법원-1" in happened, "it stays in what happened"
    assert "법원-2" in happened


def test_alarms_show_what_stands_still(client: Browser, town: Town) -> None:
    applied(town)
    page = client.get("/desk/alarms")
    assert page.status_code == 200
    assert "가장 오래 기다린 작업" in page.text


def test_alarms_and_the_queue_show_an_officer_what_is_of_their_own_place(
    site: Open, client: Browser, town: Town, referendum_open: UUID, database_url: str
) -> None:
    """Of two cities in one service, what stands still in one is no alarm in the other."""
    town.signs(referendum_open, town.some(1)[0])
    petition, due = (
        town.petition(referendum_open),
        town.deadline(referendum_open, "collection_ends"),
    )
    with town.begin() as uow:
        tallying.fold(uow, petition)
        uow.session.execute(text(MISCOUNTS[0]))
        refusals.keep(uow, referendum_open, Act.CLOSE_COLLECTION, TotalNotPublished(base_year=2026))
    with town.begin() as uow:
        recounting.recount(uow, petition)
        clock.advance(uow.session, due - uow.now())
    other = hire(town, "mayor.elsewhere", place=elsewhere(town.begin))
    for officer, seen in ((client, True), (sits(site(database=database_url), other), False)):
        alarms, queue = officer.get("/desk/alarms").text, officer.get("/desk").text
        assert alarms.count('href="/desk/measures/1"') == (3 if seen else 0)
        for name in ("overdue", "refused", "miscounted"):
            said = Words.load("ko")(f"desk.alarm.{name}")
            (row,) = re.findall(rf"<tr><th scope=\"row\">{said}</th>(.*?)</tr>", alarms, re.DOTALL)
            assert ("sum-wrong" in row) == seen, name
            assert (f"<li>{said}: 1</li>" in queue) == seen, name


@pytest.mark.parametrize("language", list(Language))
def test_alarms_say_in_words_what_the_calendar_was_refused(
    client: Browser, town: Town, referendum_open: UUID, language: Language
) -> None:
    with town.begin() as uow:
        why = TotalNotPublished(instrument="referendum", base_year=2026)
        refusals.keep(uow, referendum_open, Act.CLOSE_COLLECTION, why)
    page = client.get(f"/desk/alarms?lang={language}")
    words = Words.load(language)
    assert page.status_code == 200
    assert escape(said(words, why.code, why.facts)) in page.text
    assert words("measure.act.close_collection") in page.text


NOWHERE = "00000000-0000-4000-8000-000000000000"
MISCOUNTS = (
    "update petition_tally set lines = lines + 1 where status = 'valid'",
    "delete from standing_signature where origin = 'online'",
    "update line_state set status = 'void', reason = 'form' where status = 'valid'",
    f"""insert into waiting_line (petition_id, arrival, line_id, reason)
        select id, 99, '{NOWHERE}', 'ambiguous' from petition""",
)


@pytest.mark.parametrize("language", list(Language))
def test_alarms_say_in_words_where_counts_disagree(
    client: Browser, town: Town, referendum_open: UUID, language: Language
) -> None:
    """A line that waits and is none has neither a district nor an origin."""
    for number in town.some(2):
        town.signs(referendum_open, number)
    petition = town.petition(referendum_open)
    with town.begin() as uow:
        tallying.fold(uow, petition)
        for wrong in MISCOUNTS:
            uow.session.execute(text(wrong))
    with town.begin() as uow:
        found = recounting.recount(uow, petition)
        district = uow.session.get_one(District, town.districts[0].id)
    assert {one.shown_by for one in found} == {"tally", "states", "waiting", "standing"}
    page = client.get(f"/desk/alarms?lang={language}")
    assert page.status_code == 200
    names = {Language.KO: district.name_ko, Language.EN: district.name_en}
    assert names[language] in page.text
    assert str(district.id) not in page.text


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_halt_without_the_file_of_its_paper_is_asked_for_in_the_queue_and_then_alarms(
    client: Browser, town: Town, referendum_open: UUID, language: str
) -> None:
    client.headers["accept-language"] = language
    words = Words.load(Language(language))
    town.halts(referendum_open, by=town.officer(Authority.MAYOR), filed=False)
    assert words("desk.task.halt_paper") in client.get("/desk").text
    assert words("desk.task.halt_paper") in client.get("/desk/measures/1").text
    to = client.get("/desk/measures/1/halt-paper")
    assert to.status_code == 303
    assert PAPER.number in client.get(to.headers["location"]).text
    assert words("desk.alarms.unfiled") not in client.get("/desk/alarms").text
    town.waits(hours=25)
    alarms = client.get("/desk/alarms").text
    assert words("desk.alarms.unfiled") in alarms
    assert to.headers["location"] in alarms
    town.files_papers()
    assert words("desk.alarms.unfiled") not in client.get("/desk/alarms").text
    assert words("desk.task.halt_paper") not in client.get("/desk").text
