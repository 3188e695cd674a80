"""A mayor's undertakings against a count: which are reached, and by how many each is short."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thresholds import undertakings
from thresholds.terms import Terms, read_terms

CITATION = "시장의 사전 약속 §7"


def terms(*conditions: tuple[str, str]) -> Terms:
    said = {"ko": "예산안에 반영해 제출합니다.", "en": "I will put it into the draft budget."}
    table: dict[str, Any] = {
        "title": {"ko": "약속", "en": "Promise"},
        "asked_by": {"mayor": True},
        "minimum_age": 18,
        "channels": ["paper"],
        "promises": [
            {"turnout": turnout, "majority": majority, "undertaking": said}
            for turnout, majority in conditions
        ],
        "argument_days": 14,
        "answer_days": 60,
        "valid_from": "2027-01-01",
        "revocation_notice_days": 30,
    }
    return read_terms(table)


@pytest.mark.parametrize(
    ("voted", "options", "met"),
    [
        (250, {"yes": 126, "no": 124}, [True, False]),
        (250, {"yes": 125, "no": 125}, [False, False]),
        (249, {"yes": 249, "no": 0}, [False, False]),
        (334, {"yes": 200, "no": 134}, [True, False]),
        (334, {"yes": 201, "no": 133}, [True, True]),
        (1_000, {"yes": 0, "no": 1_000}, [True, True]),
        (629, {"yes": 250, "no": 370}, [True, False]),
        (400, {"park": 300, "hall": 100}, [True, True]),
        (0, {"yes": 0, "no": 0}, [False, False]),
    ],
)
def test_each_undertaking_asks_for_its_own_turnout_and_majority_whichever_side_has_it(
    voted: int, options: dict[str, int], met: list[bool]
) -> None:
    """At least the turnout, more than the share: of 1,000 electors, 1/4 and 1/2, 1/3 and 60 %."""
    found = undertakings.judged(
        terms(("1/4", "1/2"), ("1/3", "60%")),
        electors=1_000,
        voted=voted,
        options=options,
        citation=CITATION,
    )
    assert [one.met for one in found] == met
    assert [one.number for one in found] == [1, 2]
    assert [one.turnout.needed for one in found] == [250, 334]
    assert found[0].turnout.citation == f"{CITATION} (1)"


def test_sides_that_are_level_reach_nothing_even_above_a_low_share() -> None:
    (one,) = undertakings.judged(
        terms(("1/4", "1/3")),
        electors=100,
        voted=90,
        options={"park": 40, "hall": 40, "none": 10},
        citation=CITATION,
    )
    assert one.majority.met
    assert (one.leading, one.met) == (None, False)


@given(electors=st.integers(1, 10**6), data=st.data())
def test_more_voters_and_more_agreement_never_lose_an_undertaking(
    electors: int, data: st.DataObject
) -> None:
    voted = data.draw(st.integers(0, electors))
    yes = data.draw(st.integers(0, voted))
    promised = terms(("1/4", "1/2"))

    def met(voted: int, yes: int) -> bool:
        options = {"yes": yes, "no": voted - yes}
        (one,) = undertakings.judged(
            promised, electors=electors, voted=voted, options=options, citation=CITATION
        )
        return one.met

    if 2 * yes > voted and met(voted, yes) and voted < electors:
        assert met(voted + 1, yes + 1)
    assert met(voted, yes) == (4 * voted >= electors and 2 * yes != voted)
    assert met(voted, yes) == met(voted, voted - yes)
