"""What stands on every page: bands, the running title, number, hash and page count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from referendum.certificates.layout.ink import GREY, LINE, WARNING
from referendum.certificates.layout.typefaces import BOLD, REGULAR

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
            self.setFont(BOLD, 9)
            self.drawCentredString(WIDE / 2, HIGH - 5.2 * mm, parts.band)
        y, right = HIGH - 14 * mm, WIDE - MARGIN
        if parts.label is not None:
            width = stringWidth(parts.label, BOLD, 8.5) + 12
            self.setFillColor(parts.accent)
            self.roundRect(right - width, y - 4.5, width, 15, 3, stroke=0, fill=1)
            self.setFillColorRGB(1, 1, 1)
            self.setFont(BOLD, 8.5)
            self.drawCentredString(right - width / 2, y, parts.label)
            right -= width + 8
        if not first:
            self.setFillColor(GREY)
            self.setFont(REGULAR, 8)
            self.drawString(MARGIN, y, _fitting(parts.title, right - MARGIN))

    def _foot(self, number: int, total: int) -> None:
        parts = self._furniture
        self.setStrokeColor(LINE)
        self.setLineWidth(0.6)
        self.line(MARGIN, 15 * mm, WIDE - MARGIN, 15 * mm)
        self.setFillColor(GREY)
        self.setFont(REGULAR, 7.5)
        self.drawString(MARGIN, 11 * mm, _fitting(parts.serial, 75 * mm))
        self.drawCentredString(WIDE / 2 + 18 * mm, 11 * mm, f"SHA-256 {parts.digest[:16]}…")
        self.drawRightString(WIDE - MARGIN, 11 * mm, f"{number} / {total}")


def _fitting(text: str, width: float) -> str:
    """As much of a text as the line holds."""
    line = text.replace("\n", " ")
    while line and stringWidth(line, REGULAR, 8) > width:
        line = line[:-2].rstrip() + "…" if len(line) > 2 else ""  # noqa: PLR2004  # a sign and its dots
    return line
