"""What becomes of a computed day: an officer set another, or it was over before anybody knew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from thresholds.periods import Span
from thresholds.reading import Day
from thresholds.vocabulary import DeadlineName
from thresholds.workings import LeftOut

EVERYWHERE: Final = ""
"""In place of a district: all those that have no day of their own."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A last day that an officer set in place of the computed one.

    `stopped`: the spans of holds that ended since. A stay takes nothing from the parties whichever
    came first, so their days come on top of the day that was set.
    """

    day: Day
    stopped: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What stands whatever the arithmetic says."""

    announced: Day | None = None
    """The vote's day as it was announced: another is set by an act."""
    decided: Mapping[DeadlineName, Decided] = field(default_factory=dict)
    """The days that officers set."""
    noticed: Mapping[DeadlineName, Mapping[str, Day]] = field(default_factory=dict)
    """By district: the day on which an end was noticed to have passed. It ends no earlier."""


NOTHING_SETTLED: Final = Settled()


@dataclass(frozen=True, slots=True)
class Texts:
    """The two ends of a sum, in both languages: what was computed, and what became of it."""

    computed: Mapping[str, str]

    def decided(self, decided: Decided, lost: tuple[LeftOut, ...], end: date) -> dict[str, str]:
        """Set by an officer, and moved on by the holds that came over it."""
        ko = [self.computed["ko"], f"결정에 따라 {decided.day}로 바꿈", *(out.ko() for out in lost)]
        en = [self.computed["en"], f"moved to {decided.day} by decision"]
        en += [out.en() for out in lost]
        if end != decided.day:
            ko.append(f"{end} 24:00에 끝남")
            en.append(f"ends {end} 24:00")
        return {"ko": ", ".join(ko), "en": ", ".join(en)}

    def noticed(self, day: date) -> dict[str, str]:
        """Over before it was known: it ends with the day on which that was noticed."""
        return {
            "ko": f"{self.computed['ko']}, 이 날이 이미 지나서 알게 된 날인 {day} 24:00에 끝남",
            "en": f"{self.computed['en']}, which had passed by then: ends {day} 24:00, "
            "the day on which it was noticed",
        }
