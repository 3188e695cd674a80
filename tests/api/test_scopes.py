"""Stating what an advisory vote is about, through the interface, so that it can be called."""

from __future__ import annotations

from typing import Any

import pytest

from referendum.kernel.people import Authority
from tests.api.admissions import DOCUMENT
from tests.api.callers import EVERY_ROLE, Switchboard, code_of
from tests.town import Town
from thresholds.delegation import ExcludedMatter
from thresholds.vocabulary import Instrument

SCOPE = {
    "asked_by": "mayor",
    "project": {"kind": "building", "total": 20_000_000_000},
    "confirmed": [one.value for one in ExcludedMatter],
}


def test_a_scope_is_stated_and_the_vote_called(line: Switchboard, town: Town) -> None:
    """CER-08: the object carries the label."""
    measure = town.drafts(Instrument.ADVISORY, by=town.officer(Authority.MAYOR))
    clerk = line.officer(Authority.MAYOR, *EVERY_ROLE)
    kept = clerk.post(f"/measures/{measure}/scope", SCOPE)
    assert kept.status_code == 201, kept.text
    told = kept.json()
    assert told["project"] == SCOPE["project"]
    assert (told["binding"], told["label"]["ko"]) == (False, "자문투표 · 법적 구속력 없음")
    called = clerk.post(f"/measures/{measure}/proposals", {"act": "call", "document": DOCUMENT})
    assert called.status_code == 201, called.text
    assert town.seconds_all() == 1
    assert code_of(clerk.post(f"/measures/{measure}/scope", SCOPE)) == "act-not-allowed"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"confirmed": ["tax_or_fee"]}, "excluded-not-confirmed"),
        ({"project": {"kind": "building", "total": 1}}, "outside-promise"),
        ({"project": {"kind": "building", "total": 0}}, "input-not-usable"),
        ({"project": None, "subject": 99}, "outside-promise"),
        ({"asked_by": "residents"}, "asker-not-promised"),
        ({"asked_by": "nobody"}, "input-not-usable"),
    ],
)
def test_what_does_not_hold_is_refused(
    line: Switchboard, town: Town, changed: dict[str, Any], code: str
) -> None:
    measure = town.drafts(Instrument.ADVISORY, by=town.officer(Authority.MAYOR))
    clerk = line.officer(Authority.MAYOR, *EVERY_ROLE)
    assert code_of(clerk.post(f"/measures/{measure}/scope", {**SCOPE, **changed})) == code
