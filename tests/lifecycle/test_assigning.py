"""Who of an office sees to a task: a note among colleagues that gives nobody a right."""

from __future__ import annotations

from dataclasses import replace
from threading import Barrier, Thread
from uuid import UUID

import pytest

from referendum.identity import absenting, accounts, staff
from referendum.identity.absenting import Away
from referendum.kernel.assignments import AssignedMeanwhile
from referendum.kernel.people import Authority, Officer, Role, RoleMissing
from referendum.lifecycle import assigning, performing
from referendum.lifecycle.assigning import (
    ColleagueCannot,
    Held,
    TaskIsAnothers,
    TaskNotFound,
    Whose,
)
from referendum.lifecycle.stages import Act
from tests.identity.desk import TERMS
from tests.scenarios.deciding import SEOUL
from tests.town import Town
from tests.web.staff import Colleague, hire
from thresholds.vocabulary import Instrument

CLERK, EXAMINER = (Role.CLERK,), (Role.EXAMINER,)
TASK = "undated.clerk"
"""Admitting has no day."""


@pytest.fixture
def applied(town: Town) -> UUID:
    measure = town.drafts(Instrument.REFERENDUM)
    town.acts(measure, Act.APPLY, town.resident(town.some(1)[0]))
    return measure


def signs_in(town: Town, colleague: Colleague) -> Officer:
    with town.begin() as uow:
        return staff.officer_now(uow.session, colleague.id)


def looks(town: Town, measure: UUID, by: Officer, name: str = TASK) -> Held:
    number = town.measure(measure).number
    with town.begin() as uow:
        return assigning.find(uow.session, by, number, name, uow.now())


def takes(town: Town, measure: UUID, by: Officer, *, seen: int = 0, name: str = TASK) -> None:
    with town.begin() as uow:
        assigning.take(uow, town.measure(measure).number, name, seen=seen, by=by)


def hands(town: Town, measure: UUID, by: Officer, to: Officer, *, seen: int) -> None:
    with town.begin() as uow:
        assigning.hand_on(uow, town.measure(measure).number, TASK, to.id, seen=seen, by=by)


def gives_back(town: Town, measure: UUID, by: Officer, *, seen: int) -> None:
    with town.begin() as uow:
        assigning.give_back(uow, town.measure(measure).number, TASK, seen=seen, by=by)


def test_one_takes_it_hands_it_on_and_it_is_given_back(town: Town, applied: UUID) -> None:
    kim, lee = (signs_in(town, hire(town, name, roles=CLERK)) for name in ("kim", "lee"))
    assert looks(town, applied, kim).whose is Whose.NOBODYS
    takes(town, applied, kim)
    assert looks(town, applied, kim).whose is Whose.MINE
    assert looks(town, applied, lee).whose is Whose.COLLEAGUES
    hands(town, applied, kim, lee, seen=1)
    assert looks(town, applied, lee).whose is Whose.MINE
    gives_back(town, applied, lee, seen=2)
    assert looks(town, applied, lee).whose is Whose.NOBODYS
    with town.begin() as uow:
        one = assigning.find(uow.session, kim, town.measure(applied).number, TASK, uow.now())
        told = [
            (each.turn, each.by, each.holder) for each in assigning.history(uow.session, kim, one)
        ]
    assert told == [(1, kim.id, kim.id), (2, kim.id, lee.id), (3, lee.id, None)]


def test_no_power_comes_with_it(town: Town, applied: UUID) -> None:
    """Nobody is handed what they could not do, and whoever may act acts whoever has the task."""
    kim, lee = (signs_in(town, hire(town, name, roles=CLERK)) for name in ("kim", "lee"))
    seo = signs_in(town, hire(town, "seo", roles=EXAMINER))
    chair = hire(town, "cho", authority=Authority.COUNCIL_CHAIR, roles=CLERK)
    with pytest.raises(ColleagueCannot):
        takes(town, applied, seo)
    takes(town, applied, kim)
    for stranger in (seo, signs_in(town, chair)):
        with pytest.raises(ColleagueCannot):
            hands(town, applied, kim, stranger, seen=1)
    with pytest.raises(TaskNotFound):
        looks(town, applied, signs_in(town, chair))
    with pytest.raises(RoleMissing), town.begin() as uow:
        performing.perform(uow, town.means, applied, Act.ADMIT, seo)
    town.acts(applied, Act.ADMIT, lee)


def test_an_administrator_hands_out_what_is_nobodys_and_cannot_do_it(
    town: Town, applied: UUID
) -> None:
    kim = signs_in(town, hire(town, "kim", roles=CLERK))
    admin = signs_in(town, hire(town, "admin.one", roles=(Role.ADMINISTRATOR,)))
    with pytest.raises(ColleagueCannot):
        takes(town, applied, admin)
    hands(town, applied, admin, kim, seen=0)
    assert looks(town, applied, kim).whose is Whose.MINE
    gives_back(town, applied, admin, seen=1)
    assert looks(town, applied, kim).whose is Whose.NOBODYS


def test_only_whoever_has_it_or_hands_out_gives_it_away(town: Town) -> None:
    measure = town.opens(Instrument.REFERENDUM)
    town.collects(measure, town.some(2), bad=1)
    town.examines(measure, void_rest=False)
    one, other = (signs_in(town, hire(town, name, roles=EXAMINER)) for name in ("one", "two"))
    name, number = "undated.examiner", town.measure(measure).number
    takes(town, measure, one, name=name)
    with pytest.raises(TaskIsAnothers), town.begin() as uow:
        assigning.take(uow, number, name, seen=1, by=other)
    with pytest.raises(TaskIsAnothers), town.begin() as uow:
        assigning.give_back(uow, number, name, seen=1, by=other)
    with pytest.raises(TaskIsAnothers), town.begin() as uow:
        assigning.hand_on(uow, number, name, other.id, seen=1, by=other)


def test_of_two_who_take_it_at_once_one_has_it(town: Town, applied: UUID) -> None:
    two = [signs_in(town, hire(town, name, roles=CLERK)) for name in ("kim", "lee")]
    number, gate, refused = town.measure(applied).number, Barrier(2), []

    def rush(by: Officer) -> None:
        try:
            with town.begin() as uow:
                assigning.find(uow.session, by, number, TASK, uow.now())
                gate.wait()
                assigning.take(uow, number, TASK, seen=0, by=by)
        except AssignedMeanwhile:
            refused.append(by.id)

    threads = [Thread(target=rush, args=(by,)) for by in two]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    (kept,) = [by for by in two if by.id not in refused]
    assert looks(town, applied, kept).whose is Whose.MINE


def test_who_saw_an_older_page_is_told_so(town: Town, applied: UUID) -> None:
    kim, lee = (signs_in(town, hire(town, name, roles=CLERK)) for name in ("kim", "lee"))
    takes(town, applied, kim)
    with pytest.raises(AssignedMeanwhile):
        takes(town, applied, lee)


def test_a_closed_account_gives_its_tasks_back_and_so_does_a_lost_role(
    town: Town, applied: UUID
) -> None:
    kim, lee = (signs_in(town, hire(town, name, roles=CLERK)) for name in ("kim", "lee"))
    admin = town.officer(Authority.MAYOR, Role.ADMINISTRATOR)
    takes(town, applied, kim)
    with town.begin() as uow:
        accounts.disable(uow, kim.id, by=admin)
    assert looks(town, applied, lee).whose is Whose.NOBODYS
    takes(town, applied, lee, seen=2)
    with town.begin() as uow:
        accounts.change_roles(uow, TERMS, lee.id, [], by=admin)
    assert looks(town, applied, lee).whose is Whose.NOBODYS
    with town.begin() as uow:
        one = assigning.find(uow.session, lee, town.measure(applied).number, TASK, uow.now())
        assert assigning.history(uow.session, lee, one)[-1].by == admin.id


def test_the_next_stage_has_tasks_of_its_own(town: Town, applied: UUID) -> None:
    """What was taken on before is nobody's, even where a task is called the same."""
    kim = signs_in(town, hire(town, "kim", roles=CLERK))
    takes(town, applied, kim)
    town.acts(applied, Act.ADMIT, kim)
    with pytest.raises(TaskNotFound):
        looks(town, applied, kim)
    second = town.drafts(Instrument.REFERENDUM)
    with pytest.raises(TaskNotFound):
        looks(town, second, kim)


def test_whoever_is_away_gives_their_tasks_back_and_the_deputy_is_not_handed_them(
    town: Town, applied: UUID
) -> None:
    kim, lee = (signs_in(town, hire(town, name, roles=CLERK)) for name in ("kim", "lee"))
    takes(town, applied, kim)
    today = town.now().astimezone(SEOUL).date()
    days = Away(who=kim.id, deputy=lee.id, first=today, last=today)
    with town.begin() as uow:
        absenting.enter(uow, TERMS, days, by=replace(kim, fresh=True))
    assert looks(town, applied, lee).whose is Whose.NOBODYS
    town.waits(days=1)
    assert looks(town, applied, lee).whose is Whose.COLLEAGUES, "back, and it is theirs again"
