"""Codes that were on their way when the schema changed go on being counted, and are asked for anew.

Whom their rows mean, and for what, stood there in the clear: neither is taken over.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, create_engine, select, text
from sqlalchemy.pool import NullPool

from referendum.identity.asking import ChallengeView
from referendum.identity.errors import CodeUnknown
from referendum.identity.keeping import key_of
from referendum.identity.tables import CodeSend, PhoneLock
from referendum.identity.timing import machine_now
from referendum.kernel.clock import universal_day
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import Begin
from referendum.migrations import migrating
from referendum.migrations.migrating import Role, migrate
from referendum.roll.finding import phone_index
from tests.identity.neighbourhood import Letterbox, Neighbourhood

BEFORE = "0011"
HERS, HIS = "+821023456789", "+821087654321"
ASKED = """
insert into challenge (id, jurisdiction_id, purpose, subject, browser, person_id, phone_sealed,
                       phone_index, key_id, language, created_at, expires_at, superseded_at)
values (:id, :place, 'sign', :measure, 'a browser', :person, 'sealed', :phone, :key, 'ko',
        clock_timestamp(), clock_timestamp() + interval '5 minutes',
        case when :superseded then clock_timestamp() end);
"""
TO_BE_SENT = """
insert into code_send (id, challenge_id, number, at, phone_index, prefix)
values (gen_random_uuid(), :id, 1, clock_timestamp(), :phone, '+82102345')
"""
ERRAND = """
insert into outbox_message (id, task, arguments, attempts)
values (gen_random_uuid(), 'identity.send_code', jsonb_build_object('challenge_id', :id), 0)
"""
MISSED = "insert into phone_lock (phone_index, consecutive_wrong) values (:phone, 1)"


@pytest.fixture
def village(begin: Begin, vault: Vault) -> Neighbourhood:
    return Neighbourhood.build(begin, vault)


@pytest.fixture
def owner(owner_url: str) -> Iterator[Connection]:
    with create_engine(owner_url, poolclass=NullPool).connect() as connection:
        yield connection


def test_what_was_asked_for_before_the_migration_is_counted_after_it(
    village: Neighbourhood, owner: Connection, owner_url: str
) -> None:
    person = village.lives("홍길동", phone=HERS)
    with village.begin() as uow:
        now = machine_now(uow.session)
        key = key_of(uow.session, village.vault, universal_day(now)).id
    old, new, missed = (uuid4() for _ in range(3))
    with owner.begin():
        migrating.downgrade(owner, BEFORE)
        for challenge, number, superseded in (
            (old, HERS, True),
            (new, HERS, False),
            (missed, HIS, False),
        ):
            given = {
                "id": challenge,
                "phone": phone_index(village.vault, number),
                "place": village.jurisdiction_id,
                "measure": UUID(int=7),
                "person": person if number == HERS else None,
                "key": key,
                "superseded": superseded,
            }
            for statement in (ASKED, TO_BE_SENT, ERRAND):
                owner.execute(text(statement), given)
        owner.execute(text(MISSED), {"phone": phone_index(village.vault, HIS)})
    migrate(owner_url, Role("referendum_app"), may_shift_clock=True)

    letterbox = Letterbox()
    village.post(letterbox)
    assert letterbox.heard == [], "nobody would be let in by it"
    for challenge in (old, new, missed):
        with pytest.raises(CodeUnknown):
            village.types(ChallengeView(challenge, now, now), "123456")
    again = village.asks()
    assert village.types(again, village.code_of(again))
    with village.begin() as uow:
        sends = uow.session.scalars(select(CodeSend).order_by(CodeSend.at)).all()
        assert [one.failed_at is None for one in sends] == [False, False, False, True]
        assert uow.session.scalar(text("select count(*) from outbox_message")) == 0
        known = uow.session.scalars(select(PhoneLock).order_by(PhoneLock.misses)).all()
    assert [(len(each.sends), each.misses) for each in known] == [(1, [0])]
