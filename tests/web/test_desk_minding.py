"""The desk's cards beside a measure's steps say how far each thing is, and go when it is over."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from referendum.kernel.draw import Source
from referendum.kernel.people import Authority, Officer
from referendum.lifecycle.acting import Document
from referendum.lifecycle.advisory import arguing, drawing
from referendum.lifecycle.advisory.arguing import Point
from referendum.lifecycle.stages import Stage
from tests.doors.browser import Browser
from tests.town import Town
from tests.web.conftest import Open
from tests.web.desk import sits
from tests.web.staff import hire
from thresholds.vocabulary import Instrument

DESK = "/desk/measures/1"


@pytest.fixture
def client(site: Open, town: Town, database_url: str) -> Browser:
    return sits(site(database=database_url), hire(town, "mayor.one"))


@pytest.fixture
def mayor(town: Town) -> Officer:
    return town.officer(Authority.MAYOR)


def page(client: Browser) -> str:
    return str(client.get(DESK, headers={"accept-language": "en"}).text)


def test_that_a_scope_was_stated_is_said(client: Browser, town: Town, mayor: Officer) -> None:
    town.drafts(Instrument.ADVISORY, by=mayor)
    shown = page(client)
    assert "It can be stated anew until the vote is called." in shown
    assert "Needed before the vote can be called." not in shown


def test_texts_and_lot_are_shown_as_they_stand_and_leave_with_the_polls(
    client: Browser, town: Town, mayor: Officer, advisory_called: UUID
) -> None:
    measure = advisory_called
    called = page(client)
    assert "Sides whose text is in: 0 of 2." in called
    assert "Name the draw, then two officers enter its value." in called

    day = (town.now() + timedelta(days=3)).date()
    with town.begin() as uow:
        arguing.enter(
            uow,
            measure,
            option="yes",
            said_by="이름난 모임",
            points=[Point("까닭")],
            document=Document("시험-1", town.now().date()),
            by=mayor,
        )
        drawing.commit(
            uow, measure, kind=Source.LOTTERY, name="복권", number="12", day=day, by=mayor
        )
    entered = page(client)
    assert "Sides whose text is in: 1 of 2." in entered
    assert "Named beforehand: lottery 복권 12." in entered

    town.waits_for("arguments_end", measure)
    assert "Over since" in page(client)
    assert "Enter each side" not in page(client)

    town.votes(measure, turnout=5, votes={"yes": 3, "no": 2})
    assert town.stage(measure) is Stage.COUNTING
    assert "Enter turnout and count of each box" in page(client)
    assert "The lot of the order" not in page(client)
    town.certifies(measure, Authority.MAYOR)
    declared = page(client)
    assert "Enter the returns" not in declared
    assert "The result was declared. What was entered can be read" in declared
    assert f"{DESK}/arguments" not in declared


def test_an_examination_that_is_over_is_no_task(
    client: Browser, town: Town, referendum_open: UUID
) -> None:
    measure = referendum_open
    assert "Compare with the roll and decide" in page(client)
    town.collects(measure, town.spread(40))
    town.examines(measure)
    assert "Compare with the roll and decide" in page(client)
    town.inspects(measure)
    town.certifies(measure, Authority.MAYOR)
    assert town.stage(measure) is Stage.SUFFICIENT
    over = page(client)
    assert "Compare with the roll and decide" not in over
    assert "The examination is over." in over
