"""Naming a paper: the one that bears the number is found, or it is entered now, once."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final, Self
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from referendum.kernel.db import violates
from referendum.kernel.people import Actor, Authority, Officer
from referendum.kernel.uow import UnitOfWork
from referendum.papers import filing
from referendum.papers.errors import (
    PaperDatedOtherwise,
    PaperNotFound,
    PaperNumberTooLong,
    PaperOfAnother,
    PaperReadsOtherwise,
)
from referendum.papers.filing import Scan
from referendum.papers.tables import Paper, PaperFile

LONGEST: Final = 100


class Issuer(StrEnum):
    """Whose document a paper is: an authority's, or one's that decides no step here."""

    COUNCIL_CHAIR = Authority.COUNCIL_CHAIR.value
    MAYOR = Authority.MAYOR.value
    ELECTION_COMMISSION = Authority.ELECTION_COMMISSION.value
    COURT = "court"
    STATE = "state"
    """The national government: an official gazette, a ministry's letter."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Document:
    """A paper as an act names it: by its number and day, perhaps with its file."""

    number: str
    day: date
    paper: UUID | None = None
    """The one that was chosen among those that are entered, where one was."""
    scan: Scan | None = field(default=None, compare=False)
    called: str = field(default="document", compare=False)
    """What the act calls it: faults are told at its fields."""

    @classmethod
    def on_file(cls, paper: UUID) -> Self:
        """One that is entered already, by its id alone."""
        return cls("", date.min, paper)


@dataclass(frozen=True, slots=True)
class Named:
    """The paper that an act rests on, and the digest of its file where it has one."""

    paper: Paper
    sha256: str | None
    new: bool = False
    """Whether it was entered, or its file brought, only now."""

    @property
    def columns(self) -> dict[str, Any]:
        """How a row says that it rests on it."""
        paper = self.paper
        return {
            "paper_id": paper.id, "document_number": paper.number, "document_date": paper.day,
        }  # fmt: skip

    @property
    def facts(self) -> dict[str, str]:
        """What the record says of it beside its number."""
        return {} if self.sha256 is None else {"document_sha256": self.sha256}


def name(
    uow: UnitOfWork,
    jurisdiction_id: UUID,
    issuer: Issuer,
    document: Document,
    *,
    by: Actor,
) -> Named:
    """The paper that is meant, entered now where it is not there yet.

    Refused where the issuer's paper of this number has another day or another file: a number names
    one document. A file that the paper lacks is kept with it.
    """
    document = _insist_on_issuer(uow.session, jurisdiction_id, issuer, document)
    found = _found(uow.session, jurisdiction_id, issuer, document)
    paper = found or _entered(uow, jurisdiction_id, issuer, document, by)
    before = own = filing.own(uow.session, paper.id) if found else None
    if document.scan is not None and isinstance(by, Officer):
        own = _with_file(uow, paper, own, document.scan, by)
    return Named(paper, own.sha256 if own else None, found is None or own is not before)


def get(session: Session, jurisdiction_id: UUID, paper_id: UUID) -> Paper:
    """One paper of a place."""
    paper = session.get(Paper, paper_id)
    if paper is None or paper.jurisdiction_id != jurisdiction_id:
        raise PaperNotFound(paper=str(paper_id))
    return paper


def latest(
    session: Session, jurisdiction_id: UUID, *, like: str = "", limit: int
) -> Sequence[Paper]:
    """The papers of a place, the one entered last first; `like`: with this in their number."""
    here = select(Paper).where(Paper.jurisdiction_id == jurisdiction_id)
    if like:
        here = here.where(Paper.number_key.contains(key_of(like), autoescape=True))
    return session.scalars(here.order_by(Paper.entered_at.desc(), Paper.id).limit(limit)).all()


def written(number: str) -> str:
    """A number as it is kept: as it was typed, with single spaces."""
    return " ".join(number.split())


def key_of(number: str) -> str:
    """A number as it is compared: people space it, and widen its letters, as they please."""
    return "".join(unicodedata.normalize("NFKC", number).lower().split())


def _insist_on_issuer(
    session: Session, jurisdiction_id: UUID, issuer: Issuer, document: Document
) -> Document:
    """Refuse a paper that was chosen, and is not of whoever decides this; gives it in full."""
    if len(written(document.number)) > LONGEST:
        raise PaperNumberTooLong(field=f"{document.called}_number", most=LONGEST)
    if document.paper is None:
        return document
    chosen = get(session, jurisdiction_id, document.paper)
    if chosen.issuer != issuer:
        facts = {"issuer": chosen.issuer, "needed": issuer.value, "paper": str(chosen.id)}
        raise PaperOfAnother(field=f"{document.called}_paper", **facts)
    return replace(document, number=chosen.number, day=chosen.day)


def _found(
    session: Session, jurisdiction_id: UUID, issuer: Issuer, document: Document
) -> Paper | None:
    """The paper that bears the number, if any does."""
    bearing = select(Paper).where(
        Paper.jurisdiction_id == jurisdiction_id,
        Paper.issuer == issuer.value,
        Paper.number_key == key_of(document.number),
    )
    rows = session.scalars(bearing.order_by(Paper.entered_at, Paper.id)).all()
    alike = [one for one in rows if one.day == document.day]
    if rows and not alike:
        said = {"day": rows[0].day.isoformat(), "paper": str(rows[0].id)}
        raise PaperDatedOtherwise(field=f"{document.called}_number", **said)
    exact = (one for one in alike if one.number == written(document.number))
    return next(exact, alike[0] if alike else None)


def _entered(
    uow: UnitOfWork, jurisdiction_id: UUID, issuer: Issuer, document: Document, by: Actor
) -> Paper:
    paper = Paper(
        jurisdiction_id=jurisdiction_id,
        issuer=issuer.value,
        number=written(document.number),
        number_key=key_of(document.number),
        day=document.day,
        entered_by=by.mark,
        entered_at=uow.now(),
    )
    try:
        with uow.session.begin_nested():
            uow.session.add(paper)
    except IntegrityError as raced:
        if not violates(raced, "uq_paper_number"):
            raise
        found = _found(uow.session, jurisdiction_id, issuer, document)
        if found is None:
            raise
        return found
    return paper


def _with_file(
    uow: UnitOfWork, paper: Paper, own: PaperFile | None, scan: Scan, by: Officer
) -> PaperFile:
    """Its file: kept now, or the very one that is there."""
    if own is None:
        return filing.keep(uow, paper, scan, by=by)
    if scan.sha256() != own.sha256:
        raise PaperReadsOtherwise(field="document_file", paper=str(paper.id))
    return own
