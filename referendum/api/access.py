"""Who may see and touch which thing: what is another place's does not exist for a caller."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from ballots import days, polls
from ballots.errors import BoxNotFound, PollNotFound
from ballots.stations import get_box
from ballots.tables import Poll
from referendum.api.shapes import DeputyIn, DocumentIn, PaperIn
from referendum.kernel.errors import DomainError
from referendum.kernel.people import FreshCodeNeeded, Officer, Resident, RoleMissing
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import drafting, errors, handing_over, locating, progressing
from referendum.lifecycle.acting import Deputy, Document
from referendum.lifecycle.errors import MeasureNotFound
from referendum.lifecycle.stages import UNPUBLISHED, ActNotAllowed
from referendum.lifecycle.tables import Measure
from referendum.papers.errors import (
    PaperDatedOtherwise,
    PaperFileNeeded,
    PaperNotFound,
    PaperNumberTooLong,
    PaperOfAnother,
)
from signatures import petitions
from signatures.errors import PetitionNotFound
from signatures.tables import Petition

NAMING = (PaperNotFound, PaperDatedOtherwise, PaperOfAnother, PaperNumberTooLong, PaperFileNeeded)
"""How the paper that an act names may be refused."""
ACTING = (
    errors.MeasureNotFound,
    errors.NotYourAct,
    errors.NotRepresentative,
    errors.OnHold,
    errors.DocumentAhead,
    errors.DocumentNeeded,
    ActNotAllowed,
    *NAMING,
    RoleMissing,
    FreshCodeNeeded,
)
"""How an act on a measure may be refused, whichever it is."""


def document_of(given: DocumentIn | None) -> Document | None:
    return Document(given.number, given.day) if given else None


def paper_of(given: PaperIn | None) -> Document | None:
    """A paper as an act names it."""
    if given is None:
        return None
    if given.number is None or given.day is None:
        assert given.paper is not None
        return Document.on_file(given.paper)
    return Document(given.number, given.day)


def deputy_of(given: DeputyIn | None) -> Deputy | None:
    return Deputy(name=given.name, office=given.office) if given else None


def paper_given(given: PaperIn) -> Document:
    """The same, where one must be named."""
    document = paper_of(given)
    assert document is not None
    return document


def measure_seen(uow: UnitOfWork, measure_id: UUID, by: Resident | Officer | None) -> Measure:
    """A published measure; a draft for its authors alone."""
    measure = locating.get(uow.session, measure_id)
    if measure.stage not in UNPUBLISHED:
        return measure
    if by is None:
        raise MeasureNotFound(measure=str(measure_id))
    try:
        drafting.insist_on_author(uow, measure, by)
    except DomainError as stranger:
        raise MeasureNotFound(measure=str(measure_id)) from stranger
    return measure


def is_hushed(uow: UnitOfWork, measure: Measure, by: Resident | Officer | None) -> bool:
    """Whether how far its petition is, is kept from whoever asks.

    Of a quiet one from all but those who represent it or examine its sheets: they work with it.
    """
    if not progressing.is_quiet(measure):
        return False
    if by is None:
        return True
    try:
        handing_over.insist_on_either(uow.session, measure, by)
    except DomainError:
        return True
    return False


def measure_here(uow: UnitOfWork, measure_id: UUID, by: Resident | Officer) -> Measure:
    """A measure of the caller's own place, that they may see."""
    measure = measure_seen(uow, measure_id, by)
    if measure.jurisdiction_id != by.jurisdiction:
        raise MeasureNotFound(measure=str(measure_id))
    return measure


def petition_here(session: Session, petition_id: UUID, by: Resident | Officer) -> Petition:
    petition = petitions.get(session, petition_id)
    if petition.jurisdiction_id != by.jurisdiction:
        raise PetitionNotFound(petition=str(petition_id))
    return petition


def poll_here(session: Session, poll_id: UUID, by: Officer) -> Poll:
    poll = polls.get(session, poll_id)
    if days.get_day(session, poll.polling_day_id).jurisdiction_id != by.jurisdiction:
        raise PollNotFound(poll=str(poll_id))
    return poll


def poll_of_box(session: Session, box_id: UUID, by: Officer) -> Poll:
    """The poll of a box of the officer's own place."""
    try:
        return poll_here(session, get_box(session, box_id).poll_id, by)
    except PollNotFound as elsewhere:
        raise BoxNotFound(box=str(box_id)) from elsewhere
