"""Calendar feeds, read by a reader of RFC 5545 that shares nothing with the writer."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from referendum.kernel.people import Authority
from referendum.lifecycle.dates import elections, moving
from referendum.web import icalendar
from referendum.web.icalendar import Event
from tests.papers import PAPER
from tests.town import Town, seconded
from tests.web.visitors import Visitor
from thresholds.vocabulary import ElectionKind, Instrument

Property = tuple[str, dict[str, str], str]
STAMP = datetime(2027, 2, 1, 9, 0, tzinfo=UTC)


def unfolded(document: bytes) -> list[str]:
    """Content lines (§3.1): CRLF everywhere, no line over 75 octets, whole characters."""
    assert document.endswith(b"\r\n")
    physical = document[:-2].split(b"\r\n")
    for line in physical:
        assert b"\n" not in line
        assert b"\r" not in line
        assert len(line) <= 75
        line.decode("utf-8")
    lines: list[bytes] = []
    for line in physical:
        if line[:1] in (b" ", b"\t"):
            lines[-1] += line[1:]
        else:
            lines.append(line)
    return [line.decode("utf-8") for line in lines]


def parsed(line: str) -> Property:
    head, _, value = line.partition(":")
    name, *parameters = head.split(";")
    assert re.fullmatch(r"[A-Z-]+", name)
    return name, dict(one.split("=", 1) for one in parameters), value


def plain(value: str) -> str:
    """TEXT (§3.3.11) back to what was written."""
    said, letters = "", iter(value)
    for letter in letters:
        if letter == "\\":
            following = next(letters)
            assert following in "\\;,nN"
            said += "\n" if following in "nN" else following
        else:
            assert letter not in ";,"
            said += letter
    return said


def events_of(document: bytes) -> list[dict[str, tuple[dict[str, str], str]]]:
    lines = [parsed(line) for line in unfolded(document)]
    assert lines[0] == ("BEGIN", {}, "VCALENDAR")
    assert lines[-1] == ("END", {}, "VCALENDAR")

    assert ("VERSION", {}, "2.0") in lines
    assert [name for name, _, _ in lines].count("PRODID") == 1
    events: list[dict[str, tuple[dict[str, str], str]]] = []
    inside: dict[str, tuple[dict[str, str], str]] | None = None
    for name, parameters, value in lines[1:-1]:
        if (name, value) == ("BEGIN", "VEVENT"):
            assert inside is None
            inside = {}
        elif (name, value) == ("END", "VEVENT"):
            assert inside is not None
            assert {"UID", "DTSTAMP", "DTSTART", "SUMMARY"} <= inside.keys()
            events.append(inside)
            inside = None
        elif inside is not None:
            assert name not in inside, "a property stands twice"
            inside[name] = (parameters, value)
    assert inside is None
    return events


def day_of(event: dict[str, tuple[dict[str, str], str]]) -> date:
    parameters, value = event["DTSTART"]
    assert parameters == {"VALUE": "DATE"}
    after = event["DTEND"][1]
    first = datetime.strptime(value, "%Y%m%d").replace(tzinfo=UTC).date()
    last = datetime.strptime(after, "%Y%m%d").replace(tzinfo=UTC).date()
    assert last - first == timedelta(days=1)
    return first


TEXTS = st.text(max_size=300).filter(lambda text: "\r" not in text)


@given(summary=TEXTS, description=TEXTS)
def test_any_text_comes_back_as_it_was_but_for_control_characters(
    summary: str, description: str
) -> None:
    event = Event(
        uid="a-b@referendum.example",
        start=date(2027, 2, 28),
        summary=summary,
        description=description,
        url="https://referendum.example/measures/1",
    )
    document = icalendar.write([event], name=summary, language="ko", stamp=STAMP)
    (found,) = events_of(document)
    for name, written in (("SUMMARY", summary), ("DESCRIPTION", description)):
        parameters, value = found[name]
        assert parameters == {"LANGUAGE": "ko"}
        kept = "".join(c for c in written if c in "\n\t" or (c >= " " and c != "\x7f"))
        assert plain(value) == kept
    assert day_of(found) == date(2027, 2, 28)
    assert found["DTSTAMP"][1] == "20270201T090000Z"


def fetched(visitor: Visitor, path: str) -> list[dict[str, tuple[dict[str, str], str]]]:
    response = visitor.client.get(path)
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/calendar; charset=utf-8"
    return events_of(response.content)


def test_a_measures_last_days_are_whole_days_with_their_article_and_sum(
    visitor: Visitor, town: Town
) -> None:
    measure = town.opens(Instrument.INITIATIVE, title_ko="가, 나; 다\\라")
    (event,) = [
        one
        for one in fetched(visitor, "/measures/1/calendar.ics")
        if "collection_ends" in one["UID"][1]
    ]
    assert event["UID"][1] == f"{measure}-collection_ends@testserver"
    assert day_of(event) == town.deadline(measure, "collection_ends").date()
    assert plain(event["SUMMARY"][1]) == "[주민조례발안] 서명 마감, 마지막 날: 가, 나; 다\\라"
    told = plain(event["DESCRIPTION"][1])
    assert "증명서 공표 2027년 2월 1일부터 3개월" in told
    assert "주민조례발안법 §8" in told
    assert event["URL"][1].endswith("/measures/1")
    english = fetched(visitor, "/measures/1/calendar.ics?lang=en")
    said = [plain(one["DESCRIPTION"][1]) for one in english if "collection" in one["UID"][1]]
    assert "3 months from the notice of 1 February 2027" in said[0]
    assert [one["UID"] for one in english] == [
        one["UID"] for one in fetched(visitor, "/measures/1/calendar.ics?lang=ko")
    ]


def by_election(town: Town) -> None:
    with town.begin() as uow:
        elections.add(
            uow,
            day=date(2027, 4, 7),
            kind=ElectionKind.BY_ELECTION,
            title_ko="보궐선거",
            title_en="By-election",
            districts=[town.districts[0].id],
            document=PAPER,
            reason="공고",
            by=seconded(town.officer(Authority.MAYOR)),
        )


def test_a_district_with_another_end_has_an_event_of_its_own(
    visitor: Visitor, town: Town, referendum_open: UUID
) -> None:
    measure = referendum_open
    by_election(town)
    found = {one["UID"][1]: one for one in fetched(visitor, "/measures/1/calendar.ics")}
    own = found[f"{measure}-collection_ends-{town.districts[0].id}@testserver"]
    assert day_of(own) == date(2027, 7, 2)
    assert town.districts[0].name_ko in plain(own["SUMMARY"][1])
    assert "61일 제외" in plain(own["DESCRIPTION"][1])
    assert day_of(found[f"{measure}-collection_ends@testserver"]) == date(2027, 5, 4)


def test_a_vote_has_its_hours_and_an_override_its_reason(
    visitor: Visitor, town: Town, referendum_called: UUID
) -> None:
    with town.begin() as uow:
        moving.override(
            uow,
            referendum_called,
            "roll_base",
            day=date(2027, 6, 1),
            document=PAPER,
            reason="명부 정정",
            by=seconded(town.officer(Authority.MAYOR)),
        )
    found = {one["UID"][1]: one for one in fetched(visitor, "/measures/1/calendar.ics")}
    vote = found[f"{referendum_called}-vote_day@testserver"]
    opens, closes = (
        town.deadline(referendum_called, name) for name in ("polls_open", "polls_close")
    )
    assert vote["DTSTART"] == ({}, f"{opens.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    assert vote["DTEND"] == ({}, f"{closes.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    assert "주민투표법 §14" in plain(vote["DESCRIPTION"][1])
    moved = found[f"{referendum_called}-roll_base@testserver"]
    assert "명부 정정" in plain(moved["DESCRIPTION"][1])
    assert not any("polls_" in uid for uid in found)


def test_the_places_feed_has_what_is_under_way_and_no_draft(
    visitor: Visitor, town: Town, initiative_open: UUID
) -> None:
    first: UUID = initiative_open
    second: UUID = town.opens(Instrument.ADVISORY)
    town.drafts(Instrument.REFERENDUM)
    found = fetched(visitor, "/measures/calendar.ics")
    assert {one["UID"][1][:36] for one in found} == {str(first), str(second)}
    advisory = [one for one in found if one["UID"][1].startswith(str(second))]
    assert advisory
    for one in advisory:
        assert plain(one["SUMMARY"][1]).startswith("[자문투표]")
        assert "법적 구속력 없음" in plain(one["DESCRIPTION"][1])
    assert visitor.client.get("/measures/3/calendar.ics").status_code == 404
    assert visitor.client.get("/measures/99/calendar.ics").status_code == 404
