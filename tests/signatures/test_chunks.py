"""A pass cut into chunks decides what one in a single piece decides, wherever it is cut."""

from __future__ import annotations

import json
import random
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from referendum.kernel.tree import leaf_hash, node_hash
from signatures.lines import PaperLine, Reason
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
        city.brings(petition, early)
        city.signed(petition, city.inhabitants[0])
        city.examines(petition)
        city.brings(petition, lines)
        city.signed(petition, city.inhabitants[1])

    told: list[tuple[int, int]] = []
    size = dice.choice([1, *range(2, LINES)])
    report = city.examines(whole, chunk=10 * LINES)
    pieces = city.examines(cut, chunk=size, progress=lambda *how_far: told.append(how_far))

    assert pieces == report
    assert report.examined == LINES
    assert report.void[Reason.DUPLICATE]
    assert decisions(city, cut) == decisions(city, whole)
    assert city.counts(cut) == city.counts(whole)
    ends = [*range(size, LINES, size), LINES]
    assert told == [(0, LINES), *((end, LINES) for end in ends)]
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
    leaves = [bytes(row.commitment) + f"{row.status}:{row.reason or ''}".encode() for row in rows]
    return root(leaves[-LINES:])


def test_a_pass_that_breaks_off_in_any_chunk_leaves_nothing(city: City) -> None:
    petition, today = city.opens(), city.today()
    city.brings(petition, [paper(who, at, on=today) for at, who in enumerate(city.inhabitants)])
    before = city.leaves()

    def breaks(done: int, _lines: int) -> None:
        if done == 9:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        city.examines(petition, chunk=3, progress=breaks)
    assert decisions(city, petition) == []
    assert city.leaves() == before
    assert city.counts(petition).open_by_reason == {Reason.UNEXAMINED: len(city.inhabitants)}
    assert city.examines(petition, chunk=3).valid == len(city.inhabitants)
