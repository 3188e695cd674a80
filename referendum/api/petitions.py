"""Petitions: how far they are, signing, taking a signature back, and one's own signatures."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from referendum.api.access import is_hushed, petition_here
from referendum.api.callers import House, Someone
from referendum.api.errors import AlreadySigned, NotEntitled
from referendum.api.labelling import Labelled, binding_of
from referendum.api.paging import Asks
from referendum.api.refusing import Route, possible
from referendum.api.repeating import Done, RepeatKey, answered, once_alone
from referendum.api.shapes import Asked, FindingOut, Moment, Page, Text, Told
from referendum.api.straight import Straight
from referendum.bootstrap import Services
from referendum.doors.sessions import Passer, Signer, resident_of
from referendum.doors.sharing import shared
from referendum.identity.errors import NotSignedIn, Refused, insist
from referendum.kernel.uow import UnitOfWork
from referendum.lifecycle import area, locating, progressing, signing
from referendum.lifecycle.signing import Coming
from referendum.lifecycle.tables import Measure
from signatures import collecting, petitions, tallying, withdrawing
from signatures.collecting import Consent, Mine, NotOnRoll, Signed
from signatures.errors import (
    AssuranceTooLow,
    ChannelNotAllowed,
    CollectionOverHere,
    ConsentMissing,
    NotSigned,
    PetitionClosed,
    PetitionHalted,
    PetitionNotFound,
    PetitionNotOpen,
    PhoneChangedSince,
    SignedOnPaper,
    SigningBarred,
)
from signatures.tallying import Tally

router = APIRouter(prefix="/petitions", tags=["petitions"], route_class=Route)
first = APIRouter(prefix="/petitions", tags=["petitions"], route_class=Straight)
own_router = APIRouter(prefix="/signatures", tags=["petitions"], route_class=Route)

OPEN = (PetitionNotFound, PetitionNotOpen, PetitionClosed)


class Withheld(StrEnum):
    """Why figures are not told: `quiet`, until the petition of a recall is found sufficient."""

    QUIET = "quiet"


class DistrictOut(Told):
    """A district's standing signatures; null where the number would point at people.

    Null everywhere, too, where the petition's figures are `withheld`.
    """

    district: UUID
    code: str
    name_ko: str
    name_en: str
    standing: int | None
    withheld: Withheld | None


class PetitionOut(Labelled):
    """How far a petition is. Before examination `standing` is what is counted so far, no more.

    What is needed is always told. Where the rest is `withheld`, every figure is null, and the
    findings say what is needed alone; those who represent or examine the petition are told.
    """

    id: UUID
    measure: UUID
    opens_at: Moment
    closes_at: Moment
    closed_at: Moment | None
    submitted_at: Moment | None
    channels: list[str]
    online_today: bool
    """Whether one can sign online today: a designation may end, or come later."""
    minimum_assurance: str
    text_sha256: str
    claimants: int
    needed: int
    examined: bool
    broken_off: bool
    """Whether it ended before its examination was over: its figures are provisional for good."""
    withheld: Withheld | None
    """Why the figures that follow are null."""
    submitted: int | None
    standing: int | None
    void: dict[str, int] | None
    """Those found void, by why."""
    withdrawn: int | None
    """Taken back by their signers: `submitted` is `standing`, `void`, `withdrawn` and `open`."""
    open: int | None
    findings: list[FindingOut]
    counted_at: Moment | None


class ConsentsIn(Asked):
    """The version of the wording that each consent was given to; null where it was not."""

    purpose: Annotated[Text, Field(max_length=40)] | None = None
    sensitive: Annotated[Text, Field(max_length=40)] | None = None
    retention: Annotated[Text, Field(max_length=40)] | None = None

    @property
    def given(self) -> dict[Consent, str]:
        told = {consent: getattr(self, consent.value) for consent in Consent}
        return {consent: version for consent, version in told.items() if version}


class SignatureIn(Asked):
    consents: ConsentsIn


class SignatureOut(Labelled):
    """The receipt is shown once; with it, and the record alone, the line can be proved.

    To who presses again the same line is told, and no receipt: it is stored nowhere.
    """

    line: UUID
    entry: UUID
    receipt: str | None


class OwnSignatureOut(Told):
    petition: UUID
    measure: UUID
    line: UUID
    origin: str
    since: date
    may_withdraw: bool

    @classmethod
    def of(cls, mine: Mine) -> OwnSignatureOut:
        return cls(
            petition=mine.petition_id,
            measure=mine.measure_id,
            line=mine.line_id,
            origin=mine.origin.value,
            since=mine.since,
            may_withdraw=mine.may_withdraw,
        )


@router.get("/{petition_id}", responses=possible(PetitionNotFound))
@shared(declared=True)
def show_petition(
    petition_id: UUID,
    house: House,
    by: Someone,
) -> PetitionOut:
    """What is needed, and what has been collected and examined so far."""
    with house.look() as uow:
        petition = petitions.get(uow.session, petition_id)
        measure = locating.get(uow.session, petition.measure_id)
        hushed = is_hushed(uow, measure, by)
        found = progressing.progress(uow.session, measure, hushed=hushed)
        assert found is not None, "the petition is there"
        return PetitionOut(
            id=petition.id,
            measure=measure.id,
            **binding_of(measure),
            opens_at=petition.opens_at,
            closes_at=petition.closes_at,
            closed_at=petition.closed_at,
            submitted_at=petition.submitted_at,
            channels=petition.channels,
            online_today=petitions.takes_online(petition, uow.now()),
            minimum_assurance=petition.minimum_assurance,
            text_sha256=petition.text_sha256.hex(),
            claimants=found.claimants,
            needed=found.needed,
            examined=found.examined,
            broken_off=found.broken_off,
            findings=[FindingOut.of(one) for one in found.findings],
            **_figures(found.tally),
        )


def _figures(tally: Tally | None) -> dict[str, Any]:
    """How far it is; null throughout where that is kept from whoever asks, and why."""
    if tally is None:
        kept = ("submitted", "standing", "void", "withdrawn", "open", "counted_at")
        return {**dict.fromkeys(kept), "withheld": Withheld.QUIET}
    return {
        "withheld": None,
        "submitted": tally.submitted,
        "standing": tally.standing,
        "void": {reason.value: count for reason, count in tally.found_void.items()},
        "withdrawn": tally.withdrawn,
        "open": tally.open,
        "counted_at": tally.folded_at,
    }


@router.get("/{petition_id}/districts", responses=possible(PetitionNotFound))
@shared(declared=True)
def list_petition_districts(
    petition_id: UUID,
    house: House,
    by: Someone,
    asks: Asks,
) -> Page[DistrictOut]:
    """Standing signatures by district, as far as no small number shows and nothing is withheld."""
    with house.look() as uow:
        petition = petitions.get(uow.session, petition_id)
        measure = locating.get(uow.session, petition.measure_id)
        here = area.districts(uow.session, measure)
        hushed = is_hushed(uow, measure, by)
        shown: dict[UUID, int | None] = dict.fromkeys(one.id for one in here)
        if not hushed:
            counted = tallying.tally(uow.session, petition.id)
            shown = dict(tallying.public_districts(counted, list(shown)))
        return asks.part(
            here,
            lambda one: DistrictOut(
                district=one.id,
                code=one.code,
                name_ko=one.name_ko,
                name_en=one.name_en,
                standing=shown[one.id],
                withheld=Withheld.QUIET if hushed else None,
            ),
            key=lambda one: one.code,
        )


@first.post(
    "/{petition_id}/signatures",
    status_code=201,
    response_model=SignatureOut,
    responses=possible(
        *OPEN,
        PetitionHalted,
        SigningBarred,
        CollectionOverHere,
        ChannelNotAllowed,
        ConsentMissing,
        AssuranceTooLow,
        PhoneChangedSince,
        AlreadySigned,
        NotEntitled,
        NotSignedIn,
    ),
)
async def sign(
    petition_id: UUID,
    given: SignatureIn,
    request: Request,
    house: House,
    passer: Passer,
    key: RepeatKey = None,
) -> Any:
    """Sign as the signed-in resident: again is the same signature, and no second line.

    Where a line of theirs from a sheet counts already, the new one is kept beside it.
    """
    if key is None and passer.token is not None:
        coming = Coming(petition=petition_id, token=passer.token, consents=given.consents.given)
        if (found := await house.crowd.sign(coming)) is not None:
            signed, seen = found
            done: Done = insist(_signed(signed, seen.measure, petition_id))
            return answered(request, done)
    return await once_alone(request, key, partial(_sign_alone, petition_id, given, house, request))


def _sign_alone(
    petition_id: UUID, given: SignatureIn, house: Services, request: Request, uow: UnitOfWork
) -> Done | Refused:
    """By itself, with every reason why not."""
    resident = resident_of(request)
    petition = petition_here(uow.session, petition_id, resident)
    outcome = signing.sign(uow, house.vault, petition_id, resident, consents=given.consents.given)
    if isinstance(outcome, NotOnRoll):
        return Refused(NotEntitled(reason=outcome.reason.value))
    return _signed(outcome, locating.get(uow.session, petition.measure_id), petition_id)


def _signed(outcome: Signed, measure: Measure, petition_id: UUID) -> Done | Refused:
    if not outcome.standing:
        return Refused(AlreadySigned(petition=str(petition_id)))
    return Done(
        SignatureOut(
            line=outcome.line_id,
            entry=outcome.record_entry_id,
            receipt=outcome.receipt,
            **binding_of(measure),
        ),
        briefly=("receipt",),
    )


@router.delete(
    "/{petition_id}/signatures/mine",
    status_code=204,
    response_class=Response,
    responses=possible(*OPEN, NotSigned, SignedOnPaper),
)
def withdraw(petition_id: UUID, house: House, resident: Signer) -> None:
    """Take one's online signature back, as long as the petition is open, also under a halt."""
    with house.begin() as uow:
        petition_here(uow.session, petition_id, resident)
        withdrawing.withdraw(uow, house.vault, petition_id, resident)


@own_router.get("/mine")
def list_my_signatures(house: House, resident: Signer, asks: Asks) -> Page[OwnSignatureOut]:
    """The signatures of the signed-in resident that stand."""
    with house.begin() as uow:
        theirs = collecting.mine(uow.session, house.vault, resident)
        return asks.part(theirs, OwnSignatureOut.of, key=lambda one: str(one.petition_id))
