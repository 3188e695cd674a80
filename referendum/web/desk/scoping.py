"""What an advisory vote is about, stated at the desk before its call."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.languages import words_of
from referendum.doors.sessions import Staff
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Officer, Role
from referendum.lifecycle import rules
from referendum.lifecycle.acting import Document
from referendum.lifecycle.advisory import delegating, enveloping
from referendum.lifecycle.advisory.enveloping import Project, Scope
from referendum.lifecycle.errors import ParticularMissing
from referendum.web.desk.asking import Errors, choice, crumb, day_of, told
from referendum.web.desk.measure import on_desk
from referendum.web.desk.routing import desk_page
from referendum.web.pages import go
from referendum.web.sent import Sent, text, whole
from thresholds.delegation import Asker, ExcludedMatter, ProjectKind

router = APIRouter(prefix="/desk/measures/{number}/scope")
FIELDS: Mapping[str, str] = {
    "excluded-not-confirmed": "confirmed",
    "asker-not-promised": "asked_by",
    "outside-promise": "about",
    "document-needed": "asked_document",
}


@router.get("")
def show(request: Request, number: int, officer: Staff) -> Response:
    """The form, with what was stated before."""
    return _page(request, officer, number, values=None)


@router.post("")
def state(request: Request, number: int, officer: Staff, form: Sent) -> Response:
    """State it, or say at its field why it cannot be put to a vote."""
    values = _typed(form)
    try:
        with services_of(request).begin() as uow:
            measure = on_desk(uow.session, officer, number)
            enveloping.state(uow, measure.id, scope=_scope(form), by=officer)
    except DomainError as refused:
        words = words_of(request)
        known = {"missing": _missing(refused, words), "asker": _asker(refused, words)}
        errors, status = told(request, refused, field="about", in_words=known)
        # The paper meant here is that of the council or the districts that asked.
        named = {FIELDS.get(refused.code, field): said for field, said in errors.items()}
        return _page(request, officer, number, values=values, errors=named, status=status)
    return go(request, f"/desk/measures/{number}", flash="promises.flash.stated")


def _missing(refused: DomainError, words: Any) -> str:
    open_ones = refused.facts.get("missing")
    names = open_ones if isinstance(open_ones, list) else []
    return ", ".join(words(f"promises.excluded.{one}") for one in names)


def _asker(refused: DomainError, words: Any) -> str:
    asker = refused.facts.get("asker")
    return words(f"promises.asker.{asker}") if isinstance(asker, str) else ""


def _scope(form: FormData) -> Scope:
    project, subject = None, None
    if text(form, "about") == "registered":
        pass  # its kind and total are the register's, whatever is sent
    elif text(form, "about") == "project":
        total = whole(text(form, "total"))
        if total is None or total <= 0:
            raise ParticularMissing(field="total")
        project = Project(kind=choice(ProjectKind, text(form, "kind")), total=total)
    else:
        subject = whole(text(form, "subject"))
    ticked = {str(one) for one in form.getlist("confirmed")}
    return Scope(
        asked_by=choice(Asker, text(form, "asked_by")),
        asked=_document(form, "asked"),
        project=project,
        subject=subject,
        confirmed=frozenset(one for one in ExcludedMatter if one.value in ticked),
        opinion=_document(form, "opinion"),
    )


def _document(form: FormData, name: str) -> Document | None:
    number, day = text(form, f"{name}_document"), day_of(text(form, f"{name}_day"))
    if number and day is None:
        raise ParticularMissing(field=f"{name}_day")
    return Document(number, day) if number and day else None


def _typed(form: FormData) -> dict[str, str]:
    values = {name: given for name, given in form.items() if isinstance(given, str)}
    return {**values, "confirmed": " ".join(str(one) for one in form.getlist("confirmed"))}


def _values_of(scope: Scope | None, *, residents: bool) -> dict[str, str]:
    if scope is None:
        asked = Asker.RESIDENTS if residents else Asker.MAYOR
        return {"asked_by": asked.value, "about": "project"}
    values = {
        "asked_by": scope.asked_by.value,
        "about": "matter" if scope.project is None else "project",
        "subject": "" if scope.subject is None else str(scope.subject),
        "confirmed": " ".join(one.value for one in scope.confirmed),
        **_paper("asked", scope.asked),
        **_paper("opinion", scope.opinion),
    }
    if scope.project is not None:
        values |= {"kind": scope.project.kind.value, "total": f"{scope.project.total:,}"}
    return values


def _paper(name: str, paper: Document | None) -> dict[str, str]:
    if paper is None:
        return {}
    day: date = paper.day
    return {f"{name}_document": paper.number, f"{name}_day": day.isoformat()}


def _page(
    request: Request,
    officer: Officer,
    number: int,
    *,
    values: Mapping[str, str] | None,
    errors: Errors | None = None,
    status: int = 200,
) -> Response:
    officer.insist(Role.CLERK)
    words = words_of(request)
    with services_of(request).begin() as uow:
        measure = on_desk(uow.session, officer, number)
        promise = enveloping.promise_for(uow.session, measure, rules.today(uow, measure))
        kept = enveloping.stated(uow.session, measure)
        registered = enveloping.project_of(uow.session, measure)
    terms = delegating.terms_of(promise)
    scope = None if kept is None else enveloping.scope_of(kept)
    return desk_page(
        request,
        "desk/scope.html",
        officer,
        status=status,
        errors=errors,
        trail=[crumb(request, number), (words("promises.scope.title"), "")],
        measure=measure,
        promise=promise,
        terms=terms,
        askers=[one for one in Asker if terms.asked_by.admits(one)],
        kinds=list(ProjectKind),
        excluded=list(ExcludedMatter),
        registered=registered,
        values=values or _values_of(scope, residents=measure.stage != "draft"),
    )
