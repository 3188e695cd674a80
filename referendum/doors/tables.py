"""What an application answers: its routes, each with what is checked before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from fastapi import APIRouter
from fastapi.params import Depends
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute


@dataclass(frozen=True, slots=True)
class Table:
    """Routers gathered once.

    FastAPI works out what a route depends on when the first request reaches an application: for
    the pages, the work of ten requests. Applications that share a table do it once.
    """

    routes: tuple[APIRoute, ...]
    """Every route, as its own router has it."""
    checks: tuple[Depends, ...]
    """What is checked before all of them."""
    gathered: tuple[BaseRoute, ...]
    """For the application."""

    @classmethod
    def of(cls, routers: Sequence[APIRouter], *checks: Depends) -> Self:
        whole = APIRouter(dependencies=checks)
        for router in routers:
            whole.include_router(router)
        own = [route for router in routers for route in router.routes]
        return cls(
            routes=tuple(route for route in own if isinstance(route, APIRoute)),
            checks=checks,
            gathered=tuple(whole.routes),
        )
