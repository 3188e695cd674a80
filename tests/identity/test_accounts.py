"""Accounts of officers: set up with a link, changed and disabled by administrators."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

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
    CertifierWaits,
    ConfirmationOverdue,
    ConsentAwaited,
    ConsentNotAwaited,
    ConsentNotYours,
    DemoOnly,
    MailboxNotUsable,
    NotSignedIn,
    OwnAccount,
    PasswordTooWeak,
    Refused,
    RolesExclude,
    SealNotConfirmed,
    SecondAdministratorFirst,
    SecondFactorWrong,
    SetupLinkNotUsable,
    StaffNotFound,
    StaffOfOtherAuthority,
)
from referendum.identity.sessions import Opened
from referendum.identity.tables import SetupLink
from referendum.kernel.people import (
    Authority,
    FreshCodeNeeded,
    Officer,
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
from tests.identity.neighbourhood import Neighbourhood, reason


def test_a_set_up_link_is_good_once(village: Neighbourhood) -> None:
    made = link(village)
    finishes(village, made)
    with village.begin() as uow, pytest.raises(SetupLinkNotUsable):
        entering.offer_set_up(uow, village.vault, made.token, issuer="Referendum")
    with village.begin() as uow, pytest.raises(SetupLinkNotUsable):
        entering.set_up(uow, village.vault, made.token, password=PASSWORD, code="000000")


def test_a_set_up_link_is_good_for_48_hours(village: Neighbourhood) -> None:
    made = link(village)
    village.wait(timedelta(hours=48))
    with village.begin() as uow, pytest.raises(SetupLinkNotUsable):
        entering.offer_set_up(uow, village.vault, made.token, issuer="Referendum")


def test_only_the_hash_of_a_link_is_kept(village: Neighbourhood) -> None:
    made = link(village)
    with village.begin() as uow:
        kept = uow.session.scalars(select(SetupLink.token_hash)).one()
    assert kept == sessions.mark(made.token)
    assert made.token not in repr(made)


def test_setting_up_wants_a_code_of_the_secret_last_shown(village: Neighbourhood) -> None:
    made = link(village)
    with village.begin() as uow:
        first = entering.offer_set_up(uow, village.vault, made.token, issuer="Referendum")
    with village.begin() as uow:
        second = entering.offer_set_up(uow, village.vault, made.token, issuer="Referendum")
    assert first.secret != second.secret
    assert second.uri.startswith("otpauth://totp/Referendum:kim?secret=")
    stale = Colleague(village, made.staff_id, "kim", first.secret, ()).code()
    with village.begin() as uow, pytest.raises(SecondFactorWrong):
        entering.set_up(uow, village.vault, made.token, password=PASSWORD, code=stale)
    fresh = Colleague(village, made.staff_id, "kim", second.secret, ()).code()
    with village.begin() as uow:
        spares = entering.set_up(
            uow, village.vault, made.token, password=PASSWORD, code=fresh, hasher=LIGHT
        )
    assert len(set(spares)) == 10


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("short one", "too_short"),
        ("x y z " * 50, "too_long"),
        ("my name is KIM, hello", "username"),
        ("aaaaaaaaaaaaaaaa", "common"),
        ("121212121212121212", "common"),
        ("Password for the desk", "common"),
        ("우리 시청의 비밀번호입니다", "common"),
    ],
)
def test_weak_passwords_are_refused(village: Neighbourhood, password: str, problem: str) -> None:
    made = link(village)
    with village.begin() as uow:
        offer = entering.offer_set_up(uow, village.vault, made.token, issuer="Referendum")
    code = Colleague(village, made.staff_id, "kim", offer.secret, ()).code()
    with village.begin() as uow, pytest.raises(PasswordTooWeak) as refused:
        entering.set_up(uow, village.vault, made.token, password=password, code=code)
    assert refused.value.facts["reason"] == problem


@dataclass
class House:
    """An authority with two administrators, as an operator begins it."""

    village: Neighbourhood
    kim: Colleague
    lee: Colleague

    @classmethod
    def of(cls, village: Neighbourhood) -> House:
        return cls(village, hire(village, "kim"), hire(village, "lee"))

    @property
    def first(self) -> Officer:
        return fresh(self.kim)

    @property
    def second(self) -> Officer:
        return fresh(self.lee)

    def certifier(self, username: str = "choi") -> Colleague:
        """Invited by the first and set up, and nothing more."""
        made = invites(self.village, username, Role.CERTIFIER, by=self.first)
        return finishes(self.village, made, username)

    def consents(self, account: UUID, by: Officer) -> None:
        with self.village.begin() as uow:
            consenting.consent(uow, account, by=by)


@pytest.fixture
def house(village: Neighbourhood) -> House:
    return House.of(village)


def fresh(kim: Colleague) -> Officer:
    opened = kim.signs_in()
    kim.wait_for_a_new_code()
    kim.steps_up(opened)
    return kim.officer(opened)


def refusal(colleague: Colleague, role: Role = Role.CERTIFIER) -> RoleMissing:
    """Why the role does not count for its holder just now."""
    officer = fresh(colleague)
    with pytest.raises(RoleMissing) as refused:
        officer.insist(role)
    return refused.value


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


# How the first ones come in


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


# Who makes whom


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


# Roles apart


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


# Two administrators, and time


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


@pytest.fixture
def choi(house: House) -> Colleague:
    """A certifier whose account has waited for everything."""
    made = house.certifier()
    house.consents(made.id, house.second)
    house.village.wait(timedelta(days=2))
    return made


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


# A sheet under seal, or mail


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


# Every half-year


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
