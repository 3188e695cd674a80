"""The desk's pages and forms as routes: whoever asks is shown a page, whoever sends is answered."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from types import ModuleType
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.problems import problem_of, with_retry
from referendum.doors.sessions import Caller, Staff, Visitor
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Officer
from referendum.web import pages
from referendum.web.desk.fields import Given, read
from referendum.web.desk.form import WHOLE, Desk, Errors, Form, Page, Shown, Went
from referendum.web.sent import InAddress, Sent


def routed(*rooms: ModuleType) -> APIRouter:
    """The routes of every page and every form that the rooms have, each once.

    A word of an address is looked for before a parameter in its place: `new` is no number.
    """
    held = [one for room in rooms for one in vars(room).values()]
    forms = {id(one): one for one in held if isinstance(one, Form)}.values()
    pages = [one for one in held if isinstance(one, Page)] + [form.page for form in forms]
    served: list[tuple[str, str, Shows | Sends, str]] = [
        (page.path, "GET", Shows(page), page.title)
        for page in {id(page): page for page in pages if page.addressed}.values()
    ]
    served += [
        (form.address, "GET" if form.asks_only else "POST", Sends(form), form.page.title)
        for form in forms
    ]
    router = APIRouter()
    for path, method, answers, title in sorted(served, key=lambda one: _words_first(one[0])):
        router.add_api_route(path, answers, methods=[method], name=title)
    return router


def _words_first(path: str) -> list[bool]:
    return [part.startswith("{") for part in path.split("/")]


@dataclass(frozen=True)
class Shows:
    """Answers whoever asks for a page."""

    page: Page[Any]

    def __call__(self, request: Request, officer: Officer, **at: Any) -> Response:
        with services_of(request).begin() as uow:
            desk = Desk(request, uow, officer, at)
            said = _Said(self.page, at, self.page.shown(desk, self.page.open(desk)))
        return said.to(request, officer)

    @property
    def __signature__(self) -> inspect.Signature:
        return _signature(self.page.asks, officer=Staff)


@dataclass(frozen=True)
class Sends:
    """Answers whoever sends a form."""

    form: Form[Any]

    def __call__(
        self, request: Request, caller: Caller, officer: Officer, sent: FormData, **at: Any
    ) -> Response:
        given, faults = self._read(sent)
        if self.form.confirm and not faults:
            try:
                officer = self.form.confirm(request, caller, sent)
            except DomainError as wrong:
                faults = [wrong]
        at = {name: given[name] for name in self.form.page.asks if name in given} | at
        shown = self.form.typed(sent, at)
        with services_of(request).begin() as uow:
            desk = Desk(request, uow, officer, at, sent, shown, faults)
            said = self._said(desk, given)
        return said.to(request, officer)

    def _read(self, sent: FormData) -> tuple[Given, list[DomainError]]:
        """The fields that are known before anything is opened; the others are read later."""
        if callable(self.form.fields):
            return {}, []
        given, refused = read(self.form.fields, sent)
        for name in self.form.page.asks:
            if name in refused:
                raise refused[name]
        return given, list(refused.values())

    def _said(self, desk: Desk, given: Given) -> _Said:
        """Done, and on; or undone, and shown again with what was typed."""
        form, thing = self.form, self.form.page.open(desk)
        went, faults = self._done(desk, thing, given)
        if not faults:
            return _onward(form, desk, went)
        again = replace(desk, refused=faults)
        # What was written before the refusal is undone, and with it all that was read of it.
        thing = form.page.open(again)
        errors = form.told(again, thing)
        return _Said(form.page, desk.at, form.page.shown(again, thing), errors, faults)

    def _done(
        self, desk: Desk, thing: Any, given: Given
    ) -> tuple[Went | Shown | str | None, Sequence[DomainError]]:
        form, faults = self.form, desk.refused
        if callable(form.fields) and desk.sent is not None:
            given, refused = read(form.fields(desk, thing), desk.sent)
            faults = [*faults, *refused.values()]
        if faults:
            return None, faults
        try:
            with desk.session.begin_nested():
                return form.send(desk, thing, given), ()
        except DomainError as wrong:
            return None, [wrong]

    @property
    def __signature__(self) -> inspect.Signature:
        # The page's other parameters travel in the form.
        named = set(re.findall(r"{(\w+)}", self.form.address))
        asks = {name: one for name, one in self.form.page.asks.items() if name in named}
        more = {
            name: inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind)
            for name, kind in self.form.more.items()
        }
        sent = InAddress if self.form.asks_only else Sent
        return _signature(asks | more, caller=Visitor, officer=Staff, sent=sent)


@dataclass(frozen=True, slots=True)
class _Said:
    """An answer made inside the transaction, to be written as a page after it."""

    page: Page[Any]
    at: Mapping[str, Any]
    context: dict[str, Any] | Went | Response
    errors: Errors = field(default_factory=dict)
    faults: Sequence[DomainError] = ()

    def to(self, request: Request, officer: Officer) -> Response:
        if isinstance(self.context, Response):
            return self.context
        if isinstance(self.context, Went):
            return pages.go(request, self.context.address(self.at), flash=self.context.flash)
        problems = [problem_of(fault) for fault in self.faults]
        alike = {problem.status for problem in problems} or {HTTPStatus.OK}
        status = alike.pop() if len(alike) == 1 else HTTPStatus.UNPROCESSABLE_ENTITY
        response = self._page(request, officer, status, self.errors)
        shown = bytes(response.body).decode()
        if any(f'id="field-{place}"' not in shown for place in self.errors):
            # What is wrong lies in a field that the page does not have as things stand now.
            placed = {place: f'id="field-{place}"' in shown for place in self.errors}
            errors = {
                place if placed[place] else WHOLE: said for place, said in self.errors.items()
            }
            response = self._page(request, officer, status, errors)
        return with_retry(response, problems[0]) if problems else response

    def _page(self, request: Request, officer: Officer, status: int, errors: Errors) -> Response:
        """It knows whether a code was given again just now."""
        assert isinstance(self.context, dict)
        return pages.page(
            request,
            f"desk/{self.page.template}.html",
            status=status,
            officer=officer,
            fresh=officer.fresh or getattr(request.state, "fresh", False),
            errors=errors,
            **self.context,
        )


def _onward(form: Form[Any], desk: Desk, went: Went | Shown | str | None) -> _Said:
    if isinstance(went, Shown):
        page, anew = went.page, desk if went.again else replace(desk, sent=None, typed={})
        shown = page.shown(anew, page.open(anew))
        whole = {**shown, **went.context} if isinstance(shown, dict) else shown
        return _Said(page, desk.at, whole)
    if not isinstance(went, Went):
        went = Went(form.to or form.page, went or form.flash)
    return _Said(form.page, desk.at, went)


def _signature(asks: Mapping[str, inspect.Parameter], **doors: Any) -> inspect.Signature:
    kind = inspect.Parameter.KEYWORD_ONLY
    around = {"request": Request, **doors}
    named = [inspect.Parameter(name, kind, annotation=door) for name, door in around.items()]
    return inspect.Signature([*named, *asks.values()], return_annotation=Response)
