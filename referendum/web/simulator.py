"""The simulator: real cases under other rules, all together, one by one, and to take away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from starlette.responses import Response

from referendum.doors.errors import PageNotFound
from referendum.doors.sessions import Visitor
from referendum.doors.sharing import shared
from referendum.web import simulated
from referendum.web.downloads import csv_answer
from referendum.web.pages import page
from referendum.web.simulated import Cell
from thresholds import precedents, sets
from thresholds.casefile import Case
from thresholds.errors import UnknownCase
from thresholds.outlook import Step
from thresholds.requirement import Finding, RequirementName
from thresholds.sets import RuleSet
from thresholds.vocabulary import Instrument

router = APIRouter(prefix="/rules")

USUAL: Final = ("kr-today", "kr-goyang-reform")
Names = Annotated[list[str] | None, Query(max_length=20)]


@router.get("/simulator")
@shared("instrument", "country")
def show(
    request: Request,
    caller: Visitor,  # noqa: ARG001  # the door
    rules: Names = None,
    instrument: str = "",
    country: str = simulated.COUNTRY,
) -> Response:
    """All cases under the rules that were chosen. What is not known is not narrowed by."""
    chosen = _chosen(rules)
    rows = simulated.rows(chosen, instrument, country)
    return page(
        request,
        "rulebooks/simulator.html",
        rows=rows,
        totals=simulated.totals(rows),
        columns=[
            (simulated.THEN, None, False),
            *((one.id, one.title, _proposed(one)) for one in chosen),
        ],
        offered=sets.all_sets(),
        ticked={one.id for one in chosen},
        instrument=instrument if instrument in set(Instrument) else "",
        country=country if country in simulated.countries() else "",
        countries=simulated.countries(),
        answers=simulated.ANSWERS,
        query=request.url.query,
    )


@router.get("/simulator.csv")
@shared("instrument", "country")
def as_csv(
    request: Request,  # noqa: ARG001  # as the page
    caller: Visitor,  # noqa: ARG001  # the door
    rules: Names = None,
    instrument: str = "",
    country: str = simulated.COUNTRY,
) -> Response:
    """The same for a spreadsheet: one line for each finding, or for a cell without any."""
    rows = simulated.rows(_chosen(rules), instrument, country)
    lines = (line for one in rows for cell in one.cells for line in _lines(one.case, cell))
    return csv_answer(HEADS, lines, name="simulator.csv")


@router.get("/simulator.json")
@shared("instrument", "country")
def as_json(
    request: Request,  # noqa: ARG001  # as the page
    caller: Visitor,  # noqa: ARG001  # the door
    rules: Names = None,
    instrument: str = "",
    country: str = simulated.COUNTRY,
) -> Response:
    """The same for programs."""
    rows = simulated.rows(_chosen(rules), instrument, country)
    results = [_document(one.case, cell) for one in rows for cell in one.cells]
    return JSONResponse({"results": results}, headers=_named("simulator.json"))


@router.get("/simulator/{case}")
@shared()
def show_case(request: Request, case: str, caller: Visitor) -> Response:  # noqa: ARG001  # the door
    """One case: its numbers, where they come from, and what each set of rules makes of it."""
    try:
        found = precedents.by_id(case)
    except UnknownCase:
        raise PageNotFound from None
    cells = simulated.alike(simulated.row(found, sets.all_sets()).cells)
    return page(
        request,
        "rulebooks/simulator_case.html",
        case=found,
        cells=cells,
        drawn={
            name.value: line
            for name in (RequirementName.SIGNATURES, RequirementName.TURNOUT)
            if (line := simulated.line(found, cells, name)) is not None
        },
    )


HEADS: Final = (
    *("case", "country", "instrument", "date", "rules", "rulebook"),
    *("qualified", "counted", "adopted", "assumed"),
    *("requirement", "number", "needed", "short", "citation"),
)


def _chosen(names: Sequence[str] | None) -> list[RuleSet]:
    wanted = set(names or USUAL)
    found = [one for one in sets.all_sets() if one.id in wanted]
    return found or [one for one in sets.all_sets() if one.id in USUAL]


def _proposed(one: RuleSet) -> bool:
    return any(book.proposed for book in one.rulebooks)


def _lines(case: Case, cell: Cell) -> Iterable[Sequence[object]]:
    about = case.case
    head = [
        *(about.id, about.country, about.instrument.value, about.as_of.isoformat()),
        *(cell.rules, cell.told.rulebook or ""),
        *(cell.look.qualified.value, cell.look.counted.value, cell.look.adopted.value),
        "yes" if cell.assumed else "no",
    ]
    found: Sequence[Finding | None] = cell.told.findings or (None,)
    for one in found:
        if one is None:
            yield [*head, "", "", "", "", ""]
        else:
            numbers = (one.counted, one.needed, one.shortfall)
            told = ["" if number is None else str(number) for number in numbers]
            yield [*head, one.requirement.value, *told, one.citation]


def _document(case: Case, cell: Cell) -> dict[str, Any]:
    return {
        **cell.told.as_json(),
        "rules": cell.rules,
        "date": case.case.as_of.isoformat(),
        "country": case.case.country,
        "instrument": case.case.instrument.value,
        "outlook": {step.value: cell.look.of(step).value for step in Step},
        "assumed": cell.assumed,
    }


def _named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
