"""Designations at the interface: the letter and its file first, then two officers."""

from __future__ import annotations

import pytest

from referendum.kernel.people import Authority, Role
from tests import scans
from tests.api.callers import Caller, Switchboard, code_of
from tests.lifecycle.test_designating import known, revokes
from tests.town import Town
from thresholds.vocabulary import Instrument

CHAIR = Authority.COUNCIL_CHAIR
PDF = {"Content-Type": "application/pdf"}


@pytest.fixture
def clerk(line: Switchboard) -> Caller:
    return line.officer(CHAIR, Role.CLERK)


def letter(caller: Caller, number: str, *, filed: bool = True) -> dict[str, str]:
    """A letter of the State on file."""
    given = {"issuer": "state", "number": number, "day": "2027-01-20"}
    paper = caller.post("/papers", given).json()["id"]
    if filed:
        sent = caller.post(f"/papers/{paper}/file", scans.pdf(number), headers=PDF)
        assert sent.status_code == 201, sent.text
    return {"paper": paper}


def body(document: dict[str, str]) -> dict[str, object]:
    return {
        "instrument": "initiative",
        "system": "주민참여 시스템",
        "from_day": "2027-02-01",
        "document": document,
    }


def test_online_signing_opens_and_closes_by_program(
    line: Switchboard, clerk: Caller, town: Town
) -> None:
    revokes(town, known(town)[0].row.id, town.officer(CHAIR))
    petition = town.petition(town.opens(Instrument.INITIATIVE))
    visitor = line.visitor()
    seen = f"/petitions/{petition}"
    assert visitor.get(seen).json()["online_today"] is False
    bare = clerk.post("/designations", body(letter(clerk, "행안부-1", filed=False)))
    assert code_of(bare) == "particular-missing"
    put = clerk.post("/designations", body(letter(clerk, "행안부-2")))
    assert (put.status_code, put.json()["kind"]) == (201, "designation.record"), put.text
    assert visitor.get(seen).json()["online_today"] is False
    path = f"/proposals/{put.json()['id']}/confirmation"
    version = {"version": put.json()["version"]}
    assert code_of(clerk.post(path, version)) == "own-proposal"
    second = line.officer(CHAIR, Role.CLERK)
    assert second.post(path, version).status_code == 201
    assert visitor.get(seen).json()["online_today"] is True
    newest = visitor.get("/designations").json()[0]
    assert (newest["holds"], newest["over"], newest["document_number"]) == (True, None, "행안부-2")

    over = clerk.post(
        f"/designations/{newest['id']}/revocation",
        {"document": letter(clerk, "행안부-3"), "reason": "취소"},
    )
    confirmed = second.post(
        f"/proposals/{over.json()['id']}/confirmation", {"version": over.json()["version"]}
    )
    assert confirmed.status_code == 201, confirmed.text
    assert visitor.get(seen).json()["online_today"] is False
    ended = next(one for one in visitor.get("/designations").json() if one["id"] == newest["id"])
    assert (ended["holds"], ended["over"]["document_number"]) == (False, "행안부-3")
