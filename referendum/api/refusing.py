"""How the interface says no: one document for every refusal, said in advance for every route."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, Final

from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from referendum.api.callers import member
from referendum.api.errors import MediaTypeNotOffered
from referendum.doors import errors, problems
from referendum.doors.csrf import SAFE
from referendum.doors.languages import language_of, words_of
from referendum.doors.problems import BROKEN, Problem, ProblemResponse
from referendum.doors.sessions import officer, signer
from referendum.identity.errors import RESTING, NotSignedIn
from referendum.kernel.errors import DomainError
from referendum.kernel.people import RoleMissing

OWN_STATUS: Final = {MediaTypeNotOffered.code: HTTPStatus.UNSUPPORTED_MEDIA_TYPE}
ALWAYS: Final = (
    errors.InputNotUsable,
    errors.TextNotUsable,
    errors.RequestNotReadable,
    errors.TooManyRequests,
    errors.ServiceUnavailable,
)
CHANGING: Final = (errors.ForeignForm, errors.BodyTooLarge)
SCHEMA: Final[dict[str, Any]] = {
    "title": "Problem",
    "description": "RFC 9457. `type` names the problem for ever; `title` is in the language "
    "asked for; `facts` are the numbers behind it; `errors` say which fields are wrong.",
    "type": "object",
    "required": ["type", "title", "status", "instance", "facts"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "instance": {"type": "string", "format": "uri-reference"},
        "facts": {"type": "object", "additionalProperties": True},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}
INNER_DOORS: Final = frozenset({signer, officer, member})
JSON: Final = "application/json"
CONTENT: Final = {ProblemResponse.media_type: {"schema": {"$ref": "#/components/schemas/Problem"}}}


def answer(request: Request, error: Exception) -> Response:
    """The doors' answer, with the statuses that only this interface has."""
    if not isinstance(error, MediaTypeNotOffered):
        response = problems.answer(request, error)
        if isinstance(error, HTTPException) and error.headers:
            response.headers.update(error.headers)
        return response
    problem = Problem(error.code, OWN_STATUS[error.code], error.facts)
    document = problems.body(problem, words_of(request), instance=problems.reference(request))
    response = ProblemResponse(document, problem.status.value)
    response.headers["Content-Language"] = language_of(request).value
    return response


def status_of(refusal: type[DomainError]) -> int:
    """The HTTP status that a refusal has."""
    usual = problems.OWN_STATUS.get(refusal.code, problems.STATUS[refusal.refusal])
    return OWN_STATUS.get(refusal.code, usual).value


def possible(*refusals: type[DomainError]) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of a route that may refuse in these ways, beside those all have."""
    codes: dict[int | str, list[str]] = {}
    # Wherever a role may be missing, it may be at rest too.
    for refusal in (*refusals, *(RESTING if RoleMissing in refusals else ())):
        codes.setdefault(status_of(refusal), []).append(refusal.code)
    return {
        status: {"description": ", ".join(sorted(named)), "content": CONTENT}
        for status, named in sorted(codes.items())
    }


def every_refusal(parent: type[DomainError] = DomainError) -> Iterator[type[DomainError]]:
    """Every kind of refusal that this process knows, by its class."""
    for child in parent.__subclasses__():
        if getattr(child, "code", None):
            yield child
        yield from every_refusal(child)


async def read_as_promised(request: Request) -> None:
    """Refuse a body of another type than the route reads: nothing is guessed from its bytes."""
    if request.method in SAFE:
        return
    field = getattr(request.scope.get("route"), "body_field", None)
    if field is None:
        return
    expected = getattr(field.field_info, "media_type", JSON)
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given != expected:
        raise MediaTypeNotOffered(expected=expected)


class Route(APIRoute):
    """A route that documents what its door, its method and the frame may refuse."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inherited: list[type[DomainError]] = list(ALWAYS)
        if not SAFE & (self.methods or set()):
            inherited += CHANGING
        if self.body_field is not None:
            inherited.append(MediaTypeNotOffered)
        if INNER_DOORS & {one.call for one in self.dependant.dependencies}:
            inherited.append(NotSignedIn)
        for status, entry in possible(*inherited).items():
            told = self.responses.get(status, {}).get("description")
            description = ", ".join(filter(None, [told, entry["description"]]))
            self.responses[status] = {**entry, "description": description}
        self.responses[HTTPStatus.INTERNAL_SERVER_ERROR.value] = {
            "description": BROKEN,
            "content": CONTENT,
        }
