"""What anyone may read: rules, places, problems, and the record with its proofs."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from referendum.verifying.merkle import consistent
from referendum.verifying.records import verify_export
from tests.api.callers import Caller, Switchboard, code_of
from tests.town import Town
from thresholds import library
from thresholds.vocabulary import Instrument

CASE = """
[case]
id = "a-city"
instrument = "initiative"
country = "kr"
level = "city"
population = 1000000
as_of = 2026-01-01
[petition]
claimants = 900000
valid = 6001
"""


def judge(caller: Caller, text: bytes) -> object:
    headers = {"Content-Type": "application/toml"}
    answer = caller.post("/rules/judgements", text, headers=headers)
    return answer.json() if answer.status_code == 200 else code_of(answer)


def test_rules_are_listed_shown_and_asked(line: Switchboard) -> None:
    visitor = line.visitor()
    listed = visitor.get("/rules?limit=100").json()["items"]
    assert [one["id"] for one in listed] == [book.id for book in library.all_rulebooks()]
    one = visitor.get(f"/rules/{listed[0]['id']}").json()
    assert one["content"]["id"] == one["id"]
    told = judge(visitor, CASE.encode())
    assert isinstance(told, dict)
    assert told["petition"]["outcome"] == "sufficient"
    finding = told["petition"]["findings"][0]
    assert (finding["counted"], finding["needed"]) == (6001, 6000)
    assert finding["citation"]
    assert finding["sum"]


def test_a_case_that_cannot_be_judged_is_refused_with_its_keys(line: Switchboard) -> None:
    visitor = line.visitor()
    headers = {"Content-Type": "application/toml"}
    for text, key in (
        (CASE + "unknown = 1\n", "petition.unknown"),
        (CASE.replace("6001", "-1"), "petition.valid"),
        (CASE.replace("2026-01-01", "1999-01-01"), "case.as_of"),
        ("[", "toml"),
    ):
        refused = visitor.post("/rules/judgements", text.encode(), headers=headers)
        assert code_of(refused) == "case-not-usable"
        keys = {one["key"] for one in refused.json()["facts"]["problems"]}
        assert keys & {key, key.rpartition(".")[2]}, (text, keys)
    assert judge(visitor, b"\xff") == "case-not-usable"


def test_places_and_districts(line: Switchboard) -> None:
    visitor = line.visitor()
    codes = [one["code"] for one in visitor.get("/places").json()["items"]]
    assert codes == ["kr-elsewhere", "kr-goyang"]
    assert visitor.get("/places/kr-goyang").json()["name_en"] == "Goyang"
    found, answer = 0, visitor.get("/places/kr-goyang/districts?limit=20").json()
    while True:
        found += len(answer["items"])
        if answer["next"] is None:
            break
        answer = visitor.client.get(answer["next"]).json()
    assert found == 44
    assert visitor.get("/places/kr-goyang/districts?on=2000-01-01").json()["items"] == []
    assert code_of(visitor.get("/places/kr-nowhere")) == "jurisdiction-not-found"


def test_every_problem_is_explained_in_both_languages(line: Switchboard) -> None:
    visitor = line.visitor()
    found: dict[str, Any] = {}
    answer = visitor.get("/problems?limit=100").json()
    while True:
        found |= {one["code"]: one for one in answer["items"]}
        if answer["next"] is None:
            break
        answer = visitor.client.get(answer["next"]).json()
    assert found["already-signed"]["status"] == 409
    assert found["media-type-not-offered"]["status"] == 415
    assert found["broken"]["status"] == 500
    assert found["already-signed"]["title"]["ko"] != found["already-signed"]["title"]["en"]
    assert visitor.get("/problems/already-signed").json() == found["already-signed"]


def test_the_record_is_given_whole_and_holds(line: Switchboard, town: Town) -> None:
    visitor = line.visitor()
    assert code_of(visitor.get("/record/checkpoint")) == "record-empty"
    assert code_of(visitor.get("/record/consistency?old=1")) == "record-empty"
    town.seals()
    old = visitor.get("/record/checkpoint").json()
    measure = town.opens(Instrument.INITIATIVE)
    town.seals()
    new = visitor.get("/record/checkpoint").json()
    assert new["size"] > old["size"]
    assert new["note"].startswith(f"{new['origin']}\n{new['size']}\n{new['root']}\n")
    export = visitor.get("/record/export")
    assert export.headers["content-type"].startswith("application/jsonl")
    report = verify_export(export.text.splitlines(), vkey=new["vkey"], known=[old["note"]])
    assert (report.problems, report.entries, report.root) == ((), new["size"], new["root"])

    proof = visitor.get(f"/record/consistency?old={old['size']}").json()
    hashes = [base64.b64decode(one) for one in proof["proof"]]
    former, latter = (base64.b64decode(one["root"]) for one in (old, new))
    assert (proof["old_size"], proof["new_size"]) == (old["size"], new["size"])
    assert proof["old_checkpoint"] == old["note"]
    assert consistent(
        first=old["size"], first_root=former, second=new["size"], second_root=latter, proof=hashes
    )
    of_measure = visitor.get(f"/record/entries?measure={measure}").json()["items"]
    assert [one["entry"]["act"] for one in of_measure] == town.recorded(measure)
    assert json.loads(base64.b64decode(of_measure[0]["leaf"])) == of_measure[0]["entry"]
    for path in (f"old={new['size'] + 1}", f"old={new['size']}&new={old['size']}"):
        assert code_of(visitor.get(f"/record/consistency?{path}")) == "tree-not-signed"


@pytest.mark.parametrize("text", ["", "x", "AAAA-" * 26])
def test_a_receipt_that_is_none_is_refused(line: Switchboard, text: str) -> None:
    refused = line.visitor().post("/record/receipts", {"receipt": text})
    assert (refused.status_code, code_of(refused)) == (422, "receipt-unreadable")


def test_published_totals_are_told_with_what_they_need(line: Switchboard) -> None:
    """Three totals a year, never one for another."""
    visitor = line.visitor()
    (year,) = visitor.get("/places/kr-goyang/totals").json()["items"]
    assert year["base_year"] == 2026
    told = {one["instrument"]: one for one in year["claimants"]}
    assert list(told) == ["initiative", "referendum", "recall"]
    recall = told["recall"]
    assert (recall["due"], recall["article"], recall["late"]) == (
        "2027-01-10",
        "주민소환법 §7⑤",
        False,
    )
    assert [one["needed"] for one in recall["needed"]] == [80, 15]
    assert recall["districts"][0]["floor"] == 2
    assert told["initiative"]["published"]["number"] == 528
    assert code_of(visitor.get("/places/kr-nowhere/totals")) == "jurisdiction-not-found"
