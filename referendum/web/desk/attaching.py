"""Attachments of an office's own draft: brought, told of, put in order, taken away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from starlette.datastructures import FormData
from starlette.responses import Response

from referendum.lifecycle import drafting as drafts
from referendum.lifecycle import versions
from referendum.lifecycle.attachments import attaching
from referendum.lifecycle.attachments.attaching import LIMITS, MOST, Attached, Telling
from referendum.lifecycle.attachments.errors import AttachmentNotFound
from referendum.lifecycle.attachments.imaging import FIELD, MEGABYTE
from referendum.lifecycle.attachments.imaging import MOST as FILE_MOST
from referendum.lifecycle.errors import NotADraft, ParticularMissing
from referendum.lifecycle.stages import Stage
from referendum.lifecycle.tables import Measure
from referendum.web.attaching import TOLD, taken_back
from referendum.web.attachments import At, answer, preview
from referendum.web.desk.acts import MEASURE
from referendum.web.desk.form import Context, Desk, Form
from referendum.web.desk.measure import on_desk
from referendum.web.fields import Field, Figure, Given, Text
from referendum.web.measures import Number
from referendum.web.sent import file


@dataclass(frozen=True, slots=True)
class OfDraft:
    """One attachment of a draft that this office writes."""

    measure: Measure
    one: Attached


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought(Field):
    """A file that is looked at whole."""

    def parse(self, form: FormData, name: str) -> bytes:
        content = file(form, name)
        if not content:
            raise ParticularMissing(field=name)
        return content


def _own_draft(desk: Desk, number: Number) -> Measure:
    measure = on_desk(desk, number)
    drafts.insist_on_author(desk.uow, measure, desk.officer)
    if measure.stage != Stage.DRAFT:
        raise NotADraft(stage=measure.stage)
    return measure


def _own(desk: Desk, number: Number, at: At) -> OfDraft:
    measure = _own_draft(desk, number)
    attached = attaching.of_measure(measure)
    if at > len(attached):
        raise AttachmentNotFound(number=at)
    return OfDraft(measure, attached[at - 1])


def _list(desk: Desk, measure: Measure) -> Context:
    kept = versions.of_draft(desk.session, measure.id)
    return {
        "attached": attaching.of_measure(measure),
        "before": taken_back(measure, kept),
        "limits": LIMITS,
        "most": MOST,
        "megabytes": FILE_MOST // MEGABYTE,
        "values": dict.fromkeys(TOLD, "") | dict(desk.typed),
    }


def _shown(desk: Desk, about: OfDraft) -> Context:
    said: dict[str, Any] = {name: getattr(about.one.telling, name) for name in TOLD}
    return {
        "one": about.one,
        "limits": LIMITS,
        "values": said | dict(desk.typed),
        "title": desk.words("attachments.one", number=about.one.number),
    }


def _add(desk: Desk, measure: Measure, given: Given) -> None:
    said = Telling(**{name: given[name] for name in TOLD})
    attaching.add(desk.uow, measure.id, content=given[FIELD], telling=said, by=desk.officer)


def _tell(desk: Desk, about: OfDraft, given: Given) -> None:
    said = Telling(**{name: given[name] for name in TOLD})
    here = (desk.uow, about.measure.id, about.one.number)
    attaching.tell(*here, telling=said, by=desk.officer)


def _up(desk: Desk, about: OfDraft, _given: Given) -> None:
    attaching.move_up(desk.uow, about.measure.id, about.one.number, by=desk.officer)


def _remove(desk: Desk, about: OfDraft, _given: Given) -> None:
    attaching.remove(desk.uow, about.measure.id, about.one.number, by=desk.officer)


def _undo(desk: Desk, measure: Measure, given: Given) -> None:
    drafts.restore(desk.uow, measure.id, number=given["version"], by=desk.officer)


def _content(desk: Desk, about: OfDraft) -> Response:
    one, kept = attaching.numbered(desk.session, about.measure, about.one.number)
    return answer(one, kept.content, public=False)


def _small(desk: Desk, about: OfDraft) -> Response:
    one, kept = attaching.numbered(desk.session, about.measure, about.one.number)
    return preview(one, kept.preview, public=False)


SAID: Final[dict[str, Field]] = {
    "title_ko": Text(needed=True, label="attachments.field.title_ko"),
    "title_en": Text(label="attachments.field.title_en"),
    "description_ko": Text(label="attachments.field.description_ko"),
    "description_en": Text(label="attachments.field.description_en"),
}
ATTACHMENTS: Final = MEASURE.below(
    "/draft/attachments", "attachments", "attachments.title", _own_draft, _list
)
ONE: Final = ATTACHMENTS.below("/{at}", "attachment", "attachments.tell", _own, _shown)
CONTENT: Final = ONE.below("/file", "attachment", "attachments.open", _own, _content)
SMALL: Final = ONE.below("/preview", "attachment", "attachments.open", _own, _small)
ADDING: Final = Form(
    ATTACHMENTS,
    _add,
    {FIELD: Brought(label="attachments.file"), **SAID},
    usual=FIELD,
    flash="attachments.flash.added",
)
TELLING: Final = Form(ONE, _tell, SAID, to=ATTACHMENTS, flash="attachments.flash.told")
MOVING: Final = Form(ONE, _up, path="/up", to=ATTACHMENTS, flash="attachments.flash.moved")
REMOVING: Final = Form(
    ONE, _remove, path="/remove", to=ATTACHMENTS, flash="attachments.flash.removed"
)
UNDOING: Final = Form(
    ATTACHMENTS,
    _undo,
    {"version": Figure(needed=True, least=1)},
    path="/undo",
    flash="attachments.flash.undone",
)
