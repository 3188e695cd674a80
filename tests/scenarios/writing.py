"""Every writing function of the lifecycle with its kind of entry, and how it is called."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from referendum.kernel.draw import Source
from referendum.kernel.people import Officer, Resident
from referendum.kernel.uow import Begin, UnitOfWork
from referendum.lifecycle import (
    amending,
    counting,
    drafting,
    enveloping,
    furnishing,
    handing_over,
    holding,
    inviting,
    keying,
    locating,
    proposing,
    reviewing,
    screening,
    seeing_through,
)
from referendum.lifecycle.advisory import answering, arguing, drawing, following_up
from referendum.lifecycle.advisory.arguing import Point
from referendum.lifecycle.advisory.following_up import Content, ItemKind
from referendum.lifecycle.attachments import attaching
from referendum.lifecycle.dates import moving
from referendum.lifecycle.entries import Entry
from referendum.lifecycle.enveloping import Scope
from referendum.lifecycle.holding import HoldKind
from signatures.handing_in import Sheet
from signatures.lines import PaperLine, Reason, Status
from tests.attached import PLAN, document
from tests.lifecycle.advisory.mayors_office import reply
from tests.papers import PAPER, WORDS
from tests.town import Town, seconded
from thresholds.delegation import Asker, ExcludedMatter


@dataclass(frozen=True)
class Place:
    """A measure at a stage, in a transaction that is undone."""

    town: Town
    uow: UnitOfWork
    measure: UUID
    petition: UUID
    examiner: Officer
    counter: Officer
    mayor: Officer
    author: Resident
    batch: UUID
    line: UUID
    intake: UUID
    voiding: UUID
    hold: UUID

    @property
    def begin(self) -> Begin:
        """Transactions of whoever opens their own, inside of this one."""

        @contextmanager
        def begin() -> Iterator[UnitOfWork]:
            with self.uow.session.begin_nested():
                yield self.uow

        return begin


def _content() -> Content:
    return Content(kind=next(iter(ItemKind)), title_ko="설계", planned=date(2028, 1, 1))


def _line() -> PaperLine:
    return PaperLine("Z", 1, "가나다", "1970-01-01", "-", "", "2027-02-01", has_mark=True)


def _today(at: Place) -> date:
    return at.uow.now().date()


Call = Callable[[Place], Any]
CALLS: Final[Mapping[str, tuple[Entry, Call]]] = {
    "drafting.edit": (
        Entry.WRITE_DRAFT,
        lambda at: drafting.edit(at.uow, at.measure, words=WORDS, by=at.author),
    ),
    "amending.put_beside": (
        Entry.WRITE_DRAFT,
        lambda at: amending.put_beside(
            at.uow, at.measure, name="조례", text="제1조(목적) 견본", by=at.author
        ),
    ),
    "attachments.attaching.add": (
        Entry.WRITE_DRAFT,
        lambda at: attaching.add(
            at.uow, at.measure, content=document(), telling=PLAN, by=at.author
        ),
    ),
    "attachments.attaching.tell": (
        Entry.WRITE_DRAFT,
        lambda at: attaching.tell(at.uow, at.measure, 1, telling=PLAN, by=at.author),
    ),
    "attachments.attaching.move_up": (
        Entry.WRITE_DRAFT,
        lambda at: attaching.move_up(at.uow, at.measure, 1, by=at.author),
    ),
    "attachments.attaching.remove": (
        Entry.WRITE_DRAFT,
        lambda at: attaching.remove(at.uow, at.measure, 1, by=at.author),
    ),
    "drafting.restore": (
        Entry.WRITE_DRAFT,
        lambda at: drafting.restore(at.uow, at.measure, number=1, by=at.author),
    ),
    "screening.answer": (
        Entry.WRITE_DRAFT,
        lambda at: screening.answer(at.uow, at.measure, answers={}, by=at.author),
    ),
    "drafting.join": (
        Entry.JOIN_REPRESENTATIVES,
        lambda at: drafting.join(
            at.uow, at.measure, person=at.town.resident(at.town.some(9)[8]).person, by=at.author
        ),
    ),
    "inviting.invite": (
        Entry.JOIN_REPRESENTATIVES,
        lambda at: inviting.invite(
            at.uow, at.town.vault, at.measure, phone="+821000000009", by=at.author
        ),
    ),
    "drafting.leave": (
        Entry.LEAVE_REPRESENTATIVES,
        # Another is there: the last one does not leave, but withdraws the measure.
        lambda at: drafting.leave(at.uow, at.measure, by=at.town.resident(at.town.some(8)[7])),
    ),
    "drafting.record_left": (
        Entry.LEAVE_REPRESENTATIVES,
        lambda at: drafting.record_left(
            at.uow, at.measure, uuid4(), document=PAPER, reason="사망", by=seconded(at.examiner)
        ),
    ),
    "proposing.propose_leaving": (
        Entry.LEAVE_REPRESENTATIVES,
        lambda at: proposing.propose_leaving(
            at.uow,
            at.town.means,
            at.measure,
            uuid4(),
            document=PAPER,
            reason="사망",
            by=at.examiner,
        ),
    ),
    "keying.bring": (
        Entry.BRING_LINES,
        lambda at: keying.bring(
            at.uow, at.town.vault, at.petition, [_line()], by=at.examiner, received_on=_today(at)
        ),
    ),
    "keying.begin_file": (
        Entry.BRING_LINES,
        lambda at: keying.begin_file(
            at.uow, at.town.vault, at.petition, by=at.examiner, received_on=_today(at)
        ),
    ),
    "keying.carry_on": (
        Entry.BRING_LINES,
        lambda at: keying.carry_on(
            at.begin, at.town.vault, at.intake, lambda _session, _account: at.examiner
        ),
    ),
    "handing_over.register": (
        Entry.REGISTER_SHEETS,
        lambda at: handing_over.register(
            at.uow, at.measure, sheets=[Sheet("Q-1", 10)], by=at.examiner
        ),
    ),
    "keying.withdraw_paper": (
        Entry.WITHDRAW_LINE,
        lambda at: keying.withdraw_paper(
            at.uow, at.town.vault, at.petition, at.line, document="취하서 1호", by=at.examiner
        ),
    ),
    "keying.restore_batch": (
        Entry.TAKE_BACK_BATCH,
        lambda at: keying.restore_batch(
            at.uow, at.town.vault, at.petition, at.batch, note="착오", by=at.examiner
        ),
    ),
    "keying.mark_miskeyed": (
        Entry.TAKE_BACK_BATCH,
        lambda at: keying.mark_miskeyed(
            at.uow, at.town.vault, at.petition, at.batch, note="다른 장", by=at.examiner
        ),
    ),
    "keying.decide": (
        Entry.EXAMINE,
        lambda at: keying.decide(
            at.uow,
            at.town.vault,
            at.petition,
            at.line,
            status=Status.VOID,
            reason=Reason.FORM,
            by=at.examiner,
        ),
    ),
    "keying.void_remaining": (
        Entry.EXAMINE,
        lambda at: keying.void_remaining(
            at.uow, at.town.vault, at.petition, note="명부에 없음", by=seconded(at.examiner)
        ),
    ),
    "keying.insist_may_void": (
        Entry.EXAMINE,
        lambda at: keying.insist_may_void(at.uow, at.petition, note="명부에 없음", by=at.examiner),
    ),
    "proposing.propose_voiding": (
        Entry.EXAMINE,
        lambda at: proposing.propose_voiding(
            at.uow, at.town.means, at.petition, note="명부에 없음", by=at.examiner
        ),
    ),
    "keying.undo_voiding": (
        Entry.EXAMINE,
        lambda at: keying.undo_voiding(
            at.uow, at.town.vault, at.voiding, note="다시 봄", by=seconded(at.examiner)
        ),
    ),
    "keying.insist_may_undo": (
        Entry.EXAMINE,
        lambda at: keying.insist_may_undo(at.uow, at.voiding, note="다시 봄", by=at.examiner),
    ),
    "proposing.propose_unvoiding": (
        Entry.EXAMINE,
        lambda at: proposing.propose_unvoiding(
            at.uow, at.town.means, at.voiding, note="다시 봄", by=at.examiner
        ),
    ),
    "reviewing.ask": (
        Entry.EXAMINE,
        lambda at: reviewing.ask(at.uow, at.measure, at.examiner),
    ),
    "enveloping.state": (
        Entry.STATE_SCOPE,
        lambda at: enveloping.state(
            at.uow,
            at.measure,
            scope=Scope(asked_by=Asker.MAYOR, subject=0, confirmed=frozenset(ExcludedMatter)),
            by=at.mayor,
        ),
    ),
    "advisory.arguing.enter": (
        Entry.ENTER_ARGUMENT,
        lambda at: arguing.enter(
            at.uow,
            at.measure,
            option="yes",
            said_by="모임",
            points=[Point("찬성")],
            document=PAPER,
            by=at.town.officer(arguing.keeper(locating.get(at.uow.session, at.measure))),
        ),
    ),
    "advisory.drawing.commit": (
        Entry.COMMIT_DRAW,
        lambda at: drawing.commit(
            at.uow,
            at.measure,
            kind=Source.DRAND,
            name="default",
            number="1",
            day=_today(at) + timedelta(days=2),
            by=at.mayor,
        ),
    ),
    "advisory.drawing.enter_value": (
        Entry.ENTER_DRAW,
        lambda at: drawing.enter_value(
            at.uow, at.measure, value="0c" * 32, published_in="관보", by=at.mayor
        ),
    ),
    "advisory.answering.add": (
        Entry.ADD_TO_ANSWER,
        lambda at: answering.add(at.uow, at.measure, reply=reply(), by=seconded(at.mayor)),
    ),
    "advisory.following_up.add": (
        Entry.FOLLOW_UP,
        lambda at: following_up.add(at.uow, at.measure, content=_content(), by=at.mayor),
    ),
    "seeing_through.enter": (
        Entry.FOLLOW_UP,
        lambda at: seeing_through.enter(
            at.uow, at.town.means, at.measure, item=None, content=_content(), by=at.mayor
        ),
    ),
    "seeing_through.propose": (
        Entry.FOLLOW_UP,
        lambda at: seeing_through.propose(
            at.uow, at.town.means, at.measure, item=None, content=_content(), by=at.mayor
        ),
    ),
    "advisory.following_up.answered": (
        Entry.FOLLOW_UP,
        lambda at: following_up.answered(at.uow, at.measure, at.mayor),
    ),
    "advisory.following_up.change": (
        Entry.FOLLOW_UP,
        lambda at: following_up.change(at.uow, at.measure, 1, content=_content(), by=at.mayor),
    ),
    "holding.place": (
        Entry.HOLD,
        lambda at: holding.place(
            at.uow,
            at.measure,
            kind=HoldKind.COURT,
            document=PAPER,
            reason="집행정지",
            stops_clock=True,
            by=at.examiner,
        ),
    ),
    "holding.lift": (
        Entry.LIFT_HOLD,
        lambda at: holding.lift(
            at.uow,
            at.measure,
            at.hold,
            document=PAPER,
            reason="기각",
            by=seconded(at.examiner),
        ),
    ),
    "proposing.propose_lifting": (
        Entry.LIFT_HOLD,
        lambda at: proposing.propose_lifting(
            at.uow,
            at.town.means,
            at.measure,
            at.hold,
            document=PAPER,
            reason="기각",
            by=at.examiner,
        ),
    ),
    "dates.moving.override": (
        Entry.OVERRIDE,
        lambda at: moving.override(
            at.uow,
            at.measure,
            "collection_ends",
            day=_today(at) + timedelta(days=20),
            document=PAPER,
            reason="착오",
            by=seconded(at.examiner),
        ),
    ),
    "dates.moving.revoke": (
        Entry.OVERRIDE,
        lambda at: moving.revoke(
            at.uow,
            at.measure,
            "collection_ends",
            document=PAPER,
            reason="착오",
            by=seconded(at.examiner),
        ),
    ),
    "proposing.propose_override": (
        Entry.OVERRIDE,
        lambda at: proposing.propose_override(
            at.uow,
            at.town.means,
            at.measure,
            "collection_ends",
            day=_today(at) + timedelta(days=20),
            document=PAPER,
            reason="착오",
            by=at.examiner,
        ),
    ),
    "proposing.propose_restoring": (
        Entry.OVERRIDE,
        lambda at: proposing.propose_restoring(
            at.uow,
            at.town.means,
            at.measure,
            "collection_ends",
            document=PAPER,
            reason="착오",
            by=at.examiner,
        ),
    ),
    # Gates: what is asked before anything of `ballots` is written (see the walk over the doors).
    "counting.insist_on_canvasser": (
        Entry.ENTER_RETURN,
        lambda at: counting.insist_on_canvasser(at.uow.session, at.measure, at.counter),
    ),
    "furnishing.insist_on_furnisher": (
        Entry.ARRANGE_STATIONS,
        lambda at: furnishing.insist_on_furnisher(at.uow.session, at.measure, at.counter),
    ),
}
"""Every writing function with its kind of entry, and how it is called."""
