"""The page on which initiators paste the ordinance in force and see what theirs would change."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.errors import PageNotFound
from referendum.doors.languages import words_of
from referendum.doors.sessions import Signer
from referendum.lifecycle import amending
from referendum.lifecycle.errors import NotADraft
from referendum.lifecycle.stages import Stage
from referendum.lifecycle.tables import Measure
from referendum.web.drafting import BODY_LIMIT, cleaned, gaps
from referendum.web.measures import Number
from referendum.web.pages import go, page
from referendum.web.workspace import own

router = APIRouter(prefix="/workspace/{number}")

LIMITS: Final = {**amending.LIMITS, "in_force": BODY_LIMIT}


@router.get("/in-force")
def show(request: Request, number: Number, resident: Signer) -> Response:
    """What is there now, with both texts side by side beneath."""
    with services_of(request).begin() as uow:
        measure = _own(own(uow.session, resident, number))
    values = {name: getattr(measure, name) for name in LIMITS}
    return _form(request, measure, values, {})


@router.post("/in-force")
def save(
    request: Request,
    number: Number,
    resident: Signer,
    in_force_name: Annotated[str, Form()] = "",
    in_force: Annotated[str, Form()] = "",
) -> Response:
    """Keep it, or take it away where both fields are empty."""
    words = words_of(request)
    given = {"in_force_name": cleaned(in_force_name), "in_force": cleaned(in_force)}
    errors = {
        name: words(
            "workspace.error.too-long", field=words(f"workspace.field.{name}"), most=LIMITS[name]
        )
        for name, said in given.items()
        if len(said) > LIMITS[name]
    }
    if any(given.values()):
        errors |= gaps([name for name, said in given.items() if not said], words)
    with services_of(request).begin() as uow:
        measure = _own(own(uow.session, resident, number))
        if not errors:
            amending.put_beside(
                uow,
                measure.id,
                name=given["in_force_name"],
                text=given["in_force"],
                by=resident,
            )
    if errors:
        return _form(request, measure, given, errors)
    return go(request, f"/workspace/{number}/in-force", flash="workspace.flash.in-force")


def _own(measure: Measure) -> Measure:
    if not amending.may_amend(measure):
        raise PageNotFound
    if measure.stage != Stage.DRAFT:
        raise NotADraft(stage=measure.stage)
    return measure


def _form(
    request: Request, measure: Measure, values: dict[str, str], errors: dict[str, str]
) -> Response:
    return page(
        request,
        "workspace/in-force.html",
        status=422 if errors else 200,
        measure=measure,
        values=values,
        errors=errors,
        limits=LIMITS,
    )
