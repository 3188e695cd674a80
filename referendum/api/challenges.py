"""One-time codes: asking for one, having it sent again, and whether it went out."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import Field

from referendum.api.callers import House
from referendum.api.refusing import Route, possible
from referendum.api.repeating import Done, RepeatKey, act, answered, once_alone
from referendum.api.shapes import Asked, Day, Moment, Text, Told
from referendum.api.straight import Straight
from referendum.bootstrap import Services
from referendum.doors.languages import language_of
from referendum.doors.sessions import Caller, Passer, Passing, Visitor
from referendum.i18n.words import Language
from referendum.identity import asking, codes, sending
from referendum.identity import errors as refusals
from referendum.identity.codes import Aim, ChallengeView
from referendum.identity.matching import Described
from referendum.identity.sessions import mark, new_token
from referendum.kernel.errors import DomainError
from referendum.kernel.uow import UnitOfWork
from referendum.roll import places

router = APIRouter(prefix="/challenges", tags=["identity"], route_class=Route)
first = APIRouter(prefix="/challenges", tags=["identity"], route_class=Straight)

PURPOSE: Final = "sign_in"
FIRST_BIRTH: Final = date(1880, 1, 1)
DEAD: Final = (
    refusals.CodeUnknown,
    refusals.CodeUsed,
    refusals.CodeSuperseded,
    refusals.CodeExpired,
    refusals.CodeExhausted,
)
SENDING: Final = (refusals.PhoneLocked, refusals.TooManyCodes)


class WhoIn(Asked):
    """Whom somebody says they are, and where the code goes."""

    name: Annotated[Text, Field(min_length=1, max_length=100)]
    birth_date: Annotated[Day, Field(ge=FIRST_BIRTH)]
    phone: Annotated[Text, Field(min_length=1, max_length=40)]


class ChallengeOut(Told):
    """The same whoever was described (OTP-16): nothing here tells whether anybody was found."""

    id: UUID
    expires_at: Moment
    sends_at: Moment
    """Later than now where too many codes of the same address were never given back."""

    @classmethod
    def of(cls, view: ChallengeView) -> ChallengeOut:
        return cls(id=view.id, expires_at=view.expires_at, sends_at=view.sends_at)


class DeliveryOut(Told):
    """`waiting`, `sent`, or `failed` where no carrier took the message."""

    delivery: str


@first.post(
    "",
    status_code=201,
    response_model=ChallengeOut,
    responses=possible(refusals.PhoneNotUsable, *SENDING),
)
async def request_code(
    given: WhoIn, request: Request, house: House, passer: Passer, key: RepeatKey = None
) -> Any:
    """Have a code sent. Only the browser that asked may answer: keep its cookie."""
    made = None if passer.browser else new_token()
    aim = Aim(purpose=PURPOSE, browser=mark(made) if made else passer.browser or b"")
    if key is not None:
        effect = partial(_ask_alone, given, house, passer, aim, made, language_of(request))
        return await once_alone(request, key, effect)
    known = await house.crowd.known()
    prepared = asking.prepare(
        house.vault,
        known.key,
        Described(jurisdiction_id=known.place, name=given.name, birth_date=given.birth_date),
        given.phone,
        aim=aim,
        address=passer.address,
        today=known.today,
        language=language_of(request).value,
        limits=house.limits,
        invented=house.invents_people,
    )
    outcome = await house.crowd.asks.submit(prepared)
    if isinstance(outcome, DomainError):
        raise outcome
    return answered(request, Done(ChallengeOut.of(outcome), browser=made))


def _ask_alone(
    given: WhoIn,
    house: Services,
    passer: Passing,
    aim: Aim,
    made: str | None,
    language: Language,
    uow: UnitOfWork,
) -> Done:
    """In the transaction that keeps the answer under its key."""
    place = places.jurisdiction(uow.session, house.settings.jurisdiction)
    view = codes.request_code(
        uow,
        vault=house.vault,
        described=Described(jurisdiction_id=place.id, name=given.name, birth_date=given.birth_date),
        phone=given.phone,
        aim=aim,
        address=passer.address,
        language=language.value,
        invented=house.invents_people,
        limits=house.limits,
    )
    return Done(ChallengeOut.of(view), browser=made)


@router.get("/{challenge_id}", responses=possible(refusals.CodeUnknown))
def show_delivery(challenge_id: UUID, house: House, caller: Visitor) -> DeliveryOut:
    """Whether the latest message went out."""
    with house.look() as uow:
        found = sending.delivery(uow.session, challenge_id, aim=aim_of(caller))
        return DeliveryOut(delivery=found.value)


@act(router, "/{challenge_id}/resends", *DEAD, *SENDING)
def send_again(uow: UnitOfWork, challenge_id: UUID, house: House, caller: Visitor) -> ChallengeOut:
    """The same code once more, while it is good."""
    view = codes.resend(
        uow,
        challenge_id,
        vault=house.vault,
        aim=aim_of(caller),
        address=caller.address,
        limits=house.limits,
    )
    return ChallengeOut.of(view)


@act(router, "/{challenge_id}/prolongation", *DEAD)
def give_time(uow: UnitOfWork, challenge_id: UUID, caller: Visitor) -> ChallengeOut:
    """More time for the code, as WCAG 2.2 success criterion 2.2.1 asks."""
    return ChallengeOut.of(codes.prolong(uow, challenge_id, aim=aim_of(caller)))


def aim_of(caller: Caller | Passing) -> Aim:
    """What a code of this browser is for; without a browser's cookie there is none."""
    if caller.browser is None:
        raise refusals.CodeUnknown
    return Aim(purpose=PURPOSE, browser=caller.browser)
