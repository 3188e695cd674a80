"""Every route of the desk, in one place."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from referendum.web.desk import (
    acts,
    alarms,
    answering,
    arguing,
    certifying,
    declaring,
    dividing,
    drafting,
    drawing,
    enrolling,
    entering,
    examining,
    following_up,
    halting,
    one_project,
    polling,
    projects,
    promising,
    queue,
    register,
    scoping,
    sheets,
    staff,
    stations,
    totals,
)

DESK: Final[tuple[APIRouter, ...]] = (
    entering.router,
    entering.confirming,
    queue.router,
    drafting.router,
    acts.router,
    scoping.router,
    enrolling.router,
    promising.router,
    arguing.router,
    drawing.router,
    answering.router,
    following_up.router,
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
    declaring.router,
    projects.router,
    one_project.router,
    staff.router,
)
