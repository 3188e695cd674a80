"""Every route of the desk: a module of this folder is a room because it stands here."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Final

from fastapi import APIRouter

from referendum.web import desk
from referendum.web.desk import directory, entering
from referendum.web.desk.routing import routed

ROOMS: Final = [import_module(f"{desk.__name__}.{one.name}") for one in iter_modules(desk.__path__)]

DESK: Final[tuple[APIRouter, ...]] = (entering.router, directory.router, routed(*ROOMS))
