"""An office's own measure: what its authority may begin, and the draft's form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID, uuid4

from starlette.datastructures import FormData

from referendum.doors.errors import PageNotFound
from referendum.i18n.words import Words
from referendum.kernel.people import Officer
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
from referendum.web.desk.foreseeing import Panel, panel_of
from referendum.web.desk.form import Desk, Faulty, Form, Page, Went, every_officer
from referendum.web.desk.measure import on_desk
from referendum.web.desk.routing import routed
from referendum.web.measures import Number
from referendum.web.sent import text
from referendum.web.workspace import missing_of
from thresholds.rulebook import Question
from thresholds.vocabulary import Instrument, Route

HOME: Final = "/desk/measures"
EVERYWHERE, SOME = "all", "some"
"""Whether a measure is the whole city's or some districts'."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the form is made from, and what stands in it."""

    begun: Beginning
    area: list[District]
    allowed: frozenset[Question]
    draft: DraftText
    values: dict[str, str]
    ticked: set[str]
    errors: dict[str, str]
    panel: Panel
    items: tuple[Item, ...]
    """The subjects that the law keeps out, with what was answered."""

    @property
    def answers(self) -> dict[str, Answer]:
        return {one.key: one.answer for one in self.items}


@dataclass(frozen=True, slots=True)
class Drafted:
    """What an office writes, and the draft that is kept of it already."""

    begun: Beginning
    saved: Measure | None
    of_measure: Measure
    """The one that is kept, or one that is never stored."""


def _beginnings(desk: Desk, _none: None) -> Mapping[str, Any]:
    """What this officer's authority may begin, each with what it means."""
    return {"beginnings": starting.beginnings(desk.officer)}


def _begun(desk: Desk, start: str) -> Drafted:
    """What is begun by this name, if this officer's authority may begin it."""
    instrument, _, route = start.partition("-")
    known = instrument in set(Instrument) and route in {"", *Route}
    if not known:
        raise PageNotFound
    begun = starting.beginning(desk.officer, instrument, route or None)
    return Drafted(begun, None, _blank(desk.officer, begun))


def _own_draft(desk: Desk, number: Number) -> Drafted:
    measure = on_desk(desk.session, desk.officer, number)
    if measure.stage != Stage.DRAFT:
        raise NotADraft(stage=measure.stage)
    begun = starting.beginning(desk.officer, measure.instrument, measure.route)
    return Drafted(begun, measure, measure)


def _show(desk: Desk, about: Drafted) -> Mapping[str, Any]:
    """The draft in its form, as it is kept or was just sent, with what it will need beside it."""
    saved, begun = about.saved, about.begun
    sheet = _filled(desk, about) if desk.sent is None else _received(desk, about, desk.sent)
    said = {
        "missing": missing_of(saved) if saved else [],
        "sheet": sheet,
        "rows": offering.most(sheet.allowed),
        "limits": drafting.FORM_LIMITS,
        "offices": drafting.OFFICES,
    }
    if saved is not None:
        return said
    return said | {"title": desk.words(f"measure.instrument.{begun.instrument}")}


def _keep(desk: Desk, about: Drafted, _given: Given) -> Went:
    """Keep the draft: whole, so that no vote can be called on a gap."""
    assert desk.sent is not None
    sheet = _received(desk, about, desk.sent)
    if sheet.errors:
        raise Faulty(sheet.errors)
    measure = about.saved
    if measure is None:
        measure = drafts.draft(
            desk.uow,
            instrument=about.begun.instrument,
            route=about.begun.route,
            words=sheet.draft,
            by=desk.officer,
            demo=desk.services.is_demo,
        )
    else:
        drafts.edit(desk.uow, measure.id, words=sheet.draft, by=desk.officer)
    screening.answer(desk.uow, measure.id, answers=sheet.answers, by=desk.officer)
    return Went(f"{HOME}/{measure.number}/draft", "workspace.flash.saved")


def _blank(officer: Officer, begun: Beginning, measure_id: UUID | None = None) -> Measure:
    """A draft that is never stored: to ask the rules about what is being written."""
    trial = Measure(
        id=measure_id or uuid4(),
        jurisdiction_id=officer.jurisdiction,
        instrument=begun.instrument.value,
        route=begun.route.value if begun.route else None,
        stage=Stage.DRAFT.value,
        ordinance={},
    )
    drafts.fill(trial, DraftText())
    return trial


def _filled(desk: Desk, about: Drafted) -> Sheet:
    """The form of a draft as it is kept."""
    uow, measure = desk.uow, about.of_measure
    today = rules.today(uow, measure)
    ticked = set(measure.districts or ())
    values = drafting.values_of(measure) | {"area": SOME if ticked else EVERYWHERE}
    return Sheet(
        begun=about.begun,
        area=places.districts_on(uow.session, measure.jurisdiction_id, today),
        allowed=offering.questions(uow.session, measure, today),
        draft=DraftText(),
        values=values,
        ticked=ticked,
        errors={},
        panel=panel_of(uow, about.begun, measure),
        items=screening.checklist(uow.session, measure, today),
    )


def _received(desk: Desk, about: Drafted, form: FormData) -> Sheet:
    """The form as it came, and all that is wrong with it: an office leaves no gaps."""
    uow, words = desk.uow, desk.words
    trial = _blank(desk.officer, about.begun, about.saved.id if about.saved else None)
    today = rules.today(uow, trial)
    area = places.districts_on(uow.session, trial.jurisdiction_id, today)
    allowed = offering.questions(uow.session, trial, today)
    draft, typed, errors = drafting.read(form, trial, area, words, allowed)
    ticked = {str(district.id) for district in area} & set(map(str, form.getlist("districts")))
    typed["area"] = text(form, "area") or EVERYWHERE
    drafts.fill(trial, draft)
    errors = (
        drafting.gaps(missing_of(trial), words) | errors | _of_area(typed["area"], ticked, words)
    )
    items = screening.checklist(uow.session, trial, today)
    answers, wrong = drafting.answers_of(form, items, words)
    return Sheet(
        begun=about.begun,
        area=area,
        allowed=allowed,
        draft=draft,
        values=typed,
        ticked=ticked,
        errors=drafting.in_order(errors) | wrong,
        panel=panel_of(uow, about.begun, trial),
        items=tuple(replace(one, answer=answers.get(one.key, one.answer)) for one in items),
    )


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

router = routed(CHOOSING, BEGINNING, EDITING)
