"""How acts of an office were signed, as it is told with a promise, a step and an answer."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from referendum.api.shapes import Moment, Told
from referendum.lifecycle.office.tables import SignedAct


class SignedActOut(Told):
    """How an act of an office was signed: who held it, who signed by delegation, which document."""

    what: str
    holder: str
    title: str
    deputy: str | None
    deputy_office: str | None
    document_number: str
    document_day: date
    at: Moment
    entry: UUID

    @classmethod
    def of(cls, one: SignedAct) -> SignedActOut:
        return cls(
            what=one.what,
            holder=one.holder_name,
            title=one.holder_title,
            deputy=one.deputy_name,
            deputy_office=one.deputy_office,
            document_number=one.document_number,
            document_day=one.document_date,
            at=one.at,
            entry=one.entry_id,
        )
