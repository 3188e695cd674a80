"""An office's own measure: what its authority may begin, and the draft's form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from starlette.datastructures import FormData

from referendum.doors.errors import PageNotFound
from referendum.i18n.words import Words
from referendum.lifecycle import drafting as drafts
from referendum.lifecycle import screening, starting
from referendum.lifecycle.errors import NotADraft
from referendum.lifecycle.stages import Stage
from referendum.lifecycle.starting import Beginning
from referendum.lifecycle.tables import Measure
from referendum.web import drafting
from referendum.web.desk.acts import MEASURE
from referendum.web.desk.form import Context, Desk, Errors, Faulty, Form, Page, Went, every_officer
from referendum.web.desk.measure import on_desk
from referendum.web.drafting import Received, Sheet
from referendum.web.fields import Given
from referendum.web.foreseeing import for_office
from referendum.web.measures import Number
from referendum.web.sent import text
from thresholds.vocabulary import Instrument, Route

HOME: Final = "/desk/measures"
EVERYWHERE, SOME = "all", "some"
"""Whether a measure is the whole city's or some districts'."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """What an office writes, and the draft that is kept of it already."""

    begun: Beginning
    measure: Measure
    """The one that is kept, or one that is never stored."""
    saved: Measure | None
    sheet: Sheet


def _beginnings(desk: Desk, _none: None) -> Context:
    """What this officer's authority may begin, each with what it means."""
    return {"beginnings": starting.beginnings(desk.officer)}


def _begun(desk: Desk, start: str) -> Drafted:
    """What is begun by this name, if this officer's authority may begin it."""
    instrument, _, route = start.partition("-")
    if instrument not in set(Instrument) or route not in {"", *Route}:
        raise PageNotFound
    begun = starting.beginning(desk.officer, instrument, route or None)
    measure = drafts.blank(desk.place, begun.instrument, begun.route)
    return Drafted(begun, measure, None, Sheet.of(desk.uow, measure))


def _own_draft(desk: Desk, number: Number) -> Drafted:
    measure = on_desk(desk, number)
    if measure.stage != Stage.DRAFT:
        raise NotADraft(stage=measure.stage)
    begun = starting.beginning(desk.officer, measure.instrument, measure.route)
    return Drafted(begun, measure, measure, Sheet.of(desk.uow, measure))


def _show(desk: Desk, about: Drafted) -> Context:
    """The draft in its form, as it is kept or was just sent, with what it will need beside it."""
    begun, measure = about.begun, about.measure
    came, trial = None, measure
    if desk.sent is not None:
        trial, came, _ = _received(desk, about, desk.sent)
    within = measure.districts or ()
    values = drafting.values_of(measure) | {"area": SOME if within else EVERYWHERE}
    said = {
        "missing": drafts.missing(about.saved) if about.saved else [],
        "panel": for_office(desk.uow, begun, trial),
        "ticked": desk.ticked("districts", within),
        "values": values,
        **about.sheet.shown(came, desk.words, (came.typed if came else values)["place_districts"]),
    }
    if about.saved is not None:
        return said
    return said | {"title": desk.words(f"measure.instrument.{begun.instrument}")}


def _received(desk: Desk, about: Drafted, form: FormData) -> tuple[Measure, Received, Errors]:
    """A trial to ask the rules about, the form, and all that is wrong: an office leaves no gaps."""
    words, begun = desk.words, about.begun
    trial = drafts.blank(desk.place, begun.instrument, begun.route)
    trial.id = about.measure.id
    came = about.sheet.read(form, trial, words)
    drafts.fill(trial, came.draft)
    ticked = {str(district.id) for district in about.sheet.area} & desk.ticked("districts")
    astray = _of_area(text(form, "area") or EVERYWHERE, ticked, words)
    gaps = drafting.gaps(drafts.missing(trial), words)
    return trial, came, drafting.in_order(gaps | came.errors | astray) | came.wrong


def _keep(desk: Desk, about: Drafted, _given: Given) -> Went:
    """Keep the draft: whole, so that no vote can be called on a gap."""
    assert desk.sent is not None
    measure, by = about.saved, desk.officer
    _, came, errors = _received(desk, about, desk.sent)
    if errors:
        raise Faulty(errors)
    if measure is None:
        measure = drafts.draft(
            desk.uow,
            instrument=about.begun.instrument,
            route=about.begun.route,
            words=came.draft,
            by=by,
            demo=desk.services.is_demo,
        )
    else:
        drafts.edit(desk.uow, measure.id, words=came.draft, by=by)
    screening.answer(desk.uow, measure.id, answers=came.answers, by=by)
    onto = "draft/attachments" if text(desk.sent, "then") == "attachments" else "draft"
    return Went(f"{HOME}/{measure.number}/{onto}", "workspace.flash.saved")


def _of_area(area: str, ticked: set[str], words: Words) -> dict[str, str]:
    """What is wrong where the area that was chosen and the districts say different things."""
    if area == SOME and not ticked:
        return {"area": words("desk.draft.error.no-districts")}
    if area == EVERYWHERE and ticked:
        return {"area": words("desk.draft.error.area-beside")}
    if area not in (SOME, EVERYWHERE):
        return {"area": words("workspace.error.choice", field=words("desk.draft.area"))}
    return {}


CHOOSING: Final = Page(
    f"{HOME}/new", "draft-choice", "desk.draft.title", every_officer, _beginnings
)
BEGINNING: Final = Form(
    CHOOSING.below("/{start}", "draft", "desk.draft.title", _begun, _show), _keep
)
EDITING: Final = Form(MEASURE.below("/draft", "draft", "desk.draft.edit", _own_draft, _show), _keep)
