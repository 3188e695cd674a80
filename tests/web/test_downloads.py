"""Every table that leaves the house: no cell of it is computed by whatever opens it (OPS-08)."""

from __future__ import annotations

import csv
import io
from datetime import date
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import select, update

from ballots.tables import Station
from referendum.api import app as api
from referendum.kernel.people import Authority
from referendum.lifecycle import locating
from referendum.roll.entering_totals import publish_total
from referendum.roll.tables import District
from referendum.roll.totals import TotalKind
from referendum.web.app import routes
from tests.doors.browser import Browser
from tests.projects.listing import line, takes
from tests.town import Town, seconded
from tests.web.conftest import Open
from tests.web.desk import sits
from tests.web.staff import hire
from thresholds.vocabulary import Instrument

HOSTILE = "=HYPERLINK(1)"
EXPORTS = {
    "/rules/totals.csv": True,
    "/rules/simulator.csv": False,
    "/projects/register.csv": True,
    "/desk/projects/list.csv": True,
    "/desk/measures/{number}/stations/plan.csv": True,
    "/desk/officers/{staff_id}/acts.csv": False,
    "/desk/register/sample.csv": False,
    "/desk/register/totals/template.csv": False,
    "/desk/register/totals/present.csv": True,
    "/desk/register/streets/template.csv": False,
    "/desk/register/streets/present.csv": False,
    "/desk/projects/template.csv": False,
    "/desk/measures/{number}/stations/template.csv": False,
    "/desk/measures/{number}/examination/paper/template.csv": False,
    "/desk/measures/{number}/polling/{kind}/template.csv": False,
    "/desk/measures/{number}/polling/{kind}/present.csv": False,
}
"""Every address of a table, and whether anybody can write a text into it."""
RESULT = "/measures/{number}/result.csv"
"""The table that is there only once a count is certified."""


@pytest.fixture
def number(town: Town, referendum_furnished: UUID) -> int:
    """A measure with stations, in a city where somebody writes formulas wherever one may."""
    takes(town, line(1, name=HOSTILE))
    with town.begin() as uow:
        publish_total(
            uow,
            jurisdiction_id=town.place,
            instrument=Instrument.RECALL,
            kind=TotalKind.CLAIMANTS,
            base_year=2025,
            number=500,
            source=HOSTILE,
            published_on=date(2026, 1, 9),
            by=seconded(town.officer(Authority.MAYOR)),
        )
        uow.session.execute(update(Station).values(name_ko=HOSTILE))
        return locating.get(uow.session, referendum_furnished).number


def test_no_table_is_forgotten_here() -> None:
    assert {route.path for route in routes() if route.path.endswith(".csv")} == {*EXPORTS, RESULT}
    assert [route.path for route in api.routes() if "csv" in route.path] == []


def test_ops_08_no_cell_of_any_table_is_a_formula(
    site: Open, town: Town, number: int, database_url: str
) -> None:
    clerk = hire(town, "clerk")
    mayors = sits(site(database=database_url), clerk)
    commission = hire(town, "election", authority=Authority.ELECTION_COMMISSION)
    commissions = sits(site(database=database_url), commission)
    for path, writable in EXPORTS.items():
        of_vote = "/stations/" in path or "/polling/" in path
        client: Browser = commissions if of_vote else mayors
        where = path.format(number=number, staff_id=clerk.id, kind="turnout")
        insist_on_no_formula(client.get(where), path, writable=writable)


def test_ops_08_no_cell_of_a_result_is_a_formula(
    site: Open, town: Town, advisory_declared: UUID, database_url: str
) -> None:
    with town.begin() as uow:
        there = select(Station.district_id)
        uow.session.execute(update(District).where(District.id.in_(there)).values(name_ko=HOSTILE))
    client = site(database=database_url)
    number = town.measure(advisory_declared).number
    insist_on_no_formula(client.get(RESULT.format(number=number)), RESULT, writable=True)


def insist_on_no_formula(answer: httpx2.Response, path: str, *, writable: bool) -> None:
    assert (answer.status_code, answer.headers["content-type"]) == (
        200,
        "text/csv; charset=utf-8",
    ), path
    assert "attachment" in answer.headers["content-disposition"]
    text = answer.content.decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "\t", "\r"))], path
    assert not [cell for cell in cells if cell.startswith("-") and not cell[1:].isdigit()]
    assert (f"'{HOSTILE}" in cells) is writable, path
