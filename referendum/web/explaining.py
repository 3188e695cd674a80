"""What each refusal means: the page that a problem's `type` points at (RFC 9457 §3.1.1)."""

from __future__ import annotations

import re

from fastapi import APIRouter, Request
from starlette.responses import Response

from referendum.doors import languages
from referendum.doors.errors import PageNotFound
from referendum.doors.sessions import Visitor
from referendum.doors.sharing import shared
from referendum.web.pages import page

router = APIRouter()


@router.get("/problems/{problem}")
@shared()
def explain(request: Request, problem: str, caller: Visitor) -> Response:  # noqa: ARG001  # the door
    """One refusal in the visitor's language, with its open places left open."""
    words = languages.words_of(request)
    key = f"problem.{problem}"
    if not words.has(key):
        raise PageNotFound
    sentence = re.sub(r"\{[^}]*\}", "…", words.sentences[key])
    return page(request, "problem.html", problem=problem, sentence=sentence)
