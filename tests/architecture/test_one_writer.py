"""What a line's state is written by: one module, whoever decides."""

from __future__ import annotations

import re
from pathlib import Path

import signatures

WRITES = re.compile(
    r"(?:insert\s+into|update|delete\s+from)\s+"
    r"(?:line_state|line_decision|standing_signature|petition_tally_delta)\b"
    r"|(?:insert|update|delete)\(\s*(?:LineState|LineDecision|StandingSignature|PetitionTallyDelta)\b"
    r"|\.add(?:_all)?\(\s*\[?\s*(?:LineState|LineDecision|StandingSignature|PetitionTallyDelta)\b"
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
