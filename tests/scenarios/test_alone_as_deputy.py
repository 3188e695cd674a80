"""One officer deputises for the second one, and tries to be both.

A deputy is one person: what two officers do, nobody does with their own hand and that of whoever is
away. Each attempt is refused, with a sentence in both languages that says what is missing.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final
from uuid import UUID

import pytest
from sqlalchemy import select, update

from referendum.certificates import telling
from referendum.certificates.documents import Document
from referendum.certificates.tables import Attestation, Certificate
from referendum.identity import absenting, accounts, consenting, deputising, sessions, staff
from referendum.identity.absence_errors import OwnDeputyship
from referendum.identity.absenting import Away
from referendum.identity.errors import (
    CertifierWaits,
    ConsentAwaited,
    ConsentNotYours,
    MarkedAbsent,
    OwnAccount,
    RolesExclude,
)
from referendum.identity.tables import Absence
from referendum.kernel import proposals
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Officer, Role, RoleMissing
from referendum.kernel.record import RecordEntry
from referendum.lifecycle import certifying
from referendum.lifecycle.certifying import Signatory
from referendum.lifecycle.errors import AttestedBefore, OwnFigures
from referendum.lifecycle.stages import Stage
from referendum.roll import places
from tests.identity.desk import TERMS, wanted
from tests.papers import PAPER
from tests.scenarios.alone import LANGUAGES, MAYOR, Alone
from tests.town import Town


@dataclass
class Two:
    """The mayor's office: whoever tries it, the second officer, and two who manage accounts."""

    alone: Alone
    me: UUID
    second: UUID
    manager: UUID
    other_manager: UUID

    @classmethod
    def of(cls, alone: Alone, mine: tuple[Role, ...], theirs: tuple[Role, ...]) -> Two:
        account = alone.account
        admin = Role.ADMINISTRATOR
        return cls(
            alone,
            account(MAYOR, *mine),
            account(MAYOR, *theirs),
            account(MAYOR, admin),
            account(MAYOR, admin),
        )

    @property
    def town(self) -> Town:
        return self.alone.town

    def at(self, who: UUID) -> Officer:
        """As the service knows them now, with a code given just before."""
        with self.town.begin() as uow:
            opened = sessions.open_staff(uow, staff.held(uow.session, who))
            return replace(staff.officer(uow.session, opened.view), fresh=True)

    def leaves(self, who: UUID, deputy: UUID, *, by: UUID | None = None) -> UUID:
        with self.town.begin() as uow:
            today = places.today(uow, self.town.place)
            away = Away(who=who, deputy=deputy, first=today, last=today + timedelta(days=90))
        entering = self.at(by or who)
        with self.town.begin() as uow:
            return absenting.enter(uow, TERMS, away, by=entering).id

    def lends(self, *, consent: bool = True, time: bool = True) -> UUID:
        """The second officer leaves, and what weighs is lent as far as others did their part."""
        absence = self.leaves(self.second, self.me)
        if consent:
            manager = self.at(self.manager)
            with self.town.begin() as uow:
                absenting.consent(uow, absence, by=manager)
        if time:
            with self.town.begin() as uow:
                uow.session.execute(update(Absence).values(certifies_from=None))
        return absence

    def deputy(self, absence: UUID) -> Officer:
        me = self.at(self.me)
        with self.town.begin() as uow:
            deputising.take_up(uow, absence, by=me)
        return self.at(self.me)

    def certifies(self, by: Officer) -> None:
        with self.town.begin() as uow:
            signatory = Signatory.of(uow.session, by)
            certifying.certify(
                uow, self.town.means, self.alone.measure, by=signatory, document=PAPER
            )


CERTIFIES: Final = (Role.CERTIFIER,)
CLERK: Final = (Role.CLERK,)
MANAGES: Final = (Role.ADMINISTRATOR,)


def _certify_for_both(alone: Alone) -> None:
    two = Two.of(alone, CERTIFIES, CERTIFIES)
    alone.reviewed()
    two.certifies(two.at(two.me))
    two.certifies(two.deputy(two.lends()))


def _confirm_for_the_other(alone: Alone) -> None:
    two = Two.of(alone, CLERK, CLERK)
    alone.me = two.at(two.me)
    put = alone.proposes()
    alone.confirms(put, two.deputy(two.lends(consent=False)))


def _propose_for_the_other(alone: Alone) -> None:
    two = Two.of(alone, CLERK, CLERK)
    alone.me = two.deputy(two.lends(consent=False))
    put = alone.proposes()
    with alone.town.begin() as uow:
        deputising.lay_down(uow, by=alone.me)
    alone.confirms(put, two.at(two.me))


def _certify_own_figures(alone: Alone) -> None:
    two = Two.of(alone, (Role.EXAMINER,), CERTIFIES)
    alone.reviewed(by=two.at(two.me))
    two.certifies(two.deputy(two.lends()))


def _certify_without_consent(alone: Alone) -> None:
    two = Two.of(alone, CLERK, CERTIFIES)
    alone.reviewed()
    two.certifies(two.deputy(two.lends(consent=False)))


def _certify_at_once(alone: Alone) -> None:
    two = Two.of(alone, CLERK, CERTIFIES)
    alone.reviewed()
    two.certifies(two.deputy(two.lends(time=False)))


def _certify_after_they_are_back(alone: Alone) -> None:
    two = Two.of(alone, CLERK, CERTIFIES)
    alone.reviewed()
    absence = two.lends()
    two.deputy(absence)
    back = two.at(two.second)
    with alone.town.begin() as uow:
        deputising.end(uow, absence, by=back)
    two.certifies(two.at(two.me))


def _certify_as_whoever_is_away(alone: Alone) -> None:
    two = Two.of(alone, CLERK, CERTIFIES)
    alone.reviewed()
    two.lends()
    two.certifies(two.at(two.second))


def _lend_to_oneself(alone: Alone) -> None:
    two = Two.of(alone, MANAGES, CLERK)
    two.leaves(two.second, two.me, by=two.me)


def _lend_certifying_to_an_administrator(alone: Alone) -> None:
    two = Two.of(alone, MANAGES, CERTIFIES)
    two.leaves(two.second, two.me, by=two.manager)


def _consent_for_the_other(alone: Alone) -> None:
    two = Two.of(alone, MANAGES, MANAGES)
    me = two.at(two.me)
    with alone.town.begin() as uow:
        asked = accounts.invite(
            uow, alone.town.vault, TERMS, wanted("puppet", Role.CERTIFIER), by=me
        )
    assert asked is not None
    deputy = two.deputy(two.lends())
    with alone.town.begin() as uow:
        consenting.consent(uow, asked.staff_id, by=deputy)


def _consent_to_the_own_deputyship(alone: Alone) -> None:
    two = Two.of(alone, MANAGES, MANAGES)
    deputy = two.deputy(two.lends())
    absence = two.leaves(two.manager, two.me)
    with alone.town.begin() as uow:
        absenting.consent(uow, absence, by=deputy)


def _give_oneself_a_role_for_the_other(alone: Alone) -> None:
    two = Two.of(alone, CLERK, MANAGES)
    deputy = two.deputy(two.lends())
    with alone.town.begin() as uow:
        accounts.change_roles(uow, TERMS, two.me, CERTIFIES, by=deputy)


ATTEMPTS: Final[dict[str, tuple[Callable[[Alone], None], type[DomainError]]]] = {
    "certifies for both": (_certify_for_both, AttestedBefore),
    "confirms in the stead of the other": (_confirm_for_the_other, proposals.OwnProposal),
    "confirms what they proposed in that stead": (_propose_for_the_other, proposals.OwnProposal),
    "certifies their own figures in that stead": (_certify_own_figures, OwnFigures),
    "certifies before anybody consented": (_certify_without_consent, ConsentAwaited),
    "certifies on the day of the consent": (_certify_at_once, CertifierWaits),
    "certifies once the other is back": (_certify_after_they_are_back, RoleMissing),
    "certifies as the other, who is away": (_certify_as_whoever_is_away, MarkedAbsent),
    "marks a colleague absent and takes their roles": (_lend_to_oneself, OwnDeputyship),
    "manages accounts and is lent certifying": (_lend_certifying_to_an_administrator, RolesExclude),
    "consents to their own request": (_consent_for_the_other, ConsentNotYours),
    "consents to their own deputyship": (_consent_to_the_own_deputyship, ConsentNotYours),
    "gives themselves a role": (_give_oneself_a_role_for_the_other, OwnAccount),
}


@pytest.fixture
def alone(town: Town, referendum_open: UUID) -> Alone:
    return Alone(town, referendum_open, town.officer(MAYOR))


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=str)
def test_who_deputises_for_the_second_officer_is_not_two(alone: Alone, attempt: str) -> None:
    tries, refusal = ATTEMPTS[attempt]
    with pytest.raises(refusal) as refused:
        tries(alone)
    for words in LANGUAGES:
        assert words.has(f"problem.{refused.value.code}"), refused.value.code
    assert alone.town.stage(alone.measure) not in {Stage.ANNULLED, Stage.SUFFICIENT}


def test_two_people_certify_where_one_deputises_and_the_certificate_says_so(alone: Alone) -> None:
    """Whoever is away is not needed, nor are they one of the two."""
    two = Two.of(alone, CLERK, CERTIFIES)
    alone.reviewed()
    two.certifies(two.deputy(two.lends()))
    alone.certifies(alone.town.officer(MAYOR))
    with alone.town.begin() as uow:
        told = set(uow.session.scalars(select(Attestation.deputising_for)))
        document = Document.model_validate_json(
            uow.session.scalars(select(Certificate.document)).one()
        )
    assert told == {None, "담당관 (과장)"}
    first, second = document.officers
    assert [one.deputising_for for one in document.officers] == ["담당관 (과장)", None]
    assert "deputising_for" not in document.as_json()["officers"][1]
    korean, _ = LANGUAGES
    assert telling.office(first, korean).endswith("과장, 담당관 (과장) 대리")
    assert "대리" not in telling.office(second, korean)
    assert alone.town.stage(alone.measure) is not Stage.REVIEWED


def test_a_line_decided_in_somebodys_stead_is_on_record_as_that(alone: Alone) -> None:
    two = Two.of(alone, CLERK, (Role.EXAMINER,))
    deputy = two.deputy(two.lends(consent=False))
    alone.reviewed(by=deputy)
    with alone.town.begin() as uow:
        leaves = uow.session.scalars(select(RecordEntry.leaf)).all()
    told = [json.loads(leaf) for leaf in leaves]
    (decided,) = [one for one in told if one["act"] == "line.decided"]
    assert decided["by"] == f"officer:{two.me}"
    assert decided["facts"]["deputising_for"] == f"officer:{two.second}"
