"""Which measures an office may begin: those that a step of its own leads out of the draft."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from referendum.kernel.people import Officer, Role
from referendum.lifecycle import stages
from referendum.lifecycle.errors import NotYourAct
from referendum.lifecycle.stages import Act, Stage, Step
from thresholds.vocabulary import Instrument, Route

ROUTES: Final = {
    Act.TAKE_UP: (Route.RESIDENTS,),
    Act.REQUEST_VOTE: (Route.MAYOR, Route.COUNCIL, Route.STATE),
}
"""Who asked for the referendum that a step takes in (주민투표법 §§8, 9)."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """An instrument and a route, and the step by which the draft goes on."""

    instrument: Instrument
    route: Route | None
    step: Step

    @property
    def name(self) -> str:
        """What it is called in an address."""
        return f"{self.instrument}-{self.route}" if self.route else self.instrument.value

    @property
    def takes_up(self) -> bool:
        """Whether the signatures were collected elsewhere."""
        return self.step.act is Act.TAKE_UP


def beginnings(officer: Officer) -> list[Beginning]:
    """What this officer's authority may begin, its own before what it takes up.

    Refused to who is no clerk.
    """
    officer.insist(Role.CLERK)
    found: dict[str, Beginning] = {}
    for instrument in Instrument:
        for step in stages.steps_from(instrument, Stage.DRAFT):
            if step.by.authority is not officer.authority:
                continue
            routed = instrument is Instrument.REFERENDUM
            for route in ROUTES[step.act] if routed else (None,):
                # An authority's own call comes after the petition's steps, and goes before them.
                one = Beginning(instrument, route, step)
                found[one.name] = one
    return sorted(found.values(), key=lambda one: one.takes_up)


def beginning(officer: Officer, instrument: str, route: str | None) -> Beginning:
    """The one of this instrument and route, or a refusal: another authority begins it."""
    for one in beginnings(officer):
        if (one.instrument, one.route) == (instrument, route):
            return one
    raise NotYourAct(act="draft", by=officer.authority.value)
