"""What can be proposed about a measure: each sort with who may confirm it and what is done then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from referendum.kernel.errors import DomainError
from referendum.kernel.people import Authority, Officer, Role, RoleMissing
from referendum.kernel.proposals import ChangesOtherwise
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import (
    acting,
    certifying,
    drafting,
    holding,
    keying,
    papering,
    performing,
    stages,
    trying,
    undoing,
)
from referendum.lifecycle.acting import Document, Means, Particulars
from referendum.lifecycle.advisory import answering, following_up
from referendum.lifecycle.advisory.answering import Decision, Reply
from referendum.lifecycle.certifying import CERTIFY
from referendum.lifecycle.dates import moving
from referendum.lifecycle.holding import PLACED
from referendum.lifecycle.office import approving
from referendum.lifecycle.stages import Act, Stage, Step
from referendum.lifecycle.tables import Measure
from referendum.lifecycle.voiding_tables import Voiding
from referendum.papers.naming import Issuer
from signatures import deciding, petitions, settling
from signatures.errors import NothingToUndo, NothingToVoid
from signatures.tables import Petition
from thresholds.vocabulary import Instrument

ACT: Final = "act."
ADDING: Final = "add."
ANSWER: Final = "answer."
FOLLOWING: Final = following_up.CHANGED
LEAVING: Final = "leave."
LIFTING: Final = "lift."
OVERRIDING: Final = "override."
RESTORING: Final = "restore."
UNVOIDING: Final = "unvoid."
VOIDING: Final = "void."
ANSWERED: Final = Act.ANSWER.value

OF_LINES: Final = frozenset({VOIDING, UNVOIDING})
"""Sorts that are an examiner's, as what they say of lines is."""

What = Mapping[str, Any]
"""All that something is done with, in JSON's own types."""


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that is proposed about a measure."""

    kind: str
    measure: Measure
    what: What

    @property
    def sort(self) -> str:
        return self.kind[: self.kind.index(".") + 1]

    @property
    def act(self) -> Act | None:
        """The act of the measure's table, where it is one."""
        return act_of(self.kind)


def act_of(kind: str) -> Act | None:
    """The act that a kind of proposal is for, where it is one."""
    if kind.startswith(ANSWER):
        return Act.ANSWER
    return Act(kind.removeprefix(ACT)) if kind.startswith(ACT) else None


def refusal(session: Session, thing: Thing, by: Officer) -> DomainError | None:
    """Why an officer of the same office could not be the second one; their code is asked later."""
    if thing.sort == CERTIFY:
        return certifying.refusal(session, thing.measure, by)
    if thing.act is not None:
        return acting.right(session, thing.measure, step_of(thing.measure, thing.act), by).refusal
    role = Role.EXAMINER if thing.sort in OF_LINES else Role.CLERK
    return None if role in by.roles else RoleMissing(role=role.value)


def changes(uow: UnitOfWork, means: Means, thing: Thing, by: Officer) -> list[trying.Change]:
    """What it would change now; refused as it would be refused."""
    if thing.sort == CERTIFY:
        return certifying.would_change(uow, means, thing.measure, thing.what, by)
    if thing.sort == UNVOIDING:
        return _unvoided(uow, means, thing, by)
    if thing.sort == FOLLOWING:
        session, measure = uow.session, thing.measure
        item = thing.what["item"] or following_up.next_item(session, measure)
        look = partial(following_up.standing, session, measure, item)
        return trying.differences(uow, look, lambda: run(uow, means, thing, by))
    if thing.sort != VOIDING:
        return trying.changes(uow, thing.measure, lambda: run(uow, means, thing, by))
    # Not tried: it may be a million lines. Which they are is compared instead.
    petition = UUID(thing.what["petition"])
    note = note_of(uow.session, means.vault, thing.what)
    keying.insist_may_void(uow, petition, note=note, by=by)
    remaining = settling.remaining(uow.session, petition)
    if not remaining.count:
        raise NothingToVoid(petition=str(petition))
    if str(remaining.mark) != thing.what["mark"]:
        raise ChangesOtherwise(count=remaining.count)
    return [{"what": "void", "before": None, "after": str(remaining.count)}]


def _unvoided(uow: UnitOfWork, means: Means, thing: Thing, by: Officer) -> list[trying.Change]:
    """Not tried either: what stands as that decision left it can only become fewer."""
    note = note_of(uow.session, means.vault, thing.what)
    voiding = keying.insist_may_undo(uow, UUID(thing.what["voiding"]), note=note, by=by)
    count = undoing.left(uow.session, voiding)
    if not count:
        raise NothingToUndo(petition=str(voiding.petition_id))
    return [{"what": "unvoid", "before": None, "after": str(count)}]


def run(uow: UnitOfWork, means: Means, thing: Thing, by: Officer) -> None:
    """Do it, in the name of whoever proposed. Certifying is done by both (`certifying.certify`)."""
    _RUNS[thing.sort](uow, means, thing.measure.id, thing.what, by)


def step_of(measure: Measure, act: Act) -> Step:
    """The step that an act is from where the measure stands."""
    return stages.find(Instrument(measure.instrument), Stage(measure.stage), act)


def act_written(
    uow: UnitOfWork, measure: Measure, step: Step, given: Particulars, by: Officer
) -> dict[str, Any]:
    """An act with its particulars, in JSON's own types."""
    place = measure.jurisdiction_id
    issuer = papering.issuer_for(uow.session, place, step, given)
    return {
        "act": step.act.value,
        "document": papering.written(uow, place, issuer, given.document, by=by),
        "reason": given.reason,
        "day": given.day.isoformat() if given.day else None,
        "electors": {str(district): count for district, count in given.electors.items()},
        "source": given.source,
        "excluded": given.excluded,
        **_signed(uow, measure, step, given),
    }


def _signed(uow: UnitOfWork, measure: Measure, step: Step, given: Particulars) -> dict[str, Any]:
    """Who signs an act of an office, where one is: both officers see the names."""
    if not step.signed or step.by.authority is None or given.document is None:
        return {}
    place, office = measure.jurisdiction_id, step.by.authority
    return approving.signed_by(uow.session, place, office, given.document, given.deputy)


def answer_written(
    uow: UnitOfWork, measure: Measure, decision: Decision, reply: Reply, by: Officer
) -> dict[str, Any]:
    """An answer with its text."""
    return {"decision": decision.value, **addition_written(uow, measure, reply, by)}


def addition_written(
    uow: UnitOfWork, measure: Measure, reply: Reply, by: Officer
) -> dict[str, Any]:
    """What is said, on which paper, and who signed it."""
    return {
        "reasons_ko": reply.reasons_ko,
        "reasons_en": reply.reasons_en,
        **approving.written(
            uow, measure.jurisdiction_id, Authority.MAYOR, reply.approval, by, act=ANSWERED
        ),
    }


def lifting_written(
    uow: UnitOfWork, measure: Measure, hold_id: UUID, document: Document, reason: str, by: Officer
) -> dict[str, Any]:
    """A halt that is to be lifted, with the paper that ends it."""
    hold = holding.liftable(uow, measure, hold_id, by)
    issuer = holding.issuer_of(holding.HoldKind(hold.kind), by)
    return {
        "hold": str(hold_id),
        "document": papering.written(uow, measure.jurisdiction_id, issuer, document, by=by),
        "reason": reason,
    }


def restoring_written(
    uow: UnitOfWork, measure: Measure, name: str, document: Document, reason: str, by: Officer
) -> dict[str, Any]:
    """A deadline whose computed day is to stand again."""
    issuer = Issuer(by.authority.value)
    return {
        "deadline": name,
        "document": papering.written(uow, measure.jurisdiction_id, issuer, document, by=by),
        "reason": reason,
    }


def leaving_written(
    uow: UnitOfWork,
    measure: Measure,
    representative_id: UUID,
    document: Document,
    reason: str,
    by: Officer,
) -> dict[str, Any]:
    """A representative who is to be recorded as one no longer."""
    issuer = Issuer(by.authority.value)
    return {
        "representative": str(representative_id),
        "document": papering.written(uow, measure.jurisdiction_id, issuer, document, by=by),
        "reason": reason,
    }


def override_written(
    uow: UnitOfWork,
    measure: Measure,
    name: str,
    day: date,
    document: Document,
    reason: str,
    by: Officer,
) -> dict[str, Any]:
    """A deadline with the day to which it is to be moved."""
    issuer = Issuer(by.authority.value)
    return {
        "deadline": name,
        "day": day.isoformat(),
        "document": papering.written(uow, measure.jurisdiction_id, issuer, document, by=by),
        "reason": reason,
    }


def voiding_written(
    session: Session, vault: Vault, petition: Petition, note: str
) -> dict[str, Any]:
    """All lines that name nobody now, with one reason: sealed, as people put names into it."""
    sealed = deciding.seal_note(vault.open_key(session, petition.key_id), petition.id, note)
    return {
        "petition": str(petition.id),
        "note": (sealed or b"").hex(),
        # A number of 64 bits is no number of JSON's.
        "mark": str(settling.remaining(session, petition.id).mark),
    }


def unvoiding_written(
    session: Session, vault: Vault, voiding: Voiding, note: str
) -> dict[str, Any]:
    """A decision over many lines that is to be taken back, with the reason: sealed, too."""
    petition = petitions.get(session, voiding.petition_id)
    sealed = deciding.seal_note(vault.open_key(session, petition.key_id), petition.id, note)
    return {
        "petition": str(petition.id),
        "voiding": str(voiding.id),
        "note": (sealed or b"").hex(),
    }


def note_of(session: Session, vault: Vault, what: What) -> str:
    """The reason with which lines are to be decided, for those who may read what lines say."""
    if not what["note"]:
        return ""
    petition = petitions.get(session, UUID(what["petition"]))
    seal = vault.open_key(session, petition.key_id)
    return deciding.read_note(seal, petition.id, bytes.fromhex(what["note"]))


def _act(uow: UnitOfWork, means: Means, measure_id: UUID, what: What, by: Officer) -> None:
    given = Particulars(
        document=papering.read(what["document"]),
        reason=what["reason"],
        day=date.fromisoformat(what["day"]) if what["day"] else None,
        electors={UUID(district): count for district, count in what["electors"].items()},
        source=what["source"],
        excluded=what["excluded"],
        deputy=approving.deputy_of(what),
    )
    performing.perform(uow, means, measure_id, Act(what["act"]), by, given)


def _answer(uow: UnitOfWork, means: Means, measure_id: UUID, what: What, by: Officer) -> None:
    decision = Decision(what["decision"])
    answering.answer(uow, means, measure_id, decision=decision, reply=_reply(what), by=by)


def _add(uow: UnitOfWork, _means: Means, measure_id: UUID, what: What, by: Officer) -> None:
    answering.add(uow, measure_id, reply=_reply(what), by=by)


def _follow(uow: UnitOfWork, _means: Means, measure_id: UUID, what: What, by: Officer) -> None:
    content, item = following_up.read(what), what["item"]
    if item is None:
        following_up.add(uow, measure_id, content=content, by=by)
    else:
        following_up.change(uow, measure_id, item, content=content, by=by)


def _reply(what: What) -> Reply:
    return Reply(
        reasons_ko=what["reasons_ko"],
        reasons_en=what["reasons_en"],
        approval=approving.read(what),
    )


def _leave(uow: UnitOfWork, _means: Means, measure_id: UUID, what: What, by: Officer) -> None:
    document = papering.read(what["document"])
    assert document is not None
    drafting.record_left(
        uow,
        measure_id,
        UUID(what["representative"]),
        document=document,
        reason=what["reason"],
        by=by,
    )


def _lift(uow: UnitOfWork, _means: Means, measure_id: UUID, what: What, by: Officer) -> None:
    document = _paper(what)
    hold, reason = UUID(what["hold"]), what["reason"]
    holding.lift(uow, measure_id, hold, document=document, reason=reason, by=by)


def _paper(what: What) -> Document:
    """The paper without which it is not proposed."""
    document = papering.read(what["document"])
    assert document is not None
    return document


def _override(uow: UnitOfWork, _means: Means, measure_id: UUID, what: What, by: Officer) -> None:
    document = _paper(what)
    moving.override(
        uow,
        measure_id,
        what["deadline"],
        day=date.fromisoformat(what["day"]),
        document=document,
        reason=what["reason"],
        by=by,
    )


def _restore(uow: UnitOfWork, _means: Means, measure_id: UUID, what: What, by: Officer) -> None:
    document, reason = _paper(what), what["reason"]
    moving.revoke(uow, measure_id, what["deadline"], document=document, reason=reason, by=by)


def _see(uow: UnitOfWork, _means: Means, measure_id: UUID, what: What, by: Officer) -> None:
    holding.confirm_placed(uow, measure_id, UUID(what["hold"]), by=by)


def _void(uow: UnitOfWork, means: Means, _measure_id: UUID, what: What, by: Officer) -> None:
    note = note_of(uow.session, means.vault, what)
    keying.void_remaining(uow, means.vault, UUID(what["petition"]), note=note, by=by)


def _unvoid(uow: UnitOfWork, means: Means, _measure_id: UUID, what: What, by: Officer) -> None:
    note = note_of(uow.session, means.vault, what)
    keying.undo_voiding(uow, means.vault, UUID(what["voiding"]), note=note, by=by)


_RUNS: Final[Mapping[str, Callable[..., None]]] = {
    ACT: _act,
    ADDING: _add,
    ANSWER: _answer,
    FOLLOWING: _follow,
    LEAVING: _leave,
    LIFTING: _lift,
    OVERRIDING: _override,
    PLACED: _see,
    RESTORING: _restore,
    UNVOIDING: _unvoid,
    VOIDING: _void,
}
SORTS: Final = frozenset(_RUNS)
"""How the kinds of what can be proposed about a measure begin."""
