"""Numbers and days that no column and no calendar holds are refused, wherever they are said."""

from __future__ import annotations

import base64
import json
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from referendum.kernel.people import Authority, Role
from referendum.roll import places
from tests.api.admissions import DOCUMENT
from tests.api.callers import API, EVERY_ROLE, Caller, Switchboard, code_of
from tests.town import Town
from thresholds.vocabulary import Instrument

SHEET = (
    "서명부,번호,성명,생년월일,주소,읍면동,서명일,서명\n{name},1,박평범,1980-12-31,견본로 1,,,o\n"
)
ANOTHER_AGE = ("0001-01-01", "9999-12-31")


def forged(path: str, place: int) -> str:
    """The address of the part of a list after a place that the list never gave."""
    told = json.dumps([f"{API}{path}", place]).encode()
    return f"{path}?after={base64.urlsafe_b64encode(told).decode().rstrip('=')}"


def today_there(town: Town) -> date:
    with town.begin() as uow:
        return places.today(uow, town.place)


@pytest.mark.parametrize("place", [2**31, 2**62, 2**63, 10**30])
def test_a_cursor_that_no_list_gave_is_refused(
    line: Switchboard, initiative_open: UUID, place: int
) -> None:
    examiner = line.officer(Authority.COUNCIL_CHAIR, *EVERY_ROLE)
    petition = examiner.get(f"/measures/{initiative_open}").json()["petition"]
    lists: list[tuple[Caller, str]] = [
        (line.visitor(), "/measures"),
        (line.visitor(), f"/measures/{initiative_open}/timeline"),
        (line.visitor(), "/delegations"),
        (line.visitor(), "/projects"),
        (line.officer(Authority.MAYOR, Role.REGISTRAR), "/register/versions"),
        (examiner, f"/petitions/{petition}/lines/open"),
        (examiner, f"/petitions/{petition}/batches"),
    ]
    for caller, path in lists:
        answer = caller.get(forged(path, place))
        assert (answer.status_code, code_of(answer)) == (422, "cursor-unreadable"), path
    beyond = line.visitor().get(forged("/record/entries", place))
    assert beyond.status_code == (200 if place < 2**53 else 422)


@pytest.mark.parametrize("day", ANOTHER_AGE)
@pytest.mark.parametrize("field", ["term_started", "term_ends", "previous_vote"])
def test_a_term_of_another_age_never_comes_into_a_draft(
    line: Switchboard, town: Town, field: str, day: str
) -> None:
    """Whoever was to admit it could not: its days would run off the calendar."""
    author = line.resident(town.some(1)[0])
    refused = author.post("/measures", {"instrument": "recall", "text": {field: day}})
    assert (refused.status_code, code_of(refused)) == (422, "day-implausible")
    assert refused.json()["facts"] == {"field": field, "day": day}
    draft = author.post("/measures", {"instrument": "recall", "text": {}}).json()
    again = author.sends("PUT", f"/measures/{draft['id']}/text", {field: day})
    assert (again.status_code, code_of(again)) == (422, "day-implausible")


@pytest.mark.parametrize("day", ANOTHER_AGE)
def test_no_deadline_is_moved_to_another_age(
    line: Switchboard, town: Town, initiative_open: UUID, day: str
) -> None:
    before = town.deadline(initiative_open, "collection_ends")
    clerk = line.officer(Authority.COUNCIL_CHAIR, Role.CLERK)
    moved = clerk.post(
        f"/measures/{initiative_open}/deadlines/collection_ends/override",
        {"day": day, "reason": "착오", "document": DOCUMENT},
    )
    assert (moved.status_code, code_of(moved)) == (422, "day-implausible")
    assert town.seconds_all() == 0, "nothing of it waits"
    assert town.deadline(initiative_open, "collection_ends") == before


def test_sheets_come_in_on_a_day_that_has_come(
    line: Switchboard, town: Town, initiative_open: UUID
) -> None:
    examiner = line.officer(Authority.COUNCIL_CHAIR, Role.EXAMINER)
    petition = examiner.get(f"/measures/{initiative_open}").json()["petition"]

    def brings(name: str, received: date | str, way: str = "lines/import") -> Any:
        path = f"/petitions/{petition}/{way}?received_on={received}"
        return examiner.post(path, SHEET.format(name=name).encode())

    today = today_there(town)
    for way in ("lines/import", "lines/intakes/import"):
        ahead = brings("내일", today + timedelta(days=1), way)
        assert (ahead.status_code, code_of(ahead)) == (422, "document-ahead")
        for day in ANOTHER_AGE:
            refused = brings(day, day, way)
            assert (refused.status_code, code_of(refused)) == (422, "day-implausible")
    assert brings("오늘", today).status_code == 201


def test_batches_are_listed_the_last_first_part_by_part(line: Switchboard, town: Town) -> None:
    petition = town.petition(town.opens(Instrument.INITIATIVE))
    examiner = line.officer(Authority.COUNCIL_CHAIR, Role.EXAMINER)
    today = today_there(town)
    for at in range(1, 13):
        path = f"/petitions/{petition}/lines/import?received_on={today}"
        assert examiner.post(path, SHEET.format(name=at).encode()).status_code == 201
    numbers, following = [], f"{API}/petitions/{petition}/batches?limit=5"
    while following:
        part = examiner.get(following.removeprefix(API)).json()
        numbers.append([one["number"] for one in part["items"]])
        following = part["next"]
    assert numbers == [[12, 11, 10, 9, 8], [7, 6, 5, 4, 3], [2, 1]]
