"""Examination: an automatic pass over the frozen roll, then one officer for each line left.

The pass is one transaction, however long it takes: no decision is ever there without the entry of
the record that answers for it, and nobody counts, withdraws or settles beside half a
pass. Chunks committed one by one would give that up for a resumption that is worth little: a pass
that breaks off leaves nothing and is begun again. How far it is, is told through `progress`, which
whoever waits keeps outside of this transaction (`examinations`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text

from referendum.kernel.people import Officer
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import UnitOfWork
from signatures import closing, petitions
from signatures.closing import ClosedDays
from signatures.deciding import CHUNK
from signatures.lines import Reason, Status
from signatures.matching import Matching, Taken
from signatures.petitions import PetitionKeys
from signatures.roots import Root, leaf_of
from signatures.sheets import Progress
from signatures.tables import Petition
from thresholds.electorate import Electorate

PATIENCE: Final = "set local statement_timeout = '15min'"
"""One statement here reads every name of a city, another every line of a petition: 820,000 have
been handed in. It lasts for the transaction, in whatever process that is."""


@dataclass(frozen=True, slots=True)
class ExaminationReport:
    """What one automatic pass decided: `examined` is the sum of all the rest."""

    examined: int
    valid: int
    void: Mapping[Reason, int] = field(default_factory=lambda: MappingProxyType({}))
    open: Mapping[Reason, int] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(slots=True)
class Account:
    """What a pass decided so far: the counts, and the root that binds each line to them."""

    counts: Counter[tuple[str, str | None]] = field(default_factory=Counter)
    root: Root = field(default_factory=Root)

    def take(self, decided: Sequence[Taken]) -> None:
        self.counts.update((line.status, line.reason) for line in decided)
        self.root.take([leaf_of(line.commitment, line.status, line.reason) for line in decided])

    @property
    def report(self) -> ExaminationReport:
        return ExaminationReport(
            examined=self.counts.total(),
            valid=self.counts[Status.VALID, None],
            void=self._by_reason(Status.VOID),
            open=self._by_reason(Status.OPEN),
        )

    def _by_reason(self, status: Status) -> dict[Reason, int]:
        return {
            Reason(why): count
            for (decided, why), count in self.counts.items()
            if decided == status and why is not None
        }


def examine(
    uow: UnitOfWork,
    vault: Vault,
    petition_id: UUID,
    *,
    electorate: Electorate,
    by: Officer,
    closed_days: Sequence[ClosedDays] = closing.NONE,
    progress: Progress | None = None,
    chunk: int = CHUNK,
) -> ExaminationReport:
    """Decide every line that nobody has decided on, as far as the roll can.

    On `closed_days` signatures may not be asked for, as before elections: a line of such a day is
    out of the period, in its district. Of several lines by one person the first received stands.
    """
    petition = petitions.get_at_desk(uow.session, petition_id, by)
    keys = PetitionKeys.open(uow.session, vault, petition)
    told = progress or _to_nobody
    uow.session.execute(text(PATIENCE))
    matching = Matching(uow.session, petition, keys, electorate, closed_days)
    lines, account = matching.prepare(), Account()
    told(0, lines)
    for decided in matching.chunks(size=chunk, by=by.mark, at=uow.now()):
        account.take(decided)
        told(account.root.size, lines)
    matching.clear()
    if account.root.size:
        _record(uow, petition, account, by)
    return account.report


def _to_nobody(_done: int, _lines: int) -> None:
    """Where nobody waits."""


def _record(uow: UnitOfWork, petition: Petition, account: Account, by: Officer) -> None:
    """One entry for the whole pass; its root binds each line to what was decided on it."""
    report = account.report
    facts: dict[str, Any] = {
        "petition": str(petition.id),
        "count": report.examined,
        "valid": report.valid,
        "void": {reason.value: count for reason, count in report.void.items()},
        "open": {reason.value: count for reason, count in report.open.items()},
        "merkle_root": account.root.value.hex(),
    }
    uow.record("lines.examined", by=by, measure=petition.measure_id, facts=facts)
