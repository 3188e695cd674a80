"""CAN-06: no part of a result is public before all of it is."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from uuid import UUID

from sqlalchemy import select

from referendum.kernel.canonical import canonical
from referendum.kernel.record import RecordEntry
from tests.ballots.hall import THIRD, Hall, Wanted

A, B = Wanted("a", 100), Wanted("b", 60)
COUNTS = ("return.count_entered", "return.count_corrected")


def entries(hall: Hall) -> list[dict[str, Any]]:
    with hall.begin() as uow:
        rows = uow.session.scalars(select(RecordEntry.leaf).order_by(RecordEntry.number)).all()
    return [json.loads(leaf) for leaf in rows]


def facts_of(hall: Hall, *acts: str) -> list[dict[str, Any]]:
    return [one["facts"] for one in entries(hall) if one["act"] in acts]


def voted(hall: Hall, **poll: Any) -> tuple[UUID, UUID]:
    made = hall.held(A, B, **poll)
    first, second = (box.id for box in hall.boxes(made))
    hall.turnout(first, 40, 40)
    hall.turnout(second, 20, 20)
    return first, second


def test_can_06_the_record_binds_each_count_and_shows_none_while_one_is_missing(hall: Hall) -> None:
    first, _ = voted(hall)
    hall.count(first, 40, {"yes": 33, "no": 7}, 0)
    hall.corrects_count(first, 40, {"yes": 31, "no": 7}, 2)
    bound = facts_of(hall, *COUNTS)
    assert [set(one) for one in bound] == [
        {"box", "poll", "version", "reasoned", "commitment"},
    ] * 2
    assert bound[0]["commitment"] != bound[1]["commitment"]
    assert facts_of(hall, "returns.count_opened") == []
    assert all("votes" not in one["facts"] for one in entries(hall))


def test_can_06_with_the_last_box_all_are_shown_and_match_what_was_bound(hall: Hall) -> None:
    """Checked here by hand: SHA-256 over the salt and RFC 8785 of box, version and figures."""
    first, second = voted(hall)
    hall.count(first, 40, {"yes": 33, "no": 7}, 0)
    hall.corrects_count(first, 40, {"yes": 31, "no": 7}, 2)
    hall.count(second, 20, {"yes": 0, "no": 20}, 0)
    bound = {(one["box"], one["version"]): one["commitment"] for one in facts_of(hall, *COUNTS)}
    shown = [row for one in facts_of(hall, "returns.count_opened") for row in one["returns"]]
    assert [(row["box"], row["version"]) for row in shown] == [
        (str(first), 1),
        (str(first), 2),
        (str(second), 1),
    ]
    for row in shown:
        said = {name: row[name] for name in ("box", "version", "papers", "invalid", "votes")}
        digest = hashlib.sha256(bytes.fromhex(row["salt"]) + canonical(said)).hexdigest()
        assert digest == bound[row["box"], row["version"]]
    assert shown[1]["votes"] == {"yes": 31, "no": 7}


def test_a_correction_after_all_is_in_is_shown_at_once_and_alone(hall: Hall) -> None:
    first, second = voted(hall)
    hall.count(first, 40, {"yes": 33, "no": 7}, 0)
    hall.count(second, 20, {"yes": 0, "no": 20}, 0)
    hall.corrects_count(second, 20, {"yes": 1, "no": 19}, 0)
    opened = facts_of(hall, "returns.count_opened")
    assert [(one["district"], len(one["returns"])) for one in opened] == [
        ("a", 1),
        ("b", 1),
        ("b", 1),
    ]


def test_can_06_where_turnout_falls_below_the_gate_nothing_is_shown(hall: Hall) -> None:
    """REC §22: what was counted before is withheld for good."""
    first, second = voted(hall, gate=THIRD)
    hall.count(first, 40, {"yes": 33, "no": 7}, 0)
    hall.corrects_turnout(second, 10, 10)
    assert facts_of(hall, "returns.count_opened") == []


def test_the_figures_of_turnout_are_told_at_once(hall: Hall) -> None:
    """Who voted is no part of who won, and feeds the gate."""
    voted(hall)
    turnout = facts_of(hall, "return.turnout_entered")
    assert [one["cast"] for one in turnout] == [40, 20]
