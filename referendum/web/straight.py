"""Pages of a crowd: a plain form is read without the framework's search for what a route needs.

The route stays what it is for every test. Whatever is not plain (a form of another type, a field
that is a file, an address that does not fit) goes the usual way, which knows every reason.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from inspect import iscoroutinefunction
from typing import Any, Final

from fastapi._compat import ModelField
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from referendum.doors import csrf, texts
from referendum.doors.sessions import anyone, passing

CHECKS: Final = (texts.checked, csrf.checked)
"""What every page passes."""
OPEN: Final = frozenset({anyone, passing})
"""Doors that refuse nobody."""
FORM: Final = "application/x-www-form-urlencoded"

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class NotPlain(Exception):
    """Something of the request is for the usual way to judge."""


class Straight(APIRoute):
    """For a coroutine behind one open door, which takes texts and gives a whole response itself.

    Other routes of its router are left to the framework.
    """

    def get_route_handler(self) -> Handler:
        usual, run, needs = super().get_route_handler(), self.endpoint, self.dependant
        doors = [(one.name, one.call) for one in needs.dependencies if one.name and one.call]
        others = (*needs.header_params, *needs.cookie_params)
        if not iscoroutinefunction(run) or others or {call for _, call in doors} - OPEN:
            return usual
        ((named, door),) = doors

        async def handle(request: Request) -> Response:
            if needs.body_params and request.headers.get("content-type") != FORM:
                return await usual(request)
            try:
                given = _read(needs.path_params, request.path_params)
                given |= _read(needs.query_params, request.query_params)
                for check in CHECKS:
                    await check(request)
                if needs.body_params:
                    # An empty field is one that was not filled in.
                    form = {name: text for name, text in (await request.form()).items() if text}
                    given |= _read(needs.body_params, form)
            except NotPlain:
                return await usual(request)
            given[named] = await door(request)
            response: Response = await run(request=request, **given)
            return response

        return handle


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
