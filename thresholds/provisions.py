"""What a law says beside its numbers: what it keeps out, who may contest, how courts read it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field, Strict

from thresholds.reading import Bilingual, Data, Day, Days, Name
from thresholds.share import ShareText

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,40}$")]


class CaseLaw(Data):
    """One judgment, by the court that gave it and its number there."""

    court: Bilingual
    number: Name
    date: Day | None = None
    holding: Bilingual


class Excluded(Data):
    """One kind of subject that the law keeps out.

    `assumed`: its wording is ours, because the law's own was not confirmed.
    """

    title: Bilingual
    citation: Name
    assumed: bool = False
    case_law: tuple[CaseLaw, ...] = ()


class Topic(StrEnum):
    """What an explanation is about, in the order in which a measure meets it."""

    SUBJECT = "subject"
    GROUNDS = "grounds"
    RESIDENTS = "residents"
    COUNCIL = "council"
    MAYOR = "mayor"
    STATE = "state"
    CERTIFICATE = "certificate"
    AREA = "area"
    COLLECTORS = "collectors"
    EXAMINATION = "examination"
    HEARING = "hearing"
    EXTENSION = "extension"
    NO_VOTE = "no_vote"
    REVOTE = "revote"


class Provision(Data):
    """A rule that no number holds, in a sentence with its article."""

    text: Bilingual
    citation: Name
    assumed: bool = False
    case_law: tuple[CaseLaw, ...] = ()


class Publication(Data):
    """By which day of the year the claimant total of the eve of that year is published.

    `districts`: the article under which each district's number is published with it.
    """

    month: Annotated[int, Strict(), Field(ge=1, le=12)]
    day: Annotated[int, Strict(), Field(ge=1, le=31)]
    citation: Name
    districts: Name | None = None

    def due(self, base_year: int) -> date:
        """The last day for the total of a base year."""
        return date(base_year + 1, self.month, self.day)


class Dispute(Data):
    """Who may contest a result, before whom, and how long after the ruling a court may be asked.

    How long after the result is the calendar's `dispute_due`. `official`: the one whose recall
    was voted on may do so alone.
    """

    voters: ShareText
    official: bool = False
    body: Bilingual
    court: Bilingual
    court_days: Annotated[Days, Field(ge=1)]
    citation: Name
