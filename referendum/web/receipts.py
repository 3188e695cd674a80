"""A receipt to take along: its letters as a code for cameras, as a file, as a picture.

The letters come with the request, by POST, and are forgotten with the answer: nothing here asks
whether they are anybody's. The code holds the letters alone: with an address it would send whoever
points a camera at it to the record, and the letters into somebody's history.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache
from typing import Annotated, Final

import segno
from fastapi import APIRouter, Form, Request
from markupsafe import Markup
from PIL import Image, ImageDraw, ImageFont
from starlette.responses import Response

from referendum.certificates.layout.typefaces import Fonts
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
WIDTH, MARGIN, LINE = 960, 48, 60
"""Of the picture, in pixels."""
SQUARE: Final = 12
"""Pixels of each of the code's squares in it."""
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
    return _taken(drawn, "image/png", "receipt.png")


def code_of(letters: str, *, words: str = "") -> Markup:
    """The letters for a camera. Which of eight masks is best is not asked: each can be read."""
    made = segno.make(letters, micro=False, mask=0, error="l", boost_error=False)
    rows = [bytes(row) for row in made.matrix]
    whole = len(rows) + 2 * QUIET
    path = "".join(_row(row, y + QUIET) for y, row in enumerate(rows))
    named = Markup(' role="img" aria-label="{}"').format(words) if words else Markup("")
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="receipt-code" viewBox="0 0 {0} {0}"{1}>'
        '<rect width="{0}" height="{0}" fill="#fff"/><path fill="#000" d="{2}"/></svg>'
    ).format(whole, named, path)


def lines_of(words: Words, letters: str, titled: Sequence[str]) -> tuple[list[str], list[str]]:
    """What a picture says above its code and below it: never an address with the letters."""
    groups = letters.split("-")
    rows = ["-".join(groups[at : at + GROUPS]) for at in range(0, len(groups), GROUPS)]
    return [words("signatures.receipt.title"), *titled], rows


def picture(words: Words, letters: str, titled: Sequence[str]) -> bytes:
    """A PNG, which every telephone shows: the code, the letters, their name and what they are for.

    The typefaces are the service's own: whatever opens it may have none for Korean.
    """
    face = Fonts.find().faces[0]
    large, small = (_font(str(face.bold), 40), _font(str(face.regular), 28))
    above, rows = lines_of(words, letters, titled)
    told = _wrapped(words("signing.done.keep-where"), small)
    code = _code(letters)
    below = MARGIN + LINE * len(above) + code.height
    height = below + LINE * (len(rows) + len(told) + 1) + MARGIN
    drawn = Image.new("RGB", (WIDTH, height), "white")
    pen = ImageDraw.Draw(drawn)
    for at, line in enumerate(above):
        pen.text((MARGIN, MARGIN + LINE * at), line, font=small if at else large, fill="black")
    drawn.paste(code, ((WIDTH - code.width) // 2, MARGIN + LINE * len(above)))
    for at, line in enumerate([*rows, "", *told]):
        font = large if at < len(rows) else small
        pen.text((MARGIN, below + LINE * at), line, font=font, fill="black")
    out = io.BytesIO()
    drawn.convert("1", dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def _code(letters: str) -> Image.Image:
    """The letters for a camera, in squares of so many pixels."""
    made = segno.make(letters, micro=False, mask=0, error="l", boost_error=False)
    rows = [bytes(row) for row in made.matrix]
    whole = (len(rows) + 2 * QUIET) * SQUARE
    drawn = Image.new("RGB", (whole, whole), "white")
    pen = ImageDraw.Draw(drawn)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                left, top = (x + QUIET) * SQUARE, (y + QUIET) * SQUARE
                pen.rectangle((left, top, left + SQUARE - 1, top + SQUARE - 1), fill="black")
    return drawn


def _wrapped(text: str, font: ImageFont.FreeTypeFont) -> list[str]:
    """In lines that fit, broken between words."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= WIDTH - 2 * MARGIN:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


@cache
def _font(path: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size)


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


def _taken(content: str | bytes, kind: str, name: str) -> Response:
    return Response(
        content,
        media_type=kind,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )
