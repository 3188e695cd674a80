"""Sheets are registered at the interface, and receipts are shown to both ends of the table."""

from __future__ import annotations

from uuid import UUID

from referendum.kernel.people import Authority, Role
from tests.api.callers import Switchboard, code_of
from tests.town import Town


def test_what_is_handed_in_is_listed_with_its_receipt(
    line: Switchboard, town: Town, initiative_open: UUID
) -> None:
    measure, path = initiative_open, f"/measures/{initiative_open}/sheets"
    chair = line.officer(Authority.COUNCIL_CHAIR, Role.EXAMINER)
    body = {"sheets": [{"number": "A-1", "lines": 20}]}
    assert code_of(chair.post(path, body)) == "act-not-allowed"
    town.waits_for("collection_ends", measure)
    author = line.resident(town.some(1)[0])
    assert chair.post(path, body).json()["lines"] == 20
    assert code_of(author.post(path, {"sheets": [{"number": "A-1", "lines": 21}]})) == (
        "sheet-registered-before"
    )
    more = [{"number": "A-2", "lines": 5}, {"number": "A-3", "lines": 6}]
    filed = author.post(f"/measures/{measure}/acts", {"act": "file", "sheets": more})
    assert filed.status_code == 201, filed.json()
    for reader in (chair, author):
        told = reader.get(path).json()
        assert [(one["number"], one["sheets"]) for one in told["receipts"]] == [(1, 1), (2, 2)]
        assert told["listed"] == [body["sheets"], more]
        assert len(told["receipts"][0]["digest"]) == 64
    assert code_of(line.resident(town.some(2)[1]).get(path)) == "not-representative"
    assert code_of(author.post(path, body)) == "act-not-allowed"
    petition, day = town.petition(measure), told["receipts"][1]["received_on"]
    row = {"sheet": "A-9", "row": 1, "name": "", "birth_date": "", "address": "", "district": ""}
    keyed = {"received_on": day, "lines": [{**row, "signed_on": day, "has_mark": True}]}
    assert code_of(chair.post(f"/petitions/{petition}/lines", keyed)) == "sheet-not-registered"
