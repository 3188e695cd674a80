"""Codes that were on their way when the schema changed are still good, counted and sent."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, create_engine, select, text
from sqlalchemy.pool import NullPool

from referendum.identity.tables import CodeSend, PhoneLock
from referendum.kernel.sealing import Vault
from referendum.kernel.uow import Begin
from referendum.migrations import migrating
from referendum.migrations.migrating import Role, migrate
from tests.identity.neighbourhood import Letterbox, Neighbourhood, reason

BEFORE = "0011"


@pytest.fixture
def village(begin: Begin, vault: Vault) -> Neighbourhood:
    return Neighbourhood.build(begin, vault)


@pytest.fixture
def owner(owner_url: str) -> Iterator[Connection]:
    with create_engine(owner_url, poolclass=NullPool).connect() as connection:
        yield connection


def outbox_row(challenge: UUID) -> dict[str, object]:
    return {"id": uuid4(), "arguments": f'{{"challenge_id": "{challenge}"}}'}


def test_what_was_asked_for_before_the_migration_goes_on_after_it(
    village: Neighbourhood, owner: Connection, owner_url: str
) -> None:
    village.lives("홍길동", phone="+821023456789")
    old, new = village.asks(), village.asks()
    missed = village.asks(phone="010-8765-4321")
    village.types(missed, village.wrong_code_of(missed))
    with owner.begin():
        migrating.downgrade(owner, BEFORE)
        owner.execute(
            text(
                "insert into outbox_message (id, task, arguments, attempts)"
                " values (:id, 'identity.send_code', cast(:arguments as jsonb), 0)"
            ),
            outbox_row(new.id),
        )
        # Of what was open when the schema went back, older code could send nothing.
        owner.execute(text("update code_send set failed_at = null"))
    migrate(owner_url, Role("referendum_app"), may_shift_clock=True)

    letterbox = Letterbox()
    village.post(letterbox)
    assert {each.challenge_id for each in letterbox.heard} == {new.id, missed.id}
    assert reason(village.types(old, village.code_of(old))) == "code-superseded"
    assert village.types(new, village.code_of(new))
    with village.begin() as uow:
        assert uow.session.scalars(select(CodeSend.number)).all() == [1, 1, 1]
        assert uow.session.scalar(text("select count(*) from outbox_message")) == 0
        known = uow.session.scalars(select(PhoneLock).order_by(PhoneLock.misses)).all()
    assert [(len(each.sends), each.misses) for each in known] == [(1, [0]), (1, [1])]
