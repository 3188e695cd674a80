"""Tables to take away, as spreadsheet programs open them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from starlette.responses import Response

from referendum.kernel import spreadsheet


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
