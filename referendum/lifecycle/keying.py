"""Lines that come and are decided at a desk: the one way for pages, API, commands and tests.

Whatever writes lines asks the table of stages first, with the measure shared, so that nothing
changes after the step that relies on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Unpack
from uuid import UUID

from referendum.kernel.people import Officer
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import acting, petitioning, rules, stages
from referendum.lifecycle.stages import Stage
from referendum.lifecycle.tables import Measure
from signatures import miskeying, petitions, settling, sheets, withdrawing
from signatures.deciding import Decision
from signatures.lines import PaperLine
from signatures.settling import Ruling
from signatures.sheets import Brought
from signatures.tables import PaperBatch, Petition


def bring(
    uow: UnitOfWork,
    vault: Vault,
    petition_id: UUID,
    lines: Iterable[PaperLine],
    *,
    by: Officer,
    **how: Unpack[Brought],
) -> PaperBatch:
    """Keep lines of sheets, as `sheets.bring_lines` does, where the table has lines come.

    A long file is kept without holding the measure; whether lines still come is asked again last.
    """
    petition = petitions.get(uow.session, petition_id)
    measure = uow.session.get_one(Measure, petition.measure_id)
    stages.insist_lines_come(Stage(measure.stage))
    age = petitioning.signing_of(rules.pinned(measure)).electorate.minimum_age
    batch = sheets.bring_lines(uow, vault, petition_id, lines, by=by, minimum_age=age, **how)
    _shared(uow, petition, stages.insist_lines_come)
    return batch


def decide(
    uow: UnitOfWork,
    vault: Vault,
    petition_id: UUID,
    line_id: UUID,
    *,
    by: Officer,
    **ruling: Unpack[Ruling],
) -> Decision:
    """Decide one line, as `settling.decide` does, where the table has lines decided."""
    _when_decided(uow, petition_id, by)
    return settling.decide(uow, vault, petition_id, line_id, by=by, **ruling)


def void_remaining(
    uow: UnitOfWork, vault: Vault, petition_id: UUID, *, note: str, by: Officer
) -> int:
    """Void what names nobody, as `settling.void_remaining` does, where lines are decided."""
    _when_decided(uow, petition_id, by)
    return settling.void_remaining(uow, vault, petition_id, note=note, by=by)


def withdraw_paper(
    uow: UnitOfWork, vault: Vault, petition_id: UUID, line_id: UUID, *, document: str, by: Officer
) -> None:
    """Strike a line that the representative reports as taken back, while lines come."""
    _while_they_come(uow, petition_id, by)
    withdrawing.withdraw_paper(uow, vault, petition_id, line_id, document=document, by=by)


def mark_miskeyed(
    uow: UnitOfWork, vault: Vault, petition_id: UUID, batch_id: UUID, *, note: str, by: Officer
) -> int:
    """Take a batch that was keyed wrongly out of every total, with a written reason.

    Possible as long as lines come, so that what was on the sheets can be keyed in again.
    """
    _while_they_come(uow, petition_id, by)
    return miskeying.mark(uow, vault, petition_id, batch_id, note=note, by=by)


def _when_decided(uow: UnitOfWork, petition_id: UUID, by: Officer) -> None:
    _asked(uow, petition_id, by, stages.insist_lines_decided)


def _while_they_come(uow: UnitOfWork, petition_id: UUID, by: Officer) -> None:
    _asked(uow, petition_id, by, stages.insist_lines_come)


def _asked(
    uow: UnitOfWork, petition_id: UUID, by: Officer, insist: Callable[[Stage], None]
) -> None:
    petition = petitions.get(uow.session, petition_id)
    petitions.insist_examiner(petition, by)
    _shared(uow, petition, insist)


def _shared(uow: UnitOfWork, petition: Petition, insist: Callable[[Stage], None]) -> None:
    """With the measure kept as it is until the end: a step waits for what is written here."""
    insist(Stage(acting.share(uow.session, petition.measure_id).stage))
