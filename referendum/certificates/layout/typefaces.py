"""The embedded typefaces, and text made safe to set in them.

Pretendard sets everything it can. It has no hanja, and neither ㈔ nor ∼, which titles of offices
hold; those signs come from the faces that follow it, each asked only for what the ones before lack.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Final, Self
from xml.sax.saxutils import escape

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from referendum.kernel.errors import DomainError, Refusal

REGULAR: Final = "Pretendard"
BOLD: Final = "Pretendard-Bold"
FOLDER: Final = Path(__file__).parent.parent / "fonts"
FACES: Final = (
    (REGULAR, "Pretendard-Regular.ttf", "Pretendard-Bold.ttf"),
    ("NotoSansKR", "NotoSansKR-Regular.ttf", "NotoSansKR-Bold.ttf"),
    ("GothicA1", "GothicA1-Regular.ttf", "GothicA1-Bold.ttf"),
    ("NotoSansSC", "NotoSansSC-Regular.ttf", "NotoSansSC-Regular.ttf"),
)
"""In the order in which they are asked: hanja in their Korean form, then the few signs of CP949
that both lack (∼ and ≒ among them), then the rare hanja of names. The last is needed so seldom that
its bold would be eleven megabytes for nothing."""


class FontsMissing(DomainError):
    """The build has not made the fonts (`tools/build_assets.py` does)."""

    code = "fonts-missing"
    refusal = Refusal.UNAVAILABLE


@dataclass(frozen=True, slots=True)
class Face:
    """A typeface in two weights, as TrueType files that are embedded: a PDF looks alike everywhere.

    `name` is what reportlab knows it by; reportlab cannot read CFF outlines.
    """

    name: str
    regular: Path
    bold: Path

    def load(self) -> frozenset[int]:
        """Make the face known to reportlab; the code points that both weights can draw."""
        return _load(self)


@dataclass(frozen=True, slots=True)
class Fonts:
    """The faces in the order in which each sign asks for one. The first is the document's own."""

    faces: tuple[Face, ...]

    @classmethod
    def find(cls, folder: Path = FOLDER) -> Self:
        """The faces that the build has made. Raises FontsMissing, naming the files."""
        fonts = cls(tuple(Face(name, folder / light, folder / bold) for name, light, bold in FACES))
        files = {path for face in fonts.faces for path in (face.regular, face.bold)}
        missing = sorted(path.name for path in files if not path.is_file())
        if missing:
            raise FontsMissing(files=missing)
        return fonts

    def register(self) -> Self:
        """Make the document's own face known to reportlab. The others follow when a sign asks."""
        self.faces[0].load()
        return self

    def face_of(self, sign: str) -> Face | None:
        """The first face that can draw a sign; none is loaded that comes after it."""
        return next((face for face in self.faces if ord(sign) in face.load()), None)


@cache
def _load(face: Face) -> frozenset[int]:
    bold_name = f"{face.name}-Bold"
    fonts = [TTFont(face.name, str(face.regular)), TTFont(bold_name, str(face.bold))]
    for font in fonts:
        pdfmetrics.registerFont(font)
    pdfmetrics.registerFontFamily(face.name, normal=face.name, bold=bold_name, italic=face.name)
    return frozenset(fonts[0].face.charToGlyph) & frozenset(fonts[1].face.charToGlyph)


def printable(text: str, fonts: Fonts) -> str:
    """Show text as it is: a name must not look like another one.

    What steers the direction of writing, hides, or has no glyph in any face is spelled out
    ("[U+202E]").
    """
    return "".join(_sign(sign, fonts) for sign in unicodedata.normalize("NFC", text))


def _sign(sign: str, fonts: Fonts) -> str:
    category = unicodedata.category(sign)
    if sign == "\n" or category in ("Zl", "Zp"):
        return "\n"
    if sign == "\t" or category == "Zs":
        return " "
    if category.startswith("C") or _hides(sign) or fonts.face_of(sign) is None:
        return f"[U+{ord(sign):04X}]"
    return sign


HIDING: Final = (
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x2800, 0x2800),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFFA0, 0xFFA0),
    (0xE0100, 0xE01EF),
)
"""Letters and marks that draw nothing: Unicode's Default_Ignorable_Code_Point (UAX #44) outside the
category C, and the blank of Braille."""


def _hides(sign: str) -> bool:
    return any(first <= ord(sign) <= last for first, last in HIDING)


def runs(text: str, fonts: Fonts) -> Iterator[tuple[Face, str]]:
    """Printable text in stretches of one face; what needs no glyph stays with the first."""
    own = fonts.faces[0]
    for face, signs in groupby(text, lambda sign: fonts.face_of(sign) or own):
        yield face, "".join(signs)


def markup(text: str, fonts: Fonts) -> str:
    """Text for a paragraph: reportlab reads tags there, so none may come from outside."""
    return "".join(_run(*run, fonts) for run in runs(printable(text, fonts), fonts))


def _run(face: Face, text: str, fonts: Fonts) -> str:
    safe = escape(text).replace("\n", "<br/>")
    return safe if face is fonts.faces[0] else f'<font name="{face.name}">{safe}</font>'


def width(text: str, fonts: Fonts, *, bold: bool, size: float) -> float:
    """How wide a line of printable text is, in points."""
    return sum(_width(face, part, bold=bold, size=size) for face, part in runs(text, fonts))


def _width(face: Face, text: str, *, bold: bool, size: float) -> float:
    return float(pdfmetrics.stringWidth(text, _weight(face, bold=bold), size))


def placed(text: str, fonts: Fonts, *, bold: bool, size: float) -> Sequence[tuple[float, str, str]]:
    """A line of printable text as (distance from its start in points, font's name, text)."""
    found, at = [], 0.0
    for face, part in runs(text, fonts):
        found.append((at, _weight(face, bold=bold), part))
        at += _width(face, part, bold=bold, size=size)
    return found


def _weight(face: Face, *, bold: bool) -> str:
    return f"{face.name}-Bold" if bold else face.name
