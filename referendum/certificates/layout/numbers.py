"""The counts behind the verdict: of the petition, of the poll, and district by district."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import (
    Flowable,
    KeepTogether,
    Paragraph,
    Spacer,
    Table,
)

from referendum.certificates.layout.districts import RULES, district_table, opened
from referendum.certificates.layout.ink import (
    BODY,
    CELL,
    HEAD,
    HEAD_RIGHT,
    NUMBER,
    SMALL,
    WIDTH,
    Bar,
    Pen,
    grid,
    style,
)
from referendum.certificates.parts import DistrictFloor, Petition, Poll, Tally
from thresholds.share import percentages

Row = tuple[str, int | str | None]
MOST_COLUMNS = 8
"""As many seven-digit numbers as fit beside a district's name."""


def petition(pen: Pen) -> Iterator[Flowable]:
    held = pen.document.petition
    if held is None:
        return
    rows: list[Row] = [
        (pen.say(f"number.{key}"), value)
        for key, value in (
            ("claimants", held.claimants),
            ("submitted", held.submitted),
            ("standing", held.standing),
        )
        if value is not None
    ]
    rows += [(pen.say(f"channel.{tally.key}"), tally.count) for tally in held.channels]
    void = pen.say("number.void")
    # What a signer took back was never found void.
    rows += [
        (
            pen.reason(one.key) if one.key == "withdrawn" else f"{void} · {pen.reason(one.key)}",
            one.count,
        )
        for one in held.void
    ]
    if rows:
        yield KeepTogether([pen.section("petition"), counts(pen, rows)])
    for finding in held.findings:
        if finding.districts:
            yield from _floors(pen, finding.districts)
    if held.districts_apart:
        yield from _petition_districts(pen, held)


def _floors(pen: Pen, floors: Sequence[DistrictFloor]) -> Iterator[Flowable]:
    heads = [pen.say(f"column.{key}") for key in ("district", "claimants", "valid", "floor", "met")]
    rows = [
        [
            floor.name,
            floor.whole,
            floor.counted,
            floor.needed,
            {True: "met.met", False: "met.missed", None: "met.not_stated"}[floor.met],
        ]
        for floor in floors
    ]
    yield from opened(pen, "floors")
    yield district_table(pen, heads, rows, verdicts=True)


def _petition_districts(pen: Pen, held: Petition) -> Iterator[Flowable]:
    heads = [pen.say(f"column.{key}") for key in ("district", "claimants", "valid")]
    rows = [
        [district.name, district.claimants, district.valid] for district in held.districts_apart
    ]
    yield from opened(pen, "petition_districts")
    yield district_table(pen, heads, rows)


def poll(pen: Pen) -> Iterator[Flowable]:
    held = pen.document.poll
    if held is None:
        return
    rows: list[Row] = [
        (pen.say(f"number.{key}"), value)
        for key, value in (
            ("electors", held.electors),
            ("issued", held.issued),
            ("cast", held.cast),
            ("papers", held.papers),
            ("invalid", held.invalid),
        )
        if value is not None
    ]
    parts: list[Any] = [pen.section("poll"), counts(pen, rows)]
    if held.gap is not None:
        gap = pen.say("gap", difference=held.gap.difference)
        parts += [Spacer(0, 4), Paragraph(f"{gap} {pen.safe(held.gap.reason)}", BODY)]
    if not held.counted:
        parts += [Spacer(0, 4), Paragraph(pen.say("not_opened"), style(9.5, bold=True))]
    yield KeepTogether(parts)
    if held.options is not None:
        note = Paragraph(pen.say("share_note"), SMALL)
        parts = [pen.section("options"), _options(pen, held.options), Spacer(0, 3), note]
        yield KeepTogether(parts)
    if held.districts:
        yield from _poll_districts(pen, held)


def counts(pen: Pen, rows: Sequence[Row]) -> Table:
    """Names and numbers in one column pair."""
    cells = [[Paragraph(name, CELL), Paragraph(pen.number(value), NUMBER)] for name, value in rows]
    return grid(cells, [WIDTH - 40 * mm, 40 * mm], [*RULES, ("LEFTPADDING", (0, 0), (0, -1), 2)])


def _options(pen: Pen, options: Sequence[Tally]) -> Table:
    """Each option with its votes, its share of the valid ones, and a bar."""
    valid = sum(option.count for option in options)
    labels = {option.key: option.label for option in pen.document.measure.options}
    rows: list[list[Any]] = [
        [
            Paragraph(pen.say("column.option"), HEAD),
            Paragraph(pen.say("column.votes"), HEAD_RIGHT),
            Paragraph(pen.say("column.share"), HEAD_RIGHT),
            "",
        ]
    ]
    width = 62 * mm
    # Beside one half, which the law speaks of.
    *shares, _ = percentages(valid, [*(option.count for option in options), Fraction(valid, 2)])
    for option, share in zip(options, shares, strict=True):
        bar = Bar(part=option.count, whole=valid, width=width, colour=pen.accent)
        rows.append(
            [
                Paragraph(pen.main(labels[option.key]), style(10, bold=True, lead=1.3)),
                Paragraph(pen.number(option.count), style(10, bold=True, align=2, lead=1.3)),
                Paragraph(share, NUMBER),
                bar,
            ]
        )
    return grid(
        rows,
        [WIDTH - width - 56 * mm, 30 * mm, 22 * mm, width + 4 * mm],
        [*RULES],
    )


def _poll_districts(pen: Pen, held: Poll) -> Iterator[Flowable]:
    columns: list[tuple[str, list[int | None]]] = [
        (pen.say(f"column.{key}"), [getattr(district, key) for district in held.districts])
        for key in ("electors", "issued", "cast", "papers", "invalid")
    ]
    for option in pen.document.measure.options:
        votes = [
            next((t.count for t in district.options or () if t.key == option.key), None)
            for district in held.districts
        ]
        columns.append((pen.main(option.label), votes))
    columns = [column for column in columns if any(value is not None for value in column[1])]
    yield from opened(pen, "poll_districts")
    for start in range(0, len(columns), MOST_COLUMNS):
        yield _columns(pen, held, columns[start : start + MOST_COLUMNS])
        yield Spacer(0, 6)


def _columns(pen: Pen, held: Poll, columns: Sequence[tuple[str, list[int | None]]]) -> Table:
    """Some columns of the districts, with what they add up to."""
    heads = [pen.say("column.district"), *(head for head, _ in columns)]
    names = [district.name for district in held.districts]
    rows = [[name, *(values[i] for _, values in columns)] for i, name in enumerate(names)]
    total = [sum(value or 0 for value in values) for _, values in columns]
    return district_table(pen, heads, rows, total=[pen.words("certificate.column.total"), *total])
