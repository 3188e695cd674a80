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
    entering, queue, drafting, acts, scoping, enrolling, promising, arguing, drawing, answering,
    following_up, alarms, polling, stations, dividing, certifying, examining, sheets, halting,
    register, totals, declaring, projects, one_project, staff,
)  # fmt: skip
"""In the order in which an address is looked for: `new` comes before a number."""

DESK: Final[tuple[APIRouter, ...]] = (
    entering.router,
    *(routed(*room.PARTS) for room in ROOMS),
)
