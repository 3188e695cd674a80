"""The lot for the order of sides: named before it is known, read twice, drawn again by anyone."""

from __future__ import annotations

import hashlib
import json
from uuid import UUID

import pytest
from sqlalchemy import select

from referendum.kernel import draw
from referendum.kernel.draw import ValueUnlikeSource
from referendum.kernel.people import Authority, Officer
from referendum.kernel.record import RecordEntry
from referendum.lifecycle import locating
from referendum.lifecycle.advisory import drawing
from referendum.lifecycle.advisory.drawing import (
    DrawCommittedBefore,
    DrawDayNotAllowed,
    DrawNotCommitted,
    DrawNotHeld,
    DrawSettled,
    LotState,
)
from referendum.lifecycle.stages import ActNotAllowed
from tests.lifecycle.advisory.mayors_office import VALUE, commits, lot, reads
from tests.town import Town
from thresholds.vocabulary import Instrument


def test_the_draw_is_named_once_before_it_is_known_and_before_the_vote(
    town: Town, called: UUID, mayor: Officer
) -> None:
    for days in (0, -1, 60):
        with pytest.raises(DrawDayNotAllowed):
            commits(town, called, mayor, days=days)
    with pytest.raises(DrawNotCommitted):
        reads(town, called, mayor)
    commits(town, called, mayor)
    with pytest.raises(DrawCommittedBefore):
        commits(town, called, mayor)
    with pytest.raises(DrawNotHeld):
        reads(town, called, mayor)


def test_two_different_officers_must_read_the_same_value(
    town: Town, called: UUID, mayor: Officer
) -> None:
    commits(town, called, mayor)
    town.waits(days=3)
    assert reads(town, called, mayor, "0d" * 32) is LotState.COMMITTED
    assert reads(town, called, mayor, "0d" * 32) is LotState.COMMITTED
    second = town.officer(Authority.MAYOR)
    assert reads(town, called, second) is LotState.COMMITTED
    assert lot(town, called).disagree
    assert reads(town, called, mayor) is LotState.DRAWN
    with pytest.raises(DrawSettled):
        reads(town, called, second, "0e" * 32)
    with pytest.raises(ValueUnlikeSource):
        reads(town, town_other(town), mayor, "1 2 3")


def town_other(town: Town) -> UUID:
    """Another measure whose draw has been held."""
    mayor = town.officer(Authority.MAYOR)
    measure = town.drafts(Instrument.ADVISORY, by=mayor)
    town.calls(measure, Authority.MAYOR)
    commits(town, measure, mayor)
    town.waits(days=3)
    return measure


def test_the_order_can_be_drawn_again_from_what_is_public(
    town: Town, called: UUID, mayor: Officer
) -> None:
    commits(town, called, mayor)
    town.waits(days=3)
    reads(town, called, mayor)
    reads(town, called, town.officer(Authority.MAYOR))
    hashes = {
        key: hashlib.sha256(
            "\n".join(
                ["referendum-draw-v1", "drand default 5123456", VALUE, str(called), key]
            ).encode()
        ).hexdigest()
        for key in ("yes", "no")
    }
    with town.begin() as uow:
        options = drawing.options(uow.session, locating.get(uow.session, called))
    assert [one["key"] for one in options] == sorted(hashes, key=lambda key: hashes[key])


def test_without_a_value_the_records_own_entry_stands_in(
    town: Town, called: UUID, mayor: Officer
) -> None:
    commits(town, called, mayor)
    town.waits_for("polls_open", called)
    found = lot(town, called)
    assert found.state is LotState.FALLBACK
    assert found.committed is not None
    with town.begin() as uow:
        leaf = uow.session.get_one(RecordEntry, found.committed.entry_id).leaf
    assert found.value == hashlib.sha256(leaf).hexdigest()
    again = draw.drawn(
        ["yes", "no"], source=str(found.source), value=found.value, subject=str(called)
    )
    assert found.drawn == again
    with pytest.raises(ActNotAllowed):
        reads(town, called, mayor)


def test_where_nothing_was_named_the_entry_of_the_call_stands_in(town: Town, called: UUID) -> None:
    assert lot(town, called).state is LotState.NOT_COMMITTED
    town.waits_for("polls_open", called)
    found = lot(town, called)
    with town.begin() as uow:
        rows = uow.session.scalars(select(RecordEntry).where(RecordEntry.measure_id == called))
        called_by = [row for row in rows if json.loads(row.leaf)["facts"].get("act") == "call"]
    assert found.state is LotState.FALLBACK
    assert found.value == hashlib.sha256(called_by[0].leaf).hexdigest()
