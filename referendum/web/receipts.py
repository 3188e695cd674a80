"""A receipt to take along: its letters as a code for cameras, as a file, as a picture.

The letters come with the request, by POST, and are forgotten with the answer: nothing here asks
whether they are anybody's. The code holds the letters alone: with an address it would send whoever
points a camera at it to the record, and the letters into somebody's history.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

import segno
from fastapi import APIRouter, Form, Request
from markupsafe import Markup
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.languages import words_of
from referendum.doors.sessions import Visitor
from referendum.i18n.words import Words
from referendum.lifecycle.tables import Measure
from referendum.web.measures import Number, public
from signatures.lines import Receipt

router = APIRouter(prefix="/measures/{number}/receipt")

FORM: Final = Form()
QUIET: Final = 4
"""The white margin that a reader needs, in squares."""
GROUPS: Final = 4
"""Groups of letters in a row of the picture."""
WIDTH, MARGIN, LINE = 480, 24, 30
"""Of the picture, in its own units."""
SIZE: Final = 3 * 8 * 17
LETTERS: Final = 200


@router.post("/file")
def as_file(
    request: Request,
    number: Number,
    caller: Visitor,  # noqa: ARG001  # the door
    receipt: Annotated[str, FORM] = "",
    title: Annotated[str, FORM] = "",
) -> Response:
    """A text that any telephone opens."""
    words, letters = words_of(request), Receipt.parse(receipt[:LETTERS]).text
    told = [words("signatures.receipt.title"), *_titled(request, number, title), "", letters, ""]
    told += [words("signing.done.keep-where"), words("signatures.receipt.secret")]
    # The mark by which a telephone knows that it is Unicode, and ends of lines that all know.
    written = "\ufeff" + "\r\n".join([*told, ""])
    return _taken(written, "text/plain; charset=utf-8", "receipt.txt")


@router.post("/picture")
def as_picture(
    request: Request,
    number: Number,
    caller: Visitor,  # noqa: ARG001  # the door
    receipt: Annotated[str, FORM] = "",
    title: Annotated[str, FORM] = "",
) -> Response:
    """The code and the letters; what was signed only where the signer asks for it."""
    letters = Receipt.parse(receipt[:LETTERS]).text
    drawn = picture(words_of(request), letters, _titled(request, number, title))
    return _taken(drawn, "image/svg+xml", "receipt.svg")


def code_of(letters: str, *, size: int | None = None, words: str = "") -> Markup:
    """The letters for a camera. Which of eight masks is best is not asked: each can be read."""
    made = segno.make(letters, micro=False, mask=0, error="l", boost_error=False)
    rows = [bytes(row) for row in made.matrix]
    whole = len(rows) + 2 * QUIET
    path = "".join(_row(row, y + QUIET) for y, row in enumerate(rows))
    named = Markup(' role="img" aria-label="{}"').format(words) if words else Markup("")
    sized = Markup(' width="{0}" height="{0}"').format(size) if size else Markup("")
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="receipt-code" viewBox="0 0 {0} {0}"{1}{2}>'
        '<rect width="{0}" height="{0}" fill="#fff"/><path fill="#000" d="{3}"/></svg>'
    ).format(whole, sized, named, path)


def picture(words: Words, letters: str, titled: Sequence[str]) -> str:
    """Nothing in it but the code, the letters and their name."""
    groups = letters.split("-")
    rows = ["-".join(groups[at : at + GROUPS]) for at in range(0, len(groups), GROUPS)]
    lines = [words("signatures.receipt.title"), *titled]
    top = MARGIN + LINE * len(lines)
    below = top + SIZE + LINE
    height = below + LINE * len(rows) + MARGIN
    text = Markup('<text x="{}" y="{}" font-family="{}" font-size="{}" fill="#000">{}</text>')
    said = [
        text.format(MARGIN, MARGIN + LINE * at, "sans-serif", 20 if at == 1 else 15, line)
        for at, line in enumerate(lines, 1)
    ]
    said += [
        text.format(MARGIN, below + LINE * at, "monospace", 20, row) for at, row in enumerate(rows)
    ]
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {1}" width="{0}" height="{1}">'
        '<rect width="{0}" height="{1}" fill="#fff"/>{2}'
        '<g transform="translate({3} {4})">{5}</g></svg>'
    ).format(WIDTH, height, Markup("").join(said), MARGIN, top, code_of(letters, size=SIZE))


def _titled(request: Request, number: int, asked: str) -> list[str]:
    """What was signed, where that was asked for."""
    if asked != "yes":
        return []
    services, words = services_of(request), words_of(request)
    with services.look() as uow:
        return [_title(words, public(uow.session, number, services.settings.jurisdiction))]


def _title(words: Words, measure: Measure) -> str:
    title = measure.title_en if words.language == "en" and measure.title_en else measure.title_ko
    return f"{title} ({words('public.number', number=measure.number)})"


def _row(row: bytes, y: int) -> str:
    """The dark squares of a row, those that touch as one."""
    drawn, x = [], 0
    while x < len(row):
        if row[x]:
            end = x
            while end < len(row) and row[end]:
                end += 1
            drawn.append(f"M{x + QUIET} {y}h{end - x}v1H{x + QUIET}z")
            x = end
        x += 1
    return "".join(drawn)


def _taken(content: str, kind: str, name: str) -> Response:
    return Response(
        content,
        media_type=kind,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )
