"""Carrying measures through their life from the command line: for rehearsals and the demo's city.

Each verb is an act of the service in a transaction of its own; none is a short cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from referendum.kernel import clock
from referendum.kernel.people import Authority, Officer, Resident, Role
from referendum.kernel.proposals import Proposal
from referendum.kernel.uow import Begin
from referendum.lifecycle import (
    calendar,
    certifying,
    confirming,
    locating,
    performing,
    petitioning,
    proposing,
    reviewing,
)
from referendum.lifecycle.acting import NOTHING, Document, Means, Particulars
from referendum.lifecycle.certifying import Signatory
from referendum.lifecycle.dates import deadlines
from referendum.lifecycle.office import holders
from referendum.lifecycle.office.tables import OfficeHolder
from referendum.lifecycle.stages import Act
from signatures import tallying

SEOUL: Final = ZoneInfo("Asia/Seoul")
OPENS: Final = timedelta(hours=10)
"""From midnight until offices and people act."""
UNKNOWN: Final = "명부에서 확인되지 않음"
"""Why lines that name nobody are void, as the examiner's one written reason."""


@dataclass(frozen=True, slots=True)
class Conductor:
    """Acts for the officers of one place, and lets its time go by."""

    begin: Begin
    means: Means
    place: UUID

    def officer(self, authority: Authority) -> Officer:
        """An officer of that authority with every role and a code just given."""
        return Officer(uuid4(), self.place, authority, frozenset(Role), fresh=True)

    def act(
        self, measure: UUID, act: Act, by: Officer | Resident, given: Particulars = NOTHING
    ) -> None:
        """Taken; where it takes two officers, proposed by one and confirmed by another."""
        with self.begin() as uow:
            if not isinstance(by, Officer):
                performing.perform(uow, self.means, measure, act, by, given)
                return
            put = proposing.take(uow, self.means, measure, act, by, given)
        if isinstance(put, Proposal):
            self.second(put, self.officer(by.authority))

    def second(self, put: Proposal, by: Officer) -> None:
        """Another officer confirms what one proposed."""
        with self.begin() as uow:
            confirming.confirm(uow, self.means, put.id, version=put.version, by=by)

    def paper(self, number: str, reason: str) -> Particulars:
        """A document of today, and what it says. A number names one document: each day another."""
        day = self.today()
        return Particulars(document=Document(f"{number}-{day:%Y%m%d}", day), reason=reason)

    def examine(self, measure: UUID, officer: Officer) -> None:
        """The automatic pass, and one decision for all that named nobody."""
        reviewing.examine(self.begin, self.means, measure, officer)
        with self.begin() as uow:
            petition = petitioning.petition_of(uow.session, locating.get(uow.session, measure))
            left = tallying.exact(uow.session, petition.id).open
        if left:
            with self.begin() as uow:
                put = proposing.propose_voiding(
                    uow, self.means, petition.id, note=UNKNOWN, by=officer
                )
            self.second(put, self.officer(officer.authority))
        with self.begin() as uow:
            tallying.fold(uow, petition.id)

    def certify(
        self, measure: UUID, signatories: Sequence[Signatory], *, document: Document | None = None
    ) -> None:
        """One certification after the other; the second takes the step."""
        for signatory in signatories:
            with self.begin() as uow:
                certifying.certify(uow, self.means, measure, by=signatory, document=document)

    def seat(self, office: Authority, name: str, title: str) -> None:
        """Somebody made up holds an office from today on, marked as of a demo."""
        today = self.today()
        with self.begin() as uow:
            if holders.on(uow.session, self.place, office, today) is not None:
                return
            uow.session.add(
                OfficeHolder(
                    jurisdiction_id=self.place,
                    office=office.value,
                    name=name,
                    title=title,
                    from_day=today,
                    document_number="시연용 취임 공고 (가상)",
                    document_date=today,
                    recorded_by="operator",
                    demo=True,
                )
            )

    def today(self) -> date:
        with self.begin() as uow:
            return uow.now().astimezone(SEOUL).date()

    def until_deadline(self, measure: UUID, name: str) -> None:
        """Let time go by to a deadline, which may only become known on the way."""
        while True:
            with self.begin() as uow:
                kept = deadlines.kept(uow.session, measure, name)
                at = kept.at if kept else None
                ahead = calendar.next_date(uow.session, uow.now())
            if at is not None:
                return self.until(at)
            if ahead is None:
                raise LookupError(name)
            self.until(ahead)

    def in_the_morning(self) -> None:
        """Let the hours go by from a midnight until people act again."""
        with self.begin() as uow:
            moment = uow.now() + OPENS
        self.until(moment)

    def until(self, moment: datetime) -> None:
        """Let time go by in the steps in which the calendar has something to do."""
        while True:
            with self.begin() as uow:
                now = uow.now()
                ahead = calendar.next_date(uow.session, now) or moment
                if now < moment:
                    clock.advance(uow.session, min(moment, ahead) - now)
                due = list(calendar.due(uow.session, uow.now()))
            for one in due:
                with self.begin() as uow:
                    calendar.act(uow, self.means, one.measure_id, one.act)
            if now >= moment and not due:
                return
