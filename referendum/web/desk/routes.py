"""Every route of the desk, in one place."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from referendum.web.desk import (
    acts,
    alarms,
    certifying,
    dividing,
    drafting,
    elections,
    entering,
    examining,
    halting,
    polling,
    queue,
    register,
    sheets,
    staff,
    stations,
    totals,
)

DESK: Final[tuple[APIRouter, ...]] = (
    entering.router,
    queue.router,
    drafting.router,
    acts.router,
    alarms.router,
    polling.router,
    stations.router,
    dividing.router,
    certifying.router,
    examining.router,
    sheets.router,
    halting.router,
    register.router,
    totals.router,
    elections.router,
    staff.router,
)
