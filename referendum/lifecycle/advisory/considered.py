"""What can be said of one project as far as a vote on it goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from referendum.lifecycle.advisory.calling_in_time import CallBy
from referendum.lifecycle.office.tables import SignedAct
from referendum.lifecycle.promise.tables import Delegation
from referendum.lifecycle.tables import Measure
from referendum.projects.tables import NotCalled, Project
from thresholds.terms import ProjectKind


class State(StrEnum):
    """What has become of a project as far as a vote on it goes."""

    MISSED = "missed"
    NEAR = "near"
    TO_DECIDE = "to_decide"
    UNDATED = "undated"
    CALLED = "called"
    NOT_CALLED = "not_called"
    BEFORE_PROMISE = "before_promise"
    CLOSED = "closed"
    OUTSIDE = "outside"


UNDECIDED: Final = frozenset({State.MISSED, State.NEAR, State.TO_DECIDE, State.UNDATED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """Why a project falls under a promise: its total reaches the least that the promise names."""

    promise: Delegation
    kind: ProjectKind
    total: int | None
    """None: a matter without a budget, which the promise takes in."""
    least: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered:
    """One project with all that is public of a vote on it."""

    project: Project
    state: State
    flag: Flag | None = None
    call_by: CallBy | None = None
    decision: NotCalled | None = None
    earlier: Sequence[NotCalled] = ()
    """Decisions under other promises, the last first."""
    signed: Mapping[UUID, SignedAct] = field(default_factory=dict)
    """By the entry of a decision: who signed it, where that was kept."""
    measures: Sequence[Measure] = ()
    """Public votes and petitions on it, newest first."""

    @property
    def decided_late(self) -> bool:
        """Whether the decision not to call came when a call could no longer have mattered."""
        due = self.decision.call_by if self.decision else None
        return due is not None and self.decision is not None and self.decision.decided_on > due

    @property
    def order(self) -> tuple[bool, int, date, int]:
        """What is still open by its last day, then the rest by theirs; delisted ones at the end."""
        undecided = self.state in UNDECIDED
        rank = (0 if undecided else 1) if self.call_by else 2
        day = self.call_by.day if self.call_by else date.max
        return (not self.project.listed, rank, day, self.project.number)
