"""Entering the turnout and the count of a box, and correcting them."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import make_url, text
from sqlalchemy.exc import ProgrammingError

from ballots import returns
from ballots.tables import Kind
from referendum.kernel.db import connect
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Authority, Officer, Role
from tests.ballots.hall import THIRD, Hall, Wanted, refused

A, B = Wanted("a", 100), Wanted("b", 60)


def one_box(hall: Hall, **poll: Any) -> UUID:
    return hall.boxes(hall.held(A, **poll))[0].id


def test_turnout_is_kept_and_recorded(hall: Hall) -> None:
    box = one_box(hall)
    kept = hall.turnout(box, 40, 39)

    assert (kept.version, kept.issued, kept.cast, kept.keyed_by) == (1, 40, 39, hall.officer.id)
    (leaf,) = hall.leaves("return.turnout_entered")
    assert f'"box":"{box}"' in leaf
    assert '"cast":39,"issued":40' in leaf
    assert '"version":1' in leaf


def test_can_02_a_refused_turnout_leaves_nothing_behind(hall: Hall) -> None:
    box = one_box(hall)
    for issued, cast in [(None, 10), (10, None), (-1, 0), (101, 100), (10, 11)]:
        with pytest.raises(DomainError):
            hall.turnout(box, issued, cast)

    assert hall.acts() == []
    with hall.begin() as uow:
        assert returns.versions(uow.session, box).turnouts == ()


def test_zero_is_a_figure(hall: Hall) -> None:
    assert hall.turnout(one_box(hall), 0, 0).cast == 0


def test_more_cast_than_handed_out_is_kept_with_a_reason(hall: Hall) -> None:
    box = one_box(hall)
    with refused("reason-needed"):
        hall.turnout(box, 10, 11, reason="   ")
    with refused("reason-too-long"):
        hall.turnout(box, 10, 11, reason="x" * 1001)
    assert hall.turnout(box, 10, 11, reason="one paper of another poll").reason


def test_the_bound_of_an_early_box_is_the_whole_poll(hall: Hall) -> None:
    early = Wanted("a", None, kind=Kind.EARLY)
    poll = hall.held(A, early)
    box = next(box for box in hall.boxes(poll) if box.kind is Kind.EARLY)
    with refused("more-than-electors") as no:
        hall.turnout(box.id, 101, 101)
    assert no.facts["electors"] == 100
    assert hall.turnout(box.id, 100, 100).cast == 100


def test_can_02_a_refused_count_leaves_nothing_behind(hall: Hall) -> None:
    box = one_box(hall)
    hall.turnout(box, 30, 30)
    for papers, votes, invalid in [
        (None, {"yes": 30, "no": 0}, 0),
        (30, {"yes": 30}, 0),
        (30, {"yes": 30, "no": 0}, None),
        (30, {"yes": 29, "no": 0}, 0),
        (29, {"yes": 29, "no": 0}, 0),
    ]:
        with pytest.raises(DomainError):
            hall.count(box, papers, votes, invalid)

    assert hall.acts() == ["return.turnout_entered"]
    with hall.begin() as uow:
        assert returns.versions(uow.session, box).counts == ()


def test_a_count_that_does_not_add_up_says_by_how_much(hall: Hall) -> None:
    box = one_box(hall)
    hall.turnout(box, 30, 30)
    with refused("does-not-add-up") as no:
        hall.count(box, 30, {"yes": 20, "no": 8}, 1)

    assert no.facts == {
        "station": "a/1",
        "papers": 30,
        "options": 28,
        "invalid": 1,
        "difference": -1,
    }


def test_papers_may_differ_from_cast_with_a_written_reason(hall: Hall) -> None:
    box = one_box(hall)
    hall.turnout(box, 30, 30)
    kept = hall.count(box, 29, {"yes": 20, "no": 8}, 1, reason="a voter took the paper home")

    assert kept.papers == 29
    (leaf,) = hall.leaves("return.count_entered")
    assert set(json.loads(leaf)["facts"]) == {"box", "poll", "version", "reasoned", "commitment"}
    assert "took the paper home" not in leaf
    assert '"reasoned":true' in leaf


def test_nothing_is_entered_or_read_while_people_vote(hall: Hall) -> None:
    poll = hall.sets_a_poll(A)
    box = hall.boxes(poll)[0].id
    attempts: list[Callable[[], object]] = [
        lambda: hall.turnout(box, 1, 1),
        lambda: hall.corrects_turnout(box, 1, 1),
        lambda: hall.count(box, 1, {"yes": 1, "no": 0}, 0),
        lambda: hall.corrects_count(box, 1, {"yes": 1, "no": 0}, 0),
        lambda: hall.canvass(poll),
    ]
    for attempt in attempts:
        with refused("poll-not-closed"):
            attempt()
    with refused("poll-not-closed"), hall.begin() as uow:
        returns.versions(uow.session, box)


def test_no_box_is_counted_before_every_turnout_is_known(hall: Hall) -> None:
    poll = hall.held(A, B)
    first, second = (box.id for box in hall.boxes(poll))
    hall.turnout(first, 30, 30)
    with refused("turnout-incomplete") as no:
        hall.count(first, 30, {"yes": 30, "no": 0}, 0)
    assert no.facts == {"poll": str(poll), "missing": 1, "boxes": 2}

    hall.turnout(second, 0, 0)
    assert hall.count(first, 30, {"yes": 30, "no": 0}, 0).papers == 30


@pytest.mark.parametrize(("cast", "opens"), [(33, False), (34, True), (35, True)])
def test_the_gate_is_a_third_of_the_electors_and_not_one_fewer(
    hall: Hall, *, cast: int, opens: bool
) -> None:
    box = one_box(hall, gate=THIRD)
    hall.turnout(box, cast, cast)
    if opens:
        assert hall.count(box, cast, {"yes": cast, "no": 0}, 0).papers == cast
    else:
        with refused("below-count-gate") as no:
            hall.count(box, cast, {"yes": cast, "no": 0}, 0)
        facts = dict(no.facts)
        facts.pop("poll")
        assert facts == {"electors": 100, "cast": 33, "needed": 34, "citation": "REC §22"}


@pytest.mark.parametrize(
    ("electors", "cast", "comparison", "opens"),
    [
        (99, 32, "at_least", False),
        (99, 33, "at_least", True),
        (99, 33, "more_than", False),
        (99, 34, "more_than", True),
        (106_435, 35_478, "at_least", False),
        (106_435, 35_479, "at_least", True),
    ],
)
def test_the_gate_is_exact_at_its_edge(
    hall: Hall, *, electors: int, cast: int, comparison: str, opens: bool
) -> None:
    gate = {**THIRD, "comparison": comparison}
    poll = hall.held(Wanted("a", electors), gate=gate)
    box = hall.boxes(poll)[0].id
    hall.turnout(box, electors, cast)

    found = hall.canvass(poll).gate
    assert found is not None
    assert found.met is opens
    if not opens:
        with refused("below-count-gate"):
            hall.count(box, cast, {"yes": cast, "no": 0}, 0)


def test_the_gate_reads_turnout_and_never_papers(hall: Hall) -> None:
    box = one_box(hall, gate=THIRD)
    hall.turnout(box, 40, 33)
    with refused("below-count-gate"):
        hall.count(box, 40, {"yes": 40, "no": 0}, 0, reason="more papers than cast")


def test_a_return_is_entered_once(hall: Hall) -> None:
    box = one_box(hall)
    hall.turnout(box, 30, 30)
    with refused("return-already-entered"):
        hall.turnout(box, 30, 30)
    hall.count(box, 30, {"yes": 30, "no": 0}, 0)
    with refused("return-already-entered"):
        hall.count(box, 30, {"yes": 30, "no": 0}, 0)


def test_can_04_a_correction_is_a_new_version_and_the_former_stays_readable(hall: Hall) -> None:
    box = one_box(hall)
    hall.turnout(box, 30, 30)
    hall.corrects_turnout(box, 31, 31, reason="a sheet was overlooked")
    hall.count(box, 31, {"yes": 30, "no": 0}, 1)
    hall.corrects_count(box, 31, {"yes": 29, "no": 1}, 1, reason="one paper sorted wrongly")

    with hall.begin() as uow:
        kept = returns.versions(uow.session, box)
    assert [(row.version, row.cast, row.reason) for row in kept.turnouts] == [
        (1, 30, None),
        (2, 31, "a sheet was overlooked"),
    ]
    assert [(row.version, row.votes, row.reason) for row in kept.counts] == [
        (1, {"yes": 30, "no": 0}, None),
        (2, {"yes": 29, "no": 1}, "one paper sorted wrongly"),
    ]
    assert hall.acts() == [
        "return.turnout_entered",
        "return.turnout_corrected",
        "return.count_entered",
        "returns.count_opened",
        "return.count_corrected",
        "returns.count_opened",
    ]


def test_a_correction_needs_a_reason_and_something_to_correct(hall: Hall) -> None:
    box = one_box(hall)
    with refused("return-not-entered"):
        hall.corrects_turnout(box, 30, 30)
    hall.turnout(box, 30, 30)
    for empty in (None, "", "  "):
        with refused("correction-reason-needed"):
            hall.corrects_turnout(box, 29, 29, reason=empty)
        with refused("correction-reason-needed"):
            hall.corrects_count(box, 30, {"yes": 30, "no": 0}, 0, reason=empty)
    with refused("return-not-entered"):
        hall.corrects_count(box, 30, {"yes": 30, "no": 0}, 0)


def test_a_correction_must_add_up_as_well(hall: Hall) -> None:
    box = one_box(hall)
    hall.turnout(box, 30, 30)
    hall.count(box, 30, {"yes": 30, "no": 0}, 0)
    with refused("more-than-electors"):
        hall.corrects_turnout(box, 101, 30)
    with refused("does-not-add-up"):
        hall.corrects_count(box, 30, {"yes": 30, "no": 1}, 0)


def test_turnout_corrected_below_the_gate_shuts_the_count_and_keeps_it_as_evidence(
    hall: Hall,
) -> None:
    poll = hall.held(A, B, gate=THIRD)
    first, second = (box.id for box in hall.boxes(poll))
    hall.turnout(first, 40, 40)
    hall.turnout(second, 20, 20)
    hall.count(first, 40, {"yes": 40, "no": 0}, 0)
    hall.count(second, 20, {"yes": 20, "no": 0}, 0)
    assert hall.canvass(poll).votes == {"yes": 60, "no": 0}

    hall.corrects_turnout(first, 33, 33)

    found = hall.canvass(poll)
    assert found.gate is not None
    assert (found.gate.met, found.gate.cast, found.gate.needed) == (False, 53, 54)
    assert (found.papers, found.votes, found.invalid, found.gaps) == (None, None, None, ())
    assert all(part.votes is None and part.papers is None for part in found.by_district)
    assert found.count_missing == 0
    with refused("below-count-gate"):
        hall.corrects_count(first, 33, {"yes": 33, "no": 0}, 0)
    with hall.begin() as uow:
        assert len(returns.versions(uow.session, first).counts) == 1


def test_only_a_canvasser_of_the_place_enters_figures(hall: Hall) -> None:
    box = one_box(hall)
    commission = Authority.ELECTION_COMMISSION
    clerk = Officer(uuid4(), hall.jurisdiction, commission, frozenset({Role.CLERK}))
    stranger = Officer(uuid4(), uuid4(), commission, frozenset({Role.CANVASSER}))
    for officer, code in ((clerk, "role-missing"), (stranger, "other-jurisdiction")):
        with pytest.raises(Exception, match=code), hall.begin() as uow:
            returns.enter_turnout(uow, box, issued=1, cast=1, by=officer)
    assert hall.acts() == []


@pytest.mark.parametrize("table", ["turnout_return", "count_return"])
@pytest.mark.parametrize(
    "change",
    ["update {} set version = 9", "delete from {}", "truncate {}"],
    ids=["update", "delete", "truncate"],
)
def test_can_04_the_database_refuses_the_application_any_change_of_a_return(
    hall: Hall, owner_url: str, table: str, change: str
) -> None:
    box = one_box(hall)
    hall.turnout(box, 30, 30)
    hall.count(box, 30, {"yes": 30, "no": 0}, 0)

    address = make_url(owner_url).set(username="referendum_app")
    engine = connect(address.render_as_string(hide_password=False), pool=1)
    try:
        with pytest.raises(ProgrammingError) as caught, engine.begin() as connection:
            connection.execute(text(change.format(table)))
        assert isinstance(caught.value.orig, InsufficientPrivilege)
    finally:
        engine.dispose()
