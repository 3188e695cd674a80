"""Whatever writes to a measure's things is possible at the stages of its table, no other.

The walk finds the writing functions by itself: every public function of the lifecycle that is given
a transaction and names a measure, a petition, an examination or a file. One that is on neither list
fails. Each is called at every stage of every instrument, in a savepoint.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

import ballots
import referendum.lifecycle
import signatures
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Actor, Authority, Calendar
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import (
    acting,
    drafting,
    entries,
    keying,
    signing,
    stages,
    taking,
)
from referendum.lifecycle.acting import Particulars
from referendum.lifecycle.enrolment import enrolling, taking_back
from referendum.lifecycle.enrolment.errors import EnrolmentClosed
from referendum.lifecycle.entries import Entry
from referendum.lifecycle.errors import NotADraft
from referendum.lifecycle.joint_tables import JointAct
from referendum.lifecycle.stages import LIVES, Act, ActNotAllowed, By, Stage
from referendum.lifecycle.tables import Measure
from referendum.lifecycle.voiding_tables import Voiding
from signatures import withdrawing
from signatures.errors import PetitionClosed
from signatures.tables import Line
from tests.lifecycle.enrolment.enrolling import phone, told
from tests.papers import CONSENTS, PAPER
from tests.scenarios.writing import CALLS, Call, Place
from tests.together import all_agree
from tests.town import Town
from thresholds.vocabulary import Instrument

LIFECYCLE: Final = Path(str(referendum.lifecycle.__file__)).parent
NAMES: Final = {
    "measure_id", "petition_id", "poll_id", "box_id", "examination_id", "intake_id", "voiding_id",
}  # fmt: skip
STAGED: Final = (ActNotAllowed, NotADraft)
"""How the table refuses."""


STEPS: Final = {
    "performing.perform", "calendar.act", "certifying.certify", "advisory.answering.answer",
    "agreeing.agree",
    "proposing.take", "proposing.propose", "proposing.propose_answer", "proposing.propose_addition",
}  # fmt: skip
"""They take steps, or try what is proposed: the table of steps lets it through (`taking.allow`)."""
ELSEWHERE: Final = {
    "signing.sign": "its petition's own row, see below",
    "enrolment.enrolling.enrol": "has a walk of its own below",
    "enrolment.enrolling.enrol_at_desk": "has a walk of its own below",
    "enrolment.taking_back.withdraw": "has a walk of its own below",
    "enrolment.taking_back.withdraw_at_desk": "has a walk of its own below",
    "agreeing.take_back": "nothing is done: what waited for all waits no more",
    "inviting.accept": "joins by an invitation, as `drafting.join` does, which asks",
    "inviting.take_back": "nobody answers it any more",
    "dates.moving.preview": "says what would move, and writes nothing",
    "holding.confirm_placed": "a second look at a halt that stands, whatever has come since",
    "keying.carry_on_later": "asks a worker, who asks the table",
    "reviewing.carry_out": "asks as `reviewing.ask` does, before and under the lock",
    "reviewing.examine": "asks as `reviewing.ask` does, and carries out",
    "news.spreading.note_follow_up": "asks a worker to tell what was entered",
    "news.spreading.note_step": "asks a worker to tell a step that was taken",
    "refusals.keep": "keeps why the calendar's step was refused",
}


def writing_functions() -> set[str]:
    """Every public function of the lifecycle that is given a transaction and names a thing."""
    found = set()
    for path in LIFECYCLE.rglob("*.py"):
        room = ".".join(path.relative_to(LIFECYCLE).with_suffix("").parts)
        if path.stem == "__init__":
            continue
        module = import_module(f"referendum.lifecycle.{room}")
        for name, one in vars(module).items():
            if not inspect.isfunction(one) or one.__module__ != module.__name__ or name[0] == "_":
                continue
            asked = inspect.signature(one).parameters
            given = {str(parameter.annotation) for parameter in asked.values()}
            if given & {"UnitOfWork", "Begin"} and asked.keys() & NAMES:
                found.add(f"{room}.{name}")
    return found


def test_every_writing_function_is_on_a_list() -> None:
    """A new one that nobody has put beside its kind of entry fails here."""
    gates = {"counting.insist_on_canvasser", "furnishing.insist_on_furnisher"}
    assert writing_functions() == (set(CALLS) - gates) | STEPS | set(ELSEWHERE)
    apart = {Entry.SIGN, Entry.WITHDRAW_SIGNATURE, Entry.ENROL, Entry.MOVE_DEADLINES}
    assert {entry for entry, _ in CALLS.values()} | apart == set(Entry)


def _lower_writers() -> set[tuple[str, str]]:
    """The writing functions of signatures and ballots, which know no stages."""
    found = set()
    for package in (signatures, ballots):
        for path in Path(str(package.__file__)).parent.glob("*.py"):
            for one in ast.parse(path.read_text("utf-8")).body:
                if isinstance(one, ast.FunctionDef) and not one.name.startswith("_"):
                    given = {
                        ast.unparse(each.annotation or ast.Constant(0))
                        for each in (*one.args.args, *one.args.kwonlyargs)
                    }
                    if given & {"UnitOfWork", "Begin"}:
                        found.add((f"{package.__name__}.{path.stem}", one.name))
    return found


GATES: Final = ("insist_on_canvasser", "insist_on_furnisher", "arranged", "insist_on_every_vote_at")
FREE: Final = {
    "signatures.withdrawing.withdraw": "upheld by the petition's own row",
    "signatures.taking_in.receive": "keeps a file that was begun where lines come",
    "signatures.taking_in.receiver": "keeps a file that was begun where lines come",
    "signatures.tallying.fold": "adds up what was written",
    "signatures.recounting.recount": "compares, and writes nothing",
    "signatures.examinations.start": "a pass that `reviewing` asked for",
    "signatures.examinations.finish": "a pass that `reviewing` asked for",
    "signatures.examinations.fail": "a pass that `reviewing` asked for",
    "ballots.polls.may_be_arranged": "writes nothing",
}


def test_no_door_writes_past_the_table() -> None:
    """Pages, API, worker and commands write lines and returns through what asks it."""
    roof, writers = LIFECYCLE.parent, _lower_writers()
    past = set()
    for path in (
        one for room in ("web", "api", "worker", "cli") for one in (roof / room).rglob("*.py")
    ):
        tree = ast.parse(path.read_text("utf-8"))
        known = {
            alias.asname or alias.name: f"{node.module}.{alias.name}"
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module in ("signatures", "ballots")
            for alias in node.names
        }
        names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)} | {
            node.id for node in ast.walk(tree) if isinstance(node, ast.Name)
        }
        gated = bool(names & set(GATES))
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                module = known.get(node.value.id, "")
                called = f"{module}.{node.attr}"
                shut = (module, node.attr) in writers and called not in FREE
                if shut and not (gated and module.startswith("ballots.")):
                    past.add(f"{path.relative_to(roof)}: {called}")
    assert past == set()


# The walk


def _stages_of(instrument: Instrument) -> list[Stage]:
    life = LIVES[instrument]
    own = {stage for step in life for stage in (step.source, step.target)}
    return [stage for stage in Stage if stage in own]


def _laid(town: Town, measure: UUID) -> dict[str, UUID]:
    """A batch, a line and a file on its way: what a call may name."""
    petition, examiner = town.petition(measure), town.examiner_of(measure)
    town.brings(measure, town.some(1))
    with town.begin() as uow:
        drafting.join(
            uow,
            measure,
            person=town.resident(town.some(8)[7]).person,
            by=town.resident(town.some(1)[0]),
        )
        intake = keying.begin_file(
            uow, town.vault, petition, by=examiner, received_on=uow.now().date()
        )
        batch = uow.session.execute(
            select(Line.batch_id, Line.id).where(Line.petition_id == petition)
        ).one()
        # By hand, as of this line: it is decided of lines much later than they are brought.
        voiding = Voiding(
            measure_id=measure, petition_id=petition, after_step=99, lines=1,
            merkle_root=bytes(32), note=b"sealed", decided_by=examiner.mark, decided_at=uow.now(),
        )  # fmt: skip
        uow.session.add(voiding)
        uow.session.flush()
    return {"batch": batch.batch_id, "line": batch.id, "intake": intake, "voiding": voiding.id}


def _moved(uow: UnitOfWork, measure: UUID, stage: Stage) -> None:
    """The measure at that stage, by hand: the walks to it are told elsewhere."""
    uow.session.execute(update(Measure).where(Measure.id == measure).values(stage=stage.value))
    uow.session.expire_all()


def _asked(at: Place, call: Call) -> bool:
    """Whether the table let it through, whatever else was wrong with it; all is undone."""
    saved = at.uow.session.begin_nested()
    try:
        call(at)
    except STAGED:
        return False
    except (DomainError, IntegrityError):
        return True
    finally:
        saved.rollback()
        at.uow.session.expire_all()
    return True


@pytest.mark.parametrize("instrument", Instrument)
def test_every_entry_is_possible_where_the_table_has_it_and_nowhere_else(
    town: Town, instrument: Instrument
) -> None:
    measure = town.opens(instrument)
    laid, examiner = _laid(town, measure), town.examiner_of(measure)
    counter = examiner
    if entries.stages_for(instrument, Entry.ENTER_RETURN):
        counter = town.officer(stages.counting_authority(instrument))
    wrong = []
    with town.begin() as uow:
        at = Place(
            town, uow, measure, town.petition(measure), examiner, counter,
            town.officer(Authority.MAYOR), town.resident(town.some(1)[0]), hold=uuid4(), **laid,
        )  # fmt: skip
        for stage in _stages_of(instrument):
            _moved(uow, measure, stage)
            for name, (entry, call) in CALLS.items():
                meant = stage in entries.stages_for(instrument, entry)
                if _asked(at, call) is not meant:
                    wrong.append((stage.value, name, "refused" if meant else "let through"))
        uow.session.rollback()
    assert wrong == []


@pytest.mark.parametrize("instrument", Instrument)
def test_whatever_ends_the_collection_ends_signing_with_it(
    town: Town, instrument: Instrument
) -> None:
    """A signer holds the petition and no measure: its own row says that it is over."""
    measure = town.opens(instrument)
    petition, signer = town.petition(measure), town.resident(town.some(3)[2])
    if instrument is not Instrument.RECALL:
        town.signs(measure, town.some(3)[2])
    (lasting,) = entries.stages_for(instrument, Entry.SIGN)
    assert entries.stages_for(instrument, Entry.WITHDRAW_SIGNATURE) == {lasting}
    all_agree(town, measure, Act.WITHDRAW)
    for step in (step for step in LIVES[instrument] if step.source is lasting):
        with town.begin() as uow:
            uow.session.execute(update(JointAct).values(takes_effect_at=uow.now()))
            by = _who(town, step.by)
            given = Particulars(document=PAPER, reason="판결")
            held = acting.lock(uow.session, measure)
            taking.allow(uow, town.means, held, step.act, by, given).take()
            with pytest.raises(PetitionClosed), uow.session.begin_nested():
                signing.sign(uow, town.vault, petition, signer, consents=CONSENTS)
            with pytest.raises(PetitionClosed), uow.session.begin_nested():
                withdrawing.withdraw(uow, town.vault, petition, signer)
            uow.session.rollback()


def _who(town: Town, by: By) -> Actor:
    match by:
        case By.CALENDAR:
            return Calendar()
        case By.INITIATOR:
            return town.resident(town.some(1)[0])
    assert by.authority is not None
    return town.pair(by.authority)


def test_enrolling_is_possible_where_the_table_has_it_and_nowhere_else(
    town: Town, enrolment_called: UUID
) -> None:
    measure, held = enrolment_called, phone(town, 1)
    clerk = town.officer(Authority.MAYOR)
    calls: list[Callable[[UnitOfWork], Any]] = [
        lambda uow: enrolling.enrol(uow, town.vault, measure, told(town), phone=held),
        lambda uow: enrolling.enrol_at_desk(
            uow, town.vault, measure, told(town), seen="주민등록증", by=clerk
        ),
        lambda uow: taking_back.withdraw(uow, town.vault, measure, phone=held),
        lambda uow: taking_back.withdraw_at_desk(
            uow, town.vault, measure, name="낯선이1", birth_date=date(1990, 5, 5), by=clerk
        ),
    ]
    with town.begin() as uow:
        for stage in _stages_of(Instrument.ADVISORY):
            _moved(uow, measure, stage)
            for call in calls:
                saved, refused = uow.session.begin_nested(), False
                try:
                    call(uow)
                except EnrolmentClosed:
                    refused = True
                except DomainError:
                    pass
                saved.rollback()
                uow.session.expire_all()
                meant = stage in entries.stages_for(Instrument.ADVISORY, Entry.ENROL)
                assert refused is not meant, stage
        uow.session.rollback()


@pytest.mark.parametrize("instrument", Instrument)
def test_a_day_off_moves_the_deadlines_of_measures_under_way_only(
    town: Town, instrument: Instrument
) -> None:
    """What ended keeps its days as they were."""
    measure = town.opens(instrument)
    with town.begin() as uow:
        for stage in _stages_of(instrument):
            _moved(uow, measure, stage)
            condition = select(Measure.id).where(
                Measure.id == measure, entries.where_possible(Entry.MOVE_DEADLINES)
            )
            meant = stage not in stages.ENDINGS
            assert (uow.session.scalar(condition) is not None) is meant, stage
        uow.session.rollback()
