"""A register's file that is given up, whatever is being done with it: nothing is left of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import func, select

from referendum.kernel.receiving import PIECE
from referendum.kernel.sealing import SealedDataKey
from referendum.roll import importing, intakes, publishing, receiving, staging
from referendum.roll.errors import IntakeNotRead
from referendum.roll.intake_tables import IntakeLine, IntakePiece, IntakeRows
from referendum.roll.intakes import Stage
from tests.roll.city import ANYTHING, JANUARY, MARCH, City, csv_of

BATCH = 20
TABLES = (IntakePiece, IntakeLine, IntakeRows)
PEOPLE = [{"register_no": f"R{no}", "former_names": "옛이름"} for no in range(1, 101)]


def left(city: City) -> int:
    with city.begin() as uow:
        counts = (select(func.count()).select_from(one) for one in TABLES)
        return sum(uow.session.scalars(count).one() for count in counts)


@pytest.mark.parametrize("batches", [1, 2, 5])
def test_given_up_while_it_is_read_it_ends(city: City, batches: int) -> None:
    """Were it read on, it could be confirmed, and its people be sealed under a destroyed key."""
    intake = city.brings(csv_of(*PEOPLE))

    @contextmanager
    def watched() -> Iterator[Any]:
        with city.begin() as uow:
            row = intakes.get(uow.session, intake)
            begun = row.version_key_id is not None
            at = begun and row.lines == batches * BATCH and row.stage == Stage.READING
        if at:
            intakes.give_up(city.begin, city.vault, intake)
        with city.begin() as uow:
            yield uow

    with pytest.raises(IntakeNotRead):
        staging.read(watched, city.vault, intake, batch=BATCH)
    assert city.stands(intake) == (Stage.GIVEN_UP, batches * BATCH)
    assert left(city) == 0
    with city.begin() as uow:
        row = intakes.get(uow.session, intake)
        for key in (row.key_id, row.version_key_id):
            assert uow.session.get_one(SealedDataKey, key).wrapped is None
    assert importing.carry_on(city.begin, city.vault, intake), "and nothing is to be done"
    assert city.stands(intake)[0] == Stage.GIVEN_UP


def test_given_up_while_it_comes_it_ends_and_nothing_more_of_it_is_kept(city: City) -> None:
    receiver = receiving.open_receiver(
        city.begin,
        city.vault,
        jurisdiction_id=city.id,
        as_of=JANUARY,
        mode=None,
        by=city.registrar.mark,
        invented=True,
    )
    with receiver:
        receiver.write(b"x" * PIECE)
        assert left(city) == 1
        intakes.give_up(city.begin, city.vault, receiver.intake_id)
        receiver.write(b"x" * PIECE)
        assert left(city) == 0
    assert city.stands(receiver.intake_id) == (Stage.GIVEN_UP, 0)
    assert left(city) == 0


def test_one_that_was_confirmed_is_not_given_up(city: City) -> None:
    city.imports({"register_no": "R0"})
    intake = city.brings(csv_of(*PEOPLE), as_of=MARCH)
    preview = importing.compare(city.begin, city.vault, intake).preview
    with city.begin() as uow:
        publishing.confirm(uow, intake, by="officer:x", preview=preview, limits=ANYTHING)
    intakes.give_up(city.begin, city.vault, intake)
    assert city.stands(intake) == (Stage.PUBLISHING, len(PEOPLE))
    importing.carry_on(city.begin, city.vault, intake)
    intakes.give_up(city.begin, city.vault, intake)
    assert city.stands(intake) == (Stage.DONE, len(PEOPLE))
    assert city.person("R7")
