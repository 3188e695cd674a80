"""A link sets an account up once, with a password and a second factor."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from referendum.identity import (
    entering,
    sessions,
)
from referendum.identity.errors import (
    PasswordTooWeak,
    SecondFactorWrong,
    SetupLinkNotUsable,
)
from referendum.identity.tables import SetupLink
from tests.identity.desk import (
    LIGHT,
    PASSWORD,
    Colleague,
    finishes,
    link,
)
from tests.identity.neighbourhood import Neighbourhood


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
