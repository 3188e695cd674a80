"""A draft amending ordinance in words, with the old and the new text side by side.

It is a proposal: what the city's ordinance says is not known, so its article numbers and the text
of today are assumed, and every draft says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from referendum.i18n.words import Words
from thresholds.amending import Amended, Value, amendments
from thresholds.rulebook import Rulebook
from thresholds.share import Share

FIRST_ARTICLE: Final = 2
"""Article 1 states the purpose; the choices follow it, in numbers that are assumed."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What the two need today: signatures under each, of a published total."""

    claimants: int
    year: int
    old: int
    new: int


@dataclass(frozen=True, slots=True)
class AmendedRow:
    """One article, as it is taken to read now and as it would read."""

    article: str
    old: str
    new: str
    basis: str


@dataclass(frozen=True, slots=True)
class DraftOrdinance:
    """A whole draft in one language."""

    title: str
    notice: str
    purpose: tuple[str, ...]
    amending: tuple[str, ...]
    supplement: tuple[str, ...]
    rows: tuple[AmendedRow, ...]
    subjects: str


def draft(
    words: Words, old: Rulebook, new: Rulebook, *, counts: Counts | None = None
) -> DraftOrdinance:
    """The draft that would make `new` of `old`; refused where it is no amendment."""
    changes = amendments(old, new)
    name = ordinance_name(words, new)
    instrument = new.instrument.value
    return DraftOrdinance(
        title=words("ordinance.title", name=name),
        notice=words("ordinance.notice"),
        purpose=tuple(_purpose(words, new, counts, lowers=all(map(_lowers, changes)))),
        amending=(
            words("ordinance.amends", name=name),
            *(_clause(words, instrument, at, one) for at, one in enumerate(changes)),
        ),
        supplement=(words("ordinance.in-force"), words("ordinance.transition")),
        rows=tuple(_row(words, instrument, at, one) for at, one in enumerate(changes)),
        subjects=words(f"ordinance.subjects.{instrument}"),
    )


def ordinance_name(words: Words, book: Rulebook) -> str:
    """What the ordinance is called here; its own name is not known."""
    place = f"ordinance.place.{book.place.code}" if book.place else ""
    called = words(place) if words.has(place) else book.place.code if book.place else ""
    return words(f"ordinance.name.{book.instrument.value}", place=called)


def as_text(words: Words, drafted: DraftOrdinance) -> str:
    """The draft as plain text, in the order in which a council reads one."""
    parts: list[tuple[str, Sequence[str]]] = [
        (words("ordinance.head.reason"), drafted.purpose),
        (words("ordinance.head.body"), drafted.amending),
        (words("ordinance.head.supplement"), drafted.supplement),
        (words("ordinance.head.table"), [_row_text(words, row) for row in drafted.rows]),
        (words("ordinance.head.subjects"), [drafted.subjects]),
    ]
    written = [f"{head}\n\n" + "\n".join(lines) for head, lines in parts]
    return "\n\n".join([drafted.title, drafted.notice, *written]) + "\n"


def body(words: Words, drafted: DraftOrdinance) -> str:
    """The draft without its reason: what an initiative carries as the proposed ordinance."""
    table = [_row_text(words, row) for row in drafted.rows]
    return "\n\n".join(
        [
            drafted.title,
            "\n".join(drafted.amending),
            words("ordinance.head.supplement") + "\n" + "\n".join(drafted.supplement),
            words("ordinance.head.table") + "\n" + "\n".join(table),
            drafted.notice,
        ]
    )


def _lowers(change: Amended) -> bool:
    """Whether fewer signatures would be needed, as far as this change goes."""
    return not (isinstance(change.old, Share) and isinstance(change.new, Share)) or (
        change.new < change.old
    )


def _purpose(words: Words, new: Rulebook, counts: Counts | None, *, lowers: bool) -> list[str]:
    kind = new.instrument.value if lowers else "changes"
    said = [words(f"ordinance.purpose.{kind}")]
    if counts is not None:
        said.append(
            words(
                "ordinance.counts",
                year=counts.year,
                claimants=counts.claimants,
                old=counts.old,
                new=counts.new,
            )
        )
    return said


def _article(words: Words, at: int) -> str:
    return words("ordinance.article", number=FIRST_ARTICLE + at)


def _clause(words: Words, instrument: str, at: int, one: Amended) -> str:
    article = _article(words, at)
    if one.old is None:
        text = _sentence(words, instrument, one.name, one.new)
        return words("ordinance.inserted", article=article, text=text)
    old, new = _said(words, one.old), _said(words, one.new)
    return words(f"ordinance.replaced.{one.name}", article=article, old=old, new=new)


def _row(words: Words, instrument: str, at: int, one: Amended) -> AmendedRow:
    old = words("ordinance.nothing")
    if one.old is not None:
        old = _sentence(words, instrument, one.name, one.old)
        old = words("ordinance.assumed", text=old) if one.old_assumed else old
    return AmendedRow(
        article=_article(words, at),
        old=old,
        new=_sentence(words, instrument, one.name, one.new),
        basis=one.article,
    )


def _sentence(words: Words, instrument: str, name: str, value: Value) -> str:
    said = _said(words, value)
    if name == "share":
        whole = words(f"ordinance.whole.{instrument}")
        return words("ordinance.says.share", whole=whole, value=said)
    return words(f"ordinance.says.{name}", value=said)


def _said(words: Words, value: Value) -> str:
    match value:
        case Share():
            parts = {"top": value.value.numerator, "bottom": value.value.denominator}
            return words("ordinance.share", **parts)
        case int():
            return words.number(value)
        case _:
            return ", ".join(value)


def _row_text(words: Words, row: AmendedRow) -> str:
    return words("ordinance.row", article=row.article, old=row.old, new=row.new, basis=row.basis)
