"""What a ballot offers to choose from: yes and no, or alternatives as far as the law has them."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import ClassVar, Final

from sqlalchemy.orm import Session

from referendum.kernel.errors import DomainError, Refusal
from referendum.lifecycle import rules
from referendum.lifecycle.errors import RuleRefused
from referendum.lifecycle.tables import Measure
from thresholds import library
from thresholds.envelope import FRAME
from thresholds.rulebook import PollRule, Question
from thresholds.verdict import question_of
from thresholds.vocabulary import Instrument

Option = tuple[str, str, str]
"""Its key, and its words in Korean and English."""

YES_NO: Final = (
    {"key": "yes", "ko": "찬성", "en": "Yes"},
    {"key": "no", "ko": "반대", "en": "No"},
)
FEWEST: Final = 2
MOST: Final = {Question.YES_NO: 0, Question.TWO: 2, Question.SEVERAL: 5}
"""How many alternatives a kind of question has at most; five is the most a voter can weigh."""
LONGEST: Final = 100
"""Characters of one alternative: it stands on a ballot, in a table and on a certificate."""


class OptionsNotAllowed(DomainError):
    """The rulebook has no such question: `most` alternatives, and none where it is 0."""

    code: ClassVar[str] = "options-not-allowed"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class OptionsTooFew(DomainError):
    code: ClassVar[str] = "options-too-few"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class OptionMissing(DomainError):
    """An alternative has no words in Korean."""

    code: ClassVar[str] = "option-missing"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class OptionTooLong(DomainError):
    code: ClassVar[str] = "option-too-long"
    refusal: ClassVar[Refusal] = Refusal.INVALID


class OptionsAlike(DomainError):
    """Two alternatives that a voter could not tell apart."""

    code: ClassVar[str] = "options-alike"
    refusal: ClassVar[Refusal] = Refusal.INVALID


def questions(session: Session, measure: Measure, today: date) -> frozenset[Question]:
    """What the rulebook in force lets a ballot ask; yes and no alone where there is none."""
    try:
        poll = rules.in_force(session, measure, today).poll
    except RuleRefused:
        poll = _of_the_frame(measure)
    return frozenset(poll.questions if poll else [Question.YES_NO])


def _of_the_frame(measure: Measure) -> PollRule | None:
    """What any promise lets a ballot ask; a draft may be written before there is one."""
    advisory = measure.instrument == Instrument.ADVISORY
    return library.by_id(FRAME).poll if advisory else None


def most(allowed: Collection[Question]) -> int:
    """How many alternatives may stand on the ballot; 0 where it asks yes or no alone."""
    return max((MOST[question] for question in allowed), default=0)


def insist(options: Sequence[Option], allowed: Collection[Question]) -> None:
    """Refuse what cannot stand on a ballot; no options at all are yes and no."""
    for fault in faults(options, allowed):
        raise fault


def faults(options: Sequence[Option], allowed: Collection[Question]) -> Iterator[DomainError]:
    """All that is wrong with the options; `option` counts them from 1."""
    question = question_of(dict.fromkeys([key for key, _, _ in options], 0))
    if not options or question is Question.YES_NO:
        return
    if len(options) > most(allowed):
        yield OptionsNotAllowed(most=most(allowed))
        return
    if len(options) < FEWEST:
        yield too_few()
    elif question not in allowed:
        yield OptionsNotAllowed(most=most(allowed))
    yield from _in_words(options)


def too_few() -> OptionsTooFew:
    """Who wants alternatives must name at least two."""
    return OptionsTooFew(least=FEWEST)


def _in_words(options: Sequence[Option]) -> Iterator[DomainError]:
    seen: dict[tuple[str, str], int] = {}
    for number, (_, ko, en) in enumerate(options, 1):
        if not ko.strip():
            yield OptionMissing(option=number)
        for language, label in (("ko", ko), ("en", en)):
            if len(label) > LONGEST:
                yield OptionTooLong(option=number, language=language, most=LONGEST)
            folded = " ".join(unicodedata.normalize("NFKC", label).casefold().split())
            before = seen.setdefault((language, folded), number) if folded else number
            if before != number:
                yield OptionsAlike(option=number, language=language, other=before)
