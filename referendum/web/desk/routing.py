"""The desk's pages and forms as routes: whoever asks is shown a page, whoever sends is answered."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from http import HTTPStatus
from types import ModuleType
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from referendum.doors.cookies import services_of
from referendum.doors.problems import problem_of, with_retry
from referendum.doors.sessions import Caller, Staff, Visitor
from referendum.identity.tables import Staff as Account
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Officer
from referendum.lifecycle import serving
from referendum.lifecycle.tables import Measure
from referendum.papers.tables import Paper
from referendum.roll import places
from referendum.web import pages
from referendum.web.dated import far_days, forgotten
from referendum.web.desk import absences
from referendum.web.desk.form import WHOLE, Answered, Desk, Errors, Form, Page, Shown, Went
from referendum.web.fields import Cabinet, Given, read
from referendum.web.sent import InAddress, Sent

OFFERED: Final = 30
"""Papers that a form offers beside those of its measure; an older one is named by its number."""


def routed(*rooms: ModuleType) -> APIRouter:
    """The routes of every page and every form that the rooms have, each once.

    A word of an address is looked for before a parameter in its place: `new` is no number.
    """
    held = [one for room in rooms for one in vars(room).values()]
    forms = [one for one in held if isinstance(one, Form)]
    pages = [one for one in held if isinstance(one, Page)] + [form.page for form in forms]
    served: dict[tuple[str, str], Shows | Sends] = {
        **{(page.path, "GET"): Shows(page) for page in pages if page.addressed},
        **{(form.address, "GET" if form.asks_only else "POST"): Sends(form) for form in forms},
    }
    router = APIRouter()
    for (path, method), answers in sorted(served.items(), key=lambda one: _words_first(*one[0])):
        router.add_api_route(path, answers, methods=[method], name=answers.page.title)
    return router


def _words_first(path: str, _method: str) -> list[bool]:
    return [part.startswith("{") for part in path.split("/")]


@dataclass(frozen=True)
class Shows:
    """Answers whoever asks for a page."""

    page: Page[Any]

    def __call__(self, request: Request, officer: Officer, **at: Any) -> Response:
        with services_of(request).begin() as uow:
            desk = Desk(request, uow, officer, at)
            return _answer(desk, self.page, self.page.shown(desk, self.page.open(desk)))

    @property
    def __signature__(self) -> inspect.Signature:
        return _signature(self.page.asks, officer=Staff)


@dataclass(frozen=True)
class Sends:
    """Answers whoever sends a form."""

    form: Form[Any]

    @property
    def page(self) -> Page[Any]:
        return self.form.page

    def __call__(
        self, request: Request, caller: Caller, officer: Officer, sent: FormData, **at: Any
    ) -> Response:
        given, faults = self._read(request, officer, sent)
        if self.form.confirm and not faults:
            try:
                officer = self.form.confirm(request, caller, sent)
            except DomainError as wrong:
                faults = [wrong]
        at = {name: given[name] for name in self.page.asks if name in given} | at
        shown = self.form.typed(sent, at)
        with services_of(request).begin() as uow:
            return self._said(Desk(request, uow, officer, at, sent, shown, faults), given)

    def _read(
        self, request: Request, officer: Officer, sent: FormData
    ) -> tuple[Given, list[DomainError]]:
        """The fields that are known before anything is opened; the others are read later.

        A code that was given again is used up: all else is looked at before it.
        """
        if callable(self.form.fields):
            return {}, []
        given, refused = read(self.form.fields, sent)
        for name in self.page.asks:
            if name in refused:
                raise refused[name]
        faults = list(refused.values())
        if not self.form.asks_only:
            with services_of(request).begin() as uow:
                today = places.today(uow, officer.jurisdiction)
            faults += far_days(self.form.fields, given, sent, today)
            faults += forgotten(self.form.fields, sent)
        return given, faults

    def _said(self, desk: Desk, given: Given) -> Response:
        """Done, and on; or undone, and shown again with what was typed."""
        form, thing = self.form, self.page.open(desk)
        went, faults = self._done(desk, thing, given)
        if not faults:
            return _onward(form, desk, went)
        again = replace(desk, refused=faults)
        # What was written before the refusal is undone, and with it all that was read of it.
        thing = form.page.open(again)
        errors = form.told(again, thing)
        return _answer(again, form.page, form.page.shown(again, thing), errors)

    def _done(self, desk: Desk, thing: Any, given: Given) -> tuple[Answered, Sequence[DomainError]]:
        form, faults = self.form, desk.refused
        if callable(form.fields) and desk.sent is not None:
            fields = form.fields(desk, thing)
            given, refused = read(fields, desk.sent)
            far = far_days(fields, given, desk.sent, places.today(desk.uow, desk.place))
            faults = [*faults, *refused.values(), *far, *forgotten(fields, desk.sent)]
        if faults:
            return None, faults
        try:
            with desk.session.begin_nested():
                return form.send(desk, thing, self._settled(desk, thing, given)), ()
        except DomainError as wrong:
            return None, [wrong]

    def _settled(self, desk: Desk, thing: Any, given: Given) -> Given:
        """The values with what they name: a paper that was chosen, a file that was brought."""
        most = desk.services.settings.paper_limit
        cabinet = Cabinet(desk.session, desk.place, desk.vault, most)
        asked = self.form.asked(desk, thing)
        return {
            name: asked[name].settled(value, cabinet) if name in asked else value
            for name, value in given.items()
        }

    @property
    def __signature__(self) -> inspect.Signature:
        # The page's other parameters travel in the form.
        named = set(re.findall(r"{(\w+)}", self.form.address))
        asks = {name: one for name, one in self.page.asks.items() if name in named}
        more = {
            name: inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind)
            for name, kind in self.form.more.items()
        }
        sent = InAddress if self.form.asks_only else Sent
        return _signature(asks | more, caller=Visitor, officer=Staff, sent=sent)


def _onward(form: Form[Any], desk: Desk, went: Answered) -> Response:
    if isinstance(went, Response):
        return went
    if isinstance(went, Shown):
        page, anew = went.page, desk if went.again else replace(desk, sent=None, typed={})
        shown = page.shown(anew, page.open(anew))
        return _answer(anew, page, {**shown, **went.context} if isinstance(shown, dict) else shown)
    if not isinstance(went, Went):
        went = Went(form.to or form.page, went or form.flash)
    return _answer(desk, form.page, went)


def _answer(
    desk: Desk,
    page: Page[Any],
    said: dict[str, Any] | Went | Response,
    errors: Mapping[str, str] | None = None,
) -> Response:
    """Written while what it shows is still open: were it to fail, nothing would have been done."""
    if isinstance(said, Response):
        return said
    if isinstance(said, Went):
        return pages.go(desk.request, said.address(desk.at), flash=said.flash)
    problems = [problem_of(fault) for fault in desk.refused]
    alike = {problem.status for problem in problems} or {HTTPStatus.OK}
    status = alike.pop() if len(alike) == 1 else HTTPStatus.UNPROCESSABLE_ENTITY
    errors = errors or {}
    response = _page(desk, page, said, status, errors)
    shown = bytes(response.body).decode()
    # What is wrong may lie in a field that the page does not have as things stand now.
    placed = {
        place if f'id="field-{place}"' in shown else WHOLE: said for place, said in errors.items()
    }
    if placed != errors:
        response = _page(desk, page, said, status, placed)
    return with_retry(response, problems[0]) if problems else response


def _page(
    desk: Desk, page: Page[Any], said: Mapping[str, Any], status: HTTPStatus, errors: Errors
) -> Response:
    """It knows whether a code was given again just now."""
    return pages.page(
        desk.request,
        f"desk/{page.template}.html",
        status=status,
        officer=desk.officer,
        signed_in_as=desk.session.get_one(Account, desk.officer.id),
        deputy=absences.aside(desk),
        fresh=desk.officer.fresh or getattr(desk.request.state, "fresh", False),
        errors=errors,
        on_file=cache(partial(_on_file, desk, said.get("measure"))),
        **said,
    )


def _on_file(desk: Desk, measure: Measure | None) -> list[Paper]:
    """The papers that are offered where one is asked for; looked up where one is."""
    about = measure.id if isinstance(measure, Measure) else None
    return serving.offered(desk.session, desk.place, about, limit=OFFERED)


def _signature(asks: Mapping[str, inspect.Parameter], **doors: Any) -> inspect.Signature:
    kind = inspect.Parameter.KEYWORD_ONLY
    around = {"request": Request, **doors}
    named = [inspect.Parameter(name, kind, annotation=door) for name, door in around.items()]
    return inspect.Signature([*named, *asks.values()], return_annotation=Response)
