"""What a drafter adds to a text: easy-read versions, an estimate of the cost, the place."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from pydantic import Field

from referendum.api.shapes import Asked, Count, Id, Label, Line, OneOf, Text, Told
from referendum.lifecycle import describing
from referendum.lifecycle.described import EASY
from referendum.lifecycle.describing import MOST_WON, Cost, CostKind, Place
from referendum.lifecycle.tables import Measure

MOST_DISTRICTS: Final = 500
Won = Annotated[int, Field(ge=0, le=MOST_WON)]


class EasyOut(Told):
    """The easy-read version of each field; null where there is none and the original is read.

    Only the original text is signed and voted on.
    """

    title: Label | None
    question: Label | None
    reason: str | None
    body: str | None

    @classmethod
    def of(cls, measure: Measure) -> EasyOut | None:
        easy = measure.easy
        if not easy:
            return None
        return cls(
            title=_label(easy.get("title_ko"), easy.get("title_en")),
            question=_label(easy.get("question_ko"), easy.get("question_en")),
            reason=easy.get("reason"),
            body=easy.get("body"),
        )


class CostOut(Told):
    """The drafter's own estimate in whole won; the city did not calculate it.

    `said` tells its basis, or why there is none. `total` is over all `years` of a yearly cost.
    """

    kind: str
    amount: int | None
    years: int | None
    total: int | None
    said: str

    @classmethod
    def of(cls, measure: Measure) -> CostOut | None:
        cost = describing.cost_of(measure)
        if cost is None:
            return None
        return cls(
            kind=cost.kind.value,
            amount=cost.amount,
            years=cost.years,
            total=cost.total,
            said=cost.said,
        )


class PlaceOut(Told):
    """Where that lies which the measure is about. Not who may sign or vote: see `districts`."""

    districts: list[UUID]
    name: Label | None

    @classmethod
    def of(cls, measure: Measure) -> PlaceOut | None:
        place = describing.place_of(measure)
        if place is None:
            return None
        return cls(districts=list(place.districts), name=_label(place.ko, place.en))


class EasyIn(Asked):
    title_ko: Text = ""
    title_en: Text = ""
    question_ko: Text = ""
    question_en: Text = ""
    reason: Text = ""
    body: Text = ""

    @property
    def words(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in EASY}


class CostIn(Asked):
    kind: OneOf[CostKind]
    amount: Won | None = None
    years: Count | None = None
    said: Text

    @property
    def words(self) -> Cost:
        return Cost(kind=self.kind, amount=self.amount, years=self.years, said=self.said)


class PlaceIn(Asked):
    districts: Annotated[list[Id], Field(max_length=MOST_DISTRICTS, default_factory=list)]
    name_ko: Line = ""
    name_en: Line = ""

    @property
    def words(self) -> Place:
        chosen = tuple(dict.fromkeys(self.districts))
        return Place(districts=chosen, ko=self.name_ko, en=self.name_en)


def _label(ko: str | None, en: str | None) -> Label | None:
    return Label(ko=ko or "", en=en or None) if ko or en else None
