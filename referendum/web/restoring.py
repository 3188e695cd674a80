"""Earlier versions of a draft, and having one back with a press."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.sessions import Signer
from referendum.lifecycle import drafting, versions
from referendum.lifecycle.errors import NotADraft
from referendum.lifecycle.stages import Stage
from referendum.web.measures import Number
from referendum.web.pages import go, page
from referendum.web.workspace import own

router = APIRouter(prefix="/workspace/{number}")


@router.get("/versions")
def show(request: Request, number: Number, resident: Signer) -> Response:
    """What the draft was before each change, the latest first."""
    with services_of(request).begin() as uow:
        measure = own(uow.session, resident, number)
        if measure.stage != Stage.DRAFT:
            raise NotADraft(stage=measure.stage)
        kept = versions.of_draft(uow.session, measure.id)
    return page(request, "workspace/versions.html", measure=measure, versions=kept)


@router.post("/restore")
def restore(
    request: Request, number: Number, resident: Signer, version: Annotated[int, Form(ge=1)]
) -> Response:
    """Write the draft as it was then; what stands now can be had back in the same way."""
    with services_of(request).begin() as uow:
        measure = own(uow.session, resident, number)
        drafting.restore(uow, measure.id, number=version, by=resident)
    return go(request, f"/workspace/{number}/edit", flash="workspace.flash.restored")
