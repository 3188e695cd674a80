"""A designation as two officers write it down, or that it is over, with what both are shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from referendum.kernel.errors import DomainError
from referendum.kernel.people import Officer
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import designating, papering
from referendum.lifecycle.matter import Matter, What
from referendum.lifecycle.trying import Change
from thresholds.vocabulary import Instrument

DESIGNATION: Final = "designation.record"
DESIGNATION_OVER: Final = "designation.revoke"


def _record(uow: UnitOfWork, _subject: UUID | None, what: What, by: Officer) -> None:
    designating.record(uow, designating.read(what), by=by)


def _recorded(uow: UnitOfWork, _subject: UUID | None, what: What, by: Officer) -> list[Change]:
    instrument = Instrument(what["instrument"])
    open_now = len(designating.touched(uow.session, by.jurisdiction, instrument))
    return [
        {"what": "designation.system", "before": None, "after": what["system"]},
        {"what": "designation.from", "before": None, "after": what["from_day"]},
        {"what": "designation.until", "before": None, "after": what["until_day"]},
        {"what": "designation.petitions", "before": None, "after": str(open_now)},
    ]


def _may_record(
    session: Session, _subject: UUID | None, what: What, by: Officer
) -> DomainError | None:
    return designating.refusal(session, by, Instrument(what["instrument"]))


def _revoke(uow: UnitOfWork, subject: UUID | None, what: What, by: Officer) -> None:
    document = papering.read(what["document"])
    assert subject is not None
    assert document is not None
    designating.revoke(
        uow,
        subject,
        from_day=date.fromisoformat(what["from_day"]) if what["from_day"] else None,
        document=document,
        reason=what["reason"],
        by=by,
    )


def _revoked(uow: UnitOfWork, subject: UUID | None, what: What, by: Officer) -> list[Change]:
    assert subject is not None
    found = designating.get(uow.session, by.jurisdiction, subject).row
    instrument = Instrument(found.instrument)
    open_now = len(designating.touched(uow.session, by.jurisdiction, instrument))
    return [
        {"what": "designation.system", "before": found.system, "after": None},
        {
            "what": "designation.until",
            "before": found.until_day.isoformat() if found.until_day else None,
            "after": what["from_day"] or "at-once",
        },
        {"what": "designation.petitions", "before": str(open_now), "after": None},
    ]


def _may_revoke(
    session: Session, subject: UUID | None, _what: What, by: Officer
) -> DomainError | None:
    assert subject is not None
    found = designating.get(session, by.jurisdiction, subject).row
    return designating.refusal(session, by, Instrument(found.instrument))


MATTERS: Final[Mapping[str, Matter]] = {
    DESIGNATION: Matter(run=_record, changes=_recorded, refusal=_may_record),
    DESIGNATION_OVER: Matter(run=_revoke, changes=_revoked, refusal=_may_revoke),
}
