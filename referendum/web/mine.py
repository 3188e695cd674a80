"""A resident's own signatures: what stands, and taking one back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request
from starlette.responses import Response

from referendum.bootstrap import Services
from referendum.doors.cookies import services_of
from referendum.doors.sessions import Signer
from referendum.kernel.people import Resident
from referendum.lifecycle import locating
from referendum.lifecycle.tables import Measure
from referendum.web.measures import Number
from referendum.web.pages import go, page
from referendum.web.presenting import kind_of
from signatures import collecting, petitions, same_phone, withdrawing
from signatures.collecting import Mine
from signatures.errors import NotSigned

router = APIRouter(prefix="/my-signatures")


@dataclass(frozen=True, slots=True)
class Own:
    """A signature with its measure and the end of the time in which it can be taken back."""

    measure: Measure
    kind: str
    """How its stage is coloured, as in every list."""
    signature: Mine
    closes_at: datetime


@router.get("")
def signatures(request: Request, resident: Signer) -> Response:
    """Everything that this person has signed and that stands, and what they took back."""
    services = services_of(request)
    with services.begin() as uow:
        since = same_phone.new_since(uow.session, resident)
        gone = [
            (locating.get(uow.session, one.measure_id), one.on)
            for one in collecting.taken_back(uow.session, services.vault, resident)
        ]
    own = _own(services, resident)
    return page(request, "mine/signatures.html", own=own, since=since, gone=gone)


@router.get("/{number}/withdraw")
def ask(request: Request, number: Number, resident: Signer) -> Response:
    """Ask once before a signature is taken back."""
    return page(request, "mine/withdraw.html", one=_one(services_of(request), resident, number))


@router.post("/{number}/withdraw")
def withdraw(request: Request, number: Number, resident: Signer) -> Response:
    """Take it back, at once."""
    services = services_of(request)
    one = _one(services, resident, number)
    with services.begin() as uow:
        withdrawing.withdraw(uow, services.vault, one.signature.petition_id, resident)
    return go(request, "/my-signatures", flash="mine.flash.withdrawn")


def _own(services: Services, resident: Resident) -> list[Own]:
    with services.begin() as uow:
        found = collecting.mine(uow.session, services.vault, resident)
        return [
            Own(
                measure,
                kind_of(measure),
                one,
                petitions.get(uow.session, one.petition_id).closes_at,
            )
            for one in found
            for measure in [locating.get(uow.session, one.measure_id)]
        ]


def _one(services: Services, resident: Resident, number: int) -> Own:
    for one in _own(services, resident):
        if one.measure.number == number:
            return one
    raise NotSigned(measure=number)
