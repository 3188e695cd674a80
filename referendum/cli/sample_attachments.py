"""What is attached to the demo's texts: a drawing and a timetable, made here, of nobody's.

The city is made while the build still fetches the typefaces: neither needs any of them.
"""

from __future__ import annotations

import io
from typing import Final

from PIL import Image, ImageDraw
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from referendum.lifecycle.attachments.attaching import Telling

SIZE: Final = (1_440, 900)
WINDOWS: Final = (6, 3)
"""Of the library, across and down."""
DUSK, GRASS, WALL, LIGHT, DOOR = "#1d2b53", "#2e5d43", "#d8d2c4", "#ffd76a", "#6b4a2b"
DRAWING: Final = Telling(
    title_ko="밤에 불이 켜진 도서관 (그림)",
    title_en="The library lit at night (drawing)",
    description_ko="저녁 하늘 아래 작은 도서관의 창이 모두 켜져 있고, "
    "지붕 밑의 시계가 열 시를 가리킨다.",
    description_en="Under an evening sky all windows of a small library are lit. The clock below "
    "its roof shows ten.",
)
TIMETABLE: Final = Telling(
    title_ko="운영 시간표 (시연)",
    title_en="Timetable (demo)",
    description_ko="요일별로 문을 열고 닫는 시각",
    description_en="When it opens and closes, by day",
)
DAYS: Final = (
    ("월~금", "09:00", "22:00"),
    ("토", "09:00", "18:00"),
    ("일", "쉼", "쉼"),
)
GOTHIC: Final = "HYGothic-Medium"
"""A Korean typeface that readers of PDF have themselves (Adobe-Korea1): none is put in."""


def drawing() -> bytes:
    """A PNG of a library at night."""
    width, height = SIZE
    picture = Image.new("RGB", SIZE, DUSK)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, height * 3 // 4, width, height), fill=GRASS)
    pen.ellipse((width - 260, 70, width - 140, 190), fill="#f4efd9")
    pen.rectangle((240, 240, width - 240, height * 3 // 4 + 60), fill=WALL)
    pen.polygon([(200, 240), (width // 2, 60), (width - 200, 240)], fill="#8a4b3a")
    across, down = WINDOWS
    wide, high = (width - 560) // across, 130
    for row in range(down):
        for column in range(across):
            left, top = 290 + column * wide, 280 + row * high
            pen.rectangle((left, top, left + wide - 40, top + high - 40), fill=LIGHT)
    middle, clock = width // 2, 170
    pen.rectangle((middle - 70, 560, middle + 70, height * 3 // 4 + 60), fill=DOOR)
    pen.ellipse((middle - 60, clock - 60, middle + 60, clock + 60), fill="#fff", outline=DUSK)
    # Ten o'clock: the long hand up, the short one at 300 degrees.
    pen.line((middle, clock, middle, clock - 46), fill=DUSK, width=6)
    pen.line((middle, clock, middle - 28, clock - 16), fill=DUSK, width=9)
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def timetable() -> bytes:
    """A page of a PDF."""
    pdfmetrics.registerFont(UnicodeCIDFont(GOTHIC))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=True)
    canvas.setTitle(TIMETABLE.title_ko)
    left, top = 72, A4[1] - 100
    canvas.setFont(GOTHIC, 20)
    canvas.drawString(left, top, "작은도서관 운영 시간표 (시연용으로 지어낸 것)")
    canvas.setFont(GOTHIC, 14)
    for row, (day, opens, closes) in enumerate((("요일", "여는 때", "닫는 때"), *DAYS)):
        for column, said in enumerate((day, opens, closes)):
            canvas.drawString(left + column * 130, top - 50 - row * 28, said)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def libraries() -> tuple[tuple[bytes, Telling], ...]:
    """What goes with the ordinance on libraries, in its order."""
    return ((drawing(), DRAWING), (timetable(), TIMETABLE))
