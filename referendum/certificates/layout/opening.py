"""The first things a reader looks for: what this is, what was asked, under which law."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reportlab.lib.colors import white
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Paragraph, Spacer, Table

from referendum.certificates import telling
from referendum.certificates.layout.ink import (
    BODY,
    CELL,
    HASH,
    HEAD,
    LINE,
    SMALL,
    WIDTH,
    Pen,
    boxed,
    grid,
    style,
)
from referendum.i18n import sums


def heading(pen: Pen) -> Iterator[Flowable]:
    document = pen.document
    pale = style(9, colour=white)
    left = [
        Paragraph(
            pen.safe(telling.issuer(document, pen.words)),
            style(10, bold=True, colour=white),
        ),
        Spacer(0, 2),
        Paragraph(
            pen.safe(telling.title(document, pen.words)),
            style(23, bold=True, colour=white, lead=1.25),
        ),
    ]
    right = [
        Paragraph(pen.say("serial"), style(7.5, colour=white)),
        Paragraph(pen.safe(document.serial), style(9.5, bold=True, colour=white)),
        Spacer(0, 3),
        Paragraph(pen.say("issued"), style(7.5, colour=white)),
        Paragraph(pen.safe(pen.words.moment(document.times.issued_at)), pale),
    ]
    band = grid(
        [[left, right]],
        [WIDTH - 52 * mm, 52 * mm],
        [
            ("BACKGROUND", (0, 0), (-1, -1), pen.accent),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("LEFTPADDING", (0, 0), (0, 0), 14),
            ("RIGHTPADDING", (0, 0), (-1, -1), 10),
            ("TOPPADDING", (0, 0), (-1, -1), 12),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 14),
        ],
    )
    yield band
    yield from _where_it_stands(pen)


def _where_it_stands(pen: Pen) -> Iterator[Flowable]:
    """What the document is not, said before anything else."""
    original = pen.document.transcript_of
    if original is not None:
        yield Spacer(0, 6)
        text = pen.say(
            "transcript_of",
            authority=pen.plain(original.authority),
            number=original.number,
            date=original.date,
        )
        yield boxed([Paragraph(text, BODY)], fill=pen.tint, edge=pen.accent)
    replaced = pen.document.replaces
    if replaced is not None:
        yield Spacer(0, 6)
        text = pen.say("replaces", serial=replaced.serial, sha256=replaced.sha256)
        yield boxed([Paragraph(text, BODY)], fill=pen.tint, edge=pen.accent)
    if pen.document.instrument == "advisory":
        yield Spacer(0, 6)
        lines = [
            Paragraph(pen.say("label.advisory"), style(13, bold=True)),
            Paragraph(pen.say("label.advisory_note"), SMALL),
        ]
        yield boxed(lines, fill=pen.tint, edge=pen.accent)


def question(pen: Pen) -> Iterator[Flowable]:
    measure = pen.document.measure
    rows = [
        Paragraph(pen.phrase(measure.title), style(12, bold=True)),
        Spacer(0, 4),
        Paragraph(pen.phrase(measure.question, size=8.5), style(10.5)),
    ]
    # On an initiative the council votes: residents have nothing to choose from.
    options = () if pen.document.instrument == "initiative" else measure.options
    labels = [pen.phrase(option.label).replace("<br/>", " ") for option in options]
    short = all(len(pen.plain(option.label)) < SHORT for option in options)
    lines = ["&nbsp; · &nbsp;".join(labels)] if short and labels else labels
    rows += [Paragraph(f"• {line}", BODY) for line in lines]
    # A question may be longer than a page; a box cannot be divided, so the parts follow freely.
    yield pen.section("question")
    yield from rows


def law(pen: Pen) -> Iterator[Flowable]:
    document, rulebook = pen.document, pen.document.rulebook
    facts = [
        ("number", pen.safe(document.measure.number)),
        ("authority", pen.phrase(document.authority)),
    ]
    if document.measure.office is not None:
        facts.append(("office", pen.phrase(document.measure.office)))
    if document.measure.route is not None:
        facts.append(("route", pen.say(f"routes.{document.measure.route}")))
    facts.append(("rulebook", f"{pen.main(rulebook.title)} ({pen.safe(rulebook.id)})"))
    long = [
        _fact(
            pen,
            "laws",
            Paragraph(
                " · ".join(pen.safe(sums.told(pen.words, law)) for law in rulebook.laws) or "—",
                CELL,
            ),
        )
    ]
    assumed = telling.assumed(document, pen.words)
    if assumed:
        text = f"{' · '.join(map(pen.safe, assumed))} — {pen.say('assumed_note')}"
        long.append(_fact(pen, "assumed", Paragraph(text, CELL)))
    long.append(_fact(pen, "fingerprint", Paragraph(rulebook.fingerprint, HASH)))
    short = [_fact(pen, key, Paragraph(text, CELL)) for key, text in facts]
    yield KeepTogether([pen.section("law"), _side_by_side(short), table_of_facts(long)])


def _side_by_side(facts: list[list[Any]]) -> Table:
    """Short facts, two to a line."""
    blank = [Spacer(0, 0), Spacer(0, 0)]
    pairs = [*facts, blank] if len(facts) % 2 else facts
    rows = [left + right for left, right in zip(pairs[::2], pairs[1::2], strict=True)]
    return grid(rows, [NAME, WIDTH / 2 - NAME] * 2, FACTS)


def _fact(pen: Pen, key: str, value: Paragraph) -> list[Paragraph]:
    return [Paragraph(pen.say(f"fact.{key}"), HEAD), value]


def table_of_facts(rows: list[list[Any]], *, width: float = WIDTH) -> Table:
    """Names on the left, what they are on the right."""
    return grid(rows, [NAME, width - NAME], FACTS)


NAME = 32 * mm
SHORT = 12
"""Options with fewer signs stand on one line."""
FACTS: list[Any] = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
    ("LEFTPADDING", (0, 0), (0, -1), 0),
    ("TOPPADDING", (0, 0), (-1, -1), 2.5),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
]
