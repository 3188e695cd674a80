"""Who answers for the document, when, and how anyone can check it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Paragraph, Spacer, Table

from referendum.certificates import telling
from referendum.certificates.layout.ink import (
    BODY,
    CELL,
    GREY,
    HASH,
    HEAD,
    LINE,
    QR,
    SMALL,
    WIDTH,
    Pen,
    grid,
    style,
)
from referendum.certificates.layout.opening import table_of_facts
from referendum.certificates.parts import Officer


def certification(pen: Pen) -> Iterator[Flowable]:
    document = pen.document
    boxes = grid(
        [[_officer(pen, officer) for officer in document.officers]],
        [WIDTH / 2] * 2,
        [
            ("BOX", (0, 0), (0, 0), 0.6, LINE),
            ("BOX", (1, 0), (1, 0), 0.6, LINE),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 9),
            ("TOPPADDING", (0, 0), (-1, -1), 6),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 8),
        ],
    )
    times = document.times
    rows = [
        [Paragraph(pen.say(f"time.{key}"), HEAD), Paragraph(pen.safe(said(moment)), CELL)]
        for key, moment, said in (
            # A period ends at 24:00 of its last day, as it was announced.
            ("petition_closed_at", times.petition_closed_at, pen.words.end),
            ("polls_closed_at", times.polls_closed_at, pen.words.end),
            ("decided_at", times.decided_at, pen.words.moment),
            ("issued_at", times.issued_at, pen.words.moment),
        )
        if moment is not None
    ]
    certifies = pen.say(f"certifies.{document.kind}")
    yield KeepTogether(
        [
            pen.section("certification"),
            Paragraph(certifies, BODY),
            Spacer(0, 5),
            boxes,
            Spacer(0, 5),
            table_of_facts(rows),
            Spacer(0, 8),
            _sealed(pen),
        ]
    )


def _sealed(pen: Pen) -> Table:
    """Who issues it, as letters end, beside the place for the seal."""
    document = pen.document
    name = pen.safe(telling.issuer(document, pen.words))
    day = pen.safe(pen.words.day(document.times.issued_at.astimezone(pen.words.zone).date()))
    centred = style(13, bold=True, align=1)
    left = [Paragraph(day, style(10, align=1)), Spacer(0, 3), Paragraph(name, centred)]
    mark = Paragraph(pen.say("seal"), style(9, colour=GREY, align=1))
    return grid(
        [[left, mark]],
        [WIDTH - SEAL, SEAL],
        [
            ("BOX", (1, 0), (1, 0), 0.6, LINE),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("TOPPADDING", (1, 0), (1, 0), SEAL / 2 - 6),
            ("BOTTOMPADDING", (1, 0), (1, 0), SEAL / 2 - 6),
        ],
    )


def _officer(pen: Pen, officer: Officer) -> list[Any]:
    return [
        Paragraph(pen.safe(telling.office(officer, pen.words)), SMALL),
        Paragraph(pen.safe(officer.name), style(12, bold=True)),
        Paragraph(_moment(pen, officer.certified_at), SMALL),
    ]


def _moment(pen: Pen, moment: Any) -> str:
    return pen.safe(pen.words.moment(moment))


def evidence(pen: Pen) -> Iterator[Flowable]:
    document, checkpoint = pen.document, pen.document.checkpoint
    rows = [
        [Paragraph(pen.say(f"record.{key}"), HEAD), Paragraph(text, kind)]
        for key, text, kind in (
            ("origin", pen.safe(checkpoint.origin), CELL),
            ("size", pen.number(checkpoint.size), CELL),
            ("root", pen.safe(checkpoint.root), HASH),
            ("note", pen.safe(checkpoint.note.rstrip("\n")), HASH),
            ("sha256", document.sha256, HASH),
        )
    ]
    size = 36 * mm
    facts = table_of_facts(rows, width=WIDTH - size - 8)
    both = grid(
        [[facts, QR(document.verification_url, size=size)]],
        [WIDTH - size, size],
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 0),
        ],
    )
    address = Paragraph(pen.safe(document.verification_url), _ADDRESS)
    said = Paragraph(pen.say("verify"), BODY)
    yield KeepTogether([pen.section("record"), both, Spacer(0, 5), said, Spacer(0, 2), address])


SEAL = 28 * mm
_ADDRESS = style(9, bold=True)
_ADDRESS.wordWrap = "CJK"
