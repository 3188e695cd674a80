"""Notices: who is told of a measure's step, and the handing over to a carrier."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import select

from referendum.bootstrap import Services
from referendum.i18n.words import Language, Words
from referendum.kernel import errands
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import rules
from referendum.lifecycle.tables import Measure, Representative, StepTaken
from referendum.notices import sending
from referendum.roll.finding import person_details
from referendum.worker.carriers import carriers_of
from referendum.worker.carrying import once

LANGUAGE: Final = Language.KO
"""The register says nothing of the languages that people read."""


def tell_step(services: Services, *, message_id: str, measure_id: str, sequence: str) -> None:
    """Write a notice to each representative whose number the register holds."""
    once(
        services.begin,
        message_id,
        lambda uow: _tell(services, uow, UUID(measure_id), int(sequence)),
    )


def deliver(services: Services, *, message_id: str, notice_id: str) -> None:
    """Hand one notice to a carrier. The message itself says which notice it is of."""
    del notice_id
    errand = sending.Delivering(services.vault, carriers_of(services))
    errands.run(services.begin, errand, [UUID(message_id)])


def _tell(services: Services, uow: UnitOfWork, measure_id: UUID, sequence: int) -> None:
    measure = uow.session.get_one(Measure, measure_id)
    words = Words.load(LANGUAGE, zone=rules.zone_of(uow.session, measure))
    step = uow.session.get_one(StepTaken, (measure_id, sequence))
    numbers = _numbers(services, uow, measure_id)
    if not numbers:
        return
    key = services.vault.new_key(uow.session, purpose="notice")
    facts = {
        "measure": measure.title_ko,
        "act": words(f"measure.act.{step.act}"),
        "when": words.end(step.at),
        "link": services.addresses.measure(measure.number),
    }
    for number in numbers:
        sending.queue(
            uow,
            kind="act",
            to=number,
            key=key,
            vault=services.vault,
            language=LANGUAGE,
            facts=facts,
        )


def _numbers(services: Services, uow: UnitOfWork, measure_id: UUID) -> list[str]:
    people = uow.session.scalars(
        select(Representative.person_id)
        .where(Representative.measure_id == measure_id, Representative.left_at.is_(None))
        .order_by(Representative.joined_at, Representative.id)
    )
    told = [person_details(uow.session, services.vault, person) for person in people.all()]
    return [details.phone for details in told if details is not None and details.phone]
