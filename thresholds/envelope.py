"""How far a mayor's prior promise may go; what goes further does not load, and is told why.

No program understands a promise. What can be checked is: words of the statutes and of outcomes that
are not the mayor's, numbers beyond the frame's bounds, and documents that are lacking.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any, Final

from thresholds import library
from thresholds.errors import Problem
from thresholds.requirement import ShareRequirement
from thresholds.rulebook import Rulebook
from thresholds.terms import Identification, Terms

FRAME: Final = "kr-advisory"
"""The rulebook that every promise is made from."""

_OF_THE_FRAME: Final = "시장의 사전 약속의 틀 §"
NATURE: Final = f"{_OF_THE_FRAME}1 (지방자치법 §17①)"
SCOPE: Final = f"{_OF_THE_FRAME}2"
ASKERS: Final = f"{_OF_THE_FRAME}3"
REGISTER: Final = f"{_OF_THE_FRAME}6 (주민등록법 §30)"
PROMISES: Final = f"{_OF_THE_FRAME}7"
EXCLUDED: Final = f"{_OF_THE_FRAME}10"
VALIDITY: Final = f"{_OF_THE_FRAME}11"
PRIZES: Final = f"{_OF_THE_FRAME}12"

LONGEST_NOTICE: Final = 90

STATUTORY: Final = (
    "주민투표", "국민투표", "주민소환", "주민발안", "주민조례", "조례발안", "확정", "법적효력",
    "법적구속력이있", "구속력있는", "직접결정", "referendum", "plebiscite", "recallvote",
    "recallelection", "legaleffect", "legalforce", "legallybinding", "isbinding", "bindingvote",
)  # fmt: skip
"""Words of binding votes, without their spaces: they belong to the statutes (NATURE)."""

BEYOND_THE_OFFICE: Final = (
    "의결", "가결", "통과시", "통과하도록", "예산을확보", "예산확보", "예산을편성해집행",
    "예산을배정", "예산을보장", "시행을보장", "반드시시행", "보장합니다", "보장한다", "조례를제정",
    "조례를개정",
    "adoptthebudget", "adoptabudget", "securethebudget", "securefunding", "guarantee",
    "enact", "passthe", "bindthecouncil", "appropriatethe",
)  # fmt: skip
"""Outcomes that are the council's or nobody's to promise; the mayor proposes the budget only."""

PRIZE_WORDS: Final = (
    "경품", "상품권", "사은품", "기념품", "추첨을통해", "참여보상", "포인트를", "prize", "voucher",
    "giftcard", "raffle", "reward",
)  # fmt: skip

EXCLUDED_WORDS: Final = (
    "지방세", "세금", "수수료", "사용료", "부담금", "taxrate", "taxes", "fees",
    "소송", "재판중", "litigation", "lawsuit",
    "임용", "임명", "해임", "인사발령", "후보자", "정당", "appointment", "dismissal", "candidate",
    "politicalparty", "인허가", "허가처분", "개별허가", "permit", "licence",
    "체결된계약", "계약해지", "concludedcontract",
)  # fmt: skip
"""Words in a subject that name an excluded matter."""


def refusals(terms: Terms) -> list[Problem]:
    """Everything in which the terms go too far, with the key at fault and what forbids it."""
    frame = library.by_id(FRAME)
    return [
        *_words(terms),
        *_numbers(terms, frame),
        *_scope(terms),
        *_papers(terms),
    ]


def _words(terms: Terms) -> Iterator[Problem]:
    for key, text in _texts(terms):
        if word := _said(text, STATUTORY):
            yield Problem(key, "statutory-word", {"word": word, "article": NATURE})
        if word := _said(text, PRIZE_WORDS):
            yield Problem(key, "prize", {"word": word, "article": PRIZES})
        if key.startswith("promises.") and (word := _said(text, BEYOND_THE_OFFICE)):
            yield Problem(key, "beyond-the-office", {"word": word, "article": PROMISES})
        if key.startswith("subjects.") and (word := _said(text, EXCLUDED_WORDS)):
            yield Problem(key, "excluded-matter", {"word": word, "article": EXCLUDED})


def _texts(terms: Terms) -> Iterator[tuple[str, str]]:
    yield from (("title.ko", terms.title.ko), ("title.en", terms.title.en))
    for number, subject in enumerate(terms.subjects):
        yield from ((f"subjects.{number}.ko", subject.ko), (f"subjects.{number}.en", subject.en))
    for number, promise in enumerate(terms.promises):
        said = promise.undertaking
        yield f"promises.{number}.undertaking.ko", said.ko
        yield f"promises.{number}.undertaking.en", said.en


def _said(text: str, words: Iterable[str]) -> str | None:
    plain = _plain(text)
    return next((word for word in words if word in plain), None)


def _plain(text: str) -> str:
    """Without spaces, invisible signs and widths, by which a word could be hidden."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in folded if unicodedata.category(sign)[0] not in "ZCP")


def _numbers(terms: Terms, frame: Rulebook) -> Iterator[Problem]:
    chosen: list[tuple[str, str, Any]] = [
        ("minimum_age", "minimum_age", terms.minimum_age),
        ("foreign_statuses", "foreign_statuses", terms.foreign_statuses),
        ("argument_days", "argument_days", terms.argument_days),
        ("answer_days", "answer_days", terms.answer_days),
    ]
    for number, promise in enumerate(terms.promises):
        chosen.append((f"promises.{number}.turnout", "turnout", promise.turnout))
        chosen.append((f"promises.{number}.majority", "majority", promise.majority))
    for key, name, value in chosen:
        opening = frame.openings[name]
        if not opening.admits(value):
            bounds: tuple[object, object] = (opening.low, opening.high)
            if opening.among:
                bounds = opening.among[0], opening.among[-1]
            shown = ", ".join(map(str, value)) if isinstance(value, tuple) else value
            yield _outside(key, shown, *bounds, opening.citation)
    if terms.asked_by.residents is not None:
        yield from _residents_share(terms, frame)
    if terms.revocation_notice_days > LONGEST_NOTICE:
        days = terms.revocation_notice_days
        yield _outside("revocation_notice_days", days, 0, LONGEST_NOTICE, VALIDITY)


def _residents_share(terms: Terms, frame: Rulebook) -> Iterator[Problem]:
    share = terms.asked_by.residents
    for rule in frame.petition.requirements if frame.petition else ():
        if not isinstance(rule, ShareRequirement) or rule.envelope is None or share is None:
            continue
        low, high = rule.envelope.low, rule.envelope.high
        if share.value == 0 or (low and share < low) or (high and share > high):
            yield _outside("asked_by.residents", share, low, high, rule.envelope.citation)


def _scope(terms: Terms) -> Iterator[Problem]:
    amounts = terms.least_budget is not None or bool(terms.least_by_kind)
    if not amounts and not terms.matters:
        yield Problem("least_budget", "covers-nothing", {"article": SCOPE})
    if terms.matters and not terms.subjects:
        yield Problem("subjects", "matters-need-subjects", {"article": SCOPE})
    asked = terms.asked_by
    if not (asked.mayor or asked.council or asked.districts or asked.residents):
        yield Problem("asked_by", "asked-by-nobody", {"article": ASKERS})
    if terms.valid_to is not None and terms.valid_to < terms.valid_from:
        yield Problem("valid_to", "ends-before-it-begins", {"article": VALIDITY})


def _papers(terms: Terms) -> Iterator[Problem]:
    """The people's register is used only on a recorded basis, after an assessment."""
    if terms.identification is Identification.REGISTER:
        for key in ("register_basis", "impact_assessment"):
            if getattr(terms, key) is None:
                yield Problem(key, "register-without-basis", {"article": REGISTER})


def _outside(key: str, value: object, low: object, high: object, article: str) -> Problem:
    facts = {
        "share": str(value),
        "low": "—" if low is None else str(low),
        "high": "—" if high is None else str(high),
        "article": article,
    }
    return Problem(key, "outside-envelope", facts)
