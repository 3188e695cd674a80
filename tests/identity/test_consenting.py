"""What weighs is given by two administrators, and certifying waits."""

from __future__ import annotations

from datetime import timedelta

import pytest

from referendum.identity import (
    accounts,
    consenting,
    entering,
    staff,
)
from referendum.identity.errors import (
    CertifierWaits,
    ConsentAwaited,
    ConsentNotAwaited,
    ConsentNotYours,
    SecondAdministratorFirst,
    SetupLinkNotUsable,
)
from referendum.kernel.people import (
    FreshCodeNeeded,
    Role,
    RoleMissing,
)
from tests.identity.desk import (
    TERMS,
    Colleague,
    entries,
    finishes,
    hire,
    invites,
)
from tests.identity.house import House, fresh, refusal


def test_one_administrator_alone_makes_no_certifier(house: House) -> None:
    """As it went through: an account made, its link opened, certified, by one person."""
    choi = house.certifier()
    assert isinstance(refusal(choi), ConsentAwaited)
    with pytest.raises(ConsentNotYours):
        house.consents(choi.id, house.first)
    house.village.wait(timedelta(days=300))
    with pytest.raises(RoleMissing):
        fresh(choi).insist(Role.CERTIFIER)


def test_nor_a_second_administrator_who_would_consent(house: House) -> None:
    made = invites(house.village, "puppet", Role.ADMINISTRATOR, by=house.first)
    puppet = finishes(house.village, made, "puppet")
    assert isinstance(refusal(puppet, Role.ADMINISTRATOR), ConsentAwaited)
    choi = house.certifier()
    with pytest.raises(ConsentAwaited):
        house.consents(choi.id, fresh(puppet))


def test_a_consented_certifier_waits_for_two_days(house: House) -> None:
    choi = house.certifier()
    house.consents(choi.id, house.second)
    waiting = refusal(choi)
    assert isinstance(waiting, CertifierWaits)
    with house.village.begin() as uow:
        opens = staff.held(uow.session, choi.id).certifies_from
    assert opens is not None
    assert waiting.facts["opens_at"] == opens.isoformat()
    house.village.wait(timedelta(days=2))
    fresh(choi).insist(Role.CERTIFIER, fresh=True)
    assert entries(house.village)[-1]["act"] == "staff.consented"


def test_who_is_set_up_after_the_consent_waits_from_then(house: House) -> None:
    made = invites(house.village, "choi", Role.CERTIFIER, by=house.first)
    house.consents(made.staff_id, house.second)
    house.village.wait(timedelta(hours=47))
    choi = finishes(house.village, made, "choi")
    house.village.wait(timedelta(hours=2))
    assert isinstance(refusal(choi), CertifierWaits)


def test_a_renewed_link_waits_like_a_new_account(house: House, choi: Colleague) -> None:
    boss = house.first
    with house.village.begin() as uow:
        made = accounts.renew_link(uow, house.village.vault, TERMS, choi.id, by=boss)
    assert made is not None
    again = finishes(house.village, made, "choi")
    assert isinstance(refusal(again), ConsentAwaited)
    house.consents(choi.id, house.second)
    assert isinstance(refusal(again), CertifierWaits)


def test_changed_roles_wait_too(house: House, choi: Colleague) -> None:
    boss = house.first
    with house.village.begin() as uow:
        accounts.change_roles(uow, TERMS, choi.id, {Role.CERTIFIER, Role.CLERK}, by=boss)
    assert isinstance(refusal(choi), CertifierWaits)
    assert isinstance(refusal(choi, Role.CLERK), ConsentAwaited)
    house.consents(choi.id, house.second)
    fresh(choi).insist(Role.CLERK)


def test_a_clerk_who_is_to_certify_needs_consent(house: House) -> None:
    clerk, boss = hire(house.village, "clerk", roles=(Role.CLERK,)), house.first
    with house.village.begin() as uow:
        accounts.change_roles(uow, TERMS, clerk.id, {Role.CERTIFIER, Role.CLERK}, by=boss)
    assert isinstance(refusal(clerk), ConsentAwaited)
    fresh(clerk).insist(Role.CLERK)


def test_what_is_refused_is_gone_with_its_link(house: House) -> None:
    made = invites(house.village, "choi", Role.CERTIFIER, Role.CLERK, by=house.first)
    with house.village.begin() as uow:
        consenting.refuse(uow, made.staff_id, by=house.second)
    with house.village.begin() as uow:
        assert staff.held(uow.session, made.staff_id).roles == []
        with pytest.raises(SetupLinkNotUsable):
            entering.offer_set_up(uow, house.village.vault, made.token, issuer="Referendum")
    with pytest.raises(ConsentNotAwaited):
        house.consents(made.staff_id, house.second)


def test_what_is_refused_takes_nothing_that_counted_before(house: House) -> None:
    clerk, boss = hire(house.village, "clerk", roles=(Role.CLERK,)), house.first
    with house.village.begin() as uow:
        accounts.change_roles(uow, TERMS, clerk.id, {Role.EXAMINER, Role.CLERK}, by=boss)
    with house.village.begin() as uow:
        consenting.refuse(uow, clerk.id, by=house.second)
    fresh(clerk).insist(Role.CLERK)
    assert type(refusal(clerk, Role.EXAMINER)) is RoleMissing


def test_what_is_taken_away_waits_for_nobody(house: House) -> None:
    clerk, boss = hire(house.village, "clerk", roles=(Role.CLERK, Role.EXAMINER)), house.first
    with house.village.begin() as uow:
        accounts.change_roles(uow, TERMS, clerk.id, {Role.CLERK}, by=boss)
    fresh(clerk).insist(Role.CLERK)
    with pytest.raises(ConsentNotAwaited):
        house.consents(clerk.id, house.second)


def test_consent_wants_a_fresh_code(house: House) -> None:
    choi = house.certifier()
    with pytest.raises(FreshCodeNeeded):
        house.consents(choi.id, house.lee.officer(house.lee.signs_in()))


def test_where_there_is_one_administrator_a_second_comes_first(kim: Colleague) -> None:
    with pytest.raises(SecondAdministratorFirst):
        invites(kim.village, "choi", Role.CERTIFIER, by=fresh(kim))
    with pytest.raises(SecondAdministratorFirst):
        invites(kim.village, "park", Role.CLERK, by=fresh(kim))
