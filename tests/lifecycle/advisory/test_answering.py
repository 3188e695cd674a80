"""An advisory vote from its call to what follows: arguments, lot, count, answer, follow-up."""

from __future__ import annotations

import hashlib
import json
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from referendum.kernel import draw
from referendum.kernel.draw import Source, ValueUnlikeSource
from referendum.kernel.people import Authority, Officer, Role, RoleMissing
from referendum.kernel.record import RecordEntry
from referendum.lifecycle import listing, locating
from referendum.lifecycle.acting import Document, Particulars
from referendum.lifecycle.advisory import answering, arguing, drawing, following_up
from referendum.lifecycle.advisory.answering import Answering, Decision, Reply
from referendum.lifecycle.advisory.arguing import (
    ArgumentsClosed,
    ArgumentTooLong,
    OptionUnknown,
    Point,
)
from referendum.lifecycle.advisory.drawing import (
    DrawCommittedBefore,
    DrawDayNotAllowed,
    DrawNotCommitted,
    DrawNotHeld,
    DrawSettled,
    LotState,
)
from referendum.lifecycle.advisory.following_up import (
    Content,
    DoneDayNotAllowed,
    FollowUpNotUsable,
    FollowUpUnchanged,
    FollowUpUnknown,
    ItemKind,
    State,
)
from referendum.lifecycle.errors import (
    DocumentAhead,
    DocumentNeeded,
    NeedsAnswer,
    NotYourAct,
    ParticularMissing,
)
from referendum.lifecycle.stages import Act, ActNotAllowed, Stage
from referendum.roll import places
from tests.town import PAPER, Town
from thresholds.vocabulary import Instrument

GOYANG = "kr-goyang"

VALUE = "0c" * 32
DOC = Document("시민참여과-7", date(2027, 2, 1))


@pytest.fixture
def mayor(town: Town) -> Officer:
    return town.officer(Authority.MAYOR)


@pytest.fixture
def called(advisory_called: UUID) -> UUID:
    """An advisory vote that has just been called."""
    return advisory_called


@pytest.fixture
def declared(advisory_declared: UUID) -> UUID:
    """One that was counted and certified."""
    return advisory_declared


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
            uow, town.means, called, decision=Decision.PARTLY, reply=_reply(), by=mayor
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


def _reply(**changed: object) -> Reply:
    whole: dict[str, object] = {
        "reasons_ko": "노선은 바꾸고 증차는 미룹니다.",
        "answered_by": "가상시장",
        "office": "고양시장",
        "document": DOC,
    }
    return Reply(**(whole | changed))  # type: ignore[arg-type]  # a reply of this test


def answers(town: Town, measure: UUID, by: Officer, reply: Reply) -> None:
    with town.begin() as uow:
        answering.answer(uow, town.means, measure, decision=Decision.NOT, reply=reply, by=by)


def test_a_document_of_tomorrow_is_refused_at_its_field_and_nothing_is_given(
    town: Town, declared: UUID, mayor: Officer
) -> None:
    tomorrow = rules_today(town) + timedelta(days=1)
    with pytest.raises(DocumentAhead) as refused:
        answers(town, declared, mayor, _reply(document=Document("내일-1", tomorrow)))
    assert refused.value.facts == {"field": "document_day", "day": tomorrow.isoformat()}
    assert town.stage(declared) is Stage.DECLARED
    answers(town, declared, mayor, _reply())
    with town.begin() as uow, pytest.raises(DocumentAhead):
        answering.add(uow, declared, reply=_reply(document=Document("내일-2", tomorrow)), by=mayor)


def rules_today(town: Town) -> date:
    with town.begin() as uow:
        return places.today(uow, town.place)


# Arguments


def test_nothing_is_public_before_the_deadline_and_nothing_changes_after_it(
    town: Town, called: UUID, mayor: Officer
) -> None:
    says(town, called, mayor, "yes", "글")
    assert published(town, called).spaces == ()
    town.waits_for("arguments_end", called, seconds=-60)
    says(town, called, mayor, "no", "마지막 순간의 글")
    assert published(town, called).spaces == ()
    town.waits(seconds=60)
    with pytest.raises(ArgumentsClosed):
        says(town, called, mayor, "no", "늦은 글")
    assert [bool(space.argument) for space in published(town, called).spaces] == [True, True]


def test_the_record_holds_a_commitment_that_tells_nothing_and_proves_the_text(
    town: Town, called: UUID, mayor: Officer
) -> None:
    says(town, called, mayor, "yes", "찬성하는 까닭", who="어느 모임")
    with town.begin() as uow:
        (space, _) = sorted(
            arguing.spaces(uow.session, locating.get(uow.session, called)),
            key=lambda one: one.argument is None,
        )
        assert space.argument is not None
        leaf = uow.session.get_one(RecordEntry, space.argument.entry_id).leaf
        again = arguing.commitment(space.argument)
    facts = json.loads(leaf)["facts"]
    assert facts == {"option": "yes", "version": 1, "commitment": again}
    assert "모임" not in leaf.decode()


def test_every_side_has_the_same_space_and_no_more(
    town: Town, called: UUID, mayor: Officer
) -> None:
    full = ["가" * arguing.CHARACTERS] * arguing.POINTS
    says(town, called, mayor, "yes", *full)
    says(town, called, mayor, "no", *full)
    for points, who in (
        ([*full, "하나 더"], "모임"),
        (["가" * (arguing.CHARACTERS + 1)], "모임"),
        (["가"], "모" * (arguing.NAME + 1)),
    ):
        with pytest.raises(ArgumentTooLong):
            says(town, called, mayor, "yes", *points, who=who)
    with pytest.raises(ParticularMissing):
        says(town, called, mayor, "yes", "글", who=" ")
    with pytest.raises(OptionUnknown):
        says(town, called, mayor, "maybe", "글")


def test_a_text_that_is_taken_back_leaves_an_empty_space_and_its_versions(
    town: Town, called: UUID, mayor: Officer
) -> None:
    says(town, called, mayor, "yes", "글")
    says(town, called, mayor, "yes")
    with town.begin() as uow:
        found = arguing.spaces(uow.session, locating.get(uow.session, called))
    assert {space.option["key"]: (space.argument, space.versions) for space in found} == {
        "yes": (None, 2),
        "no": (None, 0),
    }


def test_only_clerks_of_the_mayors_office_enter_texts(town: Town, called: UUID) -> None:
    with pytest.raises(NotYourAct):
        says(town, called, town.officer(Authority.ELECTION_COMMISSION), "yes", "글")
    with pytest.raises(RoleMissing):
        says(town, called, town.officer(Authority.MAYOR, Role.CANVASSER), "yes", "글")


def test_other_instruments_have_no_such_texts(
    town: Town, mayor: Officer, referendum_open: UUID
) -> None:
    measure = referendum_open
    with pytest.raises(ActNotAllowed):
        says(town, measure, mayor, "yes", "글")


# The lot


def test_the_draw_is_named_once_before_it_is_known_and_before_the_vote(
    town: Town, called: UUID, mayor: Officer
) -> None:
    for days in (0, -1, 60):
        with pytest.raises(DrawDayNotAllowed):
            commits(town, called, mayor, days=days)
    with pytest.raises(DrawNotCommitted):
        reads(town, called, mayor)
    commits(town, called, mayor)
    with pytest.raises(DrawCommittedBefore):
        commits(town, called, mayor)
    with pytest.raises(DrawNotHeld):
        reads(town, called, mayor)


def test_two_different_officers_must_read_the_same_value(
    town: Town, called: UUID, mayor: Officer
) -> None:
    commits(town, called, mayor)
    town.waits(days=3)
    assert reads(town, called, mayor, "0d" * 32) is LotState.COMMITTED
    assert reads(town, called, mayor, "0d" * 32) is LotState.COMMITTED
    second = town.officer(Authority.MAYOR)
    assert reads(town, called, second) is LotState.COMMITTED
    assert lot(town, called).disagree
    assert reads(town, called, mayor) is LotState.DRAWN
    with pytest.raises(DrawSettled):
        reads(town, called, second, "0e" * 32)
    with pytest.raises(ValueUnlikeSource):
        reads(town, town_other(town), mayor, "1 2 3")


def town_other(town: Town) -> UUID:
    """Another measure whose draw has been held."""
    mayor = town.officer(Authority.MAYOR)
    measure = town.drafts(Instrument.ADVISORY, by=mayor)
    town.calls(measure, Authority.MAYOR)
    commits(town, measure, mayor)
    town.waits(days=3)
    return measure


def test_the_order_can_be_drawn_again_from_what_is_public(
    town: Town, called: UUID, mayor: Officer
) -> None:
    commits(town, called, mayor)
    town.waits(days=3)
    reads(town, called, mayor)
    reads(town, called, town.officer(Authority.MAYOR))
    hashes = {
        key: hashlib.sha256(
            "\n".join(
                ["referendum-draw-v1", "drand default 5123456", VALUE, str(called), key]
            ).encode()
        ).hexdigest()
        for key in ("yes", "no")
    }
    with town.begin() as uow:
        options = drawing.options(uow.session, locating.get(uow.session, called))
    assert [one["key"] for one in options] == sorted(hashes, key=lambda key: hashes[key])


def test_without_a_value_the_records_own_entry_stands_in(
    town: Town, called: UUID, mayor: Officer
) -> None:
    commits(town, called, mayor)
    town.waits_for("polls_open", called)
    found = lot(town, called)
    assert found.state is LotState.FALLBACK
    assert found.committed is not None
    with town.begin() as uow:
        leaf = uow.session.get_one(RecordEntry, found.committed.entry_id).leaf
    assert found.value == hashlib.sha256(leaf).hexdigest()
    again = draw.drawn(
        ["yes", "no"], source=str(found.source), value=found.value, subject=str(called)
    )
    assert found.drawn == again
    with pytest.raises(ActNotAllowed):
        reads(town, called, mayor)


def test_where_nothing_was_named_the_entry_of_the_call_stands_in(town: Town, called: UUID) -> None:
    assert lot(town, called).state is LotState.NOT_COMMITTED
    town.waits_for("polls_open", called)
    found = lot(town, called)
    with town.begin() as uow:
        rows = uow.session.scalars(select(RecordEntry).where(RecordEntry.measure_id == called))
        called_by = [row for row in rows if json.loads(row.leaf)["facts"].get("act") == "call"]
    assert found.state is LotState.FALLBACK
    assert found.value == hashlib.sha256(called_by[0].leaf).hexdigest()


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
        answering.answer(uow, town.means, declared, decision=Decision.NOT, reply=_reply(), by=mayor)
    town.waits(days=90)
    found = owed(town, declared)
    assert (found.state, found.days_late, found.decision) == (Answering.GIVEN_LATE, 5, "not")


def test_what_is_added_later_leaves_the_answer_as_it_was(
    town: Town, declared: UUID, mayor: Officer
) -> None:
    with pytest.raises(ActNotAllowed), town.begin() as uow:
        answering.add(uow, declared, reply=_reply(), by=mayor)
    with town.begin() as uow:
        answering.answer(
            uow, town.means, declared, decision=Decision.FOLLOWED, reply=_reply(), by=mayor
        )
    with town.begin() as uow:
        answering.add(uow, declared, reply=_reply(reasons_ko="보탭니다."), by=mayor)
    answers = owed(town, declared).answers
    assert [(one.sequence, one.decision) for one in answers] == [(1, "followed"), (2, None)]
    assert answers[0].reasons_ko == "노선은 바꾸고 증차는 미룹니다."
    with pytest.raises(ActNotAllowed), town.begin() as uow:
        answering.answer(uow, town.means, declared, decision=Decision.NOT, reply=_reply(), by=mayor)


def test_an_answer_is_whole_and_no_plain_act(town: Town, declared: UUID, mayor: Officer) -> None:
    with pytest.raises(NeedsAnswer):
        town.acts(declared, Act.ANSWER, mayor, Particulars(document=PAPER, reason="답변"))
    for field in ("reasons_ko", "answered_by", "office"):
        with pytest.raises(ParticularMissing):
            answers(town, declared, mayor, _reply(**{field: " "}))
    with pytest.raises(DocumentNeeded):
        answers(town, declared, mayor, _reply(document=None))
    with pytest.raises(NotYourAct):
        answers(town, declared, town.officer(Authority.ELECTION_COMMISSION), _reply())


# The follow-up


@pytest.fixture
def answered(town: Town, declared: UUID, mayor: Officer) -> UUID:
    with town.begin() as uow:
        answering.answer(
            uow, town.means, declared, decision=Decision.FOLLOWED, reply=_reply(), by=mayor
        )
    return declared


def item_of(town: Town, measure: UUID, number: int = 1) -> following_up.Item:
    with town.begin() as uow:
        return following_up.find(uow.session, locating.get(uow.session, measure), number, uow.now())


def test_every_change_of_an_item_stays_to_be_seen(
    town: Town, answered: UUID, mayor: Officer
) -> None:
    planned = town.now().date() + timedelta(days=5)
    first = Content(kind=ItemKind.MILESTONE, title_ko="설명회", planned=planned)
    later = planned + timedelta(days=30)
    second = Content(
        kind=ItemKind.MILESTONE,
        title_ko="설명회",
        planned=later,
        state=State.UNDER_WAY,
        note="장소",
    )
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
    done = Content(
        kind=ItemKind.MILESTONE,
        title_ko="설명회",
        planned=later,
        state=State.DONE,
        done_on=town.now().date(),
    )
    with town.begin() as uow:
        following_up.change(uow, answered, 1, content=done, by=mayor)
    assert (item_of(town, answered).shown, item_of(town, answered).days_late) == ("done", 0)


def test_what_is_dropped_says_why_and_no_longer_counts(
    town: Town, answered: UUID, mayor: Officer
) -> None:
    planned = town.now().date() + timedelta(days=5)
    with town.begin() as uow:
        for title in ("하나", "둘"):
            content = Content(kind=ItemKind.MILESTONE, title_ko=title, planned=planned)
            following_up.add(uow, answered, content=content, by=mayor)
    dropped = Content(kind=ItemKind.MILESTONE, title_ko="둘", planned=planned, state=State.DROPPED)
    with pytest.raises(ParticularMissing), town.begin() as uow:
        following_up.change(uow, answered, 2, content=dropped, by=mayor)
    with town.begin() as uow:
        because = Content(
            kind=ItemKind.MILESTONE,
            title_ko="둘",
            planned=planned,
            state=State.DROPPED,
            note="이유",
        )
        following_up.change(uow, answered, 2, content=because, by=mayor)
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
    with pytest.raises(refused), town.begin() as uow:
        following_up.add(uow, answered, content=Content(**(whole | changed)), by=mayor)  # type: ignore[arg-type]  # a content of this test


def test_nothing_follows_before_an_answer_and_no_item_is_made_up(
    town: Town, called: UUID, mayor: Officer
) -> None:
    content = Content(kind=ItemKind.MILESTONE, title_ko="설명회", planned=date(2027, 9, 1))
    with pytest.raises(ActNotAllowed), town.begin() as uow:
        following_up.add(uow, called, content=content, by=mayor)
    counted(town, called)
    with town.begin() as uow:
        answering.answer(
            uow, town.means, called, decision=Decision.FOLLOWED, reply=_reply(), by=mayor
        )
    with pytest.raises(FollowUpUnknown), town.begin() as uow:
        following_up.change(uow, called, 9, content=content, by=mayor)
