"""What waits for a second officer and is no proposal: files, accounts (OPS-01, OPS-02)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from referendum.identity import accounts, consenting
from referendum.kernel.people import Authority, Officer, Role
from referendum.lifecycle import confirmable
from referendum.lifecycle.confirmable import Elsewhere, Sort
from referendum.roll import importing, intakes
from referendum.roll.intakes import Mode
from referendum.roll.weighing import Limits
from tests.identity.desk import TERMS
from tests.town import Town
from tests.web.staff import hire
from tests.web.test_desk_register import HEAD, line

MAYOR = Authority.MAYOR
DAY = date(2027, 2, 1)
NOTHING = Limits(arrived=0, left=0, moved=0, lost=0, phone=0)


def waits(town: Town, by: Officer) -> list[Elsewhere]:
    with town.begin() as uow:
        return confirmable.elsewhere(uow.session, by)


def counted(town: Town, by: Officer) -> int:
    with town.begin() as uow:
        return confirmable.waiting_for(uow.session, by, uow.now())


def pressing(town: Town) -> int:
    with town.begin() as uow:
        return confirmable.pressing(uow.session, town.place, uow.now())


def proposes_an_import(town: Town, by: Officer) -> UUID:
    data = (HEAD + line(900_001, district=town.districts[0].name_ko)).encode()
    intake = importing.receive(
        town.begin,
        town.vault,
        iter([data]),
        jurisdiction_id=town.place,
        as_of=DAY,
        mode=Mode.CHANGES,
        by=by.mark,
        invented=True,
    )
    importing.compare(town.begin, town.vault, intake)
    with town.begin() as uow:
        preview = intakes.get(uow.session, intake).preview
    with town.begin() as uow:
        importing.confirm(uow, intake, by=by, preview=preview, limits=NOTHING)
    return intake


@pytest.fixture
def administrators(town: Town) -> tuple[Officer, Officer]:
    hired = (hire(town, name, roles=(Role.ADMINISTRATOR,)) for name in ("kim", "lee"))
    one, other = (
        replace(town.officer(MAYOR, Role.ADMINISTRATOR), id=account.id) for account in hired
    )
    return one, other


def test_a_file_that_changes_much_waits_for_another_registrar(town: Town) -> None:
    one, other = town.officer(MAYOR, Role.REGISTRAR), town.officer(MAYOR, Role.REGISTRAR)
    intake = proposes_an_import(town, one)
    (mine,), (theirs,) = waits(town, one), waits(town, other)
    assert (mine.sort, mine.id, mine.named, mine.by) == (Sort.IMPORT, intake, DAY, one.mark)
    assert (mine.mine, mine.may, theirs.mine, theirs.may) == (True, False, False, True)
    assert mine.ends is not None
    assert mine.ends - mine.at == intakes.SECOND_WITHIN
    assert (counted(town, one), counted(town, other)) == (0, 1)
    stranger = replace(other, jurisdiction=uuid4())
    assert waits(town, stranger) == [], "OPS-02: another place's"
    for role in set(Role) - {Role.REGISTRAR, Role.ADMINISTRATOR}:
        assert waits(town, town.officer(MAYOR, role)) == []
    importing.decline(town.begin, town.vault, intake, by=other)
    assert waits(town, other) == []


def test_roles_that_weigh_wait_for_another_administrator_of_the_authority(
    town: Town, administrators: tuple[Officer, Officer]
) -> None:
    one, other = administrators
    choi = hire(town, "choi", roles=(Role.CLERK,))
    with town.begin() as uow:
        accounts.change_roles(uow, TERMS, choi.id, [Role.CERTIFIER], by=one)
    (mine,), (theirs,) = waits(town, one), waits(town, other)
    assert (mine.sort, mine.id, mine.by) == (Sort.ACCOUNT, choi.id, one.mark)
    assert (mine.mine, mine.may, theirs.mine, theirs.may) == (True, False, False, True)
    assert (counted(town, one), counted(town, other)) == (0, 1)
    assert waits(town, town.officer(Authority.COUNCIL_CHAIR, Role.ADMINISTRATOR)) == []
    assert waits(town, town.officer(MAYOR, Role.CLERK, Role.CERTIFIER)) == []
    with town.begin() as uow:
        consenting.consent(uow, choi.id, by=other)
    assert waits(town, other) == []


def test_a_closed_account_waits_for_nobody(
    town: Town, administrators: tuple[Officer, Officer]
) -> None:
    one, other = administrators
    choi = hire(town, "choi", roles=(Role.CLERK,))
    with town.begin() as uow:
        accounts.change_roles(uow, TERMS, choi.id, [Role.CERTIFIER], by=one)
        accounts.disable(uow, choi.id, by=one)
    assert waits(town, other) == []
    assert pressing(town) == 0


def test_what_waits_for_a_day_or_ends_in_one_is_an_alarm(
    town: Town, administrators: tuple[Officer, Officer]
) -> None:
    """By the machine's time, which both of them keep: it is moved back here."""
    one, _ = administrators
    proposes_an_import(town, town.officer(MAYOR, Role.REGISTRAR))
    choi = hire(town, "choi", roles=(Role.CLERK,))
    with town.begin() as uow:
        accounts.change_roles(uow, TERMS, choi.id, [Role.CERTIFIER], by=one)
    assert pressing(town) == 0
    with town.begin() as uow:
        aged = "update staff set consent_asked_at = consent_asked_at - interval '1 day'"
        uow.session.execute(text(aged))
    assert pressing(town) == 1
    with town.begin() as uow:
        aged = "update register_intake set touched_at = touched_at - interval '6 days'"
        uow.session.execute(text(aged))
    assert pressing(town) == 2
