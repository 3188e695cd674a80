"""The file of a paper as an answer: to be saved, and shown by no browser."""

from __future__ import annotations

from starlette.responses import Response, StreamingResponse

from referendum.papers.filing import Opened


def scan_answer(opened: Opened, *, name: str) -> Response:
    """The file, piece by piece, under a name.

    It came from elsewhere. Within a page of ours it could speak for us, or to our address.
    """
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.{opened.kind.value}"',
        "Content-Length": str(opened.size),
        "Cache-Control": "no-store",
    }
    return StreamingResponse(opened.pieces(), media_type=opened.kind.media_type, headers=headers)
