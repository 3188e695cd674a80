"""One message of how it ended, for whoever signed or registered to vote and asked for it there."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from fastapi import Request
from starlette.datastructures import FormData

from referendum.doors import failures
from referendum.doors.cookies import services_of
from referendum.doors.languages import language_of
from referendum.identity import checking
from referendum.identity.codes import Aim
from referendum.kernel.people import Authority, Resident
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import stages
from referendum.lifecycle.news import following
from referendum.lifecycle.news.following import Channel, Subject, Told
from referendum.lifecycle.tables import Measure
from referendum.roll import finding
from referendum.web.sent import text
from thresholds.vocabulary import Instrument

ASKED: Final = "tell"


def tell_signer(request: Request, measure: Measure, signer: Resident) -> None:
    """To the phone on file, which the signer has just shown to hold.

    The signature stands already, and its receipt is shown once: whatever goes wrong here is noted,
    and keeps nobody from it.
    """
    services = services_of(request)
    try:
        with services.begin() as uow:
            known = finding.person_details(uow.session, services.vault, signer.person)
            if known is None or known.phone is None:
                return
            owner = stages.examining_authority(Instrument(measure.instrument))
            subject = Subject(place=signer.jurisdiction, measure=measure.id, only_end=True)
            told = Told(Channel.SMS, known.phone, language_of(request).value)
            following.follow(uow, services.vault, subject, told, proved=True, owner=owner)
    except Exception as error:  # noqa: BLE001  # a receipt is worth more than a message
        failures.note(error)


def tell_voter(
    request: Request,
    uow: UnitOfWork,
    measure: Measure,
    challenge: UUID,
    *,
    aim: Aim,
    form: FormData,
) -> None:
    """To the number that was proved for this vote, if its holder ticked that they want it."""
    if text(form, ASKED) != "yes":
        return
    vault = services_of(request).vault
    number = checking.held_number(uow.session, vault, challenge, aim=aim)
    assert number is not None, "it was proved, or nobody had come so far"
    subject = Subject(place=measure.jurisdiction_id, measure=measure.id, only_end=True)
    told = Told(Channel.SMS, number, language_of(request).value)
    following.follow(uow, vault, subject, told, proved=True, owner=Authority.MAYOR)
