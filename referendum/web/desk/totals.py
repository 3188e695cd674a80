"""Published totals: proposed as an authority announced them, confirmed by a second registrar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

from starlette.responses import Response

from referendum.identity import staff
from referendum.identity.timing import machine_now
from referendum.kernel.errors import DomainError
from referendum.kernel.people import OtherJurisdiction, Role
from referendum.lifecycle import announcing
from referendum.roll import listing_totals, places, totals
from referendum.roll.entering_totals import Notice
from referendum.roll.errors import TotalAboveWhole, TotalAbsurd
from referendum.roll.tables import District, PublishedTotal
from referendum.roll.totals import TotalKind
from referendum.web.dated import Day, Paper
from referendum.web.desk.columns import Explained, explain, filled_in, first_district
from referendum.web.desk.confirming import by_code
from referendum.web.desk.form import Context, Desk, Errors, Form, Shown, Went
from referendum.web.desk.register import REGISTER
from referendum.web.fields import Choice, Fields, Figure, File, Given, Id, Text
from thresholds.vocabulary import Instrument

REGISTRARS: Final = 2
"""One who proposes a number and one who compares it with its notice."""

Held = tuple[PublishedTotal, District | None]
"""A number that holds, and the district it is of; none is the whole place."""


@dataclass(frozen=True, slots=True)
class Totals:
    """The numbers that hold, and the one among them that is to be corrected."""

    holding: Sequence[Held]
    chosen: PublishedTotal | None


ANNOUNCED: Final[Fields] = {
    "number": Figure(needed=True, wrong=TotalAbsurd, label="desk.totals.number"),
    "source": Text(needed=True, label="desk.totals.source"),
    "published_on": Day(label="desk.totals.published"),
    "document": Paper(),
}
"""The number, where it was announced, and when, with the notice itself."""
WHICH: Final[Fields] = {
    "instrument": Choice(Instrument),
    "kind": Choice(TotalKind),
    "base_year": Figure(needed=True, wrong=TotalAbsurd, label="desk.totals.year"),
    "district": Id(needed=False),
}


def _opened(desk: Desk, correct: str = "") -> Totals:
    desk.officer.insist(Role.REGISTRAR)
    holding = totals.all_holding(desk.session, desk.place)
    if desk.sent is not None and desk.sent.get("corrects"):
        before = desk.session.get(PublishedTotal, Id().parse(desk.sent, "corrects"))
        if before is None or before.jurisdiction_id != desk.place:
            raise OtherJurisdiction
        return Totals(holding, before)
    return Totals(holding, next((row for row, _ in holding if str(row.id) == correct), None))


def _fields(_desk: Desk, about: Totals) -> Fields:
    return ANNOUNCED if about.chosen else {**WHICH, **ANNOUNCED}


def _propose(desk: Desk, about: Totals, given: Given) -> Went:
    """Propose to enter a number, or what was announced instead of one."""
    if about.chosen is not None:
        put = announcing.propose_correcting(desk.uow, about.chosen.id, by=desk.officer, **given)
        return Went(f"/desk/proposals/{put.id}", "proposal.flash.put")
    notice = Notice(
        instrument=given["instrument"],
        kind=given["kind"],
        base_year=given["base_year"],
        numbers={given["district"]: given["number"]},
        source=given["source"],
        published_on=given["published_on"],
    )
    put = announcing.propose(desk.uow, [notice], document=given["document"], by=desk.officer)
    return Went(f"/desk/proposals/{put.id}", "proposal.flash.put")


def _show(desk: Desk, about: Totals) -> Context:
    """What holds, by instrument and year; last year's totals are what is usually entered."""
    session, place = desk.session, desk.place
    today = places.today(desk.uow, place)
    alike = groupby(
        about.holding, key=lambda one: (one[0].base_year, one[0].instrument, one[0].kind)
    )
    groups = [list(group) for _, group in alike]
    held = staff.roles_in_use(session, place, desk.officer.authority, machine_now(session))
    corrected = (row.id for row, _ in about.holding if row.corrects_id)
    return {
        "alone": held[Role.REGISTRAR] < REGISTRARS,
        "columns": _columns(desk),
        "held": [(group[0][0], group) for group in groups],
        "chains": {one: totals.history_of(session, one)[1:] for one in corrected},
        "districts": desk.districts(),
        "instruments": [one.value for one in Instrument],
        "values": {"base_year": str(today.year - 1)},
    }


def _at_number(desk: Desk, error: DomainError) -> Errors | None:
    """A district above its city is told by the name that people know."""
    if not isinstance(error, TotalAboveWhole):
        return None
    names = district_names_by_code(desk)
    named = {**error.facts, "district": names.get(str(error.facts["district"]), "")}
    return {"number": desk.words(f"problem.{error.code}", **named)}


def district_names_by_code(desk: Desk) -> dict[str, str]:
    korean = desk.words.language == "ko"
    ever = places.districts_ever(desk.session, desk.place)
    return {one.code: one.name_ko if korean else one.name_en for one in ever}


def _columns(desk: Desk) -> list[Explained]:
    needed = listing_totals.COLUMNS.keys() - {"district"}
    return explain(desk.words, listing_totals.COLUMNS, needed=needed, holds="files.holds.totals")


def _template(desk: Desk, _about: Totals) -> Response:
    """The heading, and a number of no place as an example."""
    today = places.today(desk.uow, desk.place)
    row = {
        "base_year": today.year - 1,
        **_kinds(desk, Instrument.REFERENDUM, TotalKind.ELECTORS),
        "district": first_district(desk),
        "number": 12_345,
        "source": desk.words("files.example.notice"),
        "published_on": date(today.year, 1, 10),
    }
    return filled_in(_columns(desk), [row], name="totals-template.csv")


def _present(desk: Desk, about: Totals) -> Response:
    """Every number that holds, as a file of them says it."""
    korean = desk.words.language == "ko"
    rows = (
        {
            "base_year": row.base_year,
            **_kinds(desk, Instrument(row.instrument), TotalKind(row.kind)),
            "district": (where.name_ko if korean else where.name_en) if where else "",
            "number": row.number,
            "source": row.source,
            "published_on": row.published_on,
        }
        for row, where in about.holding
    )
    return filled_in(_columns(desk), rows, name="totals-present.csv")


def _kinds(desk: Desk, instrument: Instrument, kind: TotalKind) -> dict[str, str]:
    """Both in a word that the file may have, of the page's language."""
    if desk.words.language != "ko":
        return {"instrument": instrument.value, "kind": kind.value}
    return {
        "instrument": next(w for w, one in listing_totals.INSTRUMENTS.items() if one is instrument),
        "kind": next(word for word, one in listing_totals.KINDS.items() if one is kind),
    }


def _look(desk: Desk, _about: Totals, given: Given) -> Shown:
    """What a file would enter. Nothing is kept of it, not even until the next request."""
    found = listing_totals.read(desk.uow, jurisdiction_id=desk.place, data=given["totals"])
    return Shown(REPORT, {"report": found})


def _enter(desk: Desk, _about: Totals, given: Given) -> Went:
    """The same file once more, with its notice and a fresh code: for a second registrar."""
    put = announcing.propose_file(
        desk.uow,
        data=given["totals"],
        sha256=given["sha256"],
        document=given["document"],
        by=desk.officer,
    )
    return Went(f"/desk/proposals/{put.id}", "proposal.flash.put")


TOTALS: Final = REGISTER.below("/totals", "totals", "desk.nav.totals", _opened, _show)
PROPOSING: Final = Form(TOTALS, _propose, _fields, usual="base_year", tells=_at_number)
TEMPLATE: Final = TOTALS.below("/template.csv", "", "desk.nav.totals", _opened, _template)
PRESENT: Final = TOTALS.below("/present.csv", "", "desk.nav.totals", _opened, _present)
REPORT: Final = TOTALS.below("", "totals-report", "desk.totals.file-report", _opened)
LIST: Final = File(label="desk.totals.file")
LOOKING: Final = Form(
    TOTALS, _look, {"totals": LIST}, path="/preview/file", places={"file": "totals"}, usual="totals"
)
ENTERING: Final = Form(
    TOTALS,
    _enter,
    {"totals": LIST, "sha256": Text(), "document": Paper()},
    path="/file",
    confirm=by_code,
    places={"code": "totals", "file": "totals"},
    usual="totals",
)
