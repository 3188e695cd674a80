"""Files of returns at the desk: what their columns hold, and the figures so far to take away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from starlette.responses import Response

from ballots import canvassing, reading, versions
from ballots.stations import BoxView
from ballots.tables import Poll
from ballots.versions import ReturnKind
from referendum.lifecycle.advisory import drawing
from referendum.lifecycle.tables import Measure
from referendum.web.desk.columns import Explained, explain, filled_in
from referendum.web.desk.form import Desk

WHICH: Final = ("district", "station", "kind")
"""By what a line is told from every other, as far as it must be."""
FIGURES: Final[Mapping[ReturnKind, Sequence[str]]] = {
    ReturnKind.TURNOUT: ("issued", "cast"),
    ReturnKind.COUNT: ("papers", "invalid"),
}


def labels_of(measure: Measure) -> dict[str, list[str]]:
    """What options may be called in a heading beside their keys: their words on the ballot."""
    return {
        one["key"]: [one[name] for name in ("ko", "en") if one[name]] for one in measure.options
    }


def columns_of(desk: Desk, measure: Measure, kind: ReturnKind) -> list[Explained]:
    """The columns of a file of returns, in the order in which a count is read out."""
    names = (*WHICH, *FIGURES[kind], "reason")
    columns = explain(
        desk.words,
        {name: reading.HEADINGS[name] for name in names},
        needed=("station", *FIGURES[kind]),
        holds="files.holds.returns",
    )
    if kind is ReturnKind.COUNT:
        at = names.index("invalid")
        columns[at:at] = _options(desk, measure)
    return columns


def _options(desk: Desk, measure: Measure) -> list[Explained]:
    korean, called = desk.words.language == "ko", labels_of(measure)
    holds = desk.words("files.holds.returns.votes")
    keys = [one["key"] for one in drawing.options(desk.session, measure)]
    return [
        Explained(key, called[key][0] if korean and called[key] else key, needed=True, holds=holds)
        for key in keys
    ]


def template(desk: Desk, measure: Measure, boxes: Sequence[BoxView], kind: ReturnKind) -> Response:
    """Every box of the poll, with room for its figures."""
    rows = (_line(desk, box) for box in boxes)
    return filled_in(columns_of(desk, measure, kind), rows, name=f"{kind.value}-template.csv")


def present(
    desk: Desk, measure: Measure, poll: Poll, boxes: Sequence[BoxView], kind: ReturnKind
) -> Response:
    """The boxes whose figures are entered, and may be seen already."""
    rows = list(_entered(desk, poll, boxes, kind))
    return filled_in(columns_of(desk, measure, kind), rows, name=f"{kind.value}-present.csv")


def _entered(
    desk: Desk, poll: Poll, boxes: Sequence[BoxView], kind: ReturnKind
) -> Iterator[Mapping[str, object]]:
    found = _kept(desk, poll, kind)
    for box in boxes:
        kept = found.get(box.id)
        if kept is not None:
            figures = {name: getattr(kept, name) for name in (*FIGURES[kind], "reason")}
            yield {**_line(desk, box), **figures, **getattr(kept, "votes", {})}


def _kept(desk: Desk, poll: Poll, kind: ReturnKind) -> Mapping[Any, Any]:
    """Counts of single boxes are nobody's to take away before all of them are shown."""
    if poll.closed_at is None:
        return {}
    if kind is ReturnKind.TURNOUT:
        return versions.latest_turnouts(desk.session, poll.id)
    shown = canvassing.canvass(desk.session, poll.id).votes
    return versions.latest_counts(desk.session, poll.id) if shown else {}


def _line(desk: Desk, box: BoxView) -> Mapping[str, object]:
    return {
        "district": box.district_names[desk.words.language],
        "station": box.number,
        "kind": desk.words(f"ballots.kind.{box.kind.value}"),
    }
