"""One officer of the mayor's office who tries to get something through alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID, uuid4

from referendum.i18n.words import Language, Words
from referendum.identity import demonstrating, staff
from referendum.identity.accounts import Wanted
from referendum.kernel import proposals
from referendum.kernel.people import (
    Authority,
    Officer,
    Role,
)
from referendum.kernel.proposals import Proposal
from referendum.lifecycle import (
    certifying,
    confirming,
    holding,
    keying,
    performing,
    promising,
    proposing,
    reviewing,
)
from referendum.lifecycle.acting import Particulars
from referendum.lifecycle.certifying import Signatory
from referendum.lifecycle.dates import moving
from referendum.lifecycle.holding import HoldKind
from referendum.lifecycle.office.approving import Approval
from referendum.lifecycle.promise import delegating
from referendum.lifecycle.promising import Hand
from referendum.lifecycle.stages import Act
from signatures import settling
from signatures.lines import Reason, Status
from signatures.settling import Ruling
from tests.papers import PAPER, PROMISED
from tests.town import Town

MAYOR: Final = Authority.MAYOR
COURT: Final = Particulars(document=PAPER, reason="법원 판결")
ENDS: Final = "collection_ends"
VOID: Final[Ruling] = {"status": Status.VOID, "reason": Reason.FORM}

LANGUAGES: Final = [Words.load(language) for language in Language]


@dataclass
class Alone:
    """One officer of the mayor's office, and a referendum that collects signatures."""

    town: Town
    measure: UUID
    me: Officer

    def acts(self, act: Act, given: Particulars = COURT, measure: UUID | None = None) -> None:
        with self.town.begin() as uow:
            performing.perform(uow, self.town.means, measure or self.measure, act, self.me, given)

    def proposes(self, act: Act = Act.ANNUL, given: Particulars = COURT) -> Proposal:
        with self.town.begin() as uow:
            return proposing.propose(uow, self.town.means, self.measure, act, self.me, given)

    def confirms(self, put: Proposal, by: Officer, *, version: str | None = None) -> None:
        with self.town.begin() as uow:
            confirming.confirm(uow, self.town.means, put.id, version=version or put.version, by=by)

    def halts(self) -> UUID:
        with self.town.begin() as uow:
            return holding.place(
                uow,
                self.measure,
                kind=HoldKind.COURT,
                document=PAPER,
                reason="집행정지",
                stops_clock=True,
                by=self.me,
            ).id

    def looks_at(self) -> Proposal:
        self.halts()
        with self.town.begin() as uow:
            (put,) = proposals.waiting(uow.session, self.town.place, uow.now())
            return put

    def overrides(self, day: date) -> None:
        with self.town.begin() as uow:
            moving.override(
                uow, self.measure, ENDS, day=day, document=PAPER, reason="착오", by=self.me
            )

    def ends(self) -> date:
        return self.town.deadline(self.measure, ENDS).date()

    def certifies(self, by: Officer) -> None:
        with self.town.begin() as uow:
            certifying.certify(
                uow,
                self.town.means,
                self.measure,
                by=Signatory(by, "담당관", "과장"),
                document=PAPER,
            )

    def reviewed(self, *, by: Officer | None = None) -> None:
        """Ready to be certified; the lines that name nobody decided by whoever is given."""
        town = self.town
        town.collects(self.measure, town.spread(40), bad=1)
        if by is None:
            town.examines(self.measure)
        else:
            reviewing.examine(town.begin, town.means, self.measure, by)
            with town.begin() as uow:
                petition = town.petition(self.measure)
                (line,) = settling.open_lines(uow.session, town.vault, petition, by=by)
                keying.decide(uow, town.vault, petition, line.line_id, **VOID, by=by)
        town.inspects(self.measure)

    def account(self, authority: Authority, *roles: Role) -> UUID:
        """An account of an office that was set up."""
        with self.town.begin() as uow:
            made = demonstrating.account(
                uow,
                self.town.vault,
                Wanted(
                    username=f"officer-{uuid4().hex[:8]}",
                    display_name="담당관",
                    office_title="과장",
                    roles=roles,
                ),
                of=self.town.place,
                authority=authority,
                invented=True,
            )
            staff.held(uow.session, made.staff_id).password_hash = "set up"
            return made.staff_id

    def signed_promise(self) -> UUID:
        hand = Hand(officer=self.me, officer_name="담당관", officer_office="과장")
        approval = Approval(self.town.letter("약속-1"))
        with self.town.begin() as uow:
            first = delegating.today(uow, self.town.place).isoformat()
            terms = delegating.read(PROMISED | {"valid_from": first})
            made = delegating.draft(uow, terms=terms, by=self.me)
            promising.sign(uow, made.id, hand=hand, approval=approval)
            return made.id
