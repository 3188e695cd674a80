"""An advisory vote from its call to its answer, which is due, given, late or missing."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from referendum.kernel.people import Authority, Officer
from referendum.lifecycle import listing, locating
from referendum.lifecycle.acting import Deputy, Document, Particulars
from referendum.lifecycle.advisory import answering, following_up
from referendum.lifecycle.advisory.answering import Answering, Decision
from referendum.lifecycle.advisory.drawing import LotState
from referendum.lifecycle.advisory.following_up import Content, ItemKind
from referendum.lifecycle.errors import (
    DocumentAhead,
    DocumentNeeded,
    NeedsAnswer,
    NotYourAct,
    ParticularMissing,
)
from referendum.lifecycle.office.approving import Approval
from referendum.lifecycle.stages import Act, ActNotAllowed, Stage
from tests.lifecycle.advisory.mayors_office import (
    answers,
    commits,
    counted,
    lot,
    owed,
    published,
    reads,
    reply,
    says,
    today,
)
from tests.papers import PAPER
from tests.town import Town, seconded

GOYANG = "kr-goyang"

HALF = Approval(PAPER, Deputy(name="나국장", office=""))
"""Signed by delegation, by nobody in particular."""


def test_the_whole_life_from_the_call_to_the_follow_up(
    town: Town, called: UUID, mayor: Officer
) -> None:
    says(town, called, mayor, "yes", "첫 글")
    says(town, called, mayor, "yes", "고친 글", "둘째 이유")
    commits(town, called, mayor)
    town.waits(days=4)
    assert reads(town, called, mayor) is LotState.COMMITTED
    assert reads(town, called, town.officer(Authority.MAYOR)) is LotState.DRAWN
    assert not published(town, called).published
    town.waits_for("arguments_end", called)
    found = published(town, called)
    order = [item.key for item in lot(town, called).drawn]
    assert [space.option["key"] for space in found.spaces] == order
    said = {space.option["key"]: space.argument for space in found.spaces}
    assert said["no"] is None
    assert said["yes"] is not None
    assert [point["ko"] for point in said["yes"].points] == ["고친 글", "둘째 이유"]
    counted(town, called)
    assert owed(town, called).state is Answering.DUE
    with town.begin() as uow:
        answering.answer(
            uow, town.means, called, decision=Decision.PARTLY, reply=reply(), by=seconded(mayor)
        )
    assert town.stage(called) is Stage.ANSWERED
    with town.begin() as uow:
        content = Content(
            kind=ItemKind.BUDGET_LINE,
            title_ko="설계비 반영",
            amount=120_000_000,
            planned=town.now().date() + timedelta(days=10),
        )
        following_up.add(uow, called, content=content, by=mayor)
    town.waits(days=12)
    with town.begin() as uow:
        (item,) = following_up.items(uow.session, locating.get(uow.session, called), uow.now())
    assert (item.shown, item.days_late) == ("late", 2)
    acts = town.recorded(called)
    for act in ("argument.entered", "draw.committed", "draw.value_entered", "draw.held",
                "follow_up.entered"):  # fmt: skip
        assert act in acts


def test_a_document_of_tomorrow_is_refused_at_its_field_and_nothing_is_given(
    town: Town, declared: UUID, mayor: Officer
) -> None:
    tomorrow = today(town) + timedelta(days=1)
    with pytest.raises(DocumentAhead) as refused:
        answers(town, declared, mayor, reply(approval=Approval(Document("내일-1", tomorrow))))
    assert refused.value.facts == {"field": "document_day", "day": tomorrow.isoformat()}
    assert town.stage(declared) is Stage.DECLARED
    answers(town, declared, mayor, reply())
    with town.begin() as uow, pytest.raises(DocumentAhead):
        answering.add(
            uow, declared, reply=reply(approval=Approval(Document("내일-2", tomorrow))), by=mayor
        )


# The count


def test_a_turnout_far_below_the_promise_is_counted_and_certified(town: Town, called: UUID) -> None:
    """The box is never shut for turnout: one of twelve voted, and it is counted all the same."""
    counted(town, called, turnout=1)
    assert town.stage(called) is Stage.DECLARED
    assert town.measure(called).outcome == "advisory"


# The answer


def test_an_answer_that_does_not_come_is_missing_from_the_day_after(
    town: Town, declared: UUID
) -> None:
    before = owed(town, declared)
    assert before.days_left > 50
    town.waits_for("answer_due", declared, seconds=-60)
    assert (owed(town, declared).state, owed(town, declared).days_left) == (Answering.DUE, 0)
    with town.begin() as uow:
        assert listing.front(uow.session, GOYANG, under_way=9, ended=9).unanswered == []
    town.waits(seconds=60)
    assert (owed(town, declared).state, owed(town, declared).days_late) == (Answering.MISSING, 1)
    with town.begin() as uow:
        (one,) = listing.front(uow.session, GOYANG, under_way=9, ended=9).unanswered
    assert one.measure.id == declared


def test_an_answer_given_late_says_so_for_ever(town: Town, declared: UUID, mayor: Officer) -> None:
    town.waits_for("answer_due", declared)
    town.waits(days=4)
    with town.begin() as uow:
        answering.answer(
            uow, town.means, declared, decision=Decision.NOT, reply=reply(), by=seconded(mayor)
        )
    town.waits(days=90)
    found = owed(town, declared)
    assert (found.state, found.days_late, found.decision) == (Answering.GIVEN_LATE, 5, "not")


def test_what_is_added_later_leaves_the_answer_as_it_was(
    town: Town, declared: UUID, mayor: Officer
) -> None:
    with pytest.raises(ActNotAllowed), town.begin() as uow:
        answering.add(uow, declared, reply=reply(), by=seconded(mayor))
    with town.begin() as uow:
        answering.answer(
            uow, town.means, declared, decision=Decision.FOLLOWED, reply=reply(), by=seconded(mayor)
        )
    with town.begin() as uow:
        answering.add(uow, declared, reply=reply(reasons_ko="보탭니다."), by=seconded(mayor))
    answers = owed(town, declared).answers
    assert [(one.sequence, one.decision) for one in answers] == [(1, "followed"), (2, None)]
    assert answers[0].reasons_ko == "노선은 바꾸고 증차는 미룹니다."
    with pytest.raises(ActNotAllowed), town.begin() as uow:
        answering.answer(
            uow, town.means, declared, decision=Decision.NOT, reply=reply(), by=seconded(mayor)
        )


def test_an_answer_is_whole_and_no_plain_act(town: Town, declared: UUID, mayor: Officer) -> None:
    with pytest.raises(NeedsAnswer):
        town.acts(declared, Act.ANSWER, mayor, Particulars(document=PAPER, reason="답변"))
    with pytest.raises(ParticularMissing):
        answers(town, declared, mayor, reply(reasons_ko=" "))
    with pytest.raises(DocumentNeeded):
        answers(town, declared, mayor, reply(approval=Approval(None)))
    with pytest.raises(ParticularMissing):
        answers(town, declared, mayor, reply(approval=HALF))
    with pytest.raises(NotYourAct):
        answers(town, declared, town.officer(Authority.ELECTION_COMMISSION), reply())
