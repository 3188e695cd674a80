"""Turns a template and some values into a page in the visitor's language."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Any, Final

from jinja2 import BaseLoader, Environment
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from referendum.bootstrap import Services
from referendum.doors import cookies, csrf, languages, sessions, text_sizes
from referendum.doors.problems import problem_of, with_retry
from referendum.doors.text_sizes import TextSize
from referendum.i18n.words import Language, Words
from referendum.identity.errors import NotSignedIn
from referendum.lifecycle import binding
from referendum.lifecycle.tables import Measure
from referendum.web import navigation, templating, unsent
from referendum.web.assets import Assets
from referendum.web.navigation import Entry
from referendum.web.pressing import Press, csrf_field

FLASH_PART: Final = ".flash."
"""What every sentence that may be flashed has in its key: a cookie can name no other."""
NOTHING_DONE: Final = frozenset(
    {
        "web.flash.session-ended",
        "web.flash.sign-in-first",
        "enrolling.flash.nothing",
        "demo.flash.nothing-ahead",
        "demo.flash.still-due",
        "desk.flash.examination-running",
    }
)
"""Sentences after which nothing is done: no green tick stands beside them."""
FLASH_PREFIX: Final = "web.flash."


@dataclass(frozen=True, slots=True)
class Pages:
    """The templates in each language, and which addresses exist."""

    environments: Mapping[Language, Environment]
    known: frozenset[str]
    nav: Sequence[Entry]
    services: Services
    press: Press | None
    """None where every page is drawn for itself."""

    @classmethod
    def of(
        cls,
        services: Services,
        assets: Assets,
        *,
        known: frozenset[str],
        more: BaseLoader | None = None,
    ) -> Pages:
        """`more` holds templates that are looked up before ours."""
        environments = templating.environments(services, assets, more=more)
        for each in environments.values():
            each.globals["has_page"] = known.__contains__
            each.globals["foot"] = navigation.offered(navigation.FOOT, known, demo=services.is_demo)
        nav = navigation.offered(navigation.MAIN, known, demo=services.is_demo)
        return cls(environments, known, nav, services, Press())

    def render(self, request: Request, template: str, context: Mapping[str, Any]) -> str:
        """The HTML. Undefined names are an error: a page never silently lacks a figure."""
        language = languages.language_of(request)
        return self._drawn(language, template, {**self._frame(request, language), **context})

    def pressed(
        self,
        request: Request,
        template: str,
        context: Mapping[str, Any],
        *,
        of: Hashable,
        own: Mapping[str, object],
    ) -> str | bytes:
        """The same, from a plate where there is one: `pages.pressed`."""
        if self.press is None or cookies.read(request, cookies.FLASH):
            return self.render(request, template, {**context, **own})
        language = languages.language_of(request)
        size = text_sizes.size_of(request)
        nav = navigation.marked(self.nav, request.url.path)
        sized = _is_a_page_of_its_own(request)

        def draw(marks: Mapping[str, Any]) -> str:
            frame = {"lang": language.value, "nav": nav, "text_size": size.value}
            sizes: dict[str, Any] = {} if sized else {"text_sizes": []}
            return self._drawn(language, template, {**frame, **marks, **sizes, **context})

        near = tuple(current for _, current in nav)
        return self.press.page(
            request, language, draw, of=(template, near, size, sized, of), own=own
        )

    def _drawn(self, language: Language, template: str, told: Mapping[str, Any]) -> str:
        page = self.environments[language].get_template(template)
        # What every template may call would be hidden by a value of that name, in this one alone.
        assert not told.keys() & page.globals.keys(), template
        return page.render({"vote_label": _label(told, languages.words(language)), **told})

    def _frame(self, request: Request, language: Language) -> dict[str, Any]:
        """What the skeleton around every page needs."""
        caller = sessions.caller_of(request)
        return {
            "path": request.url.path,
            "here": navigation.here(request),
            "request_id": getattr(request.state, "request_id", None),
            "lang": language.value,
            "tongues": [(each, languages.switched(request, each)) for each in Language],
            "text_size": text_sizes.size_of(request).value,
            "text_sizes": [
                (one, text_sizes.switched(request, one))
                for one in TextSize
                if _is_a_page_of_its_own(request)
            ],
            "caller": caller,
            "nav": navigation.marked(self.nav, request.url.path),
            "flash": _flashed(request, language),
            "csrf_field": cache(lambda: csrf_field(csrf.token_for(request))),
        }


def _is_a_page_of_its_own(request: Request) -> bool:
    """Whether it can be opened again: what answers a form would be lost by another size."""
    return request.method != "POST"


def page(
    request: Request, template: str, *, status: int = HTTPStatus.OK.value, **context: Any
) -> HTMLResponse:
    """The answer of a route: a page, with the cookies that its forms need."""
    pages: Pages = request.app.state.pages
    return _answered(request, pages, pages.render(request, template, context), status)


def pressed(
    request: Request,
    template: str,
    *,
    of: Hashable,
    own: Mapping[str, object] | None = None,
    **context: Any,
) -> HTMLResponse:
    """The same for a page that a crowd asks for: drawn once, and filled in for each (`pressing`).

    What the template is told beside its `own` words depends on `of` and on nothing else.
    """
    pages: Pages = request.app.state.pages
    drawn = pages.pressed(request, template, context, of=of, own=own or {})
    return _answered(request, pages, drawn, HTTPStatus.OK.value)


def _answered(request: Request, pages: Pages, drawn: str | bytes, status: int) -> HTMLResponse:
    response = HTMLResponse(drawn, status_code=status)
    response.headers["Content-Language"] = languages.language_of(request).value
    response.headers["Vary"] = "Accept-Language, Cookie"
    secure = cookies.over_https(pages.services)
    languages.remember_choice(request, response, secure=secure)
    text_sizes.remember_choice(request, response, secure=secure)
    csrf.settle(request, response)
    caller = sessions.caller_of(request)
    if caller is not None and caller.ended:
        sessions.forget(request, response)
    if cookies.read(request, cookies.FLASH):
        cookies.clear(request, response, cookies.FLASH)
    return response


def go(request: Request, path: str, *, flash: str | None = None) -> RedirectResponse:
    """After a form: on to another page, with one sentence to show there (a catalogue key)."""
    response = RedirectResponse(path, status_code=HTTPStatus.SEE_OTHER)
    if flash is not None:
        cookies.write(request, response, cookies.FLASH, flash)
    return response


def wants_fragment(request: Request) -> bool:
    """Whether htmx asks, and so only for the part that changes."""
    return request.headers.get("hx-request") == "true"


def answer(request: Request, error: Exception) -> Response:
    """A refusal as a page; a missing sign-in as the way to it."""
    pages: Pages = request.app.state.pages
    sign_in = navigation.sign_in_path(navigation.here(request))
    offered = isinstance(error, NotSignedIn) and sign_in.partition("?")[0] in pages.known
    if offered and request.method == "GET" and not wants_fragment(request):
        return _to_sign_in(request, sign_in)
    problem = problem_of(error)
    response = page(
        request,
        "error_part.html" if wants_fragment(request) else "error.html",
        status=problem.status.value,
        problem=problem,
        sign_in=sign_in if offered else None,
        unsent=unsent.texts(request),
    )
    return with_retry(response, problem)


def _to_sign_in(request: Request, path: str) -> Response:
    caller = sessions.caller_of(request)
    ended = caller is not None and caller.ended
    flash = "session-ended" if ended else "sign-in-first"
    response = go(request, path, flash=f"{FLASH_PREFIX}{flash}")
    if ended:
        sessions.forget(request, response)
    return response


@dataclass(frozen=True, slots=True)
class Flashed:
    """The one sentence after a form, and as what it is shown."""

    words: str
    kind: str


def _flashed(request: Request, language: Language) -> Flashed | None:
    key = cookies.read(request, cookies.FLASH) or ""
    words = languages.words(language)
    if FLASH_PART not in key or not words.has(key):
        return None
    return Flashed(words(key), "info" if key in NOTHING_DONE else "success")


def _label(context: Mapping[str, Any], words: Words) -> str | None:
    """The mark of a vote without legal force: on every page of its measure, whoever wrote it."""
    measure = context.get("measure") or context.get("of_measure")
    key = binding.label_of(measure) if isinstance(measure, Measure) else None
    return None if key is None else words(key)
