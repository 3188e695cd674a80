"""The desk's page of the lot that puts the options in order: named, read twice, drawn."""

from __future__ import annotations

from typing import Final

from referendum.identity.staff import names_of
from referendum.kernel.draw import Source
from referendum.lifecycle import acting
from referendum.lifecycle.advisory import drawing
from referendum.lifecycle.stages import Act
from referendum.lifecycle.tables import Measure
from referendum.web.advising import checks
from referendum.web.dated import Day
from referendum.web.desk.acts import MEASURE
from referendum.web.desk.arguing import advisory
from referendum.web.desk.form import Context, Desk, Form
from referendum.web.fields import Choice, Given, Text
from referendum.web.measures import Number


def _opened(desk: Desk, number: Number) -> Measure:
    measure = advisory(desk, number)
    if not acting.times_taken(desk.session, measure.id, Act.CALL):
        raise drawing.DrawNotCommitted
    return measure


def _show(desk: Desk, measure: Measure) -> Context:
    """What was named beforehand, what was read, and the form for what comes next."""
    lot = drawing.lot(desk.session, measure)
    first, last = drawing.days_allowed(desk.uow, measure)
    return {
        "lot": lot,
        "checks": checks(lot, measure),
        "first": first,
        "last": last,
        "open": measure.stage == "called",
        "held": lot.committed is not None and lot.committed.day < first,
        "mine": [one for one in lot.values if one.entered_by == desk.officer.mark],
        "people": names_of(desk.session, [one.entered_by for one in lot.values]),
        "kinds": desk.choices(Source, "lot.kind", "lot.kind-note"),
    }


def _commit(desk: Desk, measure: Measure, given: Given) -> None:
    """Name the future draw, once."""
    named = {name: given[name] for name in ("kind", "name", "day")}
    drawing.commit(desk.uow, measure.id, number=given["draw_number"], by=desk.officer, **named)


def _enter(desk: Desk, measure: Measure, given: Given) -> str:
    """Enter the published value; the second officer's draws the order."""
    found = drawing.enter_value(desk.uow, measure.id, by=desk.officer, **given)
    return "lot.flash.drawn" if found.drawn else "lot.flash.entered"


DRAW: Final = MEASURE.below("/draw", "draw", "lot.title", _opened, _show)
COMMITTING: Final = Form(
    DRAW,
    _commit,
    {
        "kind": Choice(Source),
        "name": Text(needed=True, label="lot.desk.name"),
        "draw_number": Text(needed=True, label="lot.desk.number"),
        "day": Day(label="lot.day"),
    },
    flash="lot.flash.committed",
)
READING: Final = Form(
    DRAW,
    _enter,
    {
        "value": Text(needed=True, label="lot.value"),
        "published_in": Text(needed=True, label="lot.desk.published-in"),
    },
    path="/values",
)
