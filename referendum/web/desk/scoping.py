"""What an advisory vote is about, stated at the desk before its call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from referendum.lifecycle import enveloping, rules
from referendum.lifecycle.enveloping import Project, Scope
from referendum.lifecycle.promise import delegating
from referendum.lifecycle.promise.tables import Delegation
from referendum.lifecycle.tables import Measure
from referendum.web.dated import Paper
from referendum.web.desk.acts import MEASURE
from referendum.web.desk.form import Context, Desk, Form
from referendum.web.desk.measure import for_clerks
from referendum.web.fields import Choice, Fields, Figure, Given, Text, Ticks, filled
from referendum.web.measures import Number
from thresholds.delegation import Asker, ExcludedMatter, ProjectKind, Terms


@dataclass(frozen=True, slots=True)
class Scoped:
    """An advisory vote, and the promise under which it would be called."""

    measure: Measure
    promise: Delegation
    terms: Terms
    registered: Project | None
    """The project of the register that it is about: its kind and total are the register's."""


def _scoped(desk: Desk, number: Number) -> Scoped:
    measure = for_clerks(desk, number)
    promise = enveloping.promise_for(desk.session, measure, rules.today(desk.uow, measure))
    registered = enveloping.project_of(desk.session, measure)
    return Scoped(measure, promise, delegating.terms_of(promise), registered)


ASKED: Final[Fields] = {
    "asked_by": Choice(Asker),
    "asked": Paper(needed=False, plain=True),
    "about": Text(),
    "opinion": Paper(needed=False, plain=True),
}
PROJECT: Final[Fields] = {"kind": Choice(ProjectKind), "total": Figure(needed=True, least=1)}
MATTER: Final[Fields] = {"subject": Figure()}


def _fields(desk: Desk, _about: Scoped) -> Fields:
    """A project by its kind and total, or else a matter by the promise's list."""
    assert desk.sent is not None
    more = {"registered": {}, "project": PROJECT}.get(str(desk.sent.get("about")), MATTER)
    return {**ASKED, "confirmed": Ticks(ExcludedMatter), **more}


def _state(desk: Desk, about: Scoped, given: Given) -> None:
    """State it, or say at its field why it cannot be put to a vote."""
    scope = Scope(
        asked_by=given["asked_by"],
        asked=given["asked"],
        project=Project(kind=given["kind"], total=given["total"]) if "total" in given else None,
        subject=given.get("subject"),
        confirmed=frozenset(given["confirmed"]),
        opinion=given["opinion"],
    )
    enveloping.state(desk.uow, about.measure.id, scope=scope, by=desk.officer)


def _show(desk: Desk, about: Scoped) -> Context:
    kept = enveloping.stated(desk.session, about.measure)
    scope = None if kept is None else enveloping.scope_of(kept)
    return {
        "askers": [one for one in Asker if about.terms.asked_by.admits(one)],
        "kinds": list(ProjectKind),
        "excluded": list(ExcludedMatter),
        "values": _values(scope, residents=about.measure.stage != "draft"),
        "ticked": desk.ticked("confirmed", [one.value for one in scope.confirmed] if scope else ()),
    }


def _values(scope: Scope | None, *, residents: bool) -> dict[str, str]:
    """What was stated before, as the fields of the form."""
    if scope is None:
        asked = Asker.RESIDENTS if residents else Asker.MAYOR
        return {"asked_by": asked.value, "about": "project"}
    about = "matter" if scope.project is None else "project"
    project = {} if scope.project is None else filled(PROJECT, scope.project)
    return {**filled(ASKED, scope), **filled(MATTER, scope), **project, "about": about}


SCOPING: Final = Form(
    MEASURE.below("/scope", "scope", "promises.scope.title", _scoped, _show),
    _state,
    _fields,
    # The paper meant by a refusal is that of the council or the districts that asked.
    places={"document": "asked"},
    usual="about",
    to=MEASURE,
    flash="promises.flash.stated",
)
