"""An office's own measure: what its authority may begin, and the draft's form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID, uuid4

from starlette.datastructures import FormData

from referendum.doors.errors import PageNotFound
from referendum.i18n.words import Words
from referendum.lifecycle import drafting as drafts
from referendum.lifecycle import offering, rules, screening, starting
from referendum.lifecycle.drafting import DraftText
from referendum.lifecycle.errors import NotADraft
from referendum.lifecycle.screening import Answer, Item
from referendum.lifecycle.stages import Stage
from referendum.lifecycle.starting import Beginning
from referendum.lifecycle.tables import Measure
from referendum.roll import places
from referendum.roll.tables import District
from referendum.web import drafting
from referendum.web.desk.acts import MEASURE
from referendum.web.desk.fields import Given
from referendum.web.desk.foreseeing import panel_of
from referendum.web.desk.form import Context, Desk, Faulty, Form, Page, Went, every_officer
from referendum.web.desk.measure import on_desk
from referendum.web.measures import Number
from referendum.web.sent import text
from referendum.web.workspace import missing_of
from thresholds.rulebook import Question
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
    area: list[District]
    allowed: frozenset[Question]
    items: tuple[Item, ...]
    """The subjects that the law keeps out, with what was answered."""


@dataclass(frozen=True, slots=True)
class Received:
    """The form as it came, and all that is wrong with it: an office leaves no gaps."""

    draft: DraftText
    answers: Mapping[str, Answer]
    errors: Mapping[str, str]
    trial: Measure
    """To ask the rules about what is being written."""


def _beginnings(desk: Desk, _none: None) -> Context:
    """What this officer's authority may begin, each with what it means."""
    return {"beginnings": starting.beginnings(desk.officer)}


def _begun(desk: Desk, start: str) -> Drafted:
    """What is begun by this name, if this officer's authority may begin it."""
    instrument, _, route = start.partition("-")
    if instrument not in set(Instrument) or route not in {"", *Route}:
        raise PageNotFound
    begun = starting.beginning(desk.officer, instrument, route or None)
    return _drafted(desk, begun, _blank(desk, begun, uuid4()), None)


def _own_draft(desk: Desk, number: Number) -> Drafted:
    measure = on_desk(desk.session, desk.officer, number)
    if measure.stage != Stage.DRAFT:
        raise NotADraft(stage=measure.stage)
    begun = starting.beginning(desk.officer, measure.instrument, measure.route)
    return _drafted(desk, begun, measure, measure)


def _drafted(desk: Desk, begun: Beginning, measure: Measure, saved: Measure | None) -> Drafted:
    session, today = desk.session, rules.today(desk.uow, measure)
    return Drafted(
        begun,
        measure,
        saved,
        area=places.districts_on(session, measure.jurisdiction_id, today),
        allowed=offering.questions(session, measure, today),
        items=screening.checklist(session, measure, today),
    )


def _blank(desk: Desk, begun: Beginning, measure_id: UUID) -> Measure:
    """A draft that is never stored."""
    trial = Measure(
        id=measure_id,
        jurisdiction_id=desk.place,
        instrument=begun.instrument.value,
        route=begun.route.value if begun.route else None,
        stage=Stage.DRAFT.value,
        ordinance={},
    )
    drafts.fill(trial, DraftText())
    return trial


def _show(desk: Desk, about: Drafted) -> Context:
    """The draft in its form, as it is kept or was just sent, with what it will need beside it."""
    begun, measure = about.begun, about.measure
    came = None if desk.sent is None else _received(desk, about, desk.sent)
    answers = came.answers if came else {}
    within = measure.districts or ()
    said = {
        "missing": missing_of(about.saved) if about.saved else [],
        "panel": panel_of(desk.uow, begun, came.trial if came else measure),
        "items": [replace(one, answer=answers.get(one.key, one.answer)) for one in about.items],
        "ticked": desk.ticked("districts", within),
        "rows": offering.most(about.allowed),
        "limits": drafting.FORM_LIMITS,
        "offices": drafting.OFFICES,
        "values": drafting.values_of(measure) | {"area": SOME if within else EVERYWHERE},
    }
    if about.saved is not None:
        return said
    return said | {"title": desk.words(f"measure.instrument.{begun.instrument}")}


def _received(desk: Desk, about: Drafted, form: FormData) -> Received:
    words, trial = desk.words, _blank(desk, about.begun, about.measure.id)
    draft, _, errors = drafting.read(form, trial, about.area, words, about.allowed)
    drafts.fill(trial, draft)
    answers, wrong = drafting.answers_of(form, about.items, words)
    ticked = {str(district.id) for district in about.area} & desk.ticked("districts")
    astray = _of_area(text(form, "area") or EVERYWHERE, ticked, words)
    errors = drafting.in_order(drafting.gaps(missing_of(trial), words) | errors | astray)
    return Received(draft, answers, errors | wrong, trial)


def _keep(desk: Desk, about: Drafted, _given: Given) -> Went:
    """Keep the draft: whole, so that no vote can be called on a gap."""
    assert desk.sent is not None
    came, measure, by = _received(desk, about, desk.sent), about.saved, desk.officer
    if came.errors:
        raise Faulty(came.errors)
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
    return Went(f"{HOME}/{measure.number}/draft", "workspace.flash.saved")


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
