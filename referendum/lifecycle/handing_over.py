"""Sheets that are handed over at the desk, or by the representatives to cure a shortfall."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from referendum.kernel.people import Officer, Resident
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import acting, entries, petitioning, reviewing
from referendum.lifecycle.entries import Entry
from referendum.lifecycle.tables import Measure
from signatures import handing_in, petitions
from signatures.errors import NothingBrought
from signatures.handing_in import Sheet
from signatures.handing_tables import HandingIn


def register(
    uow: UnitOfWork, measure_id: UUID, *, sheets: Sequence[Sheet], by: Officer | Resident
) -> HandingIn:
    """Register sheets before the handing in, which then fixes them, or in answer to a cure order.

    Both ends of the table may: whoever receives them, and whoever brings them. Once the time to
    cure is over only what is registered by then is keyed in.
    """
    measure = acting.lock(uow.session, measure_id)
    insist_on_either(uow.session, measure, by)
    entries.insist(measure, Entry.REGISTER_SHEETS)
    if not sheets:
        raise NothingBrought(field="sheets")
    petition = petitioning.petition_of(uow.session, measure)
    held = petitions.get_to_close(uow.session, petition.id)
    return handing_in.register(uow, held, sheets, by=by)


def insist_on_either(session: Session, measure: Measure, by: Officer | Resident) -> None:
    """Refuse whoever neither represents the measure nor examines its sheets."""
    if isinstance(by, Resident):
        acting.insist_on_representative(session, measure.id, by.person)
    else:
        reviewing.insist_on_examiner(measure, by)
