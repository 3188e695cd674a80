"""What was voided together is taken back as a whole, by two, until the next step (OPS-01)."""

from __future__ import annotations

import json
from uuid import UUID

import pytest
from sqlalchemy import text

from referendum.kernel import proposals
from referendum.kernel.people import Authority, Officer, Role, RoleMissing
from referendum.kernel.proposals import Proposal
from referendum.lifecycle import confirming, examined, keying, proposing, reviewing, undoing
from referendum.lifecycle.errors import NextStepTaken, NotYourAct, OnHold, VoidingUndoneBefore
from referendum.lifecycle.stages import Act
from referendum.lifecycle.undoing import Decided
from signatures import petitions, settling, tallying
from signatures.errors import DecisionNeedsNote, NothingToUndo
from signatures.lines import Reason, Status
from signatures.roots import Root, leaf_of
from signatures.tables import Line
from signatures.tallying import Tally
from tests.town import Town, seconded

CHAIR = Authority.COUNCIL_CHAIR


@pytest.fixture
def measure(town: Town, initiative_open: UUID) -> UUID:
    """Three good lines, four that name nobody, looked at by the pass."""
    town.collects(initiative_open, town.some(3), bad=4)
    officer = town.officer(CHAIR)
    reviewing.examine(town.begin, town.means, initiative_open, officer)
    return initiative_open


def voids(town: Town, measure: UUID) -> UUID:
    """All that remains, proposed by one and confirmed by another; gives the decision."""
    with town.begin() as uow:
        put = proposing.propose_voiding(
            uow, town.means, town.petition(measure), note="명부에 없음", by=town.officer(CHAIR)
        )
    town.seconds(put, town.officer(CHAIR))
    return decisions(town, measure)[0].voiding.id


def decisions(town: Town, measure: UUID) -> list[Decided]:
    with town.begin() as uow:
        return list(undoing.of_petition(uow.session, town.petition(measure)))


def asks_back(town: Town, voiding: UUID, *, by: Officer | None = None) -> Proposal:
    with town.begin() as uow:
        return proposing.propose_unvoiding(
            uow, town.means, voiding, note="학교 명부로 확인됨", by=by or town.officer(CHAIR)
        )


def counted(town: Town, measure: UUID) -> Tally:
    with town.begin() as uow:
        return tallying.exact(uow.session, town.petition(measure))


def test_two_take_it_back_and_every_line_stands_as_before(town: Town, measure: UUID) -> None:
    before = counted(town, measure)
    voiding = voids(town, measure)
    assert counted(town, measure).void_by_reason == {Reason.UNIDENTIFIABLE: 4}

    one = town.officer(CHAIR)
    with town.begin() as uow, pytest.raises(proposals.SecondOfficerNeeded):
        keying.undo_voiding(uow, town.vault, voiding, note="x", by=one)
    with town.begin() as uow, pytest.raises(DecisionNeedsNote):
        proposing.propose_unvoiding(uow, town.means, voiding, note=" ", by=one)
    put = asks_back(town, voiding, by=one)
    assert put.changes == [{"what": "unvoid", "before": None, "after": "4"}]
    assert "학교" not in str(put.what), "people put names into reasons"
    assert counted(town, measure).open == 0, "nothing changes before the second officer"
    for who, refused in (
        (town.officer(CHAIR, Role.CLERK), RoleMissing),
        (town.officer(Authority.MAYOR), NotYourAct),
        (one, proposals.OwnProposal),
    ):
        with town.begin() as uow, pytest.raises(refused):
            confirming.confirm(uow, town.means, put.id, version=put.version, by=who)
    town.seconds(put, one)
    assert counted(town, measure) == before

    (done,) = decisions(town, measure)
    assert (done.undone is not None, done.may_be_undone) == (True, False)
    with pytest.raises(VoidingUndoneBefore):
        asks_back(town, voiding)
    again = voids(town, measure)
    assert again != voiding
    assert counted(town, measure).void_by_reason == {Reason.UNIDENTIFIABLE: 4}
    assert [one.undone is None for one in decisions(town, measure)] == [True, False]


def test_the_record_has_how_many_lines_their_root_and_both_officers(
    town: Town, measure: UUID
) -> None:
    voiding = voids(town, measure)
    town.seconds(asks_back(town, voiding), town.officer(CHAIR))
    with town.begin() as uow:
        leaves = uow.session.execute(text("select act, leaf from record_entry order by number"))
        told = {act: json.loads(leaf)["facts"] for act, leaf in leaves if act.startswith("lines.")}
        lines = uow.session.execute(
            text(
                "select d.line_id, d.version, d.status, d.reason from line_decision d "
                "where d.petition_id = :petition and d.note is not null and d.status = 'open' "
                "order by d.line_id"
            ),
            {"petition": town.petition(measure)},
        ).all()
        root = Root()
        for one in lines:
            line = uow.session.get_one(Line, (town.petition(measure), one.line_id))
            root.take([leaf_of(line.commitment, one.status, one.reason)])
    assert told["lines.restored"]["count"] == len(lines) == 4
    assert told["lines.restored"]["merkle_root"] == root.value.hex()
    assert told["lines.restored"]["confirmed_by"].startswith("officer:")
    assert told["lines.voided"]["confirmed_by"].startswith("officer:")


def test_a_line_tells_of_both_decisions_and_what_was_decided_anew_stays(
    town: Town, measure: UUID
) -> None:
    officer, petition = town.officer(CHAIR), town.petition(measure)
    voiding = voids(town, measure)
    with town.begin() as uow:
        first, second, *_ = undoing.sampled(
            uow.session, town.vault, undoing.get(uow.session, voiding), by=officer, limit=9
        )
        keying.decide(
            uow, town.vault, petition, second.line_id,
            status=Status.VOID, reason=Reason.FORM, note="이의신청", by=officer,
        )  # fmt: skip
    put = asks_back(town, voiding)
    assert put.changes[0]["after"] == "3", "the newer decision stays"
    town.seconds(put, officer)
    with town.begin() as uow:
        kept = petitions.get(uow.session, petition)
        seen = {
            one.line_id: examined.line(uow.session, town.vault, kept, one.line_id, by=officer)
            for one in (first, second)
        }
    assert [(one.status, one.reason, one.note) for one in seen[first.line_id].history] == [
        (Status.OPEN, Reason.UNIDENTIFIABLE, None),
        (Status.VOID, Reason.UNIDENTIFIABLE, "명부에 없음"),
        (Status.OPEN, Reason.UNIDENTIFIABLE, "학교 명부로 확인됨"),
    ]
    assert seen[second.line_id].now.reason is Reason.FORM
    assert (counted(town, measure).open, counted(town, measure).void) == (3, 1)


def test_nothing_is_left_to_take_back_where_each_was_decided_anew(
    town: Town, measure: UUID
) -> None:
    officer, voiding = town.officer(CHAIR), voids(town, measure)
    with town.begin() as uow:
        found = undoing.get(uow.session, voiding)
        for one in undoing.sampled(uow.session, town.vault, found, by=officer, limit=9):
            keying.decide(
                uow, town.vault, town.petition(measure), one.line_id,
                status=Status.VOID, reason=Reason.FORM, note="이의신청", by=officer,
            )  # fmt: skip
    with pytest.raises(NothingToUndo):
        asks_back(town, voiding)


def test_after_the_next_step_it_stays_and_the_refusal_names_the_step(
    town: Town, measure: UUID
) -> None:
    voiding = voids(town, measure)
    waiting = asks_back(town, voiding)
    town.acts(measure, Act.OPEN_INSPECTION, town.officer(CHAIR))
    for late in (
        lambda: asks_back(town, voiding),
        lambda: town.seconds(waiting, town.officer(CHAIR)),
    ):
        with pytest.raises(NextStepTaken) as refused:
            late()
        assert refused.value.facts["act"] == Act.OPEN_INSPECTION.value
    (stays,) = decisions(town, measure)
    assert stays.step is not None
    assert not stays.may_be_undone
    assert counted(town, measure).void_by_reason == {Reason.UNIDENTIFIABLE: 4}


def test_what_was_voided_while_the_list_is_inspected_can_be_taken_back_there(
    town: Town, measure: UUID
) -> None:
    """The next step after the decision counts, not one before it."""
    town.seconds(asks_back(town, voids(town, measure)), town.officer(CHAIR))
    with town.begin() as uow:
        left = settling.remaining(uow.session, town.petition(measure))
    assert left.count == 4
    town.acts(measure, Act.OPEN_INSPECTION, town.officer(CHAIR))
    town.seconds(asks_back(town, voids(town, measure)), town.officer(CHAIR))
    assert counted(town, measure).open == 4


def test_a_halt_stops_it_as_it_stops_every_decision(town: Town, measure: UUID) -> None:
    voiding = voids(town, measure)
    town.halts(measure)
    with pytest.raises(OnHold):
        asks_back(town, voiding)
    with pytest.raises(OnHold), town.begin() as uow:
        keying.undo_voiding(uow, town.vault, voiding, note="x", by=seconded(town.officer(CHAIR)))
