"""Days over the API: what is declared of a place, and deadlines that differ by district."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from referendum.kernel.people import Authority
from referendum.lifecycle.dates import daysoff, elections, outages
from tests.api.callers import Switchboard, code_of
from tests.papers import PAPER
from tests.town import Town, seconded
from thresholds.vocabulary import ElectionKind

SEOUL = ZoneInfo("Asia/Seoul")
CONSENTS = {"consents": dict.fromkeys(("purpose", "sensitive", "retention"), "1")}


def noon(town: Town, day: date) -> None:
    at = datetime.combine(day, time(12), SEOUL)
    town.waits(seconds=(at - town.now()).total_seconds())


def declared(town: Town) -> UUID:
    """A by-election in the first district, a day off and an outage."""
    clerk, first = seconded(town.officer(Authority.MAYOR)), town.districts[0].id
    words: dict[str, Any] = {"title_ko": "가", "title_en": "a", "reason": "공고", "by": clerk}
    with town.begin() as uow:
        elections.add(
            uow,
            day=date(2027, 4, 7),
            kind=ElectionKind.BY_ELECTION,
            districts=[first],
            document=PAPER,
            **words,
        )
        daysoff.add(uow, day=date(2027, 5, 4), off=True, document=PAPER, **words)
        outages.add(
            uow,
            from_at=datetime(2027, 1, 30, 23, 50, tzinfo=SEOUL),
            until_at=datetime(2027, 1, 31, 0, 10, tzinfo=SEOUL),
            document=PAPER,
            **words,
        )
    return first


def test_all_that_is_declared_of_a_places_days_is_public(town: Town, line: Switchboard) -> None:
    first = declared(town)
    told = line.visitor().get("/places/kr-goyang/calendar").json()
    (election,) = told["elections"]
    assert (election["day"], election["districts"]) == ("2027-04-07", [str(first)])
    assert [(one["day"], one["off"]) for one in told["days_off"]] == [("2027-05-04", True)]
    (outage,) = told["outages"]
    assert (outage["first"], outage["last"]) == ("2027-01-30", "2027-01-31")
    assert outage["document_number"] == PAPER.number
    assert code_of(line.visitor().get("/places/kr-nowhere/calendar")) == "jurisdiction-not-found"


def test_a_deadline_tells_the_districts_that_have_another_day(
    town: Town, line: Switchboard, referendum_open: UUID
) -> None:
    measure = referendum_open
    first = declared(town)
    told = line.visitor().get(f"/measures/{measure}").json()
    (ends,) = [one for one in told["deadlines"] if one["name"] == "collection_ends"]
    (own,) = ends["districts"]
    assert (ends["day"], own["day"], own["district"]) == ("2027-05-06", "2027-07-02", str(first))
    assert ends["at"].startswith("2027-07-02T15:00:00")
    assert "61일 제외" in own["sum"]["ko"]
    assert "제외" not in ends["sum"]["ko"]


def test_cal_02_signing_over_the_api_is_refused_where_it_would_be_void(
    town: Town, line: Switchboard, referendum_open: UUID
) -> None:
    """CAL-02: by district, with the day on which it is possible again."""
    measure = referendum_open
    declared(town)
    path = f"/petitions/{town.petition(measure)}/signatures"
    noon(town, date(2027, 2, 6))
    here, there = town.some(1)[0], town.some(1, district=4)[0]
    refused = line.resident(here).post(path, CONSENTS)
    assert code_of(refused) == "signing-barred"
    assert refused.json()["facts"]["opens"] == "2027-04-08"
    assert line.resident(there).post(path, CONSENTS).status_code == 201
    noon(town, date(2027, 5, 7))
    assert code_of(line.resident(town.some(2, district=4)[1]).post(path, CONSENTS)) == (
        "collection-over-here"
    )
    assert line.resident(here).post(path, CONSENTS).status_code == 201
