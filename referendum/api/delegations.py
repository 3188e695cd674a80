"""The mayor's prior promises: their terms, their hash, and which measures follow them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query

from referendum.api.callers import House
from referendum.api.paging import Asks
from referendum.api.refusing import Route, possible
from referendum.api.shapes import LARGEST, Label, Moment, Page, Told
from referendum.api.signed_acts import SignedActOut
from referendum.doors.sessions import Visitor
from referendum.doors.sharing import shared
from referendum.i18n.words import Language, Words
from referendum.lifecycle.office import approving
from referendum.lifecycle.promise import delegating
from referendum.lifecycle.promise.errors import PromiseNotFound
from referendum.lifecycle.promise.tables import Delegation
from referendum.lifecycle.stages import UNPUBLISHED
from referendum.roll import places
from referendum.roll.errors import JurisdictionNotFound

router = APIRouter(prefix="/delegations", tags=["delegations"], route_class=Route)

PLACE = r"^[a-z0-9-]{2,60}$"
Here = Annotated[str | None, Query(pattern=PLACE)]


class DelegationOut(Told):
    """A published promise. `binding` is always false; `label` and `budget` go with it everywhere.

    `nature`: what is called delegation by the mayor (시장 위임) and what it is not.

    `running`: whether something can be called under it today.
    """

    number: int
    title: Label
    binding: Literal[False]
    label: Label
    budget: Label
    nature: Label
    running: bool
    valid_from: date
    valid_to: date | None
    revoked_from: date | None
    sha256: str
    rulebook: str
    rulebook_fingerprint: str
    signed_by: str
    signed_office: str
    signed_at: Moment
    published_at: Moment
    demo: bool

    @classmethod
    def of(cls, one: Delegation, running: Delegation | None) -> DelegationOut:
        return cls(**_told(one, running))


class WholeDelegationOut(DelegationOut):
    """With its terms as data and as the very text whose SHA-256 was signed."""

    terms: dict[str, Any]
    canonical: str
    content: dict[str, Any]
    revoked_reason: str | None
    signed: list[SignedActOut]
    """How it was signed, made known and revoked, as far as that is on record."""
    measures: list[UUID]


@router.get("", responses=possible(JurisdictionNotFound))
@shared(declared=True)
def list_delegations(
    house: House,
    caller: Visitor,  # noqa: ARG001  # the door
    asks: Asks,
    place: Here = None,
) -> Page[DelegationOut]:
    """Every promise that was made known, newest first."""
    before = asks.before() or LARGEST
    with house.look() as uow:
        here = places.jurisdiction(uow.session, place or house.settings.jurisdiction)
        running = delegating.in_force(uow.session, here.id, delegating.today(uow, here.id))
        found = delegating.published(uow.session, here.id)
        rows = [one for one in found if (one.number or 0) < before]
        return asks.page(
            rows, lambda one: DelegationOut.of(one, running), key=lambda one: one.number or 0
        )


@router.get("/{number}", responses=possible(PromiseNotFound, JurisdictionNotFound))
@shared(declared=True)
def show_delegation(
    number: Annotated[int, Path(ge=1, le=LARGEST)],
    house: House,
    caller: Visitor,  # noqa: ARG001  # the door
    place: Here = None,
) -> WholeDelegationOut:
    """One promise in full."""
    with house.look() as uow:
        here = places.jurisdiction(uow.session, place or house.settings.jurisdiction)
        running = delegating.in_force(uow.session, here.id, delegating.today(uow, here.id))
        one = delegating.numbered(uow.session, here.id, number)
        followed = delegating.followed(uow.session, one.id)
        acts = approving.of(uow.session, one.id)
    return WholeDelegationOut(
        **_told(one, running),
        terms=one.terms,
        canonical=delegating.terms_of(one).canonical(),
        content=one.rulebook or {},
        revoked_reason=one.revoked_reason,
        signed=[SignedActOut.of(act) for act in acts],
        measures=[measure.id for measure in followed if measure.stage not in UNPUBLISHED],
    )


def _told(one: Delegation, running: Delegation | None) -> dict[str, Any]:
    terms, book = delegating.terms_of(one), delegating.rulebook_of(one)
    return {
        "number": one.number,
        "title": Label(ko=terms.title.ko, en=terms.title.en),
        "binding": False,
        "label": _both("promises.label"),
        "budget": _both("promises.fixed-sentence"),
        "nature": _both("promises.nature"),
        "running": running is not None and running.id == one.id,
        "valid_from": one.valid_from,
        "valid_to": one.valid_to,
        "revoked_from": one.revoked_from,
        "sha256": one.sha256,
        "rulebook": book.id,
        "rulebook_fingerprint": book.fingerprint,
        "signed_by": one.signer_name,
        "signed_office": one.signer_office,
        "signed_at": one.signed_at,
        "published_at": one.published_at,
        "demo": one.demo,
    }


def _both(key: str) -> Label:
    return Label(ko=Words.load(Language.KO)(key), en=Words.load(Language.EN)(key))
