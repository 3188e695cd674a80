"""What was halted or had ended before petitions knew it is known to them after the migration."""

from __future__ import annotations

from importlib.resources import files

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from signatures import petitions
from tests.papers import PAPER
from tests.together import withdraws
from tests.town import Town
from thresholds.vocabulary import Instrument

MIGRATION = files("referendum.migrations") / "sql" / "0009_halts.sql"


def test_halts_that_lie_and_measures_that_ended_are_written_on_their_petitions(
    town: Town, owner_url: str
) -> None:
    open_, halted, lifted, withdrawn = (town.opens(Instrument.INITIATIVE) for _ in range(4))
    town.halts(halted)
    town.lifts(lifted, town.halts(lifted))
    step = withdraws(town, withdrawn)
    engine = create_engine(owner_url, poolclass=NullPool)
    with engine.begin() as owner:
        owner.execute(text("alter table petition drop column halted"))
        owner.execute(text("update petition set closed_at = null"))
        owner.connection.cursor().execute(MIGRATION.read_text("utf-8"))
    with town.begin() as uow:
        found = {
            name: petitions.get(uow.session, town.petition(measure))
            for name, measure in (("open", open_), ("halted", halted), ("lifted", lifted))
        }
        ended = petitions.get(uow.session, town.petition(withdrawn))
    assert found["halted"].halted == {"kind": "court", "document": PAPER.number}
    assert found["lifted"].halted is None
    assert found["open"].halted is None
    assert [one.closed_at for one in found.values()] == [None] * 3
    assert ended.closed_at == step.at
