"""Norms that stand over one another, and what a higher one leaves a lower one to choose."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field, Strict

from thresholds.periods import OrdinanceNumbers
from thresholds.reading import Data, Days, Name, Positive
from thresholds.share import Share, ShareText


class Norm(StrEnum):
    """Where a rulebook stands: a statute over an ordinance over an office's delegation."""

    STATUTE = "statute"
    ORDINANCE = "ordinance"
    DELEGATION = "delegation"


class Place(Data):
    """The one place for which a lower norm is made; its population may decide what is open."""

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,30}$")]
    population: Positive | None = None


Age = Annotated[int, Strict(), Field(ge=0, le=150)]


class Choices(OrdinanceNumbers):
    """What a lower norm has chosen, as far as it has: shares, days, years of age, statuses."""

    foreign_statuses: tuple[Name, ...] | None = None
    minimum_age: Age | None = None
    turnout: ShareText | None = None
    majority: ShareText | None = None
    channels: Annotated[tuple[Name, ...], Field(min_length=1)] | None = None
    roll_base_days: Annotated[Days, Field(lt=0)] | None = None
    """Negative: so many days before the vote."""
    argument_days: Annotated[Days, Field(ge=1)] | None = None
    answer_days: Annotated[Days, Field(ge=1)] | None = None


class Opening(Data):
    """One choice left open: the keys it sets, how far it may go, and by which article.

    `among`: the values it may take; of a list, every entry must be one of them. `keeps`: the keys
    hold lists of tables, of which those stay whose entry of that name is among the chosen.
    """

    sets: Annotated[tuple[Name, ...], Field(min_length=1)]
    low: ShareText | Days | None = None
    high: ShareText | Days | None = None
    among: tuple[Age | Name, ...] = ()
    keeps: Name | None = None
    citation: Name

    def admits(self, value: object) -> bool:
        """Whether a choice stays inside: a Share, a number of days or an age, or a tuple of texts.

        A bound of another kind than the value (a share for days) does not bind it.
        """
        values = value if isinstance(value, tuple) else (value,)
        if self.among and not set(values) <= set(self.among):
            return False
        return all(self._within(one) for one in values)

    def _within(self, value: object) -> bool:
        if isinstance(value, Share):
            above = not isinstance(self.low, Share) or self.low <= value
            return above and (not isinstance(self.high, Share) or value <= self.high)
        if isinstance(value, int):
            above = not isinstance(self.low, int) or self.low <= value
            return above and (not isinstance(self.high, int) or value <= self.high)
        return True
