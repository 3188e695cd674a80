"""A certificate's checkpoint covers all that was written before it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import event, func, select, text
from sqlalchemy.engine import Engine

from ballots import stations
from referendum.certificates.tables import Certificate
from referendum.kernel import clock, log
from referendum.kernel.record import RecordEntry, RecordPlace, RecordWaiting
from referendum.lifecycle import locating, polling, surveying
from referendum.lifecycle.stages import Act
from referendum.roll import totals
from tests.town import Town
from thresholds.vocabulary import Instrument

CROWD = """
with made as (
    insert into record_entry (id, act, leaf)
    select gen_random_uuid(), 'test.happened', convert_to('{"number":' || number || '}', 'UTF8')
      from generate_series(1, :many) number
    returning id)
insert into record_waiting (entry_id) select id from made
"""


def ready(town: Town) -> UUID:
    measure = town.opens(Instrument.REFERENDUM)
    town.reviews(measure, town.spread(40))
    return measure


def checkpoint_of(town: Town) -> dict[str, Any]:
    with town.begin() as uow:
        document = uow.session.scalars(select(Certificate.document)).one()
    return dict(json.loads(document)["checkpoint"])


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is said to the database meanwhile."""
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append(" ".join(statement.split()).lower())

    event.listen(Engine, "before_cursor_execute", note)
    yield said
    event.remove(Engine, "before_cursor_execute", note)


def test_the_checkpoint_covers_everything_however_much_waits(town: Town) -> None:
    """One batch is five thousand entries, and more than that may wait."""
    measure = ready(town)
    with town.begin() as uow:
        uow.session.execute(text(CROWD), {"many": log.BATCH + 50})
    town.certifies(measure, town.examiner_of(measure).authority)
    with town.begin() as uow:
        waiting = uow.session.scalars(
            select(RecordEntry.act).join(RecordWaiting, RecordWaiting.entry_id == RecordEntry.id)
        ).all()
        sealed = uow.session.scalars(select(func.count()).select_from(RecordPlace)).one()
        step = uow.session.scalars(
            select(RecordPlace.index)
            .join(RecordEntry, RecordEntry.id == RecordPlace.entry_id)
            .where(RecordEntry.measure_id == measure, RecordEntry.act == "measure.step_taken")
            .order_by(RecordPlace.index.desc())
            .limit(1)
        ).one()
        steps = surveying.overview(uow.session, locating.get(uow.session, measure)).steps
    assert waiting == ["certificate.issued"], "which names the document, and so comes after it"
    assert checkpoint_of(town)["size"] == sealed
    assert steps[-1].act == Act.FIND_SUFFICIENT
    assert step < sealed, "the very step that the verdict chose is covered"


def test_who_certifies_keeps_the_sealer_waiting_for_the_document_alone(town: Town) -> None:
    measure = ready(town)
    with statements() as said:
        town.certifies(measure, town.examiner_of(measure).authority)
    locked = max(at for at, one in enumerate(said) if "pg_advisory_xact_lock" in one)
    after = [one for one in said[locked + 1 :] if not one.startswith(("savepoint", "release"))]
    touched = {one.split(" from ")[-1].split()[0] for one in after if one.startswith("select")}
    written = {table for one in after for table in re.findall(r"insert into (\w+)", one)}
    assert touched <= {"record_entry", "record_place", "record_node", "record_checkpoint"}
    assert {"certificate", "record_entry", "record_waiting", "outbox_message"} <= written
    assert "measure_step" not in written


def test_districts_stand_in_one_order_wherever_something_is_counted(
    town: Town, advisory_declared: UUID
) -> None:
    """As the city lists them, which no alphabet gives."""
    with town.begin() as uow:
        poll = polling.poll_of(uow.session, locating.get(uow.session, advisory_declared))
        boxes = stations.boxes_of(uow.session, poll.id)
        here = stations.stations_of(uow.session, poll.polling_day_id)
        issued = select(Certificate.document).where(Certificate.measure_id == advisory_declared)
        document = json.loads(uow.session.scalars(issued).one())
        published = [
            district.id
            for _, district in totals.all_holding(uow.session, town.place)
            if district is not None
        ]
    order = [district.id for district in town.districts]
    assert [box.district_id for box in boxes] == order
    assert [station.district_id for station in here] == order
    assert published[: len(order)] == order
    codes = [district.code for district in town.districts]
    assert codes != sorted(codes), "it would be the same either way"
    told = [district["name"] for district in document["poll"]["districts"]]
    assert told == [district.name_ko for district in town.districts]


def test_a_serial_bears_the_year_of_the_place_that_issues_it(town: Town) -> None:
    """On New Year's morning in Korea it is the old year in Greenwich."""
    measure = ready(town)
    morning = datetime(2027, 12, 31, 20, 0, tzinfo=UTC)
    with town.begin() as uow:
        clock.advance(uow.session, morning - uow.now())
    town.certifies(measure, town.examiner_of(measure).authority)
    with town.begin() as uow:
        issued = uow.session.scalars(select(Certificate)).one()
    assert issued.issued_at.astimezone(UTC).year == 2027
    assert issued.serial.split("-")[1:3] == ["GOYANG", "2028"]
