"""Telling the holders of former numbers that a phone on file changed, before the new one serves."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from referendum.bootstrap import Services
from referendum.i18n.words import Language, Words
from referendum.kernel.uow import UnitOfWork
from referendum.notices import sending
from referendum.roll import renumbering
from referendum.roll.tables import Jurisdiction
from referendum.worker.carrying import once

LANGUAGE: Final = Language.KO
"""The register says nothing of the languages that people read."""
KIND: Final = "phone-changed"


def tell(services: Services, *, message_id: str, jurisdiction_id: str, version: str) -> None:
    """Write a notice to each former number; what is left of many is asked for anew."""
    place, number = UUID(jurisdiction_id), int(version)
    once(services.begin, message_id, lambda uow: _tell(services, uow, place, number))


def _tell(services: Services, uow: UnitOfWork, jurisdiction_id: UUID, version: int) -> None:
    changes = renumbering.untold(uow.session, jurisdiction_id, version)
    place = uow.session.get_one(Jurisdiction, jurisdiction_id)
    numbers, now = list[str](), uow.now()
    for change in changes:
        numbers += renumbering.former_numbers(uow.session, services.vault, change)
        change.told_at = now
    if numbers:
        _queue(services, uow, place.name_ko, numbers, serves=now + services.limits.phone_rests)
    if len(changes) == renumbering.MANY:
        renumbering.tell_later(uow, jurisdiction_id, version)


def _queue(
    services: Services, uow: UnitOfWork, place: str, numbers: list[str], *, serves: datetime
) -> None:
    key = services.vault.new_key(uow.session, purpose="notice")
    facts = {
        "place": place,
        "when": Words.load(LANGUAGE).date(serves),
        "link": services.addresses.former_number,
    }
    for number in numbers:
        sending.queue(
            uow,
            kind=KIND,
            to=number,
            key=key,
            language=LANGUAGE,
            facts=facts,
        )
