"""What stands on every page: bands, the running title, number, hash and page count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from referendum.certificates.layout.ink import GREY, LINE, WARNING
from referendum.certificates.layout.typefaces import REGULAR, Fonts, placed, width

MARGIN = 18 * mm
WIDE, HIGH = A4


@dataclass(frozen=True, slots=True)
class Furniture:
    """The words that are repeated on every page."""

    title: str
    serial: str
    label: str | None
    band: str | None
    digest: str
    accent: Any
    fonts: Fonts
    issued_at: datetime


class Pages(Canvas):
    """A canvas that learns how many pages there are before it writes "n / N" on any of them."""

    def __init__(self, *args: Any, furniture: Furniture, **options: Any) -> None:
        super().__init__(*args, **options)
        self._furniture = furniture
        # The day the document was issued, not the day it was set: it is set alike at any time.
        issued = furniture.issued_at.astimezone(UTC).strftime("D:%Y%m%d%H%M%S+00'00'")
        self.setDateFormatter(lambda *_: issued)
        self._kept: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802  # reportlab's name
        self._kept.append(dict(self.__dict__))
        self._startPage()  # type: ignore[attr-defined]  # missing in the stubs

    def save(self) -> None:
        for number, state in enumerate(self._kept, start=1):
            self.__dict__.update(state)
            self._draw(number, len(self._kept))
            super().showPage()
        super().save()

    def _draw(self, number: int, total: int) -> None:
        self.saveState()
        self._head(first=number == 1)
        self._foot(number, total)
        self.restoreState()

    def _head(self, *, first: bool) -> None:
        parts = self._furniture
        if parts.band is not None:
            self.setFillColor(WARNING)
            self.rect(0, HIGH - 7.5 * mm, WIDE, 7.5 * mm, stroke=0, fill=1)
            self.setFillColorRGB(1, 1, 1)
            self._centred(WIDE / 2, HIGH - 5.2 * mm, parts.band, bold=True, size=9)
        y, right = HIGH - 14 * mm, WIDE - MARGIN
        if parts.label is not None:
            wide = width(parts.label, parts.fonts, bold=True, size=8.5) + 12
            self.setFillColor(parts.accent)
            self.roundRect(right - wide, y - 4.5, wide, 15, 3, stroke=0, fill=1)
            self.setFillColorRGB(1, 1, 1)
            self._centred(right - wide / 2, y, parts.label, bold=True, size=8.5)
            right -= wide + 8
        if not first:
            self.setFillColor(GREY)
            self._line(MARGIN, y, self._fitting(parts.title, right - MARGIN, size=8), size=8)

    def _foot(self, number: int, total: int) -> None:
        parts = self._furniture
        self.setStrokeColor(LINE)
        self.setLineWidth(0.6)
        self.line(MARGIN, 15 * mm, WIDE - MARGIN, 15 * mm)
        self.setFillColor(GREY)
        self._line(MARGIN, 11 * mm, self._fitting(parts.serial, 75 * mm, size=7.5), size=7.5)
        self.setFont(REGULAR, 7.5)
        self.drawCentredString(WIDE / 2 + 18 * mm, 11 * mm, f"SHA-256 {parts.digest[:16]}…")
        self.drawRightString(WIDE - MARGIN, 11 * mm, f"{number} / {total}")

    def _line(self, x: float, y: float, text: str, *, size: float, bold: bool = False) -> None:
        for at, font, part in placed(text, self._furniture.fonts, bold=bold, size=size):
            self.setFont(font, size)
            self.drawString(x + at, y, part)

    def _centred(self, x: float, y: float, text: str, *, size: float, bold: bool) -> None:
        half = width(text, self._furniture.fonts, bold=bold, size=size) / 2
        self._line(x - half, y, text, size=size, bold=bold)

    def _fitting(self, text: str, room: float, *, size: float) -> str:
        """As much of a text as the line holds."""
        line, fonts = text.replace("\n", " "), self._furniture.fonts
        while line and width(line, fonts, bold=False, size=size) > room:
            line = line[:-2].rstrip() + "…" if len(line) > 2 else ""  # noqa: PLR2004  # a sign and its dots
        return line
