"""OTP-15: a phone that came onto the register lately lets nobody in."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from referendum.identity import answering
from referendum.identity.checking import Recognised
from referendum.identity.errors import PhoneRests, PhoneStopped, insist
from referendum.identity.limits import DEFAULT, Limits
from referendum.identity.sessions import mark
from referendum.identity.tables import SessionRow
from referendum.kernel.wire import Through
from referendum.roll.finding import phone_index
from referendum.roll.phone_tables import PhoneChange
from referendum.roll.tables import RegisterVersion
from tests.identity.neighbourhood import SIGN, Neighbourhood

E164 = "+821023456789"


def changed(
    village: Neighbourhood, person: UUID, *, days: int, told: bool = True, version: int = 2
) -> UUID:
    """The register's second version gave them this phone, so many days ago."""
    with village.begin() as uow:
        there = select(func.max(RegisterVersion.number)).where(
            RegisterVersion.jurisdiction_id == village.jurisdiction_id
        )
        if (uow.session.scalar(there) or 0) < version:
            uow.session.add(
                RegisterVersion(
                    jurisdiction_id=village.jurisdiction_id,
                    number=version,
                    as_of=date(2020, 1, 1),
                    imported_by="nobody",
                    file_sha256="",
                    **dict.fromkeys(("added", "changed", "ended", "refused", "unchanged"), 0),
                )
            )
        at = uow.now() - timedelta(days=days)
        change = PhoneChange(
            person_id=person,
            version=version,
            replaced=True,
            phone_index=phone_index(village.vault, E164),
            former=[phone_index(village.vault, "+821087654321")],
            changed_at=at,
            told_at=at if told else None,
        )
        uow.session.add(change)
        uow.session.flush()
        return change.id


def dispute(village: Neighbourhood, change: UUID, *, outcome: str | None = None) -> None:
    with village.begin() as uow:
        row = uow.session.get_one(PhoneChange, change)
        row.objected_at, row.objected_by = uow.now(), "former_number"
        if outcome is not None:
            row.settled_at, row.settled_by, row.outcome = uow.now(), "officer:x", outcome


def comes_in(village: Neighbourhood, limits: Limits = DEFAULT) -> Recognised:
    """Types the right code of the phone on file."""
    challenge = village.asks()
    return insist(village.types(challenge, village.code_of(challenge), limits=limits))


def test_otp_15_a_phone_changed_less_than_seven_days_ago_lets_nobody_in(
    village: Neighbourhood,
) -> None:
    changed(village, village.lives("홍길동", phone=E164), days=5)
    with pytest.raises(PhoneRests) as refused:
        comes_in(village)
    assert refused.value.facts == {"days": 2, "alternatives": ["desk", "paper"]}


def test_otp_15_nor_does_it_open_a_session_beside_the_refusal(village: Neighbourhood) -> None:
    """The pages' own way: a right code opens the session in the statement that looks at it."""
    changed(village, village.lives("홍길동", phone=E164), days=5)
    challenge, token = village.asks(), "a token of the browser"
    tried = answering.prepare(
        village.vault, challenge.id, village.code_of(challenge), aim=SIGN, token=token
    )
    with village.begin() as uow:
        (outcome,) = answering.answer(Through(uow.session.connection()), [tried], DEFAULT)
    with pytest.raises(PhoneRests):
        answering.signed_in(outcome, token)
    with village.begin() as uow:
        assert uow.session.get(SessionRow, mark(token)) is None


def test_after_its_days_it_does(village: Neighbourhood) -> None:
    person = village.lives("홍길동", phone=E164)
    changed(village, person, days=7)
    assert comes_in(village).resident.person == person


def test_the_days_are_the_citys_to_set(village: Neighbourhood) -> None:
    changed(village, village.lives("홍길동", phone=E164), days=7)
    with pytest.raises(PhoneRests):
        comes_in(village, Limits(phone_rests=timedelta(days=10)))


def test_as_long_as_the_former_number_was_not_told_it_does_not(village: Neighbourhood) -> None:
    changed(village, village.lives("홍길동", phone=E164), days=100, told=False)
    with pytest.raises(PhoneStopped):
        comes_in(village)


def test_an_objection_stops_it_until_the_desk_has_settled_it(village: Neighbourhood) -> None:
    person = village.lives("홍길동", phone=E164)
    change = changed(village, person, days=100)
    dispute(village, change)
    with pytest.raises(PhoneStopped):
        comes_in(village)
    dispute(village, change, outcome="serves")
    assert comes_in(village).resident.person == person


def test_what_the_desk_refused_serves_nobody_however_long_ago(village: Neighbourhood) -> None:
    change = changed(village, village.lives("홍길동", phone=E164), days=100)
    dispute(village, change, outcome="refused")
    with pytest.raises(PhoneStopped):
        comes_in(village)


def test_the_newest_change_decides(village: Neighbourhood) -> None:
    person = village.lives("홍길동", phone=E164)
    changed(village, person, days=100)
    changed(village, person, days=1, version=3)
    with pytest.raises(PhoneRests):
        comes_in(village)


def test_another_persons_new_phone_is_no_obstacle(village: Neighbourhood) -> None:
    person = village.lives("홍길동", phone=E164)
    changed(village, village.lives("김아무", phone=E164), days=1)
    assert comes_in(village).resident.person == person
