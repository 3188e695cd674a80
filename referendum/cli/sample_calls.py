"""What the demo's mayor does on an advisory vote: call, both sides' texts, draw of their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from referendum.cli import sample_promises
from referendum.cli.conducting import SEOUL, Conductor
from referendum.identity import staff
from referendum.kernel.draw import Source
from referendum.kernel.people import Authority, Officer, Role
from referendum.lifecycle import drafting
from referendum.lifecycle.acting import Document
from referendum.lifecycle.advisory import arguing, drawing
from referendum.lifecycle.advisory.arguing import Point
from referendum.lifecycle.drafting import DraftText
from referendum.lifecycle.stages import Act
from thresholds.delegation import Asker
from thresholds.vocabulary import Instrument

VALUE: Final = "3 11 15 29 35 44 10"
DRAW_AHEAD: Final = timedelta(days=3)
"""The draw is named so long before it is held."""
Said = Mapping[str, tuple[str, Sequence[Point]]]
"""By option: who wrote, and what."""


@dataclass(frozen=True, slots=True)
class SampleCalls:
    """Acts under the mayor's sample accounts; `paper` numbers what a step rests on."""

    by: Conductor
    paper: str

    def draft(
        self, words: DraftText, districts: tuple[UUID, ...] = (), *, subject: int = 0
    ) -> UUID:
        """The text, in these districts or in the whole city, on a subject of the promise."""
        told = {one.name: getattr(words, one.name) for one in fields(words)}
        with self.by.begin() as uow:
            measure = drafting.draft(
                uow,
                instrument=Instrument.ADVISORY,
                words=DraftText(**(told | {"districts": districts})),
                by=self.officer("mayor.one"),
                demo=True,
            ).id
        sample_promises.state(self.by, measure, Asker.MAYOR, subject=subject)
        return measure

    def call(self, measure: UUID) -> None:
        """By the mayor's letter of the day."""
        paper = self.by.paper("자문투표발의", "사전 약속에 따른 공고 (시연)")
        self.by.act(measure, Act.CALL, self.officer("mayor.one"), paper)

    def argue(self, measure: UUID, texts: Said) -> None:
        """Both sides, as they handed in."""
        with self.by.begin() as uow:
            for option, (said_by, points) in texts.items():
                arguing.enter(
                    uow,
                    measure,
                    option=option,
                    said_by=said_by,
                    points=points,
                    document=self.document(),
                    by=self.officer("mayor.one"),
                )

    def draw(self, measure: UUID) -> None:
        """An invented draw, said to be one: its value decides the order all the same."""
        with self.by.begin() as uow:
            drawing.commit(
                uow,
                measure,
                kind=Source.LOTTERY,
                name="시연용 가상 추첨",
                number="제1회",
                day=self.today() + DRAW_AHEAD,
                by=self.officer("mayor.one"),
            )
        with self.by.begin() as uow:
            later = uow.now() + DRAW_AHEAD + timedelta(days=1)
        self.by.until(later)
        for username in ("mayor.one", "mayor.two"):
            with self.by.begin() as uow:
                drawing.enter_value(
                    uow,
                    measure,
                    value=VALUE,
                    published_in="시연용 가상 공고",
                    by=self.officer(username),
                )

    def officer(self, username: str) -> Officer:
        """A sample account of the mayor's, with every role and a code just given."""
        with self.by.begin() as uow:
            account = staff.named(uow.session, username)
        assert account is not None
        return Officer(account.id, self.by.place, Authority.MAYOR, frozenset(Role), fresh=True)

    def document(self) -> Document:
        """A paper of today."""
        document = self.by.paper(self.paper, "").document
        assert document is not None
        return document

    def today(self) -> date:
        """The demo's own."""
        with self.by.begin() as uow:
            return uow.now().astimezone(SEOUL).date()
