"""Every route of the desk, in one place."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from referendum.web.desk import (
    acts,
    alarms,
    certifying,
    elections,
    entering,
    examining,
    halting,
    polling,
    queue,
    register,
    sheets,
    staff,
    totals,
)

DESK: Final[tuple[APIRouter, ...]] = (
    entering.router,
    queue.router,
    acts.router,
    alarms.router,
    polling.router,
    certifying.router,
    examining.router,
    sheets.router,
    halting.router,
    register.router,
    totals.router,
    elections.router,
    staff.router,
)
