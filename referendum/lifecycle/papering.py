"""Papers as acts rest on them: whose a paper is for which act, found or entered with the act."""

from __future__ import annotations

from uuid import UUID

from referendum.kernel.people import Actor
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import acting
from referendum.lifecycle.acting import Document
from referendum.lifecycle.errors import ParticularMissing
from referendum.lifecycle.stages import Act, Step
from referendum.papers import naming
from referendum.papers.naming import Issuer, Named


def issuer_of(step: Step) -> Issuer:
    """Whose paper a step rests on: a result is annulled by a court, else who decides the step."""
    if step.act is Act.ANNUL_RESULT:
        return Issuer.COURT
    return Issuer(step.by.authority.value) if step.by.authority else Issuer.OTHER


def name(
    uow: UnitOfWork, jurisdiction_id: UUID, issuer: Issuer, document: Document, *, by: Actor
) -> Named:
    """The paper that an act rests on: found by its number, or entered with the act."""
    if not document.number.strip():
        raise ParticularMissing(field="document_number")
    acting.insist_not_ahead(uow, jurisdiction_id, document)
    return naming.name(uow, jurisdiction_id, issuer, document, by=by)
