"""The returns of a vote: entering, correcting and importing them, box by box."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from starlette.datastructures import FormData

from ballots import batches, canvassing, days, returns, stations, versions
from ballots import reading as files
from ballots.errors import BoxNotFound, FigureNotWhole, ReturnsRefused
from ballots.stations import BoxView
from ballots.tables import CountReturn, Poll, TurnoutReturn
from ballots.versions import Versions
from referendum.kernel.errors import DomainError
from referendum.lifecycle import counting, polling
from referendum.lifecycle.advisory import drawing
from referendum.lifecycle.stages import Stage
from referendum.lifecycle.tables import Measure
from referendum.web.desk.acts import MEASURE
from referendum.web.desk.fields import REASON, Field, Fields, Figure, File, Given, filled
from referendum.web.desk.form import Context, Desk, Facts, Form, Went, first
from referendum.web.desk.measure import names_of, on_desk
from referendum.web.measures import Number


class ReturnKind(StrEnum):
    """The two returns of a box."""

    TURNOUT = "turnout"
    COUNT = "count"


KEPT_BY: Final[Mapping[tuple[ReturnKind, bool], Callable[..., object]]] = {
    (ReturnKind.TURNOUT, False): returns.enter_turnout,
    (ReturnKind.TURNOUT, True): returns.correct_turnout,
    (ReturnKind.COUNT, False): returns.enter_count,
    (ReturnKind.COUNT, True): returns.correct_count,
}
"""By the return, and by whether there is one already."""


@dataclass(frozen=True, slots=True)
class Polled:
    """A measure's poll, for those who count it."""

    measure: Measure
    poll: Poll
    boxes: Sequence[BoxView]


@dataclass(frozen=True, slots=True)
class OneReturn(Polled):
    """One return of one box, which is the only one of `boxes`."""

    sort: ReturnKind
    found: Versions

    @property
    def box(self) -> BoxView:
        return self.boxes[0]

    @property
    def history(self) -> Sequence[TurnoutReturn] | Sequence[CountReturn]:
        return self.found.turnouts if self.sort is ReturnKind.TURNOUT else self.found.counts


@dataclass(frozen=True, slots=True)
class Votes(Field):
    """The figures of all options, each by its key."""

    options: Sequence[str]
    station: str

    def parse(self, form: FormData, name: str) -> dict[str, int | None]:
        return {one: _figure(self.station).parse(form, f"{name}-{one}") for one in self.options}

    def inputs(self, name: str) -> tuple[str, ...]:
        return tuple(f"{name}-{one}" for one in self.options)

    def written(self, name: str, value: Any) -> dict[str, str]:
        return {f"{name}-{one}": f"{votes:,}" for one, votes in value.items()}


def _figure(station: str) -> Figure:
    """Nothing is None and not zero, which the rules then refuse; letters are refused at once."""

    def wrong(name: str) -> DomainError:
        return FigureNotWhole(field=name.removeprefix("votes-"), station=station)

    return Figure(wrong=wrong)


def _polled(desk: Desk, number: Number) -> Polled:
    measure = on_desk(desk.session, desk.officer, number)
    counting.insist_on_counting(desk.session, measure, desk.officer)
    poll = polling.poll_of(desk.session, measure)
    return Polled(measure, poll, stations.boxes_of(desk.session, poll.id))


def _return(desk: Desk, number: Number, box_id: UUID, kind: ReturnKind) -> OneReturn:
    about = _polled(desk, number)
    here = (one for one in about.boxes if one.id == box_id)
    box = first(here, BoxNotFound(box=str(box_id)))
    found = returns.versions(desk.session, box_id)
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
    }


def _box(desk: Desk, about: OneReturn) -> Context:
    """One return of one box: to be entered, or corrected with a reason."""
    history, name = about.history, about.box.names[desk.words.language]
    return {
        "title": name,
        "box": about.box,
        "order": _order(desk, about.measure),
        "box_name": name,
        "kind": about.sort.value,
        "history": history,
        "cast": about.found.turnouts[-1].cast if about.found.turnouts else None,
        "people": names_of(desk.session, [f"officer:{one.keyed_by}" for one in history]),
        "labels": _labels(desk, about.measure),
        "values": filled(_figures(about), history[-1]) if history else {},
    }


def _figures(about: OneReturn) -> Fields:
    figure = _figure(about.box.label)
    if about.sort is ReturnKind.TURNOUT:
        return {"issued": figure, "cast": figure}
    return {
        "papers": figure,
        "votes": Votes(about.poll.options, about.box.label),
        "invalid": figure,
    }


def _fields(_desk: Desk, about: OneReturn) -> Fields:
    return {**_figures(about), "reason": REASON}


def _keep(desk: Desk, about: OneReturn, given: Given) -> Went:
    """The first return of a box, or another version of it with a reason."""
    counting.insist_on_canvasser(desk.session, about.measure.id, desk.officer)
    about = replace(about, found=versions.of_box(desk.session, about.box.id))
    again = bool(about.history)
    figures = {**given, "reason": given["reason"] or None}
    KEPT_BY[about.sort, again](desk.uow, about.box.id, by=desk.officer, **figures)
    flash = "desk.flash.return-corrected" if again else "desk.flash.return-kept"
    return Went(POLLING, flash, part=f"box-{about.box.id}")


def _take_in(desk: Desk, about: Polled, given: Given) -> None:
    """Many first returns at once: all of them, or none and where the file is wrong."""
    counting.insist_on_canvasser(desk.session, about.measure.id, desk.officer)
    uow, poll, data = desk.uow, about.poll, given["file"]
    if desk.at["kind"] is ReturnKind.TURNOUT:
        turnouts = files.read_turnouts(data, boxes=about.boxes)
        batches.enter_turnouts(uow, poll.id, turnouts, by=desk.officer)
    else:
        counts = files.read_counts(data, boxes=about.boxes, options=poll.options)
        batches.enter_counts(uow, poll.id, counts, by=desk.officer)


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
        name: names.get(str(facts[name]), facts[name])
        for name, names in known.items()
        if facts.get(name)
    }


POLLING: Final = MEASURE.below(
    "/polling", "polling", "desk.polling.title", _polled, _overview, named=_named
)
IMPORTING: Final = Form(
    POLLING,
    _take_in,
    {"file": File()},
    path="/{kind}/import",
    more={"kind": ReturnKind},
    places={"file": "file-{kind}"},
    usual="file-{kind}",
    told_apart=(ReturnsRefused,),
    flash="desk.flash.returns-kept",
)
ONE: Final = POLLING.below(
    "/boxes/{box_id}/{kind}", "return", "desk.polling.title", _return, _box, named=_named
)
KEEPING: Final = Form(ONE, _keep, _fields)
