"""A poster that asks for signatures: for what, until when, and where to sign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from io import BytesIO
from typing import Final

from reportlab.lib.pagesizes import A3, A4
from reportlab.lib.units import mm
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph, Spacer

from referendum.certificates.layout.ink import GREY, QR, WARNING, grid, style
from referendum.certificates.layout.typefaces import REGULAR, Fonts, markup, printable

LONG: Final = 40
"""A title of more characters is set smaller, so that it stays on the page."""


class Size(Enum):
    """Paper sizes, in points; everything on it grows with the paper."""

    A4 = A4
    A3 = A3


@dataclass(frozen=True, slots=True, kw_only=True)
class Poster:
    """What stands on it, in the words of one language."""

    kind: str
    title: str
    question: str
    label: str | None
    """That it is a demonstration, or that it binds nobody."""
    facts: Sequence[tuple[str, str]]
    how: str
    link: str
    language: str


def render(poster: Poster, *, size: Size, fonts: Fonts) -> bytes:
    """The PDF of one page; the same poster gives the same bytes."""
    fonts = fonts.register()
    wide, high = size.value
    scale, margin = wide / A4[0], 18 * mm * wide / A4[0]
    target = BytesIO()
    template = BaseDocTemplate(
        target,
        pagesize=size.value,
        invariant=1,
        lang=poster.language,
        displayDocTitle=1,
        title=printable(poster.title, fonts),
        creator="Referendum",
        producer="Referendum",
        initialFontName=REGULAR,
    )
    frame = Frame(margin, margin, wide - 2 * margin, high - 2 * margin, 0, 0, 0, 0)
    template.addPageTemplates([PageTemplate(frames=[frame])])
    template.build(_story(poster, fonts, scale, wide - 2 * margin))
    return target.getvalue()


def _story(poster: Poster, fonts: Fonts, scale: float, width: float) -> list[Flowable]:
    def said(text: str, points: float, **look: object) -> Paragraph:
        return Paragraph(markup(text, fonts), style(points * scale, **look))  # type: ignore[arg-type]

    title = 44 if len(poster.title) <= LONG else 25
    qr = 84 * mm * scale
    rows = [
        [said(name, 12, colour=GREY), said(value, 13, bold=True)] for name, value in poster.facts
    ]
    facts = grid(
        rows, [(width - qr) * 0.34, (width - qr) * 0.66], [("VALIGN", (0, 0), (-1, -1), "TOP")]
    )
    label = [said(poster.label, 13, bold=True, colour=WARNING)] if poster.label else []
    return [
        *label,
        said(poster.kind, 17, bold=True, colour=GREY),
        Spacer(0, 8 * mm * scale),
        said(poster.title, title, bold=True, lead=1.25),
        Spacer(0, 8 * mm * scale),
        said(poster.question, 18),
        Spacer(0, 14 * mm * scale),
        grid(
            [[facts, QR(poster.link, size=qr)]],
            [width - qr, qr],
            [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (0, -1), 0)],
        ),
        Spacer(0, 8 * mm * scale),
        said(poster.link, 15, bold=True),
        Spacer(0, 5 * mm * scale),
        said(poster.how, 12, colour=GREY),
    ]
