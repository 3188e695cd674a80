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
from referendum.web.desk.routing import routed

ROOMS: Final = (
    acts, alarms, answering, arguing, certifying, declaring, dividing, drafting, drawing, enrolling,
    entering, examining, following_up, halting, one_project, polling, projects, promising, queue,
    register, scoping, sheets, staff, stations, totals,
)  # fmt: skip

DESK: Final[tuple[APIRouter, ...]] = (entering.router, routed(*ROOMS))
