"""Colours, styles and small drawn things: what the pages are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import segno
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, Table, TableStyle

from referendum.certificates.documents import Document
from referendum.certificates.layout.typefaces import BOLD, REGULAR, Fonts, markup
from referendum.certificates.parts import Phrase
from referendum.i18n.words import Words

INK: Final = HexColor("#1e2124")
GREY: Final = HexColor("#58616a")
LINE: Final = HexColor("#cdd1d5")
PAPER: Final = HexColor("#f4f5f6")
GOOD: Final = HexColor("#1a6b35")
BAD: Final = HexColor("#b0271c")
WARNING: Final = HexColor("#8a4a00")
ACCENTS: Final = {
    "certificate": (HexColor("#0b3b84"), HexColor("#ecf2fe")),
    "transcript": (HexColor("#464c53"), HexColor("#eef0f2")),
    "advisory_certificate": (HexColor("#00646e"), HexColor("#e6f4f5")),
}
WIDTH: Final = 174 * mm
"""A4 between its margins."""


def style(
    size: float,
    *,
    bold: bool = False,
    colour: Any = INK,
    align: Literal[0, 1, 2] = 0,
    lead: float = 1.42,
) -> ParagraphStyle:
    return ParagraphStyle(
        f"{size}{bold}{align}",
        fontName=BOLD if bold else REGULAR,
        fontSize=size,
        leading=size * lead,
        textColor=colour,
        alignment=align,
        splitLongWords=1,
        bulletFontName=REGULAR,
    )


BODY: Final = style(9.5)
SMALL: Final = style(8, colour=GREY)
CELL: Final = style(8.5, lead=1.3)
NUMBER: Final = style(8.5, align=TA_RIGHT, lead=1.3)
HEAD: Final = style(8, bold=True, colour=GREY, lead=1.25)
HEAD_RIGHT: Final = style(8, bold=True, colour=GREY, align=TA_RIGHT, lead=1.25)
SECTION: Final = style(12.5, bold=True)
HASH: Final = ParagraphStyle("hash", parent=style(7, colour=GREY), wordWrap="CJK")


@dataclass(frozen=True, slots=True)
class Pen:
    """Everything a section needs to write itself: the document, its language, the faces."""

    document: Document
    words: Words
    fonts: Fonts

    @property
    def accent(self) -> Any:
        return ACCENTS[self.document.kind][0]

    @property
    def tint(self) -> Any:
        return ACCENTS[self.document.kind][1]

    def safe(self, text: str) -> str:
        return markup(text, self.fonts)

    def say(self, key: str, **facts: Any) -> str:
        """A sentence of the catalogue, as markup."""
        return self.safe(self.words(f"certificate.{key}", **facts))

    def reason(self, key: str) -> str:
        """Why a signature is void, in the words that the pages use too."""
        return self.safe(self.words(f"signatures.reason.{key}"))

    def phrase(self, phrase: Phrase, *, size: float = 8) -> str:
        """A text of the measure; on an English paper the Korean that was decided stands under it.

        What an office writes in Korean is in Korean alone.
        """
        first = self.plain(phrase)
        if first == phrase.ko:
            return self.safe(first)
        under = (
            f'<font name="{REGULAR}" size="{size}" color="#58616a">{self.safe(phrase.ko)}</font>'
        )
        return f"{self.safe(first)}<br/>{under}"

    def plain(self, phrase: Phrase) -> str:
        """A text in the document's language alone, not yet made safe."""
        return phrase.en if self.words.language == "en" and phrase.en else phrase.ko

    def main(self, phrase: Phrase) -> str:
        return self.safe(self.plain(phrase))

    def number(self, value: int | str | None) -> str:
        if value is None:
            return "—"
        return self.words.number(value) if isinstance(value, int) else self.safe(value)

    def section(self, key: str) -> Flowable:
        """A heading that is never left alone at the foot of a page."""
        heading = Paragraph(self.say(f"section.{key}"), SECTION)
        rows = grid(
            [[heading]],
            [WIDTH],
            [
                ("LINEBELOW", (0, 0), (-1, -1), 1.2, self.accent),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
            ],
        )
        rows.spaceBefore, rows.spaceAfter, rows.keepWithNext = 9, 4, True
        return rows


class Bar(Flowable):
    """A bar as long as a share of the votes."""

    def __init__(self, *, part: int, whole: int, width: float, colour: Any) -> None:
        super().__init__()
        self.width, self.height, self.colour = width, 9, colour
        self.length = width * part / whole if whole else 0

    def draw(self) -> None:
        self.canv.setFillColor(PAPER)
        self.canv.rect(0, 0, self.width, self.height, stroke=0, fill=1)
        self.canv.setFillColor(self.colour)
        self.canv.rect(0, 0, self.length, self.height, stroke=0, fill=1)


class QR(Flowable):
    """An address as a QR code, drawn as vectors with its quiet zone (ISO/IEC 18004)."""

    def __init__(self, address: str, *, size: float) -> None:
        super().__init__()
        self.width = self.height = size
        self.rows = [bytes(row) for row in segno.make(address, error="m", micro=False).matrix]

    def draw(self) -> None:
        module = self.width / (len(self.rows) + 8)
        self.canv.setFillColor(INK)
        for line, row in enumerate(self.rows):
            top = self.height - (line + 5) * module
            for column, dark in enumerate(row):
                if dark:
                    self.canv.rect((column + 4) * module, top, module, module, stroke=0, fill=1)


def grid(
    rows: Sequence[Sequence[Any]],
    widths: Sequence[float],
    commands: Sequence[tuple[Any, ...]],
    *,
    heads: int = 0,
) -> Table:
    """Set a table in our face from the start.

    reportlab selects a cell's font before it looks inside; its own choice would leave an
    unembedded Helvetica in the file.
    """
    table = Table(
        [list(row) for row in rows], colWidths=list(widths), repeatRows=heads, splitInRow=1
    )
    table.setStyle(TableStyle([("FONTNAME", (0, 0), (-1, -1), REGULAR), *commands]))
    return table


def boxed(content: list[Any], *, fill: Any, edge: Any, pad: float = 8) -> Table:
    """A tinted box over the whole width with a strong left edge."""
    return grid(
        [[content]],
        [WIDTH],
        [
            ("BACKGROUND", (0, 0), (-1, -1), fill),
            ("LINEBEFORE", (0, 0), (0, -1), 3, edge),
            ("LEFTPADDING", (0, 0), (-1, -1), pad + 3),
            ("RIGHTPADDING", (0, 0), (-1, -1), pad),
            ("TOPPADDING", (0, 0), (-1, -1), pad - 1),
            ("BOTTOMPADDING", (0, 0), (-1, -1), pad + 1),
        ],
    )
