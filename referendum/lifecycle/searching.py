"""What is public, found by words: measures, the city's projects, and the mayor's answers.

A word is found wherever its letters stand beside each other, spaces and marks left out: no
dictionary of Korean is needed, and neither a particle nor a space hides it. The database looks by
pairs of letters (`referendum_grams`, an index of its own) and then at the text itself, so nothing
is found that does not say what was asked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Row, Select, Text, and_, case, func, literal, select
from sqlalchemy import literal_column as written
from sqlalchemy.orm import Session

from referendum.lifecycle import locating
from referendum.lifecycle.advisory.answer_tables import Answer
from referendum.lifecycle.described import EASY, MEASURE_SAYS
from referendum.lifecycle.tables import Measure
from referendum.projects.tables import PROJECT_SAYS, Project

LONGEST: Final = 80
"""Letters of a question that are read."""
WORDS: Final = 6
"""Words of it."""
MARKS: Final = r"\s!-/:-@\[-`{-~·…“”‘’「」『』〈〉《》、。"
"""What `referendum_plain` leaves out."""
NOT_SAID: Final = re.compile(f"[{MARKS}]+")
PARTICLES: Final = re.compile(
    "(?:에서는|에게서|으로서|으로써|이라는|에서|에게|까지|부터|으로|이나|마다|처럼|보다|하고|"
    "은|는|이|가|을|를|의|에|와|과|도|로|만)$"
)
"""What stands after a noun in a sentence and in no title: the commonest, the longest first."""
ENDINGS: Final = re.compile("(?:ies|es|s|y)$")
"""The same of English nouns."""
SHORTEST: Final = 2
"""Letters that must be left of a word when its particle is taken away."""
SHORTEST_ENGLISH: Final = 4


class Kind(StrEnum):
    """What can be found."""

    MEASURE = "measure"
    PROJECT = "project"
    RULE = "rule"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody typed, as it is looked for."""

    whole: str
    stems: tuple[str, ...]

    @classmethod
    def read(cls, typed: str) -> Asked:
        """The words of it without their particles, each once."""
        said = unicodedata.normalize("NFKC", typed[:LONGEST])
        words = [word for part in said.split() if (word := plain(part))]
        return cls("".join(words), tuple(dict.fromkeys(_stem(word) for word in words[:WORDS])))

    @property
    def grams(self) -> list[str]:
        """What a text must have to be looked at: a word of one letter begins a word of it."""
        return [
            gram
            for stem in self.stems
            for gram in ([f"^{stem}"] if len(stem) == 1 else _pairs(stem))
        ]

    def is_in(self, text: str) -> bool:
        """Whether a text that is not in the database says it: by the same rules."""
        said = plain(text)
        begins = {plain(word)[:1] for word in unicodedata.normalize("NFKC", text).split()}
        return bool(self.stems) and all(
            stem in begins if len(stem) == 1 else stem in said for stem in self.stems
        )

    def pattern(self) -> re.Pattern[str]:
        """Where it stands in a text as it was written."""
        between = f"[{MARKS}]*"
        ways = sorted(self.stems, key=len, reverse=True)
        return re.compile(
            "|".join(between.join(map(re.escape, way)) for way in ways), re.IGNORECASE
        )


@dataclass(frozen=True, slots=True)
class Found:
    """Something that says what was asked."""

    kind: Kind
    number: int
    title_ko: str
    title_en: str | None
    texts: Sequence[str]
    """What else of it was looked through, in the order in which it is read."""
    instrument: str | None = None
    stage: str | None = None
    easy: Mapping[str, str] = field(default_factory=dict)
    """Of a measure: by field, its easy-read version."""


def plain(text: str) -> str:
    """As `referendum_plain` makes it."""
    return NOT_SAID.sub("", unicodedata.normalize("NFKC", text)).lower()


def find(
    session: Session, place: UUID, asked: Asked, *, kinds: frozenset[Kind], most: int
) -> list[Found]:
    """At most so many of each kind, those first that say it in their title, whole before in parts.

    A measure that nobody has published is not there, nor what was answered to it.
    """
    if not asked.stems:
        return []
    found: list[Found] = []
    if Kind.MEASURE in kinds:
        found += [_measure(row) for row in session.execute(_measures(place, asked, most))]
    if Kind.ANSWER in kinds:
        found += [_answer(row) for row in session.execute(_answers(place, asked, most))]
    if Kind.PROJECT in kinds:
        found += [_project(row) for row in session.execute(_projects(place, asked, most))]
    return found


def _measures(place: UUID, asked: Asked, most: int) -> Select[Any]:
    title = Measure.title_ko + " " + func.coalesce(Measure.title_en, "")
    return (
        select(Measure)
        .where(Measure.jurisdiction_id == place, locating.IS_PUBLISHED, _says(MEASURE_SAYS, asked))
        .order_by(_rank(title, asked).desc(), Measure.number.desc())
        .limit(most)
    )


def _projects(place: UUID, asked: Asked, most: int) -> Select[Any]:
    title = Project.name_ko + " " + func.coalesce(Project.name_en, "")
    return (
        select(Project)
        .where(Project.jurisdiction_id == place, _says(PROJECT_SAYS, asked))
        .order_by(_rank(title, asked).desc(), Project.number.desc())
        .limit(most)
    )


def _answers(place: UUID, asked: Asked, most: int) -> Select[Measure, Answer]:
    return (
        select(Measure, Answer)
        .join(Answer, Answer.measure_id == Measure.id)
        .where(
            Measure.jurisdiction_id == place,
            locating.IS_PUBLISHED,
            _says("reasons_ko || ' ' || coalesce(reasons_en, '')", asked),
        )
        .order_by(Measure.number.desc(), Answer.sequence)
        .limit(most)
    )


def _says(text: str, asked: Asked) -> ColumnElement[bool]:
    """Whether the columns say every word: by the index first, then by the letters themselves."""
    grams: ColumnElement[Any] = written(f"referendum_grams({text})", ARRAY(Text()))
    said: ColumnElement[str] = written(f"referendum_plain({text})", Text())
    looked_for = literal(asked.grams, ARRAY(Text()))
    return and_(
        grams.op("@>")(looked_for),
        *(func.strpos(said, stem) > 0 for stem in asked.stems if len(stem) > 1),
    )


def _rank(title: ColumnElement[Any], asked: Asked) -> ColumnElement[int]:
    """The title begins with it, has it, has every word of it; or the text alone does."""
    said = func.referendum_plain(title)
    at = func.strpos(said, asked.whole)
    every = and_(*(func.strpos(said, stem) > 0 for stem in asked.stems))
    return case((at == 1, 3), (at > 1, 2), (every, 1), else_=0)


def _stem(word: str) -> str:
    if word.isascii():
        return ENDINGS.sub("", word) if len(word) > SHORTEST_ENGLISH else word
    bare = PARTICLES.sub("", word)
    return bare if len(bare) >= SHORTEST else word


def _pairs(stem: str) -> list[str]:
    return [stem[at : at + 2] for at in range(len(stem) - 1)]


def _measure(row: Row[Any]) -> Found:
    (one,) = row
    place = one.place or {}
    texts = [
        *(one.question_ko, one.question_en or "", one.reason, one.body),
        *(one.easy.get(name, "") for name in EASY),
        *(place.get(name, "") for name in ("ko", "en")),
    ]
    names = one.title_ko, one.title_en
    return Found(Kind.MEASURE, one.number, *names, texts, one.instrument, one.stage, one.easy)


def _answer(row: Row[Measure, Answer]) -> Found:
    one, answer = row
    texts = [answer.reasons_ko, answer.reasons_en or ""]
    return Found(
        Kind.ANSWER, one.number, one.title_ko, one.title_en, texts, one.instrument, one.stage
    )


def _project(row: Row[Any]) -> Found:
    (one,) = row
    return Found(Kind.PROJECT, one.number, one.name_ko, one.name_en, [one.summary])
