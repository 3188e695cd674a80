"""What is taken away: tables as spreadsheet programs open them, and files of papers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from starlette.responses import Response, StreamingResponse

from referendum.kernel import spreadsheet
from referendum.papers.filing import Opened


def csv_answer(heading: Sequence[str], rows: Iterable[Sequence[object]], *, name: str) -> Response:
    """The file, to be saved under a name."""
    return file_answer(spreadsheet.write(heading, rows), name=name)


def file_answer(data: bytes, *, name: str) -> Response:
    """A file of a table that is written already."""
    return Response(
        data,
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def scan_answer(opened: Opened, *, name: str) -> Response:
    """The file of a paper, piece by piece: saved by the browser, and shown by none.

    It came from elsewhere. Within a page of ours it could speak for us, or to our address.
    """
    ending = opened.kind.value
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.{ending}"',
        "Content-Length": str(opened.size),
        "Cache-Control": "no-store",
    }
    return StreamingResponse(opened.pieces(), media_type=opened.kind.media_type, headers=headers)
