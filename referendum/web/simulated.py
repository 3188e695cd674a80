"""What the simulator shows: every case under every set of rules, and how many got how far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from referendum.web import charts
from thresholds import outlook, precedents, simulating
from thresholds.casefile import Case
from thresholds.outlook import Answer, Outlook, Step
from thresholds.reading import Bilingual
from thresholds.requirement import RequirementName
from thresholds.rulebook import Rulebook
from thresholds.sets import RuleSet
from thresholds.simulating import Simulated
from thresholds.vocabulary import Instrument

FIRST: Final = "seoul-2011-free-meals"
"""The case people look for: what it would have come to under the law of today."""
THEN: Final = "then"
"""The column of the law of each case's own day."""
COUNTRY: Final = "kr"
ANSWERS: Final = (Answer.YES, Answer.NO, Answer.ADVISORY, Answer.UNKNOWN)
"""In the order of a bar; what is not asked of a case has no part in it."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A case under one set of rules, as it is shown."""

    rules: str
    title: Bilingual | None
    book: Rulebook | None
    told: Simulated
    look: Outlook
    assumed: bool


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case under all of the rules that were chosen."""

    case: Case
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Total:
    """How many cases got past one step under one set of rules."""

    title: Bilingual | None
    counts: Mapping[Answer, int]
    segments: Sequence[charts.Segment]

    @property
    def asked(self) -> int:
        return sum(self.counts[answer] for answer in ANSWERS)


def countries() -> list[str]:
    """Ours first."""
    found = {one.case.country for one in precedents.all_cases()}
    return sorted(found, key=lambda one: (one != COUNTRY, one))


def rows(chosen: Sequence[RuleSet], instrument: str, country: str) -> list[CaseRow]:
    cases = [
        one
        for one in precedents.all_cases()
        if (instrument not in set(Instrument) or one.case.instrument == instrument)
        and (country not in countries() or one.case.country == country)
    ]
    cases.sort(key=lambda one: (one.case.id != FIRST, one.case.country != COUNTRY))
    return [row(one, chosen) for one in cases]


def row(case: Case, chosen: Iterable[RuleSet]) -> CaseRow:
    cells = [_cell(case, THEN, None, simulating.simulated(case, case.rulebook()))]
    cells += [_cell(case, one.id, one.title, simulating.simulated(case, one)) for one in chosen]
    return CaseRow(case, cells)


def _cell(case: Case, rules: str, title: Bilingual | None, told: Simulated) -> Cell:
    book = outlook.rulebook_of(told)
    guessed = book is not None and outlook.assumes(book)
    return Cell(rules, title, book, told, outlook.outlook(told), guessed or bool(case.case.assumed))


def alike(cells: Sequence[Cell]) -> list[tuple[list[Bilingual | None], Cell]]:
    """Each rulebook once, with the names of all the sets that have it."""
    found: dict[str | None, tuple[list[Bilingual | None], Cell]] = {}
    for cell in cells:
        found.setdefault(cell.told.rulebook, ([], cell))[0].append(cell.title)
    return list(found.values())


def totals(rows: Sequence[CaseRow]) -> list[tuple[Step, list[Total]]]:
    """For each step one total of every column."""
    found: list[tuple[Step, list[Total]]] = [(step, []) for step in Step]
    for cells in zip(*(row.cells for row in rows), strict=True):
        counted = outlook.totals(cell.look for cell in cells)
        for step, totals in found:
            counts = {answer: counted[step][answer] for answer in Answer}
            bar = charts.bar([(answer.value, counts[answer]) for answer in ANSWERS])
            totals.append(Total(cells[0].title, counts, bar))
    return found


def line(
    case: Case, cells: Sequence[tuple[list[Bilingual | None], Cell]], name: RequirementName
) -> dict[str, Any] | None:
    """What there was, and what each of the rules asked for, along one line."""
    there = {
        RequirementName.SIGNATURES: case.petition and case.petition.valid,
        RequirementName.TURNOUT: case.poll and case.poll.voted,
    }[name]
    asked = [
        (titles, finding)
        for titles, cell in cells
        for finding in cell.told.findings
        if finding.requirement is name and finding.needed is not None
    ]
    if not asked:
        return None
    amounts = [(Fraction(there), "there")] if there else []
    amounts += [(Fraction(finding.needed or 0), "needed") for _, finding in asked]
    drawn = charts.row(amounts, most=max(amount for amount, _ in amounts))
    return {"there": there, "asked": asked, "drawn": drawn}
