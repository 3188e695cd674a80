"""Tables with a line per district, over as many pages as they need."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, Paragraph, Table

from referendum.certificates.layout.ink import (
    BAD,
    CELL,
    GOOD,
    HEAD,
    HEAD_RIGHT,
    LINE,
    NUMBER,
    PAPER,
    SMALL,
    WIDTH,
    Pen,
    grid,
    style,
)


def opened(pen: Pen, key: str) -> Iterator[Flowable]:
    """The heading of a table that may run over pages: room for a few lines is enough."""
    heading = pen.section(key)
    heading.keepWithNext = False
    yield CondPageBreak(70 * mm)
    yield heading


def district_table(
    pen: Pen,
    heads: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    total: Sequence[Any] | None = None,
    verdicts: bool = False,
) -> Table:
    """A long table whose head is repeated on each page. `verdicts`: the last column is one."""
    cells = [[Paragraph(text, HEAD_RIGHT if i else HEAD) for i, text in enumerate(heads)]]
    for row in rows:
        values = row[1:-1] if verdicts else row[1:]
        line = [Paragraph(pen.safe(row[0]), CELL)]
        line += [Paragraph(pen.number(value), NUMBER) for value in values]
        if verdicts:
            line.append(_verdict(pen, row[-1]))
        cells.append(line)
    extra: list[Any] = []
    if total is not None:
        strong, right = style(8.5, bold=True, lead=1.3), style(8.5, bold=True, align=2, lead=1.3)
        cells.append(
            [
                Paragraph(pen.safe(total[0]), strong),
                *(Paragraph(pen.number(value), right) for value in total[1:]),
            ]
        )
        extra = [
            ("LINEABOVE", (0, -1), (-1, -1), 1, pen.accent),
            ("NOSPLIT", (0, -min(4, len(cells) - 1)), (-1, -1)),
        ]
    first = 38 * mm
    widths = [first, *([(WIDTH - first) / (len(heads) - 1)] * (len(heads) - 1))]
    zebra = [("ROWBACKGROUNDS", (0, 1), (-1, -1), [None, PAPER])]
    heading = ("VALIGN", (0, 0), (-1, 0), "BOTTOM")
    return grid(cells, widths, [*RULES, *zebra, *extra, heading], heads=1)


def _verdict(pen: Pen, key: str) -> Paragraph:
    colour = {"met.met": GOOD, "met.missed": BAD}.get(key, SMALL.textColor)
    return Paragraph(pen.say(key), style(8.5, bold=True, colour=colour, align=2, lead=1.3))


RULES: list[Any] = [
    ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
    ("TOPPADDING", (0, 0), (-1, -1), 2.5),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
    ("LEFTPADDING", (0, 0), (-1, -1), 4),
    ("RIGHTPADDING", (0, 0), (-1, -1), 4),
    ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
]
