"""What is written in few places: a line's state, and the people and where they live."""

from __future__ import annotations

import re
from pathlib import Path

import signatures

WRITES = re.compile(
    r"(?:insert\s+into|update|delete\s+from)\s+"
    r"(?:line_state|waiting_line|line_decision|standing_signature|petition_tally_delta)\b"
    r"|(?:insert|update|delete)\(\s*(?:LineState|WaitingLine|LineDecision|StandingSignature|PetitionTallyDelta)\b"
    r"|\.add(?:_all)?\(\s*\[?\s*(?:LineState|WaitingLine|LineDecision|StandingSignature|PetitionTallyDelta)\b"
)
ROOM = Path(str(signatures.__file__)).parent
MAY = {"signatures/writing.py", "signatures/tallying.py"}
"""`tallying` takes folded changes away, and writes nothing else of these."""


def test_the_state_of_a_line_has_one_writer() -> None:
    writers = {
        str(path.relative_to(ROOM.parent))
        for package in (ROOM, ROOM.parent / "referendum")
        for path in package.rglob("*.py")
        if "migrations" not in path.parts and WRITES.search(path.read_text("utf-8"))
    }
    assert writers == MAY
    folding = (ROOM / "tallying.py").read_text("utf-8")
    assert {found.group(0) for found in WRITES.finditer(folding)} == {
        "delete from petition_tally_delta"
    }


PEOPLE = re.compile(
    r"(?:insert\s+into|update|delete\s+from)\s+(?:person|residence)\b"
    r"|(?:insert|update|delete)\(\s*(?:Person|Residence)\b"
    r"|\.add(?:_all)?\(\s*\[?\s*(?:Person|Residence)\b"
)


def test_people_are_written_only_where_what_they_name_was_looked_up() -> None:
    """Place, district and key of a person are upheld by no constraint (migration 0020).

    An import joins the district with its place; a roll of those who enrolled, and invented people,
    name the place that their own row refers to.
    """
    writers = {
        str(path.relative_to(ROOM.parent))
        for package in (ROOM, ROOM.parent / "referendum", ROOM.parent / "ballots")
        for path in package.rglob("*.py")
        if "migrations" not in path.parts and PEOPLE.search(path.read_text("utf-8"))
    }
    assert writers == {
        "referendum/roll/freezing.py",
        "referendum/roll/inventing.py",
        "referendum/roll/publishing.py",
    }
