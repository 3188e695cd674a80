"""The faults of a refused file: all counted, the first told in the order of their lines."""

from __future__ import annotations

from referendum.kernel.faults import REPORTED, Fault, Faults


def fault(line: int, reason: str, **more: str) -> Fault:
    return {"line": line, "column": None, "reason": reason, **more}


def test_faults_are_told_in_the_order_of_their_lines_with_the_commonest_kind() -> None:
    found = [fault(7, "b", station="7"), fault(3, "a"), fault(7, "a"), fault(5, "b", station="5")]
    found.append(fault(9, "b", station="9"))
    facts = Faults.of(found).facts()
    assert (facts["count"], facts["lines"]) == (5, 4)
    assert facts["faults"] == [found[1], found[3], found[0], found[2], found[4]]
    assert facts["commonest"] == [{"column": None, "reason": "b", "station": "5", "count": 3}]


def test_of_a_file_counted_where_its_faults_are_kept_the_same_is_told() -> None:
    found = [fault(2, "a"), fault(3, "b"), fault(4, "b")]
    counted = Faults.counted({(None, "a"): 1, (None, "b"): 2}, found)
    assert counted.facts() == Faults.of(found).facts()


def test_of_a_million_no_more_is_kept_than_is_told() -> None:
    faults = Faults()
    for line in range(10 * REPORTED):
        faults.add([fault(line, "a"), fault(line, "b")] if line % 2 else [])
    facts = faults.facts()
    assert (facts["count"], facts["lines"]) == (10 * REPORTED, 5 * REPORTED)
    assert len(faults.first) == REPORTED
    assert facts["faults"] == faults.first
