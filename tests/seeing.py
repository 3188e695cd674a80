"""What can be seen of the town's measures: their stage, their steps, their dates, the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from referendum.kernel.record import RecordEntry
from referendum.kernel.uow import Begin
from referendum.lifecycle import locating, surveying
from referendum.lifecycle.stages import Stage
from referendum.lifecycle.tables import Measure, StepTaken, Suspension


@dataclass
class Seen:
    """A database, looked at through what the service itself asks."""

    begin: Begin

    def stage(self, measure: UUID) -> Stage:
        with self.begin() as uow:
            return Stage(locating.get(uow.session, measure).stage)

    def measure(self, measure: UUID) -> Measure:
        with self.begin() as uow:
            return locating.get(uow.session, measure)

    def steps(self, measure: UUID) -> list[str]:
        with self.begin() as uow:
            here = select(StepTaken.act).where(StepTaken.measure_id == measure)
            return list(uow.session.scalars(here.order_by(StepTaken.sequence)))

    def suspension(self, measure: UUID) -> Suspension | None:
        with self.begin() as uow:
            return uow.session.scalars(
                select(Suspension).where(Suspension.measure_id == measure)
            ).one_or_none()

    def recorded(self, measure: UUID) -> list[str]:
        """The record's acts on a measure, in order."""
        with self.begin() as uow:
            here = select(RecordEntry.act).where(RecordEntry.measure_id == measure)
            return list(uow.session.scalars(here.order_by(RecordEntry.number)))

    def now(self) -> datetime:
        with self.begin() as uow:
            return uow.now()

    def deadline(self, measure: UUID, name: str) -> datetime:
        with self.begin() as uow:
            kept = surveying.overview(uow.session, locating.get(uow.session, measure)).deadlines
            return next(one.at for one in kept if one.name == name)
