"""What the mayor's office does for an advisory vote: it enters texts, names a lot, answers."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from referendum.kernel.draw import Source
from referendum.kernel.people import Authority, Officer
from referendum.lifecycle import locating
from referendum.lifecycle.acting import Document
from referendum.lifecycle.advisory import answering, arguing, drawing
from referendum.lifecycle.advisory.answering import Decision, Reply
from referendum.lifecycle.advisory.arguing import Point
from referendum.lifecycle.advisory.drawing import LotState
from referendum.lifecycle.office.approving import Approval
from referendum.lifecycle.promise import delegating
from tests.town import Town, seconded
from thresholds.vocabulary import Instrument

VALUE = "0c" * 32
DOC = Document("시민참여과-7", date(2027, 2, 1))


def says(
    town: Town, measure: UUID, by: Officer, option: str, *points: str, who: str = "이름난 모임"
) -> None:
    with town.begin() as uow:
        arguing.enter(
            uow,
            measure,
            option=option,
            said_by=who,
            points=[Point(one) for one in points],
            document=DOC,
            by=by,
        )


def commits(town: Town, measure: UUID, by: Officer, *, days: int = 3) -> None:
    day = (town.now() + timedelta(days=days)).date()
    with town.begin() as uow:
        drawing.commit(
            uow, measure, kind=Source.DRAND, name="default", number="5123456", day=day, by=by
        )


def reads(town: Town, measure: UUID, by: Officer, value: str = VALUE) -> LotState:
    with town.begin() as uow:
        return drawing.enter_value(
            uow, measure, value=value, published_in="api.drand.sh", by=by
        ).state


def lot(town: Town, measure: UUID) -> drawing.Lot:
    with town.begin() as uow:
        return drawing.lot(uow.session, locating.get(uow.session, measure))


def published(town: Town, measure: UUID) -> arguing.Arguments:
    with town.begin() as uow:
        found = arguing.arguments(uow.session, locating.get(uow.session, measure), uow.now())
    assert found is not None
    return found


def owed(town: Town, measure: UUID) -> answering.Owed:
    with town.begin() as uow:
        found = answering.owed(uow.session, locating.get(uow.session, measure), uow.now())
    assert found is not None
    return found


def counted(town: Town, measure: UUID, *, turnout: int = 6) -> None:
    town.votes(measure, turnout=turnout, votes={"yes": turnout - 1, "no": 1})
    town.certifies(measure, Authority.MAYOR)


def reply(**changed: object) -> Reply:
    whole: dict[str, object] = {
        "reasons_ko": "노선은 바꾸고 증차는 미룹니다.",
        "approval": Approval(DOC),
    }
    return Reply(**(whole | changed))  # type: ignore[arg-type]  # a reply of this test


def answers(town: Town, measure: UUID, by: Officer, given: Reply) -> None:
    with town.begin() as uow:
        answering.answer(
            uow, town.means, measure, decision=Decision.NOT, reply=given, by=seconded(by)
        )


def today(town: Town) -> date:
    with town.begin() as uow:
        return delegating.today(uow, town.place)


def office_draft(town: Town, mayor: Officer) -> UUID:
    """An advisory draft of the mayor's office of which nothing was stated yet."""
    town.has_a_promise()
    return town.drafts(Instrument.ADVISORY, by=mayor)
