"""Sets of rules, real cases under them, and what a petition would need, as programs ask."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.callers import Switchboard, code_of
from thresholds import precedents, sets


def everything(line: Switchboard, path: str) -> list[dict[str, Any]]:
    visitor, found = line.visitor(), []
    answer = visitor.get(path).json()
    while True:
        found += answer["items"]
        if answer["next"] is None:
            return found
        answer = visitor.client.get(answer["next"]).json()


def test_sets_are_listed_with_their_rulebooks(line: Switchboard) -> None:
    found = everything(line, "/rules/sets?limit=2")
    assert [one["id"] for one in found] == sorted(one.id for one in sets.all_sets())
    reform = next(one for one in found if one["id"] == "kr-goyang-reform")
    assert reform["proposed"] is True
    assert "kr-reform-recall-mayor" in reform["rulebooks"]


def test_a_case_is_simulated_and_nothing_is_guessed(line: Switchboard) -> None:
    query = "rules=kr-today&rules=kr-referendum-2009-02-12&case=seoul-2011-free-meals"
    found = {one["rules"]: one for one in everything(line, f"/rules/simulate?{query}")}
    then, today = found["kr-referendum-2009-02-12"], found["kr-today"]
    assert then["outlook"] == {"qualified": "not_asked", "counted": "no", "adopted": "no"}
    assert today["outlook"] == {"qualified": "not_asked", "counted": "yes", "adopted": "unknown"}
    assert today["winner"] is None
    assert today["wanting"] == [{"key": "options", "reason": "number-missing"}]
    (turnout,) = today["findings"]
    assert (turnout["needed"], turnout["met"]) == (2_096_820, True)
    assert turnout["citation"]
    assert turnout["sum"]


def test_every_case_is_asked_when_none_is_named(line: Switchboard) -> None:
    found = everything(line, "/rules/simulate?rules=kr-today&rules=kr-today&limit=30")
    assert {one["case"] for one in found} == {one.case.id for one in precedents.all_cases()}
    assert len(found) == len(precedents.all_cases())


def test_what_a_petition_needs_with_the_sum_and_its_article(line: Switchboard) -> None:
    path = "/rules/kr-initiative-2024-02-17/needed"
    query = "population=1060081&claimants=900000"
    told = line.visitor().get(f"{path}?{query}").json()
    (finding,) = told["findings"]
    assert (finding["needed"], finding["sum"]) == (6_000, "ceil(900,000 × 1/150) = 6,000")
    own = line.visitor().get(f"{path}?{query}&share=1/300").json()
    assert own["findings"][0]["needed"] == 3_000


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/rules/simulate?rules=kr-nothing", "rulebook-not-found"),
        ("/rules/simulate?rules=kr-today&case=atlantis", "case-not-found"),
        ("/rules/simulate", "input-not-usable"),
        ("/rules/simulate?" + "&".join(["rules=kr-today"] * 11), "input-not-usable"),
        ("/rules/kr-nothing/needed", "rulebook-not-found"),
        ("/rules/kr-initiative-2024-02-17/needed?claimants=0", "input-not-usable"),
        ("/rules/kr-initiative-2024-02-17/needed?claimants=10", "numbers-not-usable"),
        (
            "/rules/kr-initiative-2024-02-17/needed?claimants=10&population=10&share=1/2",
            "numbers-not-usable",
        ),
        (
            "/rules/kr-initiative-2024-02-17/needed?claimants=10&population=10&share=half",
            "numbers-not-usable",
        ),
        ("/rules/kr-referendum-state-2022-04-26/needed?claimants=10", "numbers-not-usable"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(line: Switchboard, path: str, code: str) -> None:
    assert code_of(line.visitor().get(path)) == code


def test_a_refusal_names_the_key_and_the_reason(line: Switchboard) -> None:
    path = "/rules/kr-initiative-2024-02-17/needed?claimants=10&population=10&share=1/2"
    refused = line.visitor().get(path)
    assert refused.status_code == 422
    assert refused.json()["facts"]["problems"] == [
        {"key": "ordinance.share", "reason": "outside-envelope"}
    ]
