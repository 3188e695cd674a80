"""Every way a request can fail, as one value: its status, its code, its words (RFC 9457)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from referendum.doors import errors, failures
from referendum.doors.languages import language_of, words_of
from referendum.doors.limits import Answer
from referendum.doors.naming import said
from referendum.i18n.words import Words
from referendum.kernel.errors import DomainError, Fact, Refusal

STATUS: Final = {
    Refusal.INVALID: HTTPStatus.UNPROCESSABLE_ENTITY,
    Refusal.NOT_KNOWN: HTTPStatus.UNAUTHORIZED,
    Refusal.NOT_FOUND: HTTPStatus.NOT_FOUND,
    Refusal.NOT_ALLOWED: HTTPStatus.FORBIDDEN,
    Refusal.CONFLICT: HTTPStatus.CONFLICT,
    Refusal.TOO_LATE: HTTPStatus.GONE,
    Refusal.TOO_MANY: HTTPStatus.TOO_MANY_REQUESTS,
    Refusal.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Refusal.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
}
OWN_STATUS: Final = {
    errors.MethodNotOffered.code: HTTPStatus.METHOD_NOT_ALLOWED,
    errors.RequestNotReadable.code: HTTPStatus.BAD_REQUEST,
}
"""HTTP's own statuses, for refusals that only HTTP knows."""
PATH: Final = "/:@!$&'()*+,;=~"
"""What stands in a path as it is, besides letters and digits (RFC 3986 §3.3)."""
BROKEN: Final = "broken"
"""The code of a defect: no refusal, and nothing is said about it but that it is one."""
RETRY_AFTER: Final = 30

FAULTS: Final = (
    (re.compile("missing|.*too_short"), "missing"),
    (re.compile(".*too_long"), "too-long"),
    (re.compile("int_|decimal_|float_"), "number"),
    (re.compile("greater_|less_"), "range"),
    (re.compile("date|time"), "date"),
    (re.compile("enum|literal_error"), "choice"),
    (re.compile("extra_forbidden"), "unknown"),
)
"""Pydantic's kinds of error, as the kinds a person can act on."""


@dataclass(frozen=True, slots=True)
class FieldFault:
    """One field that cannot be used: where (RFC 6901) and what sort of wrong. Never its value."""

    pointer: str
    kind: str

    @property
    def field(self) -> str:
        return self.pointer.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Problem:
    """A failed request as both doors tell of it."""

    code: str
    status: HTTPStatus
    facts: Mapping[str, Fact]
    faults: Sequence[FieldFault] = ()

    def title(self, words: Words, named: Mapping[str, Fact] | None = None) -> str:
        """The sentence. `named`: facts by names that only the page knows, in place of keys."""
        return said(words, self.code, {**self.facts, **(named or {})})

    @property
    def retry_after(self) -> int | None:
        """Seconds, where waiting helps."""
        waits = (self.facts.get(fact) for fact in ("seconds", "wait_seconds"))
        given = next((wait for wait in waits if isinstance(wait, int)), None)
        if given is None and self.status is HTTPStatus.SERVICE_UNAVAILABLE:
            return RETRY_AFTER
        return given


def problem_of(error: Exception) -> Problem:
    """What an error means to whoever sent the request."""
    match error:
        case DomainError():
            status = OWN_STATUS.get(error.code, STATUS[error.refusal])
            return Problem(error.code, status, error.facts)
        case RequestValidationError():
            refused = errors.InputNotUsable()
            faults = [_fault(each) for each in error.errors()]
            return Problem(refused.code, STATUS[refused.refusal], {}, faults)
        case HTTPException():
            return _http(error)
        case _ if failures.is_outage(error):
            return problem_of(errors.ServiceUnavailable())
        case _:
            return Problem(BROKEN, HTTPStatus.INTERNAL_SERVER_ERROR, {})


def _http(error: HTTPException) -> Problem:
    """What the framework refuses by itself."""
    match error.status_code:
        case HTTPStatus.NOT_FOUND:
            return problem_of(errors.PageNotFound())
        case HTTPStatus.METHOD_NOT_ALLOWED:
            return problem_of(errors.MethodNotOffered())
        case HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return problem_of(errors.BodyTooLarge())
        case status if status < HTTPStatus.INTERNAL_SERVER_ERROR:
            return problem_of(errors.RequestNotReadable())
        case _:
            return Problem(BROKEN, HTTPStatus.INTERNAL_SERVER_ERROR, {})


def _fault(detail: Mapping[str, Any]) -> FieldFault:
    _source, *path = detail["loc"]
    steps = [str(step).replace("~", "~0").replace("/", "~1") for step in path]
    kinds = (kind for pattern, kind in FAULTS if pattern.match(detail["type"]))
    return FieldFault("/" + "/".join(steps), next(kinds, "wrong"))


def reference(request: Request) -> str:
    """The address that was asked for, as a URI reference (RFC 9457 §3.1.5, RFC 3986 §4.2).

    Two slashes at its beginning would name a host, so the second one is written as a code.
    """
    path = quote(request.scope["path"], safe=PATH, errors="replace")
    return f"/%2F{path[2:]}" if path.startswith("//") else path


def body(problem: Problem, words: Words, *, instance: str) -> dict[str, Any]:
    """The problem document."""
    document: dict[str, Any] = {
        "type": f"/problems/{problem.code}",
        "title": problem.title(words),
        "status": problem.status.value,
        "instance": instance,
        "facts": dict(problem.facts),
    }
    if problem.faults:
        document["errors"] = [
            {"pointer": f"#{fault.pointer}", "detail": words(f"doors.fault.{fault.kind}")}
            for fault in problem.faults
        ]
    return document


class ProblemResponse(JSONResponse):
    """RFC 9457."""

    media_type = "application/problem+json"


def answer(request: Request, error: Exception) -> Response:
    """The answer of a machine's door."""
    problem = problem_of(error)
    document = body(problem, words_of(request), instance=reference(request))
    response = ProblemResponse(document, problem.status.value)
    response.headers["Content-Language"] = language_of(request).value
    return with_retry(response, problem)


def with_retry(response: Response, problem: Problem) -> Response:
    if problem.retry_after is not None:
        response.headers["Retry-After"] = str(problem.retry_after)
    return response


def possible(*refusals: type[DomainError]) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of a route that may refuse in these ways."""
    grouped: dict[int | str, dict[str, Any]] = {}
    for refusal in refusals:
        status = OWN_STATUS.get(refusal.code, STATUS[refusal.refusal]).value
        entry = grouped.setdefault(
            status, {"description": "", "content": {ProblemResponse.media_type: {}}}
        )
        entry["description"] = " ".join(filter(None, [entry["description"], refusal.code]))
    return grouped


def handle(app: FastAPI, answer: Answer) -> None:
    """Let this app answer every refusal in its own manner; the frame answers the rest."""

    async def refused(request: Request, error: Exception) -> Response:
        return answer(request, error)

    for kind in (DomainError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, refused)


def note(error: Exception) -> None:
    """Write down an outage or a defect; what only the request was at fault for is neither."""
    if problem_of(error).status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        failures.note(error)
