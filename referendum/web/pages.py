"""Turns a template and some values into a page in the visitor's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from http import HTTPStatus
from typing import Any, Final

from jinja2 import BaseLoader, Environment
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from referendum.bootstrap import Services
from referendum.doors import cookies, csrf, languages, sessions
from referendum.doors.problems import problem_of, with_retry
from referendum.i18n.words import Language, Words
from referendum.identity.errors import NotSignedIn
from referendum.lifecycle import binding
from referendum.lifecycle.tables import Measure
from referendum.web import navigation, templating
from referendum.web.assets import Assets
from referendum.web.navigation import Entry

FLASH_PART: Final = ".flash."
"""What every sentence that may be flashed has in its key: a cookie can name no other."""
FLASH_PREFIX: Final = "web.flash."


@dataclass(frozen=True, slots=True)
class Pages:
    """The templates in each language, and which addresses exist."""

    environments: Mapping[Language, Environment]
    known: frozenset[str]
    nav: Sequence[Entry]
    services: Services

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
            each.globals["foot"] = navigation.offered(navigation.FOOT, known)
        return cls(environments, known, navigation.offered(navigation.MAIN, known), services)

    def render(self, request: Request, template: str, context: Mapping[str, Any]) -> str:
        """The HTML. Undefined names are an error: a page never silently lacks a figure."""
        language = languages.language_of(request)
        page = self.environments[language].get_template(template)
        label = _label(context, languages.words(language))
        return page.render({**self._frame(request, language), "vote_label": label, **context})

    def _frame(self, request: Request, language: Language) -> dict[str, Any]:
        """What the skeleton around every page needs."""
        caller = sessions.caller_of(request)
        return {
            "path": request.url.path,
            "here": _here(request),
            "request_id": getattr(request.state, "request_id", None),
            "lang": language.value,
            "tongues": [(each, languages.switched(request, each)) for each in Language],
            "caller": caller,
            "nav": navigation.marked(self.nav, request.url.path),
            "flash": _flashed(request, language),
            "csrf_field": cache(partial(_csrf_field, request)),
        }


def page(
    request: Request, template: str, *, status: int = HTTPStatus.OK.value, **context: Any
) -> HTMLResponse:
    """The answer of a route: a page, with the cookies that its forms need."""
    pages: Pages = request.app.state.pages
    response = HTMLResponse(pages.render(request, template, context), status_code=status)
    response.headers["Content-Language"] = languages.language_of(request).value
    response.headers["Vary"] = "Accept-Language, Cookie"
    secure = cookies.over_https(pages.services)
    languages.remember_choice(request, response, secure=secure)
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
    sign_in = navigation.sign_in_path(_here(request))
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


def _here(request: Request) -> str:
    """The address being shown, with its query, to come back to."""
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path


def _flashed(request: Request, language: Language) -> str | None:
    key = cookies.read(request, cookies.FLASH) or ""
    words = languages.words(language)
    return words(key) if FLASH_PART in key and words.has(key) else None


def _label(context: Mapping[str, Any], words: Words) -> str | None:
    """The mark of a vote without legal force: on every page of its measure, whoever wrote it."""
    measure = context.get("measure") or context.get("of_measure")
    key = binding.label_of(measure) if isinstance(measure, Measure) else None
    return None if key is None else words(key)


def _csrf_field(request: Request) -> Markup:
    field = '<input type="hidden" name="{}" value="{}">'
    return Markup(field).format(csrf.FIELD, csrf.token_for(request))  # noqa: S704  # constant text
