"""A pass cut into chunks decides what one in a single piece decides, wherever it is cut."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from referendum.kernel.tree import leaf_hash, node_hash
from signatures import settling, withdrawing
from signatures.errors import DecisionNeedsNote
from signatures.lines import PaperLine, Reason, Status
from tests.signatures.city import City, Inhabitant, paper

LINES = 60
STRANGERS = [Inhabitant("?", f"모르는{chr(0xAC00 + at)}") for at in range(3)]
TWINS = [
    Inhabitant("T1", "같은이름", district="가람동"),
    Inhabitant("T2", "같은이름", district="나루동"),
    Inhabitant("T3", "같은이름", district="나루동"),
]
CHILD = Inhabitant("Z1", "어린이", born=date(2015, 1, 1))


def writes(dice: random.Random, city: City) -> list[PaperLine]:
    """Sheets with all that can be wrong with them, and the same people again and again."""
    everyone = [*city.inhabitants, *STRANGERS, *TWINS, CHILD]
    faults: list[dict[str, Any]] = [{}] * 9 + [{"address": ""}, {"signed_on": "2001-01-01"}]
    faults += [{"district": "나루동"}, {"name": ""}]
    today = city.today()
    return [
        paper(dice.choice(everyone), row, on=today, **dice.choice(faults)) for row in range(LINES)
    ]


def decisions(city: City, petition: UUID) -> list[Any]:
    """Of each line in order: what was decided, and whether it stands. Keys differ by petition."""
    rows = city.rows(
        "select d.version, d.status, d.reason, d.district_id, s.district_id as stands_in, s.since"
        "  from line l join line_decision d on d.petition_id = l.petition_id and d.line_id = l.id"
        "  left join standing_signature s on s.petition_id = l.petition_id and s.line_id = l.id"
        " where l.petition_id = :id order by l.arrival",
        id=petition,
    )
    return [tuple(row) for row in rows]


def root(leaves: list[bytes]) -> bytes:
    """RFC 9162, section 2.1.1, written out."""
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return node_hash(root(leaves[:half]), root(leaves[half:]))


@pytest.mark.parametrize("seed", range(4))
def test_wherever_it_is_cut_the_same_is_decided(city: City, seed: int) -> None:
    dice = random.Random(seed)
    city.registers([*city.inhabitants, *TWINS, CHILD])
    lines = writes(dice, city)
    whole, cut = city.opens(), city.opens()
    early = dice.sample(lines, 5)
    for petition in (whole, cut):
        # Some lines are decided in a pass of their own, between others that come later.
        city.brings(petition, [replace(one, sheet="B-1") for one in early])
        city.signed(petition, city.inhabitants[0])
        city.examines(petition)
        city.brings(petition, lines)
        city.signed(petition, city.inhabitants[1])

    told: list[tuple[int, int]] = []
    size = dice.choice([1, *range(2, LINES)])
    report = city.examines(whole, piece=10 * LINES)
    pieces = city.examines(
        cut, piece=size, hands=seed + 1, progress=lambda *how_far: told.append(how_far)
    )

    assert pieces == report
    assert report.examined == LINES
    assert report.void[Reason.DUPLICATE]
    assert decisions(city, cut) == decisions(city, whole)
    assert city.counts(cut) == city.counts(whole)
    ends = [*range(size, LINES, size), LINES]
    deciding, entering = [0, *ends], [LINES + end for end in ends]
    assert told == [(done, 2 * LINES) for done in (*deciding, *entering)]
    for petition in (whole, cut):
        assert entry_of(city, petition)["merkle_root"] == answered_for(city, petition).hex()


def entry_of(city: City, petition: UUID) -> dict[str, Any]:
    """The last pass's entry: one, however many chunks there were."""
    told = [json.loads(leaf)["facts"] for leaf in city.leaves("lines.examined")]
    mine: list[dict[str, Any]] = [facts for facts in told if facts["petition"] == str(petition)]
    assert [facts["count"] for facts in mine] == [5, LINES]
    return mine[-1]


def answered_for(city: City, petition: UUID) -> bytes:
    """The root of what the last pass decided, reckoned from the tables."""
    rows = city.rows(
        "select l.commitment, d.status, d.reason from line l"
        "  join line_decision d on d.petition_id = l.petition_id and d.line_id = l.id"
        " where l.petition_id = :id and l.batch_id is not null order by l.arrival",
        id=petition,
    )
    return root([_leaf(row) for row in rows][-LINES:])


def _leaf(row: Any) -> bytes:
    return bytes(row.commitment) + f"{row.status}:{row.reason or ''}".encode()


class Killed(Exception):  # what happens, not what is wrong
    """A worker that is no more."""


@pytest.mark.parametrize("seed", range(2))
def test_a_pass_that_breaks_off_anywhere_goes_on_where_it_was(city: City, seed: int) -> None:
    dice = random.Random(seed)
    city.registers([*city.inhabitants, *TWINS, CHILD])
    lines = writes(dice, city)
    whole, broken = city.opens(), city.opens()
    for petition in (whole, broken):
        city.brings(petition, lines)
    report = city.examines(whole)
    before = city.leaves()
    asked = city.asks(broken)
    for at in (14, 42, LINES + 14, LINES + 42):

        def breaks(done: int, _all: int, at: int = at) -> None:
            if done >= at:
                raise Killed

        with pytest.raises(Killed):
            city.goes_on(broken, asked, piece=7, hands=1, progress=breaks)
        if at < LINES:
            # Nothing of it can be seen, and no entry tells of it.
            assert decisions(city, broken) == []
            assert city.leaves() == before
            assert city.counts(broken).open_by_reason == {Reason.UNEXAMINED: LINES}
        else:
            # All of it holds, and every count says so, though not every line is entered.
            assert 0 < len(decisions(city, broken)) < LINES
            assert len(city.leaves()) == len(before) + 1
            assert city.counts(broken) == city.counts(whole)
    assert city.goes_on(broken, asked, piece=7)
    assert city.ends(asked) == report
    assert decisions(city, broken) == decisions(city, whole)
    assert city.counts(broken) == city.counts(whole)
    assert len(city.leaves()) == len(before) + 1
    assert city.rows("select from examined_line") == []


def test_what_happens_beside_a_pass_is_looked_at_again_before_it_holds(city: City) -> None:
    """An officer decides staged lines, and who would have stood; a line is taken back."""
    anna, bora, chul, dora = city.inhabitants[:4]
    petition, today = city.opens(), city.today()
    lines = [anna, anna, bora, bora, chul, dora]
    city.brings(petition, [paper(who, row, on=today) for row, who in enumerate(lines, 1)])
    ids = [row.line_id for row in city.rows("select line_id from line_state order by number")]

    def decides(at: int, status: Status, who: Inhabitant | None = None) -> None:
        with city.begin() as uow:
            settling.decide(
                uow,
                city.vault,
                petition,
                ids[at],
                status=status,
                reason=None if who else Reason.IMPROPER,
                person_id=city.ids[who.number] if who else None,
                by=city.clerk,
            )

    def meanwhile(done: int, _all: int) -> None:
        if done == len(lines) and not city.rows("select from line_decision"):
            decides(0, Status.VOID)
            decides(3, Status.VALID, bora)
            with city.begin() as uow:
                withdrawing.withdraw_paper(
                    uow, city.vault, petition, ids[4], document="1", by=city.clerk
                )
            assert city.counts(petition).open_by_reason == {Reason.UNEXAMINED: 3}

    report = city.examines(petition, piece=10, progress=meanwhile)

    assert (report.examined, report.valid, report.void) == (3, 2, {Reason.DUPLICATE: 1})
    held = city.rows("select status, reason from line_state order by number")
    assert [(row.status, row.reason) for row in held] == [
        ("void", "improper"),
        ("valid", None),
        ("void", "duplicate"),
        ("valid", None),
        ("void", "withdrawn"),
        ("valid", None),
    ]
    assert city.counts(petition).standing == 3
    told = json.loads(city.leaves("lines.examined")[-1])["facts"]
    rows = city.rows(
        "select l.commitment, s.status, s.reason from line l"
        "  join line_state s on s.line_id = l.id and s.number in (2, 3, 6) order by s.number"
    )
    assert told["merkle_root"] == root([_leaf(row) for row in rows]).hex()


def test_an_officer_finds_what_holds_before_it_is_entered(city: City) -> None:
    """Between the publishing and the entering, a decision enters first what it stands on."""
    anna, bora = city.inhabitants[:2]
    petition, today = city.opens(), city.today()
    lines = [anna, anna, bora]
    city.brings(petition, [paper(who, row, on=today) for row, who in enumerate(lines, 1)])
    first = city.rows("select line_id from line_state where number = 1")[0].line_id
    asked = city.asks(petition)

    def breaks(done: int, _all: int) -> None:
        if done > len(lines):
            raise Killed

    with pytest.raises(Killed):
        city.goes_on(petition, asked, piece=1, hands=1, progress=breaks)
    with pytest.raises(DecisionNeedsNote), city.begin() as uow:
        settling.decide(
            uow, city.vault, petition, first, status=Status.VOID, reason=Reason.FORM, by=city.clerk
        )
    with city.begin() as uow:
        settling.decide(
            uow,
            city.vault,
            petition,
            first,
            status=Status.VOID,
            reason=Reason.FORM,
            note="이의신청",
            by=city.clerk,
        )
    assert city.counts(petition).standing == 2, "the next one of hers stands"
    assert city.goes_on(petition, asked)
    city.ends(asked)
    counted = city.counts(petition)
    assert (counted.standing, counted.void_by_reason) == (2, {Reason.FORM: 1})
