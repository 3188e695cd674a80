"""An authority leaves an act to one officer, and takes it back: by two administrators (OPS-02)."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from referendum.kernel import proposals
from referendum.kernel.people import Authority, FreshCodeNeeded, Officer, Role, RoleMissing
from referendum.kernel.proposals import Proposal, State
from referendum.lifecycle import confirming, entrusting, foureyes, performing, stages
from referendum.lifecycle.acting import Particulars
from referendum.lifecycle.entrusting import Besides, Many
from referendum.lifecycle.errors import NotYourAct, ParticularMissing
from referendum.lifecycle.foureyes import Lock
from referendum.lifecycle.stages import Act, Stage
from referendum.lifecycle.tables import LeftToOne
from tests.papers import PAPER
from tests.town import Town
from thresholds.vocabulary import Instrument

CHAIR = Authority.COUNCIL_CHAIR
SETTLE = Act.SETTLE_OBJECTIONS
GIVEN = Particulars(document=PAPER, reason="이의 없음")


def administrator(town: Town, authority: Authority = CHAIR) -> Officer:
    return town.officer(authority, Role.ADMINISTRATOR)


def asks(
    town: Town,
    by: Officer,
    *,
    act: Act | str = SETTLE,
    officers: Many = Many.ONE,
    reason: str = "두 사람이 없는 날이 많음",
) -> Proposal:
    with town.begin() as uow:
        return entrusting.propose(uow, str(act), officers=officers, reason=reason, by=by)


def confirms(town: Town, put: Proposal, by: Officer) -> None:
    with town.begin() as uow:
        confirming.confirm(uow, town.means, put.id, version=put.version, by=by)


def officers_of(town: Town, act: Act = SETTLE, authority: Authority = CHAIR) -> Many:
    with town.begin() as uow:
        return entrusting.duty(uow, act.value, administrator(town, authority)).officers


def objecting(town: Town, measure: UUID) -> Officer:
    """An initiative whose inspection is over; the officer who settles what was objected."""
    town.collects(measure, town.some(5))
    town.examines(measure)
    officer = town.officer(CHAIR)
    town.acts(measure, Act.OPEN_INSPECTION, officer)
    town.waits_for("inspection_ends", measure)
    return officer


def test_two_administrators_leave_an_act_to_one_and_take_it_back(
    town: Town, initiative_open: UUID
) -> None:
    clerk = objecting(town, initiative_open)
    one, other = administrator(town), administrator(town)
    put = asks(town, one)
    assert put.changes == [{"what": "officers", "before": "2", "after": "1"}]
    with town.begin() as uow, pytest.raises(proposals.SecondOfficerNeeded):
        performing.perform(uow, town.means, initiative_open, SETTLE, clerk, GIVEN)
    confirms(town, put, other)
    assert officers_of(town) is Many.ONE
    with town.begin() as uow:
        row = uow.session.scalars(select(LeftToOne)).one()
        assert (row.left_by, row.confirmed_by) == (one.mark, other.mark)
        leaf = uow.session.execute(
            text("select leaf from record_entry where act = 'second_officer.waived'")
        ).scalar_one()
    assert one.mark in leaf.decode()
    assert other.mark in leaf.decode()
    back = asks(town, other, officers=Many.TWO)
    assert officers_of(town) is Many.ONE, "until a second administrator has confirmed"
    confirms(town, back, one)
    assert officers_of(town) is Many.TWO
    with town.begin() as uow, pytest.raises(proposals.SecondOfficerNeeded):
        performing.perform(uow, town.means, initiative_open, SETTLE, clerk, GIVEN)
    confirms(town, asks(town, one), other)
    with town.begin() as uow:
        performing.perform(uow, town.means, initiative_open, SETTLE, clerk, GIVEN)
    assert town.stage(initiative_open) is Stage.REVIEWED


@pytest.mark.parametrize("authority", list(Authority))
def test_no_ending_and_no_day_is_left_to_one(town: Town, authority: Authority) -> None:
    locked = [(act, lock) for act, lock in foureyes.locks(authority) if lock is not None]
    assert {lock for _, lock in locked} == set(Lock)
    for act, _ in locked:
        with pytest.raises(entrusting.ActAlwaysForTwo):
            asks(town, administrator(town, authority), act=act)
    with town.begin() as uow:
        assert proposals.waiting(uow.session, town.place, uow.now()) == []


def test_what_is_locked_stays_with_two_whatever_the_table_says(town: Town) -> None:
    """A row that somebody wrote past this house changes nothing, and no page says it does."""
    with town.begin() as uow:
        row = LeftToOne(
            jurisdiction_id=town.place,
            authority=CHAIR.value,
            act=Act.ANNUL.value,
            since=uow.now(),
        )
        uow.session.add(row)
    assert officers_of(town, Act.ANNUL) is Many.TWO
    step = stages.find(Instrument.INITIATIVE, Stage.COLLECTING, Act.ANNUL)
    with town.begin() as uow:
        assert foureyes.needs_two(uow.session, town.place, step, recorded_from=False)


def test_the_table_knows_two_people(town: Town) -> None:
    by = administrator(town).mark
    with pytest.raises(IntegrityError), town.begin() as uow:
        uow.session.add(
            LeftToOne(
                jurisdiction_id=town.place,
                authority=CHAIR.value,
                act=SETTLE.value,
                since=uow.now(),
                left_by=by,
                confirmed_by=by,
            )
        )


def test_only_two_administrators_of_the_same_authority_change_it(town: Town) -> None:
    with pytest.raises(RoleMissing):
        asks(town, town.officer(CHAIR, Role.CLERK))
    one = administrator(town)
    put = asks(town, one)
    for by, refusal in (
        (one, proposals.OwnProposal),
        (replace(administrator(town), fresh=False), FreshCodeNeeded),
        (town.officer(CHAIR, Role.CLERK, Role.CERTIFIER), RoleMissing),
        (administrator(town, Authority.MAYOR), NotYourAct),
        (replace(administrator(town), jurisdiction=uuid4()), proposals.ProposalNotFound),
    ):
        with pytest.raises(refusal):
            confirms(town, put, by)
    assert officers_of(town) is Many.TWO


def test_what_one_authority_decides_is_its_own(town: Town) -> None:
    """OPS-02: another authority, and another place, go on as they were."""
    confirms(town, asks(town, administrator(town)), administrator(town))
    assert officers_of(town) is Many.ONE
    assert officers_of(town, authority=Authority.MAYOR) is Many.TWO
    stranger = replace(administrator(town), jurisdiction=uuid4())
    with town.begin() as uow:
        elsewhere = entrusting.duty(uow, SETTLE.value, stranger)
        assert (elsewhere.officers, elsewhere.asked) == (Many.TWO, None)
        assert entrusting.changed(uow, stranger, limit=9) == []
        assert len(entrusting.changed(uow, administrator(town), limit=9)) == 1


def test_it_is_asked_for_with_a_reason_once_and_only_where_it_changes_something(
    town: Town,
) -> None:
    one = administrator(town)
    with pytest.raises(ParticularMissing):
        asks(town, one, reason=" ")
    with pytest.raises(entrusting.ActNotForTwo):
        asks(town, one, act="settle_everything")
    with pytest.raises(entrusting.ActNotForTwo):
        asks(town, one, act=Act.RECORD_EXPLANATION)
    with pytest.raises(entrusting.OfficersAlready):
        asks(town, one, officers=Many.TWO)
    put = asks(town, one)
    with pytest.raises(proposals.ProposedAlready):
        asks(town, administrator(town))
    with town.begin() as uow:
        duty = entrusting.duty(uow, SETTLE.value, one)
        assert duty.asked is not None
        assert duty.asked.id == put.id


def test_it_is_sent_back_taken_back_and_lapses_like_any_other(town: Town) -> None:
    one, other = administrator(town), administrator(town)
    put = asks(town, one)
    with town.begin() as uow, pytest.raises(RoleMissing):
        confirming.decline(uow, put.id, reason="안 됨", by=town.officer(CHAIR, Role.CLERK))
    with town.begin() as uow:
        confirming.decline(uow, put.id, reason="둘이 있음", by=other)
    again = asks(town, one)
    with town.begin() as uow:
        confirming.withdraw(uow, again.id, by=one)
    last = asks(town, one)
    town.waits(days=6)
    with town.begin() as uow:
        assert confirming.pressing(uow.session, town.place, uow.now()), "a day before its end"
    town.waits(days=1)
    with pytest.raises(proposals.ProposalSettled):
        confirms(town, last, other)
    with town.begin() as uow:
        states = {
            one.id: proposals.standing(proposals.get(uow.session, one.id, place=town.place),
                                       uow.now())
            for one in (put, again, last)
        }  # fmt: skip
    assert states == {
        put.id: State.DECLINED, again.id: State.WITHDRAWN, last.id: State.LAPSED,
    }  # fmt: skip
    with town.begin() as uow:
        before = entrusting.changed(uow, one, limit=9)
        assert [row.id for row in before] == [last.id, again.id, put.id]
    assert officers_of(town) is Many.TWO


def test_what_always_takes_two_is_said_of_whose_it_is() -> None:
    assert Besides.PUBLISH in entrusting.besides(Authority.MAYOR)
    for authority in (CHAIR, Authority.ELECTION_COMMISSION):
        said = entrusting.besides(authority)
        assert Besides.PUBLISH not in said, "only the mayor promises"
        assert {Besides.CERTIFY, Besides.VOID, Besides.OVERRIDE, Besides.OFFICERS} <= set(said)
