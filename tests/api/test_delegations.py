"""The mayor's promises over the interface: never binding, and their hash can be redone."""

from __future__ import annotations

import hashlib
from uuid import UUID

from referendum.kernel.people import Authority
from tests.api.callers import Switchboard
from tests.town import Town
from thresholds.vocabulary import Instrument


def test_cer_08_a_promise_says_in_every_object_that_it_binds_nobody(
    line: Switchboard, town: Town
) -> None:
    town.delegates()
    town.delegates(published=False)
    visitor = line.visitor()
    listed = visitor.get("/delegations").json()
    whole = visitor.get("/delegations/1").json()
    assert [one["number"] for one in listed["items"]] == [1], "a draft is the office's own"
    for one in (*listed["items"], whole):
        assert one["binding"] is False
        assert one["label"]["ko"] == "자문투표 · 법적 구속력 없음"
        assert one["budget"]["ko"] == "예산은 시의회가 의결합니다."
        assert one["running"] is True
    assert whole["content"]["poll"]["binding"] is False


def test_the_hash_that_was_signed_is_that_of_the_canonical_text(
    line: Switchboard, town: Town
) -> None:
    town.delegates()
    one = line.visitor().get("/delegations/1").json()
    assert hashlib.sha256(one["canonical"].encode()).hexdigest() == one["sha256"]


def test_it_names_the_measures_that_follow_it_and_no_drafts(
    line: Switchboard, town: Town, advisory_called: UUID
) -> None:
    mayor = town.officer(Authority.MAYOR)
    town.drafts(Instrument.ADVISORY, by=mayor)
    visitor = line.visitor()
    assert visitor.get("/delegations/1").json()["measures"] == [str(advisory_called)]
    assert visitor.get("/delegations/2").status_code == 404
    assert visitor.get("/delegations/0").status_code == 422
    assert visitor.get("/delegations?place=kr-nowhere").status_code == 404


def test_a_long_list_goes_on_by_its_cursor(line: Switchboard, town: Town) -> None:
    for _ in range(3):
        town.delegates()
    visitor = line.visitor()
    first = visitor.get("/delegations?limit=2").json()
    assert [one["number"] for one in first["items"]] == [3, 2]
    rest = visitor.get(first["next"].removeprefix("/api/v1")).json()
    assert [one["number"] for one in rest["items"]] == [1]
    assert rest["next"] is None
