"""A designation written by hand rests on a paper afterwards; a demo's marked one on none."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from referendum.lifecycle import designating
from referendum.migrations import migrating
from referendum.migrations.migrating import Role, migrate
from referendum.papers.tables import Paper
from tests.town import Town
from thresholds.vocabulary import Instrument

BEFORE = "0035"


def test_what_named_a_number_and_a_day_rests_on_one_paper(town: Town, owner_url: str) -> None:
    running = town.opens(Instrument.INITIATIVE)
    with create_engine(owner_url, poolclass=NullPool).begin() as owner:
        migrating.downgrade(owner, BEFORE)
        for instrument in ("recall", "referendum"):
            owner.execute(
                text(
                    "insert into designation"
                    " (id, jurisdiction_id, instrument, system, document, day, demo)"
                    " values (:id, :place, :instrument, '시스템', '행안부 1', :day, false)"
                ),
                {
                    "id": uuid4(),
                    "place": town.place,
                    "instrument": instrument,
                    "day": date(2026, 5, 1),
                },
            )
    migrate(owner_url, Role("referendum_app"), may_shift_clock=True)
    with town.begin() as uow:
        found = designating.listed(uow.session, town.place)
        own = [one.row for one in found if not one.row.demo]
        (paper,) = {one.paper_id for one in own}
        assert len(own) == 2
        assert {one.from_day for one in own} == {date(2026, 5, 1)}
        assert uow.session.get_one(Paper, paper).issuer == "state"
        marked = [one.row for one in found if one.row.demo]
        assert {one.paper_id for one in marked} == {None}
        assert {one.document_number for one in marked} == {"시험-1"}
    # A petition of before goes on as its channels say.
    town.signs(running, 1)
