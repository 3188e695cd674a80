"""One administrator makes the second officer, and is both.

As it went through: two clerks were invited to mailboxes that the administrator had chosen, both
links opened by the same hand, and what one proposed the other confirmed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

import pytest

from referendum.identity import (
    absenting,
    accounts,
    consenting,
    deputising,
    sessions,
    staff,
)
from referendum.identity.absence_errors import DeputyNotUsable
from referendum.identity.absenting import Away
from referendum.identity.errors import ConsentAwaited, ConsentNotYours, SecondAdministratorFirst
from referendum.identity.timing import machine_now
from referendum.kernel.people import Authority, Officer, Role
from referendum.lifecycle.stages import Stage
from referendum.roll import places
from tests.identity.desk import TERMS, wanted
from tests.scenarios.alone import LANGUAGES, MAYOR, Alone
from tests.town import Town

GIVEN: Final = tuple(role for role in Role)
"""Whatever is given: with any role somebody can be one of two."""


@dataclass
class Council:
    """The mayor's office with an administrator who tries it, and a second one."""

    alone: Alone
    me: UUID
    other: UUID

    def acts_as(self, account: UUID, *, fresh: bool = True) -> Officer:
        """Whoever sits at the desk with that account, as each request finds them."""
        with self.alone.town.begin() as uow:
            found = staff.officer_now(uow.session, account)
        return replace(found, fresh=fresh)

    def sits(self, account: UUID) -> Officer:
        """The same with a session, in whose stead they act as well."""
        with self.alone.town.begin() as uow:
            opened = sessions.open_staff(uow, staff.held(uow.session, account))
            return replace(staff.officer(uow.session, opened.view), fresh=True)

    def invites(self, username: str, *roles: Role) -> UUID:
        """Invited by the administrator who tries it, and set up by the same hand."""
        town = self.alone.town
        with town.begin() as uow:
            made = accounts.invite(
                uow, town.vault, TERMS, wanted(username, *roles), by=self.acts_as(self.me)
            )
        assert made is not None
        return self.opens(made.staff_id)

    def opens(self, account: UUID) -> UUID:
        with self.alone.town.begin() as uow:
            staff.held(uow.session, account).password_hash = "set up"
        return account

    def consents(self, account: UUID, by: UUID) -> None:
        with self.alone.town.begin() as uow:
            consenting.consent(uow, account, by=self.acts_as(by))


@pytest.fixture
def council(town: Town, referendum_open: UUID) -> Council:
    alone = Alone(town, referendum_open, town.officer(MAYOR))
    return Council(
        alone,
        alone.account(MAYOR, Role.ADMINISTRATOR),
        alone.account(MAYOR, Role.ADMINISTRATOR),
    )


def annuls(council: Council, first: UUID, second: UUID) -> None:
    council.alone.me = council.acts_as(first)
    council.alone.confirms(council.alone.proposes(), council.acts_as(second))


def test_an_administrator_is_not_both_clerks_whom_they_invited(council: Council) -> None:
    """Proposed “Annulled” as one, confirmed it as the other."""
    first, second = (council.invites(name, Role.CLERK) for name in ("council.xx", "council.yy"))
    with pytest.raises(ConsentAwaited) as refused:
        annuls(council, first, second)
    for words in LANGUAGES:
        assert words.has(f"problem.{refused.value.code}")
    for account in (first, second):
        with pytest.raises(ConsentNotYours):
            council.consents(account, council.me)
    assert council.alone.town.stage(council.alone.measure) is not Stage.ANNULLED
    for account in (first, second):
        council.consents(account, council.other)
    annuls(council, first, second)
    assert council.alone.town.stage(council.alone.measure) is Stage.ANNULLED


def test_nor_the_second_one_beside_a_clerk_who_was_there(council: Council) -> None:
    there = council.alone.account(MAYOR, Role.CLERK)
    puppet = council.invites("council.yy", Role.CLERK)
    with pytest.raises(ConsentAwaited):
        annuls(council, there, puppet)


@pytest.mark.parametrize("role", GIVEN, ids=lambda role: role.value)
def test_no_role_counts_that_one_administrator_gave(council: Council, role: Role) -> None:
    assert council.acts_as(council.invites("council.xx", role)).roles == frozenset()
    there = council.alone.account(MAYOR)
    with council.alone.town.begin() as uow:
        accounts.change_roles(uow, TERMS, there, [role], by=council.acts_as(council.me))
    assert council.acts_as(there).roles == frozenset()


def _renews(council: Council, account: UUID) -> None:
    town = council.alone.town
    with town.begin() as uow:
        accounts.renew_link(uow, town.vault, TERMS, account, by=council.acts_as(council.me))


def _changes(council: Council, account: UUID) -> None:
    with council.alone.town.begin() as uow:
        accounts.change_roles(
            uow, TERMS, account, [Role.CLERK, Role.EXAMINER], by=council.acts_as(council.me)
        )


WAYS: Final[dict[str, tuple[Callable[[Council, UUID], None], frozenset[Role]]]] = {
    "takes over a colleague's account by a new link": (_renews, frozenset()),
    "gives a colleague a further role": (_changes, frozenset({Role.CLERK})),
}


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_an_account_that_was_there_is_no_way_around(council: Council, way: str) -> None:
    """What it had before goes on counting, unless whoever holds it may be somebody else now."""
    clerk = council.alone.account(MAYOR, Role.CLERK)
    does, left = WAYS[way]
    does(council, clerk)
    council.opens(clerk)
    assert council.acts_as(clerk).roles == left
    council.consents(clerk, council.other)
    assert council.acts_as(clerk).roles > left


def test_an_office_with_one_administrator_is_told_that_a_second_comes_first(
    town: Town, referendum_open: UUID
) -> None:
    alone = Alone(town, referendum_open, town.officer(MAYOR))
    council = Council(alone, alone.account(MAYOR, Role.ADMINISTRATOR), UUID(int=0))
    with pytest.raises(SecondAdministratorFirst) as refused:
        council.invites("council.xx", Role.CLERK)
    for words in LANGUAGES:
        assert words.has(f"problem.{refused.value.code}")


def test_only_roles_that_count_are_counted_among_the_first_steps(council: Council) -> None:
    town = council.alone.town
    with town.begin() as uow:
        before = machine_now(uow.session)
        had = staff.roles_in_use(uow.session, town.place, Authority.MAYOR, before)[Role.CLERK]
    made = council.invites("council.xx", Role.CLERK)
    for consented, count in ((False, had), (True, had + 1)):
        if consented:
            council.consents(made, council.other)
        with town.begin() as uow:
            now = machine_now(uow.session)
            found = staff.roles_in_use(uow.session, town.place, Authority.MAYOR, now)
        assert found[Role.CLERK] == count


# By way of absences


def says_away(council: Council, who: UUID, deputy: UUID) -> UUID:
    """The administrator who tries it says that an officer is away, and who deputises."""
    town = council.alone.town
    with town.begin() as uow:
        today = places.today(uow, town.place)
        days = Away(who=who, deputy=deputy, first=today, last=today)
        return absenting.enter(uow, TERMS, days, by=council.acts_as(council.me)).id


def test_nobody_deputises_whose_account_one_administrator_made(council: Council) -> None:
    there, puppet = (
        council.alone.account(MAYOR, Role.CLERK),
        council.invites("council.xx", Role.CLERK),
    )
    with pytest.raises(DeputyNotUsable):
        says_away(council, there, puppet)


def ends_it(council: Council, first: UUID, second: UUID) -> None:
    """As two who sit at the desk, each in the stead of whoever is away."""
    council.alone.me = council.sits(first)
    council.alone.confirms(council.alone.proposes(), council.sits(second))


def test_one_administrator_does_not_hand_two_officers_roles_to_two_others(council: Council) -> None:
    """Real officers lose their roles at once; the deputies have none before another agrees."""
    officers = [council.alone.account(MAYOR, Role.CLERK) for _ in range(2)]
    deputies = [council.alone.account(MAYOR, Role.REGISTRAR) for _ in range(2)]
    absences = [says_away(council, *pair) for pair in zip(officers, deputies, strict=True)]
    for absence, deputy in zip(absences, deputies, strict=True):
        with council.alone.town.begin() as uow:
            deputising.take_up(uow, absence, by=council.acts_as(deputy))
    with pytest.raises(ConsentAwaited):
        ends_it(council, *deputies)
    with council.alone.town.begin() as uow, pytest.raises(ConsentNotYours):
        absenting.consent(uow, absences[0], by=council.acts_as(council.me))
    for absence in absences:
        with council.alone.town.begin() as uow:
            absenting.consent(uow, absence, by=council.acts_as(council.other))
    ends_it(council, *deputies)
    assert council.alone.town.stage(council.alone.measure) is Stage.ANNULLED
