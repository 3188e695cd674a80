"""What officers declare about days (an election, a day off, an outage): entered and taken out.

Each is written down with a reason, stands in the record, and every open measure's deadlines are
computed again at once. What is particular to each is in a module of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Session

from referendum.kernel import proposals
from referendum.kernel.db import violates
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Officer, OtherJurisdiction, Role
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import papering
from referendum.lifecycle.acting import Document
from referendum.lifecycle.dates import moves
from referendum.lifecycle.dates.following import follow, insist_written
from referendum.lifecycle.dates.moves import Cause, Told
from referendum.lifecycle.tables import DayOff, ElectionSet, OutageKept
from referendum.papers.naming import Issuer, Named

Row = TypeVar("Row", DayOff, ElectionSet, OutageKept)


@dataclass(frozen=True, slots=True)
class Declared(Generic[Row]):
    """One sort of them: its table, its entries in the record, and what may stand once only."""

    table: type[Row]
    latest_first: Sequence[InstrumentedAttribute[Any]]
    entered: str
    withdrawn: str
    facts: Callable[[Row], Mapping[str, Any]]
    """What the record keeps of one, besides the reason."""
    issuer: Issuer = Issuer.OTHER
    """Whose paper it rests on."""
    once: str | None = None
    """The constraint that upholds that it is entered once."""
    before: type[DomainError] | None = None
    """The refusal of a second one. Fact: `day`."""

    def issuer_for(self, by: Officer) -> Issuer:
        """Whose paper an officer has to bring: the own office's where no other announces it."""
        return Issuer(by.authority.value) if self.issuer is Issuer.OTHER else self.issuer

    def listed(self, session: Session, jurisdiction_id: UUID) -> Sequence[Row]:
        """All that were entered, the latest first."""
        here = select(self.table).where(self.table.jurisdiction_id == jurisdiction_id)
        first, *then = self.latest_first
        return session.scalars(here.order_by(first.desc(), *then)).all()

    def enter(
        self,
        uow: UnitOfWork,
        row: Row,
        *,
        on: tuple[Issuer, Document],
        reason: str,
        by: Officer,
        seen: str | None = None,
    ) -> Row:
        """Keep one, and follow with every open measure. Two clerks do, as it moves others' days.

        `on`: the paper that it rests on, and whose it is.
        `seen`: what was shown of what it moves (`moves.digest`); refused where that is otherwise.
        """
        by.insist(Role.CLERK)
        given = {"title_ko": row.title_ko, "title_en": row.title_en}
        insist_written(**given, document_number=on[1].number, reason=reason)
        named = papering.name(uow, by.jurisdiction, *on, by=by)
        proposals.insist_seconded(by, act=self.entered)
        for column, said in named.columns.items():
            setattr(row, column, said)
        try:
            with uow.session.begin_nested():
                uow.session.add(row)
        except IntegrityError as upheld:
            if self.before and self.once and violates(upheld, self.once):
                raise self.before(day=self.facts(row)["day"]) from upheld
            raise
        self._follow(
            uow,
            self.entered,
            row,
            reason=reason,
            by=by,
            seen=seen,
            on=named,
            more=named.facts,
        )
        return row

    def remove(
        self,
        uow: UnitOfWork,
        row_id: UUID,
        /,
        *,
        document: Document,
        reason: str,
        by: Officer,
        seen: str | None = None,
    ) -> None:
        """Take one out again, on a paper and with a reason, and follow with every open measure."""
        by.insist(Role.CLERK)
        insist_written(reason=reason)
        found = uow.session.get(self.table, row_id, with_for_update=True)
        if found is None or found.jurisdiction_id != by.jurisdiction:
            raise OtherJurisdiction
        named = papering.name(uow, by.jurisdiction, self.issuer_for(by), document, by=by)
        proposals.insist_seconded(by, act=self.withdrawn)
        uow.session.delete(found)
        uow.session.flush()
        more = {"document": named.paper.number, **named.facts}
        self._follow(
            uow, self.withdrawn, found, reason=reason, by=by, seen=seen, on=named, more=more
        )

    def moved(self, session: Session, jurisdiction_id: UUID) -> list[Told]:
        """Every deadline that entering or taking out has moved in a place, the latest first."""
        return moves.of_causes(session, jurisdiction_id, (self.entered, self.withdrawn))

    def _follow(
        self,
        uow: UnitOfWork,
        act: str,
        row: Row,
        *,
        reason: str,
        by: Officer,
        seen: str | None,
        on: Named,
        more: Mapping[str, str],
    ) -> None:
        """Let every deadline follow, and keep what moved: in one entry of the record."""
        moved = follow(uow, by.jurisdiction)
        moves.insist_seen(moved, seen)
        told = {"reason": reason.strip(), "moved": moves.facts(moved)}
        facts = {**self.facts(row), **more, **told}
        entry = uow.record(act, by=by, facts=facts)
        cause = Cause(
            act=act,
            about=row.id,
            reason=reason,
            title_ko=row.title_ko,
            title_en=row.title_en,
            document=Document(on.paper.number, on.paper.day),
        )
        moves.keep(uow, by.jurisdiction, cause, moved, entry=entry)
