"""Officers who are away, and the colleagues who deputise for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from referendum.identity import absenting, accounts, consenting, deputising, sessions, staff
from referendum.identity.absence_errors import (
    AbsenceDaysNotUsable,
    AbsenceNotFound,
    AbsenceOver,
    AbsentAlready,
    DeputyNotUsable,
    NotDeputising,
    OwnDeputyship,
)
from referendum.identity.absenting import Away
from referendum.identity.errors import (
    CertifierWaits,
    ConfirmationOverdue,
    ConsentAwaited,
    ConsentNotAwaited,
    ConsentNotYours,
    DeputyExcluded,
    MarkedAbsent,
    RolesExclude,
    SecondAdministratorFirst,
    StaffNotFound,
    StaffOfOtherAuthority,
)
from referendum.identity.sessions import Opened
from referendum.identity.tables import Absence, Deputising
from referendum.kernel import clock, proposals
from referendum.kernel.errors import DomainError
from referendum.kernel.people import Authority, FreshCodeNeeded, Officer, Role, RoleMissing
from referendum.kernel.proposals import Proposal, Put
from referendum.roll import places
from tests.identity.desk import TERMS, Colleague, entries, hire
from tests.identity.neighbourhood import Neighbourhood

MAYOR = Authority.MAYOR
MIDNIGHT_IN_KOREA = "15:00"


@dataclass
class Office:
    """A mayor's office: two administrators, a certifier, an examiner and a clerk at their desks."""

    village: Neighbourhood
    kim: Colleague
    lee: Colleague
    choi: Colleague
    park: Colleague
    jung: Colleague

    @classmethod
    def of(cls, village: Neighbourhood) -> Office:
        return cls(
            village,
            hire(village, "kim"),
            hire(village, "lee"),
            hire(village, "choi", roles=(Role.CERTIFIER,)),
            hire(village, "park", roles=(Role.EXAMINER,)),
            hire(village, "jung", roles=(Role.CLERK,)),
        )

    @property
    def today(self) -> date:
        with self.village.begin() as uow:
            return places.today(uow, self.village.jurisdiction_id)

    def sits(self, who: Colleague) -> Opened:
        with self.village.begin() as uow:
            return sessions.open_staff(uow, staff.held(uow.session, who.id))

    def at(self, who: Colleague, opened: Opened | None = None) -> Officer:
        """The officer as they are now, with a code given just before."""
        return replace(who.officer(opened or self.sits(who)), fresh=True)

    def leaves(
        self,
        who: Colleague,
        deputy: Colleague,
        *,
        by: Colleague | None = None,
        first: int = 0,
        last: int = 2,
    ) -> UUID:
        """Away from a day (counted from today) to another, the last included."""
        away = Away(
            who=who.id,
            deputy=deputy.id,
            first=self.today + timedelta(days=first),
            last=self.today + timedelta(days=last),
        )
        with self.village.begin() as uow:
            return absenting.enter(uow, TERMS, away, by=self.at(by or who)).id

    def consents(self, absence: UUID, by: Colleague) -> None:
        with self.village.begin() as uow:
            absenting.consent(uow, absence, by=self.at(by))

    def refuses(self, absence: UUID, by: Colleague) -> None:
        with self.village.begin() as uow:
            absenting.refuse(uow, absence, by=self.at(by))

    def ends(self, absence: UUID, by: Colleague) -> None:
        with self.village.begin() as uow:
            deputising.end(uow, absence, by=self.at(by))

    def deputises(self, who: Colleague, absence: UUID) -> Officer:
        """Takes it up; gives the officer as a deputy."""
        with self.village.begin() as uow:
            deputising.take_up(uow, absence, by=self.at(who))
        return self.at(who)

    def days_go_by(self, days: float) -> None:
        """For the place's calendar and for the machine."""
        with self.village.begin() as uow:
            clock.advance(uow.session, timedelta(days=days))
            back = text("update absence set certifies_from = certifies_from - :span")
            uow.session.execute(back, {"span": timedelta(days=days)})

    def says(self, why: Callable[[], object], refusal: type[DomainError]) -> DomainError:
        with pytest.raises(refusal) as refused:
            why()
        return refused.value


@pytest.fixture
def office(village: Neighbourhood) -> Office:
    return Office.of(village)


def lacks(officer: Officer, role: Role) -> RoleMissing:
    with pytest.raises(RoleMissing) as refused:
        officer.insist(role)
    return refused.value


# Lending


def test_a_deputy_has_the_absent_officers_roles_and_they_have_none(office: Office) -> None:
    absence = office.leaves(office.park, office.jung)
    away = office.at(office.park)
    assert away.roles == frozenset()
    why = lacks(away, Role.EXAMINER)
    assert isinstance(why, MarkedAbsent)
    assert str(why.facts["until"]).endswith("+00:00")
    assert office.at(office.jung).roles == {Role.CLERK}
    deputy = office.deputises(office.jung, absence)
    assert deputy.roles == {Role.EXAMINER}
    assert (deputy.id, deputy.mark) == (office.jung.id, f"officer:{office.jung.id}")
    assert deputy.deputising_for == f"officer:{office.park.id}"
    assert type(lacks(deputy, Role.CLERK)) is RoleMissing


def test_it_begins_and_ends_at_midnight_of_the_place(office: Office) -> None:
    absence = office.leaves(office.park, office.jung, first=1, last=1)
    with office.village.begin() as uow:
        row = uow.session.get_one(Absence, absence)
        assert row.ends_at - row.starts_at == timedelta(days=1)
        assert f"{row.starts_at:%H:%M}" == MIDNIGHT_IN_KOREA
        until_it_begins = row.starts_at - uow.now()
    assert office.at(office.park).roles == {Role.EXAMINER}
    assert isinstance(
        office.says(lambda: office.deputises(office.jung, absence), NotDeputising), NotDeputising
    )
    office.days_go_by(until_it_begins / timedelta(days=1))
    assert office.at(office.park).roles == frozenset()
    assert office.deputises(office.jung, absence).roles == {Role.EXAMINER}
    office.days_go_by(1)
    assert office.at(office.park).roles == {Role.EXAMINER}
    back = office.at(office.jung)
    assert back.roles == {Role.CLERK}
    assert back.deputising_for is None
    office.says(lambda: office.ends(absence, office.park), AbsenceOver)


def test_whoever_is_back_ends_it_and_so_do_the_deputy_and_an_administrator(office: Office) -> None:
    for who in (office.park, office.jung, office.kim):
        absence = office.leaves(office.park, office.jung)
        office.deputises(office.jung, absence)
        office.ends(absence, who)
        assert office.at(office.park).roles == {Role.EXAMINER}
        assert office.at(office.jung).roles == {Role.CLERK}
    absence = office.leaves(office.park, office.jung)
    office.says(lambda: office.ends(absence, office.choi), RoleMissing)
    chair = hire(office.village, "chair", authority=Authority.COUNCIL_CHAIR)
    office.says(lambda: office.ends(absence, chair), AbsenceNotFound)


def test_a_deputy_acts_for_themselves_again_when_they_say_so_and_when_they_sign_in(
    office: Office,
) -> None:
    absence = office.leaves(office.park, office.jung)
    office.deputises(office.jung, absence)
    with office.village.begin() as uow:
        deputising.lay_down(uow, by=office.at(office.jung))
    assert office.at(office.jung).roles == {Role.CLERK}
    office.deputises(office.jung, absence)
    opened = office.jung.signs_in()
    assert office.jung.officer(opened).roles == {Role.CLERK}
    with office.village.begin() as uow:
        stints = uow.session.scalars(select(Deputising)).all()
        assert len(stints) == 2
        assert all(one.laid_down_at is not None for one in stints)


def test_the_record_says_who_acted_in_whose_stead_and_no_day(office: Office) -> None:
    absence = office.leaves(office.kim, office.jung, first=0, last=0)
    office.consents(absence, hire(office.village, "third"))
    deputy = office.deputises(office.jung, absence)
    with office.village.begin() as uow:
        accounts.confirm(uow, TERMS, office.park.id, by=deputy)
    told = entries(office.village)
    done = told[-1]
    assert (done["act"], done["by"]) == ("staff.confirmed", f"officer:{office.jung.id}")
    assert done["facts"]["deputising_for"] == f"officer:{office.kim.id}"
    acts = [one["act"] for one in told if one["act"].startswith(("absence.", "deputy."))]
    assert acts == ["absence.entered", "absence.consented", "deputy.began"]
    assert "starts_at" not in str(told)
    with office.village.begin() as uow:
        names = staff.names_of(uow.session, [deputy.mark])
        assert names.stood_in_for(deputy.mark, uow.now()) == "김담당 (주무관)"
        assert names.stood_in_for(deputy.mark, uow.now() - timedelta(hours=1)) is None


def test_what_a_deputy_asked_of_the_service_is_done_with_the_lent_role(office: Office) -> None:
    absence = office.leaves(office.park, office.jung)
    office.deputises(office.jung, absence)
    with office.village.begin() as uow:
        asked = staff.officer_now(uow.session, office.jung.id)
        away = staff.officer_now(uow.session, office.park.id)
    assert asked.roles == {Role.EXAMINER}
    assert asked.deputising_for == f"officer:{office.park.id}"
    assert away.roles == frozenset()


# What weighs


def test_certifying_is_lent_after_a_second_administrators_consent_and_its_time(
    office: Office,
) -> None:
    absence = office.leaves(office.choi, office.jung, last=9)
    deputy = office.deputises(office.jung, absence)
    assert isinstance(lacks(deputy, Role.CERTIFIER), ConsentAwaited)
    office.consents(absence, office.kim)
    assert isinstance(lacks(office.at(office.jung), Role.CERTIFIER), CertifierWaits)
    office.days_go_by(2)
    assert office.at(office.jung).roles == {Role.CERTIFIER}
    office.says(lambda: office.consents(absence, office.lee), ConsentNotAwaited)


def test_neither_who_asked_nor_who_is_away_nor_the_deputy_consents(office: Office) -> None:
    third, fourth = hire(office.village, "third"), hire(office.village, "fourth")
    absence = office.leaves(office.lee, third, by=office.kim)
    office.says(lambda: office.consents(absence, office.kim), ConsentNotYours)
    office.says(lambda: office.consents(absence, third), ConsentNotYours)
    office.says(lambda: office.consents(absence, office.lee), MarkedAbsent)
    office.consents(absence, fourth)
    assert office.deputises(third, absence).roles == {Role.ADMINISTRATOR}


def test_the_database_too_refuses_consent_by_whoever_asked(office: Office) -> None:
    absence = office.leaves(office.choi, office.jung, by=office.kim)
    for who in (office.kim, office.choi, office.jung):
        with pytest.raises(IntegrityError, match="another_consents"), office.village.begin() as uow:
            uow.session.get_one(Absence, absence).consented_by = who.id


def test_where_nobody_could_consent_it_is_refused_at_once(office: Office) -> None:
    office.says(
        lambda: office.leaves(office.lee, office.jung, by=office.kim), SecondAdministratorFirst
    )
    office.leaves(office.lee, office.jung)


def test_who_refuses_takes_what_weighs_away_and_leaves_the_rest(office: Office) -> None:
    both = hire(office.village, "both", roles=(Role.CERTIFIER, Role.CLERK))
    absence = office.leaves(both, office.park)
    office.refuses(absence, office.kim)
    assert office.deputises(office.park, absence).roles == {Role.CLERK}


def test_nobody_manages_accounts_and_certifies_by_deputising(office: Office) -> None:
    office.says(lambda: office.leaves(office.choi, office.kim), RolesExclude)
    office.says(lambda: office.leaves(office.kim, office.choi), RolesExclude)
    office.leaves(office.choi, office.jung)
    refused = office.says(lambda: office.leaves(office.kim, office.jung), RolesExclude)
    assert refused.field == "deputy"


def test_nor_by_a_role_that_comes_later(office: Office) -> None:
    absence = office.leaves(office.choi, office.jung, last=9)
    office.consents(absence, office.kim)
    office.days_go_by(2)
    assert office.deputises(office.jung, absence).roles == {Role.CERTIFIER}
    with office.village.begin() as uow:
        roles = {Role.ADMINISTRATOR}
        accounts.change_roles(uow, TERMS, office.jung.id, roles, by=office.at(office.kim))
    assert isinstance(lacks(office.at(office.jung), Role.CERTIFIER), DeputyExcluded)


def test_what_the_absent_officer_is_given_later_is_not_lent(office: Office) -> None:
    absence = office.leaves(office.park, office.jung)
    roles = {Role.EXAMINER, Role.CANVASSER, Role.CERTIFIER}
    with office.village.begin() as uow:
        accounts.change_roles(uow, TERMS, office.park.id, roles, by=office.at(office.kim))
    with office.village.begin() as uow:
        consenting.consent(uow, office.park.id, by=office.at(office.lee))
    assert office.deputises(office.jung, absence).roles == {Role.EXAMINER}
    with office.village.begin() as uow:
        accounts.change_roles(uow, TERMS, office.park.id, set(), by=office.at(office.kim))
    assert office.at(office.jung).roles == frozenset()


def test_a_deputy_who_is_away_or_was_not_confirmed_is_lent_nothing(office: Office) -> None:
    absence = office.leaves(office.park, office.jung)
    office.deputises(office.jung, absence)
    own = office.leaves(office.jung, office.choi)
    assert isinstance(lacks(office.at(office.jung), Role.EXAMINER), MarkedAbsent)
    office.ends(own, office.jung)
    with office.village.begin() as uow:
        account = staff.held(uow.session, office.jung.id)
        account.rests_from = account.created_at
    assert isinstance(lacks(office.at(office.jung), Role.EXAMINER), ConfirmationOverdue)


@pytest.mark.parametrize("whose", ["park", "jung"])
@pytest.mark.parametrize("how", ["renewed", "closed"])
def test_a_renewed_or_closed_account_ends_it(office: Office, whose: str, how: str) -> None:
    absence = office.leaves(office.park, office.jung)
    office.deputises(office.jung, absence)
    account: Colleague = getattr(office, whose)
    with office.village.begin() as uow:
        if how == "closed":
            accounts.disable(uow, account.id, by=office.at(office.kim))
        else:
            vault = office.village.vault
            accounts.renew_link(uow, vault, TERMS, account.id, by=office.at(office.kim))
    with office.village.begin() as uow:
        row = uow.session.get_one(Absence, absence)
        assert row.ended_by == office.kim.id
        stint = uow.session.scalars(select(Deputising)).one()
        assert stint.laid_down_at == row.ended_at


# Entering


def test_nobody_lends_somebody_elses_roles_to_themselves(office: Office) -> None:
    office.says(lambda: office.leaves(office.park, office.kim, by=office.kim), OwnDeputyship)
    office.says(lambda: office.leaves(office.park, office.jung, by=office.jung), RoleMissing)
    office.says(lambda: office.leaves(office.park, office.park), DeputyNotUsable)


def test_entering_wants_a_code_given_just_now(office: Office) -> None:
    away = Away(who=office.park.id, deputy=office.jung.id, first=office.today, last=office.today)
    stale = office.park.officer(office.sits(office.park))
    with office.village.begin() as uow, pytest.raises(FreshCodeNeeded):
        absenting.enter(uow, TERMS, away, by=stale)


def test_the_deputy_is_a_colleague_at_work(office: Office) -> None:
    chair = hire(office.village, "chair", authority=Authority.COUNCIL_CHAIR)
    office.says(lambda: office.leaves(office.park, chair), DeputyNotUsable)
    office.says(lambda: office.leaves(chair, office.jung, by=office.kim), StaffOfOtherAuthority)
    elsewhere = Neighbourhood.build(office.village.begin, office.village.vault, "kr-elsewhere")
    stranger = hire(elsewhere, "stranger")
    office.says(lambda: office.leaves(office.park, stranger), DeputyNotUsable)
    office.says(lambda: office.leaves(stranger, office.jung, by=office.kim), StaffNotFound)
    office.leaves(office.jung, office.choi, first=2, last=4)
    office.says(lambda: office.leaves(office.park, office.jung), DeputyNotUsable)
    office.leaves(office.park, office.jung, last=1)
    with office.village.begin() as uow:
        accounts.disable(uow, office.jung.id, by=office.at(office.kim))
    office.says(lambda: office.leaves(office.park, office.jung, first=5, last=6), DeputyNotUsable)


def test_days_are_to_come_in_order_and_not_many_and_nobody_is_away_twice(office: Office) -> None:
    for first, last, reason in ((-1, 1, "past"), (2, 1, "order"), (0, 182, "long")):
        refused = office.says(
            partial(office.leaves, office.park, office.jung, first=first, last=last),
            AbsenceDaysNotUsable,
        )
        assert refused.facts["reason"] == reason
    office.leaves(office.park, office.jung, first=1, last=3)
    office.says(lambda: office.leaves(office.park, office.choi, first=3, last=4), AbsentAlready)
    office.leaves(office.park, office.choi, first=4, last=4)


def test_each_sees_what_concerns_them_and_an_administrator_all(office: Office) -> None:
    office.leaves(office.park, office.jung)
    seen = {}
    for name in ("kim", "park", "jung", "choi"):
        with office.village.begin() as uow:
            by = office.at(getattr(office, name))
            seen[name] = len(absenting.of_office(uow.session, by, uow.now()))
    assert seen == {"kim": 1, "park": 1, "jung": 1, "choi": 0}


# What they proposed


def proposed(office: Office, by: Officer) -> UUID:
    put = Put(
        kind="test",
        place=office.village.jurisdiction_id,
        authority=MAYOR,
        subject=None,
        what={},
        changes=[],
    )
    with office.village.begin() as uow:
        return proposals.put(uow, put, by=by).id


def state(office: Office, proposal: UUID) -> proposals.State:
    with office.village.begin() as uow:
        return proposals.standing(uow.session.get_one(Proposal, proposal), uow.now())


def test_what_a_deputy_proposed_ends_with_the_deputyship(office: Office) -> None:
    absence = office.leaves(office.park, office.jung, last=1)
    put = proposed(office, office.deputises(office.jung, absence))
    with office.village.begin() as uow:
        row = uow.session.get_one(Proposal, put)
        assert row.lapses_at == uow.session.get_one(Absence, absence).ends_at
        later = proposals.proposer(row, seconded_by=None)
        assert later.deputising_for == f"officer:{office.park.id}"
    office.ends(absence, office.park)
    assert state(office, put) is proposals.State.LAPSED
    own = proposed(office, office.at(office.jung))
    assert state(office, own) is proposals.State.WAITING


def test_and_with_the_role_that_was_lent(office: Office) -> None:
    absence = office.leaves(office.park, office.jung)
    put = proposed(office, office.deputises(office.jung, absence))
    with office.village.begin() as uow:
        accounts.change_roles(uow, TERMS, office.park.id, set(), by=office.at(office.kim))
    assert state(office, put) is proposals.State.LAPSED


def test_a_deputy_is_another_person_than_whoever_is_away_and_the_same_as_themselves(
    office: Office,
) -> None:
    theirs = proposed(office, office.at(office.park))
    absence = office.leaves(office.park, office.jung)
    deputy = office.deputises(office.jung, absence)
    with office.village.begin() as uow:
        row = proposals.held(uow, theirs, by=deputy)
        proposals.confirm(uow, row, by=deputy)
    with office.village.begin() as uow:
        deputising.lay_down(uow, by=deputy)
    own = proposed(office, office.at(office.jung))
    deputy = office.deputises(office.jung, absence)
    with office.village.begin() as uow, pytest.raises(proposals.OwnProposal):
        proposals.confirm(uow, proposals.held(uow, own, by=deputy), by=deputy)
