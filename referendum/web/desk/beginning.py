"""The first steps of a place: what is there, what is not yet, and where it is done."""

from __future__ import annotations

from typing import Final

from referendum.lifecycle import beginning
from referendum.lifecycle.beginning import First
from referendum.web.desk.form import Context, Desk, Page, every_officer

DONE_AT: Final = {
    First.ADMINISTRATORS: "/desk/staff",
    First.CLERKS: "/desk/staff",
    First.CERTIFIERS: "/desk/staff",
    First.REGISTER: "/desk/register",
    First.TOTALS: "/desk/register/totals",
    First.DESIGNATION: "/desk/designations",
    First.HOLDER: "/desk/offices",
    First.PROMISE: "/desk/promises",
}
"""The page of each, for those who have its role."""


def _steps(desk: Desk, _nothing: None) -> Context:
    found = beginning.steps(desk.session, desk.officer, desk.uow.now())
    return {"steps": found, "done_at": DONE_AT, "left": sum(one.pressing for one in found)}


FIRST_STEPS: Final = Page(
    "/desk/first-steps", "first-steps", "desk.first.title", every_officer, _steps
)
