"""The desk's page for people without a phone: enrolled at the counter, with a document seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from referendum.kernel.errors import DomainError, Refusal
from referendum.lifecycle import rules
from referendum.lifecycle.enrolment import enrolled, enrolling, taking_back
from referendum.lifecycle.enrolment.enrolled import Window
from referendum.lifecycle.enrolment.enrolling import Statement
from referendum.lifecycle.enrolment.errors import EnrolmentClosed, NotByEnrolment
from referendum.lifecycle.tables import Measure
from referendum.web import enrolment_forms
from referendum.web.desk.acts import MEASURE
from referendum.web.desk.form import Context, Desk, Errors, Form
from referendum.web.desk.measure import on_desk
from referendum.web.enrolment_pages import district_rows
from referendum.web.fields import Given, Text, Tick
from referendum.web.measures import Number


@dataclass(frozen=True, slots=True)
class Counter:
    """A vote for which people enrol, and until when."""

    measure: Measure
    window: Window


def _opened(desk: Desk, number: Number) -> Counter:
    measure = on_desk(desk, number)
    enrolling.insist_on_clerk(desk.session, measure, desk.officer)
    window = enrolled.window(desk.uow, measure)
    if window is None:
        raise NotByEnrolment(measure=str(measure.id))
    return Counter(measure, window)


def _show(desk: Desk, about: Counter) -> Context:
    """The form, and how many have enrolled."""
    counted = {
        "rows": district_rows(desk.uow, about.measure),
        "total": enrolled.total(desk.session, about.measure.id),
    }
    if not about.window.is_open:
        return counted
    typed = {name: said[: enrolment_forms.LONGEST] for name, said in desk.typed.items()}
    return {**counted, **enrolment_forms.asked(desk.uow, about.measure, typed)}


def _said(desk: Desk, error: DomainError) -> Errors | None:
    """What is missing or keeps somebody out is said in the words of enrolment."""
    if isinstance(error, EnrolmentClosed):
        return {}
    return enrolment_forms.said(desk.words, error) if error.refusal is Refusal.INVALID else None


def _enrol(desk: Desk, about: Counter, given: Given) -> str:
    """Enrol somebody who stands at the counter."""
    assert desk.sent is not None
    vault, measure = desk.vault, about.measure
    declared = enrolment_forms.declared(desk.uow, measure, desk.sent, desk=True)
    stands = enrolling.enrol_at_desk(
        desk.uow, vault, measure.id, declared, seen=given["seen"], by=desk.officer
    )
    return "enrolling.flash.desk-kept" if stands else "enrolling.flash.desk-stood"


def _withdraw(desk: Desk, about: Counter, given: Given) -> None:
    """Take back the enrolment of somebody who asks for it at the counter."""
    assert desk.sent is not None
    today = rules.today(desk.uow, about.measure)
    taking_back.withdraw_at_desk(
        desk.uow,
        desk.vault,
        about.measure.id,
        name=given["gone_name"],
        birth_date=enrolment_forms.Past(today=today).parse(desk.sent, "gone_birth_date"),
        by=desk.officer,
    )


COUNTER: Final = MEASURE.below("/enrol", "enrolling", "enrolling.desk.title", _opened, _show)
TOLD: Final = ("seen", "name", "birth_date", "district", "nationality", "status", "status_since")
ENROLLING: Final = Form(
    COUNTER,
    _enrol,
    {**dict.fromkeys(TOLD, Text()), **{one.value: Tick() for one in Statement}},
    usual="name",
    tells=_said,
)
WITHDRAWING: Final = Form(
    COUNTER,
    _withdraw,
    {"gone_name": Text(), "gone_birth_date": Text()},
    path="/withdraw",
    usual="gone_name",
    tells=_said,
    flash="enrolling.flash.withdrawn",
)
