"""Each requirement with its sum, and what follows from them together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reportlab.platypus import Flowable, KeepTogether, Paragraph, Spacer, Table

from referendum.certificates import telling
from referendum.certificates.layout.ink import (
    BAD,
    BODY,
    GOOD,
    GREY,
    LINE,
    PAPER,
    SMALL,
    WIDTH,
    Pen,
    boxed,
    grid,
    style,
)
from referendum.certificates.layout.typefaces import REGULAR
from referendum.certificates.parts import Effect, Finding, Undertaking
from referendum.i18n import sums
from thresholds.share import percentages


def findings(pen: Pen) -> Iterator[Flowable]:
    held = [part for part in (pen.document.petition, pen.document.poll) if part is not None]
    blocks = [_finding(pen, finding) for part in held for finding in part.findings]
    if blocks:
        yield KeepTogether([pen.section("findings"), blocks[0]])
        for block in blocks[1:]:
            yield Spacer(0, 5)
            yield block


def _finding(pen: Pen, finding: Finding) -> Table:
    """One requirement: its name and verdict, four numbers, the sum and the article."""
    mark, colour = {
        True: ("met", GOOD),
        False: ("missed", BAD),
        None: ("not_stated", GREY),
    }[finding.met]
    name = Paragraph(pen.say(f"requirement.{finding.requirement}"), style(10, bold=True))
    verdict = Paragraph(pen.say(f"met.{mark}"), style(10, bold=True, colour=colour, align=2))
    numbers = [f"whole.{finding.requirement}", "needed", "counted"]
    values = [finding.whole, finding.needed, finding.counted]
    cells = [
        [
            Paragraph(pen.say(f"number.{key}"), style(7.5, colour=GREY)),
            Paragraph(pen.number(value) + share, style(12, bold=True)),
        ]
        for key, value, share in zip(numbers, values, ["", "", _share(finding)], strict=True)
    ]
    sum_of = pen.safe(_readable(pen, finding.sum)) or "—"
    basis = Paragraph(
        f"{pen.say('number.sum')} {sum_of} &nbsp;·&nbsp; {pen.say('number.article')} "
        f"{pen.safe(finding.citation)}",
        SMALL,
    )
    return grid([[name, "", verdict], cells, [basis, "", ""]], [WIDTH / 3] * 3, _BLOCK)


def _share(finding: Finding) -> str:
    """What part of the whole was counted, for the eye only; the verdict rests on the counts."""
    counted, whole = finding.counted, finding.whole
    if finding.requirement == "spread" or not isinstance(counted, int) or not whole:
        return ""
    if not isinstance(whole, int):
        return ""
    known = [one for one in (counted, finding.needed) if isinstance(one, int)]
    share = percentages(whole, known)[0]
    return f' <font name="{REGULAR}" size="8.5" color="#58616a">{share}</font>'


_BLOCK: list[Any] = [
    ("SPAN", (0, 0), (1, 0)),
    ("SPAN", (0, 2), (2, 2)),
    ("BACKGROUND", (0, 0), (-1, 0), PAPER),
    ("BOX", (0, 0), (-1, -1), 0.6, LINE),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("NOSPLIT", (0, 0), (-1, -1)),
    ("LEFTPADDING", (0, 0), (-1, -1), 8),
    ("RIGHTPADDING", (0, 0), (-1, -1), 8),
    ("TOPPADDING", (0, 0), (-1, -1), 4),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
    ("TOPPADDING", (0, 2), (-1, 2), 0),
]


def _readable(pen: Pen, formula: str) -> str:
    """A sum as the engine writes it, in the words that pages have for it."""
    return sums.told(pen.words, formula).replace(">=", "≥").replace("<=", "≤")


def undertakings(pen: Pen) -> Iterator[Flowable]:
    """What was promised beforehand, each with its two conditions; the council decides no less."""
    held = pen.document.undertakings
    if not held:
        return
    blocks = [block for one in held for block in _undertaking(pen, one)]
    yield KeepTogether([pen.section("undertakings"), *blocks[:2]])
    yield from blocks[2:]
    yield Spacer(0, 4)
    yield Paragraph(pen.safe(pen.words("promises.fixed-sentence")), BODY)


def _undertaking(pen: Pen, one: Undertaking) -> list[Flowable]:
    colour = GOOD if one.met else BAD
    verdict = pen.say("undertaking.met" if one.met else "undertaking.missed")
    said = Paragraph(f"{one.number}. {pen.phrase(one.text, size=8.5)}", style(11, bold=True))
    mark = Paragraph(verdict, style(10, bold=True, colour=colour))
    parts = [_finding(pen, one.turnout), Spacer(0, 3), _finding(pen, one.majority), Spacer(0, 6)]
    return [said, mark, *parts]


def outcome(pen: Pen) -> Iterator[Flowable]:
    document = pen.document
    key = _outcome_key(pen)
    lines: list[Any] = [
        Paragraph(pen.say(key), style(22, bold=True, colour=pen.accent, lead=1.3)),
    ]
    leader = telling.leader(document, pen.words)
    if leader is not None:
        lines += [Spacer(0, 4), Paragraph(pen.safe(leader), style(11, bold=True))]
    note = f"outcome_note.{document.outcome}"
    if pen.words.has(f"certificate.{note}"):
        lines += [Spacer(0, 3), Paragraph(pen.say(note), BODY)]
    for effect in telling.effects(document):
        lines += [Spacer(0, 3), Paragraph(f"• {_effect(pen, effect)}", BODY)]
    box = boxed(lines, fill=pen.tint, edge=pen.accent, pad=11)
    yield KeepTogether([pen.section("outcome"), box])


def _outcome_key(pen: Pen) -> str:
    document = pen.document
    own = f"outcome.{document.instrument}.{document.outcome}"
    return own if pen.words.has(f"certificate.{own}") else f"outcome.any.{document.outcome}"


def _effect(pen: Pen, effect: Effect) -> str:
    text = pen.say(f"effect.{effect.key}")
    if effect.on is not None:
        text += f" — {pen.safe(pen.words.date(effect.on))}"
    if effect.citation is not None:
        text += f' <font size="8" color="#58616a">({pen.safe(effect.citation)})</font>'
    return text
