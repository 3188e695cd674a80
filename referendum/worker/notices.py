"""Notices: who is told of a measure's step, and the handing over to a carrier."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Final
from uuid import UUID

from sqlalchemy import select

from referendum.bootstrap import Services
from referendum.i18n.words import Language, Words
from referendum.kernel import errands
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import rules
from referendum.lifecycle.dates import moves
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


def tell_moved(services: Services, *, message_id: str, shift_id: str) -> None:
    """Write a notice to each representative of a measure whose deadlines moved."""
    once(services.begin, message_id, lambda uow: _tell_moves(services, uow, UUID(shift_id)))


def deliver(services: Services, *, message_id: str, notice_id: str) -> None:
    """Hand one notice to a carrier. The message itself says which notice it is of."""
    del notice_id
    errand = sending.Delivering(services.vault, carriers_of(services))
    errands.run(services.begin, errand, [UUID(message_id)])


def _tell(services: Services, uow: UnitOfWork, measure_id: UUID, sequence: int) -> None:
    measure = uow.session.get_one(Measure, measure_id)
    words = Words.load(LANGUAGE, zone=rules.zone_of(uow.session, measure))
    step = uow.session.get_one(StepTaken, (measure_id, sequence))
    facts = {
        "measure": measure.title_ko,
        "act": words(f"measure.act.{step.act}"),
        "when": words.end(step.at),
        "link": services.addresses.measure(measure.number),
    }
    _tell_representatives(services, uow, measure, kind="act", facts=facts)


def _tell_moves(services: Services, uow: UnitOfWork, shift_id: UUID) -> None:
    """One notice a measure, with all of its deadlines that moved; a draft's is told nobody."""
    found = moves.of_shift(uow.session, shift_id)
    for _, group in groupby(found, key=lambda one: one.measure.number):
        told = list(group)
        measure = told[0].measure
        words = Words.load(LANGUAGE, zone=rules.zone_of(uow.session, measure))
        days = [
            words(
                "notices.moved-day",
                what=words(f"measure.deadline.{one.moved.name}"),
                old=words.date(one.moved.latest_before),
                new=words.date(one.moved.latest_after),
            )
            for one in told
        ]
        facts = {
            "measure": measure.title_ko,
            "why": words(f"dates.cause.{told[0].shift.cause}"),
            "days": ", ".join(days),
            "link": services.addresses.measure(measure.number),
        }
        _tell_representatives(services, uow, measure, kind="moved", facts=facts)


def _tell_representatives(
    services: Services,
    uow: UnitOfWork,
    measure: Measure,
    *,
    kind: str,
    facts: Mapping[str, str | int],
) -> None:
    """The same notice to each whose number the register holds."""
    numbers = _numbers(services, uow, measure.id)
    if not numbers:
        return
    key = services.vault.new_key(uow.session, purpose="notice")
    for number in numbers:
        sending.queue(
            uow,
            kind=kind,
            to=number,
            key=key,
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
