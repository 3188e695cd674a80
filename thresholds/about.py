"""Which measure a file is about, where and when: what picks the rulebook."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from thresholds import library
from thresholds.errors import NoRulebookInForce
from thresholds.reading import Bilingual, Country, Data, Day, Name
from thresholds.rulebook import Rulebook
from thresholds.vocabulary import Instrument, Level, Matter, Office, Route


class Measured(Data):
    """The head of a case or calendar file."""

    id: Annotated[str, Field(pattern=r"^[a-zA-Z0-9][a-zA-Z0-9._-]{0,99}$")]
    title: Bilingual | None = None
    instrument: Instrument
    country: Country
    level: Level
    office: Office | None = None
    route: Route | None = None
    matter: Matter | None = None
    as_of: Day
    assumed: tuple[Name, ...] = ()

    def rulebook(self, *, table: str) -> Rulebook:
        """The law in force that day; a refusal names the key in the file's `table`."""
        try:
            return library.in_force(
                country=self.country,
                level=self.level,
                instrument=self.instrument,
                on=self.as_of,
                office=self.office,
                route=self.route,
                matter=self.matter,
            )
        except NoRulebookInForce as refusal:
            raise type(refusal)(**refusal.facts | {"key": f"{table}.as_of"}) from None
