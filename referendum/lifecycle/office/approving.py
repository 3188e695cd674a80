"""How an act of an office is signed: by its holder, or for them by a delegate within the office.

The holder's name is not typed by whoever works at the desk: it is whoever held the office on the
document's day. Who signed by delegation (전결) is said apart, and the document's number with it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from referendum.kernel.people import Actor, Authority, Officer
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import papering
from referendum.lifecycle.acting import Deputy, Document
from referendum.lifecycle.errors import DocumentNeeded, ParticularMissing
from referendum.lifecycle.office import holders
from referendum.lifecycle.office.tables import OfficeHolder, SignedAct
from referendum.papers import naming
from referendum.papers.naming import Issuer, Named

LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class Approval:
    """On which document an act rests, and who signed it by delegation, if somebody did."""

    document: Document | None
    deputy: Deputy | None = None


@dataclass(frozen=True, slots=True)
class Approved:
    """The same, found: the holder of that day and the paper."""

    holder: OfficeHolder
    deputy: Deputy | None
    named: Named

    @property
    def who(self) -> dict[str, Any]:
        """Who signed, as the record says it: ids, no names."""
        return {"holder": str(self.holder.id), "by_delegation": self.deputy is not None}

    @property
    def facts(self) -> dict[str, Any]:
        """What the record says of it: ids and the number, no names."""
        return {**self.who, "document": self.named.paper.number, **self.named.facts}


def approve(
    uow: UnitOfWork,
    place: UUID,
    office: Authority,
    approval: Approval,
    *,
    act: str,
    by: Actor,
    filed: bool = False,
) -> Approved:
    """Who signed, as the document of the act says. `filed`: its file must be on file."""
    if approval.document is None:
        raise DocumentNeeded(act=act, authority=office.value)
    _insist_on_whole(approval.deputy)
    named = papering.name(uow, place, Issuer(office.value), approval.document, by=by)
    if filed and named.sha256 is None:
        raise ParticularMissing(field=f"{approval.document.called}_file")
    holder = holders.get_on(uow.session, place, office, named.paper.day)
    return Approved(holder, approval.deputy, named)


def keep(uow: UnitOfWork, approved: Approved, *, what: str, about: UUID, entry: UUID) -> SignedAct:
    """Keep how the act of that entry was signed."""
    holder, deputy = approved.holder, approved.deputy
    row = SignedAct(
        entry_id=entry,
        what=what,
        about=about,
        office=holder.office,
        holder_id=holder.id,
        holder_name=holder.name,
        holder_title=holder.title,
        deputy_name=deputy.name.strip() if deputy else None,
        deputy_office=deputy.office.strip() if deputy else None,
        **approved.named.columns,
    )
    uow.session.add(row)
    uow.session.flush()
    return row


def of(session: Session, about: UUID) -> Sequence[SignedAct]:
    """All acts about one thing, in their order."""
    rows = select(SignedAct).where(SignedAct.about == about)
    return session.scalars(rows.order_by(SignedAct.at, SignedAct.entry_id)).all()


def by_entry(session: Session, entries: Collection[UUID]) -> dict[UUID, SignedAct]:
    """How the acts of these entries were signed, of those that say so."""
    rows = select(SignedAct).where(SignedAct.entry_id.in_(entries))
    return {row.entry_id: row for row in session.scalars(rows)}


def written(
    uow: UnitOfWork, place: UUID, office: Authority, approval: Approval, by: Officer, *, act: str
) -> dict[str, Any]:
    """It as it is proposed, in JSON's own types, with the holder as both officers see them."""
    if approval.document is None:
        raise DocumentNeeded(act=act, authority=office.value)
    document = papering.written(uow, place, Issuer(office.value), approval.document, by=by)
    paper = papering.read(document)
    assert paper is not None
    return {
        "document": document,
        **signed_by(uow.session, place, office, paper, approval.deputy),
    }


def signed_by(
    session: Session, place: UUID, office: Authority, document: Document, deputy: Deputy | None
) -> dict[str, Any]:
    """Who signs a document of an office, in JSON's own types."""
    if document.paper is not None:
        document = replace(document, day=naming.get(session, place, document.paper).day)
    holder = holders.get_on(session, place, office, document.day)
    return {
        "holder": {"name": holder.name, "title": holder.title},
        "deputy": {"name": deputy.name, "office": deputy.office} if deputy else None,
    }


def read(what: Mapping[str, Any]) -> Approval:
    """What was proposed."""
    return Approval(papering.read(what["document"]), deputy_of(what))


def deputy_of(what: Mapping[str, Any]) -> Deputy | None:
    """Who was proposed to have signed by delegation."""
    deputy = what.get("deputy")
    return Deputy(name=deputy["name"], office=deputy["office"]) if deputy else None


def _insist_on_whole(deputy: Deputy | None) -> None:
    if deputy is None:
        return
    for field in ("name", "office"):
        said = getattr(deputy, field).strip()
        if not said or len(said) > LONGEST:
            raise ParticularMissing(field=f"deputy_{field}")
