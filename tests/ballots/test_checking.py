"""What a return must satisfy, as tables."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballots import checking
from ballots.checking import Bounds, Count
from ballots.gates import Gate
from tests.ballots.hall import THIRD, refused

BOX = Bounds("a/1", 100)


def counted(
    papers: Any, votes: Any, invalid: Any, *, cast: int = 30, reason: str | None = None
) -> Count:
    return checking.count(
        BOX,
        papers=papers,
        votes=votes,
        invalid=invalid,
        reason=reason,
        options=["yes", "no"],
        cast=cast,
    )


@pytest.mark.parametrize(
    ("issued", "cast", "code", "field"),
    [
        (None, 10, "figure-missing", "issued"),
        (10, None, "figure-missing", "cast"),
        (-1, 0, "figure-too-small", "issued"),
        (10, -1, "figure-too-small", "cast"),
        (10.0, 10, "figure-not-whole", "issued"),
        ("ten", 10, "figure-not-whole", "issued"),
        (10, True, "figure-not-whole", "cast"),
        (101, 100, "more-than-electors", "issued"),
        (100, 101, "more-than-electors", "cast"),
        (2**31 - 1, 10, "more-than-electors", "issued"),
        (10**30, 10, "figure-too-large", "issued"),
        (10, 11, "reason-needed", "cast"),
    ],
)
def test_can_02_and_can_03_a_turnout_with_a_bad_figure_is_refused(
    issued: Any, cast: Any, code: str, field: str
) -> None:
    with refused(code) as no:
        checking.turnout(BOX, issued=issued, cast=cast, reason=None)

    assert no.facts.get("figure", no.facts.get("field")) == field
    assert no.facts["station"] == "a/1"
    assert all(field in said and "a/1" in said for said in no.said.values())


@pytest.mark.parametrize(
    ("papers", "votes", "invalid", "code"),
    [
        (None, {"yes": 1, "no": 1}, 0, "figure-missing"),
        (2, {"yes": 1, "no": 1}, None, "figure-missing"),
        (2, {"yes": None, "no": 2}, 0, "figure-missing"),
        (2, {"no": 2}, 0, "figure-missing"),
        (2, {}, 2, "figure-missing"),
        (-2, {"yes": -1, "no": -1}, 0, "figure-too-small"),
        (0, {"yes": 1, "no": -1}, 0, "figure-too-small"),
        (0, {"yes": 1, "no": 0}, -1, "figure-too-small"),
        (2, {"yes": "1", "no": 1}, 0, "figure-not-whole"),
        (2.0, {"yes": 1, "no": 1}, 0, "figure-not-whole"),
        (101, {"yes": 101, "no": 0}, 0, "more-than-electors"),
        (30, {"yes": 20, "no": 9}, 0, "does-not-add-up"),
        (30, {"yes": 20, "no": 9}, 2, "does-not-add-up"),
        (30, {"yes": 20, "no": 10, "maybe": 0}, 0, "option-unknown"),
        (29, {"yes": 20, "no": 8}, 1, "reason-needed"),
        (31, {"yes": 20, "no": 10}, 1, "reason-needed"),
    ],
)
def test_can_02_and_can_03_a_count_with_a_bad_figure_is_refused(
    papers: Any, votes: Any, invalid: Any, code: str
) -> None:
    with refused(code) as no:
        counted(papers, votes, invalid)
    assert no.facts["station"] == "a/1"
    assert all("a/1" in said for said in no.said.values())


@given(yes=st.integers(0, 60), no=st.integers(0, 60), invalid=st.integers(0, 60), off=st.integers())
def test_a_count_stands_exactly_where_it_adds_up(yes: int, no: int, invalid: int, off: int) -> None:
    whole = yes + no + invalid
    papers = whole + off % 3 - 1
    stands = papers == whole <= BOX.electors
    if stands:
        assert counted(papers, {"yes": yes, "no": no}, invalid, cast=papers).papers == whole
    else:
        with pytest.raises(Exception, match=r"does-not-add-up|more-than-electors|figure-too-small"):
            counted(papers, {"yes": yes, "no": no}, invalid, cast=papers)


@given(electors=st.integers(1, 10**7), top=st.integers(0, 12), bottom=st.integers(12, 40))
def test_a_gate_is_the_smallest_number_that_reaches_its_share(
    electors: int, top: int, bottom: int
) -> None:
    share = f"{top}/{bottom}"
    reached = Gate.read({**THIRD, "share": share}).needed(electors)
    passed = Gate.read({**THIRD, "share": share, "comparison": "more_than"}).needed(electors)

    assert reached * bottom >= top * electors > (reached - 1) * bottom
    assert passed * bottom > top * electors >= (passed - 1) * bottom
