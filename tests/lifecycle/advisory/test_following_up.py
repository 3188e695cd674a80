"""What follows an answer: items whose every change stays, and which are late in public."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from referendum.kernel.people import Authority, Officer
from referendum.kernel.proposals import (
    ChangesOtherwise,
    OwnProposal,
    Proposal,
    SecondOfficerNeeded,
)
from referendum.lifecycle import confirming, locating, seeing_through
from referendum.lifecycle.advisory import answering, following_up, soon
from referendum.lifecycle.advisory.answering import Decision
from referendum.lifecycle.advisory.following_up import (
    Content,
    DoneDayNotAllowed,
    FollowUpNotUsable,
    FollowUpUnchanged,
    FollowUpUnknown,
    ItemKind,
    State,
)
from referendum.lifecycle.errors import ParticularMissing
from referendum.lifecycle.stages import ActNotAllowed
from tests.lifecycle.advisory.mayors_office import counted, reply
from tests.town import Town, seconded


@pytest.fixture
def answered(town: Town, declared: UUID, mayor: Officer) -> UUID:
    with town.begin() as uow:
        answering.answer(
            uow, town.means, declared, decision=Decision.FOLLOWED, reply=reply(), by=seconded(mayor)
        )
    return declared


def milestone(planned: date, **changed: Any) -> Content:
    told: dict[str, Any] = {"kind": ItemKind.MILESTONE, "title_ko": "설명회", "planned": planned}
    return Content(**(told | changed))


def item_of(town: Town, measure: UUID, number: int = 1) -> following_up.Item:
    with town.begin() as uow:
        return following_up.find(uow.session, locating.get(uow.session, measure), number, uow.now())


def test_every_change_of_an_item_stays_to_be_seen(
    town: Town, answered: UUID, mayor: Officer
) -> None:
    planned = town.now().date() + timedelta(days=5)
    first = milestone(planned)
    later = planned + timedelta(days=30)
    second = milestone(later, state=State.UNDER_WAY, note="장소")
    with town.begin() as uow:
        following_up.add(uow, answered, content=first, by=mayor)
    with pytest.raises(FollowUpUnchanged), town.begin() as uow:
        following_up.change(uow, answered, 1, content=first, by=mayor)
    with town.begin() as uow:
        following_up.change(uow, answered, 1, content=second, by=mayor)
    found = item_of(town, answered)
    assert [one.version for one in found.versions] == [1, 2]
    assert (found.first_planned, found.now.planned) == (planned, later)
    town.waits(days=10)
    assert item_of(town, answered).shown == "under_way"
    town.waits(days=30)
    assert item_of(town, answered).shown == "late"
    done = milestone(later, state=State.DONE, done_on=town.now().date())
    with town.begin() as uow:
        following_up.change(uow, answered, 1, content=done, by=seconded(mayor))
    assert (item_of(town, answered).shown, item_of(town, answered).days_late) == ("done", 0)


def test_what_is_planned_for_these_days_or_late_waits_in_the_queue(
    town: Town, answered: UUID, mayor: Officer
) -> None:
    soon_due, later = (town.now().date() + timedelta(days=days) for days in (14, 40))
    for planned in (soon_due, later):
        with town.begin() as uow:
            following_up.add(uow, answered, content=milestone(planned), by=mayor)

    def waits(by: Officer) -> list[date]:
        with town.begin() as uow:
            found = soon.follow_ups(uow.session, by, uow.now())
            return [item.now.planned for _, item in found]

    assert waits(mayor) == [soon_due]
    assert waits(town.officer(Authority.ELECTION_COMMISSION)) == []
    town.waits(days=30)
    assert waits(mayor) == [soon_due, later]
    done = milestone(soon_due, state=State.DONE, done_on=town.now().date())
    with town.begin() as uow:
        following_up.change(uow, answered, 1, content=done, by=seconded(mayor))
    assert waits(mayor) == [later]


def test_what_is_dropped_says_why_and_no_longer_counts(
    town: Town, answered: UUID, mayor: Officer
) -> None:
    planned = town.now().date() + timedelta(days=5)
    with town.begin() as uow:
        for title in ("하나", "둘"):
            content = milestone(planned, title_ko=title)
            following_up.add(uow, answered, content=content, by=mayor)
    dropped = milestone(planned, title_ko="둘", state=State.DROPPED)
    with pytest.raises(ParticularMissing), town.begin() as uow:
        following_up.change(uow, answered, 2, content=dropped, by=seconded(mayor))
    with town.begin() as uow:
        because = milestone(planned, title_ko="둘", state=State.DROPPED, note="이유")
        following_up.change(uow, answered, 2, content=because, by=seconded(mayor))
    town.waits(days=9)
    with town.begin() as uow:
        found = following_up.progress(uow.session, locating.get(uow.session, answered), uow.now())
    assert (found.wanted, found.done, found.late) == (1, 0, 1)


@pytest.mark.parametrize(
    ("changed", "refused"),
    [
        ({"title_ko": ""}, ParticularMissing),
        ({"planned": None}, ParticularMissing),
        ({"title_ko": "가" * 121}, FollowUpNotUsable),
        ({"amount": 0}, FollowUpNotUsable),
        ({"state": State.DONE}, ParticularMissing),
        ({"state": State.DONE, "done_on": date(2100, 1, 1)}, DoneDayNotAllowed),
        ({"done_on": date(2027, 2, 1)}, DoneDayNotAllowed),
    ],
)
def test_an_item_that_cannot_be_is_refused(
    town: Town, answered: UUID, mayor: Officer, changed: dict[str, object], refused: type[Exception]
) -> None:
    whole: dict[str, object] = {
        "kind": ItemKind.BUDGET_LINE,
        "title_ko": "예산",
        "planned": date(2027, 9, 1),
    }
    content = Content(**(whole | changed))  # type: ignore[arg-type]  # a content of this test
    with pytest.raises(refused), town.begin() as uow:
        following_up.add(uow, answered, content=content, by=seconded(mayor))


def test_nothing_follows_before_an_answer_and_no_item_is_made_up(
    town: Town, called: UUID, mayor: Officer
) -> None:
    content = milestone(date(2027, 9, 1))
    with pytest.raises(ActNotAllowed), town.begin() as uow:
        following_up.add(uow, called, content=content, by=mayor)
    counted(town, called)
    with town.begin() as uow:
        answering.answer(
            uow, town.means, called, decision=Decision.FOLLOWED, reply=reply(), by=seconded(mayor)
        )
    with pytest.raises(FollowUpUnknown), town.begin() as uow:
        following_up.change(uow, called, 9, content=content, by=mayor)


def test_that_an_item_is_done_takes_a_second_officer_and_so_does_taking_it_back(
    town: Town, answered: UUID, mayor: Officer
) -> None:
    today = town.now().date()
    planned, other = today + timedelta(days=5), town.officer(Authority.MAYOR)
    with town.begin() as uow:
        following_up.add(uow, answered, content=milestone(planned), by=mayor)
    done = milestone(planned, state=State.DONE, done_on=today)
    with pytest.raises(SecondOfficerNeeded), town.begin() as uow:
        following_up.change(uow, answered, 1, content=done, by=mayor)
    with pytest.raises(SecondOfficerNeeded), town.begin() as uow:
        following_up.add(uow, answered, content=done, by=mayor)
    put = proposes(town, answered, mayor, 1, done)
    assert put.changes == [
        {"what": "follow.done_on", "before": None, "after": today.isoformat()},
        {"what": "follow.state", "before": "planned", "after": "done"},
    ]
    assert item_of(town, answered).shown == "planned", "nothing is told before it is confirmed"
    with pytest.raises(OwnProposal), town.begin() as uow:
        confirming.confirm(uow, town.means, put.id, version=put.version, by=mayor)
    town.seconds(put, other)
    assert item_of(town, answered).shown == "done"
    again = milestone(planned, state=State.UNDER_WAY)
    with pytest.raises(SecondOfficerNeeded), town.begin() as uow:
        following_up.change(uow, answered, 1, content=again, by=mayor)
    town.seconds(proposes(town, answered, mayor, 1, again), other)
    assert item_of(town, answered).shown == "under_way"


def test_what_was_changed_meanwhile_is_not_confirmed_as_it_was_shown(
    town: Town, answered: UUID, mayor: Officer
) -> None:
    today = town.now().date()
    planned = today + timedelta(days=5)
    with town.begin() as uow:
        following_up.add(uow, answered, content=milestone(planned), by=mayor)
    done = milestone(planned, state=State.DONE, done_on=today)
    put = proposes(town, answered, mayor, 1, done)
    with town.begin() as uow:
        later = milestone(planned, state=State.UNDER_WAY)
        following_up.change(uow, answered, 1, content=later, by=mayor)
    with pytest.raises(ChangesOtherwise):
        town.seconds(put, mayor)
    assert item_of(town, answered).shown == "under_way"


def proposes(town: Town, measure: UUID, by: Officer, item: int, content: Content) -> Proposal:
    with town.begin() as uow:
        put = seeing_through.enter(uow, town.means, measure, item=item, content=content, by=by)
    assert isinstance(put, Proposal)
    return put
