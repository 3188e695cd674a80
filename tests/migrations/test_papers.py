"""What named a number and a day before papers were things rests on one paper afterwards."""

from __future__ import annotations

from datetime import date

from sqlalchemy import create_engine, select, text
from sqlalchemy.pool import NullPool

from referendum.kernel.people import Authority
from referendum.lifecycle import serving
from referendum.lifecycle.acting import Document, Particulars
from referendum.lifecycle.dates import daysoff
from referendum.lifecycle.promise.tables import ScopeStated
from referendum.lifecycle.stages import Act
from referendum.lifecycle.tables import Hold, StepTaken
from referendum.migrations import migrating
from referendum.migrations.migrating import Role, migrate
from referendum.papers.tables import Paper
from tests.papers import PAPER
from tests.town import Town, seconded
from thresholds.delegation import Asker
from thresholds.vocabulary import Instrument

BEFORE = "0026"


def test_each_number_with_its_day_becomes_one_paper_and_what_contradicts_says_so(
    town: Town, owner_url: str
) -> None:
    first, second, third = (town.opens(Instrument.REFERENDUM) for _ in range(3))
    mayor = town.officer(Authority.MAYOR)
    for measure in (first, second, third):
        town.halts(measure)
    town.acts(first, Act.ANNUL, mayor, Particulars(document=PAPER, reason="사유"))
    with town.begin() as uow:
        daysoff.add(
            uow, day=date(2027, 5, 6), off=True, title_ko="임시공휴일", title_en="Day off",
            document=Document("관보 제1호", date(2027, 1, 4)), reason="관보", by=seconded(mayor),
        )  # fmt: skip
    vote = town.drafts(Instrument.ADVISORY, by=mayor)
    town.states(vote, Asker.COUNCIL, asked=Document("의회-7", PAPER.day))
    with create_engine(owner_url, poolclass=NullPool).begin() as owner:
        migrating.downgrade(owner, BEFORE)
        # The third court order was typed with another day: nobody looked then.
        owner.execute(
            text("update hold set document_date = '2027-01-02' where measure_id = :third"),
            {"third": third},
        )
    migrate(owner_url, Role("referendum_app"), may_shift_clock=True)

    with town.begin() as uow:
        papers = uow.session.scalars(select(Paper).order_by(Paper.issuer, Paper.day)).all()
        holds = {one.measure_id: one for one in uow.session.scalars(select(Hold))}
        step = uow.session.scalars(select(StepTaken).where(StepTaken.act == "annul")).one()
        assert [(one.issuer, one.number, one.day, one.doubled) for one in papers] == [
            ("council_chair", "의회-7", PAPER.day, False),
            ("court", PAPER.number, date(2027, 1, 2), True),
            ("court", PAPER.number, PAPER.day, True),
            (mayor.authority.value, PAPER.number, PAPER.day, False),
            ("state", "관보 제1호", date(2027, 1, 4), False),
        ]
        asked, mistyped, order, own, _ = papers
        assert uow.session.get_one(ScopeStated, vote).asked_paper_id == asked.id
        assert holds[first].paper_id == holds[second].paper_id == order.id
        assert holds[third].paper_id == mistyped.id
        assert step.paper_id == own.id
        assert own.entered_by == mayor.mark
        assert len(serving.serves(uow.session, order)) == 2


def test_a_number_that_was_borne_twice_is_found_by_its_day(town: Town, owner_url: str) -> None:
    first, second = (town.opens(Instrument.REFERENDUM) for _ in range(2))
    for measure in (first, second):
        town.halts(measure)
    with create_engine(owner_url, poolclass=NullPool).begin() as owner:
        migrating.downgrade(owner, BEFORE)
        owner.execute(
            text("update hold set document_date = '2027-01-02' where measure_id = :second"),
            {"second": second},
        )
    migrate(owner_url, Role("referendum_app"), may_shift_clock=True)
    town.halts(second)
    with town.begin() as uow:
        bearing = select(Hold.paper_id).where(Hold.document_date == PAPER.day)
        assert len(set(uow.session.scalars(bearing))) == 1
