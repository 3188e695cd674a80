"""The difference between two ordinances as a draft: to read, to print, to take, to propose."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from sqlalchemy.orm import Session
from starlette.responses import PlainTextResponse, Response

from referendum.bootstrap import Services
from referendum.doors.cookies import services_of
from referendum.doors.errors import PageNotFound
from referendum.doors.languages import words_of
from referendum.doors.sessions import Signer, Visitor
from referendum.doors.sharing import shared
from referendum.i18n import ordinances
from referendum.i18n.ordinances import Counts, DraftOrdinance
from referendum.i18n.words import Language, Words
from referendum.lifecycle import drafting
from referendum.lifecycle.drafting import LIMITS, DraftText
from referendum.roll import places
from referendum.web.comparing import side
from referendum.web.pages import go, page
from thresholds import library
from thresholds.errors import NotAnAmendment, UnknownRulebook
from thresholds.rulebook import Rulebook
from thresholds.vocabulary import Instrument

router = APIRouter()

PATH = "/rules/compare/ordinance"


@router.get(PATH)
@shared("left", "right")
def show(
    request: Request,
    caller: Visitor,  # noqa: ARG001  # the door
    left: str = "",
    right: str = "",
) -> Response:
    """The draft with both texts side by side, for a screen and for paper."""
    return page(request, "rulebooks/ordinance.html", **_context(*_drafted(request, left, right)))


@router.get(f"{PATH}.txt")
@shared("left", "right")
def download(
    request: Request,
    caller: Visitor,  # noqa: ARG001  # the door
    left: str = "",
    right: str = "",
) -> Response:
    """The same as plain text."""
    old, new, drafted = _drafted(request, left, right)
    name = f"{old.id}-{new.id}.txt"
    return PlainTextResponse(
        ordinances.as_text(words_of(request), drafted),
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@router.get("/workspace/new/ordinance")
def ask(
    request: Request,
    resident: Signer,  # noqa: ARG001  # the door
    left: str = "",
    right: str = "",
) -> Response:
    """Before an initiative is begun with the draft: what will stand in it."""
    return page(request, "workspace/ordinance.html", **_context(*_drafted(request, left, right)))


@router.post("/workspace/new/ordinance")
def begin(
    request: Request,
    resident: Signer,
    left: Annotated[str, Form()] = "",
    right: Annotated[str, Form()] = "",
) -> Response:
    """Begin an initiative of the resident's own with the draft filled in."""
    old, new = _pair(left, right)
    services = services_of(request)
    with services.begin() as uow:
        measure = drafting.draft(
            uow,
            instrument=Instrument.INITIATIVE,
            words=_text(services, uow.session, old, new),
            by=resident,
            demo=services.is_demo,
        )
    return go(request, f"/workspace/{measure.number}/edit", flash="workspace.flash.from-ordinance")


def _pair(left: str, right: str) -> tuple[Rulebook, Rulebook]:
    """Two ordinances of which the second amends the first; else there is no such page."""
    try:
        old, new = library.by_id(left), library.by_id(right)
        ordinances.draft(Words.load(Language.KO), old, new)
    except (UnknownRulebook, NotAnAmendment) as refused:
        raise PageNotFound from refused
    return old, new


def _drafted(request: Request, left: str, right: str) -> tuple[Rulebook, Rulebook, DraftOrdinance]:
    """The two, and the draft between them in the visitor's language."""
    old, new = _pair(left, right)
    services = services_of(request)
    with services.look() as uow:
        return old, new, _draft(services, uow.session, words_of(request), old, new)


def _draft(
    services: Services, session: Session, words: Words, old: Rulebook, new: Rulebook
) -> DraftOrdinance:
    """The draft with what the two need of the last published total, where there is one."""
    place = places.jurisdiction(session, services.settings.jurisdiction)
    before, after = (side(session, place, book) for book in (old, new))
    counts = None
    if before.published and before.needed is not None and after.needed is not None:
        counts = Counts(
            claimants=before.published.number,
            year=before.published.base_year,
            old=before.needed,
            new=after.needed,
        )
    return ordinances.draft(words, old, new, counts=counts)


def _text(services: Services, session: Session, old: Rulebook, new: Rulebook) -> DraftText:
    """An initiative's text: Korean, as an ordinance is, with a title in both languages."""
    korean, english = Words.load(Language.KO), Words.load(Language.EN)
    drafted = _draft(services, session, korean, old, new)

    def said(words: Words, key: str) -> str:
        name = ordinances.ordinance_name(words, new)
        return words(f"ordinance.page.{key}", name=name)

    return DraftText(
        title_ko=said(korean, "title-short")[: LIMITS["title"]],
        title_en=said(english, "title-short")[: LIMITS["title"]],
        question_ko=said(korean, "question"),
        question_en=said(english, "question"),
        reason="\n".join((*drafted.purpose, drafted.subjects)),
        body=ordinances.body(korean, drafted),
    )


def _context(old: Rulebook, new: Rulebook, drafted: DraftOrdinance) -> dict[str, Any]:
    return {"old": old, "new": new, "drafted": drafted, "pair": f"left={old.id}&right={new.id}"}
