"""Stations of a poll through the interface: divided, renamed and planned before it opens."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from ballots import stations
from referendum.kernel.people import Authority, Role
from referendum.lifecycle import locating, polling
from tests.api.callers import Caller, Switchboard, code_of
from tests.town import Town

NAMES = {"name_ko": "시민회관", "name_en": "Civic Hall"}
HEAD = "district,number,kind,name_ko,name_en,electors\n"


@pytest.fixture
def vote(town: Town, advisory_furnished: UUID) -> tuple[str, list[dict[str, Any]]]:
    """An advisory vote that has been furnished: its poll's path, and its boxes."""
    measure = advisory_furnished
    with town.begin() as uow:
        poll = polling.poll_of(uow.session, locating.get(uow.session, measure)).id
        found = stations.boxes_of(uow.session, poll)
    listed = [
        {"id": str(box.id), "district": str(box.district_id), "code": box.district, "view": box}
        for box in found
    ]
    return f"/polls/{poll}", listed


@pytest.fixture
def clerk(line: Switchboard) -> Caller:
    return line.officer(Authority.MAYOR, Role.CANVASSER)


def has(clerk: Caller, path: str, district: str) -> dict[str, int | None]:
    items = clerk.get(f"{path}/boxes", params={"limit": 100}).json()["items"]
    return {box["label"]: box["electors"] for box in items if box["district"] == district}


def test_a_district_is_divided_and_its_electors_moved(
    clerk: Caller, vote: tuple[str, list[dict[str, Any]]]
) -> None:
    path, boxes = vote
    one, code = boxes[0], boxes[0]["code"]
    whole = one["view"].electors
    given = {"district": one["district"], "electors": 3, **NAMES}
    opened = clerk.post(f"{path}/boxes/divisions", given, key="division-one")
    again = clerk.post(f"{path}/boxes/divisions", given, key="division-one")
    assert (opened.status_code, again.json()) == (201, opened.json())
    second = opened.json()
    assert (second["label"], second["electors"]) == (f"{code}/2", 3)
    move = {"giver": second["id"], "taker": one["id"], "electors": 2}
    moved = clerk.post(f"{path}/boxes/moves", move)
    assert moved.status_code == 201
    assert [moved.json()[name]["electors"] for name in ("giver", "taker")] == [1, whole - 1]
    assert has(clerk, path, one["district"]) == {f"{code}/1": whole - 1, f"{code}/2": 1}
    assert code_of(clerk.post(f"{path}/boxes/moves", move)) == "too-few-electors"
    far = {**move, "taker": boxes[1]["id"], "electors": 1}
    assert code_of(clerk.post(f"{path}/boxes/moves", far)) == "districts-differ"
    without = {name: value for name, value in given.items() if name != "electors"}
    assert code_of(clerk.post(f"{path}/boxes/divisions", without)) == "figure-missing"


def test_a_station_is_renamed(
    clerk: Caller, line: Switchboard, vote: tuple[str, list[dict[str, Any]]]
) -> None:
    path, boxes = vote
    station = f"{path}/stations/{boxes[0]['view'].station_id}/name"
    assert clerk.sends("PUT", station, NAMES).json()["name_ko"] == "시민회관"
    korean = clerk.sends("PUT", station, {**NAMES, "name_en": " "}).json()
    assert korean["name_en"] == "시민회관", "a Korean city need not write English"
    blank = {**NAMES, "name_ko": " "}
    assert code_of(clerk.sends("PUT", station, blank)) == "station-name-wrong"
    foreign = line.officer(Authority.ELECTION_COMMISSION, Role.CANVASSER)
    assert code_of(foreign.sends("PUT", station, NAMES)) == "not-your-act"


def test_a_plan_is_taken_whole_or_every_fault_is_told(
    clerk: Caller, vote: tuple[str, list[dict[str, Any]]]
) -> None:
    path, boxes = vote
    lines = [f"{box['code']},1,,가,A,{box['view'].electors}" for box in boxes]
    bad = HEAD + "\n".join(lines[1:])
    refused = clerk.post(f"{path}/stations/import", bad.encode())
    assert code_of(refused) == "station-plan-refused"
    (fault,) = refused.json()["facts"]["faults"]
    assert (fault["reason"], fault["district"]) == ("district-not-planned", boxes[0]["code"])
    early = f"{boxes[0]['code']},1,early,사전,Early,"
    good = HEAD + "\n".join([*lines, early])
    taken = clerk.post(f"{path}/stations/import", good.encode())
    assert (taken.status_code, taken.json()["stations"]) == (201, len(boxes) + 1)


def test_once_the_polls_are_open_every_way_in_is_shut(
    clerk: Caller, town: Town, vote: tuple[str, list[dict[str, Any]]]
) -> None:
    path, boxes = vote
    one = boxes[0]
    town.waits(days=40)
    place = {"district": one["district"], **NAMES}
    station = str(one["view"].station_id)
    attempts: tuple[tuple[str, str, Any], ...] = (
        ("POST", "/stations", {"number": 9, **place}),
        ("PUT", f"/stations/{station}/name", NAMES),
        ("POST", "/stations/import", HEAD.encode() + b"x,1,,y,z,1\n"),
        ("POST", "/boxes", {"station": station, "kind": "early"}),
        ("POST", "/boxes/divisions", {"electors": 1, **place}),
        ("POST", "/boxes/moves", {"giver": one["id"], "taker": one["id"], "electors": 1}),
    )
    told = {code_of(clerk.sends(method, f"{path}{rest}", body)) for method, rest, body in attempts}
    assert told == {"act-not-allowed"}, "stations are arranged between the call and the vote"
