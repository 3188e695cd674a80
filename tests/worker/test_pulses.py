"""What is done again and again: sealing, counting, forgetting."""

from __future__ import annotations

from uuid import UUID

import pytest

from referendum.bootstrap import Services
from referendum.kernel import log
from referendum.kernel.people import Calendar
from referendum.worker import petitions, record
from referendum.worker.app import PULSES
from signatures import tallying
from tests.town import Town
from tests.worker.office import Office


@pytest.fixture
def office(services: Services) -> Office:
    return Office(services)


def test_the_sealer_seals_all_that_waits(services: Services) -> None:
    with services.begin() as uow:
        for _ in range(7):
            uow.record("test.done", by=Calendar())
    for _ in range(2):
        record.seal(services)
    with services.begin() as uow:
        assert log.size_of(uow.session) == 7
        assert log.oldest_unsealed(uow.session) is None


def test_counts_are_folded_where_lines_changed_and_nowhere_else(
    town: Town, office: Office, referendum_open: UUID
) -> None:
    measure = referendum_open
    petition = town.petition(measure)
    town.brings(measure, town.some(4))
    petitions.fold(office.services)
    with town.begin() as uow:
        counted = tallying.tally(uow.session, petition)
    assert (counted.submitted, counted.reconciles) == (4, True)

    town.waits_for("collection_ends", measure)
    petitions.fold(office.services)
    with town.begin() as uow:
        # Collected and not yet examined: no line changes, so nothing is counted.
        assert tallying.tally(uow.session, petition).folded_at == counted.folded_at


def test_every_pulse_may_beat_on_an_empty_city(services: Services) -> None:
    for pulse in PULSES.values():
        pulse.job(services)
        pulse.job(services)
