"""Routes of a crowd: a plain request is answered without the framework's search for what it needs.

Solving the dependencies of one request costs more than its step. The route stays what it is, in the
document and for every test: whatever is not plain (another type of body, one that does not fit, an
idempotency key) goes the usual way, which knows every reason.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from referendum.api.refusing import JSON, Route
from referendum.doors import csrf, texts
from referendum.doors.cookies import services_of
from referendum.doors.sessions import passing
from referendum.doors.straightway import Crowded, NotPlain, Way

CHECKS: Final = (texts.checked, csrf.checked_with_session)
"""What every route of the interface passes; of which type the body is `_is_plain` has seen."""
REPEATED: Final = "idempotency-key"
ID: Final = TypeAdapter(UUID)
"""Reads an id as the framework does: Python's own way takes hyphens anywhere."""


class Straight(Crowded, Route):
    """For a coroutine that takes `request`, `house`, `passer`, one body and ids of its path.

    It gives a whole response itself.
    """

    def straight(self) -> Way:
        """What answers a plain document by itself."""
        run = self.endpoint
        (body,) = self.dependant.body_params
        kind: Any = body.field_info.annotation
        ids = [one.name for one in self.dependant.path_params]

        async def answer(request: Request) -> Response:
            if not _is_plain(request):
                raise NotPlain
            try:
                given: dict[str, Any] = {
                    name: ID.validate_python(request.path_params[name]) for name in ids
                }
                given[body.name] = kind.model_validate(await request.json())
            except (ValueError, RecursionError) as wrong:
                raise NotPlain from wrong
            for check in CHECKS:
                await check(request)
            house, passer = services_of(request), await passing(request)
            response: Response = await run(request=request, house=house, passer=passer, **given)
            return response

        return answer


def _is_plain(request: Request) -> bool:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind == JSON and REPEATED not in request.headers
