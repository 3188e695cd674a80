"""A measure as a picture, for the preview of an address that somebody passes on.

It says what the address leads to and how far that is, and asks nobody for anything. A recall has
none from its representatives' certificate until its petition is found sufficient.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from fastapi import APIRouter, Request
from PIL import Image, ImageDraw, ImageFont
from sqlalchemy.orm import Session
from starlette.responses import Response

from referendum.certificates.layout.typefaces import Fonts
from referendum.doors.cookies import services_of
from referendum.doors.languages import words_of
from referendum.doors.sessions import Visitor
from referendum.doors.sharing import shared
from referendum.i18n.words import Language, Words
from referendum.lifecycle import area, listing, locating
from referendum.lifecycle.errors import MeasureNotFound
from referendum.lifecycle.listing import Support
from referendum.lifecycle.tables import Measure
from referendum.roll.tables import Jurisdiction
from referendum.web import presenting
from referendum.web.measures import Number

router = APIRouter(prefix="/measures")

SIZE: Final = (1200, 630)
"""What the previews of other services cut to (ogp.me names none; this one is common)."""
MARGIN: Final = 72
ROOM: Final = SIZE[0] - 2 * MARGIN
LINES: Final = 3
"""Of a title; what is longer ends in dots."""
INK, SOFT, GROUND, BLUE, LINE = "#1e2124", "#58616a", "#ffffff", "#0b50d0", "#e6e8ea"
NAMED: Final = 3
"""Of the districts, as many as a line holds."""
NEED: Final = 0.8
"""Where on a bar the need is: the same as on the pages."""


@dataclass(frozen=True, slots=True)
class Shown:
    """All that a picture says, in the words of one language."""

    city: str
    kind: str
    title: str
    where: str
    state: str
    counted: int | None = None
    needed: int = 0
    figures: str = ""


@router.get("/{number}/picture.png")
@shared("lang")
def picture(request: Request, number: Number, caller: Visitor) -> Response:  # noqa: ARG001  # the door
    """Drawn anew only when what it says has changed."""
    services, words = services_of(request), words_of(request)
    with services.look() as uow:
        place, measure = locating.to_show(uow.session, services.settings.jurisdiction, number)
        if presenting.is_quiet(measure):
            raise MeasureNotFound(number=number)
        (one,) = presenting.cards(listing.of_all(uow.session, place, [measure], uow.now()))
        where = _where(uow.session, place, measure, words)
    return Response(drawn(_said(place, measure, one.support, where, words)), media_type="image/png")


def _where(session: Session, place: Jurisdiction, measure: Measure, words: Words) -> str:
    korean = words.language is Language.KO
    if not measure.districts:
        return place.name_ko if korean else place.name_en
    found = area.districts(session, measure)
    names = [one.name_ko if korean else one.name_en for one in found]
    return ", ".join(names[:NAMED]) + (" …" if len(names) > NAMED else "")


def _said(
    place: Jurisdiction, measure: Measure, support: Support | None, where: str, words: Words
) -> Shown:
    korean = words.language is Language.KO
    kind = words(f"web.instrument.{measure.instrument}")
    if measure.instrument == "advisory":
        kind = words("public.advisory.label")
    shown = Shown(
        city=place.name_ko if korean else place.name_en,
        kind=kind,
        title=measure.title_ko if korean else measure.title_en or measure.title_ko,
        where=where,
        state=words(f"measure.stage.{measure.stage}"),
    )
    if support is None or support.broken_off:
        return shown
    examined, tally = support.examined, support.tally
    counted = tally.standing if examined else tally.standing + tally.open
    told = words(
        "public.picture.valid" if examined else "public.picture.may-count",
        counted=counted,
        needed=support.needed,
    )
    return Shown(shown.city, kind, shown.title, where, shown.state, counted, support.needed, told)


@lru_cache(128)
def drawn(shown: Shown) -> bytes:
    """The picture as a PNG."""
    image = Image.new("RGB", SIZE, GROUND)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, SIZE[0], 16), fill=BLUE)
    pen.text((MARGIN, 60), f"{shown.city} · {shown.kind}", fill=BLUE, font=_font(34, bold=True))
    y = 128
    for line in wrapped(shown.title, _font(60, bold=True)):
        pen.text((MARGIN, y), line, fill=INK, font=_font(60, bold=True))
        y += 78
    facts = shown.state if shown.where == shown.city else f"{shown.where} · {shown.state}"
    pen.text((MARGIN, y + 14), facts, fill=SOFT, font=_font(32))
    if shown.counted is not None:
        _bar(pen, shown)
    kept = io.BytesIO()
    image.save(kept, "PNG", optimize=True)
    return kept.getvalue()


def _bar(pen: ImageDraw.ImageDraw, shown: Shown) -> None:
    top, height = 520, 36
    share = NEED * (shown.counted or 0) / max(shown.needed, 1)
    pen.text((MARGIN, top - 58), shown.figures, fill=INK, font=_font(36, bold=True))
    pen.rounded_rectangle((MARGIN, top, MARGIN + ROOM, top + height), height // 2, fill=LINE)
    reach = MARGIN + round(ROOM * min(share, 1.0))
    if reach >= MARGIN + height:
        pen.rounded_rectangle((MARGIN, top, reach, top + height), height // 2, fill=BLUE)
    mark = MARGIN + round(ROOM * NEED)
    pen.rectangle((mark - 3, top - 10, mark + 3, top + height + 10), fill=INK)


def wrapped(text: str, font: ImageFont.FreeTypeFont) -> Sequence[str]:
    """The text in lines that fit, broken between words where it can be."""
    lines = list(_lines(text, font))
    if len(lines) <= LINES:
        return lines
    last = lines[LINES - 1]
    while last and font.getlength(f"{last}…") > ROOM:
        last = last[:-1]
    return [*lines[: LINES - 1], f"{last.rstrip()}…"]


def _lines(text: str, font: ImageFont.FreeTypeFont) -> Iterator[str]:
    line = ""
    for word in text.split():
        rest = word
        if line and font.getlength(f"{line} {rest}") <= ROOM:
            line = f"{line} {rest}"
            continue
        if line:
            yield line
        while font.getlength(rest) > ROOM:
            cut = next(at for at in range(len(rest), 0, -1) if font.getlength(rest[:at]) <= ROOM)
            yield rest[:cut]
            rest = rest[cut:]
        line = rest
    if line:
        yield line


@cache
def _font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    face = Fonts.find().faces[0]
    return ImageFont.truetype(str(face.bold if bold else face.regular), size)
