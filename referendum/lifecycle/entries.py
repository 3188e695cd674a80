"""When each kind of entry is possible: the second half of the table of stages.

A step moves a measure; an entry writes to its things and leaves it where it stands: a line, a
decision, a return, a text, a halt. `stages` says which steps there are from where; here stands, for
each instrument, at which stages each kind of entry is possible. Everything that writes asks it, in
one line at its head; a test walks every writing function over every stage of every instrument.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, tuple_

from referendum.lifecycle.stages import (
    ENDINGS,
    LIVES,
    ActNotAllowed,
    Stage,
)
from referendum.lifecycle.tables import Measure
from thresholds.vocabulary import Instrument


class Entry(StrEnum):
    """What is written to a measure's things without moving it."""

    WRITE_DRAFT = "write_draft"
    """The text, and the answers on excluded subjects."""
    JOIN_REPRESENTATIVES = "join_representatives"
    LEAVE_REPRESENTATIVES = "leave_representatives"
    SIGN = "sign"
    """Upheld by the petition's own row, which a signer holds and no measure: the step that ends
    the collection closes it."""
    WITHDRAW_SIGNATURE = "withdraw_signature"
    """One's own, online; as for signing."""
    BRING_LINES = "bring_lines"
    """Once the sheets are handed in, of registered sheets only (`signatures.handing_in`)."""
    WITHDRAW_LINE = "withdraw_line"
    """On paper, reported by the representative: until the sheets are handed in."""
    TAKE_BACK_BATCH = "take_back_batch"
    EXAMINE = "examine"
    """The pass over the lines, and what one officer decides of them."""
    REGISTER_SHEETS = "register_sheets"
    """Beside the handing in itself: at the desk before it, and what comes to cure a shortfall."""
    STATE_SCOPE = "state_scope"
    ENTER_ARGUMENT = "enter_argument"
    COMMIT_DRAW = "commit_draw"
    ENTER_DRAW = "enter_draw"
    ENROL = "enrol"
    """And taking it back."""
    ARRANGE_STATIONS = "arrange_stations"
    ENTER_RETURN = "enter_return"
    """And correcting one."""
    ADD_TO_ANSWER = "add_to_answer"
    FOLLOW_UP = "follow_up"
    HOLD = "hold"
    LIFT_HOLD = "lift_hold"
    OVERRIDE = "override"
    MOVE_DEADLINES = "move_deadlines"
    """What elections, days off and outages do to a measure's deadlines."""


_PETITION: Final = frozenset(
    {
        Stage.COLLECTING, Stage.COLLECTED, Stage.EXAMINING, Stage.INSPECTING, Stage.OBJECTING,
        Stage.REVIEWED, Stage.CURING,
    }
)  # fmt: skip
"""From the first signature to the verdict."""
BEFORE_THE_CALL: Final = frozenset({Stage.DRAFT, Stage.APPLIED, *_PETITION, Stage.SUFFICIENT})
"""Of an advisory vote."""
LINES_COME: Final = frozenset({Stage.COLLECTING, Stage.COLLECTED, Stage.EXAMINING, Stage.CURING})
"""While people sign, until the sheets are handed in, while the handed-in sheets are keyed in, and
again to cure a shortfall. Once the list is published none is added."""
LINES_DECIDED: Final = frozenset({Stage.EXAMINING, Stage.INSPECTING, Stage.OBJECTING})
"""From the handing in until the last objection is settled. After that a verdict stands on them."""
_UNDER_WAY: Final = frozenset(Stage) - ENDINGS

_EVERYWHERE: Final[Mapping[Entry, frozenset[Stage]]] = {
    Entry.WRITE_DRAFT: frozenset({Stage.DRAFT}),
    # Whose claim it is stands when the verdict on it does.
    Entry.JOIN_REPRESENTATIVES: frozenset({Stage.DRAFT, Stage.APPLIED, Stage.PARKED, *_PETITION}),
    Entry.LEAVE_REPRESENTATIVES: _UNDER_WAY,
    Entry.SIGN: frozenset({Stage.COLLECTING}),
    Entry.WITHDRAW_SIGNATURE: frozenset({Stage.COLLECTING}),
    Entry.BRING_LINES: LINES_COME,
    Entry.WITHDRAW_LINE: frozenset({Stage.COLLECTING, Stage.COLLECTED}),
    Entry.TAKE_BACK_BATCH: LINES_COME,
    Entry.EXAMINE: LINES_DECIDED,
    Entry.REGISTER_SHEETS: frozenset({Stage.COLLECTED, Stage.CURING}),
    Entry.HOLD: _UNDER_WAY,
    # A halt that was forgotten is lifted after the end too: it then moves nothing.
    Entry.LIFT_HOLD: frozenset(Stage),
    Entry.OVERRIDE: _UNDER_WAY,
    Entry.MOVE_DEADLINES: _UNDER_WAY,
}
_VOTE: Final[Mapping[Entry, frozenset[Stage]]] = {
    Entry.ARRANGE_STATIONS: frozenset({Stage.CALLED}),
    Entry.ENTER_RETURN: frozenset({Stage.COUNTING}),
}
_INITIATIVE: Final[Mapping[Entry, frozenset[Stage]]] = {
    # While people sign, where the rulebook sets a deadline for it.
    Entry.ENTER_ARGUMENT: frozenset({Stage.COLLECTING}),
}
_ADVISORY: Final[Mapping[Entry, frozenset[Stage]]] = {
    Entry.STATE_SCOPE: BEFORE_THE_CALL,
    Entry.ENTER_ARGUMENT: frozenset({Stage.CALLED}),
    Entry.COMMIT_DRAW: frozenset({Stage.CALLED}),
    Entry.ENTER_DRAW: frozenset({Stage.CALLED}),
    Entry.ENROL: frozenset({Stage.CALLED}),
    Entry.ADD_TO_ANSWER: frozenset({Stage.ANSWERED}),
    Entry.FOLLOW_UP: frozenset({Stage.ANSWERED}),
}


def _stages_of(instrument: Instrument) -> frozenset[Stage]:
    life = LIVES[instrument]
    return frozenset(stage for step in life for stage in (step.source, step.target))


def _of(
    instrument: Instrument, *tables: Mapping[Entry, frozenset[Stage]]
) -> Mapping[Entry, frozenset[Stage]]:
    """Those of its own stages at which each is possible."""
    here = _stages_of(instrument)
    return {entry: stages & here for table in tables for entry, stages in table.items()}


POSSIBLE: Final[Mapping[Instrument, Mapping[Entry, frozenset[Stage]]]] = {
    Instrument.INITIATIVE: _of(Instrument.INITIATIVE, _EVERYWHERE, _INITIATIVE),
    Instrument.REFERENDUM: _of(Instrument.REFERENDUM, _EVERYWHERE, _VOTE),
    Instrument.RECALL: _of(Instrument.RECALL, _EVERYWHERE, _VOTE),
    Instrument.ADVISORY: _of(Instrument.ADVISORY, _EVERYWHERE, _VOTE, _ADVISORY),
}
"""An entry that an instrument does not know is possible at none of its stages."""


def stages_for(instrument: Instrument, entry: Entry) -> frozenset[Stage]:
    """At which stages of this instrument such an entry is possible."""
    return POSSIBLE[instrument].get(entry, frozenset())


def possible(measure: Measure, entry: Entry) -> bool:
    """Whether such an entry is possible where the measure stands."""
    return Stage(measure.stage) in stages_for(Instrument(measure.instrument), entry)


def where_possible(entry: Entry) -> ColumnElement[bool]:
    """The same as a condition on measures, of whatever instrument."""
    pairs = [
        (instrument.value, stage.value)
        for instrument, own in POSSIBLE.items()
        for stage in own.get(entry, frozenset())
    ]
    return tuple_(Measure.instrument, Measure.stage).in_(pairs)


def insist(measure: Measure, entry: Entry) -> None:
    """Refuse an entry where the table does not have it; says at which stages it has."""
    if not possible(measure, entry):
        raise not_now(measure, entry)


def not_now(measure: Measure, entry: Entry) -> ActNotAllowed:
    """The refusal: where the measure stands, what is possible there, and when this would be."""
    stage, own = Stage(measure.stage), POSSIBLE[Instrument(measure.instrument)]
    when = own.get(entry, frozenset())
    return ActNotAllowed(
        stage=stage.value,
        act=entry.value,
        possible=sorted(one.value for one, stages in own.items() if stage in stages),
        when=[one.value for one in Stage if one in when] if len(when) <= NAMED else [],
    )


NAMED: Final = 5
"""So many stages are named to people; of more than that a list says nothing."""
