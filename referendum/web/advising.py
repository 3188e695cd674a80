"""What a page shows of an advisory vote from its call on: arguments, lot, answer, follow-up."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from referendum.kernel.draw import DOMAIN, Drawn
from referendum.kernel.record import RecordPlace
from referendum.lifecycle.advisory import answering, arguing, drawing, following_up, undertaking
from referendum.lifecycle.advisory.answer_tables import Answer
from referendum.lifecycle.advisory.answering import Owed
from referendum.lifecycle.advisory.arguing import Arguments
from referendum.lifecycle.advisory.drawing import Lot, LotState
from referendum.lifecycle.advisory.following_up import Progress
from referendum.lifecycle.stages import Act
from referendum.lifecycle.surveying import Overview
from referendum.lifecycle.tables import Measure
from thresholds.undertakings import Undertaken
from thresholds.vocabulary import DeadlineName, Instrument


@dataclass(frozen=True, slots=True)
class Check:
    """How anyone draws one option's hash again: one line for a shell, two for Python."""

    drawn: Drawn
    command: str
    python: str


@dataclass(frozen=True, slots=True)
class Advice:
    """The public parts of an advisory vote, each as far as it has come."""

    arguments: Arguments | None
    lot: Lot | None
    checks: tuple[Check, ...]
    places: dict[UUID, int]
    """Where the entries that are spoken of stand in the sealed record."""
    owed: Owed | None
    former: tuple[Answer, ...]
    """What was answered to a result that was corrected since."""
    undertakings: tuple[Undertaken, ...]
    follow_up: Progress


def sides_of(session: Session, view: Overview) -> Arguments | None:
    """What is said for and against an initiative, where its rules have equal spaces for it."""
    ends = any(one.name == DeadlineName.ARGUMENTS_END for one in view.deadlines)
    if view.measure.instrument != Instrument.INITIATIVE or not ends:
        return None
    return arguing.arguments(session, view.measure, view.now)


def advice_on(session: Session, view: Overview) -> Advice | None:
    """What there is to show; None of a measure that is no advisory vote."""
    measure, now = view.measure, view.now
    if measure.instrument != Instrument.ADVISORY:
        return None
    lot = drawing.lot(session, measure) if view.was(Act.CALL) else None
    owed = answering.owed(session, measure, now)
    return Advice(
        arguments=arguing.arguments(session, measure, now, lot),
        lot=lot,
        checks=checks(lot, measure) if lot else (),
        places=_places(session, owed, lot),
        owed=owed,
        former=answering.former(session, measure.id) if view.was(Act.CORRECT_RESULT) else (),
        undertakings=undertaking.on(session, measure, view.canvass),
        follow_up=following_up.progress(session, measure, now),
    )


def checks(lot: Lot, measure: Measure) -> tuple[Check, ...]:
    """The sum behind every place of the order. What officers typed is quoted, never run."""
    return tuple(_check(one, lot, measure) for one in lot.drawn)


def _check(one: Drawn, lot: Lot, measure: Measure) -> Check:
    parts = [DOMAIN, lot.source or "", lot.value or "", str(measure.id), one.key]
    quoted = " ".join(map(shlex.quote, parts))
    return Check(
        one,
        command=rf"printf '%s\n%s\n%s\n%s\n%s' {quoted} | sha256sum",
        python="import hashlib\n"
        rf'print(hashlib.sha256("\n".join({json.dumps(parts, ensure_ascii=False)}).encode())'
        ".hexdigest())",
    )


def _places(session: Session, owed: Owed | None, lot: Lot | None) -> dict[UUID, int]:
    ids = [] if owed is None else [one.entry_id for one in owed.answers]
    if lot is not None and lot.committed is not None:
        ids.append(lot.committed.entry_id)
    if lot is not None and lot.state is LotState.FALLBACK and lot.source is not None:
        ids.append(UUID(lot.source.removeprefix("record ")))
    if not ids:
        return {}
    rows = session.execute(
        select(RecordPlace.entry_id, RecordPlace.index).where(RecordPlace.entry_id.in_(ids))
    )
    return {row[0]: row[1] for row in rows}
