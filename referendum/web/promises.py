"""The mayor's prior promises for everyone: what is promised, who signed it, what ran under it."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.errors import PageNotFound
from referendum.doors.languages import words_of
from referendum.doors.sessions import Visitor
from referendum.doors.sharing import shared
from referendum.lifecycle import binding, enveloping, rules
from referendum.lifecycle.office import approving
from referendum.lifecycle.promise import delegating
from referendum.lifecycle.promise.tables import Delegation
from referendum.lifecycle.stages import UNPUBLISHED
from referendum.lifecycle.tables import Measure
from referendum.roll import places
from referendum.web.pages import go, page
from referendum.web.promise_pages import Shown, shown
from thresholds.delegation import Asker, ExcludedMatter
from thresholds.vocabulary import Instrument

router = APIRouter(prefix="/promises")

LARGEST: Final = 2**31 - 1
Number = Annotated[int, Path(ge=1, le=LARGEST)]


@router.get("")
@shared()
def listing(request: Request, caller: Visitor) -> Response:  # noqa: ARG001  # the door
    """The one that runs, and all that ever were made known."""
    services = services_of(request)
    with services.look() as uow:
        place = places.jurisdiction(uow.session, services.settings.jurisdiction)
        today = delegating.today(uow, place.id)
        running = delegating.in_force(uow.session, place.id, today)
        found = [shown(one, today, running) for one in delegating.published(uow.session, place.id)]
    return page(request, "promises/list.html", promises=found, vote_label=mark(request))


@router.get("/{number}")
@shared()
def show(request: Request, number: Number, caller: Visitor) -> Response:  # noqa: ARG001  # the door
    """One promise in full, with its hash and the measures that follow it."""
    services = services_of(request)
    with services.look() as uow:
        place = places.jurisdiction(uow.session, services.settings.jurisdiction)
        today = delegating.today(uow, place.id)
        found = delegating.numbered(uow.session, place.id, number)
        running = delegating.in_force(uow.session, place.id, today)
        followed = delegating.followed(uow.session, found.id)
        acts = approving.of(uow.session, found.id)
    return page(
        request,
        "promises/promise.html",
        promise=shown(found, today, running, acts),
        measures=[one for one in followed if one.stage not in UNPUBLISHED],
        vote_label=mark(request),
        **constants(),
    )


def page_of(request: Request, rulebook_id: str) -> Response:
    """The page that says a promise's rulebook in words; no page where it is none of ours."""
    services = services_of(request)
    with services.look() as uow:
        place = places.jurisdiction(uow.session, services.settings.jurisdiction)
        for one in delegating.published(uow.session, place.id):
            if one.rulebook is not None and one.rulebook["id"] == rulebook_id:
                return go(request, f"/promises/{one.number}")
    raise PageNotFound


def mark(request: Request) -> str:
    """What stands on every page of an advisory vote, and on those of its promise (CER-08)."""
    return words_of(request)(binding.ADVISORY_LABEL)


def constants() -> dict[str, Any]:
    """What every promise says alike."""
    return {"askers": list(Asker), "excluded": list(ExcludedMatter)}


def followed_by(session: Session, measure: Measure) -> dict[str, Any] | None:
    """The promise that an advisory vote follows, and what was stated of the vote; else None."""
    if measure.instrument != Instrument.ADVISORY or measure.delegation_id is None:
        return None
    found = session.get_one(Delegation, measure.delegation_id)
    scope = enveloping.stated(session, measure)
    return {
        "shown": _as_pinned(found),
        "scope": scope,
        "subject": _subject(found, scope.subject if scope else None),
        "rulebook": rules.pinned(measure),
    }


def _as_pinned(delegation: Delegation) -> Shown:
    """A measure keeps its promise whatever becomes of it."""
    return shown(delegation, delegation.valid_from, delegation)


def _subject(delegation: Delegation, at: int | None) -> Any:
    subjects = delegating.terms_of(delegation).subjects
    return None if at is None else subjects[at]
