"""An override that stood before overrides were kept with their day stands after the migration."""

from __future__ import annotations

from datetime import date, timedelta
from importlib.resources import files
from uuid import UUID

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from referendum.lifecycle.dates import deadlines, moving
from tests.papers import PAPER
from tests.town import Town, seconded

SCRIPTS = files("referendum.migrations") / "sql"
BACK_AND_FORTH = (
    "0045_days_on_papers_down",
    "0044_consented_roles_down",
    "0043_queue_down",
    "0035_moved_down",
    "0035_moved",
    "0043_queue",
    "0044_consented_roles",
    "0045_days_on_papers",
)
"""What came later refers to what was moved, and goes before it."""


def test_an_override_stands_and_no_hold_that_was_over_moves_it_again(
    town: Town, owner_url: str, referendum_open: UUID
) -> None:
    day = date(2027, 5, 13)
    with town.begin() as uow:
        moving.override(
            uow,
            referendum_open,
            "collection_ends",
            day=day,
            document=PAPER,
            reason="전산 장애",
            by=seconded(town.examiner_of(referendum_open)),
        )
    town.lifts(referendum_open, town.halts(referendum_open))
    engine = create_engine(owner_url, poolclass=NullPool)
    with engine.begin() as owner:
        for name in BACK_AND_FORTH:
            script = (SCRIPTS / f"{name}.sql").read_text("utf-8")
            owner.connection.cursor().execute(script)
        owner.execute(text("grant select, insert on shift, deadline_moved to referendum_app"))
    hold = town.halts(referendum_open)
    town.waits(days=4)
    with town.begin() as uow:
        found = deadlines.kept(uow.session, referendum_open, "collection_ends")
        assert found is not None
        assert (found.day, found.overridden_to, found.overridden_number) == (day, day, None)
        assert found.noticed == {}
    town.lifts(referendum_open, hold)
    with town.begin() as uow:
        found = deadlines.kept(uow.session, referendum_open, "collection_ends")
        assert found is not None
        assert found.day == day + timedelta(days=4)
