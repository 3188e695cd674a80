"""The desk's pages of both sides' texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from referendum.lifecycle import entries
from referendum.lifecycle.acting import Document
from referendum.lifecycle.advisory import arguing, drawing
from referendum.lifecycle.advisory.arguing import OptionUnknown, Point, Space
from referendum.lifecycle.dates import deadlines
from referendum.lifecycle.entries import Entry
from referendum.lifecycle.tables import DeadlineKept, Measure
from referendum.web.dated import Paper
from referendum.web.desk.acts import MEASURE
from referendum.web.desk.form import Context, Desk, Form
from referendum.web.desk.measure import on_desk
from referendum.web.fields import Fields, Given, Text
from referendum.web.measures import Number
from thresholds.vocabulary import DeadlineName

LIMITS: Final = {
    "points": arguing.POINTS,
    "characters": arguing.CHARACTERS,
    "characters_en": arguing.CHARACTERS_EN,
    "name": arguing.NAME,
}
ROWS: Final = range(1, arguing.POINTS + 1)


@dataclass(frozen=True, slots=True)
class Side:
    """One side's space for its text."""

    measure: Measure
    space: Space
    due: DeadlineKept | None


def advisory(desk: Desk, number: Number) -> Measure:
    """The measure, for a clerk of the office whose vote it is."""
    measure = on_desk(desk, number)
    drawing.insist_on_office(desk.session, measure, desk.officer, act="enter_argument")
    return measure


def argued(desk: Desk, number: Number) -> Measure:
    """The measure, for a clerk of who takes the sides' texts in."""
    measure = on_desk(desk, number)
    arguing.insist_on_keeper(desk.session, measure, desk.officer)
    return measure


def _side(desk: Desk, number: Number, option: str) -> Side:
    measure = argued(desk, number)
    for space in arguing.spaces(desk.session, measure):
        if space.option["key"] == option:
            return Side(measure, space, _due(desk, measure))
    raise OptionUnknown(option=option)


def _due(desk: Desk, measure: Measure) -> DeadlineKept | None:
    return deadlines.kept(desk.session, measure.id, DeadlineName.ARGUMENTS_END)


def _spaces(desk: Desk, measure: Measure) -> Context:
    due = _due(desk, measure)
    possible = entries.possible(measure, Entry.ENTER_ARGUMENT)
    return {
        "due": due,
        "closed": due is None or due.at <= desk.uow.now() or not possible,
        "spaces": arguing.spaces(desk.session, measure),
        "limits": LIMITS,
    }


def _text(desk: Desk, side: Side) -> Context:
    option = side.space.option
    korean = desk.words.language == "ko"
    name = option["ko"] if korean else option["en"] or option["key"]
    return {"title": name, "limits": LIMITS, "values": _values(side.space)}


def _values(space: Space) -> dict[str, str]:
    """The text as it stands, to be changed."""
    row = space.argument
    if row is None:
        return {}
    paper = Document(row.document_number, row.document_date)
    values = {"said_by": row.said_by, **Paper().written("document", paper)}
    for at, point in enumerate(row.points, 1):
        values |= {f"point_{at}_ko": point["ko"], f"point_{at}_en": point["en"]}
    return values


def _keep(desk: Desk, side: Side, given: Given) -> None:
    points = [Point(given[f"point_{row}_ko"], given[f"point_{row}_en"]) for row in ROWS]
    arguing.enter(
        desk.uow,
        side.measure.id,
        option=side.space.option["key"],
        said_by=given["said_by"],
        points=points,
        document=given["document"],
        by=desk.officer,
    )


FIELDS: Final[Fields] = {
    "said_by": Text(label="argument.desk.said-by"),
    **{f"point_{row}_{language}": Text() for row in ROWS for language in ("ko", "en")},
    "document": Paper(),
}
SPACES: Final = MEASURE.below("/arguments", "arguments", "argument.desk.title", argued, _spaces)
WRITING: Final = Form(
    SPACES.below("/{option}", "argument", "argument.desk.title", _side, _text),
    _keep,
    FIELDS,
    to=SPACES,
    flash="argument.flash.kept",
)
