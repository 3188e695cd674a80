"""Pages of a crowd: a plain form is read without the framework's search for what a route needs.

The route stays what it is for every test. Whatever is not plain (a form of another type, a field
that is a file, an address that does not fit) goes the usual way, which knows every reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from inspect import iscoroutinefunction
from typing import Any, Final

from fastapi._compat import ModelField
from starlette.requests import Request
from starlette.responses import Response

from referendum.doors import csrf, texts
from referendum.doors.sessions import anyone, passing
from referendum.doors.straightway import Crowded, NotPlain, Way

CHECKS: Final = (texts.checked, csrf.checked)
"""What every page passes."""
OPEN: Final = frozenset({anyone, passing})
"""Doors that refuse nobody."""
FORM: Final = "application/x-www-form-urlencoded"


class Straight(Crowded):
    """For a coroutine behind one open door, which takes texts and gives a whole response itself.

    Other routes of its router are left to the framework.
    """

    def straight(self) -> Way | None:
        """What answers a plain form or address by itself."""
        run, needs = self.endpoint, self.dependant
        doors = [(one.name, one.call) for one in needs.dependencies if one.name and one.call]
        others = (*needs.header_params, *needs.cookie_params)
        if not iscoroutinefunction(run) or others or {call for _, call in doors} - OPEN:
            return None
        ((named, door),) = doors

        async def answer(request: Request) -> Response:
            if needs.body_params and request.headers.get("content-type") != FORM:
                raise NotPlain
            given = _read(needs.path_params, request.path_params)
            given |= _read(needs.query_params, request.query_params)
            for check in CHECKS:
                await check(request)
            if needs.body_params:
                # An empty field is one that was not filled in.
                form = {name: text for name, text in (await request.form()).items() if text}
                given |= _read(needs.body_params, form)
            given[named] = await door(request)
            response: Response = await run(request=request, **given)
            return response

        return answer


def _read(fields: Sequence[ModelField], values: Mapping[str, Any]) -> dict[str, Any]:
    """By the framework's own rules for each field."""
    read: dict[str, Any] = {}
    for field in fields:
        if field.alias not in values:
            if field.field_info.is_required():
                raise NotPlain
            read[field.name] = field.field_info.default
            continue
        read[field.name], wrong = field.validate(values[field.alias])
        if wrong:
            raise NotPlain
    return read
