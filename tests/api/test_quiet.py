"""A recall is quiet to programs, too: figures are null, and a field says why."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from referendum.kernel.people import Authority, Role
from referendum.lifecycle.stages import Stage
from tests import quiet
from tests.api.callers import Caller, Switchboard
from tests.town import Town
from tests.web.public_addresses import Streets
from tests.web.visitors import folds

RECORD = "/record"
"""Its entries whoever likes may count: decision 0047."""
FIGURES = ("submitted", "standing", "void", "withdrawn", "open", "counted_at")


def test_no_public_read_says_how_far_a_recall_is_at_any_quiet_stage(
    streets: Streets, line: Switchboard
) -> None:
    visitor, town = line.visitor(), streets.town
    recall = quiet.recall_among(town)
    of_recall = replace(streets, petition=recall)
    seen: list[Stage] = []
    for stage in quiet.walked(town, recall):
        figures = quiet.figures(town, recall)
        for path in of_recall.reads().values():
            if path.startswith(RECORD):
                continue
            answer = visitor.get(path)
            assert answer.status_code in {200, 404}, path
            assert not quiet.said(answer.text, figures), (stage, path)
        assert_withheld(visitor, town, recall)
        seen.append(stage)
    assert seen == quiet.QUIET
    steps = visitor.get(f"/measures/{recall}/timeline").json()["items"]
    (closed,) = [one for one in steps if one["act"] == "close_collection"]
    assert closed["facts"] == {"collected": None}


def assert_withheld(caller: Caller, town: Town, recall: UUID) -> None:
    petition = town.petition(recall)
    told = caller.get(f"/petitions/{petition}").json()
    assert told["withheld"] == "quiet"
    assert {told[name] for name in FIGURES} == {None}
    assert {one["counted"] for one in told["findings"]} == {None}
    assert {one["met"] for one in told["findings"]} == {None}
    assert told["needed"] == 80
    assert told["closes_at"]
    rows = caller.get(f"/petitions/{petition}/districts?limit=100").json()["items"]
    assert len(rows) == len(town.districts)
    assert {(one["standing"], one["withheld"]) for one in rows} == {(None, "quiet")}


def test_whoever_represents_or_examines_it_is_told_and_nobody_else(
    line: Switchboard, town: Town, recall_open: UUID
) -> None:
    town.brings(recall_open, town.some(quiet.GOOD), bad=quiet.BAD)
    folds(town, recall_open)
    founder, stranger = town.some(2)
    path = f"/petitions/{town.petition(recall_open)}"
    inside = [
        line.resident(founder),
        line.officer(Authority.ELECTION_COMMISSION, Role.EXAMINER),
    ]
    outside = [
        line.visitor(),
        line.resident(stranger),
        line.officer(Authority.ELECTION_COMMISSION, Role.REGISTRAR),
        line.officer(Authority.MAYOR, Role.EXAMINER),
        line.officer(Authority.COUNCIL_CHAIR, Role.EXAMINER),
    ]
    for caller in inside:
        told = caller.get(path).json()
        assert (told["withheld"], told["submitted"]) == (None, quiet.GOOD + quiet.BAD)
        rows = caller.get(f"{path}/districts?limit=100").json()["items"]
        assert {one["withheld"] for one in rows} == {None}
    for caller in outside:
        assert_withheld(caller, town, recall_open)


def test_how_many_were_collected_is_told_to_its_representatives_and_to_all_once_it_is_over(
    line: Switchboard, town: Town, recall_open: UUID
) -> None:
    town.collects(recall_open, town.some(quiet.GOOD), bad=quiet.BAD)
    path = f"/measures/{recall_open}/timeline"

    def collected(caller: Caller) -> list[int | None]:
        steps = caller.get(path).json()["items"]
        return [one["facts"]["collected"] for one in steps if "collected" in one["facts"]]

    founder, visitor = line.resident(town.some(1)[0]), line.visitor()
    assert collected(visitor) == [None]
    assert collected(founder) == [quiet.GOOD + quiet.BAD]


def test_after_its_acceptance_a_recall_is_told(
    line: Switchboard, town: Town, recall_sufficient: UUID
) -> None:
    folds(town, recall_sufficient)
    told = line.visitor().get(f"/petitions/{town.petition(recall_sufficient)}").json()
    assert (told["withheld"], told["standing"], told["examined"]) == (None, 140, True)
    steps = line.visitor().get(f"/measures/{recall_sufficient}/timeline").json()["items"]
    assert {"collected": 140} in [one["facts"] for one in steps]
