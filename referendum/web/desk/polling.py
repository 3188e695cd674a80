"""The returns of a vote: entering, correcting and importing them, box by box."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final
from uuid import UUID

from starlette.responses import Response

from ballots import canvassing, days, reading, returns, stations, versions
from ballots.errors import BoxNotFound, FigureNotWhole
from ballots.stations import BoxView
from ballots.tables import CountReturn, Poll, TurnoutReturn
from ballots.versions import ReturnKind, Versions
from referendum.identity.staff import names_of
from referendum.lifecycle import counting, polling
from referendum.lifecycle.advisory import drawing
from referendum.lifecycle.stages import Stage
from referendum.lifecycle.tables import Measure
from referendum.web.desk import tallying
from referendum.web.desk.acts import MEASURE
from referendum.web.desk.form import Context, Desk, Facts, Form, Went, first
from referendum.web.desk.measure import on_desk
from referendum.web.fields import Each, Fields, Figure, File, Given, Text, filled
from referendum.web.measures import Number


@dataclass(frozen=True, slots=True)
class Polled:
    """A measure's poll with its boxes, for those who furnish and count it."""

    measure: Measure
    poll: Poll
    boxes: Sequence[BoxView]

    def box_of(self, box_id: UUID) -> BoxView:
        return first((box for box in self.boxes if box.id == box_id), BoxNotFound(box=str(box_id)))


@dataclass(frozen=True, slots=True)
class OfKind(Polled):
    """The same for the files of one kind of return."""

    kind: ReturnKind


@dataclass(frozen=True, slots=True)
class OneReturn(Polled):
    """One return of one box, which is the only one of `boxes`."""

    kind: ReturnKind
    found: Versions

    @property
    def box(self) -> BoxView:
        return self.boxes[0]

    @property
    def history(self) -> Sequence[TurnoutReturn | CountReturn]:
        return self.found.of(self.kind)


def polled(desk: Desk, number: Number) -> Polled:
    measure = on_desk(desk, number)
    counting.insist_on_counting(desk.session, measure, desk.officer)
    poll = polling.poll_of(desk.session, measure)
    return Polled(measure, poll, stations.boxes_of(desk.session, poll.id))


def _polled_of_kind(desk: Desk, number: Number, kind: ReturnKind) -> OfKind:
    about = polled(desk, number)
    return OfKind(about.measure, about.poll, about.boxes, kind)


def _template(desk: Desk, about: OfKind) -> Response:
    return tallying.template(desk, about.measure, about.boxes, about.kind)


def _present(desk: Desk, about: OfKind) -> Response:
    return tallying.present(desk, about.measure, about.poll, about.boxes, about.kind)


def _return(desk: Desk, number: Number, box_id: UUID, kind: ReturnKind) -> OneReturn:
    about = polled(desk, number)
    box, found = about.box_of(box_id), returns.versions(desk.session, box_id)
    return OneReturn(about.measure, about.poll, (box,), kind, found)


def _overview(desk: Desk, about: Polled) -> Context:
    """Every box, what is missing, and what the gate says."""
    session, poll = desk.session, about.poll
    closed = poll.closed_at is not None
    return {
        "day": days.get_day(session, poll.polling_day_id),
        "turnouts": versions.latest_turnouts(session, poll.id) if closed else {},
        "counts": versions.latest_counts(session, poll.id) if closed else {},
        "canvass": canvassing.canvass(session, poll.id) if closed else None,
        "counting": Stage(about.measure.stage) is Stage.COUNTING,
        "labels": _labels(desk, about.measure),
        "order": _order(desk, about.measure),
        **{
            f"{kind.value}_columns": tallying.columns_of(desk, about.measure, kind)
            for kind in ReturnKind
        },
    }


def _box(desk: Desk, about: OneReturn) -> Context:
    """One return of one box: to be entered, or corrected with a reason."""
    history = about.history
    return {
        "title": about.box.names[desk.words.language],
        "box": about.box,
        "order": _order(desk, about.measure),
        "history": history,
        "people": names_of(desk.session, [f"officer:{one.keyed_by}" for one in history]),
        "labels": _labels(desk, about.measure),
        "values": filled(_figures(about), history[-1]) if history else {},
    }


def _figures(about: OneReturn) -> Fields:
    """Nothing is None and not zero, which the rules then refuse; letters are refused at once."""
    figure = Figure(wrong=partial(FigureNotWhole, station=about.box.label))
    if about.kind is ReturnKind.TURNOUT:
        return {"issued": figure, "cast": figure}
    return {"papers": figure, "votes": Each(about.poll.options, figure), "invalid": figure}


def _fields(_desk: Desk, about: OneReturn) -> Fields:
    return {**_figures(about), "reason": Text()}


def _keep(desk: Desk, about: OneReturn, given: Given) -> Went:
    """The first return of a box, or another version of it with a reason."""
    counting.insist_on_canvasser(desk.session, about.measure.id, desk.officer)
    kept = returns.keep(desk.uow, about.box.id, about.kind, by=desk.officer, **given)
    flash = "desk.flash.return-corrected" if kept.version > 1 else "desk.flash.return-kept"
    return Went(POLLING, flash, part=f"box-{about.box.id}")


def _take_in(desk: Desk, about: Polled, given: Given) -> None:
    """Many first returns at once: all of them, or none and where the file is wrong."""
    counting.insist_on_canvasser(desk.session, about.measure.id, desk.officer)
    labels = tallying.labels_of(about.measure)
    reading.take_in(
        desk.uow, about.poll, desk.at["kind"], given["file"], by=desk.officer, labels=labels
    )


def _order(desk: Desk, measure: Measure) -> list[str]:
    return [option["key"] for option in drawing.options(desk.session, measure)]


def _labels(desk: Desk, measure: Measure) -> dict[str, str]:
    """What people call the figures: options by their words on the ballot."""
    names = ("electors", "issued", "cast", "papers", "invalid", "reason")
    language = desk.words.language.value
    options = {one["key"]: one[language] or one["ko"] for one in measure.options}
    return options | {name: desk.words(f"ballots.figure.{name}") for name in names}


def _named(desk: Desk, about: Polled | OneReturn, facts: Facts) -> Facts:
    """Figures, options and stations by the names that people know."""
    labels = _labels(desk, about.measure)
    places = {box.label: box.names[desk.words.language] for box in about.boxes}
    known = {"field": labels, "figure": labels, "option": labels, "station": places}
    return {
        name: names.get(str(facts[name]).removeprefix("votes-"), facts[name])
        for name, names in known.items()
        if facts.get(name)
    }


POLLING: Final = MEASURE.below(
    "/polling", "polling", "desk.polling.title", polled, _overview, named=_named
)
IMPORTING: Final = Form(
    POLLING,
    _take_in,
    {"file": File()},
    path="/{kind}/import",
    more={"kind": ReturnKind},
    places={"file": "file-{kind}"},
    usual="file-{kind}",
    flash="desk.flash.returns-kept",
)
TEMPLATE: Final = POLLING.below(
    "/{kind}/template.csv", "", "desk.polling.title", _polled_of_kind, _template
)
PRESENT: Final = POLLING.below(
    "/{kind}/present.csv", "", "desk.polling.title", _polled_of_kind, _present
)
ONE: Final = POLLING.below(
    "/boxes/{box_id}/{kind}", "return", "desk.polling.title", _return, _box, named=_named
)
KEEPING: Final = Form(ONE, _keep, _fields)
