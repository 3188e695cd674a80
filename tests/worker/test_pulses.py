"""What is done again and again: sealing, counting, forgetting."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select, update

from referendum.bootstrap import Services
from referendum.kernel import log
from referendum.kernel.outbox import OutboxMessage
from referendum.kernel.people import Calendar
from referendum.worker import petitions, record, relay
from referendum.worker.app import PULSES
from signatures import tallying
from tests.town import Town
from tests.worker.office import Office


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


def test_what_was_done_is_forgotten_after_the_days_that_were_set(
    services: Services, office: Office
) -> None:
    old, late, waits = (office.asks("test.task") for _ in range(3))
    kept = services.settings.done_kept_days
    with services.begin() as uow:
        for one, days in ((old, kept + 1), (late, kept - 1)):
            done_at = func.clock_timestamp() - timedelta(days=days)
            its = update(OutboxMessage).where(OutboxMessage.id == one.id)
            uow.session.execute(its.values(done_at=done_at))
    relay.forget(services)
    with services.begin() as uow:
        assert set(uow.session.scalars(select(OutboxMessage.id))) == {late.id, waits.id}


def test_every_pulse_may_beat_on_an_empty_city(services: Services) -> None:
    for pulse in PULSES.values():
        pulse.job(services)
        pulse.job(services)
