"""The embedded typeface, and text made safe to set in it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Self
from xml.sax.saxutils import escape

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from referendum.kernel.errors import DomainError, Refusal

REGULAR: Final = "Pretendard"
BOLD: Final = "Pretendard-Bold"
FOLDER: Final = Path(__file__).parent.parent / "fonts"


class FontsMissing(DomainError):
    """The build has not made the fonts (`tools/build_assets.py` does)."""

    code = "fonts-missing"
    refusal = Refusal.UNAVAILABLE


@dataclass(frozen=True, slots=True)
class Fonts:
    """Two TrueType files. They are embedded, so that a document looks alike everywhere."""

    regular: Path
    bold: Path

    @classmethod
    def find(cls, folder: Path = FOLDER) -> Self:
        fonts = cls(folder / "Pretendard-Regular.ttf", folder / "Pretendard-Bold.ttf")
        missing = [path.name for path in (fonts.regular, fonts.bold) if not path.is_file()]
        if missing:
            raise FontsMissing(files=missing)
        return fonts

    def register(self) -> frozenset[int]:
        """Make the faces known to reportlab; the code points that both can draw."""
        return _register(self.regular, self.bold)


@cache
def _register(regular: Path, bold: Path) -> frozenset[int]:
    faces = [TTFont(REGULAR, str(regular)), TTFont(BOLD, str(bold))]
    for face in faces:
        pdfmetrics.registerFont(face)
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR)
    return frozenset(faces[0].face.charToGlyph) & frozenset(faces[1].face.charToGlyph)


def printable(text: str, drawn: frozenset[int]) -> str:
    """Show text as it is: a name must not look like another one.

    What steers the direction of writing, hides, or has no glyph is spelled out ("[U+202E]").
    """
    return "".join(_sign(sign, drawn) for sign in unicodedata.normalize("NFC", text))


def _sign(sign: str, drawn: frozenset[int]) -> str:
    category = unicodedata.category(sign)
    if sign == "\n" or category in ("Zl", "Zp"):
        return "\n"
    if sign == "\t" or category == "Zs":
        return " "
    if category.startswith("C") or ord(sign) not in drawn:
        return f"[U+{ord(sign):04X}]"
    return sign


def markup(text: str, drawn: frozenset[int]) -> str:
    """Text for a paragraph: reportlab reads tags there, so none may come from outside."""
    return escape(printable(text, drawn)).replace("\n", "<br/>")
