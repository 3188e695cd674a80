"""Accounts of officers: made, changed, renewed and closed by administrators."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from referendum.identity import (
    accounts,
    consenting,
    demonstrating,
    entering,
    inviting,
    sessions,
    staff,
)
from referendum.identity.errors import (
    AccountsExcludeCertifying,
    AdministratorsEnough,
    ConfirmationOverdue,
    DemoOnly,
    MailboxNotUsable,
    NotSignedIn,
    OwnAccount,
    Refused,
    RolesExclude,
    SealNotConfirmed,
    SetupLinkNotUsable,
    StaffNotFound,
    StaffOfOtherAuthority,
)
from referendum.identity.sessions import Opened
from referendum.kernel.people import (
    Authority,
    FreshCodeNeeded,
    OtherJurisdiction,
    Role,
    RoleMissing,
)
from tests.identity.desk import (
    LIGHT,
    PASSWORD,
    TERMS,
    Colleague,
    entries,
    finishes,
    hire,
    invites,
    link,
    wanted,
)
from tests.identity.house import House, fresh, refusal
from tests.identity.neighbourhood import Neighbourhood, reason


def test_disabling_ends_sessions_and_sign_ins(house: House) -> None:
    lee, village = house.lee, house.village
    opened, boss = lee.signs_in(), house.first
    for _ in range(2):
        with village.begin() as uow:
            accounts.disable(uow, lee.id, by=boss)
    with village.begin() as uow:
        assert sessions.find_session(uow.session, opened.token) is None
        with pytest.raises(NotSignedIn):
            staff.officer(uow.session, opened.view)
        with pytest.raises(NotSignedIn):
            entering.step_up(uow, village.vault, opened.view, lee.code())
    lee.wait_for_a_new_code()
    assert reason(lee.tries()) == "sign-in-refused"
    assert [each["act"] for each in entries(village)].count("staff.disabled") == 1


def test_a_change_of_roles_counts_from_the_next_request(house: House) -> None:
    clerk = hire(house.village, "clerk", roles=(Role.CLERK, Role.EXAMINER))
    opened, boss = clerk.signs_in(), house.first
    with house.village.begin() as uow:
        accounts.change_roles(uow, TERMS, clerk.id, {Role.CLERK}, by=boss)
    assert clerk.officer(opened).roles == {Role.CLERK}
    assert entries(house.village)[-1]["facts"] == {"staff": str(clerk.id), "roles": ["clerk"]}


def test_a_new_link_resets_an_account(house: House) -> None:
    clerk = hire(house.village, "clerk", roles=(Role.CLERK,))
    opened, boss = clerk.signs_in(), house.first
    with house.village.begin() as uow:
        made = accounts.renew_link(uow, house.village.vault, TERMS, clerk.id, by=boss)
    assert made is not None
    with house.village.begin() as uow:
        assert sessions.find_session(uow.session, opened.token) is None
    clerk.wait_for_a_new_code()
    assert isinstance(clerk.tries(), Refused)
    assert isinstance(clerk.tries(code=clerk.spares[0]), Refused)
    again = finishes(house.village, made, "clerk")
    assert isinstance(again.signs_in(), Opened)


def test_a_newer_link_ends_an_unused_one(house: House) -> None:
    boss = house.first
    first = invites(house.village, "clerk", Role.CLERK, by=boss)
    with house.village.begin() as uow:
        accounts.renew_link(uow, house.village.vault, TERMS, first.staff_id, by=boss)
    with house.village.begin() as uow, pytest.raises(SetupLinkNotUsable):
        entering.offer_set_up(uow, house.village.vault, first.token, issuer="Referendum")


def begins(village: Neighbourhood, username: str, authority: Authority = Authority.MAYOR) -> None:
    with village.begin() as uow:
        accounts.begin(
            uow,
            village.vault,
            TERMS,
            wanted(username, Role.ADMINISTRATOR),
            of=village.jurisdiction_id,
            authority=authority,
        )


def test_the_command_line_makes_two_administrators_of_an_authority_and_no_third(
    village: Neighbourhood,
) -> None:
    begins(village, "kim")
    begins(village, "lee")
    with pytest.raises(AdministratorsEnough):
        begins(village, "park")
    begins(village, "park", Authority.COUNCIL_CHAIR)
    assert [each["by"] for each in entries(village)] == ["operator"] * 3


def test_where_one_of_two_is_closed_the_command_line_makes_another(house: House) -> None:
    with pytest.raises(AdministratorsEnough):
        begins(house.village, "park")
    with house.village.begin() as uow:
        accounts.disable(uow, house.lee.id, by=house.first)
    begins(house.village, "park")


def test_in_a_city_no_account_comes_without_being_invited(village: Neighbourhood) -> None:
    with village.begin() as uow, pytest.raises(DemoOnly):
        demonstrating.account(
            uow,
            village.vault,
            wanted("kim", Role.CLERK),
            of=village.jurisdiction_id,
            authority=Authority.MAYOR,
            invented=False,
        )


def test_an_administrator_makes_colleagues_of_the_own_authority(house: House) -> None:
    boss = house.first
    invites(house.village, "park", Role.EXAMINER, by=boss)
    with house.village.begin() as uow:
        names = [each.username for each in staff.colleagues(uow.session, boss)]
    assert names == ["kim", "lee", "park"]
    assert [each["by"] for each in entries(house.village) if each["act"] == "staff.added"] == [
        "operator",
        "operator",
        boss.mark,
    ]


def test_and_of_no_other_authority(house: House) -> None:
    boss = house.first
    other = link(house.village, "choi", authority=Authority.ELECTION_COMMISSION)
    with house.village.begin() as uow, pytest.raises(StaffOfOtherAuthority):
        accounts.disable(uow, other.staff_id, by=boss)
    with house.village.begin() as uow:
        assert "choi" not in [each.username for each in staff.colleagues(uow.session, boss)]


def test_managing_accounts_wants_the_role_and_a_fresh_code(house: House) -> None:
    with pytest.raises(FreshCodeNeeded):
        invites(house.village, "park", by=house.kim.officer(house.kim.signs_in()))
    clerk = hire(house.village, "clerk", roles=(Role.CLERK,))
    with pytest.raises(RoleMissing):
        invites(house.village, "park", by=fresh(clerk))


def test_ops_02_an_account_of_another_place_does_not_exist_here(house: House) -> None:
    boss, village = house.first, house.village
    elsewhere = Neighbourhood.build(village.begin, village.vault, "kr-elsewhere")
    stranger = hire(elsewhere, "stranger")
    with village.begin() as uow, pytest.raises(OtherJurisdiction):
        accounts.disable(uow, stranger.id, by=boss)
    with village.begin() as uow, pytest.raises(OtherJurisdiction):
        accounts.change_roles(uow, TERMS, stranger.id, {Role.CERTIFIER}, by=boss)
    with village.begin() as uow, pytest.raises(OtherJurisdiction):
        accounts.renew_link(uow, village.vault, TERMS, stranger.id, by=boss)
    with village.begin() as uow, pytest.raises(OtherJurisdiction):
        consenting.consent(uow, stranger.id, by=boss)
    with village.begin() as uow, pytest.raises(StaffNotFound):
        accounts.disable(uow, elsewhere.district_id, by=boss)


def test_nobody_gives_themselves_a_role(house: House) -> None:
    boss, village = house.first, house.village
    with village.begin() as uow, pytest.raises(OwnAccount):
        accounts.change_roles(uow, TERMS, boss.id, {Role.CERTIFIER}, by=boss)
    with village.begin() as uow, pytest.raises(OwnAccount):
        accounts.renew_link(uow, village.vault, TERMS, boss.id, by=boss)
    with village.begin() as uow, pytest.raises(OwnAccount):
        accounts.confirm(uow, TERMS, boss.id, by=boss)


def test_managing_accounts_excludes_certifying(house: House) -> None:
    boss, both = house.first, (Role.ADMINISTRATOR, Role.CERTIFIER)
    with pytest.raises(RolesExclude) as refused:
        invites(house.village, "park", *both, by=boss)
    assert refused.value.facts["roles"] == ["administrator", "certifier"]
    with house.village.begin() as uow, pytest.raises(RolesExclude):
        accounts.change_roles(uow, TERMS, house.lee.id, both, by=boss)


def test_an_account_from_before_that_has_both_does_not_certify(house: House) -> None:
    with house.village.begin() as uow:
        staff.held(uow.session, house.lee.id).roles = ["administrator", "certifier"]
    assert isinstance(refusal(house.lee), AccountsExcludeCertifying)
    fresh(house.lee).insist(Role.ADMINISTRATOR)


def test_a_printed_link_counts_only_for_whom_it_reached_closed(house: House) -> None:
    made = invites(house.village, "park", Role.CLERK, by=house.first)
    assert entries(house.village)[-1]["act"] == "staff.link_printed"
    with house.village.begin() as uow:
        offer = entering.offer_set_up(uow, house.village.vault, made.token, issuer="Referendum")
    assert offer.printed
    park = Colleague(house.village, made.staff_id, "park", offer.secret, ())
    with house.village.begin() as uow, pytest.raises(SealNotConfirmed):
        entering.set_up(
            uow,
            house.village.vault,
            made.token,
            password=PASSWORD,
            code=park.code(),
            hasher=LIGHT,
        )


MAILING = replace(TERMS, mails=True)


def test_where_mail_is_set_up_whoever_invites_gets_no_link(house: House) -> None:
    boss, park = house.first, wanted("park", Role.CLERK, email="park@city.example")
    with house.village.begin() as uow:
        assert accounts.invite(uow, house.village.vault, MAILING, park, by=boss) is None
    with house.village.begin() as uow:
        account = staff.named(uow.session, "park")
        assert account is not None
        assert account.email_sealed is not None
        assert b"park" not in account.email_sealed
        kept = inviting.mailbox_of(uow.session, house.village.vault, account)
    assert kept == "park@city.example"
    assert "city.example" not in repr(entries(house.village))


@pytest.mark.parametrize(
    "address", [None, "", "park", "park@city", "a b@city.example", "a@b.example\nBcc: c@d.example"]
)
def test_a_mailbox_that_is_none_is_refused(house: House, address: str | None) -> None:
    park = wanted("park", Role.CLERK, email=address)
    with house.village.begin() as uow, pytest.raises(MailboxNotUsable):
        accounts.invite(uow, house.village.vault, MAILING, park, by=house.first)


def test_roles_that_nobody_confirms_rest_after_half_a_year_and_the_grace(house: House) -> None:
    clerk = hire(house.village, "clerk", roles=(Role.CLERK,))
    house.village.wait(timedelta(days=183))
    fresh(clerk).insist(Role.CLERK)
    with house.village.begin() as uow:
        assert accounts.overdue(uow.session, house.village.jurisdiction_id) == 3
    house.village.wait(timedelta(days=30))
    assert isinstance(refusal(clerk, Role.CLERK), ConfirmationOverdue)
    boss = house.first
    with house.village.begin() as uow:
        accounts.confirm(uow, TERMS, clerk.id, by=boss)
    fresh(clerk).insist(Role.CLERK)
    assert entries(house.village)[-1]["act"] == "staff.confirmed"
