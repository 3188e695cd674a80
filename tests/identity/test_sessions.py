"""Sessions: found by a token that is nowhere stored, and over when their time is."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from referendum.identity import sessions, staff
from referendum.identity.errors import NotSignedIn, SessionNotExtendable
from referendum.identity.sessions import Opened, SessionKind, SessionView
from referendum.identity.tables import SessionRow
from referendum.kernel.clock import advance
from referendum.kernel.people import Assurance, Resident
from tests.entering import comes_in
from tests.identity.desk import Colleague
from tests.identity.neighbourhood import Neighbourhood


def signs_in(village: Neighbourhood, person: UUID | None = None) -> Opened:
    resident = Resident(
        person or village.lives("홍길동"), village.jurisdiction_id, Assurance.PHONE_ON_FILE
    )
    with village.begin() as uow:
        return comes_in(uow, village.vault, resident)


def find(village: Neighbourhood, token: str) -> SessionView | None:
    with village.begin() as uow:
        return sessions.find_session(uow.session, token)


def touch(village: Neighbourhood, token: str) -> bool:
    with village.begin() as uow:
        view = sessions.find_session(uow.session, token)
        assert view is not None
        return sessions.touch(uow.session, view)


def test_a_session_says_who_is_there(village: Neighbourhood) -> None:
    person = village.lives("홍길동")
    opened = signs_in(village, person)
    view = find(village, opened.token)
    assert view is not None
    assert view.kind is SessionKind.RESIDENT
    assert view.resident == Resident(person, village.jurisdiction_id, Assurance.PHONE_ON_FILE)
    assert not view.fresh


def test_only_a_hash_of_the_token_is_kept(village: Neighbourhood) -> None:
    opened = signs_in(village)
    with village.begin() as uow:
        row = uow.session.scalars(select(SessionRow)).one()
    assert row.id_hash == sessions.mark(opened.token)
    assert opened.token not in repr(vars(row))
    assert opened.token not in repr(opened)
    assert len(opened.token) == 43  # 32 bytes in base64


@pytest.mark.parametrize("forged", ["", "0", "null", "é", "a" * 43, "' or true --"])
def test_a_forged_token_opens_nothing(village: Neighbourhood, forged: str) -> None:
    signs_in(village)
    assert find(village, forged) is None


def test_two_sign_ins_have_two_tokens(village: Neighbourhood) -> None:
    person = village.lives("홍길동")
    assert signs_in(village, person).token != signs_in(village, person).token


def test_a_session_ends_after_a_quarter_of_an_hour_without_a_request(
    village: Neighbourhood,
) -> None:
    opened = signs_in(village)
    village.wait(timedelta(minutes=14, seconds=50))
    assert find(village, opened.token) is not None
    village.wait(timedelta(seconds=10))
    assert find(village, opened.token) is None


def test_requests_keep_it_open_for_an_hour_at_most(village: Neighbourhood) -> None:
    opened = signs_in(village)
    for _ in range(5):
        village.wait(timedelta(minutes=11))
        assert touch(village, opened.token)
    village.wait(timedelta(minutes=4, seconds=50))
    view = find(village, opened.token)
    assert view is not None
    assert view.ends_at == view.expires_at
    village.wait(timedelta(seconds=10))
    assert find(village, opened.token) is None


def test_a_session_is_touched_once_a_minute_at_most(village: Neighbourhood) -> None:
    opened = signs_in(village)
    assert not touch(village, opened.token)
    village.wait(timedelta(seconds=61))
    assert touch(village, opened.token)
    assert not touch(village, opened.token)


def test_whoever_signs_out_leaves_nothing(village: Neighbourhood) -> None:
    person = village.lives("홍길동")
    one, two = signs_in(village, person), signs_in(village, person)
    with village.begin() as uow:
        sessions.revoke(uow.session, one.view)
    assert find(village, one.token) is None
    assert find(village, two.token) is not None
    with village.begin() as uow:
        assert uow.session.scalars(select(SessionRow.id_hash)).all() == [two.view.id_hash]


def test_an_officer_is_signed_out_everywhere(village: Neighbourhood, kim: Colleague) -> None:
    resident = signs_in(village)
    with village.begin() as uow:
        account = staff.held(uow.session, kim.id)
        ones = [sessions.open_staff(uow, account) for _ in range(2)]
    with village.begin() as uow:
        sessions.revoke_all(uow.session, staff_id=kim.id)
    assert [find(village, one.token) for one in ones] == [None, None]
    assert find(village, resident.token) is not None


def test_no_row_says_whose_a_session_is(village: Neighbourhood) -> None:
    """Not even the keys tell: it takes the browser's cookie."""
    person = village.lives("홍길동")
    kept = [signs_in(village, person) for _ in range(2)]
    with village.begin() as uow:
        rows = uow.session.scalars(select(SessionRow)).all()
    assert len({row.whose for row in rows} | {person}) == len(kept) + 1


def test_web_05_a_resident_gets_more_time_on_asking_ten_times(village: Neighbourhood) -> None:
    opened = signs_in(village)
    for _ in range(10):
        village.wait(timedelta(minutes=14))
        with village.begin() as uow:
            longer = sessions.extend(uow, opened.view)
        assert timedelta(minutes=59) < longer.expires_at - longer.seen_at <= timedelta(hours=1)
    assert find(village, opened.token) is not None
    with village.begin() as uow, pytest.raises(SessionNotExtendable):
        sessions.extend(uow, opened.view)


def test_what_is_over_cannot_be_extended(village: Neighbourhood) -> None:
    late, gone = signs_in(village), signs_in(village)
    with village.begin() as uow:
        sessions.revoke(uow.session, gone.view)
    with village.begin() as uow, pytest.raises(SessionNotExtendable):
        sessions.extend(uow, gone.view)
    village.wait(timedelta(minutes=15))
    with village.begin() as uow, pytest.raises(SessionNotExtendable):
        sessions.extend(uow, late.view)


def test_the_jump_of_the_demos_clock_throws_nobody_out(village: Neighbourhood) -> None:
    opened = signs_in(village)
    with village.begin() as uow:
        advance(uow.session, timedelta(days=90))
    assert find(village, opened.token) is not None


def test_the_form_token_belongs_to_the_session(village: Neighbourhood) -> None:
    mine, theirs = signs_in(village), signs_in(village)
    assert sessions.csrf_matches(mine.token, mine.csrf)
    assert not sessions.csrf_matches(mine.token, theirs.csrf)
    assert not sessions.csrf_matches(mine.token, "")
    assert not sessions.csrf_matches(mine.token, "é")


def test_an_officers_session_is_no_residents(village: Neighbourhood) -> None:
    view = signs_in(village).view
    assert view.staff_id is None
    officers = SessionView(
        **{name: getattr(view, name) for name in view.__slots__ if name != "person_id"},
        person_id=None,
    )
    with pytest.raises(NotSignedIn):
        _ = officers.resident
