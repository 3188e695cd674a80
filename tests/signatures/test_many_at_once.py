"""What is done to a long list reads each line as often as in a short one, whatever the pieces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event

from referendum.kernel.uow import UnitOfWork
from signatures import deciding, miskeying, sheets
from signatures.errors import RowsAlreadyBrought
from tests.signatures.city import City, Inhabitant, paper, people
from tests.signatures.test_costs import read_by

pytestmark = pytest.mark.untouched

PIECE = 5
SHORT, LONG = 4 * PIECE, 40 * PIECE


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    for room in (deciding, miskeying, sheets):
        monkeypatch.setattr(room, "CHUNK", PIECE)


def brings(city: City, petition: UUID, lines: int, uow: UnitOfWork) -> UUID:
    signers: Sequence[Inhabitant] = people(lines)
    written = [paper(who, row, on=city.today()) for row, who in enumerate(signers, 1)]
    return sheets.bring_lines(
        uow, city.vault, petition, iter(written), by=city.clerk, received_on=city.today()
    ).id


@pytest.mark.parametrize("what", ["brought", "taken back"])
def test_a_long_list_costs_no_more_a_line(city: City, what: str) -> None:
    def read(lines: int) -> float:
        petition = city.opens()
        batch = None
        if what != "brought":
            with city.begin() as uow:
                batch = brings(city, petition, lines, uow)

        def act(uow: UnitOfWork, petition: UUID) -> None:
            if batch is None:
                brings(city, petition, lines, uow)
            else:
                miskeying.mark(uow, city.vault, petition, batch, note="다른 서명부", by=city.clerk)

        return sum(read_by(city, petition, act)[1].values()) / lines

    short, long = read(SHORT), read(LONG)
    assert 0 < long <= short * 1.2


def test_no_statement_of_a_batch_taken_back_has_more_than_a_piece(city: City) -> None:
    petition = city.opens()
    with city.begin() as uow:
        batch = brings(city, petition, LONG, uow)
        engine = uow.session.get_bind().engine
    rows: list[int] = []

    def count(_connection: object, cursor: Any, *_told: object) -> None:
        rows.append(cursor.rowcount)

    event.listen(engine, "after_cursor_execute", count)
    with city.begin() as uow:
        miskeying.mark(uow, city.vault, petition, batch, note="다른 서명부", by=city.clerk)
    assert max(rows) == PIECE


def test_known_rows_are_found_in_whatever_piece_they_come(city: City) -> None:
    petition, today = city.opens(), city.today()
    with city.begin() as uow:
        brings(city, petition, SHORT, uow)
    again = [paper(Inhabitant("?", f"남{row}"), row, on=today) for row in range(2, 4 * SHORT, 9)]
    with pytest.raises(RowsAlreadyBrought) as refused:
        city.brings(petition, [*again, again[-1]])
    rows = list(range(2, SHORT + 1, 9))
    repeated = 2 + 9 * (len(again) - 1)
    assert refused.value.facts["count"] == len(rows) + 1
    lines = zip([*rows, repeated], [*rows, SHORT + len(again)], strict=True)
    assert refused.value.facts["rows"] == [
        {"sheet": "A-1", "row": row, "line": line} for row, line in lines
    ]
