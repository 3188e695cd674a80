"""For telephones: what makes the pages installable, and what is shown without a connection."""

from __future__ import annotations

import json
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from referendum.doors.languages import words_of
from referendum.doors.sessions import Visitor
from referendum.doors.sharing import shared
from referendum.web.assets import built
from referendum.web.pages import page

router = APIRouter()

OFFLINE: Final = "/offline"
KEPT: Final = (".css", ".js", ".svg")
"""Of the files those that every page needs. A typeface is two hundred times as heavy as a style."""
WORKER: Final = "service-worker.js"
SIZES: Final = (192, 512)


@router.get(OFFLINE)
@shared()
def offline(request: Request, caller: Visitor) -> Response:  # noqa: ARG001  # the door
    """What a browser shows that cannot reach us; it has kept this page from before."""
    return page(request, "offline.html")


@router.get("/service-worker.js")
def worker(request: Request, caller: Visitor) -> Response:  # noqa: ARG001  # the door
    """At the root, for it may answer for what lies below itself; another one for other files."""
    assets = built()
    files = [
        assets.url(name) for name in sorted(assets.shelf) if name.endswith(KEPT) and name != WORKER
    ]
    shelf = {"kept": f"kept-{assets.digest}", "files": files, "offline": OFFLINE}
    script = assets.shelf[WORKER].content.decode()
    return Response(
        f"self.SHELF = {json.dumps(shelf)};\n{script}", media_type="text/javascript; charset=utf-8"
    )


@router.get("/manifest.webmanifest")
@shared("lang")
def manifest(request: Request, caller: Visitor) -> Response:  # noqa: ARG001  # the door
    """The pages as a telephone keeps them on its first screen (W3C, Web Application Manifest)."""
    words, assets = words_of(request), built()
    told = {
        "id": "/",
        "name": words("web.name"),
        "short_name": words("web.short-name"),
        "description": words("web.description"),
        "lang": words.language.value,
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#ffffff",
        "icons": [
            {
                "src": assets.url(f"icons/mark-{size}.png"),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": "any maskable",
            }
            for size in SIZES
        ],
    }
    answer = Response(json.dumps(told), media_type="application/manifest+json")
    answer.headers["Vary"] = "Accept-Language, Cookie"
    return answer
