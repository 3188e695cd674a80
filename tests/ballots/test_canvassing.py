"""Adding up the returns of a poll."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ballots import canvassing
from ballots.tables import Kind
from referendum.kernel.errors import DomainError
from tests.ballots.hall import THIRD, Hall, Wanted, refused

A, B = Wanted("a", 100), Wanted("b", 60)


def test_a_poll_without_returns_says_what_is_missing(hall: Hall) -> None:
    found = hall.canvass(hall.held(A, B, gate=THIRD))

    assert (found.electors, found.issued, found.cast) == (160, 0, 0)
    assert (found.turnout_missing, found.count_missing, found.boxes) == (2, 2, 2)
    assert found.votes is None
    assert found.gate is not None
    assert (found.gate.needed, found.gate.met, found.gate.citation) == (54, None, "REC §22")
    assert not found.complete


def test_votes_are_withheld_until_every_box_is_counted(hall: Hall) -> None:
    poll = hall.held(A, B)
    first, second = (box.id for box in hall.boxes(poll))
    hall.turnout(first, 40, 40)
    hall.turnout(second, 20, 20)
    hall.count(first, 39, {"yes": 39, "no": 0}, 0, reason="one taken home")

    partial = hall.canvass(poll)
    assert (partial.papers, partial.invalid, partial.votes) == (None, None, None)
    assert (partial.count_missing, partial.gaps) == (1, ())
    assert all(part.votes is None for part in partial.by_district)

    hall.count(second, 20, {"yes": 0, "no": 18}, 2)
    whole = hall.canvass(poll)
    assert whole.votes == {"yes": 39, "no": 18}
    assert (whole.papers, whole.invalid, whole.complete) == (59, 2, True)


def test_the_latest_version_of_a_count_is_the_one_that_is_added_up(hall: Hall) -> None:
    poll = hall.held(A)
    box = hall.boxes(poll)[0].id
    hall.turnout(box, 40, 40)
    hall.count(box, 40, {"yes": 40, "no": 0}, 0)
    hall.corrects_count(box, 40, {"yes": 20, "no": 20}, 0)
    hall.corrects_count(box, 40, {"yes": 20, "no": 19}, 1)

    found = hall.canvass(poll)
    assert (found.votes, found.invalid) == ({"yes": 20, "no": 19}, 1)


def test_a_gap_that_a_later_correction_of_turnout_opened_is_explained_by_it(hall: Hall) -> None:
    poll = hall.held(A)
    box = hall.boxes(poll)[0].id
    hall.turnout(box, 40, 40)
    hall.count(box, 40, {"yes": 40, "no": 0}, 0)
    hall.corrects_turnout(box, 41, 41, reason="a sheet was overlooked")

    (gap,) = hall.canvass(poll).gaps
    assert (gap.cast, gap.papers, gap.reason) == (41, 40, "a sheet was overlooked")


def test_turnout_is_read_on_its_own_and_a_shut_box_completes_the_canvass(hall: Hall) -> None:
    poll = hall.held(A, gate=THIRD)
    hall.turnout(hall.boxes(poll)[0].id, 33, 33)

    with hall.begin() as uow:
        voted = canvassing.turnout(uow.session, poll)
    assert (voted.cast, voted.missing) == (33, 0)
    assert voted.gate is not None
    assert voted.gate.met is False
    assert hall.canvass(poll).complete


def test_districts_stand_in_order_with_their_own_sums(hall: Hall) -> None:
    poll = hall.held(B, Wanted("a", 10, number=2), A)
    for box in hall.boxes(poll):
        hall.turnout(box.id, 5, 4)
    for box in hall.boxes(poll):
        hall.count(box.id, 4, {"yes": 3, "no": 0}, 1)

    districts = hall.canvass(poll).by_district
    assert [(part.code, part.boxes, part.electors, part.cast) for part in districts] == [
        ("a", 2, 110, 8),
        ("b", 1, 60, 4),
    ]
    assert [part.votes for part in districts] == [{"yes": 6, "no": 0}, {"yes": 3, "no": 0}]


@dataclass
class Ledger:
    """What a clerk with a pencil knows: the last accepted line per box."""

    cast: dict[int, tuple[int, int]] = field(default_factory=dict)
    counted: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    versions: int = 0


ELECTORS = (12, 9, 6)
NEEDED = 9
"""A third of 27."""

figures = st.sampled_from([0, 1, 2, 3, 4, 2, 3, 13])
"""Mostly what a box can hold, now and then too much."""


def turnouts_of(electors: int) -> st.SearchStrategy[tuple[int, int]]:
    return st.tuples(st.integers(0, electors), st.integers(electors // 4, electors))


def counts_of(electors: int) -> st.SearchStrategy[tuple[int, int, int]]:
    part = st.integers(0, electors // 3)
    return st.tuples(part, part, part)


counts = st.tuples(*map(counts_of, ELECTORS))
acts = st.lists(
    st.tuples(
        st.sampled_from(["turnout", "correct turnout", "count", "correct count"]),
        st.integers(0, 2),
        figures,
        figures,
        figures,
    ),
    max_size=8,
)


def plays(hall: Hall, ledger: Ledger, box_ids: list[UUID], act: tuple[Any, ...]) -> None:
    """Do the act for real, and let the ledger say whether it had to be taken."""
    what, box, one, two, three = act
    gate_open = len(ledger.cast) == 3 and sum(cast for _, cast in ledger.cast.values()) >= NEEDED
    known = ledger.cast if "turnout" in what else ledger.counted
    fresh = box not in known
    votes, papers = {"yes": one, "no": two}, one + two + three
    try:
        match what:
            case "turnout":
                hall.turnout(box_ids[box], one, two, reason="as found")
            case "correct turnout":
                hall.corrects_turnout(box_ids[box], one, two)
            case "count":
                hall.count(box_ids[box], papers, votes, three, reason="as found")
            case "correct count":
                hall.corrects_count(box_ids[box], papers, votes, three)
        taken = True
    except DomainError:
        taken = False
    bounded = (max(one, two) if "turnout" in what else papers) <= ELECTORS[box]
    right_moment = fresh is not what.startswith("correct")
    assert taken is (bounded and right_moment and ("turnout" in what or gate_open))
    if taken:
        ledger.versions += 1
        if "turnout" in what:
            ledger.cast[box] = (one, two)
        else:
            ledger.counted[box] = (one, two, three)


@settings(
    max_examples=20,
    phases=[Phase.generate],  # To shrink a story over a database takes minutes.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    openings=st.tuples(*map(turnouts_of, ELECTORS)),
    counts=counts,
    counted=st.sampled_from([0, 2, 3, 3, 3]),
    story=acts,
)
def test_the_canvass_is_the_sum_of_the_latest_versions_whatever_happened(
    hall: Hall,
    *,
    openings: tuple[tuple[int, int], ...],
    counts: tuple[tuple[int, int, int], ...],
    counted: int,
    story: list[tuple[Any, ...]],
) -> None:
    wanted = [Wanted(code, electors) for code, electors in zip("abc", ELECTORS, strict=True)]
    poll = hall.held(*wanted, gate=THIRD)
    box_ids = [box.id for box in hall.boxes(poll)]
    ledger = Ledger()
    voted = [("turnout", box, *pair, 0) for box, pair in enumerate(openings)]
    sorted_ = [("count", box, *row) for box, row in enumerate(counts)]
    for act in [*voted, *sorted_[:counted], *story]:
        plays(hall, ledger, box_ids, act)

    found = hall.canvass(poll)
    cast = sum(pair[1] for pair in ledger.cast.values())
    assert found.issued == sum(pair[0] for pair in ledger.cast.values())
    assert found.cast == cast
    assert found.turnout_missing == 3 - len(ledger.cast)
    assert found.count_missing == 3 - len(ledger.counted)
    assert found.gate is not None
    assert found.gate.met is (cast >= NEEDED if len(ledger.cast) == 3 else None)
    if found.gate.met and len(ledger.counted) == 3:
        yes, no, invalid = (sum(column) for column in zip(*ledger.counted.values(), strict=True))
        assert found.votes == {"yes": yes, "no": no}
        assert (found.papers, found.invalid) == (yes + no + invalid, invalid)
        assert found.votes["yes"] == sum((part.votes or {})["yes"] for part in found.by_district)
    else:
        assert (found.votes, found.papers, found.invalid) == (None, None, None)


def test_a_sum_above_the_electors_is_found_though_no_box_shows_it(hall: Hall) -> None:
    """Early boxes know no electors of their own: 2,358 papers of 1,179 went through once."""
    early = Wanted("b", None, number=2, kind=Kind.EARLY)
    poll = hall.held(A, B, early)
    for box, cast in zip(hall.boxes(poll), (100, 50, 30), strict=True):
        hall.turnout(box.id, cast, cast)
    (whole,) = hall.canvass(poll).excesses
    assert (whole.code, whole.electors, whole.papers) == (None, 160, 180)


def test_a_district_above_its_electors_is_named(hall: Hall) -> None:
    own = Wanted("b", 20, number=2, kind=Kind.EARLY)
    poll = hall.held(A, B, own)
    for box, cast in zip(hall.boxes(poll), (10, 60, 22), strict=True):
        hall.turnout(box.id, cast, cast, reason="two sheets from elsewhere" if cast == 22 else None)
    found = hall.canvass(poll)
    assert [(one.code, one.electors, one.papers) for one in found.excesses] == [("b", 80, 82)]
    assert [(box.box, box.electors, box.cast) for box in found.full_boxes] == [
        ("b/2/early", 20, 22)
    ]


def test_an_early_box_above_its_own_electors_needs_a_reason_and_is_marked(hall: Hall) -> None:
    """As in 36 of 7,349 such boxes of one real election, by one to ten papers."""
    own = Wanted("b", 20, number=2, kind=Kind.EARLY)
    poll = hall.held(A, B, own)
    first, second, third = (box.id for box in hall.boxes(poll))
    hall.turnout(first, 10, 10)
    hall.turnout(second, 10, 10)
    with refused("reason-needed"):
        hall.turnout(third, 21, 21)
    hall.turnout(third, 21, 21, reason="a paper of another box")
    with refused("reason-needed"):
        hall.count(third, 21, {"yes": 21, "no": 0}, 0)
    with refused("more-than-electors"):
        hall.corrects_turnout(second, 61, 61)
    found = hall.canvass(poll)
    assert [(box.box, box.reason) for box in found.full_boxes] == [
        ("b/2/early", "a paper of another box")
    ]
    assert found.excesses == ()
