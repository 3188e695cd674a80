"""Attachments of a public text: a picture is shown, a document is saved."""

from __future__ import annotations

import re
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.sessions import Visitor
from referendum.lifecycle import locating
from referendum.lifecycle.attachments import attaching
from referendum.lifecycle.attachments.attaching import MOST, Attached
from referendum.lifecycle.attachments.errors import AttachmentNotFound
from referendum.papers.recognising import Kind
from referendum.web.measures import Number

router = APIRouter(prefix="/measures/{number}/attachments")

FOREVER: Final = "public, max-age=31536000, immutable"
"""A published text never changes, nor does what is attached to it (RFC 8246)."""
SUFFIXES: Final = {Kind.PDF: "pdf", Kind.PNG: "png", Kind.JPEG: "jpg"}
UNSAFE: Final = re.compile(r"[^\w가-힣()·. -]+")
NAME: Final = 60
"""Characters of a title that the name of a saved file has."""
At = Annotated[int, Path(ge=1, le=MOST)]


@router.get("/{at}")
def show(request: Request, number: Number, at: At, caller: Visitor) -> Response:  # noqa: ARG001  # the door
    """The file as it is frozen with the text."""
    services = services_of(request)
    with services.look() as uow:
        _, measure = locating.to_show(uow.session, services.settings.jurisdiction, number)
        one, kept = attaching.numbered(uow.session, measure, at)
        return _unless_known(request, answer(one, kept.content, public=True))


@router.get("/{at}/preview")
def show_small(request: Request, number: Number, at: At, caller: Visitor) -> Response:  # noqa: ARG001  # the door
    """A picture made smaller, for the page of the measure."""
    services = services_of(request)
    with services.look() as uow:
        _, measure = locating.to_show(uow.session, services.settings.jurisdiction, number)
        one, kept = attaching.numbered(uow.session, measure, at)
        return _unless_known(request, preview(one, kept.preview, public=True))


def answer(one: Attached, content: bytes, *, public: bool) -> Response:
    """The file under a name made of its title; a document is saved and shown in no page of ours."""
    how = "inline" if one.is_picture else "attachment"
    title = UNSAFE.sub("_", one.telling.title_ko)[:NAME].strip()
    name = f"{one.number}-{title}.{SUFFIXES[one.kind]}"
    headers = {
        "Content-Disposition": f"{how}; filename*=UTF-8''{quote(name)}",
        "ETag": f'"{one.sha256}"',
        "Cache-Control": FOREVER if public else "no-store",
    }
    return Response(content, media_type=one.kind.media_type, headers=headers)


def preview(one: Attached, content: bytes | None, *, public: bool) -> Response:
    """A picture made smaller; a document has none."""
    if content is None:
        raise AttachmentNotFound(number=one.number)
    headers = {
        "ETag": f'"{one.sha256}-small"',
        "Cache-Control": FOREVER if public else "no-store",
    }
    return Response(content, media_type=Kind.JPEG.media_type, headers=headers)


def _unless_known(request: Request, found: Response) -> Response:
    """Nothing but that it is the same, to whoever has it (RFC 9110 §13.1.2)."""
    tag = found.headers["etag"]
    if tag not in request.headers.get("if-none-match", ""):
        return found
    kept = {name: found.headers[name] for name in ("etag", "cache-control")}
    return Response(status_code=304, headers=kept)
